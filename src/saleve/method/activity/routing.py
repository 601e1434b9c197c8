"""Routings as tickets write them, to legs: ``GVA-LHR-JFK``, ``GVA-JFK//BOS-GVA``, ``GVA X/LHR JFK``, names as well as codes.

A surface sector (``//``, ``ARNK``, ``*``, ``--``) has no leg. A leg from an airport to itself or from a railway station is left
out with its reason. Each different routing is read once, however many rows have it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

from saleve.language import _
from saleve.method.activity.place_readings import Finding, Place, Reading, Repair
from saleve.method.activity.places import PlaceReader
from saleve.method.reference.airports import metro_areas

# from the surest to the roughest way in which a place was found
BASES = ("code", "metro", "city", "main_airport", "capital")

_ARROWS = re.compile(r"\s*(?:[-=]*>+|[–—−‐‑→➔➜⇒»~])\s*")
_TRANSFER = re.compile(r"(?<![A-Za-z0-9])[XO]/(?=[A-Z]{3}(?![A-Za-z]))")
_SURFACE = re.compile(r"[-/\s]*(?://+|\bARNK\b|\*+|--+|-\s+-|\bSURFACE\b)[-/\s]*", re.IGNORECASE)
_BETWEEN_CODES = re.compile(r"[-/\s,;|.+]+")
_CODES = re.compile(r"(?:[A-Za-z0-9]{3}|[A-Z]{4})")
_LONGEST = 2_000  # signs
_BETWEEN_NAMES = re.compile(r"\s+-\s+|\s*[;|/]\s*|\s+to\s+|\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Leg:
    """One flight; ``coupon`` is its number on the ticket, counting legs left out but not surface sectors."""

    origin: str
    destination: str
    place_basis: str
    coupon: int
    back: bool = False  # added because the journey is there and back

    def reversed(self, coupon: int) -> "Leg":
        return Leg(self.destination, self.origin, self.place_basis, coupon, back=True)


@dataclass(frozen=True, slots=True)
class Route:
    """A journey: its legs, what was found on the way, and whether the way back is in it already (``closed``)."""

    legs: tuple[Leg, ...] = ()
    findings: tuple[Finding, ...] = ()
    repair: str | None = None
    repairs: tuple[Repair, ...] = ()
    closed: bool = False
    coupons: int = 0

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def read_routing(text: str, on: date | None, places: PlaceReader) -> Route:
    """Return the legs of a routing on a day (``None``: codes as of today)."""
    if len(text) > _LONGEST:
        return Route(findings=(_too_long(text),))
    stops, readings = _stops(_plain(text), on, places)
    return _route(stops, readings, text)


def read_journey(outward: Sequence[Reading], text: str) -> Route:
    """Return the legs of a journey given place by place, such as an origin and a destination column."""
    return _route([place for reading in outward for place in reading.places], list(outward), text)


def there_and_back(route: Route, *, same_way: bool = True) -> Route:
    """Return the route with its way back: the same legs reversed, or (not ``same_way``) one leg from the last place."""
    if route.closed or not route.legs:
        return route
    if same_way:
        count = route.coupons
        back = [leg.reversed(2 * count + 1 - leg.coupon) for leg in reversed(route.legs)]
        return replace(route, legs=(*route.legs, *back), coupons=2 * count, closed=True)
    first, last = route.legs[0], route.legs[-1]
    roughest = _roughest(first.place_basis, last.place_basis)
    home = Leg(last.destination, first.origin, roughest, route.coupons + 1, back=True)
    return replace(route, legs=(*route.legs, home), coupons=route.coupons + 1, closed=True)


def _plain(text: str) -> str:
    return _TRANSFER.sub("", _ARROWS.sub("-", text.strip()))


def _stops(text: str, on: date | None, places: PlaceReader) -> tuple[list[Place | None], list[Reading]]:
    """Return the places in order, ``None`` where a surface sector lies between two."""
    stops: list[Place | None] = []
    readings: list[Reading] = []
    for part in _SURFACE.split(text):
        read = _read_part(part, on, places)
        readings += read
        stops += [None, *(place for reading in read for place in reading.places)]
    return stops[1:], readings


def _read_part(part: str, on: date | None, places: PlaceReader) -> list[Reading]:
    words = [word for word in _BETWEEN_CODES.split(part) if word]
    as_codes = bool(words) and all(_CODES.fullmatch(word) for word in words)
    if as_codes:
        read = [places.read(word, None, on) for word in words]
        if not any(reading.failed for reading in read):
            return read
    names = _names(part)
    if as_codes and len(names) <= 1:
        return read
    named = [places.read(name, None, on) for name in names]
    return read if as_codes and any(reading.failed for reading in named) else named


def _names(part: str) -> list[str]:
    names = [name for name in _BETWEEN_NAMES.split(part.strip(" -")) if name.strip()]
    return names if len(names) > 1 else [name for name in part.split("-") if name.strip()]


def _route(stops: Sequence[Place | None], readings: list[Reading], text: str) -> Route:
    findings = tuple(dict.fromkeys(finding for reading in readings for finding in reading.findings))
    repair = next((reading.repair for reading in readings if reading.repair), None)
    repairs = tuple(dict.fromkeys(repair for reading in readings for repair in reading.repairs))
    places = [stop for stop in stops if stop is not None]
    if any(finding.severity == "error" for finding in findings):
        return Route(findings=findings, repair=repair, repairs=repairs)
    if len(places) < 2:
        return Route(findings=(*findings, _one_place(text)))
    legs, left_out, coupons = _legs(stops)
    return Route(tuple(legs), (*findings, *left_out), repair, repairs, _comes_back(stops, places), coupons)


def _comes_back(stops: Sequence[Place | None], places: list[Place]) -> bool:
    """Home again, an open jaw, or through one place twice: the way back is already written."""
    return _same_place(places[0], places[-1]) or None in stops or len(set(places)) < len(places)


def _legs(stops: Sequence[Place | None]) -> tuple[list[Leg], list[Finding], int]:
    legs: list[Leg] = []
    left_out: list[Finding] = []
    coupon = 0
    for start, end in pairwise(stops):
        if start is None or end is None:
            continue
        coupon += 1
        if start.airport_id is None or end.airport_id is None:
            left_out.append(_by_rail(start, end))
        elif start.airport_id == end.airport_id:
            left_out.append(_goes_nowhere(start.airport_id))
        else:
            legs.append(Leg(start.airport_id, end.airport_id, _roughest(start.basis, end.basis), coupon))
    return legs, list(dict.fromkeys(left_out)), coupon


def _roughest(one: str, other: str) -> str:
    return max(one, other, key=BASES.index)


def _same_place(one: Place, other: Place) -> bool:
    if one.airport_id is None or other.airport_id is None:
        return one.station == other.station
    return one.airport_id == other.airport_id or other.airport_id in _same_city(one.airport_id)


@lru_cache
def _same_city(airport_id: str) -> frozenset[str]:
    return frozenset(
        code for area in metro_areas().values() if airport_id in area.airports for code in area.airports
    )


def _one_place(text: str) -> Finding:
    message = _("'{routing}' names fewer than two places, so there is no leg.")
    return Finding("routing-one-place", "error", message.format(routing=text), _("Write it like GVA-NBO."))


def _too_long(text: str) -> Finding:
    message = _("'{routing}' is too long for a routing.").format(routing=text[:60] + "…")
    return Finding("routing-too-long", "error", message, _("Write it like GVA-NBO."))


def _by_rail(start: Place, end: Place) -> Finding:
    station = start.station or end.station
    message = _("{station} is a railway station: this leg is not a flight and is not computed here.")
    return Finding("rail-station", "warning", message.format(station=station))


def _goes_nowhere(airport: str) -> Finding:
    message = _("A leg from {airport} to {airport} goes nowhere and was left out.")
    return Finding("same-airport", "warning", message.format(airport=airport), _("Check the two places."))
