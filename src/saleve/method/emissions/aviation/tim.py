"""CO2 per passenger in the style of Google's Travel Impact Model: a sensitivity beside the ICAO method, never the reported figure.

kg CO2e = 3.1894 x fuel x (1 - freight share) x class factor / (sum over cabins of seats x class factor x load factor). Fuel is
ICAO's table at the distance times the model's detour factor, since the model's own fuel annex is not open; freight and the
class factors follow the model (README, class factors after IATA RP 1726). That is why it is called TIM-style.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saleve.method.emissions.aviation.icao import CABINS
from saleve.method.reference.air_travel_factors import tim_class_factors, tim_parameter


def tim(flights: pl.DataFrame, fleet: pl.DataFrame) -> pl.DataFrame:
    """Add kg_co2_per_passenger and cabin_used; the distance flown is the great circle times the model's detour factor."""
    kg = (
        tim_parameter("co2e_per_fuel_ttw")
        * pl.col("fuel_kg")
        * pl.col("cargo_factor")
        / tim_parameter("load_factor")
    )
    return flights.join(_average_classes(fleet), on="service_id", how="left").with_columns(
        cabin_used="cabin",
        load_factor=pl.lit(tim_parameter("load_factor")),
        kg_co2_per_passenger=pl.when(pl.col("cabin") == "average")
        .then(kg / pl.col("seats_total"))
        .otherwise(kg * _class_factor() / pl.col("class_seats")),
    )


def flown_km(distance_km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance flown in km: great circle times the default route factor of the model."""
    return distance_km * tim_parameter("detour_factor")


def _average_classes(fleet: pl.DataFrame) -> pl.DataFrame:
    body = pl.when(pl.col("fuselage") == "wide").then(pl.lit("wide")).otherwise(pl.lit("narrow"))
    class_seats = pl.sum_horizontal(pl.col(f"seats_{cabin}") * pl.col(f"class_{cabin}") for cabin in CABINS)
    classed = fleet.with_columns(body=body).join(tim_class_factors(), on="body", how="left")
    averaged = ("fuel_kg", "seats_total", "class_seats", *(f"class_{cabin}" for cabin in CABINS))
    return (
        classed.with_columns(class_seats=class_seats)
        .group_by("service_id")
        .agg((pl.col("share") * pl.col(column)).sum().alias(column) for column in averaged)
    )


def _class_factor() -> pl.Expr:
    return pl.coalesce(pl.when(pl.col("cabin") == cabin).then(pl.col(f"class_{cabin}")) for cabin in CABINS)
