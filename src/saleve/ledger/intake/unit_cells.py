"""Units that stand beside numbers, in their cells or in the header: brought to the unit of the column, never mixed."""

import polars as pl

from saleve.ledger.intake.mapping import Match
from saleve.ledger.intake.parsing.numbers import NumberColumn
from saleve.method.problems import UnknownReferenceError
from saleve.method.units import is_unit, parse_unit


def units_beside(parsed: NumberColumn, match: Match) -> pl.Series:
    """Return the unit of each number: beside it in its cell, else in the header."""
    return pl.select(
        pl.coalesce(pl.lit(parsed.table["unit"]), pl.lit(match.unit, dtype=pl.String))
    ).to_series()


def unsuitable(units: pl.Series, target: str | None) -> pl.Series:
    """Say for each number whether the unit beside it measures something else than its column does."""
    if target is None or not is_unit(target):
        return pl.repeat(value=False, n=units.len(), eager=True)
    wrong = [unit for unit in units.drop_nulls().unique().to_list() if _factor(unit, target) is None]
    return units.is_in(wrong).fill_null(value=False)


def converted(values: pl.Series, units: pl.Series, target: str | None) -> pl.Series:
    """Bring the numbers to the unit of their column, where another unit of the same kind stands beside them."""
    distinct = units.drop_nulls().unique().to_list()
    factors = {unit: factor for unit in distinct if (factor := _factor(unit, target)) not in (None, 1.0)}
    if not factors:
        return values
    return values * units.replace_strict(factors, default=1.0, return_dtype=pl.Float64).fill_null(1.0)


def _factor(unit: str, target: str | None) -> float | None:
    try:
        given, wanted = parse_unit(unit), parse_unit(target or "")
    except UnknownReferenceError:
        return None
    return given.to_canonical / wanted.to_canonical if given.canonical == wanted.canonical else None
