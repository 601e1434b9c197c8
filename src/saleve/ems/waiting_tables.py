"""Factor tables that somebody brought and nobody has kept yet: in a hidden folder, where nothing takes them for data."""

import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from saleve.ems.staging import safe_name
from saleve.method.reference.factors import KEYS

NAMED = KEYS  # the columns of a record that say what it is a factor of
_FOLDER = Path(".site") / "factors"
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A table that waits."""

    id: str
    path: Path


def wait(folder: Path, name: str, chunks: Iterable[bytes]) -> Waiting:
    """Put a table where it waits."""
    one = secrets.token_hex(8)
    path = folder / _FOLDER / one / safe_name(name)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return Waiting(one, path)


def find(folder: Path, name: str) -> Waiting | None:
    """Return the table that waits under this name, if it still does."""
    place = folder / _FOLDER / name
    if not _ID.fullmatch(name) or not place.is_dir():
        return None
    return next((Waiting(name, path) for path in place.iterdir()), None)


def discard(waiting: Waiting) -> None:
    """Throw a table away."""
    shutil.rmtree(waiting.path.parent, ignore_errors=True)
