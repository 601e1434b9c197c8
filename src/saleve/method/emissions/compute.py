"""The one place that knows which emission method serves which source category."""

from collections.abc import Callable, Mapping

import polars as pl

from saleve.method.emissions import (
    air_travel,
    district_energy,
    electricity,
    fuels,
    home_leave,
    refrigerants,
    reported_emissions,
)
from saleve.method.emissions.rules import Rules

SOURCES = (
    "air_travel",
    "home_leave",
    "electricity",
    "fuels",
    "district_energy",
    "refrigerants",
    "reported_emissions",
)

Activities = Mapping[str, pl.DataFrame | pl.LazyFrame]


def estimate(source: str, activities: Activities, rules: Rules) -> pl.DataFrame:
    """Estimate one source category: air travel is added up first, since its legs may be millions."""
    if source == "air_travel":
        return air_travel.estimate(air_travel.aggregate(activities[source]), rules.air_travel)
    return estimate_rows(source, activities[source].lazy().collect(), activities, rules)


def estimate_rows(source: str, rows: pl.DataFrame, activities: Activities, rules: Rules) -> pl.DataFrame:
    """Estimate rows of a category one by one, so that each row's file and row number stay with its emission."""
    if source == "air_travel":
        return air_travel.estimate(rows.with_columns(rows=pl.lit(1, dtype=pl.Int64)), rules.air_travel)
    if source == "home_leave":
        return home_leave.estimate(rows, activities.get("air_travel"), rules.air_travel, rules.own_values)
    return _BY_FACTOR[source](rows, rules)


_BY_FACTOR: Mapping[str, Callable[[pl.DataFrame, Rules], pl.DataFrame]] = {
    "electricity": lambda rows, rules: electricity.estimate(
        rows,
        places=rules.places,
        accounting_basis=rules.accounting_basis,
        own_factors=rules.grid_factors,
        own_values=rules.own_values,
    ),
    "fuels": lambda rows, rules: fuels.estimate(
        rows,
        places=rules.places,
        gwp_set=rules.gwp_set,
        fuel_source=rules.fuel_source,
        own_values=rules.own_values,
    ),
    "district_energy": lambda rows, rules: district_energy.estimate(
        rows, places=rules.places, own_values=rules.own_values
    ),
    "refrigerants": lambda rows, rules: refrigerants.estimate(
        rows, gwp_set=rules.gwp_set, scope_of_gases=rules.refrigerants, own_values=rules.own_values
    ),
    "reported_emissions": lambda rows, _rules: reported_emissions.estimate(rows),
}
