"""Air travel: worked examples, tiers, properties of the method."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.emissions import air_travel
from saleve.method.emissions.aviation.flights import corrected_km
from saleve.method.emissions.aviation.fuel import interpolate_fuel_kg
from saleve.method.emissions.aviation.parameters import METHODS, AirTravelSettings
from saleve.method.reference.icao import fuel_table

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "air_travel.yaml").read_text("utf-8"))
ROUTES = ["GVA-LHR", "GVA-JFK", "GVA-NBO", "GVA-ZRH", "NBO-ADD", "BKK-GVA", "SYD-AKL", "GRU-BSB"]


def legs(route="GVA-JFK", *, passengers=1.0, cabin="economy", aircraft=None, year=2024, **changes):
    origin, destination = route.split("-")
    row = {
        "origin": origin,
        "destination": destination,
        "year": year,
        "cabin": cabin,
        "aircraft": aircraft,
        "cabin_basis": "label",
        "place_basis": "code",
        "category": "staff_mission",
        "unit": "A",
        "site": None,
        "boundary": "minimum",
        "passengers": passengers,
        "supplied_co2_kg": None,
        "supplied_method": None,
        "rows": 1,
        **changes,
    }
    kinds = {
        "aircraft": pl.String,
        "site": pl.String,
        "supplied_method": pl.String,
        "supplied_co2_kg": pl.Float64,
    }
    return pl.DataFrame([row], schema_overrides=kinds)


def kg(table, **chosen):
    return air_travel.estimate(table, AirTravelSettings(**chosen))["kg_co2e"].sum()


def fuel_kg(edition, aircraft, nautical_miles):
    table = fuel_table(edition)
    row = table.fuel_kg[[table.types.index(aircraft)]]
    return interpolate_fuel_kg(table.distances_nm, row, np.array([float(nautical_miles)]))[0]


@pytest.mark.parametrize(("edition", "aircraft", "nautical_miles", "expected"), CASES["fuel_nodes"])
def test_fuel_at_a_column_is_the_printed_figure(edition, aircraft, nautical_miles, expected):
    assert fuel_kg(edition, aircraft, nautical_miles) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("edition", ["v13.1", "v9"])
def test_every_node_of_the_fuel_tables_comes_out_exactly(edition):
    table = fuel_table(edition)
    for column, distance in enumerate(table.distances_nm):
        printed = table.fuel_kg[:, column]
        known = ~np.isnan(printed)
        at_node = np.full(known.sum(), distance)
        found = interpolate_fuel_kg(table.distances_nm, table.fuel_kg[known], at_node)
        np.testing.assert_allclose(found, printed[known], rtol=1e-12)


@pytest.mark.parametrize("case", CASES["fuel_between_nodes"], ids=str)
def test_fuel_between_columns_is_on_the_straight_line(case):
    found = fuel_kg(case["edition"], case["type"], case["nautical_miles"])
    assert found == pytest.approx(case["kg_fuel"], rel=1e-9)


@given(st.floats(125, 8400), st.sampled_from(["77W", "359", "789"]))
def test_fuel_lies_between_its_neighbouring_columns(nautical_miles, aircraft):
    columns = fuel_table("v13.1").distances_nm
    below, above = columns[columns <= nautical_miles].max(), columns[columns >= nautical_miles].min()
    found = fuel_kg("v13.1", aircraft, nautical_miles)
    ends = sorted(fuel_kg("v13.1", aircraft, end) for end in (below, above))
    assert np.isnan(ends).any() or ends[0] - 1e-6 <= found <= ends[1] + 1e-6


def test_a_type_does_not_fly_beyond_its_feasible_range():
    assert np.isnan(fuel_kg("v13.1", "AT7", 5000))


@pytest.mark.parametrize(("great_circle_km", "flown_km"), CASES["distance_corrections"])
def test_the_distance_correction_is_the_literal_step_of_icao(great_circle_km, flown_km):
    assert corrected_km(np.array([great_circle_km]))[0] == pytest.approx(flown_km, abs=1e-9)


@given(st.floats(0, 20000), st.floats(0, 50))
def test_the_smooth_correction_never_jumps_and_never_falls(distance_km, further_km):
    here, there = corrected_km(np.array([distance_km, distance_km + further_km]), "smooth")
    assert further_km - 1e-6 <= there - here <= further_km * 1.25 + 1e-6


@given(st.one_of(st.floats(0, 450), st.floats(650, 5000), st.floats(6000, 20000)))
def test_the_smooth_correction_equals_the_literal_one_away_from_the_thresholds(distance_km):
    at = np.array([distance_km])
    assert corrected_km(at, "smooth")[0] == pytest.approx(corrected_km(at)[0], abs=1e-6)


@pytest.mark.parametrize("case", CASES["flights"] + CASES["default_mix"], ids=str)
def test_a_flight_comes_out_as_in_the_worked_example(case):
    found = kg(legs(case["route"], cabin=case["cabin"], aircraft=case.get("aircraft")))
    assert found == pytest.approx(case["kg_co2"], abs=0.06)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(ROUTES), st.sampled_from(METHODS), st.floats(0.5, 500))
def test_twice_the_passengers_is_twice_the_emission(route, method, passengers):
    once = kg(legs(route, passengers=passengers), method=method)
    twice = kg(legs(route, passengers=2 * passengers), method=method)
    assert twice == pytest.approx(2 * once, rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_flight_emits_the_same_in_both_directions(method):
    assert kg(legs("GVA-NBO"), method=method) == pytest.approx(kg(legs("NBO-GVA"), method=method), rel=1e-12)


def test_adding_up_before_estimating_gives_the_same_total():
    apart = pl.concat([legs(route, cabin=cabin) for route in ROUTES for cabin in ("economy", "business")] * 3)
    together = air_travel.aggregate(apart.drop("rows"))
    assert air_travel.estimate(together)["kg_co2e"].sum() == pytest.approx(kg(apart), rel=1e-12)


def test_the_order_of_legs_does_not_matter():
    table = pl.concat([legs(route) for route in ROUTES])
    assert kg(table.reverse()) == pytest.approx(kg(table), rel=1e-12)


@pytest.mark.parametrize("aircraft", ["77W", "388", "320", "AT7"])
def test_the_passengers_of_a_full_flight_carry_all_of_its_fuel(aircraft):
    keys = legs("GVA-LHR", aircraft=aircraft).select(air_travel.FLIGHT_KEYS)
    flight, types = (
        table.row(0, named=True) for table in air_travel.per_passenger(keys, AirTravelSettings())
    )
    carried = sum(
        types[f"seats_{cabin}"] * flight["load_factor"] * kg(legs("GVA-LHR", aircraft=aircraft, cabin=cabin))
        for cabin in ("first", "business", "premium_economy", "economy")
        if types[f"seats_{cabin}"]
    )
    assert carried == pytest.approx(3.16 * types["fuel_kg"] * flight["cargo_factor"], rel=2e-3)


def quality(table, **chosen):
    return air_travel.estimate(table, AirTravelSettings(**chosen))["quality"].item()


def test_the_aircraft_on_the_ticket_is_the_first_tier():
    assert quality(legs(aircraft="77W")) == "ticket"


def test_a_type_without_data_says_so_and_the_mix_stands_in():
    assert quality(legs(aircraft="ZZZ")) == "route_group_band; aircraft-without-data"


def test_flights_before_2017_use_the_mix_of_2019_and_say_so():
    row = air_travel.estimate(legs(year=2013)).row(0, named=True)
    assert "mix-of-2019" in row["quality"]
    assert row["estimated"]


def test_the_route_table_of_the_organisation_goes_before_the_default_mix():
    own = pl.DataFrame(
        {
            "origin": ["GVA"],
            "destination": ["JFK"],
            "equivalent_aircraft": ["359"],
            "share_of_departures": [1.0],
        }
    )
    assert quality(legs(), routes=own) == "route_table"
    assert kg(legs(), routes=own) == pytest.approx(kg(legs(aircraft="359")), rel=1e-12)


def test_a_cell_that_the_mix_lacks_falls_back_to_the_band():
    assert quality(legs("NBO-PTY")) == "band"


def test_an_airport_that_is_not_known_has_no_emission_rather_than_zero():
    row = air_travel.estimate(legs("GVA-QQQ")).row(0, named=True)
    assert row["kg_co2e"] is None
    assert row["quality"] == "airport-unknown"


@pytest.mark.parametrize(
    ("changes", "low_pct", "high_pct"),
    [
        ({"aircraft": "77W"}, 20, 20),
        ({"aircraft": "77W", "cabin": "business"}, 30, 30),
        ({}, 25, 25),
        ({"cabin": "business"}, 35, 35),
        ({"route": "GVA-LHR"}, 30, 25),
        ({"route": "GVA-ZRH"}, 35, 60),
    ],
    ids=str,
)
def test_the_parts_of_the_range_make_up_the_range_of_the_tier(changes, low_pct, high_pct):
    row = air_travel.estimate(legs(**changes)).row(0, named=True)
    for side, expected in (("low", low_pct), ("high", high_pct)):
        parts = np.hypot(row[f"shared_{side}_pct"], row[f"independent_{side}_pct"])
        assert parts == pytest.approx(expected, abs=1e-9)


def test_a_business_seat_where_there_is_none_takes_the_nearest_cabin_and_says_so():
    row = air_travel.estimate(legs("GVA-ZRH", aircraft="AT7", cabin="business")).row(0, named=True)
    assert "nearest-cabin" in row["quality"]


def test_edition_9_doubles_premium_cabins_only_above_3000_km():
    def ratio(route):
        return kg(legs(route, cabin="business"), method="icao-9") / kg(legs(route), method="icao-9")

    assert ratio("GVA-JFK") == pytest.approx(2)
    assert ratio("GVA-LHR") == pytest.approx(1)


def test_edition_9_has_a_load_factor_of_its_own_for_domestic_flights():
    international, domestic = (
        air_travel.per_passenger(
            legs(route).select(air_travel.FLIGHT_KEYS), AirTravelSettings(method="icao-9")
        )[0]["load_factor"].item()
        for route in ("GVA-CDG", "NCE-CDG")
    )
    assert (international, domestic) == (pytest.approx(0.8034), pytest.approx(0.7164))


def test_the_uk_factors_of_the_travel_year_are_used():
    row = air_travel.estimate(legs("LHR-JFK", year=2025), AirTravelSettings(method="desnz")).row(
        0, named=True
    )
    # conversion factors 2025: long haul to and from the UK, economy, without radiative forcing, 0.06926 kg CO2e/pkm
    assert row["kg_co2e"] / row["distance_km"] == pytest.approx(0.06926, abs=1e-9)
