"""The uncertainty of a change: table 3.2 of the IPCC, the `uncertainties` package, and Monte Carlo agree."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uncertain_cells import cells
from uncertainties import correlated_values_norm, ufloat

from saleve.method.uncertainty import simulated_trend, trend_uncertainty

APART = {"factor": 0.0, "activity": 0.0}
BASE = cells((600.0, "oil", 5.0, "x", 3.0), (400.0, "grid", 10.0, "y", 2.0))
YEAR = cells((500.0, "oil", 5.0, "x", 3.0), (200.0, "grid", 10.0, "y", 2.0))


def half_width(trend):
    return (trend.high_pct - trend.low_pct) / 2


def test_the_change_is_that_of_the_totals():
    assert trend_uncertainty(BASE, YEAR).change_pct == pytest.approx(-30)


def test_a_factor_common_to_both_years_cancels_where_it_is_the_only_error():
    base, year = cells((600.0, "oil", 20.0, "x", 0.0)), cells((300.0, "oil", 20.0, "x", 0.0))
    assert half_width(trend_uncertainty(base, year)) == pytest.approx(0, abs=1e-9)


def test_a_trend_agrees_with_an_independent_package():
    oil, grid = ufloat(1, 0.05), ufloat(1, 0.10)
    base = 600 * oil * ufloat(1, 0.03) + 400 * grid * ufloat(1, 0.02)
    year = 500 * oil * ufloat(1, 0.03) + 200 * grid * ufloat(1, 0.02)
    assert half_width(trend_uncertainty(BASE, YEAR)) == pytest.approx(
        ((year / base - 1) * 100).std_dev, rel=1e-6
    )


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.8, 1.0])
def test_a_partly_correlated_factor_agrees_with_an_independent_package(correlation):
    first, second = correlated_values_norm([(1, 0.1), (1, 0.1)], [[1, correlation], [correlation, 1]])
    expected = ((100 * second + 50) / (80 * first + 40) - 1) * 100
    base = cells((80.0, "a", 10.0, "x", 0.0), (40.0, "b", 0.0, "y", 0.0))
    year = cells((100.0, "a", 10.0, "x", 0.0), (50.0, "b", 0.0, "y", 0.0))
    found = trend_uncertainty(base, year, correlation={"factor": correlation})
    assert half_width(found) == pytest.approx(expected.std_dev, rel=1e-6, abs=1e-6)


def test_columns_of_table_3_2_follow_its_formula():
    keys = trend_uncertainty(BASE, YEAR).keys.filter(part="shared", key="oil").row(0, named=True)
    type_a = abs(
        (0.01 * 500 + 700 - (0.01 * 600 + 1000)) / (0.01 * 600 + 1000) * 100 - (700 - 1000) / 1000 * 100
    )
    assert keys["type_a"] == pytest.approx(type_a)
    assert keys["type_b"] == pytest.approx(500 / 1000)


def test_a_correlated_key_moves_the_trend_by_type_a_and_its_percent():
    keys = trend_uncertainty(BASE, YEAR).keys.filter(part="shared")
    moved = (keys["low_points"] + keys["high_points"]) / 2
    percent = keys["key"].replace_strict({"oil": 5.0, "grid": 10.0})
    assert moved.to_list() == pytest.approx((keys["type_a"] * percent).to_list(), rel=0.01)


def test_an_uncorrelated_key_of_equal_share_moves_the_trend_by_type_b_and_the_root_of_two():
    table = cells((600.0, "oil", 0.0, "x", 3.0), (400.0, "grid", 0.0, "y", 2.0))
    later = table.with_columns(pl.col("kg_co2e") * 0.7)
    keys = trend_uncertainty(table, later).keys.filter(part="independent").sort("key")
    expected = [0.42 * 3 * 2**0.5, 0.28 * 2 * 2**0.5]
    assert keys["high_points"].to_list() == pytest.approx(expected)


def test_level_errors_that_are_common_leave_the_trend_surer_than_the_levels():
    sure, unsure = trend_uncertainty(BASE, YEAR), trend_uncertainty(BASE, YEAR, correlation=APART)
    assert half_width(sure) < half_width(unsure)


@pytest.mark.parametrize("own", [None, {"factor": 0.5, "activity": 0.5}, APART])
def test_monte_carlo_gives_the_same_trend(own):
    found = simulated_trend(BASE, YEAR, correlation=own, draws=40_000)
    assert half_width(found) == pytest.approx(
        half_width(trend_uncertainty(BASE, YEAR, correlation=own)), rel=0.03
    )
    assert found.converged


@pytest.mark.parametrize("series", ["grid.eea.AUT.{}", "supplier: statement {} (revised)"])
def test_factors_of_two_years_of_one_series_err_together(series):
    base = cells((600.0, series.format(2010), 10.0, "x", 0.0))
    year = cells((300.0, series.format(2019), 10.0, "x", 0.0))
    assert half_width(trend_uncertainty(base, year)) == pytest.approx(0, abs=1e-9)
    assert half_width(simulated_trend(base, year, draws=1000)) == pytest.approx(0, abs=1e-9)


def test_a_source_that_ended_keeps_the_error_of_its_base_year():
    base = cells((500.0, "a", 0.0, "x", 0.0), (500.0, "b", 0.0, "y", 10.0))
    year = cells((500.0, "a", 0.0, "x", 0.0))
    assert half_width(trend_uncertainty(base, year)) == pytest.approx(0.5 * 500 * 0.1 / 1000 * 100)


def test_an_unknown_range_gives_the_change_without_bounds():
    found = trend_uncertainty(cells((600.0, "oil", None, "x", 3.0)), YEAR)
    assert found.change_pct == pytest.approx((700 / 600 - 1) * 100)
    assert found.low_pct is None


def test_a_base_year_without_emission_has_no_trend():
    assert trend_uncertainty(cells(), YEAR).change_pct is None
    assert simulated_trend(cells((0.0, "a", 1.0, "x", 1.0)), YEAR, draws=1000).change_pct is None


def test_bounds_that_are_not_symmetric_stay_so():
    base = cells((100.0, "a", 0.0, "x", 0.0))
    year = cells((100.0, "a", 0.0, "x", (10.0, 30.0)))
    found = trend_uncertainty(base, year)
    assert (found.low_pct, found.high_pct) == pytest.approx((-10, 30))


@settings(max_examples=30, deadline=None)
@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(0.1, 90), st.floats(0.01, 0.99))
def test_splitting_a_cell_of_either_year_changes_no_trend(base_kg, year_kg, percent, part):
    base, year = cells((base_kg, "a", percent, "x", 5.0)), cells((year_kg, "a", percent, "x", 5.0))
    split = cells((year_kg * part, "a", percent, "x", 5.0), (year_kg * (1 - part), "a", percent, "x", 5.0))
    whole, divided = trend_uncertainty(base, year), trend_uncertainty(base, split)
    assert (divided.low_pct, divided.high_pct) == pytest.approx((whole.low_pct, whole.high_pct), abs=1e-6)
