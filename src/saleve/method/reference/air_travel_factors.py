"""Factors of air travel for sensitivities: UK Government by year, and the parameters of Google's Travel Impact Model."""

from typing import Literal

import polars as pl

from saleve.method.reference.packages import table
from saleve.method.reference.suggestions import unknown


def desnz_factors(
    component: Literal["direct", "upstream"] = "direct", *, radiative_forcing: bool = False
) -> pl.DataFrame:
    """Return ``factor_id, year, haul, cabin, kg_co2e_per_passenger_km``; hauls: domestic, short, long, international.

    The distance is the great circle: the factors hold the detour.
    """
    factors = table("air_travel_desnz", "factors").filter(
        pl.col("component") == component, pl.col("radiative_forcing") == radiative_forcing
    )
    return factors.select("factor_id", "year", "haul", "cabin", "kg_co2e_per_passenger_km")


def tim_parameter(name: str) -> float:
    """Return a parameter of the Travel Impact Model, in the unit of its record.

    Raises ``UnknownReferenceError`` for a name that we do not hold.
    """
    held: dict[str, float] = dict(
        table("air_travel_tim", "parameters").select("parameter_id", "value").iter_rows()
    )
    if name not in held:
        raise unknown(name, held)
    return held[name]


def tim_class_factors() -> pl.DataFrame:
    """Return the weight of a seat by ``body`` (narrow, wide): ``class_economy`` to ``class_first``."""
    return table("air_travel_tim", "classes").select("body", pl.col("^class_.*$"))
