"""From a figure to its formula, factors with edition and clause, share of estimates, and the rows of the files."""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from saleve.method.emissions import compute
from saleve.method.emissions.air_travel import CELL_KEYS
from saleve.method.emissions.formulas import formula
from saleve.method.emissions.result import CELL
from saleve.method.inventory import Inventory, Selection, Total, condition, named_so, select, sum_known, total

_PLACE = ("source_file", "source_sheet", "source_row", "leg")
_LEG_COLUMNS = (*CELL_KEYS, "passengers", "supplied_co2_kg", "source_file", "source_sheet", "source_row")
ROW_COLUMNS = (
    "source_file",
    "source_sheet",
    "source_row",
    "what",
    "amount",
    "amount_unit",
    "kg_co2e",
    "method",
    "quality",
)


@dataclass(frozen=True)
class Explanation:
    """Why a figure is what it is."""

    selection: Selection
    total: Total
    formulas: tuple[str, ...]  # one for each method that took part
    factors: pl.DataFrame  # of the cells that rest on one: factor_id, factor_level, source, method, accounting_basis, amount, amount_unit, kg_co2e, rows
    quality: pl.DataFrame  # source, quality, estimated, kg_co2e, rows
    rows: pl.DataFrame  # ROW_COLUMNS, largest emission first
    all_rows: int
    own_factors: pl.DataFrame | None = None  # of the organisation, to cite them


def explain(
    inventory: Inventory,
    activities: compute.Activities,
    selection: Selection,
    *,
    first: int = 0,
    limit: int = 20,
    categories: Collection[str] | None = None,
) -> Explanation:
    """Explain a selection of cells: ``limit`` rows of the activity tables from the ``first``, largest first.

    ``categories``: the tables whose rows are opened; ``None``: all. The others are still there for estimates that need them.
    """
    cells = select(inventory, selection)
    opened = [one for one in activities if categories is None or one in categories]
    found, all_rows = _rows(inventory, activities, selection, (first, limit), opened)
    return Explanation(
        selection=selection,
        total=total(inventory, selection),
        formulas=tuple(formula(method) for method in cells["method"].unique().drop_nulls().sort()),
        factors=_summed(
            cells.filter(pl.col("factor_id").is_not_null()),
            ["factor_id", "factor_level", "source", "method", "accounting_basis", "amount_unit"],
        ),
        quality=_summed(cells, ["source", "quality", "estimated"]),
        rows=found,
        all_rows=all_rows,
        own_factors=inventory.rules.own_factors,
    )


def _rows(
    inventory: Inventory,
    activities: compute.Activities,
    selection: Selection,
    page: tuple[int, int],
    opened: Collection[str],
) -> tuple[pl.DataFrame, int]:
    first, limit = page
    sources = [one for one in compute.SOURCES if one in opened and _may_hold(one, selection)]
    found = [_rows_of(inventory, activities, source, selection, first + limit) for source in sources]
    if not found:
        return pl.DataFrame(schema=dict.fromkeys(ROW_COLUMNS, pl.String)), 0
    largest = pl.concat(table for table, _count in found)
    shown = largest.sort("kg_co2e", descending=True, nulls_last=True, maintain_order=True).slice(first, limit)
    return shown, sum(count for _table, count in found)


def _may_hold(category: str, selection: Selection) -> bool:
    """Tell whether rows of a category can be of the source that is asked for: these two give rows to other sources too."""
    asked = selection.source if isinstance(selection.source, tuple) else (selection.source,)
    return category in asked or asked == (None,) or category in _OF_OTHER_SOURCES


_OF_OTHER_SOURCES = ("home_leave", "reported_emissions")


def _rows_of(
    inventory: Inventory, activities: compute.Activities, source: str, selection: Selection, count: int
) -> tuple[pl.DataFrame, int]:
    """Return the largest rows of a category within the selection, and how many rows are in it."""
    wanted = _own_dimensions(activities[source].lazy(), selection)
    within = {**activities, **_of_year(activities, selection)}
    if source == "air_travel":
        return _largest_legs(inventory, within, wanted, selection, count)
    found = _estimated(inventory, within, source, wanted.collect(), selection)
    return found.head(count), len(found)


def _of_year(activities: compute.Activities, selection: Selection) -> dict[str, pl.LazyFrame]:
    """Return the flights of the year that is asked for: averages of home leave need them, and other years' may be millions."""
    if selection.year is None or "air_travel" not in activities:
        return {}
    return {"air_travel": activities["air_travel"].lazy().filter(pl.col("year") == selection.year)}


def _largest_legs(
    inventory: Inventory,
    activities: compute.Activities,
    wanted: pl.LazyFrame,
    selection: Selection,
    count: int,
) -> tuple[pl.DataFrame, int]:
    """Go by cells first: legs alike in ``CELL_KEYS`` emit alike for each passenger, so only the cells of the largest legs are opened.

    Each cell holds a leg of its most passengers, so that the first ``count`` cells, and those that equal the last of them, hold the
    ``count`` largest legs.
    """
    columns = [*_LEG_COLUMNS, *(name for name in ("leg",) if name in wanted.collect_schema().names())]
    legs = wanted.select(columns).collect(engine="streaming").with_row_index("_leg")
    cells = legs.group_by(CELL_KEYS).agg(
        pl.col("passengers", "supplied_co2_kg").max(), pl.len().alias("_legs"), pl.col("_leg")
    )
    estimated = compute.estimate_rows("air_travel", cells, activities, inventory.book or inventory.rules)
    selected = _cell_columns(estimated).filter(condition(selection, inventory.book or inventory.rules))
    opened = _first_with_equals(selected, count)["_leg"].explode()
    rows = legs[opened].drop("_leg")
    found = _estimated(inventory, activities, "air_travel", rows, selection)
    return found.head(count), int(selected["_legs"].sum())


def _first_with_equals(cells: pl.DataFrame, count: int) -> pl.DataFrame:
    """Return the cells of the largest legs; with fewer computed cells than are asked for, all; where no row is asked for, none."""
    if not count:
        return cells.clear()
    if cells["kg_co2e"].count() < count:
        return cells
    return cells.filter(pl.col("kg_co2e") >= cells["kg_co2e"].top_k(count).min())


def _estimated(
    inventory: Inventory,
    activities: compute.Activities,
    source: str,
    rows: pl.DataFrame,
    selection: Selection,
) -> pl.DataFrame:
    """Return the rows with their emission, the largest first; equal ones as they stand in their file, so that pages do not overlap."""
    estimated = _cell_columns(
        compute.estimate_rows(source, rows, activities, inventory.book or inventory.rules)
    )
    selected = estimated.filter(condition(selection, inventory.book or inventory.rules))
    place = [name for name in _PLACE if name in selected.columns]
    descending = [True, *(False for _name in place)]
    return selected.sort("kg_co2e", *place, descending=descending, nulls_last=True).select(
        *ROW_COLUMNS[:3], _what(source, estimated).alias("what"), *ROW_COLUMNS[4:]
    )


def _cell_columns(estimated: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with every dimension that a selection may ask for."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in CELL.items() if name not in estimated.columns]
    return estimated.with_columns(missing)


def _own_dimensions(activity: pl.LazyFrame, selection: Selection) -> pl.LazyFrame:
    columns = activity.collect_schema().names()
    for name in ("year", "unit", "site", "category", "cabin"):
        value = getattr(selection, name)
        if value is not None and name in columns:
            activity = activity.filter(named_so(name, value))
    return activity


def _what(source: str, table: pl.DataFrame) -> pl.Expr:
    named = [name for name in ("site", "category") if name in table.columns]
    words = pl.concat_str(named, separator=", ", ignore_nulls=True) if named else pl.lit(source)
    if "origin" not in table.columns:
        return words
    journey = pl.concat_str(
        pl.format("{}-{}", "origin", "destination"), _cabin_or_mode(table), separator=", ", ignore_nulls=True
    )
    named_both = pl.col("origin").is_not_null() & pl.col("destination").is_not_null()
    return pl.when(named_both).then(journey).otherwise(words)


def _cabin_or_mode(table: pl.DataFrame) -> pl.Expr:
    """Journeys on the ground have no cabin; their category is the mode."""
    return pl.coalesce("cabin", "category") if "mode" in table.columns else pl.col("cabin")


def _summed(cells: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return (
        cells.group_by(by)
        .agg(sum_known("amount"), sum_known("kg_co2e"), pl.col("rows").sum())
        .sort("kg_co2e", descending=True, nulls_last=True)
    )
