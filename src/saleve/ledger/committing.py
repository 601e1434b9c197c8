"""Writing to the ledger so that a commit is wholly there or wholly absent, whenever the process may die (decision 6).

Order: intent, files, one Delta commit for each table, the row of the journal, the end of the intent. Only the row of the
journal makes a commit real. What an unfinished commit left is taken back by the next writer.
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from saleve.language import _
from saleve.ledger.errors import LedgerError
from saleve.ledger.evidence import write_whole
from saleve.ledger.journal import COMPACTION, Commit, Journal
from saleve.ledger.schemas import conformed
from saleve.ledger.store import Ledger
from saleve.ledger.tables import EMPTY, StagedFile
from saleve.ledger.tableset import TableSet

_PATIENCE_SECONDS = 60


@dataclass
class Writing:
    """One commit in the making: rows are staged as they come, taken in by their tables, and real with the journal's row."""

    tables: TableSet
    journal: Journal
    token: str
    staged: dict[str, list[StagedFile]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    count: int = 0
    finished: bool = False

    @property
    def commit_number(self) -> int:
        """The number that the commit will have."""
        return self.journal.last + 1

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Stage rows of a table."""
        if frame.is_empty():
            return
        place = self.tables[table]
        self.count += 1
        staged = place.stage(conformed(frame, place.schema), f"{self.token}-{self.count}")
        self.staged.setdefault(table, []).append(staged)

    def replace(self, table: str, old: Sequence[str], parts: Sequence[pl.DataFrame]) -> None:
        """Put rows, each part in a file, in the place of the files that hold them now."""
        place = self.tables[table]
        names = [f"{self.token}-{self.count + number}" for number in range(1, len(parts) + 1)]
        self.count += len(parts)
        staged = [place.stage(part, name) for part, name in zip(parts, names, strict=True)]
        self.versions[table] = place.replace(old, staged, COMPACTION)

    def foreseen(self, commit: Commit) -> Ledger:
        """Let the tables take in what is staged, and return the ledger as it will be with this commit."""
        with ThreadPoolExecutor() as side_by_side:  # each table waits for the disk
            taken = {
                name: side_by_side.submit(self.tables[name].take_in, parts, commit.kind)
                for name, parts in self.staged.items()
            }
        self.versions |= {name: done.result() for name, done in taken.items()}
        self.staged.clear()
        journal = self.journal.foreseen(commit, {**self.journal.versions(), **self.versions})
        return Ledger(self.tables.folder, journal, journal.last)

    def finish(self, commit: Commit) -> Ledger:
        """Make the commit real, with everything staged."""
        ledger = self.foreseen(commit)
        ledger.journal.write_last()
        self.finished = True
        return ledger


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes to one ledger folder."""

    folder: Path

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Hold the ledger for writing: first take back what an unfinished commit left; staged files without commit go."""
        with held(self.folder):
            self._take_back()
            writing = Writing(TableSet(self.folder), Journal.read(self.folder), uuid.uuid4().hex)
            write_whole(self._intent, json.dumps(_told(writing)).encode())
            try:
                yield writing
            finally:
                if writing.finished:
                    self._intent.unlink()
                else:
                    self._take_back()

    @property
    def _intent(self) -> Path:
        return self.folder / "unfinished.json"

    def _take_back(self) -> None:
        """Undo an unfinished commit: tables as the journal names them, its files gone."""
        try:
            intent = json.loads(self._intent.read_text("utf-8"))
        except FileNotFoundError:
            return
        if Journal.read(self.folder).last < intent["commit"]:
            for table in TableSet(self.folder).all():
                table.put_back(intent["versions"].get(table.name, EMPTY))
            for left in self.folder.rglob(f"{intent['token']}-*.parquet"):
                left.unlink()
        self._intent.unlink()


def _told(writing: Writing) -> Mapping[str, object]:
    versions = dict(writing.journal.versions())
    return {"token": writing.token, "commit": writing.commit_number, "versions": versions}


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the ledger of a folder: nobody else writes meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "writing.lock", timeout=_PATIENCE_SECONDS):
            yield
    except Timeout as fault:
        message = _("Another program is writing to {folder}. Wait until it has finished and try again.")
        raise LedgerError(message.format(folder=folder)) from fault
