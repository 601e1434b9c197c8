"""Drawing sums: each key once per draw, multiplied through what rests on it (IPCC 2006 Guidelines, vol. 1, ch. 3, section 3.2.3.2).

Every key has a stream of random numbers of its own, made of the seed and the key's name. So the draws of a key are the same in
every sum, year and order of cells, and cells that are added or split leave those of all others alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import polars as pl

from saleve.method.uncertainty.classes import class_of, distribution_of
from saleve.method.uncertainty.distributions import Numbers, distribution, multipliers, with_parameters
from saleve.method.uncertainty.errors import PARTS, known_range

_NUMBERS_AT_A_TIME = 1_000_000  # 8 MB for each of the few arrays that are alive at once
_SHAPE = ["key", "low_pct", "high_pct", "distribution", "period", "correlation"]
FIRST_PERIOD = 0


@dataclass(frozen=True)
class Terms:
    """What is to be drawn: kg of each group that rest on a pair of shapes, and the shapes of either part."""

    table: pl.DataFrame  # group, shared, independent (row numbers of shapes), kg_co2e; in order of group
    shapes: dict[str, pl.DataFrame]  # by part: key, bounds, distribution and parameters, period, correlation


def terms(cells: pl.DataFrame) -> Terms:
    """Gather the cells, which have ``group`` (a row number), by pair of shapes; cells of zero and without a range are left out.

    Cells of two years have ``period`` (0 or 1) and ``shared_correlation`` and ``independent_correlation`` of a key's errors in both.
    """
    used = (
        cells.lazy()
        .filter(pl.col("kg_co2e") != 0, known_range())
        .with_columns(_shape(cells.columns, part) for part in PARTS)
    )
    sums = used.group_by("group", *PARTS).agg(pl.col("kg_co2e").sum())
    pairs = sums.sort("group", *PARTS).collect(engine="in-memory")  # adds in one order, as a seed promises
    shapes = {part: _shapes(pairs, part) for part in PARTS}
    numbered = pairs
    for part in PARTS:
        numbers = shapes[part].select(pl.struct(_SHAPE).alias(part), pl.col("number").alias(f"{part}_number"))
        numbered = numbered.join(numbers, on=part, nulls_equal=True, maintain_order="left")
    table = numbered.select("group", "kg_co2e", *(pl.col(f"{part}_number").alias(part) for part in PARTS))
    return Terms(table, {part: with_parameters(shapes[part]) for part in PARTS})


def draw(found: Terms, groups: int, draws: int, seed: int) -> Numbers:
    """Return the sum of each group in each draw, kg CO2e: one row per group."""
    sums = np.zeros((groups, draws))
    if found.table.is_empty():
        return sums
    kg = found.table["kg_co2e"].to_numpy()[:, None]
    present, starts = np.unique(found.table["group"].to_numpy(), return_index=True)
    rows = {part: found.table[part].to_numpy() for part in PARTS}
    streams = {part: _Streams(found.shapes[part], part, seed) for part in PARTS}
    for start, stop in _chunks(draws, len(kg) + sum(map(len, found.shapes.values()))):
        product = kg * streams["shared"].next(stop - start)[rows["shared"]]
        product *= streams["independent"].next(stop - start)[rows["independent"]]
        sums[present, start:stop] = np.add.reduceat(product, starts, axis=0)
    return sums


class _Streams:
    """The random numbers of the keys of one part, and the factors that shapes make of them."""

    def __init__(self, shapes: pl.DataFrame, part: str, seed: int) -> None:
        self.shapes = shapes
        names = shapes.select("key", pl.col("period").fill_null(FIRST_PERIOD)).with_columns(
            own=pl.format("{}|{}|{}", pl.lit(part), pl.col("key").fill_null(""), "period"),
            common=pl.format("{}|{}|{}", pl.lit(part), pl.col("key").fill_null(""), pl.lit(FIRST_PERIOD)),
        )
        streams = pl.concat([names["common"], names["own"]]).unique(maintain_order=True)
        numbers = {name: number for number, name in enumerate(streams)}
        self.generators = [_generator(name, seed) for name in streams]
        self.common = names["common"].replace_strict(numbers, return_dtype=pl.Int64).to_numpy()
        self.own = names["own"].replace_strict(numbers, return_dtype=pl.Int64).to_numpy()
        self.correlation = shapes["correlation"].fill_null(1.0).to_numpy()[:, None]

    def next(self, count: int) -> Numbers:
        """Return the factors of the next draws: one row per shape."""
        drawn = np.empty((len(self.generators), count))
        for row, generator in zip(drawn, self.generators, strict=True):
            generator.standard_normal(out=row)
        normals = drawn[self.common]
        apart = self.common != self.own
        if apart.any():
            together = self.correlation[apart]
            normals[apart] = together * normals[apart] + np.sqrt(1 - together**2) * drawn[self.own[apart]]
        return multipliers(self.shapes, normals)


def _generator(name: str, seed: int) -> np.random.Generator:
    digest = blake2b(name.encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(digest)])


def _chunks(draws: int, rows: int) -> Iterator[tuple[int, int]]:
    """Divide the draws so that all shapes and terms of a chunk fit in memory; where the division lies changes no number."""
    size = max(1, _NUMBERS_AT_A_TIME // max(rows, 1))
    return ((start, min(start + size, draws)) for start in range(0, draws, size))


def _shape(columns: list[str], part: str) -> pl.Expr:
    low, high = pl.col(f"{part}_low_pct"), pl.col(f"{part}_high_pct")
    wide = class_of(part, columns).replace_strict(distribution_of(), return_dtype=pl.String)
    correlated = "period" in columns
    chosen = distribution(wide, low, high)
    return pl.struct(
        pl.col(f"{part}_key").cast(pl.String).alias("key"),
        low.cast(pl.Float64).alias("low_pct"),
        high.cast(pl.Float64).alias("high_pct"),
        chosen.alias("distribution"),
        (pl.col("period") if correlated else pl.lit(None, pl.Int64)).alias("period"),
        (pl.col(f"{part}_correlation") if correlated else pl.lit(None, pl.Float64)).alias("correlation"),
    ).alias(part)


def _shapes(pairs: pl.DataFrame, part: str) -> pl.DataFrame:
    return pairs.select(part).unnest(part).unique(maintain_order=True).with_row_index("number")
