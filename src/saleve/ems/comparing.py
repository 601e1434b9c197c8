"""Cells compared with cells: which differ, and by how much."""

import polars as pl

from saleve.method.emissions.result import DIMENSIONS

TOLERANCE = 1e-9  # relative: sums of millions of legs differ in their last digits from run to run
KEYS = (*DIMENSIONS, "method", "factor_id", "quality")


def differing_cells(kept: pl.DataFrame, again: pl.DataFrame, keys: tuple[str, ...] = KEYS) -> pl.DataFrame:
    """Return the cells that differ: ``keys``, ``column``, ``kept``, ``again``; every number of a cell is compared."""
    numbers = [name for name, kind in kept.schema.items() if kind.is_numeric() and name not in DIMENSIONS]
    sides = [_summed(one, keys, numbers) for one in (kept, again)]
    joined = sides[0].join(sides[1], on=keys, how="full", coalesce=True, nulls_equal=True, suffix="_again")
    found = [
        joined.filter(_differs(name)).select(
            *keys,
            column=pl.lit(name),
            kept=pl.col(name).cast(pl.Float64),
            again=pl.col(f"{name}_again").cast(pl.Float64),
        )
        for name in ("kg_co2e", *(name for name in numbers if name != "kg_co2e"))
    ]
    return pl.concat(found).unique(keys, keep="first", maintain_order=True)


def _summed(cells: pl.DataFrame, keys: tuple[str, ...], numbers: list[str]) -> pl.DataFrame:
    known = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in numbers]
    return cells.group_by(keys).agg(known)


def _differs(name: str) -> pl.Expr:
    one, other = pl.col(name), pl.col(f"{name}_again")
    apart = (one - other).abs() > TOLERANCE * pl.max_horizontal(one.abs(), other.abs())
    return apart.fill_null(value=False) | (one.is_null() != other.is_null())
