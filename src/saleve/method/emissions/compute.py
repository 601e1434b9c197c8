"""The one place that knows which emission method serves which source category."""

from collections.abc import Callable, Mapping

import polars as pl

from saleve.method.emissions import (
    air_travel,
    commuting,
    district_energy,
    electricity,
    events,
    fuels,
    ground_travel,
    home_leave,
    hotels,
    ict,
    offsets,
    paper,
    procurement,
    refrigerants,
    reported_emissions,
    vehicles,
    virtual_meetings,
    waste,
    water,
)
from saleve.method.emissions.boundaries import with_boundaries
from saleve.method.emissions.rules import RuleBook, Rules, book_of
from saleve.method.reference.factors import Known, knowing

SOURCES = (
    "air_travel",
    "home_leave",
    "ground_travel",
    "vehicles",
    "electricity",
    "fuels",
    "district_energy",
    "refrigerants",
    "waste",
    "water",
    "paper",
    "hotels",
    "events",
    "procurement",
    "ict",
    "virtual_meetings",
    "commuting",
    "offsets",
    "reported_emissions",
)

# Rules that no method reads: they decide which figure enters a total, or are told. The rule of refrigerants is read by theirs alone.
_UNREAD = ("electricity_basis", "staff_definition", "control_approach")

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
    unread = _UNREAD if source == "refrigerants" else (*_UNREAD, "refrigerants")
    groups = book.groups(rows["year"].unique(), unread) or [(book.of(None), [])]
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
        elif source == "procurement":
            found = _procurement(rows, frozenset(activities), rules)
        else:
            found = _BY_FACTOR[source](rows, rules)
    # What another inventory computed keeps the boundary that its author gave it.
    return found if source == "reported_emissions" else with_boundaries(found, rules)


def _procurement(rows: pl.DataFrame, loaded: frozenset[str], rules: Rules) -> pl.DataFrame:
    return procurement.estimate(
        rows,
        margins=rules.spend_margins,
        exchange_rates=rules.exchange_rates,
        price_index=rules.price_index,
        account_categories=rules.account_categories,
        counted=loaded,
        own_values=rules.own_values,
    )


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
    "waste": lambda rows, rules: waste.estimate(
        rows, places=rules.places, waste_source=rules.waste_source, own_values=rules.own_values
    ),
    "water": lambda rows, rules: water.estimate(rows, places=rules.places, own_values=rules.own_values),
    "paper": lambda rows, rules: paper.estimate(rows, places=rules.places, own_values=rules.own_values),
    "ict": lambda rows, rules: ict.estimate(
        rows,
        places=rules.places,
        accounting_basis=rules.accounting_basis,
        own_factors=rules.grid_factors,
        margins=rules.spend_margins,
        exchange_rates=rules.exchange_rates,
        price_index=rules.price_index,
        own_values=rules.own_values,
    ),
    "offsets": lambda rows, _rules: offsets.estimate(rows),
    "reported_emissions": lambda rows, _rules: reported_emissions.estimate(rows),
    "ground_travel": ground_travel.estimate,
    "vehicles": vehicles.estimate,
    "hotels": hotels.estimate,
    "commuting": commuting.estimate,
    "events": events.estimate,
    "virtual_meetings": virtual_meetings.estimate,
}
