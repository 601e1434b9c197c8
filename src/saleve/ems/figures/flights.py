"""Air travel as its page shows it: routes, mix, units and months, added up from the cells of the inventory."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from saleve.ems.figures.groups import ROUTE, few_together, persons_of, ruled
from saleve.method.inventory import Inventory, sum_known
from saleve.method.reference.airports import airport_table

Activities = Mapping[str, pl.DataFrame | pl.LazyFrame]

_SUMS: dict[str, Any] = {
    "legs": pl.Int64,
    "passengers": pl.Float64,  # persons times flights
    "passenger_km": pl.Float64,
    "kg_co2e": pl.Float64,
}
_MIXED = ("haul", "cabin", "category")
_KEYS: dict[str, Any] = {"year": pl.Int64, "boundary": pl.String}
MIX = pl.Schema(_KEYS | dict.fromkeys((*_MIXED, "group"), pl.String) | _SUMS)
UNITS = pl.Schema(_KEYS | {"unit": pl.String, "site": pl.String, "persons": pl.Int64} | _SUMS)
_ENDS = ("origin", "destination")
ROUTES = pl.Schema(
    _KEYS
    | dict.fromkeys((*_ENDS, "group"), pl.String)
    | {
        "distance_km": pl.Float64,
        "origin_lat": pl.Float64,  # degrees
        "origin_lon": pl.Float64,
        "destination_lat": pl.Float64,
        "destination_lon": pl.Float64,
        **_SUMS,
    }
)
MONTHS = pl.Schema(_KEYS | {"month": pl.Int64, "group": pl.String} | _SUMS)
_BETWEEN = pl.Schema(_KEYS | dict.fromkeys((*_ENDS, "group"), pl.String) | _SUMS)
_NO_LEGS = pl.DataFrame(
    schema={
        **dict.fromkeys(("year", "month"), pl.Int64),
        **dict.fromkeys(("origin", "destination", "cabin", "category", "boundary", "traveller"), pl.String),
        **dict.fromkeys(("passengers", "travellers"), pl.Float64),
    }
)
_NO_GROUP = pl.lit(None, pl.String)
_FLOWN = "passenger-km"  # the unit of what was flown; lump sums and figures taken over are in others


def mix(inventory: Inventory) -> pl.DataFrame:
    """Return what was flown by haul, cabin and category of travel (``MIX``)."""
    return _summed(_flown(inventory).with_columns(group=_NO_GROUP), MIX)


def mix_shown(
    found: pl.DataFrame, inventory: Inventory, activities: Activities, smallest: int
) -> pl.DataFrame:
    """Return the mix of enough travellers; the others are one row (``MIX``)."""
    hauls = _of_routes(inventory).select("year", "origin", "destination", "haul").unique()
    persons = _persons_by(activities, list(_MIXED), hauls)
    return _summed(few_together(found.drop("group"), persons, list(_MIXED), smallest), MIX)


def units(inventory: Inventory, rows: pl.DataFrame) -> pl.DataFrame:
    """Return what was flown by unit and site, with the number of travellers (``UNITS``; ``rows``: ``TRAVELLERS``)."""
    keys = ["year", "boundary", "unit", "site"]
    sums = _summed(_flown(inventory), pl.Schema(_KEYS | {"unit": pl.String, "site": pl.String} | _SUMS))
    counted = sums.join(persons_of(rows, keys), on=keys, how="left", nulls_equal=True)
    return counted.select(UNITS.names()).cast(dict(UNITS))  # type: ignore[arg-type]


def routes(inventory: Inventory) -> pl.DataFrame:
    """Return what was flown between two airports, in the direction flown (``ROUTES``)."""
    return _placed(_summed(_of_routes(inventory).with_columns(group=_NO_GROUP), _BETWEEN))


def routes_shown(found: pl.DataFrame, activities: Activities, smallest: int) -> pl.DataFrame:
    """Return the routes of enough travellers; the others are one row of no route (``ROUTES``)."""
    ends = ["origin", "destination"]
    few = few_together(found.drop("group"), _persons_by(activities, ends), ends, smallest)
    return _placed(_summed(few, _BETWEEN))


def months(inventory: Inventory, activities: Activities) -> pl.DataFrame:
    """Return what was flown by month of departure (``MONTHS``); month null: no date or no route is known.

    What was flown on a route, in a cabin and a category, is spread over the months by the passengers of its legs.
    """
    keys = ["year", "origin", "destination", "cabin", "category", "boundary"]
    counted = [
        _plain(rows.group_by(*keys, "month").agg(pl.col("passengers").sum()).collect(engine="streaming"))
        for rows in _legs(activities)
    ]
    known = ruled(pl.concat([_NO_LEGS, *counted], how="diagonal_relaxed"), inventory)
    legs = known.group_by(*keys, "month").agg(pl.col("passengers").sum())
    share = pl.col("passengers") / pl.col("passengers").sum().over(keys)
    shares = legs.select(*keys, "month", share=share.fill_nan(None))
    spread = _of_routes(inventory).join(shares, on=keys, how="left", nulls_equal=True)
    parts = spread.with_columns(pl.col(name) * pl.col("share").fill_null(1.0) for name in _SUMS)
    return _summed(parts.with_columns(group=_NO_GROUP), MONTHS)


def months_shown(found: pl.DataFrame, activities: Activities, smallest: int) -> pl.DataFrame:
    """Return the months of enough travellers; the others are one row of no month (``MONTHS``)."""
    few = few_together(found.drop("group"), _persons_by(activities, ["month"]), ["month"], smallest)
    return _summed(few, MONTHS)


def _flown(inventory: Inventory) -> pl.DataFrame:
    cells = inventory.cells.filter(pl.col("source") == "air_travel", pl.col("amount_unit") == _FLOWN)
    return cells.drop_nulls("year").rename({"rows": "legs"}).with_columns(passenger_km="amount")


def _of_routes(inventory: Inventory) -> pl.DataFrame:
    ends = pl.col("independent_key").str.extract_groups(ROUTE)
    return _flown(inventory).with_columns(origin=ends.struct.field("1"), destination=ends.struct.field("2"))


def _placed(found: pl.DataFrame) -> pl.DataFrame:
    places = airport_table().select("airport_id", "latitude_deg", "longitude_deg")
    for end in ("origin", "destination"):
        named = places.rename(
            {"airport_id": end, "latitude_deg": f"{end}_lat", "longitude_deg": f"{end}_lon"}
        )
        found = found.join(named, on=end, how="left")
    distance = (pl.col("passenger_km") / pl.col("passengers")).fill_nan(None)
    whole = found.with_columns(distance_km=pl.when(pl.col("origin").is_not_null()).then(distance))
    return whole.select(ROUTES.names()).cast(dict(ROUTES)).sort("year", "boundary", "kg_co2e", "origin", "destination", descending=[False, False, True, False, False], nulls_last=True)  # type: ignore[arg-type]  # fmt: skip


def _persons_by(activities: Activities, by: list[str], hauls: pl.DataFrame | None = None) -> pl.DataFrame:
    """Count travellers by year and columns of the legs; ``hauls``: of routes."""
    ends = ["origin", "destination"] if hauls is not None else []
    read = ["year", *(one for one in by if one != "haul"), *ends, "traveller", "travellers"]
    columns = list(dict.fromkeys(read))
    found = [_plain(rows.select(columns).unique().collect(engine="streaming")) for rows in _legs(activities)]
    unique = pl.concat([_NO_LEGS.select(columns), *found], how="vertical_relaxed")
    if hauls is not None:
        unique = unique.join(hauls, on=["year", *ends], how="left", nulls_equal=True)
    return persons_of(unique, ["year", *by])


def _legs(activities: Activities) -> Iterator[pl.LazyFrame]:
    """Yield the legs of tickets, and those of home leave that was paid as a lump sum but has a route."""
    month = pl.col("departure_date").dt.month().cast(pl.Int64)
    if "air_travel" in activities:
        legs = activities["air_travel"].lazy().drop_nulls("year")
        yield legs.with_columns(month=month, travellers=pl.lit(None, pl.Float64))
    if "home_leave" in activities:
        yield (
            activities["home_leave"]
            .lazy()
            .drop_nulls(["year", "origin", "destination"])
            .with_columns(month=month)
        )


def _summed(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Add up by all columns of the schema that are no sums; what is known of nothing stays null."""
    keys = [name for name in schema if name not in _SUMS]
    sums = rows.group_by(keys).agg(
        pl.col("legs", "passengers").sum(), sum_known("passenger_km"), sum_known("kg_co2e")
    )
    whole = sums.with_columns(pl.col("legs").round())  # legs spread over months are parts of legs
    return whole.select(schema.names()).cast(dict(schema)).sort(keys, nulls_last=True)  # type: ignore[arg-type]


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
