"""The target and the position against it: path, gap, required rate, area under the curve.

The path is the straight line from the base year to the target year (UN system strategy 2020-2030: minus 45 % from 2010 to
2030, absolute). A missing base year is said, never invented: without it there is no path, no gap and no percentage.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Target:
    """An absolute target: from ``base_kg_co2e`` in the base year down by ``reduction_pct`` in the target year."""

    base_year: int
    target_year: int
    reduction_pct: float
    base_kg_co2e: float | None

    @property
    def target_kg_co2e(self) -> float | None:
        """Return the emission allowed in the target year, kg CO2e."""
        return None if self.base_kg_co2e is None else self.base_kg_co2e * (1 - self.reduction_pct / 100)

    def path_kg_co2e(self, year: int) -> float | None:
        """Return the path's value in a year, kg CO2e: level before the base year and after the target year."""
        if self.base_kg_co2e is None or self.target_kg_co2e is None:
            return None
        share = (year - self.base_year) / (self.target_year - self.base_year)
        return self.base_kg_co2e + (self.target_kg_co2e - self.base_kg_co2e) * min(max(share, 0), 1)


@dataclass(frozen=True, slots=True)
class Position:
    """Where the organisation stands in a year against its target; null where a figure cannot be given."""

    year: int
    actual_kg_co2e: float | None
    path_kg_co2e: float | None
    gap_kg_co2e: float | None  # above the path: positive
    change_since_base_pct: float | None
    required_rate_pct_per_year: float | None  # constant yearly fall from this year to the target year
    cumulative_actual_kg_co2e: float | None  # area under the curve since the base year
    cumulative_path_kg_co2e: float | None
    interpolated_years: tuple[int, ...] = ()  # years without inventory inside that area

    @property
    def area_above_path_kg_co2e(self) -> float | None:
        """Return what was emitted above (positive) or below the path since the base year, kg CO2e."""
        if self.cumulative_actual_kg_co2e is None or self.cumulative_path_kg_co2e is None:
            return None
        return self.cumulative_actual_kg_co2e - self.cumulative_path_kg_co2e


def path(target: Target) -> pl.DataFrame:
    """Return year and path_kg_co2e from the base year to the target year; no rows when the base is missing."""
    years = range(target.base_year, target.target_year + 1) if target.base_kg_co2e is not None else range(0)
    return pl.DataFrame(
        [(year, target.path_kg_co2e(year)) for year in years],
        schema={"year": pl.Int64, "path_kg_co2e": pl.Float64},
        orient="row",
    )


def positions(target: Target, actual_kg_co2e: Mapping[int, float | None]) -> list[Position]:
    """Return the position of every year for which there is an inventory, oldest first."""
    return [position(target, actual_kg_co2e, year) for year in sorted(actual_kg_co2e)]


def position(target: Target, actual_kg_co2e: Mapping[int, float | None], year: int) -> Position:
    """Return the position in one year; ``actual_kg_co2e`` maps each year with an inventory to its total."""
    actual, on_path = actual_kg_co2e.get(year), target.path_kg_co2e(year)
    areas = _areas(target, actual_kg_co2e, year)
    return Position(
        year=year,
        actual_kg_co2e=actual,
        path_kg_co2e=on_path,
        gap_kg_co2e=None if actual is None or on_path is None else actual - on_path,
        change_since_base_pct=_change_pct(actual, target.base_kg_co2e),
        required_rate_pct_per_year=_required_rate_pct(target, actual, year),
        cumulative_actual_kg_co2e=areas[0],
        cumulative_path_kg_co2e=areas[1],
        interpolated_years=areas[2],
    )


def _change_pct(actual: float | None, base: float | None) -> float | None:
    return None if actual is None or not base else 100 * (actual / base - 1)


def _required_rate_pct(target: Target, actual: float | None, year: int) -> float | None:
    """Solve actual x (1 - rate) ^ years = target; zero where the target is met already."""
    goal, years_left = target.target_kg_co2e, target.target_year - year
    if goal is None or actual is None or years_left <= 0:
        return None
    if actual <= goal:  # also where credits leave a year below zero
        return 0.0
    kept_each_year: float = (goal / actual) ** (1 / years_left)
    return 100 * (1 - kept_each_year)


def _areas(
    target: Target, actual: Mapping[int, float | None], year: int
) -> tuple[float | None, float | None, tuple[int, ...]]:
    """Return both sums of yearly values from the base year to this year; gaps inside are interpolated and named."""
    known = {y: kg for y, kg in actual.items() if kg is not None and target.base_year <= y <= year}
    if target.base_kg_co2e is None or year not in known or year < target.base_year:
        return None, None, ()
    series = {target.base_year: target.base_kg_co2e, **known}
    years = range(target.base_year, year + 1)
    missing = tuple(y for y in years if y not in series)
    return (
        sum(_interpolated(series, y) for y in years),
        sum(target.path_kg_co2e(y) or 0.0 for y in years),
        missing,
    )


def _interpolated(series: Mapping[int, float], year: int) -> float:
    if year in series:
        return series[year]
    before, after = max(y for y in series if y < year), min(y for y in series if y > year)
    return series[before] + (series[after] - series[before]) * (year - before) / (after - before)
