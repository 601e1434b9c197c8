"""The tables of one ledger folder by name: a category's activity, its entries, findings and changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from saleve.ledger.schemas import CHANGES, FINDINGS, REPAIRED, activity_schema, entry_schema
from saleve.ledger.tables import LedgerTable
from saleve.method.activity.categories import CATEGORIES

ENTRIES = "entries/"


@dataclass(frozen=True, slots=True)
class TableSet:
    """All tables that a ledger can have."""

    folder: Path

    def __getitem__(self, name: str) -> LedgerTable:
        """Return a table by its name; a wrong name is a fault in the code."""
        return _table(self.folder, name)

    def all(self) -> Iterator[LedgerTable]:
        """Yield the tables that were made."""
        for name in table_names():
            if self[name].exists():
                yield self[name]


def table_names() -> list[str]:
    """Return the names of all tables, the journal not among them."""
    return ["findings", "repairs", "changes", *CATEGORIES, *(f"{ENTRIES}{name}" for name in CATEGORIES)]


@lru_cache(maxsize=256)
def _table(folder: Path, name: str) -> LedgerTable:
    return LedgerTable(folder, name, _schema(name))


def _schema(name: str) -> pl.Schema:
    if name == "findings":
        return FINDINGS
    if name == "repairs":
        return REPAIRED
    if name == "changes":
        return CHANGES
    if name.startswith(ENTRIES):
        return entry_schema(name.removeprefix(ENTRIES))
    return activity_schema(name)
