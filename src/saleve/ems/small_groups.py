"""Groups of few travellers put together in what leaves the organisation, so that its rows still give the same totals."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from saleve.method.emissions.result import CELL
from saleve.method.suppression import merged_groups

PERSONAL = ("air_travel", "home_leave")  # their rows are of single travellers
SMALL = "small groups"  # what stands in place of their unit; their site is left out
_GROUP = ("unit", "site")
_SUMS = (
    "co2_kg",
    "ch4_kg_co2e",
    "n2o_kg_co2e",
    "fgas_kg_co2e",
    "unsplit_kg_co2e",
    "kg_co2e",
    "amount",
    "rows",
    "passengers",
)


@dataclass(frozen=True)
class SmallGroups:
    """Which groups (unit, site) are put together, and the travellers of each unit by travel category."""

    smallest: int
    merged: frozenset[tuple[str | None, str | None]]
    by_category: pl.DataFrame  # unit, category, persons; units as they are shown

    def rows(self, category: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows of activity without the units of small groups."""
        if category in PERSONAL:
            return self._renamed(rows, pl.lit(value=True))
        if category == "reported_emissions":
            return self._renamed(rows, pl.col("source") == "air_travel")
        return rows

    def cells(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return cells without the units of small groups: what can no longer be told apart is one cell."""
        if not self.merged:
            return cells
        renamed = self._renamed(cells, pl.col("source").is_in(PERSONAL))
        keys = [name for name in CELL if name not in _SUMS]
        sums = [pl.when(pl.col(one).count() > 0).then(pl.col(one).sum()).alias(one) for one in _SUMS]
        summed = renamed.group_by(keys, maintain_order=True).agg(sums).select(cells.columns)
        return summed.sort(keys, nulls_last=True)

    def _renamed(self, table: pl.DataFrame, personal: pl.Expr) -> pl.DataFrame:
        groups = pl.DataFrame(list(self.merged), schema=dict.fromkeys(_GROUP, pl.String), orient="row")
        marked = table.join(
            groups.with_columns(_small=True), on=_GROUP, how="left", nulls_equal=True, maintain_order="left"
        )
        small = pl.col("_small").fill_null(value=False) & personal
        return marked.with_columns(
            unit=pl.when(small).then(pl.lit(SMALL)).otherwise("unit"), site=pl.when(~small).then("site")
        ).drop("_small")


def small_groups(activities: Mapping[str, pl.DataFrame], smallest: int) -> SmallGroups:
    """Find the groups of fewer travellers than ``smallest``; travellers that no row names count as one."""
    counted: dict[tuple[str | None, str | None], int] = {}
    for table in _persons(activities, _GROUP):
        for unit, site, count in table.iter_rows():
            counted[unit, site] = max(count, counted.get((unit, site), 0))
    merged = frozenset(merged_groups(counted, smallest))
    found = SmallGroups(smallest, merged, pl.DataFrame())
    shown = {name: found.rows(name, rows) for name, rows in activities.items() if name in PERSONAL}
    counts = pl.concat([_BY_CATEGORY_EMPTY, *_persons(shown, ("unit", "category"))])
    return SmallGroups(smallest, merged, counts.group_by("unit", "category").agg(pl.col("persons").max()))


_BY_CATEGORY_EMPTY = pl.DataFrame(schema={"unit": pl.String, "category": pl.String, "persons": pl.Int64})


def _persons(activities: Mapping[str, pl.DataFrame], by: tuple[str, ...]) -> list[pl.DataFrame]:
    """Return the groups of each personal table with their persons."""
    counts = {
        "air_travel": pl.col("traveller").drop_nulls().n_unique()
        + pl.col("traveller").has_nulls().cast(pl.Int64),
        "home_leave": pl.col("travellers").sum().floor(),
    }
    return [
        activities[name].group_by(by).agg(count.cast(pl.Int64).alias("persons")).sort(by)
        for name, count in counts.items()
        if name in activities
    ]
