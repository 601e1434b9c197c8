"""Which rows of a table a person may see: those whose source, unit and site lie within a role."""

from typing import Any

import polars as pl

from saleve.ems.people.permissions import Operation, Scope, scopes

_NOWHERE = pl.lit(value=False)


def within(
    table: pl.DataFrame,
    person: Any,
    operation: Operation,
    *,
    source: str = "source",
    unit: str = "unit",
    site: str = "site",
) -> pl.DataFrame:
    """Return the rows of the places of the person; a limited role does not reach a row that names no place of that kind."""
    names = {"categories": source, "units": unit, "sites": site}
    return table.filter(
        pl.any_horizontal(_NOWHERE, *(_held(table, one, names) for one in scopes(person, operation)))
    )


def cuts_within(cuts: pl.DataFrame, person: Any) -> pl.DataFrame:
    """Return the sums of the places of the person; a sum names its places by what it is cut by and narrowed to."""
    placed = cuts.with_columns(_named(one).alias(f"_{one}") for one in ("source", "unit", "site"))
    seen = within(placed, person, Operation.READ_INVENTORY, source="_source", unit="_unit", site="_site")
    return seen.select(cuts.columns)


def _held(table: pl.DataFrame, scope: Scope, names: dict[str, str]) -> pl.Expr:
    limits = [(name, getattr(scope, kind)) for kind, name in names.items() if getattr(scope, kind)]
    held = [_is_in(table, name, values) for name, values in limits]
    return pl.all_horizontal(held) if held else pl.lit(value=True)


def _is_in(table: pl.DataFrame, name: str, values: frozenset[str]) -> pl.Expr:
    known = name in table.columns
    return pl.col(name).cast(pl.String).is_in(sorted(values)).fill_null(value=False) if known else _NOWHERE


def _named(dimension: str) -> pl.Expr:
    by = pl.when(pl.col("by") == dimension).then("name")
    return by.when(pl.col("within") == dimension).then("within_name").otherwise(None)
