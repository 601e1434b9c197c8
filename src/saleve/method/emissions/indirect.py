"""Amount x factor in the chain of suppliers: what waste, water, paper, procurement and information technology share.

GHG Protocol Corporate Value Chain Standard (2011), chapter 5. Few countries publish such factors: the factor of one stands in for the
others; ``quality`` says so and the 95 % range is wider.
"""

from collections.abc import Mapping

import polars as pl

from saleve.method.emissions.factor_based import emitted, finished, is_own, with_factors, with_quality
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.factors import WORLD

SCOPE, BOUNDARY = 3, "optional"
_ANYWHERE = "anywhere"  # a place for which no record stands: another country's factor serves, and says so


def computed(
    rows: pl.DataFrame,
    factors: pl.DataFrame,
    *,
    source: str,
    amount: str,
    key: tuple[str, ...],
    stand_in: str,
    notes: tuple[pl.Expr, ...] = (),
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return the rows with emissions by gas, quality and ranges; ``rows`` have ``place``, ``year`` and the ``key`` columns.

    ``source``: the source category whose own factors serve. A list that is made for the whole world (``stand_in``) is nowhere abroad.
    """
    placed = _with_reading(rows).with_columns(pl.col("place").fill_null(_ANYWHERE))
    served = with_factors(placed, factors, key=key, stand_ins=(stand_in,), source=source)
    if stand_in == WORLD:
        at_home = pl.when(is_own()).then(pl.lit("world")).otherwise(pl.lit("country"))
        served = served.with_columns(
            pl.when(pl.col("level") == "stand_in").then(at_home).otherwise("level").alias("level")
        )
    good = with_quality(emitted(served, amount), *notes, own_values=own_values, over_years=False)
    return _wider_elsewhere(good, own_values)


def indirect(rows: pl.DataFrame, source: str, **columns: pl.Expr) -> pl.DataFrame:
    """Return the rows with every column of a result: scope 3, optional."""
    return finished(rows, source=pl.lit(source), scope=pl.lit(SCOPE), boundary=pl.lit(BOUNDARY), **columns)


def zero_by_rule(rows: pl.DataFrame, word: str) -> pl.DataFrame:
    """Return rows that emit nothing in this category for a reason that ``word`` names; they are known, not missing."""
    zero = pl.lit(0.0)
    return rows.with_columns(
        unsplit_kg_co2e=zero,
        kg_co2e=zero,
        quality=pl.lit(word),
        method=pl.lit(word),
        estimated=pl.lit(value=False),
    )


def unknown_because(rows: pl.DataFrame, reason: pl.Expr) -> pl.DataFrame:
    """Name the reason first where an emission is not known and ``reason`` has a word for it."""
    lacking = pl.col("kg_co2e").is_null() & reason.is_not_null()
    return rows.with_columns(pl.when(lacking).then(reason).otherwise("quality").alias("quality"))


def with_own_range(
    factors: pl.DataFrame, name: str, own_values: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Let the assumption ``name`` be the range of the factors whose source states none."""
    assumed = pl.when(pl.col("uncertainty_basis") == "assumption").then(assumption(name, own_values))
    return factors.with_columns(
        pl.coalesce(assumed, f"{side}_pct").alias(f"{side}_pct") for side in ("low", "high")
    )


def _with_reading(rows: pl.DataFrame) -> pl.DataFrame:
    return rows if "reading" in rows.columns else rows.with_columns(pl.lit(None, pl.String).alias("reading"))


def _wider_elsewhere(rows: pl.DataFrame, own_values: Mapping[str, float] | None) -> pl.DataFrame:
    width = assumption("proxy_factor_half_width_pct", own_values)
    return rows.with_columns(
        pl.when(pl.col("level") == "stand_in")
        .then((pl.col(name).pow(2) + width**2).sqrt())
        .otherwise(name)
        .alias(name)
        for name in ("shared_low_pct", "shared_high_pct")
    )
