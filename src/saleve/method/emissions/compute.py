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
from saleve.method.emissions.boundaries import with_boundaries
from saleve.method.emissions.rules import RuleBook, Rules, book_of
from saleve.method.reference.factors import Known, knowing

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


def estimate(source: str, activities: Activities, rules: Rules | RuleBook) -> pl.DataFrame:
    """Estimate one source category, each year by its rules: air travel is added up first, since its legs may be millions."""
    if source == "air_travel":
        return _by_year(source, air_travel.aggregate(activities[source]), activities, book_of(rules))
    return estimate_rows(source, activities[source].lazy().collect(), activities, rules)


def estimate_rows(
    source: str, rows: pl.DataFrame, activities: Activities, rules: Rules | RuleBook
) -> pl.DataFrame:
    """Estimate rows of a category one by one, so that each row's file and row number stay with its emission."""
    if source == "air_travel":
        rows = rows.with_columns(rows=pl.lit(1, dtype=pl.Int64))
    return _by_year(source, rows, activities, book_of(rules))


def _by_year(source: str, rows: pl.DataFrame, activities: Activities, book: RuleBook) -> pl.DataFrame:
    groups = book.groups(rows["year"].unique()) or [(book.of(None), [])]
    if len(groups) == 1:
        return _estimated(source, rows, activities, groups[0][0])
    parts = [
        _estimated(source, rows.filter(pl.col("year").is_in(years, nulls_equal=True)), activities, rules)
        for rules, years in groups
    ]
    return pl.concat(parts, how="diagonal_relaxed")


def _estimated(source: str, rows: pl.DataFrame, activities: Activities, rules: Rules) -> pl.DataFrame:
    with knowing(Known(rules.own_factors, rules.editions)):
        if source == "air_travel":
            found = air_travel.estimate(rows, rules.air_travel)
        elif source == "home_leave":
            legs = activities.get("air_travel")
            found = home_leave.estimate(rows, legs, rules.air_travel, rules.own_values)
        else:
            found = _BY_FACTOR[source](rows, rules)
    # What another inventory computed keeps the boundary that its author gave it.
    return found if source == "reported_emissions" else with_boundaries(found, rules)


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
