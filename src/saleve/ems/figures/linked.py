"""Cuts of units and sites protected together: what no table gives away by itself, several may by subtraction (``method.linked``)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from saleve.ems.figures.cuts import DIMENSIONS, NUMBERS, WHOLE
from saleve.method.inventory import Inventory, Selection, condition
from saleve.method.linked import Sums, given_away

OF_GROUPS = ("unit", "site")
# Units and sites are never told by haul and region, which are left out here: few parts are left to solve for.
LINKED = tuple(name for name in DIMENSIONS if name not in ("haul", "region"))
_MOST_PARTS = 2_000  # with more, nothing is solved, and all parts of units and sites are hidden

_Row = tuple[str, str | None, str | None, str | None]  # by, name, within, within_name


def protected(cuts: pl.DataFrame, inventory: Inventory) -> pl.DataFrame:
    """Return cuts in which small groups are hidden, without those figures that would give them away together.

    ``inventory``: from which the cuts were made. All tables of a year and boundary are solved at once.
    """
    keys = ["year", "boundary"]
    cells = inventory.cells.filter(condition(Selection(boundary=None), inventory.book or inventory.rules))
    words = (pl.col(name).cast(pl.String) for name in LINKED)
    parts = cells.select(*keys, *words).unique().partition_by(keys, as_dict=True)
    tables = cuts.partition_by(keys, as_dict=True, maintain_order=True)
    return pl.concat([cuts.clear(), *(_together(table, parts.get(key)) for key, table in tables.items())])


def _together(table: pl.DataFrame, parts: pl.DataFrame | None) -> pl.DataFrame:
    hidden = table["hidden"].to_list()
    secret = [number for number, why in enumerate(hidden) if why == "primary"]
    if parts is None or not secret:
        return table
    rows: list[_Row] = table.select("by", "name", "within", "within_name").rows()
    shown = {number for number, why in enumerate(hidden) if why is None and _is_linked(rows[number])}
    may_go = [number for number in sorted(shown) if _of_a_group(rows[number])]
    if len(parts) > _MOST_PARTS:
        return _hide(table, may_go)
    columns = {name: parts[name].to_numpy() for name in LINKED}
    sums = np.array([_held(columns, len(parts), row) for row in rows])
    totals = sorted(shown - set(may_go))
    known = given_away(
        sums[totals], sums[secret]
    )  # a total that rests on one line alone: every document shows it
    secret = [one for number, one in enumerate(secret) if number not in known]
    size = table["kg_co2e"].fill_null(0.0).abs().to_list()
    gone: set[int] = set()
    while True:
        seen = sorted(shown - gone)
        leaks = given_away(sums[seen], sums[secret])
        left = [number for number in may_go if number not in gone]
        more: set[int] = set()
        for number, from_which in leaks.items():
            more |= _line_to_hide(rows, secret[number], [seen[one] for one in from_which], left, size)
        if not more:
            return _hide(table, gone)
        gone |= more


def _line_to_hide(
    rows: Sequence[_Row], secret: int, from_which: Collection[int], left: Sequence[int], size: Sequence[float]
) -> set[int]:
    """Return what else is hidden of the line of the secret; where nothing is left of it, the smallest line that takes part."""
    own = {number for number in left if _line(rows[number]) == _line(rows[secret])}
    if own:
        return own
    smallest = min((one for one in left if one in from_which), key=lambda one: (size[one], one), default=None)
    return set() if smallest is None else {one for one in left if _line(rows[one]) == _line(rows[smallest])}


def _line(row: _Row) -> tuple[str, str | None, str | None]:
    by, _name, within, within_name = row
    return by, within, within_name


def _is_linked(row: _Row) -> bool:
    by, _name, within, _inside = row
    return by in (WHOLE, *LINKED) and (within is None or within in LINKED)


def _of_a_group(row: _Row) -> bool:
    by, _name, within, _inside = row
    return within is not None and (within in OF_GROUPS or by in OF_GROUPS)


def _held(columns: Mapping[str, npt.NDArray[Any]], count: int, row: _Row) -> Sums:
    """Return which parts a figure adds up."""
    by, name, within, within_name = row
    held = np.ones(count, dtype=np.bool_)
    for dimension, one in ((by, name), (within, within_name)):
        if dimension is not None and dimension in columns:
            held &= columns[dimension] == one
    return held


def _hide(table: pl.DataFrame, numbers: Collection[int]) -> pl.DataFrame:
    gone = pl.Series([number in numbers for number in range(len(table))], dtype=pl.Boolean)
    marked = table.with_columns(hidden=pl.when(gone).then(pl.lit("secondary")).otherwise("hidden"))
    return marked.with_columns(pl.when(~gone).then(name).alias(name) for name in (*NUMBERS, "figure_id"))
