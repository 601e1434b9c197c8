"""Checks on a series of readings: zeros that stand for gaps, a level that breaks, a set of meters that grows, negatives.

They warn and never change a value: only the person who knows the building can say what happened.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import before, finding_of_file, findings, joined
from saleve.method.problems import Problem, problem_table
from saleve.method.reference.assumptions import assumption


def series_problems(bills: pl.DataFrame) -> pl.DataFrame:
    """Return what the bills show; they have ``quantity`` and a period and are in series, one row per row of the file."""
    return joined([
        _negatives(bills),
        _zeros(bills),
        _level_breaks(bills),
        _growing_set(bills),
    ])  # fmt: skip


def _negatives(bills: pl.DataFrame) -> pl.DataFrame:
    return findings(
        bills,
        pl.col("quantity") < 0,
        code="amount-negative",
        severity="warning",
        column="amount",
        message=_("The amount {amount} is negative; it is kept with its sign and lowers the total."),
        suggestion=_("Keep it if it is a credit note or energy fed into the grid; else correct it."),
        values={"amount": "amount"},
    )


def _zeros(bills: pl.DataFrame) -> pl.DataFrame:
    """Tell zeros between readings from meters that use nothing at all."""
    zeros = bills.filter(pl.col("quantity") == 0)["series"].unique()
    used = bills.filter(pl.col("quantity") != 0)["series"].unique()
    suspect = bills.filter(pl.col("series").is_in(zeros.implode()))
    never = ~pl.col("series").is_in(used.implode())
    return joined([_always_zero(suspect.filter(never)), _zero_runs(suspect.filter(~never))])


def _zero_runs(bills: pl.DataFrame) -> pl.DataFrame:
    """Warn once for each run of zeros: gaps are often written as zero (Cambridge Estates archive, notes of the publisher)."""
    runs = bills.with_columns((pl.col("quantity") == 0).alias("_zero")).with_columns(
        pl.struct("series", "_zero").rle_id().alias("_run")
    )
    length = runs.filter("_zero").group_by("_run", maintain_order=True).agg(
        pl.len().alias("_length"),
        pl.first("source_row"),
        pl.first("period_start"),
        pl.last("period_end"),
    )  # fmt: skip
    return findings(
        length,
        pl.col("_length") >= int(assumption("zero_run_length")),
        code="zero-run",
        severity="warning",
        column="amount",
        message=_("The use is zero from {start} to {end} (periods: {count}). A gap may have been written as zero."),
        suggestion=_("If readings are missing, leave the amount empty or fill an estimate and mark it as estimated."),
        values={"count": "_length", "start": "period_start", "end": "period_end"},
    )  # fmt: skip


def _always_zero(bills: pl.DataFrame) -> pl.DataFrame:
    return finding_of_file(
        bills,
        pl.lit(value=True),
        code="always-zero",
        severity="note",
        message=_("Amounts of meters or sites that use nothing in the whole file, first in row {first}, rows: {count}."),
    )  # fmt: skip


def _level_breaks(bills: pl.DataFrame) -> pl.DataFrame:
    """Warn where a meter's mean per day falls below the share ``meter_level_break_ratio`` of the year before it."""
    levels = _yearly_levels(bills).with_columns(
        before("_per_day").alias("_before"), before("_year").alias("_year_before")
    )
    shares = levels.with_columns((100 * (1 - pl.col("_per_day") / pl.col("_before"))).round(0).alias("_drop"))
    return findings(
        shares,
        (pl.col("_before") > 0) & (pl.col("_per_day") < assumption("meter_level_break_ratio") * pl.col("_before")),
        code="meter-level-break",
        severity="warning",
        column="amount",
        message=_("The use per day at '{site}' falls by {drop:.0f} % from {before} to {year}: a change of unit or of scale is likelier than a saving."),
        suggestion=_("Compare with the bills of both years before the figures are used."),
        values={"site": "site", "drop": "_drop", "before": "_year_before", "year": "_year"},
    )  # fmt: skip


def _yearly_levels(bills: pl.DataFrame) -> pl.DataFrame:
    """Return each series' mean use per day in each year in which its periods start, in order of years."""
    days = (pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1
    return (
        bills.group_by("series", pl.col("period_start").dt.year().alias("_year"))
        .agg(
            (pl.col("quantity").sum() / days.sum()).alias("_per_day"),
            pl.col("source_row").min(),
            pl.col("site").first(),
        )
        .sort("series", "_year")
    )


def _growing_set(bills: pl.DataFrame) -> pl.DataFrame:
    """Note that more meters report in the last year than in the first: a total then rises without more use."""
    counts = (
        bills.group_by(pl.col("period_start").dt.year().alias("year"))
        .agg(pl.col("series").n_unique().alias("meters"))
        .sort("year")
    )
    if counts.height < 2 or counts["meters"][-1] <= counts["meters"][0]:
        return problem_table([])
    message = _("{last} metering points report in {last_year}, {first} in {first_year}: compare like with like before a change is read as more use.")  # fmt: skip
    facts = {
        "first": counts["meters"][0],
        "first_year": counts["year"][0],
        "last": counts["meters"][-1],
        "last_year": counts["year"][-1],
    }
    return problem_table([Problem("meter-set-grows", "note", message.format(**facts))])
