"""CO2 per passenger in the style of Google's Travel Impact Model: a sensitivity beside the ICAO method, never the reported figure.

kg CO2e = 3.1894 x fuel x (1 - freight share) x class factor / (sum over cabins of seats x class factor x load factor). Fuel is
ICAO's table at the distance times the model's detour factor, since the model's own fuel annex is not open; freight and the
class factors follow the model (README, class factors after IATA RP 1726). That is why it is called TIM-style.
"""

import polars as pl

from saleve.method.emissions.aviation.fuel import with_fuel
from saleve.method.emissions.aviation.icao import CABINS
from saleve.method.reference.air_travel_factors import tim_class_factors, tim_parameter


def tim(flights: pl.DataFrame, fleet: pl.DataFrame) -> pl.DataFrame:
    """Return flight_id, kg_co2_per_passenger and cabin_used."""
    flown = with_fuel(
        fleet.drop("fuel_kg", "corrected_distance_km").join(
            flights.select(
                "flight_id",
                "cargo_factor",
                "cabin",
                corrected_distance_km=pl.col("distance_km") * tim_parameter("detour_factor"),
            ),
            on="flight_id",
        )
    )
    body = pl.when(pl.col("fuselage") == "wide").then(pl.lit("wide")).otherwise(pl.lit("narrow"))
    classed = flown.with_columns(body=body).join(tim_class_factors(), on="body", how="left")
    seats = pl.sum_horizontal(pl.col(f"seats_{cabin}") * pl.col(f"class_{cabin}") for cabin in CABINS)
    asked = pl.coalesce(
        pl.when(pl.col("cabin") == cabin).then(pl.col(f"class_{cabin}")) for cabin in CABINS
    )
    average = pl.col("cabin") == "average"
    summed = classed.group_by("flight_id").agg(
        pl.col("cargo_factor").first(),
        cabin_used=pl.col("cabin").first(),
        fuel_kg=(pl.col("share") * pl.col("fuel_kg")).sum(),
        class_seats=(pl.col("share") * pl.when(average).then("seats_total").otherwise(seats)).sum(),
        class_factor=(pl.col("share") * pl.when(average).then(1.0).otherwise(asked)).sum(),
    )
    kg = tim_parameter("co2e_per_fuel_ttw") * pl.col("fuel_kg") * pl.col("cargo_factor") * pl.col("class_factor")
    return summed.select(
        "flight_id",
        "cabin_used",
        kg_co2_per_passenger=kg / (pl.col("class_seats") * tim_parameter("load_factor")),
    )
