"""Writing to the ledger so that a commit is wholly there or wholly absent, whenever the process may die (decision 6).

Order: intent, files, one Delta commit for each table, the row of the journal, the end of the intent. Only the row of the
journal makes a commit real. What an unfinished commit left is taken back by the next writer.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from saleve.language import _
from saleve.ledger.errors import LedgerError
from saleve.ledger.evidence import write_whole
from saleve.ledger.journal import Commit, Journal
from saleve.ledger.schemas import conformed
from saleve.ledger.tables import LedgerTable, StagedFile
from saleve.ledger.tableset import TableSet

_PATIENCE_SECONDS = 60


@dataclass
class Writing:
    """One commit in the making: rows are staged as they come, and taken in together."""

    tables: TableSet
    token: str
    staged: dict[str, list[StagedFile]] = field(default_factory=dict)

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Stage rows of a table; they count once the commit is done."""
        if frame.is_empty():
            return
        parts = self.staged.setdefault(table, [])
        place = self.tables[table]
        parts.append(place.stage(conformed(frame, place.schema), f"{self.token}-{len(parts)}.parquet"))

    def scan(self, table: str) -> pl.LazyFrame:
        """Return the rows staged so far."""
        place = self.tables[table]
        files = [place.folder / one.name for one in self.staged.get(table, [])]
        return pl.scan_parquet(files) if files else place.scan(0)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes to one ledger folder."""

    folder: Path

    @contextmanager
    def writing(self) -> Iterator["tuple[Writing, Journal]"]:
        """Hold the ledger for writing: first take back what an unfinished commit left; staged files without commit go."""
        with _held(self.folder):
            journal = Journal.read(self.folder)
            self._take_back(journal)
            writing = Writing(TableSet(self.folder), uuid.uuid4().hex)
            write_whole(self._intent, json.dumps(self._told(writing, journal)).encode())
            try:
                yield writing, journal
            finally:
                self._take_back(Journal.read(self.folder))

    def commit(self, writing: Writing, journal: Journal, commit: Commit) -> Commit:
        """Take in everything staged, then write the row of the journal that makes it real."""
        versions = dict(journal.versions())
        for name, parts in writing.staged.items():
            versions[name] = writing.tables[name].take_in(parts, commit.kind)
        return journal.add(commit, versions)

    @property
    def _intent(self) -> Path:
        return self.folder / "unfinished.json"

    def _told(self, writing: Writing, journal: Journal) -> Mapping[str, object]:
        return {"token": writing.token, "commit": journal.last + 1, "versions": journal.versions()}

    def _take_back(self, journal: Journal) -> None:
        """Undo an unfinished commit: tables as the journal names them, its files gone."""
        try:
            intent = json.loads(self._intent.read_text("utf-8"))
        except FileNotFoundError:
            return
        if journal.last < intent["commit"]:
            for table in TableSet(self.folder).all():
                table.put_back(intent["versions"].get(table.name, 0))
                _remove_files(table, intent["token"])
        self._intent.unlink()


def _remove_files(table: LedgerTable, token: str) -> None:
    for left in table.folder.glob(f"{token}-*.parquet"):
        left.unlink()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "writing.lock", timeout=_PATIENCE_SECONDS):
            yield
    except Timeout as fault:
        message = _("Another program is writing to {folder}. Wait until it has finished and try again.")
        raise LedgerError(message.format(folder=folder)) from fault
