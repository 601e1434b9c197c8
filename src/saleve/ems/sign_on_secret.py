"""The secret by which the issuer of a single sign-on knows this site: from the environment, or from a file that its owner alone reads."""

import os
from pathlib import Path

from saleve.ledger.evidence import write_whole

VARIABLE = "SALEVE_OIDC_SECRET"
FILE = ".site/sign-on.key"
_OWNER_ONLY = 0o600


def oidc_secret(folder: Path) -> str:
    """Return the secret: of the environment, else the one that was entered on a page; empty where there is none."""
    path = folder / FILE
    return os.environ.get(VARIABLE, "") or (path.read_text("utf-8") if path.is_file() else "")


def where_kept(folder: Path) -> str:
    """Return where the secret comes from: ``environment``, ``file``, or nothing where there is none."""
    if os.environ.get(VARIABLE):
        return "environment"
    return "file" if (folder / FILE).is_file() else ""


def keep_secret(folder: Path, secret: str) -> None:
    """Keep the secret in its file."""
    (folder / FILE).parent.mkdir(exist_ok=True)
    write_whole(folder / FILE, secret.encode(), _OWNER_ONLY)
