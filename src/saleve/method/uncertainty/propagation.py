"""Approach 1, error propagation of sums with shared factors correlated (IPCC 2006 Guidelines, vol. 1, ch. 3, eq. 3.1 and 3.2).

A cell is a product: the percentages of its two parts combine as the root of the sum of squares (eq. 3.1). A sum adds the
half-widths in kg within each key, then squares over the keys (eq. 3.2, with what is correlated added first).
"""

import polars as pl

from saleve.method.uncertainty.errors import SIDES, by_key, by_pair_of_keys


def range_of_sums(cells: pl.DataFrame | pl.LazyFrame, by: list[str]) -> pl.DataFrame:
    """Return per group the half-widths ``low_kg`` and ``high_kg`` of the 95 % range of the summed ``kg_co2e``.

    They are null where any emission of the group has no range of its own: an unknown range is never taken as zero.
    """
    groups = by or ["everything"]
    pairs = by_pair_of_keys(cells if by else cells.with_columns(everything=pl.lit(0)), groups)
    return range_of_pairs(pairs, groups).select(*by, *(f"{side}_kg" for side in SIDES))


def range_of_pairs(pairs: pl.DataFrame, groups: list[str]) -> pl.DataFrame:
    """Return the same from what ``by_pair_of_keys`` added up, with the columns of the groups."""
    halves = [pl.col(f"{side}_kg").pow(2).sum().sqrt() for side in SIDES]
    propagated = by_key(pairs, groups).group_by(groups).agg(halves)
    known = pairs.group_by(groups).agg(pl.col("ranges_known").all())
    return propagated.join(known, on=groups, nulls_equal=True).select(
        *groups, *(pl.when("ranges_known").then(f"{side}_kg").alias(f"{side}_kg") for side in SIDES)
    )
