"""The target path: a straight line, a gap, a rate, an area; and nothing where the base year is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.planning.target_path import Target, path, position, positions

MINUS_45 = Target(base_year=2010, target_year=2030, reduction_pct=45, base_kg_co2e=1_000_000)


def test_the_path_is_a_straight_line_from_the_base_to_the_target():
    values = dict(path(MINUS_45).iter_rows())
    assert (values[2010], values[2020], values[2030]) == (
        1_000_000,
        pytest.approx(775_000),
        pytest.approx(550_000),
    )


def test_the_gap_is_what_lies_above_the_path():
    found = position(MINUS_45, {2010: 1_000_000, 2020: 800_000}, 2020)
    assert found.gap_kg_co2e == pytest.approx(25_000)
    assert found.change_since_base_pct == pytest.approx(-20)


@given(st.floats(600_000, 2_000_000), st.integers(2011, 2029))
def test_the_required_rate_leads_exactly_to_the_target(actual, year):
    rate = position(MINUS_45, {year: actual}, year).required_rate_pct_per_year
    assert actual * (1 - rate / 100) ** (2030 - year) == pytest.approx(550_000, rel=1e-9)


@pytest.mark.parametrize("actual", [0.0, -100.0])
def test_a_year_that_credits_leave_at_zero_or_below_requires_no_rate(actual):
    assert position(MINUS_45, {2025: actual}, 2025).required_rate_pct_per_year == 0


def test_no_rate_is_required_once_the_target_is_met():
    assert position(MINUS_45, {2025: 500_000}, 2025).required_rate_pct_per_year == 0


def test_on_the_path_the_area_above_it_is_nothing():
    actual = {year: MINUS_45.path_kg_co2e(year) for year in range(2010, 2026)}
    assert position(MINUS_45, actual, 2025).area_above_path_kg_co2e == pytest.approx(0, abs=1e-6)


def test_years_without_inventory_inside_the_area_are_interpolated_and_named():
    found = position(MINUS_45, {2010: 1_000_000, 2012: 900_000}, 2012)
    assert found.interpolated_years == (2011,)
    assert found.cumulative_actual_kg_co2e == pytest.approx(1_000_000 + 950_000 + 900_000)


def test_without_a_base_year_there_is_no_path_no_gap_and_no_percentage():
    nowhere = Target(base_year=2010, target_year=2030, reduction_pct=45, base_kg_co2e=None)
    found = position(nowhere, {2019: 900_000}, 2019)
    assert path(nowhere).is_empty()
    assert (found.path_kg_co2e, found.gap_kg_co2e, found.change_since_base_pct) == (None, None, None)
    assert (found.required_rate_pct_per_year, found.area_above_path_kg_co2e) == (None, None)


def test_positions_come_for_every_year_with_an_inventory_in_order():
    assert [place.year for place in positions(MINUS_45, {2012: 1.0, 2010: 2.0})] == [2010, 2012]
