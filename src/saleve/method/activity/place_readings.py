"""What reading a place told: the places, and what to say about them in words that hold for every row with the text."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from saleve.language import _
from saleve.method.problems import Severity
from saleve.method.reference.airports import find_code, metro_areas
from saleve.method.reference.cities import City, city_names
from saleve.method.reference.countries import Country, countries, country_names, folded
from saleve.method.reference.packages import table

SEVERAL = re.compile(r"\s*(?:[\n\r;+|/、，]|\s-\s|\s(?:y|e|and|et|und|&|и|و|和|sowie)\s)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """One place: the airport it stands for and how we came to it; a station has no airport."""

    airport_id: str | None
    basis: str = "code"
    station: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading a text told, in words that hold for every row with this text."""

    code: str
    severity: Severity
    message: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """What a rule with a name made of a text."""

    rule: str
    before: str
    after: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read as one or more places in order; none when it could not be read."""

    places: tuple[Place, ...] = ()
    findings: tuple[Finding, ...] = ()
    repair: str | None = None  # what was changed, in words
    repairs: tuple[Repair, ...] = ()

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def country_alone(country: Country | None, on: date | None) -> Reading:
    if country is None or not country.capital_airport:
        return failed("place-without-airport", _("This country has no airport in the reference data."))
    airport_id = airport_by_date(country.capital_airport, on)
    message = _("Only the country {country} is known; the airport of its capital, {airport}, stands for it.")
    finding = Finding(
        "capital-for-country",
        "warning",
        message.format(country=country.name, airport=airport_id),
        _("Write the city or the airport code for a better figure."),
    )
    return Reading((Place(airport_id, "capital"),), (finding,))


def instead_of_city(text: str, country: Country, on: date | None) -> Reading:
    if not country.capital_airport:
        return country_alone(country, on)
    airport_id = airport_by_date(country.capital_airport, on)
    message = _(
        "No airport is known for '{place}' in {country}; that of the capital, {airport}, stands for it."
    )
    finding = Finding(
        "capital-for-city",
        "warning",
        message.format(place=text, country=country.name, airport=airport_id),
        _("Write the airport code for a better figure."),
    )
    return Reading((Place(airport_id, "capital"),), (finding,))


def not_unique(text: str, candidates: tuple[City, ...]) -> Reading:
    shown = [
        _("{city}, {place} or {code}").format(city=city.name, place=_where(city, candidates), code=city.code)
        for city in candidates[:4]
    ]
    return failed(
        "place-not-unique",
        _("'{place}' is not unique.").format(place=text),
        _("Write {candidates}.").format(candidates="; ".join(shown)),
    )


def _where(city: City, candidates: tuple[City, ...]) -> str:
    alone = sum(other.country == city.country for other in candidates) == 1
    known = countries().get(city.country)
    country = known.name if known else city.country
    return country if alone or city.subdivision is None else city.subdivision


def joined(text: str, readings: list[Reading], left_out: int) -> Reading:
    places = tuple(place for reading in readings for place in reading.places)
    findings = [finding for reading in readings for finding in reading.findings]
    message = _("'{place}' names several places; they are taken as one journey in this order.")
    findings.insert(0, Finding("several-places", "warning", message.format(place=_one_line(text))))
    if left_out:
        more = _("Places in '{place}' without an airport, taken as reached by surface: {count}.")
        findings.append(
            Finding("surface-place", "warning", more.format(count=left_out, place=_one_line(text)))
        )
    repairs = tuple(repair for reading in readings for repair in reading.repairs)
    return Reading(places, tuple(findings), repairs=repairs)


def switched_off(repair: Repair) -> Reading:
    """Refuse a text that only a rule that is switched off could read."""
    message = _("'{place}' could be read as {after} by the rule {rule}, but that rule is switched off.")
    text = message.format(place=repair.before, after=repair.after, rule=repair.rule)
    return failed("repair-switched-off", text, _("Correct the cell, or allow the rule again."))


def unknown_place(text: str, near: str) -> Reading:
    kind = _("airport '{place}' is unknown.") if len(text) <= 4 else _("place '{place}' is unknown.")
    suggestion = (
        _("Did you mean {near}?").format(near=near) if near else _("Write the airport code, for example GVA.")
    )
    if SEVERAL.search(text) and not near:
        suggestion = _("Write one place, or the airport codes in the order of travel.")
    return failed("airport-unknown", kind.format(place=_one_line(text)), suggestion)


def failed(code: str, message: str, suggestion: str | None = None) -> Reading:
    return Reading((), (Finding(code, "error", message, suggestion),))


def nearest(text: str) -> str:
    """Return the likeliest code for a short text, else the likeliest name."""
    upper = text.upper()
    if len(upper) <= 4 and upper.isalnum():
        near = [code for code in served_codes() if OSA.distance(upper, code, score_cutoff=1) <= 1]
        starting = [code for code in near if upper.startswith(code) or code[:2] == upper[:2]]
        return (starting or near or [""])[0]
    match = process.extractOne(folded(text), _known_names(), scorer=fuzz.ratio, score_cutoff=80)
    return str(match[0]).title() if match else ""


@lru_cache(maxsize=1)
def served_codes() -> list[str]:
    """Codes with scheduled flights, large airports first."""
    served = table("airports", "prominence").filter(pl.col("rank") <= 3).sort("rank", "airport_id")
    return [*served["airport_id"], *(code for code, area in metro_areas().items() if area.code_is_city_only)]


@lru_cache(maxsize=1)
def _known_names() -> list[str]:
    return [*city_names(), *(name for name in country_names() if len(name) > 3)]


def airport_by_date(code: str, on: date | None) -> str:
    found = find_code(code, on)
    return found.airport_id if found else code


def _one_line(text: str) -> str:
    return " / ".join(line.strip() for line in text.splitlines() if line.strip())
