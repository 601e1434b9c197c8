"""Activity by calendar month: amounts divided by days, and the days that rows cover."""

from collections.abc import Sequence

import polars as pl

from saleve.method.activity.standing import amount_column, span


def by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each month that a row touches: ``month_start``, ``first``, ``last``, ``days`` and its ``quantity``."""
    start, end = span(rows)
    amount = amount_column(rows)
    dated = rows.with_columns(
        start.alias("first"), end.alias("last"), (pl.col(amount) if amount else pl.lit(None, pl.Float64)).alias("quantity")
    ).filter(pl.col("first") <= pl.col("last"))  # fmt: skip
    months = dated.with_columns(
        _days().alias("_whole"),
        pl.date_ranges(pl.col("first").dt.month_start(), "last", interval="1mo").alias("month_start"),
    ).explode("month_start")
    cut = months.with_columns(
        pl.max_horizontal("first", "month_start").alias("first"),
        pl.min_horizontal("last", pl.col("month_start").dt.month_end()).alias("last"),
    ).with_columns(_days().alias("days"))
    return cut.with_columns((pl.col("quantity") * pl.col("days") / pl.col("_whole")).alias("quantity")).drop(
        "_whole"
    )


def days_covered(parts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return how many different days the parts cover, as ``covered`` for each value of the columns ``by``."""
    counted = parts.with_columns(pl.len().over(by).alias("_parts"))
    alone = counted.filter(pl.col("_parts") == 1).select(*by, pl.col("days").alias("covered"))
    return pl.concat([alone, _different_days(counted.filter(pl.col("_parts") > 1), by)])


def _different_days(parts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Count day by day: only parts that may overlap need it, and they are few."""
    days = parts.select(*by, pl.date_ranges("first", "last").alias("day")).unique().explode("day")
    return days.group_by(by).agg(pl.col("day").n_unique().cast(pl.Int64).alias("covered"))


def _days() -> pl.Expr:
    return (pl.col("last") - pl.col("first")).dt.total_days() + 1
