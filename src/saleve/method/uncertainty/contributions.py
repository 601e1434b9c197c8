"""What makes a total unsure, ranked: the share of its variance by source and key.

A part of a correlated key counts with its covariance with the whole key, so that the shares add up to one
(IPCC 2006 Guidelines, vol. 1, ch. 3, table 3.2, column H, for inputs that are correlated).
"""

import polars as pl

from saleve.method.uncertainty.errors import by_key, by_pair_of_keys

_KEY = ["part", "key"]


def contributions(cells: pl.DataFrame, by: tuple[str, ...] = ("source", "part", "key")) -> pl.DataFrame:
    """Return per group ``kg_co2e``, ``half_width_kg`` and ``share_of_variance``, the largest share first.

    ``by`` names columns of the cells, ``part`` (shared or independent) and ``key``. Cells without a range take no part: nothing is
    known of their variance. A part that offsets the rest of its key has a negative share.
    """
    kept = [name for name in by if name not in _KEY]
    known = by_pair_of_keys(cells, kept).filter("ranges_known")
    half = pl.mean_horizontal("low_kg", "high_kg")
    errors = by_key(known, kept).with_columns(half.alias("half_kg"))
    return (
        errors.with_columns(covariance=pl.col("half_kg") * pl.col("half_kg").sum().over(_KEY))
        .group_by(by)
        .agg(
            pl.col("kg_co2e").sum(),
            pl.col("half_kg").pow(2).sum().sqrt().alias("half_width_kg"),
            pl.col("covariance").sum(),
        )
        .with_columns(share_of_variance=(pl.col("covariance") / pl.col("covariance").sum()).fill_nan(None))
        .drop("covariance")
        .sort("share_of_variance", *by, descending=[True, *[False] * len(by)], nulls_last=True)
    )
