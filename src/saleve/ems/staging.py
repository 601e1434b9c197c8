"""Files that somebody brought and nobody has loaded yet: kept beside the ledger until they are loaded or discarded.

They lie in a hidden folder of the workspace, where no command takes them for data; only a reader of tables ever opens them.
What would become of their rows: ``previewing.py``.
"""

import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from saleve.ems.acts import act
from saleve.ems.deliveries import Wishes
from saleve.ems.workspace import READABLE
from saleve.language import _
from saleve.method.problems import SaleveError

FOLDER = Path(".site") / "uploads"
WAITS_DAYS = 30  # our choice: nobody takes longer to look at a file
MOST_BYTES = 200 * 2**20  # our choice: a year of tickets of the largest organisation has a tenth of it
_TOLD = "staged.json"
_NAME_SIGNS = 120
_ID = re.compile(r"[0-9a-f]{16}")


class StagingError(SaleveError):
    """A file that cannot be staged, or is not staged any more; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that waits to be loaded, and what the person said of it."""

    id: str
    folder: Path
    name: str
    by: str
    at: datetime
    size_bytes: int
    category: str | None = None
    year: int | None = None
    replaces: str | None = None
    columns: Mapping[str, str] | None = None  # header -> column
    constants: Mapping[str, str] | None = None  # column -> its value in every row that says none
    confirmed: bool = False  # headers that changed since they were taught were looked at
    fixes: Sequence[Mapping[str, Any]] | None = (
        None  # rejected rows corrected before the load: ``waiting_rows.py``
    )

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.folder / self.name

    def as_wishes(self) -> Wishes:
        """Return what was said of the file as loading takes it."""
        return Wishes(
            self.category,
            self.year,
            self.replaces,
            columns=self.columns,
            constants=self.constants,
            confirmed=self.confirmed,
            name=self.name,
        )


def forget_old(folder: Path) -> None:
    """Discard files that waited longer than ``WAITS_DAYS``: they may name persons, and nothing counts of them."""
    for one in all_staged(folder):
        if act().at - one.at > timedelta(days=WAITS_DAYS):
            discard(one)


def stage(folder: Path, name: str, chunks: Iterable[bytes], by: str) -> Staged:
    """Keep a file under a safe form of its name; refuses what is no table or too large."""
    safe = safe_name(name)
    if Path(safe).suffix.lower() not in READABLE:
        message = _("{file} is no table that can be read. Bring one of: {kinds}.")
        raise StagingError(message.format(file=safe, kinds=", ".join(READABLE)))
    forget_old(folder)
    one = secrets.token_hex(8)
    place = folder / FOLDER / one
    place.mkdir(parents=True)
    try:
        size = _write(place / safe, chunks)
    except StagingError:
        shutil.rmtree(place)
        raise
    return _kept(Staged(one, place, safe, by, act().at, size))


def find(folder: Path, name: str) -> Staged:
    """Return the staged file of this name; raises ``StagingError`` where it was loaded or discarded."""
    path = folder / FOLDER / name / _TOLD
    if not _ID.fullmatch(name) or not path.is_file():
        raise StagingError(
            _("This file is not waiting any more: it was loaded or discarded. Bring it again.")
        )
    told = json.loads(path.read_text("utf-8"))
    return Staged(id=name, folder=path.parent, **{**told, "at": datetime.fromisoformat(told["at"])})


def all_staged(folder: Path) -> list[Staged]:
    """Return the files that wait, the newest first."""
    found = [find(folder, path.parent.name) for path in (folder / FOLDER).glob(f"*/{_TOLD}")]
    return sorted(found, key=lambda one: one.at, reverse=True)


def change(staged: Staged, **said: Any) -> Staged:
    """Keep what the person says of the file; a preview of what was said before does not hold any more."""
    return _kept(replace(staged, **said))


def discard(staged: Staged) -> None:
    """Throw the file away."""
    shutil.rmtree(staged.folder, ignore_errors=True)


def safe_name(name: str) -> str:
    """Return a file name without folders, control signs or a dot at its start."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign if sign.isprintable() and sign not in '<>:"|?*' else "_" for sign in last).strip(
        " ."
    )
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:_NAME_SIGNS]}{dot}{ending[:10]}" if stem else (plain[:_NAME_SIGNS] or "file")


def _write(path: Path, chunks: Iterable[bytes]) -> int:
    size = 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                message = _("The file is larger than {limit} MB. Cut it into files by year or month.")
                raise StagingError(message.format(limit=MOST_BYTES // 2**20))
            file.write(chunk)
    if size == 0:
        raise StagingError(_("The file is empty."))
    return size


def _kept(staged: Staged) -> Staged:
    told = {name: value for name, value in asdict(staged).items() if name not in ("id", "folder")}
    (staged.folder / _TOLD).write_text(json.dumps({**told, "at": staged.at.isoformat()}), "utf-8")
    return staged
