"""Parameters of the air travel methods, read from the data package ``air_travel_methods``, and the organisation's own choices."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import polars as pl

from saleve.method.reference import packages

PACKAGE = "air_travel_methods"

Method = Literal["icao-13.1", "icao-9", "tim", "desnz"]
METHODS: tuple[Method, ...] = get_args(Method)
DistanceCorrection = Literal["icao", "smooth"]
DISTANCE_CORRECTIONS: tuple[DistanceCorrection, ...] = get_args(DistanceCorrection)


@dataclass(frozen=True)
class AirTravelSettings:
    """How flights are counted, and the organisation's own tables where it has better ones.

    ``routes``: origin, destination, equivalent_aircraft, share_of_departures (its own schedule of a route).
    ``mix`` and ``layouts``: tables with the columns of the packages aircraft_mix and aircraft_seats, used before ours.
    """

    method: Method = "icao-13.1"
    distance_correction: DistanceCorrection = "icao"
    routes: pl.DataFrame | None = None
    mix: pl.DataFrame | None = None
    layouts: pl.DataFrame | None = None


@lru_cache
def parameter(parameter_id: str) -> float:
    """Return the value of a parameter in the unit that its record names."""
    rows = packages.table(PACKAGE, "parameters").filter(pl.col("parameter_id") == parameter_id)
    return float(rows["value"].item())


@lru_cache
def hauls() -> pl.DataFrame:
    """Return the bands of haul: haul, from_km (inclusive), to_km (exclusive or null)."""
    return packages.table(PACKAGE, "hauls").select("haul", "from_km", "to_km")


@lru_cache
def ranges() -> pl.DataFrame:
    """Return the 95 % ranges: case, from_km (exclusive), to_km (inclusive or null), cabin, low_pct, high_pct."""
    return packages.table(PACKAGE, "ranges").select(
        "case", "from_km", "to_km", "cabin", "low_pct", "high_pct"
    )
