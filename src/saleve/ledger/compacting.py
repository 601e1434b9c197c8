"""Many small files put together, so that a ledger of thousands of batches opens as fast as one of ten.

No row changes, and every earlier version keeps its files. Rows are sorted by batch, so that readers of one batch pass over the
others.
"""

from datetime import datetime
from pathlib import Path

import polars as pl

from saleve.ledger.committing import Writer, Writing
from saleve.ledger.journal import COMPACTION, Commit
from saleve.ledger.key_index import index_keys, is_indexed
from saleve.ledger.store import Ledger
from saleve.ledger.tables import FULL_ROWS, LedgerTable

MANY_FILES = 64


def compact(folder: Path, at: datetime, by: str, *, many: int = MANY_FILES) -> Ledger:
    """Put together the small files of every table that has many, in one commit, and return the ledger after it."""
    with Writer(folder).writing() as writing:
        ledger = Ledger(folder, writing.journal, writing.journal.last)
        crowded = [table for table in writing.tables.all() if len(table.small_files()) >= many]
        if crowded:
            for table in crowded:
                _put_together(table, writing)
            ledger = writing.finish(Commit(COMPACTION, at, by))
            for table in crowded:
                if is_indexed(table):
                    index_keys(ledger, table)
        ledger.journal.tidy()
    return Ledger.open(folder)


def crowded(folder: Path) -> bool:
    """Tell whether the newest batches left many small files."""
    return len(Ledger.open(folder).journal.table.small_files()) >= MANY_FILES


def _put_together(table: LedgerTable, writing: Writing) -> None:
    small = table.small_files()
    rows = pl.scan_parquet(
        [table.folder / name for name in small], schema=table.kept, missing_columns="insert"
    ).collect()
    writing.replace(
        table.name, small, in_files(rows.sort(pl.col("batch").cast(pl.String), maintain_order=True))
    )


def in_files(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Divide rows in the order of batches into parts of about the size of a full file; no batch is divided."""
    numbered = rows.with_row_index("part")
    first = pl.col("part").min().over("batch")
    return numbered.with_columns(first // FULL_ROWS).partition_by(
        "part", maintain_order=True, include_key=False
    )
