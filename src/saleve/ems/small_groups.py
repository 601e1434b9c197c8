"""Groups of few travellers put together in what leaves the organisation, so that its rows still give the same totals."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from saleve.method.emissions import ground_travel
from saleve.method.emissions.compute import estimate
from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import RuleBook, Rules
from saleve.method.suppression import merged_groups
from saleve.reporting.hiding import TRAVELLERS

PERSONAL = ("air_travel", "home_leave", "ground_travel", "hotels")  # their rows are of single travellers
_WITHOUT_TRAVELLERS = ("ground_travel", "hotels")  # their activity names none
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
            return self._without_days(self._renamed(rows, pl.lit(value=True)))
        if category == "reported_emissions":
            return self._renamed(rows, pl.col("source") == "air_travel")
        return rows

    def cells(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return cells without the units of small groups: what can no longer be told apart is one cell."""
        if not self.merged:
            return cells
        renamed = _with_keys_of(self._renamed(cells, pl.col("source").is_in(PERSONAL)), cells)
        keys = [name for name in CELL if name not in _SUMS]
        sums = [pl.when(pl.col(one).count() > 0).then(pl.col(one).sum()).alias(one) for one in _SUMS]
        summed = renamed.group_by(keys, maintain_order=True).agg(sums).select(cells.columns)
        return summed.sort(keys, nulls_last=True)

    def _renamed(self, table: pl.DataFrame, personal: pl.Expr) -> pl.DataFrame:
        groups = pl.DataFrame(list(self.merged), schema=dict.fromkeys(_GROUP, pl.String), orient="row")
        placed = table if "site" in table.columns else table.with_columns(site=pl.lit(None, pl.String))
        marked = placed.join(
            groups.with_columns(_small=True), on=_GROUP, how="left", nulls_equal=True, maintain_order="left"
        )
        small = pl.col("_small").fill_null(value=False) & personal
        named = marked.with_columns(
            unit=pl.when(small).then(pl.lit(SMALL)).otherwise("unit"), site=pl.when(~small).then("site")
        )
        return named.select(table.columns)

    def _without_days(self, rows: pl.DataFrame) -> pl.DataFrame:
        """No method asks for the day of a journey: of small groups the year is enough."""
        shown = pl.col("unit").ne_missing(SMALL)
        return rows.with_columns(pl.when(shown).then(pl.selectors.date()))


def _with_keys_of(renamed: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return cells of ground travel with keys that name the place as it is shown, as their method makes them from the rows."""
    start = pl.concat_str(pl.lit(ground_travel.SOURCE), "unit", "site", separator="|", ignore_nulls=True)
    old, new = (table.select(start.alias("start"))["start"] for table in (before, renamed))
    moved = (pl.col("source") == ground_travel.SOURCE) & (old != new)
    key = pl.concat_str(new, pl.col("independent_key").str.strip_prefix(old))
    return renamed.with_columns(independent_key=pl.when(moved).then(key).otherwise("independent_key"))


def travellers_of(
    activities: Mapping[str, pl.DataFrame | pl.LazyFrame], rules: Rules | RuleBook, year: int
) -> pl.DataFrame:
    """Return who travelled in a year, in the breakdowns of its cells (``TRAVELLERS``): what the methods say of the rows of each traveller."""
    of_year = {
        name: activities[name].lazy().filter(pl.col("year") == year)
        for name in PERSONAL
        if name in activities
    }
    found = [_travellers(name, of_year, rules) for name in of_year]
    return pl.concat([pl.DataFrame(schema=TRAVELLERS), *found]).unique()


def _travellers(name: str, of_year: Mapping[str, pl.LazyFrame], rules: Rules | RuleBook) -> pl.DataFrame:
    if name == "air_travel":
        return _of_flights(of_year[name], rules)
    estimated = estimate(name, of_year, rules)
    if name != "home_leave":  # neither names travellers
        return _as_travellers(estimated.with_columns(traveller=pl.lit(None, pl.String)))
    row = ("source_file", "source_sheet", "source_row")
    each = pl.int_ranges(pl.col("travellers").floor().clip(1).fill_null(1).cast(pl.Int64))
    numbered = estimated.with_columns(each.alias("traveller")).explode("traveller")
    return _as_travellers(
        numbered.with_columns(
            traveller=pl.concat_str(pl.lit(name), *row, "traveller", separator="|", ignore_nulls=True)
        )
    )


def _of_flights(legs: pl.LazyFrame, rules: Rules | RuleBook) -> pl.DataFrame:
    """Let the method add up the legs of each traveller, who stands beside the unit in its column while it does."""
    both = pl.struct(pl.col("unit").cast(pl.String), pl.col("traveller").cast(pl.String)).struct.json_encode()
    estimated = estimate("air_travel", {"air_travel": legs.with_columns(both.alias("unit"))}, rules)
    parts = pl.col("unit").str.json_decode(pl.Struct({"unit": pl.String, "traveller": pl.String}))
    return _as_travellers(estimated.with_columns(parts.alias("unit")).unnest("unit"))


def _as_travellers(estimated: pl.DataFrame) -> pl.DataFrame:
    return estimated.select(
        (pl.col(name) if name in estimated.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in TRAVELLERS.items()
    ).unique()


def small_groups(activities: Mapping[str, pl.DataFrame], smallest: int) -> SmallGroups:
    """Find the groups of fewer travellers than ``smallest``; travellers that no row names count as one.

    Journeys on the ground and hotel nights add nobody: they may be of those who flew.
    """
    without = [_places(activities[name]) for name in _WITHOUT_TRAVELLERS if name in activities]
    counted: dict[tuple[str | None, str | None], int] = dict.fromkeys(
        (place for places in without for place in places), 0
    )
    for table in _persons(activities, _GROUP):
        for unit, site, count in table.iter_rows():
            counted[unit, site] = max(count, counted.get((unit, site), 0))
    merged = frozenset(merged_groups(counted, smallest))
    found = SmallGroups(smallest, merged, pl.DataFrame())
    shown = {name: found.rows(name, rows) for name, rows in activities.items() if name in PERSONAL}
    counts = pl.concat([_BY_CATEGORY_EMPTY, *_persons(shown, ("unit", "category"))])
    return SmallGroups(smallest, merged, counts.group_by("unit", "category").agg(pl.col("persons").max()))


def _places(rows: pl.DataFrame) -> list[tuple[str | None, str | None]]:
    placed = rows if "site" in rows.columns else rows.with_columns(site=pl.lit(None, pl.String))
    return placed.select(_GROUP).unique().sort(_GROUP).rows()


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
