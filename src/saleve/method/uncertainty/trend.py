"""How sure a change between two years is, apart from how sure each year is (IPCC 2006 Guidelines, vol. 1, ch. 3, table 3.2).

The trend is 100 x (year / base - 1). An error that is the same in both years moves it by the difference of what rests on it (type A
sensitivity); one that is not moves it by each (type B). Between them stands a correlation of the errors of a key in two years.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from saleve.method.reference.assumptions import assumption
from saleve.method.uncertainty.classes import class_of, year_correlations
from saleve.method.uncertainty.drawing import draw, terms
from saleve.method.uncertainty.errors import PARTS, SIDES, by_key, by_pair_of_keys
from saleve.method.uncertainty.monte_carlo import percentiles
from saleve.method.uncertainty.settings import DRAWS, SEED

_KEY = ["part", "key"]
# Factors of two years are records of their own, such as grid.ember.CHE.2024, but err together as one series.
_YEAR_IN_KEY = r"\b(19|20)\d\d\b"


@dataclass(frozen=True)
class Trend:
    """A change in percent with the bounds of its 95 % range; None where a total is missing or zero, or a range is not known.

    ``keys``: part, key, correlation, ``base_kg_co2e``, ``year_kg_co2e``, ``type_a`` and ``type_b`` (percentage points of the trend for
    one percent of the key's emission), ``low_points`` and ``high_points`` of the trend, ``share_of_variance``; largest share first.
    """

    change_pct: float | None
    low_pct: float | None
    high_pct: float | None
    keys: pl.DataFrame


@dataclass(frozen=True, slots=True)
class SimulatedTrend:
    """The same by Monte Carlo; ``error_points`` is the larger standard error of the bounds, in percentage points."""

    change_pct: float | None
    low_pct: float | None
    high_pct: float | None
    error_points: float | None
    converged: bool
    draws: int
    seed: int


def trend_uncertainty(
    base_cells: pl.DataFrame, year_cells: pl.DataFrame, *, correlation: Mapping[str, float] | None = None
) -> Trend:
    """Propagate the errors of both years to the trend (approach 1).

    ``correlation`` names classes of inputs with the correlation of a key's errors in the two years, from 0 to 1, where it is not to
    be that of the data package ``uncertainty``.
    """
    pairs = by_pair_of_keys(_both(base_cells, year_cells, correlation), ["period", *_CORRELATIONS])
    base, year = (_total(pairs, period) for period in (0, 1))
    keys = _key_table(pairs, base or 0.0, year or 0.0)
    if not base or year is None:
        return Trend(None, None, None, keys)
    change = (year / base - 1) * 100
    if not pairs["ranges_known"].all():
        return Trend(change, None, None, keys)
    low, high = (float(np.linalg.norm(keys[f"{side}_points"].to_numpy())) for side in SIDES)
    return Trend(change, change - low, change + high, keys)


def simulated_trend(
    base_cells: pl.DataFrame,
    year_cells: pl.DataFrame,
    *,
    correlation: Mapping[str, float] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> SimulatedTrend:
    """Draw both years together and return the 95 % range of the trend (approach 2)."""
    cells = _both(base_cells, year_cells, correlation)
    pairs = by_pair_of_keys(cells, ["period"])
    base, year = (_total(pairs, period) for period in (0, 1))
    change = (year / base - 1) * 100 if base and year is not None else None
    if change is None or not pairs["ranges_known"].all():
        return SimulatedTrend(change, None, None, None, converged=False, draws=draws, seed=seed)
    drawn = draw(terms(cells.with_columns(group="period")), 2, draws, seed)
    found = percentiles(((drawn[1] / drawn[0] - 1) * 100)[None, :])
    error = float(max(found["low_error"][0], found["high_error"][0]))
    converged = error <= assumption("monte_carlo_tolerance_pct")
    return SimulatedTrend(
        change, float(found["low"][0]), float(found["high"][0]), error, converged, draws, seed
    )


_CORRELATIONS = [f"{part}_correlation" for part in PARTS]


def _both(
    base_cells: pl.DataFrame, year_cells: pl.DataFrame, correlation: Mapping[str, float] | None
) -> pl.DataFrame:
    """Return the cells of both years with ``period`` and the correlation of each part; factors of one series share a key."""
    values = year_correlations(correlation)
    cells = pl.concat(
        [cells.with_columns(period=pl.lit(period)) for period, cells in enumerate((base_cells, year_cells))]
    )
    return cells.with_columns(
        pl.col("shared_key").cast(pl.String).str.replace_all(_YEAR_IN_KEY, ""),
        *(
            class_of(part, cells.columns)
            .replace_strict(values, return_dtype=pl.Float64)
            .min()
            .over(f"{part}_key")
            .alias(f"{part}_correlation")
            for part in PARTS
        ),
    )


def _total(pairs: pl.DataFrame, period: int) -> float | None:
    found = pairs.filter(pl.col("period") == period)["kg_co2e"]
    return float(found.sum()) if len(found) else None


def _key_table(pairs: pl.DataFrame, base: float, year: float) -> pl.DataFrame:
    groups = ["period", *_CORRELATIONS]
    errors = by_key(pairs, groups).with_columns(
        correlation=pl.when(pl.col("part") == "shared")
        .then("shared_correlation")
        .otherwise("independent_correlation")
    )
    wide = errors.group_by(_KEY).agg(
        pl.col("correlation").min(), *_of_period(0, "base"), *_of_period(1, "year")
    )
    ratio = year / base if base else None
    sensed = wide.with_columns(*_sensitivities(base, year), *_points(base, ratio))
    variance = (pl.col("low_points").pow(2) + pl.col("high_points").pow(2)) / 2
    return (
        sensed.with_columns(share_of_variance=(variance / variance.sum()).fill_nan(None))
        .select(
            *_KEY, "correlation", "base_kg_co2e", "year_kg_co2e", "type_a", "type_b",
            "low_points", "high_points", "share_of_variance",
        )
        .sort("share_of_variance", *_KEY, descending=[True, False, False], nulls_last=True)
    )  # fmt: skip


def _of_period(period: int, name: str) -> list[pl.Expr]:
    here = pl.col("period") == period
    return [
        pl.col("kg_co2e").filter(here).sum().alias(f"{name}_kg_co2e"),
        *(pl.col(f"{side}_kg").filter(here).sum().alias(f"{name}_{side}_kg") for side in SIDES),
    ]


def _sensitivities(base: float, year: float) -> list[pl.Expr]:
    """Return columns I and J of table 3.2, in percentage points of the trend for one percent of the key's emission."""
    one_base, one_year = (pl.col(f"{name}_kg_co2e") / 100 for name in ("base", "year"))
    moved = (year + one_year) / (base + one_base) * 100 - year / (base or float("nan")) * 100
    return [
        moved.abs().fill_nan(None).alias("type_a"),
        (one_year / base * 100).abs().fill_nan(None).alias("type_b"),
    ]


def _points(base: float, ratio: float | None) -> list[pl.Expr]:
    """Return how far each key moves the trend down and up, in percentage points.

    Of the variance the correlation is the share of an error common to both years; the rest errs apart in each.
    """
    if ratio is None:
        return [pl.lit(None, pl.Float64).alias(f"{side}_points") for side in SIDES]
    halves = {
        (name, side): pl.col(f"{name}_{side}_kg") / base * 100 for name in ("base", "year") for side in SIDES
    }
    up = halves["year", "high"] - ratio * halves["base", "high"]  # all that rests on the key is higher
    down = ratio * halves["base", "low"] - halves["year", "low"]
    common = {
        "low": pl.min_horizontal(up, down, 0.0),
        "high": pl.max_horizontal(up, down, 0.0),
    }
    other = {"low": "high", "high": "low"}
    shared = pl.col("correlation")
    return [
        (
            shared * common[side].pow(2)
            + (1 - shared) * (halves["year", side].pow(2) + (ratio * halves["base", other[side]]).pow(2))
        )
        .sqrt()
        .alias(f"{side}_points")
        for side in SIDES
    ]
