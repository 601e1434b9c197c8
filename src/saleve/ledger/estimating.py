"""Estimates in place of data that never came: a batch like any other, each row with the name of its proxy and its error.

When data of the same site, meter and days arrive, the estimate no longer counts (``superseded`` in ``method/proxies``).
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ledger.committing import Writer
from saleve.ledger.correcting import Act
from saleve.ledger.entering import Origin
from saleve.ledger.evidence import Evidence, sha256_of
from saleve.ledger.journal import LOAD, Commit
from saleve.ledger.loading import Loaded, Stores, batch_name, outcome
from saleve.ledger.schemas import entry_schema
from saleve.ledger.settling import settlement
from saleve.ledger.store import Ledger
from saleve.ledger.tableset import ENTRIES

_FIRST_ROW = 2  # below the header, as a spreadsheet counts


def load_estimates(stores: Stores, category: str, rows: pl.DataFrame, name: str, act: Act) -> Loaded:
    """Load rows of activity that a proxy gave; the sheet of estimates is kept as evidence. The same rows again add nothing."""
    placed = rows.with_columns(
        pl.lit(name).alias("source_file"),
        pl.lit("").alias("source_sheet"),
        pl.int_range(_FIRST_ROW, pl.len() + _FIRST_ROW, dtype=pl.Int64).alias("source_row"),
    )
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "estimates.csv"
        rows.drop("source_file", "source_sheet", "source_row", strict=False).write_csv(sheet)
        return _load(stores, category, placed, sheet, act)


def _load(stores: Stores, category: str, rows: pl.DataFrame, sheet: Path, act: Act) -> Loaded:
    sha256, name = sha256_of(sheet), rows["source_file"][0]
    with Writer(stores.ledger).writing() as writing:
        ledger = Ledger(stores.ledger, writing.journal, writing.journal.last)
        if known := ledger.standing_batch(sha256):
            return outcome(ledger, known, "already_loaded")
        origin = Origin(batch_name(ledger, sha256), sha256)
        writing.add(f"{ENTRIES}{category}", _entries(rows, category, origin))
        writing.add(category, rows.with_columns(origin.columns()))
        account = {"file": name, "readings": [_account(category, rows)]}
        commit = Commit(LOAD, act.at, act.by, origin.batch, sha256, reason=act.reason, account=account)
        settled = settlement(writing.foreseen(commit), [origin.batch], stores.own_values)
        writing.add("changes", settled.changes)
        stores.evidence.keep(sheet, Evidence(sha256, name, sheet.stat().st_size, act.at, act.by))
        return outcome(writing.finish(commit), commit, "committed")


def _entries(rows: pl.DataFrame, category: str, origin: Origin) -> pl.DataFrame:
    """Return an entry for each estimate: accepted, by the rule that bears the name of its proxy."""
    declared = entry_schema(category)
    same = [name for name, kind in rows.schema.items() if declared.get(name) == kind]
    return rows.select(
        *same,
        pl.lit("accepted").alias("state"),
        pl.concat_list(pl.format("proxy-{}", "proxy")).alias("rules"),
        *origin.columns(),
    )


def _account(category: str, rows: pl.DataFrame) -> Mapping[str, Any]:
    counted = {"rows": rows.height, "accepted": rows.height, "repaired": 0, "rejected": 0}
    empty: dict[str, Any] = {"money": {}, "date_orders": {}, "columns": {}, "asked": {}}
    return {"category": category, "sheet": "", "headers": [], "money_unread": 0, **counted, **empty}
