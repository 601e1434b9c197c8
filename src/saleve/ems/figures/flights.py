"""Air travel as its page shows it: routes, mix, units and months, added up from the cells of the inventory."""

from collections.abc import Mapping

import polars as pl

from saleve.ems.figures.groups import few_together, persons_of
from saleve.method.inventory import Inventory, sum_known
from saleve.method.reference.airports import airport_table

Activities = Mapping[str, pl.DataFrame | pl.LazyFrame]

_SUMS = {
    "legs": pl.Int64,
    "passengers": pl.Float64,  # persons times flights
    "passenger_km": pl.Float64,
    "kg_co2e": pl.Float64,
}
MIX = pl.Schema(
    dict.fromkeys(("boundary", "region", "haul", "cabin", "category"), pl.String) | {"year": pl.Int64, **_SUMS}
)
UNITS = pl.Schema(dict.fromkeys(("boundary", "unit", "site"), pl.String) | {"year": pl.Int64, "persons": pl.Int64, **_SUMS})
ROUTES = pl.Schema(
    dict.fromkeys(("boundary", "origin", "destination", "group"), pl.String)
    | {
        "year": pl.Int64,
        "distance_km": pl.Float64,
        "origin_lat": pl.Float64,  # degrees
        "origin_lon": pl.Float64,
        "destination_lat": pl.Float64,
        "destination_lon": pl.Float64,
        **_SUMS,
    }
)
MONTHS = pl.Schema({"year": pl.Int64, "month": pl.Int64, "boundary": pl.String, "group": pl.String, **_SUMS})
_ROUTE = r"^([A-Z0-9]+)-([A-Z0-9]+)$"
_FLOWN = "passenger-km"  # the unit of what was flown; lump sums and figures taken over are in others


def mix(inventory: Inventory) -> pl.DataFrame:
    """Return what was flown by region, haul, cabin and category of travel (``MIX``)."""
    return _summed(_flown(inventory), MIX)


def units(inventory: Inventory, rows: pl.DataFrame) -> pl.DataFrame:
    """Return what was flown by unit and site, with the number of travellers (``UNITS``; ``rows``: ``TRAVELLERS``)."""
    keys = ["year", "boundary", "unit", "site"]
    sums = _summed(_flown(inventory), pl.Schema({key: UNITS[key] for key in keys} | _SUMS))
    counted = sums.join(persons_of(rows, keys), on=keys, how="left", nulls_equal=True)
    return counted.select(UNITS.names()).cast(dict(UNITS))  # type: ignore[arg-type]


def routes(inventory: Inventory) -> pl.DataFrame:
    """Return what was flown between two airports, in the direction flown (``ROUTES``)."""
    return _placed(_routes_of(inventory).with_columns(group=pl.lit(None, pl.String)))


def routes_shown(inventory: Inventory, activities: Activities, smallest: int) -> pl.DataFrame:
    """Return the routes of enough travellers; the others are one row of no route (``ROUTES``)."""
    ends = ["origin", "destination"]
    found = few_together(_routes_of(inventory), _persons_by(activities, ends), ends, smallest)
    keys = ["year", "boundary", *ends, "group"]
    return _placed(found.group_by(keys).agg(pl.col("legs", "passengers").sum(), sum_known("passenger_km"), sum_known("kg_co2e")))  # fmt: skip


def months(inventory: Inventory, activities: Activities) -> pl.DataFrame:
    """Return what was flown by month of departure (``MONTHS``).

    The emission of a route, cabin and category is spread over the months by its passengers; month null: no date is known.
    """
    keys = ["year", "origin", "destination", "cabin", "category"]
    if "air_travel" not in activities:
        return pl.DataFrame(schema=MONTHS)
    legs = activities["air_travel"].lazy().with_columns(month=pl.col("departure_date").dt.month().cast(pl.Int64))
    counted = legs.group_by(*keys, "month").agg(pl.col("passengers").sum()).collect(engine="streaming")
    spread = _plain(counted).with_columns(share=pl.col("passengers") / pl.col("passengers").sum().over(keys)).drop("passengers")  # fmt: skip
    flown = _of_routes(inventory).group_by(*keys, "boundary").agg(pl.col("legs", "passengers").sum(), sum_known("passenger_km"), sum_known("kg_co2e"))  # fmt: skip
    joined = flown.join(spread, on=keys, how="left", nulls_equal=True)
    shares = joined.with_columns(pl.col(name) * pl.col("share").fill_null(1.0) for name in _SUMS)
    told = shares.group_by("year", "month", "boundary").agg(pl.col("legs").sum().round(), pl.col("passengers").sum(), sum_known("passenger_km"), sum_known("kg_co2e"))  # fmt: skip
    return _sorted(told.with_columns(group=pl.lit(None, pl.String)), MONTHS)


def months_shown(found: pl.DataFrame, activities: Activities, smallest: int) -> pl.DataFrame:
    """Return the months of enough travellers; the others are one row of no month (``MONTHS``)."""
    marked = few_together(found.drop("group"), _persons_by(activities, ["month"]), ["month"], smallest)
    keys = ["year", "month", "boundary", "group"]
    return _sorted(marked.group_by(keys).agg(pl.col("legs", "passengers").sum(), sum_known("passenger_km"), sum_known("kg_co2e")), MONTHS)  # fmt: skip


def _flown(inventory: Inventory) -> pl.DataFrame:
    cells = inventory.cells.filter(pl.col("source") == "air_travel", pl.col("amount_unit") == _FLOWN)
    return cells.drop_nulls("year").rename({"rows": "legs"}).with_columns(passenger_km="amount")


def _of_routes(inventory: Inventory) -> pl.DataFrame:
    ends = pl.col("independent_key").str.extract_groups(_ROUTE)
    return _flown(inventory).with_columns(origin=ends.struct.field("1"), destination=ends.struct.field("2"))


def _routes_of(inventory: Inventory) -> pl.DataFrame:
    keys = ("year", "boundary", "origin", "destination")
    return _summed(_of_routes(inventory), pl.Schema({key: ROUTES[key] for key in keys} | _SUMS))


def _placed(found: pl.DataFrame) -> pl.DataFrame:
    places = airport_table().select("airport_id", "latitude_deg", "longitude_deg")
    for end in ("origin", "destination"):
        named = places.rename({"airport_id": end, "latitude_deg": f"{end}_lat", "longitude_deg": f"{end}_lon"})
        found = found.join(named, on=end, how="left")
    distance = (pl.col("passenger_km") / pl.col("passengers")).fill_nan(None)
    whole = found.with_columns(distance_km=pl.when(pl.col("origin").is_not_null()).then(distance))
    return whole.select(ROUTES.names()).cast(dict(ROUTES)).sort("year", "boundary", "kg_co2e", "origin", "destination", descending=[False, False, True, False, False], nulls_last=True)  # type: ignore[arg-type]  # fmt: skip


def _persons_by(activities: Activities, by: list[str]) -> pl.DataFrame:
    """Count travellers by year and columns of the legs; those whom no row names count as one."""
    if "air_travel" not in activities:
        return pl.DataFrame(schema={"year": pl.Int64, **dict.fromkeys(by, pl.String), "persons": pl.Int64})
    legs = activities["air_travel"].lazy().with_columns(month=pl.col("departure_date").dt.month().cast(pl.Int64))
    who = pl.col("traveller")
    count = who.drop_nulls().n_unique().cast(pl.Int64) + who.has_nulls().cast(pl.Int64)
    unique = legs.select("year", *by, "traveller").unique()
    return _plain(unique.group_by("year", *by).agg(count.alias("persons")).collect(engine="streaming"))


def _summed(cells: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    keys = [name for name in schema if name not in _SUMS]
    sums = cells.group_by(keys).agg(pl.col("legs", "passengers").sum(), sum_known("passenger_km"), sum_known("kg_co2e"))
    return _sorted(sums, schema)


def _sorted(table: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    keys = [name for name in schema if name not in _SUMS]
    return table.select(schema.names()).cast(dict(schema)).sort(keys, nulls_last=True)  # type: ignore[arg-type]


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
