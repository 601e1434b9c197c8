"""CO2 of air travel: kg = passengers x kg per passenger of the flight, by the method the inventory has chosen.

Default: ICAO Carbon Emissions Calculator v13.1, s. 3 (``aviation/icao.py``). Non-CO2 effects and fuel supply are not counted, as
in the UN inventory. Physics runs on unique flights only; bulk work is one group-by and joins on any Narwhals engine.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from saleve.method.emissions.aviation.desnz import desnz
from saleve.method.emissions.aviation.fleet import FIRST_YEAR_OF_2019_MIX, choose_fleet, period_of_year
from saleve.method.emissions.aviation.flights import (
    FLIGHT_KEYS,
    SERVICE_KEYS,
    Correction,
    corrected_km,
    describe_services,
)
from saleve.method.emissions.aviation.icao import icao_9, icao_13_1
from saleve.method.emissions.aviation.parameters import AirTravelSettings, Method
from saleve.method.emissions.aviation.ranges import with_ranges
from saleve.method.emissions.aviation.tim import flown_km, tim

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

    Emission is proportional to passengers, so estimating after adding up gives the same total. Columns of repeated words may be
    categorical, which is twice as fast; they come out as text.
    """
    grouped = (
        nw.from_native(legs)
        .lazy()
        .group_by(*CELL_KEYS)
        .agg(
            nw.col("passengers").sum(),
            nw.col("supplied_co2_kg").sum(),
            nw.len().alias("rows"),
        )
    )
    return in_text(_collected(grouped))


def in_text(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with its dictionary columns as text."""
    return table.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))


def _collected(table: nw.LazyFrame[Any]) -> pl.DataFrame:
    native = table.to_native()
    if isinstance(native, pl.LazyFrame):
        return native.collect(engine="streaming")
    return table.collect().to_polars()


def estimate(legs: pl.DataFrame, settings: AirTravelSettings | None = None) -> pl.DataFrame:
    """Return the legs (or aggregated legs) with the columns of ``emissions.result``, distances and route group.

    A leg that no method data reach (no airport, no aircraft) keeps a null ``kg_co2e`` and says so in ``quality``.
    """
    chosen, legs = settings or AirTravelSettings(), in_text(legs)
    co2_kg = pl.col("passengers") * pl.col("kg_co2_per_passenger")
    return legs.join(_estimates(legs, chosen), on=_ESTIMATE_KEYS, how="left", nulls_equal=True).with_columns(
        pl.concat_str("origin", "destination", separator="-").alias("independent_key"),
        source=pl.lit(SOURCE),
        region=pl.col("route_group"),
        scope=pl.lit(3, dtype=pl.Int64),
        electricity_basis=pl.lit(None, dtype=pl.String),
        co2_kg=co2_kg,
        kg_co2e=co2_kg,
        factor_id=pl.lit(chosen.method),
        accounting_basis=pl.lit("direct"),
        method=pl.lit(chosen.method),
        amount=pl.col("passengers") * pl.col("distance_km"),
        amount_unit=pl.lit("passenger-km"),
        **{column: pl.lit(None, dtype=pl.Float64) for column in _OTHER_GASES},
    )


def co2_kg_by_year(legs: pl.DataFrame, settings: AirTravelSettings) -> pl.DataFrame:
    """Return ``year, kg_co2e``: the sums of what ``estimate`` gives for the legs, without ranges and notes."""
    flown = in_text(legs).group_by(FLIGHT_KEYS).agg(pl.col("passengers").sum())
    flights, _fleet = per_passenger(flown.select(FLIGHT_KEYS), settings)
    kg = pl.col("passengers") * pl.col("kg_co2_per_passenger")
    joined = flown.join(flights, on=FLIGHT_KEYS, how="left", nulls_equal=True)
    return joined.group_by("year").agg(kg.sum().alias("kg_co2e")).sort("year")


def per_passenger(keys: pl.DataFrame, settings: AirTravelSettings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return unique flights with distances, tier, cabin used and ``kg_co2_per_passenger``; and the aircraft of each service.

    The second table has, per ``service_id``, the types with share of departures, fuel (kg) and seats.
    """
    dated = keys.with_columns(period=period_of_year())
    services = describe_services(dated.select(SERVICE_KEYS).unique(), _corrected(settings))
    fleet = choose_fleet(services, settings, edition="v9" if settings.method == "icao-9" else "v13.1")
    tiers = fleet.group_by("service_id").agg(pl.col("tier").first(), pl.col("own_layout").all())
    flights = dated.join(services, on=SERVICE_KEYS, how="left", nulls_equal=True).join(
        tiers, on="service_id", how="left"
    )
    return _PER_PASSENGER[settings.method](flights, fleet), fleet


def _corrected(settings: AirTravelSettings) -> Correction:
    if settings.method == "tim":
        return flown_km
    return partial(corrected_km, correction=settings.distance_correction)


_OTHER_GASES = ("ch4_kg_co2e", "n2o_kg_co2e", "fgas_kg_co2e", "unsplit_kg_co2e")
_ESTIMATE_KEYS = [*FLIGHT_KEYS, "place_basis", "cabin_basis"]


def _estimates(legs: pl.DataFrame, settings: AirTravelSettings) -> pl.DataFrame:
    """Return everything that legs with the same flight and the same gaps in their data have in common."""
    keys = legs.select(_ESTIMATE_KEYS).unique()
    flights, _fleet = per_passenger(keys.select(FLIGHT_KEYS).unique(), settings)
    described = keys.join(flights, on=FLIGHT_KEYS, how="left", nulls_equal=True)
    return with_ranges(described, settings.method).select(
        *_ESTIMATE_KEYS,
        "distance_km",
        "route_group",
        "haul",
        "kg_co2_per_passenger",
        "shared_key",
        pl.col("^(shared|independent)_(low|high)_pct$"),
        quality=_quality(),
        estimated=_estimated(),
    )


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
        pl.when(pl.col("distance_km").is_null())
        .then(pl.lit("airport-unknown"))
        .when(pl.col("kg_co2_per_passenger").is_null())
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
