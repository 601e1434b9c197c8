"""Cities and the airport that serves them: names in several languages, and a refusal to guess where a name is not unique.

Names come from airportsdata, OurAirports (municipality served), CLDR (names of time-zone cities), our tables of metropolitan
areas, capitals and further names. A city stands for a *code*, to be read by date (Berlin was Tegel until October 2020).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import polars as pl
from babel import Locale

from saleve.method.reference.airports import airport_table, metro_areas
from saleve.method.reference.countries import LANGUAGES, countries, country_table, folded
from saleve.method.reference.packages import table

_NOT_IN_NAMES = frozenset({"airport", "international", "intl", "aeroport", "aeropuerto", "flughafen"})
NAMED, NO_CLASS = 0, 5  # size classes 1 to 4 are those of ``prominence``
LAST_SCHEDULED = 3
SAME_CITY_DEG = 0.8  # airports nearer than this in latitude and longitude serve one city


@dataclass(frozen=True, slots=True)
class City:
    """A city as the index knows it; ``several`` when its airport was chosen among more than one."""

    name: str
    country: str
    code: str
    subdivision: str | None = None
    rank: int = NO_CLASS
    latitude_deg: float = 0.0
    longitude_deg: float = 0.0
    several: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class CityFound:
    """One city, or the candidates when the name is not unique; neither when the name is unknown."""

    city: City | None = None
    candidates: tuple[City, ...] = ()


def find_city(name: str, country: str | None = None, subdivision: str | None = None) -> CityFound:
    """Return the city of this name; country (ISO alpha-2) and state narrow it. Never guesses between two."""
    found = _find(folded(name), country, folded(subdivision) if subdivision else None)
    return _as_area(found, folded(name)) if subdivision and found.city else found


def city_names() -> Iterable[str]:
    """Return all folded names in the index."""
    return _index().keys()


def _as_area(found: CityFound, name: str) -> CityFound:
    """Washington in DC is the city of three airports, not the one that lies in the district."""
    for area in metro_areas().values():
        if found.city and found.city.code in area.airports and folded(area.city) == name:
            return CityFound(City(area.city, area.country, area.main_airport, rank=NAMED, several=True))
    return found


def _find(name: str, country: str | None, subdivision: str | None) -> CityFound:
    known = _index().get(name) or _index().get(_without_airport(name), ())
    fitting = [city for city in known if country in (None, city.country) and _in_state(city, subdivision)]
    if not fitting:
        return CityFound()
    if country is None and subdivision is None and _never_guessed(name, fitting):
        return CityFound(candidates=_best_of_each(fitting))
    if len({city.country for city in fitting}) == 1:
        return _within_country(fitting)
    return _dominant(fitting)


def _never_guessed(name: str, fitting: list[City]) -> bool:
    """A name on our list, or one that only airports without scheduled flights bear: Naples is not Naples, Florida."""
    return name in _ambiguous() or all(city.rank > LAST_SCHEDULED for city in fitting)


def _in_state(city: City, subdivision: str | None) -> bool:
    if subdivision is None:
        return True
    return city.subdivision is not None and folded(city.subdivision) == subdivision


def _dominant(fitting: list[City]) -> CityFound:
    best = _best_of_each(fitting)
    large = [city for city in best if city.rank <= 1]
    named = [city for city in best if city.rank == NAMED]
    scheduled = [city for city in best if city.rank <= LAST_SCHEDULED]
    for group in (named, large, scheduled if not large else []):
        if len(group) == 1:
            return _within_country([city for city in fitting if city.country == group[0].country])
        if group:
            break
    return CityFound(candidates=best)


def _best_of_each(fitting: Iterable[City]) -> tuple[City, ...]:
    best: dict[tuple[str, str | None], City] = {}
    ordered = sorted(fitting, key=lambda city: (city.rank, city.code))
    named = {city.country for city in ordered if city.rank == NAMED}
    for city in ordered:
        best.setdefault((city.country, None if city.country in named else city.subdivision), city)
    served = [city for city in best.values() if city.rank <= LAST_SCHEDULED]
    return tuple(served or best.values())


def _within_country(fitting: list[City]) -> CityFound:
    ordered = sorted(fitting, key=lambda city: (city.rank, city.code))
    if ordered[0].rank == NAMED:
        return CityFound(ordered[0])
    served = [city for city in ordered if city.rank <= LAST_SCHEDULED] or ordered
    if len({city.code for city in served}) == 1:
        return CityFound(served[0])
    if all(_near(served[0], city) or _same_state(served[0], city) for city in served):
        return CityFound(_as_main(served[0]))
    return CityFound(candidates=_best_of_each(served))


def _near(one: City, other: City) -> bool:
    apart = max(abs(one.latitude_deg - other.latitude_deg), abs(one.longitude_deg - other.longitude_deg))
    return apart <= SAME_CITY_DEG


def _same_state(one: City, other: City) -> bool:
    return one.subdivision is not None and one.subdivision == other.subdivision


def _without_airport(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _NOT_IN_NAMES)


def _as_main(city: City) -> City:
    return City(city.name, city.country, city.code, city.subdivision, city.rank, several=True)


@lru_cache(maxsize=1)
def _ambiguous() -> frozenset[str]:
    return frozenset(folded(name) for name in table("airports", "ambiguous_cities")["name"])


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[City, ...]]:
    cities: dict[str, list[City]] = defaultdict(list)
    for city in (*_from_airports(), *_named()):
        cities[folded(city.name)].append(city)
    index = {name: tuple(found) for name, found in cities.items() if name}
    index |= _translated(index)
    return _by_airport_name() | index


def _from_airports() -> Iterator[City]:
    size = table("airports", "prominence")
    joined = airport_table().join(size, on="airport_id", how="left")
    chosen = joined.select(
        "airport_id",
        "city",
        "municipality",
        "country",
        "subdivision",
        "rank",
        "latitude_deg",
        "longitude_deg",
    )
    for code, city, municipality, country, state, rank, latitude, longitude in chosen.iter_rows():
        for name in {*_parts(city), *_parts(municipality)}:
            yield City(name, _own_country(country, state), code, state, rank or NO_CLASS, latitude, longitude)


def _by_airport_name() -> dict[str, tuple[City, ...]]:
    """``London Heathrow``, ``Geneva Airport``: names of airports with scheduled flights, for texts that no city bears."""
    size = table("airports", "prominence").filter(pl.col("rank") <= LAST_SCHEDULED)
    named = airport_table().join(size, on="airport_id").sort("rank", "airport_id", descending=True)
    found: dict[str, tuple[City, ...]] = {}
    for code, name, country, rank in named.select("airport_id", "name", "country", "rank").iter_rows():
        found[_without_airport(folded(name))] = (City(name, country, code, rank=rank),)
    return found


def _parts(name: str | None) -> list[str]:
    parts = [part.strip() for part in (name or "").replace("/", ",").split(",")]
    return [part for part in (name, *parts) if part]


def _own_country(country: str, state: str | None) -> str:
    """airportsdata counts two territories to the United States; travellers name them as countries."""
    return (
        {"Puerto Rico": "PR", "Virgin Islands": "VI"}.get(state or "", country)
        if country == "US"
        else country
    )


def _named() -> Iterator[City]:
    for area in metro_areas().values():
        yield City(area.city, area.country, area.main_airport, rank=NAMED, several=len(area.airports) > 1)
    metros = {(folded(area.city), area.country) for area in metro_areas().values()}
    for country, capital, code in country_table().select("iso2", "capital", "capital_airport").iter_rows():
        if capital and code and (folded(capital), country) not in metros:
            yield City(capital, country, code, rank=NAMED)
    for name, country, code, note, _basis in table("airports", "city_names").iter_rows():
        if (folded(name), country) not in metros:
            yield _through_metro(name, country, code, note or "")


def _through_metro(name: str, country: str, code: str, note: str) -> City:
    area = metro_areas().get(code)
    main = area.main_airport if area else code
    return City(
        name, country, main, rank=NAMED, several=area is not None and len(area.airports) > 1, note=note
    )


def _translated(index: dict[str, tuple[City, ...]]) -> dict[str, tuple[City, ...]]:
    """Names of the cities that time zones are called after, where our own index has no such name."""
    by_zone = {zone: country for zone, country in _zones() if country in countries()}
    translated: dict[str, tuple[City, ...]] = {}
    for language in LANGUAGES:
        for zone, facts in Locale.parse(language).time_zones.items():
            name, known = folded(facts.get("city", "")), index.get(folded(_city_of(zone)), ())
            at_home = tuple(city for city in known if city.country == by_zone.get(zone))
            if name and at_home and name not in index:
                translated[name] = at_home
    return translated


def _zones() -> Iterator[tuple[str, str]]:
    zoned = airport_table().drop_nulls("time_zone").group_by("time_zone", "country").len().sort("len")
    yield from zoned.select("time_zone", "country").iter_rows()


def _city_of(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
