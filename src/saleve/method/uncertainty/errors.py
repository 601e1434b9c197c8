"""The errors of cells by their keys: what errs together is added up once, and every range is made of that.

Contributions that share a key err together and are added; different keys are independent (IPCC 2006 Guidelines, vol. 1, ch. 3,
section 3.2.3.1). The lower and the upper half of the 95 % range are carried apart, since ranges need not be symmetric.
"""

import polars as pl

PARTS = ("shared", "independent")
SIDES = ("low", "high")
PERCENTS = tuple(f"{part}_{side}_pct" for part in PARTS for side in SIDES)


def known_range() -> pl.Expr:
    """Tell whether the range of a cell is known: a cell of zero needs none."""
    return pl.all_horizontal(pl.col(PERCENTS).is_not_null()) | (pl.col("kg_co2e") == 0)


def by_pair_of_keys(cells: pl.DataFrame | pl.LazyFrame, groups: list[str], *more: pl.Expr) -> pl.DataFrame:
    """Return per group and pair of keys ``kg_co2e``, the half-widths in kg (``shared_low_kg`` ...) and ``ranges_known``.

    One pass over the cells, which may be hundreds of thousands; what follows works on the few pairs. With ``more`` sums, cells
    without an emission figure are looked at too.
    """
    computed = pl.col("kg_co2e").is_not_null()
    halves = [
        (pl.col("kg_co2e") * pl.col(percent) / 100).sum().alias(percent.replace("_pct", "_kg"))
        for percent in PERCENTS
    ]
    return (
        cells.lazy()
        .filter(computed if not more else pl.lit(value=True))
        .group_by([*groups, "shared_key", "independent_key"])
        .agg(pl.col("kg_co2e").sum(), *halves, (known_range() | ~computed).all().alias("ranges_known"), *more)
        .sort(*groups, "shared_key", "independent_key")
        .collect(engine="in-memory")  # adds in one order: a run computed again gives the same last digit
    )


def by_key(pairs: pl.DataFrame, groups: list[str]) -> pl.DataFrame:
    """Return one row per group, part and key: ``kg_co2e`` that rests on the key and its half-widths ``low_kg`` and ``high_kg``."""
    return pl.concat([_of_part(pairs, groups, part) for part in PARTS])


def _of_part(pairs: pl.DataFrame, groups: list[str], part: str) -> pl.DataFrame:
    key = pl.col(f"{part}_key").cast(pl.String).alias("key")
    sums = [pl.col(f"{part}_{side}_kg").sum().alias(f"{side}_kg") for side in SIDES]
    return (
        pairs.group_by(*groups, key, maintain_order=True)
        .agg(pl.col("kg_co2e").sum(), *sums)
        .select(*groups, pl.lit(part).alias("part"), "key", "kg_co2e", "low_kg", "high_kg")
    )
