"""Do the parts of an inventory add up to their whole: sources to scopes, scopes to the total, units to the organisation?

The principles of completeness and transparency (GHG Protocol Corporate Standard, ch. 1), applied to sums. A difference is
named to the line that makes it, for our own cells and for figures taken over as somebody printed them.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from saleve.method.inventory import FACILITIES, Inventory, Selection, select

SCHEMA = pl.Schema(
    {
        "year": pl.Int64(),
        "check": pl.String(),  # sources-to-scope, scopes-to-total, sources-to-total, units-to-organisation
        "line": pl.String(),  # what was added up to: total, a scope, or the line that is in no part
        "whole_kg_co2e": pl.Float64(),
        "parts_kg_co2e": pl.Float64(),
        "not_assigned_kg_co2e": pl.Float64(),  # of buildings, which belong to no unit by nature; null: no such remainder
        "without_unit_kg_co2e": pl.Float64(),  # of journeys whose rows name no unit; null: no such remainder
        "difference_kg_co2e": pl.Float64(),  # whole − parts − not assigned − without unit
        "lines": pl.List(pl.String()),  # the lines that make the difference, where they can be told
        "lines_not_assigned": pl.List(pl.String()),  # the lines of buildings
        "lines_without_unit": pl.List(pl.String()),  # the lines of journeys
        "rounding_kg_co2e": pl.Float64(),  # what rounding of the printed figures can make; zero of our own cells
    }
)
# The figures of a statement as somebody printed them; ``scope`` says to which scope a source belongs. A column ``half_digit_kg`` may
# stand beside: half of the last digit that is printed.
PRINTED = pl.Schema(
    {
        "year": pl.Int64(),
        "level": pl.String(),  # total, scope, source or unit
        "line": pl.String(),
        "scope": pl.Int64(),
        "kg_co2e": pl.Float64(),
    }
)
JOURNEYS = (
    "air_travel",
    "home_leave",
    "ground_travel",
    "vehicles",
)  # made for a unit, which their rows may leave out
TOLERANCE = 1e-9  # relative: what adding floats may differ by
_PARTS = {"scope": "scopes-to-total", "source": "sources-to-total", "unit": "units-to-organisation"}


def reconcile(inventory: Inventory, year: int) -> pl.DataFrame:
    """Return every check of a year with its difference (``SCHEMA``); cells that name no part are the lines of it.

    Units are checked only where any cell names one. What names none is a remainder by name: buildings, which several units share,
    and journeys, which somebody made for a unit. Anything else without a unit is a difference.
    """
    cells = select(inventory, Selection(year=year)).filter(pl.col("kg_co2e").is_not_null())
    asked = [part for part in _PARTS if part != "unit" or cells["unit"].count()]
    rows = [_of_cells(cells, year, part) for part in asked]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def reconcile_printed(printed: pl.DataFrame) -> pl.DataFrame:
    """Check a printed statement (``PRINTED``) for every year: only what it prints is added up, and what it lacks is not zero."""
    found = [
        _of_statement(part, year)
        for (year,), part in printed.sort("year").group_by("year", maintain_order=True)
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found])


def differences(checks: pl.DataFrame) -> pl.DataFrame:
    """Return the checks that do not add up, by more than the rounding of printed figures can make."""
    least = TOLERANCE * pl.col("whole_kg_co2e").abs()
    apart = pl.col("difference_kg_co2e").abs() > least + pl.col("rounding_kg_co2e") * (1 + TOLERANCE)
    return checks.filter(apart)


def _of_cells(cells: pl.DataFrame, year: int, part: str) -> tuple[object, ...]:
    named = pl.col(part).is_not_null()
    nameless = cells.filter(~named)
    kinds = (FACILITIES, JOURNEYS) if part == "unit" else ((), ())
    remainders = [nameless.filter(pl.col("source").is_in(kind)) for kind in kinds]
    outside = nameless.filter(~pl.col("source").is_in([*kinds[0], *kinds[1]]))
    whole, inside = (_kg(one) for one in (cells, cells.filter(named)))
    left = [_kg(one) if len(one) else None for one in remainders]
    apart = _apart(whole, inside + sum(kg or 0.0 for kg in left))
    lines = map(_names, (outside, *remainders))
    return year, _PARTS[part], "total", whole, inside, *left, apart, *lines, 0.0


def _kg(cells: pl.DataFrame) -> float:
    return float(cells["kg_co2e"].sum())


def _names(cells: pl.DataFrame) -> list[str]:
    """Return source and category of the cells, what emits most first."""
    name = pl.concat_str("source", "category", separator=", ", ignore_nulls=True).alias("line")
    summed = cells.group_by(name).agg(pl.col("kg_co2e").sum())
    return summed.sort("kg_co2e", "line", descending=[True, False])["line"].to_list()


def _of_statement(given: pl.DataFrame, year: object) -> pl.DataFrame:
    exact = [] if "half_digit_kg" in given.columns else [pl.lit(0.0).alias("half_digit_kg")]
    printed = given.with_columns(exact)
    rows = []
    for whole in _lines(printed, "scope").iter_rows(named=True):
        inside = _lines(printed, "source").filter(pl.col("scope") == whole["scope"])
        rows.append(_added_up(printed, year, ("sources-to-scope", whole["line"]), whole, inside))
    for whole in _lines(printed, "total").iter_rows(named=True):
        rows += [_added_up(printed, year, (check, "total"), whole, _lines(printed, part)) for part, check in _PARTS.items()]  # fmt: skip
    return pl.DataFrame([row for row in rows if row], schema=SCHEMA, orient="row")


def _added_up(
    printed: pl.DataFrame,
    year: object,
    named: tuple[str, str],
    whole: Mapping[str, Any],
    inside: pl.DataFrame,
) -> tuple[object, ...] | None:
    """Return a check of a printed whole; each figure of it can be half of its last digit away from what was rounded."""
    if inside.is_empty():
        return None
    parts, rounding = (float(inside[name].sum()) for name in ("kg_co2e", "half_digit_kg"))
    apart, rounding = _apart(whole["kg_co2e"], parts), rounding + whole["half_digit_kg"]
    made = _that_make(_lines(printed, "source"), apart) if abs(apart) > rounding * (1 + TOLERANCE) else []
    return year, *named, whole["kg_co2e"], parts, None, None, apart, made, [], [], rounding


def _lines(printed: pl.DataFrame, level: str) -> pl.DataFrame:
    return printed.filter(pl.col("level") == level, pl.col("kg_co2e").is_not_null())


def _that_make(sources: pl.DataFrame, apart: float) -> list[str]:
    """Name the sources that make a difference: those of no printed scope, if they add up to it; else one that is as large."""
    if not apart:
        return []
    loose = sources.filter(pl.col("scope").is_null())
    if len(loose) and _apart(float(loose["kg_co2e"].sum()), apart) == 0:
        return loose["line"].to_list()
    alike = (pl.col("kg_co2e") - abs(apart)).abs() <= TOLERANCE * abs(apart) + _PRINTED_KG
    return sources.filter(alike)["line"].to_list()


_PRINTED_KG = 0.005  # half of the last digit of a statement in kg with two decimals


def _apart(whole: float, parts: float) -> float:
    """Return whole less parts; what adding floats may leave is nothing."""
    apart = whole - parts
    return 0.0 if abs(apart) <= TOLERANCE * max(abs(whole), abs(parts)) else apart
