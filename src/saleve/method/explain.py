"""From a figure to its formula, factors with edition and clause, share of estimates, and the rows of the files."""

from dataclasses import dataclass

import polars as pl

from saleve.method.emissions import compute
from saleve.method.emissions.formulas import formula
from saleve.method.emissions.result import CELL
from saleve.method.inventory import Inventory, Selection, Total, condition, select, sum_known, total

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
) -> Explanation:
    """Explain a selection of cells: ``limit`` rows of the activity tables from the ``first``, largest first."""
    cells = select(inventory, selection)
    found, all_rows = _rows(inventory, activities, selection, first, limit)
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
    first: int,
    limit: int,
) -> tuple[pl.DataFrame, int]:
    tables = [
        _estimated_rows(inventory, activities, source, selection)
        for source in compute.SOURCES
        if source in activities
    ]
    if not tables:
        return pl.DataFrame(schema=dict.fromkeys(ROW_COLUMNS, pl.String)), 0
    largest = pl.concat(table.top_k(first + limit, by="kg_co2e") for table in tables)
    page = largest.sort("kg_co2e", descending=True, nulls_last=True).slice(first, limit)
    return page, sum(len(table) for table in tables)


def _estimated_rows(
    inventory: Inventory, activities: compute.Activities, source: str, selection: Selection
) -> pl.DataFrame:
    """Estimate only the rows that can belong to the selection: what the activity table itself can tell is filtered first."""
    wanted = _own_dimensions(activities[source].lazy(), selection).collect()
    estimated = compute.estimate_rows(source, wanted, activities, inventory.book or inventory.rules)
    missing = [pl.lit(None, kind).alias(name) for name, kind in CELL.items() if name not in estimated.columns]
    return (
        estimated.with_columns(missing)
        .filter(condition(selection, inventory.book or inventory.rules))
        .select(*ROW_COLUMNS[:3], _what(source, estimated).alias("what"), *ROW_COLUMNS[4:])
    )


def _own_dimensions(activity: pl.LazyFrame, selection: Selection) -> pl.LazyFrame:
    columns = activity.collect_schema().names()
    for name in ("year", "unit", "site", "category", "cabin"):
        value = getattr(selection, name)
        if value is not None and name in columns:
            activity = activity.filter(pl.col(name) == value)
    return activity


def _what(source: str, table: pl.DataFrame) -> pl.Expr:
    named = [name for name in ("site", "category") if name in table.columns]
    words = pl.concat_str(named, separator=", ", ignore_nulls=True) if named else pl.lit(source)
    if "origin" not in table.columns:
        return words
    flight = pl.format("{}-{}, {}", "origin", "destination", "cabin")
    return pl.when(pl.col("origin").is_null()).then(words).otherwise(flight)


def _summed(cells: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return (
        cells.group_by(by)
        .agg(sum_known("amount"), sum_known("kg_co2e"), pl.col("rows").sum())
        .sort("kg_co2e", descending=True, nulls_last=True)
    )
