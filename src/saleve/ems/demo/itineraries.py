"""Ways from city to city by scheduled flights of the invented world: directly, or over hubs and gateways."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saleve.ems.demo.invented import invented
from saleve.method.emissions.aviation.flights import great_circle_km
from saleve.method.reference.airports import airport_table

DIRECT_WEIGHT = 3  # a direct flight is taken that many times as often as each way over a hub
LAST_RESORT = ("IST",)
CRUISE_KM_PER_HOUR = 840.0
HOURS_PER_DEPARTURE = 0.55
HOURS_PER_CONNECTION = 1.7

Path = tuple[str, ...]


def itineraries(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the ways of each pair of cities: origin, destination, way, ways, out, back, hours, km, stops, carrier.

    ``out`` and ``back`` are routings such as GVA-FRA-NBO; ``hours`` is the journey one way with connections.
    """
    rows = [
        (origin, destination, number, len(ways), "-".join(path), "-".join(reversed(path)), len(path) - 2, _carrier(path), path)
        for origin, destination in pairs.iter_rows()
        for ways in [_weighted(origin, destination)]
        for number, path in enumerate(ways)
    ]  # fmt: skip
    names = ("origin", "destination", "way", "ways", "out", "back", "stops", "carrier")
    table = pl.DataFrame([row[:-1] for row in rows], schema=names, orient="row")
    km = _paths_km([row[-1] for row in rows])
    stops = table["stops"].to_numpy()
    hours = km / CRUISE_KM_PER_HOUR + HOURS_PER_DEPARTURE * (stops + 1) + HOURS_PER_CONNECTION * stops
    return table.with_columns(km=pl.Series(km), hours=pl.Series(hours))


def _weighted(origin: str, destination: str) -> list[Path]:
    direct = {origin, destination} <= _served(origin) | _served(destination)
    ways = list(dict.fromkeys(_over_hubs(origin, destination)))
    if direct:
        return [(origin, destination)] * DIRECT_WEIGHT + [way for way in ways if len(way) == 3]
    return ways


def _over_hubs(origin: str, destination: str) -> Iterator[Path]:
    cities = _cities()
    (start, first_gateway), (end, last_gateway) = cities[origin], cities[destination]
    gateways = (first_gateway if start != end else None, last_gateway if start != end else None)
    for hub in _hubs().get((start, end), LAST_RESORT):
        stops = [origin, gateways[0], hub, gateways[1], destination]
        yield _shortened([stop for stop in stops if stop])


def _shortened(stops: list[str]) -> Path:
    """Leave out loops: who passes through the destination on the way gets off there."""
    start = len(stops) - 1 - stops[::-1].index(stops[0])
    end = start + stops[start:].index(stops[-1])
    return tuple(dict.fromkeys(stops[start : end + 1]))


def _carrier(path: Path) -> str:
    carriers = _carriers()
    middle = next((carriers[stop] for stop in path[1:-1] if stop in carriers), None)
    return middle or carriers.get(path[-1]) or carriers.get(path[0]) or "LX"


def _paths_km(paths: list[Path]) -> NDArray[np.float64]:
    """Return the length of each path: great circles of its flights, each different flight computed once."""
    flights = sorted({flight for path in paths for flight in pairwise(path)})
    ends = np.array([(*_coordinates()[start], *_coordinates()[end]) for start, end in flights]).T
    km = dict(zip(flights, great_circle_km(*ends).tolist(), strict=True))
    return np.array([sum(km[flight] for flight in pairwise(path)) for path in paths])


@lru_cache
def _coordinates() -> dict[str, tuple[float, float]]:
    rows = airport_table().select("airport_id", "latitude_deg", "longitude_deg").iter_rows()
    return {airport: (latitude, longitude) for airport, latitude, longitude in rows}


@lru_cache
def _carriers() -> dict[str, str]:
    return dict(invented("carriers").iter_rows())


@lru_cache
def _cities() -> dict[str, tuple[str, str | None]]:
    rows = invented("cities").select("code", "region", "gateway").iter_rows()
    return {code: (region, gateway) for code, region, gateway in rows}


@lru_cache
def _hubs() -> dict[tuple[str, str], tuple[str, ...]]:
    there = {(start, end): tuple(hubs.split()) for start, end, hubs in invented("hubs").iter_rows()}
    return {(end, start): hubs for (start, end), hubs in there.items()} | there


@lru_cache
def _served(airport: str) -> frozenset[str]:
    known = dict(invented("direct").iter_rows())
    return frozenset([airport, *known[airport].split()]) if airport in known else frozenset()
