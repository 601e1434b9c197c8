"""The journal: one row for each finished commit, with what was done and the version of every table after it.

A commit is real when its row is here. Reading the ledger as it was after commit n means reading each table at the version
that row n names.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from saleve.language import _
from saleve.ledger.errors import LedgerError
from saleve.ledger.schemas import JOURNAL
from saleve.ledger.tables import EMPTY, LedgerTable

LOAD, CORRECTION, WITHDRAWAL, COMPACTION = "load", "correction", "withdrawal", "compaction"
_MANY_FILES = 64  # the journal itself is put together when it has as many small files
# The version of each journal that this process read or wrote last, and its commits: a long journal is read once, not at each use.
_MANY_LEDGERS = 16
_READ: dict[tuple[str, object], tuple[int, tuple["Commit", ...]]] = {}


@dataclass(frozen=True, slots=True)
class Commit:
    """One thing that was done to the ledger; ``commit`` is 0 until it is written."""

    kind: str
    at: datetime
    by: str
    batch: str | None = None
    file_sha256: str | None = None
    replaces: str | None = None  # a batch that this load withdraws
    reason: str | None = None
    account: Mapping[str, Any] = field(default_factory=dict)
    commit: int = 0
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Journal:
    """The finished commits of a ledger folder, the oldest first."""

    table: LedgerTable
    commits: tuple[Commit, ...]

    @classmethod
    def read(cls, folder: Path) -> "Journal":
        """Read the journal of a ledger folder; one without commits is empty."""
        table = LedgerTable(folder, "journal", JOURNAL)
        version = table.version()
        known, commits = _READ.get(_key(table), (EMPTY, ()))
        if known != version:
            commits = _all_commits(table, version)
            _remember(table, version, commits)
        return cls(table, commits)

    @property
    def last(self) -> int:
        """The number of the newest commit."""
        return self.commits[-1].commit if self.commits else 0

    def versions(self, commit: int | None = None) -> Mapping[str, int]:
        """Return the version of every table after a commit (the newest if left out)."""
        number = self.last if commit is None else commit
        if not 0 <= number <= self.last:
            message = _("The ledger has {last} versions; there is no version {number}.")
            raise LedgerError(message.format(last=self.last, number=number))
        return self.commits[number - 1].versions if number else {}

    def foreseen(self, commit: Commit, versions: Mapping[str, int]) -> "Journal":
        """Return the journal as it will be once the commit is written."""
        told = replace(commit, commit=self.last + 1, versions=dict(versions))
        return Journal(self.table, (*self.commits, told))

    def write_last(self) -> Commit:
        """Write the foreseen commit: from now on it is real."""
        done = self.commits[-1]
        staged = self.table.stage(_row(done), f"{done.commit:012d}")
        version = self.table.take_in([staged], done.kind)
        _remember(self.table, version, (*self.commits[:-1], *_commits(_row(done))))
        return done

    def tidy(self) -> None:
        """Put the small files of the journal together when there are many; no row changes."""
        small = self.table.small_files()
        if len(small) < _MANY_FILES:
            return
        rows = pl.read_parquet([self.table.folder / name for name in small])
        staged = self.table.stage(rows, f"to-{self.last:012d}")
        self.table.replace(small, [staged], COMPACTION)


def _key(table: LedgerTable) -> tuple[str, object]:
    return str(table.folder), table.made_as()


def _remember(table: LedgerTable, version: int, commits: tuple[Commit, ...]) -> None:
    _READ.pop(_key(table), None)
    _READ[_key(table)] = (version, commits)
    for oldest in list(_READ)[:-_MANY_LEDGERS]:
        _READ.pop(oldest, None)


def _all_commits(table: LedgerTable, version: int) -> tuple[Commit, ...]:
    rows = table.scan(version).cast({"kind": pl.String, "batch": pl.String}).collect()
    commits = tuple(_commits(rows.sort("commit")))
    if [one.commit for one in commits] != list(range(1, len(commits) + 1)):
        message = _("The journal of {folder} lacks commits, or holds some twice. Put the ledger back from a backup.")  # fmt: skip
        raise LedgerError(message.format(folder=table.root))
    return commits


def _row(commit: Commit) -> pl.DataFrame:
    cells = {name: getattr(commit, name) for name in JOURNAL if name not in {"account", "versions"}}
    texts = {name: json.dumps(getattr(commit, name), ensure_ascii=False, default=str) for name in ("account", "versions")}  # fmt: skip
    return pl.DataFrame([{**cells, **texts}], schema=JOURNAL)


def _commits(rows: pl.DataFrame) -> Iterator[Commit]:
    """Yield the commits; the JSON of all of them is read at once, since there may be thousands."""
    read = {name: json.loads(f"[{','.join(rows[name])}]") for name in ("account", "versions")}
    for row, account, versions in zip(
        rows.iter_rows(named=True), read["account"], read["versions"], strict=True
    ):
        yield Commit(**{**row, "account": account, "versions": versions})
