"""One trip, computed for whoever asks: every leg with its distance, aircraft, cabin and CO2; and the same by rail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from saleve.language import _, for_reader
from saleve.method.activity.air_travel import legs_from_route
from saleve.method.activity.ground_travel import ACTIVITY
from saleve.method.emissions import air_travel, ground_travel
from saleve.method.emissions.aviation.flights import FLIGHT_KEYS
from saleve.method.emissions.aviation.parameters import (
    DISTANCE_CORRECTIONS,
    METHODS,
    AirTravelSettings,
    Method,
)
from saleve.method.emissions.formulas import formula
from saleve.method.emissions.rules import Rules
from saleve.method.problems import SaleveError
from saleve.method.reference import packages
from saleve.method.reference.assumptions import assumption
from saleve.method.uncertainty import range_of_sums

CABINS = ("economy", "premium_economy", "business", "first", "average")
_PACKAGES = {
    "icao-13.1": ("icao_calculator", "aircraft_seats", "aircraft_mix", "airports"),
    "icao-9": ("icao_calculator", "aircraft_seats", "aircraft_mix", "airports"),
    "tim": ("air_travel_tim", "icao_calculator", "aircraft_seats", "aircraft_mix", "airports"),
    "desnz": ("air_travel_desnz", "airports"),
}


@dataclass(frozen=True)
class Trip:
    """One person's trip: ``legs`` as dictionaries, CO2 in kg, half-widths of the 95 % range in percent."""

    method: Method
    co2_kg: float
    low_pct: float
    high_pct: float
    formula: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    legs: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Rail:
    """The same trip by rail, of one person, where each of its flights is short enough: kg CO2e, its 95 % range, and by flight."""

    kg_co2e: float
    low_kg: float
    high_kg: float
    distance_km: float
    by_flight: tuple[float, ...]
    qualities: tuple[str, ...]


def compute_trip(
    route: str,
    *,
    cabin: str = "economy",
    aircraft: str | None = None,
    on: date,
    settings: AirTravelSettings | None = None,
) -> Trip:
    """Compute a trip such as ``GVA-NBO`` for one passenger.

    Raises ``SaleveError`` for an unknown airport, cabin, or a leg for which no method data exist.
    """
    chosen = settings or AirTravelSettings()
    _check_choice(_("cabin"), cabin, CABINS)
    _check_choice(_("method"), chosen.method, METHODS)
    _check_choice(_("distance correction"), chosen.distance_correction, DISTANCE_CORRECTIONS)
    legs, problems = legs_from_route(route, on=on, cabin=cabin, aircraft=aircraft)
    _refuse(problems, legs)
    estimated = air_travel.estimate(legs.with_columns(rows=pl.lit(1, dtype=pl.Int64)), chosen)
    _refuse_uncomputed(estimated)
    spread = range_of_sums(estimated, [])
    co2_kg = float(estimated["kg_co2e"].sum())
    return Trip(
        method=chosen.method,
        co2_kg=co2_kg,
        low_pct=100 * spread["low_kg"].item() / co2_kg,
        high_pct=100 * spread["high_kg"].item() / co2_kg,
        formula=formula(chosen.method),
        sources=tuple(_cited(package) for package in _PACKAGES[chosen.method]),
        notes=(*problems["message"], *_notes(estimated, aircraft)),
        legs=tuple(_legs(estimated, chosen)),
    )


def by_rail(trip: Trip, on: date, rules: Rules | None = None) -> Rail | None:
    """Compute the trip as journeys by rail, as the inventory does where no distance is stated; none where a flight is too long for it."""
    chosen = rules or Rules()
    farthest = assumption("rail_instead_below_km", chosen.own_values)
    if any(leg["distance_km"] > farthest for leg in trip.legs):
        return None
    rows = [
        {"departure_date": on, "year": on.year, "origin_airport": leg["origin"], "destination_airport": leg["destination"]}
        for leg in trip.legs
    ]  # fmt: skip
    journeys = pl.DataFrame(rows, schema_overrides={"departure_date": pl.Date}).with_columns(
        mode=pl.lit("rail"),
        round_trip=pl.lit(value=False),
        journeys=pl.lit(1.0),
        passengers=pl.lit(1.0),
        boundary=pl.lit("minimum"),
    )
    lacking = [pl.lit(None, kind).alias(name) for name, kind in ACTIVITY.items() if name not in journeys.columns]  # fmt: skip
    estimated = ground_travel.estimate(journeys.with_columns(lacking), chosen)
    spread, kg_co2e = range_of_sums(estimated, []), float(estimated["kg_co2e"].sum())
    return Rail(
        kg_co2e=kg_co2e,
        low_kg=kg_co2e - spread["low_kg"].item(),
        high_kg=kg_co2e + spread["high_kg"].item(),
        distance_km=float(estimated["distance_km"].sum()),
        by_flight=tuple(estimated["kg_co2e"]),
        qualities=tuple(dict.fromkeys(estimated["quality"])),
    )


def _legs(estimated: pl.DataFrame, settings: AirTravelSettings) -> list[dict[str, Any]]:
    flights, fleet = air_travel.per_passenger(estimated.select(FLIGHT_KEYS).unique(), settings)
    described = {
        (flight["origin"], flight["destination"]): flight for flight in flights.iter_rows(named=True)
    }
    return [
        _leg(row, flight, fleet.filter(pl.col("service_id") == flight["service_id"]))
        for row in estimated.iter_rows(named=True)
        for flight in [described[row["origin"], row["destination"]]]
    ]


def _leg(row: dict[str, Any], flight: dict[str, Any], fleet: pl.DataFrame) -> dict[str, Any]:
    return {
        "origin": row["origin"],
        "destination": row["destination"],
        "distance_km": flight["distance_km"],
        "corrected_distance_km": flight["corrected_distance_km"],
        "haul": flight["haul"],
        "route_group": flight["route_group"],
        "load_factor": flight["load_factor"],
        "cargo_factor": flight["cargo_factor"],
        "tier": flight["tier"],
        "aircraft": fleet.sort("share", descending=True)
        .select(
            "share",
            "fuel_kg",
            type="equivalent_aircraft",
            seat_equivalents="y_seat_equivalents",
        )
        .select("type", "share", "fuel_kg", "seat_equivalents")
        .to_dicts(),
        "cabin": flight["cabin_used"],
        "quality": row["quality"],
        "co2_kg": row["kg_co2e"],
    }


def _notes(estimated: pl.DataFrame, aircraft: str | None) -> Iterable[str]:
    """Say in sentences what stood in for a fact."""
    said = set("; ".join(estimated["quality"]).split("; "))
    if "aircraft-without-data" in said:
        yield _(
            "Aircraft {type} has no fuel or seat data for this distance: the default mix was used."
        ).format(type=aircraft)
    if "mix-of-2019" in said:
        yield _("There is no aircraft mix for years before 2017: that of 2019 was used.")
    if "nearest-cabin" in said:
        yield _("The cabin is not offered by these aircraft: the nearest one was used.")


def _refuse(problems: pl.DataFrame, legs: pl.DataFrame) -> None:
    errors = problems.filter(pl.col("severity") == "error")
    if len(errors):
        texts = errors.select("message", "suggestion").rows()
        raise SaleveError(" ".join(text for pair in texts for text in pair if text))
    if legs.is_empty():
        raise SaleveError(_("There is no flight in this route. Write it as GVA-NBO or GVA-LHR-JFK."))


def _check_choice(what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        message = _("The {what} {value} is not known. It can be: {choices}.")
        raise SaleveError(message.format(what=what, value=value, choices=", ".join(choices)))


def _refuse_uncomputed(estimated: pl.DataFrame) -> None:
    lacking = estimated.filter(pl.col("kg_co2e").is_null())
    if len(lacking):
        row = lacking.row(0, named=True)
        message = for_reader(
            _("No aircraft of the default mix can be placed on {origin}-{destination}: name one with --aircraft."),
            _("No aircraft of the default mix can be placed on {origin}-{destination}: name the aircraft."),
        )  # fmt: skip
        raise SaleveError(message.format(**row))


def _cited(package: str) -> str:
    about = packages.source(package)
    return f"{about.title}, {about.edition}"
