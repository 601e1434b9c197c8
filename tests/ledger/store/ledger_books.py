"""Ledgers in empty folders, and small files to load into them: each test says only what matters to it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ledger.evidence import EvidenceStore
from saleve.ledger.loading import Delivery, Loaded, Reading, Stores, load
from saleve.ledger.pseudonyms import KeyRing
from saleve.ledger.store import Ledger, in_text
from saleve.method.activity.normalising import Context

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
RING = KeyRing((b"k" * 32,))
CONTEXT = Context(pseudonym=RING.pseudonym)


class Books:
    """A ledger with its evidence, and short words for what tests do with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stores = Stores(folder / "ledger", EvidenceStore(folder / "evidence"))

    def load(self, text: str, name: str = "tickets.csv", **delivery: Any) -> Loaded:
        """Load a text file."""
        path = self.folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return self.load_path(path, name=name, **delivery)

    def load_path(
        self,
        path: Path,
        name: str | None = None,
        category: str | None = None,
        confirm: Callable[[Loaded], bool] | None = None,
        **delivery: Any,
    ) -> Loaded:
        """Load a file that is there."""
        reading = Reading({"context": CONTEXT, "category": category}, {"category": category})
        told = {"readings": (reading,), "by": "coordinator", "at": NOON, **delivery}
        return load(self.stores, Delivery(path, name or path.name, **told), confirm)

    @property
    def ledger(self) -> Ledger:
        """The ledger as it is now."""
        return Ledger.open(self.stores.ledger)

    def activity(self, category: str = "air_travel", commit: int | None = None) -> pl.DataFrame:
        """Return the activity that stands, in an order that does not depend on loading."""
        rows = in_text(Ledger.open(self.stores.ledger, commit).activity(category)).collect()
        return rows.sort("batch", "source_sheet", "source_row", "revision", *([] if "leg" not in rows.columns else ["leg"]))  # fmt: skip

    def states(self, category: str = "air_travel") -> dict[tuple[str, int], str]:
        """Return file and row -> the state in which the row ended."""
        rows = self.ledger.entries(category).select("source_file", "source_row", "state")
        return {(file, row): state for file, row, state in in_text(rows).collect().iter_rows()}


HEADER = "Ticket number,Transaction,From,To,Date,Fare,Currency,Name\n"


def tickets(*lines: str) -> str:
    """Return a file of tickets; a line leaves out what the header names last."""
    return HEADER + "".join(f"{line}\n" for line in lines)


def counts(loaded: Loaded) -> Mapping[str, int]:
    """Return the rows of a loaded file by state."""
    assert loaded.statement
    return {state: loaded.statement.rows(state) for state in ("accepted", "repaired", "rejected", "netted")}
