"""Airports and their codes: present-day airports of airportsdata, our table of codes by date, metropolitan areas.

An airport's identity (``airport_id``) is its present-day IATA code as airportsdata knows it; an airport that has vanished keeps
the last code it had to itself. A code is valid for a period, not for ever: IST was Atatürk (now ISL) until 5 April 2019.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

import polars as pl

from saleve.method.reference.packages import table

PACKAGE = "airports"


@dataclass(frozen=True, slots=True)
class CodePeriod:
    """What a code stood for between two days (both included; ``None`` is open)."""

    airport_id: str
    kind: str  # own, renamed, moved, closed, successor, alternative, metro
    valid_from: date | None
    valid_to: date | None
    note: str

    def covers(self, on: date) -> bool:
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class CodeFound:
    """The airport a code stands for on a day; ``basis`` is ``code`` or ``metro`` (main airport of a city code)."""

    airport_id: str
    basis: str
    kind: str = "present"
    note: str = ""
    outside_period: bool = False  # the day lies outside every period known for the code


@dataclass(frozen=True, slots=True)
class MetroArea:
    """A city with several airports and the one that stands for it: an assumption."""

    code: str
    city: str
    country: str
    main_airport: str  # a code, to be read by date
    airports: tuple[str, ...]
    code_is_city_only: bool


@lru_cache(maxsize=1)
def airport_table() -> pl.DataFrame:
    """Return every airport we know: airport_id, icao, name, city, subdivision, time_zone, country (ISO 3166), coordinates in
    degrees, icao_region.

    Sources: airportsdata; OurAirports for those that airportsdata lacks (``airport_codes``); regions in package ``countries``.
    """
    regions = table("countries", "countries").select(country="iso2", icao_region="icao_region")
    present = _present_day().join(_own().select("airport_id"), on="airport_id", how="anti")
    known = pl.concat([present, _own()]).join(regions, on="country", how="left", validate="m:1")
    return known.sort("airport_id")


def find_code(code: str, on: date | None = None) -> CodeFound | None:
    """Return the airport that an IATA, ICAO or metropolitan code stands for on a day (``None``: at present), if any."""
    periods = dated_codes().get(code)
    if periods:
        return _by_date(periods, on)
    if code in airport_ids():
        return CodeFound(code, "code")
    metro = metro_areas().get(code)
    if metro:
        return CodeFound(metro.main_airport, "metro", note=metro.city)
    return _by_icao(code)


@lru_cache(maxsize=1)
def dated_codes() -> dict[str, list[CodePeriod]]:
    """Return the codes whose meaning depends on the date or which airportsdata lacks, oldest period first."""
    periods: dict[str, list[CodePeriod]] = {}
    for row in (
        table(PACKAGE, "airport_codes").sort("code", "valid_from", nulls_last=False).iter_rows(named=True)
    ):
        period = CodePeriod(
            row["airport_id"], row["kind"], row["valid_from"], row["valid_to"], row["note"] or ""
        )
        periods.setdefault(row["code"], []).append(period)
    return periods


@lru_cache(maxsize=1)
def metro_areas() -> dict[str, MetroArea]:
    """Return the cities with several airports by their IATA metropolitan code."""
    areas = table(PACKAGE, "metro_areas").iter_rows(named=True)
    return {
        row["code"]: MetroArea(
            row["code"],
            row["city"],
            row["country"],
            row["main_airport"],
            tuple(row["airports"].split()),
            row["code_is_city_only"],
        )
        for row in areas
    }


@lru_cache(maxsize=1)
def stations() -> dict[str, str]:
    """Return railway and bus stations with codes like those of airports: code -> name. No flight starts there."""
    return dict(table(PACKAGE, "not_airports").select("code", "name").iter_rows())


@lru_cache(maxsize=1)
def airport_ids() -> frozenset[str]:
    """Return the identities of all airports."""
    return frozenset(airport_table()["airport_id"])


def depends_on_date(code: str) -> bool:
    """Whether the code stood for different airports at different times."""
    return len(dated_codes().get(code, ())) > 1


def _by_date(periods: list[CodePeriod], on: date | None) -> CodeFound:
    day = on or date.max
    covering = next((period for period in periods if period.covers(day)), None)
    nearest = covering or (periods[0] if day < (periods[0].valid_from or date.min) else periods[-1])
    basis = "metro" if nearest.kind == "metro" else "code"
    return CodeFound(nearest.airport_id, basis, nearest.kind, nearest.note, outside_period=covering is None)


def _by_icao(code: str) -> CodeFound | None:
    airport_id = _icao_codes().get(code)
    return CodeFound(airport_id, "code") if airport_id else None


@lru_cache(maxsize=1)
def _icao_codes() -> dict[str, str]:
    coded = airport_table().filter(pl.col("icao").is_not_null()).select("icao", "airport_id")
    return dict(coded.iter_rows())


def _present_day() -> pl.DataFrame:
    """Read the table that airportsdata installs; its own loader makes a dictionary of every airport, which takes long."""
    installed = pl.read_csv((files("airportsdata") / "airports.csv").read_bytes(), infer_schema=False)
    return installed.filter(pl.col("iata") != "").select(
        airport_id="iata",
        icao=pl.when(pl.col("icao").str.contains("^[A-Z]{4}$")).then("icao"),
        name="name",
        city=pl.when(pl.col("city") != "").then("city"),
        subdivision=pl.when(pl.col("subd") != "").then("subd"),
        time_zone="tz",
        country="country",
        latitude_deg=pl.col("lat").cast(pl.Float64),
        longitude_deg=pl.col("lon").cast(pl.Float64),
    )


def _own() -> pl.DataFrame:
    own = table(PACKAGE, "airport_codes").filter(pl.col("kind") == "own")
    return own.select(
        "airport_id",
        "icao",
        "name",
        "city",
        pl.lit(None, pl.String).alias("subdivision"),
        pl.lit(None, pl.String).alias("time_zone"),
        "country",
        "latitude_deg",
        "longitude_deg",
    )
