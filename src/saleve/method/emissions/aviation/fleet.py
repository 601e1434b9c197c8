"""Which aircraft flew: from the ticket, else the organisation's own route table, else the default mix.

Order of tiers as in docs/method/air-travel.md: ``ticket``, ``route_table``, ``route_group_band``, ``band``. A tier in which no
type has fuel data for the distance, or seat data, gives way to the next. Shares of the types that stay are rescaled to one.
"""

from collections.abc import Iterator

import polars as pl

from saleve.method.emissions.aviation.fuel import with_fuel
from saleve.method.emissions.aviation.parameters import AirTravelSettings
from saleve.method.reference import aircraft


def choose_fleet(services: pl.DataFrame, settings: AirTravelSettings, edition: str = "v13.1") -> pl.DataFrame:
    """Return the types of each service: service_id, equivalent_aircraft, share, fuel_kg, tier, seats and areas of the type.

    Services for which no tier has a type are absent.
    """
    layouts = _layouts(settings.layouts)
    chosen: list[pl.DataFrame] = []
    remaining = services
    for tier, candidates in _tiers(services, settings, edition):
        wanted = candidates.join(remaining.select("service_id"), on="service_id", how="semi")
        flying = (
            with_fuel(wanted, edition)
            .filter(pl.col("fuel_kg").is_not_null())
            .join(layouts, on="equivalent_aircraft", how="inner")
        )
        chosen.append(_rescaled(flying).with_columns(tier=pl.lit(tier)))
        remaining = remaining.join(flying.select("service_id"), on="service_id", how="anti")
    return pl.concat(chosen, how="vertical")


def period_of_year() -> pl.Expr:
    """Return the period of the default mix for ``year``: 2019 up to 2021 (before 2017 as a stand-in), 2024 from 2022."""
    return pl.when(pl.col("year") <= _LAST_YEAR_OF_2019_MIX).then(pl.lit(2019)).otherwise(pl.lit(2024))


_LAST_YEAR_OF_2019_MIX = 2021
FIRST_YEAR_OF_2019_MIX = 2017


def _tiers(
    services: pl.DataFrame, settings: AirTravelSettings, edition: str
) -> Iterator[tuple[str, pl.DataFrame]]:
    yield "ticket", _from_tickets(services, edition)
    if settings.routes is not None:
        yield "route_table", _from_routes(services, settings.routes)
    yield (
        "route_group_band",
        _from_mix(services, aircraft.mix_by_route_group(settings.mix), ["route_group", "period"]),
    )
    yield "band", _from_mix(services, aircraft.mix_by_band(), ["period"])


def _from_tickets(services: pl.DataFrame, edition: str) -> pl.DataFrame:
    known = services.filter(pl.col("aircraft").is_not_null())
    equivalents = aircraft.equivalents(known["aircraft"].unique(maintain_order=True).to_list(), edition)
    return known.join(equivalents, left_on="aircraft", right_on="code", how="inner").select(
        "service_id", "corrected_distance_km", "equivalent_aircraft", share=pl.lit(1.0)
    )


def _from_routes(services: pl.DataFrame, routes: pl.DataFrame) -> pl.DataFrame:
    return services.join(routes, on=["origin", "destination"], how="inner").select(
        "service_id", "corrected_distance_km", "equivalent_aircraft", share="share_of_departures"
    )


def _from_mix(services: pl.DataFrame, mix: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Join the cell of the mix whose band holds the distance: from exclusive, to inclusive."""
    edges = mix.select("distance_km_from").unique().sort("distance_km_from")
    banded = (
        services.filter(pl.col("distance_km") > 0)
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
        "service_id", "corrected_distance_km", "equivalent_aircraft", share="share_of_departures"
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
    return fleet.with_columns(share=pl.col("share") / pl.col("share").sum().over("service_id"))
