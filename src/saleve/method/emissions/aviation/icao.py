"""CO2 per passenger by the ICAO Carbon Emissions Calculator.

v13.1, s. 3: kg CO2 = 3.16 x fuel x cargo factor x Yf of the cabin / (sum over cabins of seats x Yf x load factor).
v9, s. 4: kg CO2 = 3.16 x fuel x cargo factor x cabin factor / (economy seats that fit x load factor).
With several types on a route, fuel and seats are averaged by departures first, then divided once.
"""

import polars as pl

from saleve.method.emissions.aviation.parameters import parameter
from saleve.method.reference.icao import route_group_table

CABINS = ("first", "business", "premium_economy", "economy")
# The cabin used when the asked one is on no type of the route: the nearest that is (v13.1, s. 3).
NEAREST = {
    "first": ("first", "business", "premium_economy", "economy"),
    "business": ("business", "premium_economy", "first", "economy"),
    "premium_economy": ("premium_economy", "economy", "business", "first"),
    "economy": ("economy", "premium_economy", "business", "first"),
}


def icao_13_1(flights: pl.DataFrame, fleet: pl.DataFrame) -> pl.DataFrame:
    """Add kg_co2_per_passenger and cabin_used by the formula of v13.1."""
    averaged = flights.join(average_fleet(fleet), on="service_id", how="left").with_columns(
        cabin_used=_available_cabin()
    )
    shared_kg = (
        parameter("icao.co2_per_fuel") * pl.col("fuel_kg") * pl.col("cargo_factor") / pl.col("load_factor")
    )
    by_area = shared_kg * _area_factor() / pl.col("y_seat_equivalents")
    average = shared_kg / pl.col("seats_total")
    return averaged.with_columns(
        kg_co2_per_passenger=pl.when(pl.col("cabin") == "average").then(average).otherwise(by_area),
    )


def icao_9(flights: pl.DataFrame, fleet: pl.DataFrame) -> pl.DataFrame:
    """Return flight_id, kg_co2_per_passenger and cabin_used by the formula of v9, with its own load factors."""
    averaged = flights.drop("load_factor", "cargo_factor").join(
        average_fleet(fleet), on="service_id", how="inner"
    )
    shared_kg = (
        parameter("icao.co2_per_fuel") * pl.col("fuel_kg") * pl.col("cargo_factor") / pl.col("load_factor")
    )
    premium = (
        pl.col("cabin").is_in(["first", "business", "premium_economy"])
        & (pl.col("distance_km") > parameter("icao9.cabin_factor.threshold"))
        & (pl.col("seats_total") > pl.col("seats_economy"))
    )
    factor = pl.when(premium).then(parameter("icao9.cabin_factor.premium")).otherwise(1.0)
    seats = pl.when(pl.col("cabin") == "average").then("seats_total").otherwise("y_seat_equivalents")
    return _with_v9_load_factors(averaged).with_columns(
        cabin_used="cabin",
        kg_co2_per_passenger=shared_kg * factor / seats,
    )


def average_fleet(fleet: pl.DataFrame) -> pl.DataFrame:
    """Return per service the fuel, seats and area factors averaged by departures."""
    summed = ("fuel_kg", "seats_total", "y_seat_equivalents", *(f"seats_{cabin}" for cabin in CABINS))
    return fleet.group_by("service_id").agg(
        *((pl.col("share") * pl.col(column)).sum().alias(column) for column in summed),
        *(_mean_area_factor(cabin) for cabin in CABINS),
    )


def _mean_area_factor(cabin: str) -> pl.Expr:
    weight = pl.col("share") * pl.col(f"seats_{cabin}")
    return ((weight * pl.col(f"yf_{cabin}")).sum() / weight.sum()).fill_nan(None).alias(f"yf_{cabin}")


def _available_cabin() -> pl.Expr:
    expression: pl.Expr = pl.col("cabin")
    for asked, order in NEAREST.items():
        available = pl.coalesce(pl.when(pl.col(f"seats_{cabin}") > 0).then(pl.lit(cabin)) for cabin in order)
        expression = pl.when(pl.col("cabin") == asked).then(available).otherwise(expression)
    return expression


def _area_factor() -> pl.Expr:
    return pl.coalesce(pl.when(pl.col("cabin_used") == cabin).then(pl.col(f"yf_{cabin}")) for cabin in CABINS)


def _with_v9_load_factors(flights: pl.DataFrame) -> pl.DataFrame:
    regions = ["origin_icao_region", "destination_icao_region"]
    groups = route_group_table("v9").rename({"region_a": regions[0], "region_b": regions[1]})
    own = groups.drop("route_group")
    international = own.filter(~pl.col("domestic")).drop("domestic")
    return (
        flights.join(own, on=[*regions, "domestic"], how="left")
        .join(international, on=regions, how="left", suffix="_international")
        .with_columns(
            pl.coalesce(column, f"{column}_international").alias(column)
            for column in ("load_factor", "cargo_factor")
        )
    )
