"""What a year is against others and against the target: series, path, changes with their ranges, bridges, what makes it unsure."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from math import isclose
from typing import Any

import polars as pl

from saleve.ems.changes import series_of
from saleve.ems.inventories import Computed
from saleve.method.base_year import LIKE_FOR_LIKE, Break, like_for_like
from saleve.method.bridges import BRIDGE
from saleve.method.indicators import data_classes
from saleve.method.inventory import Selection, condition, select, sum_known, yearly_totals
from saleve.method.planning.target_path import path
from saleve.method.uncertainty import contributions
from saleve.reporting.records import Fact
from saleve.reporting.sureness import with_range_of_trend

SINCE = ("previous", "base")  # the year before that has an inventory; the base year of the target
_COMPARED: dict[str, Any] = {"year": pl.Int64, "since": pl.String, "start_year": pl.Int64}
CHANGES = pl.Schema({**_COMPARED, "change_pct": pl.Float64, "low_pct": pl.Float64, "high_pct": pl.Float64})
BRIDGES = pl.Schema({**_COMPARED, "number": pl.Int64, **BRIDGE})  # kg CO2e
COMPARABLE = pl.Schema({**_COMPARED, **LIKE_FOR_LIKE})
_YEARS: Any = pl.List(pl.Int64)
POSITIONS = pl.Schema(
    {
        "year": pl.Int64,
        "actual_kg_co2e": pl.Float64,
        "path_kg_co2e": pl.Float64,
        "gap_kg_co2e": pl.Float64,  # above the path: positive
        "change_since_base_pct": pl.Float64,
        "required_rate_pct_per_year": pl.Float64,
        "cumulative_actual_kg_co2e": pl.Float64,
        "cumulative_path_kg_co2e": pl.Float64,
        "area_above_path_kg_co2e": pl.Float64,
        "interpolated_years": _YEARS,
    }
)
BREAKS = pl.Schema(
    {
        one.name: pl.Float64 if one.name == "effect_t_co2e" else pl.Int64 if one.name == "year" else pl.String
        for one in fields(Break)
    }
)
LARGEST = 20  # contributions to the variance of a year
CONTRIBUTIONS = pl.Schema(
    {"year": pl.Int64, "source": pl.String, "part": pl.String, "key": pl.String, "kg_co2e": pl.Float64, "half_width_kg": pl.Float64, "share_of_variance": pl.Float64}
)  # fmt: skip
QUALITY = pl.Schema(
    {
        "year": pl.Int64,
        "boundary": pl.String,
        "source": pl.String,
        "data_class": pl.String,  # specific, average, default, proxy; null: unknown, as of figures taken over
        "quality": pl.String,
        "estimated": pl.Boolean,
        "kg_co2e": pl.Float64,
        "rows": pl.Int64,
    }
)


def over_years(computed: Computed) -> dict[str, pl.DataFrame]:
    """Return the tables of all years at once: positions, path, three series, breaks, indicators, quality, completeness."""
    return {
        "positions": _positions(computed),
        "path": path(computed.target)
        if computed.target
        else pl.DataFrame(schema={"year": pl.Int64, "path_kg_co2e": pl.Float64}),
        "series": series_of(computed),
        "breaks": pl.DataFrame([asdict(one) for one in computed.workspace.breaks], schema=BREAKS).sort(
            "year"
        ),
        "indicators": _indicators(computed),
        "quality": _quality(computed),
        "completeness": computed.inventory.completeness,
        "reconciliation": computed.reconciliation(computed.inventory.years),
        "headcount": computed.inventory.headcount,
        "floor_area": computed.inventory.floor_area,
        "degree_days": computed.workspace.degree_days,
    }


def of_year(computed: Computed, year: int) -> dict[str, pl.DataFrame]:
    """Return the tables of one year: its changes, bridges, the part that compares like for like, contributions."""
    compared = _compared(computed, year)
    return {
        "changes": pl.DataFrame(list(_changes(computed, compared, year)), schema=CHANGES, orient="row"),
        "bridges": _bridges(computed, compared, year),
        "like_for_like": _comparable(computed, compared, year),
        "contributions": _contributions(computed, year),
    }


def _compared(computed: Computed, year: int) -> dict[str, int]:
    earlier = [one for one in computed.inventory.years if one < year]
    base = computed.target.base_year if computed.target else None
    return ({"previous": max(earlier)} if earlier else {}) | ({"base": base} if base in earlier else {})


def _changes(computed: Computed, compared: dict[str, int], year: int) -> Iterator[tuple[Any, ...]]:
    """Yield the change of the total; of the base year as the target has it, with a range where our cells make it up."""
    totals = yearly_totals(computed.inventory)
    for since, start_year in _starts(computed, compared, year).items():
        held = totals.get(start_year)
        start = computed.target.base_kg_co2e if since == "base" and computed.target else held
        now = totals.get(year)
        value = 100 * (now / start - 1) if now is not None and start else None
        fact = Fact(f"{year}.change.{since}", value, "percent", "")
        if held is not None and isclose(held, start or 0.0, rel_tol=1e-9):
            fact = with_range_of_trend(
                fact, computed.inventory, start_year, year, computed.workspace.uncertainty
            )
        yield year, since, start_year, fact.value, fact.low, fact.high


def _starts(computed: Computed, compared: dict[str, int], year: int) -> dict[str, int]:
    """Return what a change can be told from: also a base year that is no more than a stated figure."""
    target = computed.target
    return compared | ({"base": target.base_year} if target and target.base_year < year else {})


def _bridges(computed: Computed, compared: dict[str, int], year: int) -> pl.DataFrame:
    found = computed.bridges(compared, year)
    told = [_of(year, since, one.start_year, one.steps.with_row_index("number", offset=1), BRIDGES) for since, one in found.items()]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=BRIDGES), *told])


def _comparable(computed: Computed, compared: dict[str, int], year: int) -> pl.DataFrame:
    told = [_of(year, since, start, like_for_like(computed.inventory, start, year), COMPARABLE) for since, start in compared.items()]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=COMPARABLE), *told])


def _of(year: int, since: str, start_year: int, table: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    named = table.with_columns(year=pl.lit(year), since=pl.lit(since), start_year=pl.lit(start_year))
    return named.select(schema.names()).cast(dict(schema))  # type: ignore[arg-type]


def _contributions(computed: Computed, year: int) -> pl.DataFrame:
    ranked = contributions(select(computed.inventory, Selection(year=year))).head(LARGEST)
    return ranked.with_columns(year=pl.lit(year)).select(CONTRIBUTIONS.names()).cast(dict(CONTRIBUTIONS))  # type: ignore[arg-type]


def _positions(computed: Computed) -> pl.DataFrame:
    rows = [
        [list(value) if isinstance(value := getattr(one, name), tuple) else value for name in POSITIONS]
        for one in computed.positions
    ]
    return pl.DataFrame(rows, schema=POSITIONS, orient="row")


def _indicators(computed: Computed) -> pl.DataFrame:
    packages = ("indicators", "emas_core_indicators")
    return pl.concat(computed.indicators(name).with_columns(package=pl.lit(name)) for name in packages)


def _quality(computed: Computed) -> pl.DataFrame:
    book = computed.inventory.book or computed.inventory.rules
    cells = computed.inventory.cells.filter(condition(Selection(boundary=None), book)).drop_nulls("year")
    keys = [name for name in QUALITY if name not in ("kg_co2e", "rows")]
    summed = data_classes(cells).group_by(keys).agg(sum_known("kg_co2e"), pl.col("rows").sum())
    return summed.select(QUALITY.names()).cast(dict(QUALITY)).sort(keys, nulls_last=True)  # type: ignore[arg-type]
