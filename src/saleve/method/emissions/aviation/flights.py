"""Services: unique origin, destination, aircraft and period, with distance, haul and ICAO route group.

ICAO Carbon Emissions Calculator Methodology v13.1, s. 3 and appendix A. Fuel and seats depend on the service only; year and
cabin come in with the flight, so that physics runs on as few rows as there are.
"""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saleve.method.emissions.aviation.parameters import DistanceCorrection, hauls, parameter
from saleve.method.reference.airports import airport_table
from saleve.method.reference.icao import route_group_table

Correction = Callable[[NDArray[np.float64]], NDArray[np.float64]]

FLIGHT_KEYS = ("origin", "destination", "year", "cabin", "aircraft")
SERVICE_KEYS = ("origin", "destination", "period", "aircraft")


def describe_services(keys: pl.DataFrame, corrected: Correction) -> pl.DataFrame:
    """Add ``service_id``, distances (km), haul, countries, regions, route group, load factor and cargo factor.

    ``corrected`` turns great circle distances into distances flown (km).
    """
    routes = keys.select("origin", "destination").unique()
    return keys.join(
        _describe_routes(routes, corrected), on=["origin", "destination"], how="left"
    ).with_row_index("service_id")


def great_circle_km(
    from_lat: NDArray[np.float64],
    from_lon: NDArray[np.float64],
    to_lat: NDArray[np.float64],
    to_lon: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the great circle distance in km on a sphere; arguments in degrees (haversine formula)."""
    lat_1, lon_1, lat_2, lon_2 = (np.radians(angle) for angle in (from_lat, from_lon, to_lat, to_lon))
    half = np.sin((lat_2 - lat_1) / 2) ** 2 + np.cos(lat_1) * np.cos(lat_2) * np.sin((lon_2 - lon_1) / 2) ** 2
    result: NDArray[np.float64] = 2 * parameter("icao.earth_radius") * np.arcsin(np.sqrt(half))
    return result


def corrected_km(
    distance_km: NDArray[np.float64], correction: DistanceCorrection = "icao"
) -> NDArray[np.float64]:
    """Return the distance flown in km: great circle plus ICAO's addition in steps, or its smooth sensitivity."""
    short, medium, long = (
        parameter(f"icao.distance_addition.{band}") for band in ("short", "medium", "long")
    )
    near, far = parameter("icao.distance_threshold.short"), parameter("icao.distance_threshold.long")
    if correction == "icao":
        return distance_km + np.where(distance_km < near, short, np.where(distance_km <= far, medium, long))
    near_width = parameter("smooth.ramp_half_width.short")
    far_width = parameter("smooth.ramp_half_width.long")
    return (
        distance_km
        + short
        + (medium - short) * _ramp(distance_km, near, near_width)
        + (long - medium) * _ramp(distance_km, far, far_width)
    )


def haul_of() -> pl.Expr:
    """Return the haul (short, medium, long) of ``distance_km``."""
    expression: pl.Expr = pl.lit(None, dtype=pl.String)
    for name, from_km, to_km in hauls().iter_rows():
        inside = (pl.col("distance_km") >= from_km) & (pl.col("distance_km") < (to_km or np.inf))
        expression = pl.when(inside).then(pl.lit(name)).otherwise(expression)
    return expression


def _ramp(distance_km: NDArray[np.float64], centre_km: float, half_width_km: float) -> NDArray[np.float64]:
    return np.clip((distance_km - centre_km + half_width_km) / (2 * half_width_km), 0, 1)


def _describe_routes(routes: pl.DataFrame, corrected: Correction) -> pl.DataFrame:
    ends = airport_table().select("airport_id", "country", "icao_region", "latitude_deg", "longitude_deg")
    placed = routes.join(
        ends.rename(lambda name: f"origin_{name}"), left_on="origin", right_on="origin_airport_id", how="left"
    ).join(
        ends.rename(lambda name: f"destination_{name}"),
        left_on="destination",
        right_on="destination_airport_id",
        how="left",
    )
    distance_km = great_circle_km(
        *(
            placed[column].to_numpy()
            for column in (
                "origin_latitude_deg",
                "origin_longitude_deg",
                "destination_latitude_deg",
                "destination_longitude_deg",
            )
        )
    )
    measured = placed.with_columns(
        distance_km=pl.Series(distance_km, dtype=pl.Float64).fill_nan(None),
        corrected_distance_km=pl.Series(corrected(distance_km), dtype=pl.Float64).fill_nan(None),
        domestic=pl.col("origin_country") == pl.col("destination_country"),
    )
    return measured.join(
        route_group_table(),
        left_on=["origin_icao_region", "destination_icao_region"],
        right_on=["region_a", "region_b"],
        how="left",
    ).select(
        "origin",
        "destination",
        "origin_country",
        "destination_country",
        "origin_icao_region",
        "destination_icao_region",
        "distance_km",
        "corrected_distance_km",
        "domestic",
        "route_group",
        "load_factor",
        "cargo_factor",
        haul=haul_of(),
    )
