"""Error propagation for sums, with shared factors treated as correlated (IPCC 2006 Guidelines, vol. 1, ch. 3, approach 1).

Contributions that share a key err together and are added; different keys are independent and combined as root of the sum of
squares. The lower and the upper half of the 95 % range are carried apart, since ranges of default aircraft are not symmetric.
"""

import polars as pl

_PARTS = ("shared", "independent")
_SIDES = ("low", "high")


def range_of_sums(cells: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return per group the half-widths ``low_kg`` and ``high_kg`` of the 95 % range of the summed ``kg_co2e``.

    They are null where any emission of the group has no range of its own: an unknown range is never taken as zero.
    """
    groups = by or ["everything"]
    computed = cells.filter(pl.col("kg_co2e").is_not_null()).with_columns(everything=pl.lit(0))
    halves = computed.with_columns(
        (pl.col("kg_co2e") * pl.col(f"{part}_{side}_pct") / 100).alias(f"{part}_{side}_kg")
        for part in _PARTS
        for side in _SIDES
    )
    result = _known_ranges(computed, groups)
    for part in _PARTS:
        result = result.join(_squares(halves, groups, part), on=groups, how="left", nulls_equal=True)
    return result.select(
        *by,
        *(
            pl.when("ranges_known")
            .then((pl.col(f"shared_{side}_kg") + pl.col(f"independent_{side}_kg")).sqrt())
            .alias(f"{side}_kg")
            for side in _SIDES
        ),
    )


def _squares(halves: pl.DataFrame, groups: list[str], part: str) -> pl.DataFrame:
    """Add up within each key, then the squares over the keys."""
    columns = [f"{part}_{side}_kg" for side in _SIDES]
    return (
        halves.group_by([*groups, f"{part}_key"])
        .agg(pl.col(columns).sum())
        .group_by(groups)
        .agg(pl.col(columns).pow(2).sum())
    )


def _known_ranges(cells: pl.DataFrame, groups: list[str]) -> pl.DataFrame:
    percents = [f"{part}_{side}_pct" for part in _PARTS for side in _SIDES]
    known = pl.all_horizontal(pl.col(percents).is_not_null()) | (pl.col("kg_co2e") == 0)
    return cells.group_by(groups).agg(known.all().alias("ranges_known"))
