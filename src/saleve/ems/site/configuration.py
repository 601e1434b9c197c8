"""What ``[site]`` of ``saleve.toml`` says, and the secrets, which never stand there: a key file beside it, or the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from saleve.ems.settings import WorkspaceError, read_settings
from saleve.language import _
from saleve.ledger.evidence import write_whole

FOLDER_VARIABLE = "SALEVE_WORKSPACE"
MAIL_PASSWORD_VARIABLE = "SALEVE_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
KEY_FILE = "site.key"
_OWNER_ONLY = 0o600
_KEY_BYTES = 48
_BUSY_SECONDS = 20  # that a writer waits for another one
_KEPT_SECONDS = 60  # that a connection is kept for the next request


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """How the site runs; the defaults are those of one machine that answers itself."""

    database: str = ""  # postgresql://user@host/name; empty: db.sqlite3 in the folder
    hosts: tuple[str, ...] = ()
    https: bool = False
    proxies: int = 0  # in front of us, whose X-Forwarded-For is to be believed
    session_hours: int = 12
    oidc_name: str = ""
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_owns_addresses: bool = (
        False  # the issuer does not say that addresses are verified, but they are its own
    )
    second_factor: tuple[str, ...] = ()  # roles that must have one
    api_calls: int = 600  # a minute and person, in each process
    mail_host: str = ""
    mail_port: int = 587
    mail_user: str = ""
    mail_from: str = ""


def workspace_folder() -> Path:
    """Return the folder that this process serves."""
    return Path(os.environ[FOLDER_VARIABLE]).resolve()


def site_settings(folder: Path) -> SiteSettings:
    """Return what ``saleve.toml`` says about the site."""
    said: Mapping[str, Any] = read_settings(folder).get("site", {})
    lists = {name: tuple(said.get(name, ())) for name in ("hosts", "second_factor")}
    return SiteSettings(**{**said, **lists})


def secret_key(folder: Path) -> str:
    """Return the key that signs sessions; the first time it is made, readable by its owner alone."""
    path = folder / KEY_FILE
    if not path.is_file():
        write_whole(path, f"{secrets.token_urlsafe(_KEY_BYTES)}\n".encode(), _OWNER_ONLY)
    return path.read_text("ascii").strip()


def database(folder: Path, address: str) -> dict[str, Any]:
    """Return the database: SQLite in the folder, or the PostgreSQL of the address (its password in PGPASSWORD or ~/.pgpass)."""
    return _postgresql(address) if address else _sqlite(folder / "db.sqlite3")


def _sqlite(path: Path) -> dict[str, Any]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
    options = {"timeout": _BUSY_SECONDS, "transaction_mode": "IMMEDIATE", "init_command": pragmas}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": options,
        "CONN_MAX_AGE": _KEPT_SECONDS,
    }


def _postgresql(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        text = _("[site] database is {address}. Write it as postgresql://user@host:5432/name.")
        raise WorkspaceError(text.format(address=address))
    if parts.password:
        text = _("[site] database holds a password. Take it out of saleve.toml: put it in ~/.pgpass or in the environment as PGPASSWORD.")  # fmt: skip
        raise WorkspaceError(text)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": _KEPT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
    }
