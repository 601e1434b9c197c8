"""CO2e per passenger by the UK Government's conversion factors of the travel year: a sensitivity, never the reported figure.

kg CO2e = great circle distance x factor per passenger-km (direct, without radiative forcing). The factors hold the 8 % detour
already. Flights that touch no UK airport take the row "international, to/from non-UK".
"""

import polars as pl

from saleve.method.emissions.aviation.parameters import parameter
from saleve.method.reference.air_travel_factors import desnz_factors

UNITED_KINGDOM = "GB"


def desnz(flights: pl.DataFrame, fleet: pl.DataFrame) -> pl.DataFrame:
    """Add kg_co2_per_passenger and cabin_used; ``fleet`` plays no part in these factors."""
    del fleet
    factors = desnz_factors().drop("factor_id")
    years = factors["year"].to_list()
    asked = flights.with_columns(desnz_haul=_haul(), factor_year=pl.col("year").clip(min(years), max(years)))
    exact = asked.join(
        factors,
        left_on=["factor_year", "desnz_haul", "cabin"],
        right_on=["year", "haul", "cabin"],
        how="left",
    )
    average = factors.filter(pl.col("cabin") == "average").drop("cabin")
    filled = exact.join(
        average,
        left_on=["factor_year", "desnz_haul"],
        right_on=["year", "haul"],
        how="left",
        suffix="_average",
    )
    own, stand_in = pl.col("kg_co2e_per_passenger_km"), pl.col("kg_co2e_per_passenger_km_average")
    return filled.with_columns(
        cabin_used=pl.when(own.is_null()).then(pl.lit("average")).otherwise("cabin"),
        kg_co2_per_passenger=pl.col("distance_km") * pl.coalesce(own, stand_in),
    )


def _haul() -> pl.Expr:
    uk_ends = (pl.col("origin_country") == UNITED_KINGDOM).cast(pl.Int8) + (
        pl.col("destination_country") == UNITED_KINGDOM
    ).cast(pl.Int8)
    near = pl.col("distance_km") <= parameter("desnz.short_haul_limit")
    return (
        pl.when(uk_ends == 2)
        .then(pl.lit("domestic"))
        .when(uk_ends == 0)
        .then(pl.lit("international"))
        .when(near)
        .then(pl.lit("short"))
        .otherwise(pl.lit("long"))
    )
