"""What collections, purchases and bills other than energy have in common: a day or a period, and amounts too high to be true."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from saleve.language import _
from saleve.method.activity.periods import PERIOD_COLUMNS
from saleve.method.activity.rows import findings
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import Column


def headed(columns: Sequence[Column], name: str, *synonyms: str, minimum: float | None = None) -> Column:
    """Return the named one of the columns with more headers, those given first."""
    column = next(one for one in columns if one.name == name)
    return replace(column, synonyms=(*synonyms, *column.synonyms), minimum=minimum)


def period_columns(*days: str) -> tuple[Column, ...]:
    """Return the columns of a period; the headers given name a single day, on which the period starts and ends."""
    return (headed(PERIOD_COLUMNS, "period_start", *days), *PERIOD_COLUMNS[1:])


def too_high_per_day(rows: pl.DataFrame, quantity: str, limit: str, unit: str, column: str) -> pl.DataFrame:
    """Warn of amounts that are more for each day of their period than the named assumption."""
    days = (pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1
    rates = rows.with_columns((pl.col(quantity) / days).round(0).alias("_per_day"))
    message = _("The amount is {{per_day:.0f}} {unit} a day, more than {limit:g} {unit}, which is hardly possible.")  # fmt: skip
    return findings(
        rates,
        pl.col(quantity) / days > assumption(limit),
        code="amount-implausible",
        severity="warning",
        column=column,
        message=message.format(unit=unit, limit=assumption(limit)),
        suggestion=_("Check the unit, the decimal sign and the period."),
        values={"per_day": "_per_day"},
    )
