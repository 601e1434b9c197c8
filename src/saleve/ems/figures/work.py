"""What must be done next: data that lack and who owes them, rows that were rejected, warnings, figures that cannot well be true."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from saleve.ems.gaps import requests_of
from saleve.ems.intake import FileAccount
from saleve.ems.inventories import Computed
from saleve.ledger.loading import Loaded
from saleve.ledger.store import in_text

_LOADED: dict[str, Any] = dict.fromkeys(("batch", "file", "category", "loaded_by"), pl.String)
BATCHES = pl.Schema(
    _LOADED
    | {"loaded_at": pl.Datetime("us", "UTC")}
    | dict.fromkeys(("rows", "accepted", "repaired", "rejected", "netted", "warnings"), pl.Int64)
)  # fmt: skip
PROBLEMS = pl.Schema(
    {"batch": pl.String, "category": pl.String, "severity": pl.String, "code": pl.String, "column": pl.String}
    | {"count": pl.Int64, "first_row": pl.Int64, "message": pl.String, "suggestion": pl.String}  # of the first row
)  # fmt: skip
REFUSED = pl.Schema({"file": pl.String, "reason": pl.String})


def work(computed: Computed, refused: Iterable[Loaded], today: date) -> dict[str, pl.DataFrame]:
    """Return coverage by month, requests for all years, batches, problems by batch, implausible figures, files refused."""
    gaps = requests_of(computed.workspace, computed.taken, today, computed.inventory.years)
    return {
        "coverage": gaps.found.coverage,
        "requests": gaps.found.requests.drop("overdue_days"),  # it moves with the day: pages have a clock
        "batches": _batches(computed.taken.files),
        "problems": _problems(computed),
        "implausible": computed.implausible(),
        "refused": pl.DataFrame(
            [(one.file, one.reason or "") for one in refused if one.status == "refused"],
            schema=REFUSED,
            orient="row",
        ),
    }


def _batches(files: Iterable[FileAccount]) -> pl.DataFrame:
    rows = [
        (one.batch, one.file, one.category, load.by, load.at, one.rows, one.accepted, one.repaired, one.rejected, one.netted, one.warnings)
        for one in files
        for load in [one.ledger.batches[one.batch]]
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=BATCHES, orient="row")


def _problems(computed: Computed) -> pl.DataFrame:
    """Return the warnings and errors of standing batches by kind, each with its first row as an example."""
    ledger = computed.taken.ledger
    standing = [one.batch for one in computed.taken.files]
    told = in_text(ledger.scan("findings")).filter(
        pl.col("severity") != "note", pl.col("batch").is_in(standing)
    )
    first = pl.col("row", "message", "suggestion").sort_by("row", nulls_last=True).first()
    counted = (
        told.group_by("batch", "category", "severity", "code", "column")
        .agg(pl.len().alias("count"), first)
        .collect()
    )
    named = counted.rename({"row": "first_row"}).select(PROBLEMS.names()).cast(dict(PROBLEMS))  # type: ignore[arg-type]
    return named.sort("batch", "category", "severity", "code", "column", nulls_last=True)
