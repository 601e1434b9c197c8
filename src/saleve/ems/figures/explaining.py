"""Where a kept figure comes from: its cells are kept beside it, so that nothing but the rows that are shown is estimated again."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from saleve.ems.explaining import activities_at
from saleve.ems.figures.cuts import DIMENSIONS, selection
from saleve.ems.figures.reading import Figures, View
from saleve.ems.figures.store import Kept
from saleve.ems.workspace import Workspace
from saleve.method.emissions.compute import Activities
from saleve.method.explain import Explanation, explain
from saleve.method.inventory import Inventory, select

_MOST_KNOWN, _ROWS_KNOWN = 200, 100  # explanations of one state that stay in memory, and rows of each
KEYS = ("year", "boundary", "by", "name", "within", "within_name")  # what names a row of ``CUTS``


def row_of_figure(view: View, figure_id: str) -> dict[str, Any] | None:
    """Return the row of the figure that the report calls so."""
    return _only(view.cuts.filter(pl.col("figure_id") == figure_id))


def row_of_keys(view: View, keys: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the row that these ``KEYS`` name; whether a part is cut by the one dimension or narrowed to it is the same."""
    turned = {**keys, "by": keys["within"], "name": keys["within_name"], "within": keys["by"], "within_name": keys["name"]}  # fmt: skip
    for named in (keys, turned):
        same = [pl.col(key).eq_missing(pl.lit(named[key])) for key in KEYS]
        if found := _only(view.cuts.filter(same)):
            return found
    return None


def sources_of(figures: Figures, row: Mapping[str, Any], *, travellers: bool) -> frozenset[str]:
    """Return the source categories that a row adds up."""
    found = _within(figures, row, travellers=travellers)
    return frozenset(select(found, selection(dict(row)))["source"].unique())


def explained(
    workspace: Workspace,
    figures: Figures,
    row: Mapping[str, Any],
    *,
    travellers: bool,
    categories: Collection[str],
    first: int = 0,
    limit: int = 20,
) -> Explanation:
    """Explain a row of ``CUTS``: ``limit`` rows of files from the ``first``, of these ``categories`` alone.

    What names no unit, site ... is no selection: its formulas and factors are told, not the rows.
    """
    known = figures.kept.made(_explanations)
    key = (*(row[name] for name in KEYS), travellers, frozenset(categories), first, limit)
    if key in known:
        return known[key]
    found = explain(
        _within(figures, row, travellers=travellers),
        _activities(workspace, figures, row) if categories else {},
        selection(dict(row)),
        first=first,
        limit=limit,
        categories=categories,
    )
    if limit <= _ROWS_KNOWN:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[key] = found
    return found


def _explanations(kept: Kept) -> dict[tuple[Any, ...], Explanation]:
    """Return the place for the explanations of these figures."""
    del kept
    return {}


def _activities(workspace: Workspace, figures: Figures, row: Mapping[str, Any]) -> Activities:
    """Return the activity behind a row, as the ledger had it when the figures were computed; none where the row names no part."""
    return {} if _nameless(row) else activities_of_figures(workspace, figures, int(row["year"]))


def activities_of_figures(workspace: Workspace, figures: Figures, year: int) -> Activities:
    """Return the activity of a year, as the ledger had it when the figures were computed."""
    about = figures.about
    return activities_at(workspace, about.ledger_commit, about.spellings, year)


def _within(figures: Figures, row: Mapping[str, Any], *, travellers: bool) -> Inventory:
    """Return the inventory of the year; for a row that names no part only the cells that name none."""
    inventory = figures.inventory(int(row["year"]), travellers=travellers)
    nameless = _nameless(row)
    if not nameless:
        return inventory
    return replace(inventory, cells=inventory.cells.filter(pl.col(one).is_null() for one in nameless))


def _nameless(row: Mapping[str, Any]) -> list[str]:
    """Return the dimensions by which the row is cut but of which it names no part."""
    parts = ((row["by"], row["name"]), (row["within"], row["within_name"]))
    return [dimension for dimension, name in parts if dimension in DIMENSIONS and name is None]


def _only(found: pl.DataFrame) -> dict[str, Any] | None:
    return found.row(0, named=True) if found.height == 1 else None
