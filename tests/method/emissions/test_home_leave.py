"""Home leave paid as a lump sum: a journey where the home place is known, an average where it is not."""

import polars as pl
import pytest

from saleve.method.activity import home_leave as activity
from saleve.method.activity.normalising import Context
from saleve.method.emissions import home_leave
from saleve.method.emissions.air_travel import aggregate
from saleve.method.emissions.air_travel import estimate as estimate_legs
from saleve.method.emissions.aviation.parameters import AirTravelSettings

COLUMNS = {
    "year": pl.Int64,
    "travellers": pl.Float64,
    "origin": pl.String,
    "destination": pl.String,
    "kg_co2_per_traveller": pl.Float64,
    "source_file": pl.String,
    "source_sheet": pl.String,
    "source_row": pl.Int64,
}


def lump_sums(*rows):
    """Normalise rows of (travellers, destination, own rate)."""
    table = [
        (2024, travellers, "GVA", destination, rate, "lump-sums.csv", None, number)
        for number, (travellers, destination, rate) in enumerate(rows, start=2)
    ]
    return activity.normalise(pl.DataFrame(table, COLUMNS, orient="row"), Context())


def kg(normalised, tickets=None):
    return home_leave.estimate(normalised.activity, tickets, AirTravelSettings())


def test_a_known_home_place_is_a_round_trip_for_every_traveller():
    found = kg(lump_sums((3, "NBO", None)))
    legs = estimate_legs(aggregate(lump_sums((1, "NBO", None)).activity))
    assert found["kg_co2e"].sum() == pytest.approx(3 * legs["kg_co2e"].sum())
    assert found["estimated"].all()


def test_without_a_home_place_the_average_of_ticketed_home_leave_is_charged():
    tickets = lump_sums((1, "NBO", None), (1, "LHR", None)).activity
    average = estimate_legs(aggregate(tickets))["kg_co2e"].sum() / 2
    row = kg(lump_sums((4, None, None)), tickets).row(0, named=True)
    assert row["kg_co2e"] == pytest.approx(4 * average)
    assert row["quality"] == "lump-sum-ticket-average"


def test_the_rate_of_the_organisation_goes_before_the_average():
    assert kg(lump_sums((2, None, 900.0)))["kg_co2e"].item() == pytest.approx(1800)


def test_without_any_average_it_stays_uncomputed_rather_than_zero():
    row = kg(lump_sums((2, None, None))).row(0, named=True)
    assert (row["kg_co2e"], row["quality"]) == (None, "lump-sum-without-average")


def test_a_row_without_travellers_is_rejected():
    problems = lump_sums((None, "NBO", None)).problems
    assert problems.filter(severity="error")["code"].to_list() == ["travellers-missing"]


def test_a_home_place_beyond_the_reach_of_any_aircraft_is_charged_at_the_average():
    tickets = lump_sums((1, "NBO", None)).activity
    row = kg(lump_sums((2, "WLG", None)), tickets).row(0, named=True)
    average = estimate_legs(aggregate(tickets))["kg_co2e"].sum()
    assert (row["kg_co2e"], row["quality"]) == (pytest.approx(2 * average), "lump-sum-ticket-average")
