"""`saleve flight`: the CO2 of one trip, leg by leg."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from saleve.cli.printing import number, print_json, print_table, say
from saleve.ems.flights import Trip, compute_trip
from saleve.language import _
from saleve.method.emissions.aviation.parameters import AirTravelSettings
from saleve.method.problems import SaleveError

SHOWN_TYPES = 5


def flight(
    route: Annotated[str, typer.Argument(help="Airports in order, such as GVA-NBO or GVA-LHR-JFK.")],
    *,
    cabin: Annotated[
        str, typer.Option(help="economy, premium_economy, business, first or average.")
    ] = "economy",
    aircraft: Annotated[
        str | None, typer.Option(help="Aircraft type, such as 77W; the default mix if left out.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--date", help="Day of travel, YYYY-MM-DD; today if left out.")
    ] = None,
    method: Annotated[str, typer.Option(help="icao-13.1, icao-9, tim or desnz.")] = "icao-13.1",
    distance_correction: Annotated[str, typer.Option(help="icao, or smooth as a sensitivity.")] = "icao",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Compute the CO2 of one passenger's trip."""
    settings = AirTravelSettings(method=method, distance_correction=distance_correction)  # type: ignore[arg-type]
    trip = compute_trip(route, cabin=cabin, aircraft=aircraft, on=_day(on), settings=settings)
    if as_json:
        print_json(_as_dict(trip))
    else:
        _print(trip)


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(tz=UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = _("The date {text} is not a day. Write it as year-month-day, such as 2026-03-17.")
        raise SaleveError(message.format(text=text)) from None


def _as_dict(trip: Trip) -> dict[str, Any]:
    found = asdict(trip)
    low, high = found.pop("low_pct"), found.pop("high_pct")
    return {**found, "uncertainty_pct": {"low": -low, "high": high}}


def _print(trip: Trip) -> None:
    low, high = trip.co2_kg * (1 - trip.low_pct / 100), trip.co2_kg * (1 + trip.high_pct / 100)
    headline = _("{kg} kg CO2 for one passenger, 95 % range {low} to {high} kg ({method})")
    say(
        headline.format(kg=number(trip.co2_kg), low=number(low), high=number(high), method=trip.method),
        "bold",
    )
    headings = [
        (_("Leg"), "left"),
        (_("km"), "right"),
        (_("km flown"), "right"),
        (_("Route group"), "left"),
        (_("Load"), "right"),
        (_("Cabin"), "left"),
        (_("Aircraft (share)"), "left"),
        (_("Tier"), "left"),
        (_("kg CO2"), "right"),
    ]
    print_table("", headings, (_row(leg) for leg in trip.legs))
    say(trip.formula)
    for note in trip.notes:
        say(note, "yellow")
    for source in trip.sources:
        say(source, "dim")


def _row(leg: dict[str, Any]) -> tuple[Any, ...]:
    types = [f"{one['type']} {one['share']:.0%}" for one in leg["aircraft"][:SHOWN_TYPES]]
    more = len(leg["aircraft"]) - len(types)
    return (
        f"{leg['origin']}-{leg['destination']}",
        number(leg["distance_km"]),
        number(leg["corrected_distance_km"]),
        leg["route_group"],
        f"{leg['load_factor']:.1%}",
        leg["cabin"],
        ", ".join(types) + (f" +{more}" if more else ""),
        leg["tier"],
        number(leg["co2_kg"], 1),
    )


COMMANDS = (flight,)
