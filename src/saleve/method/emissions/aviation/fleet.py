"""Which aircraft flew: from the ticket, else the organisation's own route table, else the default mix.

Order of tiers as in docs/method/air-travel.md: ``ticket``, ``route_table``, ``route_group_band``, ``band``. A tier in which no
type has fuel data for the distance, or seat data, gives way to the next. Shares of the types that stay are rescaled to one.
"""

from collections.abc import Iterator

import polars as pl

from saleve.method.emissions.aviation.fuel import with_fuel
from saleve.method.emissions.aviation.parameters import AirTravelSettings
from saleve.method.reference import aircraft

_NEEDED = ("flight_id", "year", "route_group", "distance_km", "corrected_distance_km")


def choose_fleet(
    flights: pl.DataFrame, settings: AirTravelSettings, edition: str = "v13.1"
) -> pl.DataFrame:
    """Return the types of each flight: flight_id, equivalent_aircraft, share, fuel_kg, tier, seats and areas of the type.

    Flights for which no tier has a type are absent.
    """
    layouts = _layouts(settings.layouts)
    chosen: list[pl.DataFrame] = []
    remaining = flights
    for tier, candidates in _tiers(flights, settings):
        wanted = candidates.join(remaining.select("flight_id"), on="flight_id", how="semi")
        flying = (
            with_fuel(wanted, edition)
            .filter(pl.col("fuel_kg").is_not_null())
            .join(layouts, on="equivalent_aircraft", how="inner")
        )
        chosen.append(_rescaled(flying).with_columns(tier=pl.lit(tier)))
        remaining = remaining.join(flying.select("flight_id"), on="flight_id", how="anti")
    return pl.concat(chosen, how="vertical")


def aircraft_without_data(flights: pl.DataFrame, fleet: pl.DataFrame) -> pl.DataFrame:
    """Return flight_id and aircraft of flights whose own aircraft could not be used: unknown, no seats, or not that far."""
    by_ticket = fleet.filter(pl.col("tier") == "ticket").select("flight_id")
    return (
        flights.filter(pl.col("aircraft").is_not_null())
        .join(by_ticket, on="flight_id", how="anti")
        .select("flight_id", "aircraft")
    )


def period_of_year() -> pl.Expr:
    """Return the period of the default mix for ``year``: 2019 up to 2021 (before 2017 as a stand-in), 2024 from 2022."""
    return pl.when(pl.col("year") <= _LAST_YEAR_OF_2019_MIX).then(pl.lit(2019)).otherwise(pl.lit(2024))


_LAST_YEAR_OF_2019_MIX = 2021
FIRST_YEAR_OF_2019_MIX = 2017


def _tiers(flights: pl.DataFrame, settings: AirTravelSettings) -> Iterator[tuple[str, pl.DataFrame]]:
    yield "ticket", _from_tickets(flights)
    if settings.routes is not None:
        yield "route_table", _from_routes(flights, settings.routes)
    periods = flights.select(*_NEEDED, period=period_of_year())
    yield "route_group_band", _from_mix(periods, aircraft.mix_by_route_group(settings.mix), ["route_group", "period"])
    yield "band", _from_mix(periods, aircraft.mix_by_band(), ["period"])


def _from_tickets(flights: pl.DataFrame) -> pl.DataFrame:
    known = flights.filter(pl.col("aircraft").is_not_null())
    equivalents = aircraft.equivalents(known["aircraft"].unique(maintain_order=True).to_list())
    return known.join(equivalents, left_on="aircraft", right_on="code", how="inner").select(
        "flight_id", "corrected_distance_km", "equivalent_aircraft", share=pl.lit(1.0)
    )


def _from_routes(flights: pl.DataFrame, routes: pl.DataFrame) -> pl.DataFrame:
    return flights.join(routes, on=["origin", "destination"], how="inner").select(
        "flight_id", "corrected_distance_km", "equivalent_aircraft", share="share_of_departures"
    )


def _from_mix(flights: pl.DataFrame, mix: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Join the cell of the mix whose band holds the distance: from exclusive, to inclusive."""
    edges = mix.select("distance_km_from").unique().sort("distance_km_from")
    banded = (
        flights.filter(pl.col("distance_km") > 0)
        .sort("distance_km")
        .join_asof(
            edges,
            left_on="distance_km",
            right_on="distance_km_from",
            strategy="backward",
            allow_exact_matches=False,
            coalesce=False,
        )
    )
    return banded.join(mix, on=[*on, "distance_km_from"], how="inner").select(
        "flight_id", "corrected_distance_km", "equivalent_aircraft", share="share_of_departures"
    )


def _layouts(own: pl.DataFrame | None) -> pl.DataFrame:
    layouts = aircraft.seats(own).filter(pl.col("variant") == "default").drop("variant")
    known = [] if own is None else own.filter(pl.col("variant") == "default")["equivalent_aircraft"].to_list()
    return layouts.select(
        "equivalent_aircraft",
        "fuselage",
        "seats_total",
        pl.col("^seats_(first|business|premium_economy|economy)$").fill_null(0),
        pl.col("^yf_.*$"),
        "y_seat_equivalents",
        own_layout=pl.col("equivalent_aircraft").is_in(known),
    )


def _rescaled(fleet: pl.DataFrame) -> pl.DataFrame:
    return fleet.with_columns(share=pl.col("share") / pl.col("share").sum().over("flight_id"))
