"""Checks on a series of payments: a reporting threshold that moves, one payment that outweighs all others."""

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import before, findings
from saleve.method.reference.assumptions import assumption


def spending_problems(payments: pl.DataFrame) -> list[pl.DataFrame]:
    """Return what payments show together; they have ``year``, ``amount``, ``currency`` and ``source_row``."""
    years = _years(payments)
    return [_threshold_steps(payments, years), _outweighing(payments, years)]


def _years(payments: pl.DataFrame) -> pl.DataFrame:
    """Return for each currency and year that has many payments: how many, their sum, and the smallest amount but for a few.

    Lists above a threshold hold some smaller payments too (reversals, parts of one invoice), so that the very smallest says
    little: the smallest is taken after the share ``spend_small_share_pct`` of payments.
    """
    size = pl.col("amount").abs().cast(pl.Float64)
    return (
        payments.filter(pl.col("amount") != 0)
        .group_by(pl.col("currency").alias("series"), "year")
        .agg(
            pl.len().alias("_payments"),
            size.sum().alias("_sum"),
            size.quantile(assumption("spend_small_share_pct") / 100).alias("_smallest"),
            pl.col("source_row").min(),
        )
        .filter(pl.col("_payments") >= assumption("spend_series_payments"))
        .sort("series", "year")
    )


def _threshold_steps(payments: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """Warn where many payments of a year lie below the smallest of the year before: the list begins at a lower amount."""
    steps = years.with_columns(
        before("_smallest").alias("_smallest_before"), before("year").alias("_year_before")
    )
    counted = steps.join(_below(payments, steps), on=["series", "year"], how="left").sort("series", "year")
    usual_pct = assumption("spend_small_share_pct")
    message = _("In {{year}}, {{below:.0f}} % of payments are smaller than {{smallest:.0f}} {{currency}}, in {{before}} {usual:g} %: the threshold from which payments are listed has fallen.")  # fmt: skip
    return findings(
        counted,
        pl.col("_below_pct") > assumption("spend_threshold_ratio") * usual_pct,
        code="threshold-changed",
        severity="warning",
        column="amount",
        message=message.format(usual=usual_pct),
        suggestion=_("Do not read the change between these years as more spending; compare payments above the higher threshold only."),
        values={"year": "year", "below": "_below_pct", "smallest": "_smallest_before", "currency": "series", "before": "_year_before"},
    )  # fmt: skip


def _below(payments: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """Return for each currency and year the share of payments below the smallest of the year before."""
    named = payments.filter(pl.col("amount") != 0).rename({"currency": "series"})
    beside = named.join(
        steps.filter(pl.col("_smallest_before").is_not_null()).select("series", "year", "_smallest_before"),
        on=["series", "year"],
    )
    smaller = pl.col("amount").abs().cast(pl.Float64) < pl.col("_smallest_before")
    return beside.group_by("series", "year").agg((100 * smaller.mean()).alias("_below_pct"))


def _outweighing(payments: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """Warn of one payment that is a large share of all payments of its year: a decimal sign may be lost."""
    sums = years.select(pl.col("series").alias("currency"), "year", "_sum")
    shares = payments.join(sums, on=["currency", "year"], how="inner", maintain_order="left").with_columns(
        (100 * pl.col("amount").abs().cast(pl.Float64) / pl.col("_sum")).alias("_share")
    )
    return findings(
        shares,
        pl.col("_share") > assumption("spend_single_share_pct"),
        code="amount-implausible",
        severity="warning",
        column="amount",
        message=_("This one payment is {share:.0f} % of all payments of {year} in {currency}."),
        suggestion=_("Check the decimal sign; if it is right, show the year with and without it."),
        values={"share": "_share", "year": "year", "currency": "currency"},
    )
