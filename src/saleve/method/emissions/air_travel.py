"""CO2 of air travel: kg = passengers x kg per passenger of the flight, by the method the inventory has chosen.

Default: ICAO Carbon Emissions Calculator v13.1, s. 3 (``aviation/icao.py``). Non-CO2 effects and fuel supply are not counted, as
in the UN inventory. Physics runs on unique flights only; bulk work is one group-by and joins on any Narwhals engine.
"""

from collections.abc import Callable

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from saleve.method.emissions.aviation.desnz import desnz
from saleve.method.emissions.aviation.fleet import FIRST_YEAR_OF_2019_MIX, choose_fleet
from saleve.method.emissions.aviation.flights import FLIGHT_KEYS, describe_flights
from saleve.method.emissions.aviation.icao import icao_9, icao_13_1
from saleve.method.emissions.aviation.parameters import AirTravelSettings, Method
from saleve.method.emissions.aviation.ranges import range_columns
from saleve.method.emissions.aviation.tim import tim

SOURCE = "air_travel"
# What legs may differ in and still be counted together: the finest cell of the inventory.
CELL_KEYS = (
    *FLIGHT_KEYS,
    "cabin_basis",
    "place_basis",
    "category",
    "unit",
    "site",
    "boundary",
    "supplied_method",
)

_PER_PASSENGER: dict[Method, Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]] = {
    "icao-13.1": icao_13_1,
    "icao-9": icao_9,
    "tim": tim,
    "desnz": desnz,
}


def aggregate(legs: IntoFrame) -> pl.DataFrame:
    """Add up legs that share all of ``CELL_KEYS``: passengers, supplied_co2_kg and the number of rows (legs).

    Emission is proportional to passengers, so estimating after adding up gives the same total.
    """
    supplied = nw.col("supplied_co2_kg")
    grouped = (
        nw.from_native(legs)
        .lazy()
        .group_by(*CELL_KEYS)
        .agg(
            nw.col("passengers").sum(),
            supplied.sum().alias("supplied_co2_kg"),
            nw.len().alias("rows"),
        )
        .collect()
    )
    return grouped.to_polars()


def estimate(legs: pl.DataFrame, settings: AirTravelSettings | None = None) -> pl.DataFrame:
    """Return the legs (or aggregated legs) with the columns of ``emissions.result`` and ``distance_km``, ``route_group``.

    A leg that no method data reach (no airport, no aircraft) keeps a null ``kg_co2e`` and says so in ``quality``.
    """
    chosen = settings or AirTravelSettings()
    flights = per_passenger(legs.select(FLIGHT_KEYS).unique(), chosen)
    columns = (
        "distance_km",
        "route_group",
        "haul",
        "tier",
        "own_layout",
        "cabin_used",
        "kg_co2_per_passenger",
    )
    joined = legs.join(flights.select(*FLIGHT_KEYS, *columns), on=FLIGHT_KEYS, how="left", nulls_equal=True)
    co2_kg = pl.col("passengers") * pl.col("kg_co2_per_passenger")
    return joined.with_columns(
        *range_columns(chosen.method),
        source=pl.lit(SOURCE),
        region=pl.col("route_group"),
        scope=pl.lit(3, dtype=pl.Int64),
        electricity_basis=pl.lit(None, dtype=pl.String),
        co2_kg=co2_kg,
        ch4_kg_co2e=pl.lit(None, dtype=pl.Float64),
        n2o_kg_co2e=pl.lit(None, dtype=pl.Float64),
        fgas_kg_co2e=pl.lit(None, dtype=pl.Float64),
        unsplit_kg_co2e=pl.lit(None, dtype=pl.Float64),
        kg_co2e=co2_kg,
        factor_id=pl.lit(chosen.method),
        accounting_basis=pl.lit("direct"),
        method=pl.lit(chosen.method),
        quality=_quality(),
        estimated=_estimated(),
        amount=pl.col("passengers") * pl.col("distance_km"),
        amount_unit=pl.lit("passenger-km"),
    )


def per_passenger(keys: pl.DataFrame, settings: AirTravelSettings) -> pl.DataFrame:
    """Return unique flights with distances, tier, the cabin used and ``kg_co2_per_passenger``."""
    flights = describe_flights(keys, distance_correction=settings.distance_correction)
    fleet = choose_fleet(flights, settings, edition="v9" if settings.method == "icao-9" else "v13.1")
    tiers = fleet.group_by("flight_id").agg(pl.col("tier").first(), pl.col("own_layout").all())
    results = _PER_PASSENGER[settings.method](flights, fleet)
    return flights.join(tiers, on="flight_id", how="left").join(results, on="flight_id", how="left")


def _estimated() -> pl.Expr:
    """A stand-in airport or cabin, or a default mix of another time, took the place of a fact."""
    return (
        (pl.col("place_basis") != "code")
        | (pl.col("cabin_basis") == "default")
        | pl.col("kg_co2_per_passenger").is_null()
        | (_by_mix() & (pl.col("year") < FIRST_YEAR_OF_2019_MIX))
    )


def _quality() -> pl.Expr:
    """Return what the estimate rests on: the tier, then what stood in, separated by semicolons."""
    notes = [
        pl.when(pl.col("kg_co2_per_passenger").is_null())
        .then(pl.lit("not-computed"))
        .otherwise(pl.col("tier")),
        pl.when(pl.col("aircraft").is_not_null() & _by_mix()).then(pl.lit("aircraft-without-data")),
        pl.when(_by_mix() & (pl.col("year") < FIRST_YEAR_OF_2019_MIX)).then(pl.lit("mix-of-2019")),
        pl.when(pl.col("cabin_used") != pl.col("cabin")).then(pl.lit("nearest-cabin")),
        pl.when(pl.col("cabin_basis") == "default").then(pl.lit("cabin-default")),
        pl.when(pl.col("place_basis") != "code").then(pl.concat_str(pl.lit("place-"), "place_basis")),
    ]
    return pl.concat_str(notes, separator="; ", ignore_nulls=True)


def _by_mix() -> pl.Expr:
    return pl.col("tier").is_in(["route_group_band", "band"])
