"""Files that somebody brought and nobody has loaded yet: kept beside the ledger, looked at, mapped, previewed, loaded or discarded.

They lie in a hidden folder of the workspace, where no command takes them for data; only a reader of tables ever opens them.
"""

import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.acts import act
from saleve.ems.intake import Wishes, check_path
from saleve.ems.workspace import READABLE
from saleve.language import _
from saleve.ledger.intake.checking import Checked
from saleve.method.problems import PROBLEM_SCHEMA, SaleveError

FOLDER = Path(".site") / "uploads"
MOST_BYTES = 200 * 2**20  # our choice: a year of tickets of the largest organisation has a tenth of it
_TOLD, _SUMMARY = "staged.json", "preview.json"
_TABLES = ("accepted", "repaired", "rejected", "problems")
_SHOWN_ROWS = 200  # of each state in a preview
_NAME_SIGNS = 120
_ID = re.compile(r"[0-9a-f]{16}")
Progress = Callable[[str, int, int], None]


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
    confirmed: bool = False  # headers that changed since they were taught were looked at

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
            confirmed=self.confirmed,
            name=self.name,
        )


@dataclass(frozen=True)
class Preview:
    """What would become of the rows of a staged file; of each state the first rows."""

    rows: int
    counts: Mapping[str, int]  # accepted, repaired, rejected
    categories: tuple[str, ...]
    places: tuple[tuple[str, str | None, str | None], ...]  # category, unit, site
    fault: str
    changed_headers: bool
    tables: Mapping[str, pl.DataFrame]


def stage(folder: Path, name: str, chunks: Iterable[bytes], by: str) -> Staged:
    """Keep a file under a safe form of its name; refuses what is no table or too large."""
    safe = safe_name(name)
    if Path(safe).suffix.lower() not in READABLE:
        message = _("{file} is no table that can be read. Bring one of: {kinds}.")
        raise StagingError(message.format(file=safe, kinds=", ".join(READABLE)))
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
    """Keep what the person says of the file; what was previewed before is forgotten."""
    for name in (_SUMMARY, *(f"{table}.parquet" for table in _TABLES)):
        (staged.folder / name).unlink(missing_ok=True)
    return _kept(replace(staged, **said))


def discard(staged: Staged) -> None:
    """Throw the file away."""
    shutil.rmtree(staged.folder, ignore_errors=True)


def preview(staged: Staged, progress: Progress | None = None) -> Preview:
    """Read the file as it would be loaded and keep what came of it; nothing is loaded."""
    try:
        checked = check_path(
            staged.path,
            category=staged.category,
            year=staged.year,
            columns=staged.columns,
            confirmed=staged.confirmed,
            progress=progress,
        )
        found = _previewed(checked)
    except SaleveError as fault:
        changed = getattr(fault, "code", "") == "profile-changed"
        found = Preview(0, {}, (), (), str(fault), changed, {name: pl.DataFrame() for name in _TABLES})
    for name, table in found.tables.items():
        table.write_parquet(staged.folder / f"{name}.parquet")
    told = {name: value for name, value in asdict(replace(found, tables={})).items() if name != "tables"}
    (staged.folder / _SUMMARY).write_text(json.dumps(told), "utf-8")
    return found


def previewed(staged: Staged) -> Preview | None:
    """Return what was previewed since the person last said something of the file; None where it was not."""
    path = staged.folder / _SUMMARY
    if not path.is_file():
        return None
    told = json.loads(path.read_text("utf-8"))
    told |= {"categories": tuple(told["categories"]), "places": tuple(map(tuple, told["places"]))}
    return Preview(
        **told, tables={name: pl.read_parquet(staged.folder / f"{name}.parquet") for name in _TABLES}
    )


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


def _previewed(checked: list[Checked]) -> Preview:
    counts = {
        state: sum(getattr(one, state) for one in checked) for state in ("accepted", "repaired", "rejected")
    }
    return Preview(
        rows=sum(one.rows for one in checked),
        counts=counts,
        categories=tuple(one.category for one in checked),
        places=tuple({place: None for one in checked for place in _places(one)}),
        fault="",
        changed_headers=False,
        tables={
            "accepted": _rows([_in_state(one, "accepted") for one in checked]),
            "repaired": _rows(
                [_with_notes(_in_state(one, "repaired"), one.repairs, "rule") for one in checked]
            ),
            "rejected": _rows([_with_notes(one.rejected_rows, _errors(one), "message") for one in checked]),
            "problems": pl.concat([one.problems.select(PROBLEM_SCHEMA.names()) for one in checked]).head(
                _SHOWN_ROWS
            ),
        },
    )


def _places(one: Checked) -> Iterable[tuple[str, str | None, str | None]]:
    """Yield the places that the rows of a file touch; rows without any yield the category alone."""
    both = one.activity.select(
        (pl.col(name) if name in one.activity.columns else pl.lit(None)).cast(pl.String).alias(name)
        for name in ("unit", "site")
    ).unique(maintain_order=True)
    rows = both.rows() or [(None, None)]
    return ((one.category, unit, site) for unit, site in rows)


def _in_state(one: Checked, state: str) -> pl.DataFrame:
    return one.table.filter(pl.col("state").cast(pl.String) == state).head(_SHOWN_ROWS)


def _errors(one: Checked) -> pl.DataFrame:
    return one.problems.filter(pl.col("severity") == "error")


def _with_notes(rows: pl.DataFrame, notes: pl.DataFrame, column: str) -> pl.DataFrame:
    """Put beside each row what was said of it."""
    shown = rows.head(_SHOWN_ROWS)
    if "row" not in notes.columns or column not in notes.columns:
        return shown
    said = (
        notes.drop_nulls("row")
        .group_by("row")
        .agg(pl.col(column).cast(pl.String).unique(maintain_order=True).str.join(" ").alias("why"))
    )
    return shown.join(said, left_on="source_row", right_on="row", how="left", maintain_order="left")


def _rows(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Put the rows of several sheets below each other, as texts; columns that hold nothing are left out."""
    texts = [
        part.select(_as_text(name, kind) for name, kind in part.schema.items())
        for part in parts
        if not part.is_empty()
    ]
    if not texts:
        return pl.DataFrame()
    whole = pl.concat(texts, how="diagonal")
    return whole.select(name for name in whole.columns if whole[name].drop_nulls().len())


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.List):
        return pl.col(name).list.eval(pl.element().cast(pl.String, strict=False)).list.join(", ").alias(name)
    if isinstance(kind, pl.Struct):
        return pl.col(name).struct.json_encode().alias(name)
    return pl.col(name).cast(pl.String, strict=False)
