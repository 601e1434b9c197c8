"""One table of the ledger: a Delta Lake table in a folder, to which Parquet files are added in single commits.

Repeated words are written as dictionary columns: a table of legs is then read half as fast again. Delta itself, and every
other reader of it, sees texts.
"""

import json
import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import polars as pl
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties
from deltalake import Schema as DeltaSchema
from deltalake.transaction import AddAction, RemoveAction

from saleve.ledger.evidence import sha256_of

EMPTY = 0  # the version of a table that was made and holds nothing
FULL_ROWS = 50_000  # of a file that many small ones are put into: who reads one batch reads little more
SMALL_ROWS = FULL_ROWS // 2  # files below are worth putting together
_ROW_GROUP = 250_000
_SIGNS = 16  # of the hash of a file: 64 bits
# Earlier versions can be read for ever: neither their log nor their files are cleaned away by time.
_CONFIGURATION = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.checkpointInterval": "20",  # a table is opened from its last checkpoint on
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}
_UNREPEATED = frozenset(
    {"document_number", "original_document", "message", "account", "versions", "traveller"}
)


@dataclass(frozen=True)
class LedgerTable:
    """A table of this name under the ledger's folder."""

    root: Path
    name: str
    schema: pl.Schema

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.root / self.name

    def exists(self) -> bool:
        """Tell whether the table was ever made."""
        return self.made_as() is not None

    def made_as(self) -> tuple[int, int] | None:
        """Return what tells this table apart from one that was deleted and made anew, or put back, at the same place."""
        try:
            told = (self.folder / "_delta_log" / f"{EMPTY:020d}.json").stat()
        except FileNotFoundError:
            return None
        return told.st_ino, told.st_ctime_ns

    def newest(self) -> DeltaTable:
        """Return the table at its newest version, made by a finished commit or not."""
        table = _opened(str(self.folder), self.made_as())
        table.update_incremental()
        return table

    def version(self) -> int:
        """Return the number of its newest version."""
        return self.newest().version() if self.exists() else EMPTY

    def scan(self, version: int, batches: Sequence[str] | None = None) -> pl.LazyFrame:
        """Return the rows of a version, or those of some batches."""
        nothing = version == EMPTY or (batches is not None and not batches)
        found = self.scan_files([] if nothing else self._files(version, batches))
        return found if batches is None else found.filter(pl.col("batch").cast(pl.String).is_in(batches))

    def scan_files(self, files: Sequence[str | Path]) -> pl.LazyFrame:
        """Return the rows of some of its files."""
        if not files:
            return pl.LazyFrame(schema=self.kept)
        return pl.scan_parquet(
            [str(one) for one in files], schema=self.kept, missing_columns="insert", extra_columns="ignore"
        ).select(self.schema.names())

    def _files(self, version: int, batches: Sequence[str] | None) -> list[str]:
        """Return the files of a version, the oldest first; of those that may hold the batches."""
        files = _files_of(str(self.folder), self.made_as(), version)
        if batches is not None:
            names = sorted(set(batches))
            files = tuple(file for file in files if file.may_hold(names))
        return [str(self.folder / file.name) for file in files]

    @cached_property
    def kept(self) -> pl.Schema:
        """The types in which its files keep the columns."""
        return kept_schema(self.schema)

    @cached_property
    def _declared(self) -> DeltaSchema:
        return DeltaSchema.from_arrow(self.schema)

    def stage(self, frame: pl.DataFrame, start: str) -> "StagedFile":
        """Write rows to a file of the table to which nothing refers yet; its name ends with the first signs of its SHA-256."""
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"{start}-.parquet"
        frame.cast(dict(self.kept)).write_parquet(  # type: ignore[arg-type]
            beside, compression="zstd", compression_level=1, row_group_size=_ROW_GROUP
        )
        name = f"{start}-{sha256_of(beside)[:_SIGNS]}.parquet"
        beside.replace(self.folder / name)
        return StagedFile(name, frame.height, *_span(frame))

    def take_in(self, staged: Sequence["StagedFile"], note: str) -> int:
        """Add staged files in one commit and return the version that holds them."""
        table = self._made()
        added = [self._added(one) for one in staged]
        self._commit(table, added, note)
        version = table.version() + 1
        came = (_HeldFile(file.modification_time, one.name, one.lowest.get("batch"), one.highest.get("batch")) for file, one in zip(added, staged, strict=True))  # fmt: skip
        _know_more(str(self.folder), self.made_as(), version, came)
        return version

    def put_back(self, version: int) -> None:
        """Make the table what it was at a version, where a commit after it was never finished."""
        if not self.exists():
            return
        table = self.newest()
        if table.version() > version:
            table.restore(version)

    def files(self, version: int) -> list[Path]:
        """Return the files of a version, the oldest first."""
        return [] if version == EMPTY else [Path(name) for name in self._files(version, None)]

    def small_files(self) -> list[str]:
        """Return the files that are worth putting together, in the order in which they were added."""
        if not self.exists():
            return []
        actions = pl.DataFrame(self.newest().get_add_actions(flatten=True))
        small = actions.filter(pl.col("num_records") < SMALL_ROWS).sort("modification_time", "path")
        return small["path"].to_list()

    def replace(self, old: Sequence[str], staged: Sequence["StagedFile"], note: str) -> int:
        """Put staged files, which hold the same rows, in the place of old ones; earlier versions keep the old."""
        table = self._made()
        added = [self._added(one, new_data=False) for one in staged]
        actions: list[AddAction | RemoveAction] = [*added, *_removed(table, old)]
        self._commit(table, actions, note)
        return table.version() + 1

    def _made(self) -> DeltaTable:
        if not self.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            DeltaTable.create(self.folder, self._declared, configuration=dict(_CONFIGURATION))
        table = self.newest()
        known = {field.name for field in table.schema().fields}
        if added := [one for one in self._declared.fields if one.name not in known]:
            table.alter.add_columns(added)
            return self.newest()
        return table

    def _added(self, one: "StagedFile", *, new_data: bool = True) -> AddAction:
        place = self.folder / one.name
        told = place.stat()
        stats = json.dumps(
            {"numRecords": one.rows, "minValues": one.lowest, "maxValues": one.highest, "nullCount": {}}
        )
        return AddAction(one.name, told.st_size, {}, int(told.st_mtime * 1000), new_data, stats)

    def _commit(self, table: DeltaTable, actions: Sequence[AddAction | RemoveAction], note: str) -> None:
        table.create_write_transaction(
            list(actions),
            "append",
            self._declared,
            commit_properties=CommitProperties(custom_metadata={"note": note}),
            post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
        )


@lru_cache(maxsize=256)
def _opened(folder: str, _made_as: tuple[int, int] | None) -> DeltaTable:
    return DeltaTable(folder)


class _HeldFile(NamedTuple):
    """A file of a version, with the span of batches in it where that is told; older ones come first."""

    modification_time: int  # ms
    name: str
    lowest: str | None
    highest: str | None

    def may_hold(self, batches: Sequence[str]) -> bool:
        """Tell whether one of these batches, in their order, may be in it: the first from its lowest on is not beyond its highest."""
        if self.lowest is None or self.highest is None:
            return True
        first = bisect_left(batches, self.lowest)
        return first < len(batches) and batches[first] <= self.highest


_MANY_VERSIONS = 256
_FILES: dict[tuple[str, object, int], tuple[_HeldFile, ...]] = {}


def _files_of(folder: str, made_as: tuple[int, int] | None, version: int) -> tuple[_HeldFile, ...]:
    """Return the files of a version, the oldest first; a version never changes."""
    key = (folder, made_as, version)
    if (known := _FILES.get(key)) is not None:
        return known
    actions = _actions(folder, made_as, version)
    spans = [pl.col(name) if name in actions.columns else pl.lit(None) for name in ("min.batch", "max.batch")]
    rows = actions.select("modification_time", "path", *spans).iter_rows()
    found = tuple(sorted(_HeldFile(*row) for row in rows))
    return _keep(key, found)


def _know_more(folder: str, made_as: tuple[int, int] | None, version: int, came: Iterable[_HeldFile]) -> None:
    """Keep the files of a version that this process has just made: those of the version before, and what came."""
    before = _FILES.get((folder, made_as, version - 1))
    if before is not None:
        _keep((folder, made_as, version), tuple(sorted((*before, *came))))


def _keep(key: tuple[str, object, int], files: tuple[_HeldFile, ...]) -> tuple[_HeldFile, ...]:
    _FILES[key] = files
    for oldest in list(_FILES)[:-_MANY_VERSIONS]:
        _FILES.pop(oldest, None)
    return files


def _actions(folder: str, made_as: tuple[int, int] | None, version: int) -> pl.DataFrame:
    newest = _opened(folder, made_as)
    if newest.version() < version:  # this process has just written it
        newest.update_incremental()
    if newest.version() == version:
        found = pl.DataFrame(newest.get_add_actions(flatten=True))
        if newest.version() == version:  # no other thread moved it on meanwhile
            return found
    return pl.DataFrame(DeltaTable(folder, version=version).get_add_actions(flatten=True))


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file written beside a table, with the span of batches in it, by which readers pass over files."""

    name: str
    rows: int
    lowest: dict[str, str]
    highest: dict[str, str]


def kept_schema(schema: pl.Schema) -> pl.Schema:
    """Return the types in which columns are written: repeated words as dictionaries."""
    return pl.Schema(
        {
            name: pl.Categorical() if kind == pl.String and name not in _UNREPEATED else kind
            for name, kind in schema.items()
        }
    )


def damage(file: Path) -> str | None:
    """Return ``missing`` or ``altered`` where a file of a table is not there, or not as it was written."""
    if not file.is_file():
        return "missing"
    return None if sha256_of(file)[:_SIGNS] == file.stem.rpartition("-")[2] else "altered"


def _span(frame: pl.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    if "batch" not in frame.columns or frame.is_empty():
        return {}, {}
    batches = frame["batch"].cast(pl.String)
    return {"batch": str(batches.min())}, {"batch": str(batches.max())}


def _removed(table: DeltaTable, names: Iterable[str]) -> Iterable[RemoveAction]:
    sizes = dict(pl.DataFrame(table.get_add_actions(flatten=True)).select("path", "size_bytes").iter_rows())
    for name in names:
        yield RemoveAction(name, False, int(time.time() * 1000), sizes[name], {})
