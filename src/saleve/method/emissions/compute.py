"""The one place that knows which emission method serves which source category."""

import polars as pl

from saleve.method.emissions import (
    air_travel,
    district_energy,
    electricity,
    fuels,
    refrigerants,
    reported_emissions,
)
from saleve.method.emissions.rules import Rules

SOURCES = ("air_travel", "electricity", "fuels", "district_energy", "refrigerants", "reported_emissions")


def estimate(source: str, activity: pl.DataFrame | pl.LazyFrame, rules: Rules) -> pl.DataFrame:
    """Estimate one source category: air travel is added up first, since its legs may be millions."""
    if source == "air_travel":
        return air_travel.estimate(air_travel.aggregate(activity), rules.air_travel)
    return estimate_rows(source, activity.lazy().collect(), rules)


def estimate_rows(source: str, activity: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Estimate row by row, so that each row's file and row number stay with its emission."""
    match source:
        case "air_travel":
            return air_travel.estimate(
                activity.with_columns(rows=pl.lit(1, dtype=pl.Int64)), rules.air_travel
            )
        case "electricity":
            return electricity.estimate(
                activity,
                places=rules.places,
                accounting_basis=rules.accounting_basis,
                own_factors=rules.grid_factors,
            )
        case "fuels":
            return fuels.estimate(activity, gwp_set=rules.gwp_set, fuel_source=rules.fuel_source)
        case "district_energy":
            return district_energy.estimate(activity, places=rules.places)
        case "refrigerants":
            return refrigerants.estimate(activity, gwp_set=rules.gwp_set, scope_of_gases=rules.refrigerants)
        case _:
            return reported_emissions.estimate(activity)
