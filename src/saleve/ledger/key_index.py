"""Which batches may hold a document, told without reading their entries: an index of the document keys in the files of a category.

Compaction makes it, and it may be deleted at any time: files that it does not cover are read. Files of the ledger never change,
so neither does what the index says of them.
"""

import json
import os
from pathlib import Path

import polars as pl

from saleve.ledger.store import Ledger, in_text
from saleve.ledger.tables import LedgerTable
from saleve.ledger.tableset import ENTRIES, TableSet
from saleve.method.activity.ticket_links import NUMBERS, keys_of

KEYS = ("document_key", "original_key")
_NONE = 0  # the key of a line without number
_ROW_GROUP = 20_000  # a few keys are found by reading a few groups


def is_indexed(table: LedgerTable) -> bool:
    """Tell whether a table has document keys to look up."""
    return set(KEYS) <= set(table.schema)


def index_keys(ledger: Ledger, table: LedgerTable) -> None:
    """Index the document keys in all files of a table as it stands in this ledger."""
    version = ledger.versions[table.name]
    keys = pl.concat([_plain_keys(table.scan(version)).collect(), _careful_keys(table.scan(version))])
    place = _place(table)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(f".{os.getpid()}")
    names = json.dumps([file.name for file in table.files(version)])
    told = {"files": names, "hashed_by": pl.__version__}
    keys.unique().sort("key").write_parquet(beside, row_group_size=_ROW_GROUP, metadata=told)
    beside.replace(place)


def batches_near(ledger: Ledger, category: str, keys: pl.Series) -> list[str]:
    """Return the batches with a line that has or names a document of one of these keys, or one that only care can tell."""
    table = TableSet(ledger.folder)[f"{ENTRIES}{category}"]
    place, indexed = _place(table), _indexed(_place(table))
    unread = [file for file in table.files(ledger.versions[table.name]) if file.name not in indexed]
    rows = table.scan_files(unread)
    wanted = [_near(_plain_keys(rows), keys), in_text(_odd(rows).select("batch"))]
    if indexed:
        wanted.append(_near(pl.scan_parquet(place), keys))
    return sorted(set().union(*(found["batch"] for found in pl.collect_all(wanted))))


def _place(table: LedgerTable) -> Path:
    return table.root / "indexes" / f"{table.name}.parquet"


def _indexed(place: Path) -> set[str]:
    """Return the names of the files that an index covers."""
    if not place.exists():
        return set()
    told = pl.read_parquet_metadata(place)
    return set(json.loads(told["files"])) if told["hashed_by"] == pl.__version__ else set()


def _plain_keys(entries: pl.LazyFrame) -> pl.LazyFrame:
    """Return ``key`` and ``batch`` of every number that is written plainly."""
    numbers = [entries.select("batch", key=name) for name in KEYS]
    return in_text(pl.concat(numbers).filter(pl.col("key") != _NONE)).select("key", "batch")


def _odd(entries: pl.LazyFrame) -> pl.LazyFrame:
    """Return the entries with a number that is not written plainly."""
    return entries.filter(pl.any_horizontal(pl.col(name).is_null() for name in KEYS))


def _careful_keys(entries: pl.LazyFrame) -> pl.DataFrame:
    """Return ``key`` and ``batch`` of every number of entries of which one is not written plainly."""
    lines = in_text(_odd(entries).select("batch", *NUMBERS)).collect().with_row_index("id")
    return keys_of(lines).join(lines, on="id").select("key", "batch")


def _near(rows: pl.LazyFrame, keys: pl.Series) -> pl.LazyFrame:
    """Return the batch of every row with one of the keys."""
    span = pl.col("key").is_between(keys.min(), keys.max())  # by this groups of rows are passed over
    return rows.filter(span).filter(pl.col("key").is_in(keys.implode())).select("batch")
