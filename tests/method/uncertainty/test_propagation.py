"""Error propagation: against the `uncertainties` package and closed forms."""

import polars as pl
import pytest
from uncertainties import ufloat

from saleve.method.uncertainty import range_of_sums


def cells(*rows):
    """Build cells from (kg, shared key, shared %, independent key, independent %)."""
    return pl.DataFrame(
        [
            {
                "kg_co2e": kg,
                "shared_key": shared,
                "shared_low_pct": shared_pct,
                "shared_high_pct": shared_pct,
                "independent_key": independent,
                "independent_low_pct": independent_pct,
                "independent_high_pct": independent_pct,
            }
            for kg, shared, shared_pct, independent, independent_pct in rows
        ],
        schema_overrides={"kg_co2e": pl.Float64, "shared_low_pct": pl.Float64, "shared_high_pct": pl.Float64},
    )


def half_width(table):
    return range_of_sums(table, [])["high_kg"].item()


def test_independent_contributions_add_in_quadrature():
    table = cells((300.0, "a", 0.0, "x", 10.0), (400.0, "a", 0.0, "y", 10.0))
    assert half_width(table) == pytest.approx(50.0)


def test_contributions_that_share_a_factor_err_together():
    table = cells((300.0, "a", 10.0, "x", 0.0), (400.0, "a", 10.0, "y", 0.0))
    assert half_width(table) == pytest.approx(70.0)


def test_a_mixed_sum_agrees_with_an_independent_package():
    factor = ufloat(1, 0.06)  # half-widths of 95 % stand for standard deviations: both propagate alike
    expected = 500 * factor * ufloat(1, 0.03) + 200 * factor * ufloat(1, 0.11) + 90 * ufloat(1, 0.4)
    table = cells((500.0, "a", 6.0, "x", 3.0), (200.0, "a", 6.0, "y", 11.0), (90.0, "b", 0.0, "z", 40.0))
    assert half_width(table) == pytest.approx(expected.std_dev, rel=1e-9)


def test_legs_of_one_route_are_no_more_certain_than_the_route():
    table = cells((100.0, "a", 0.0, "GVA-JFK", 20.0), (100.0, "a", 0.0, "GVA-JFK", 20.0))
    assert half_width(table) == pytest.approx(40.0)


def test_a_contribution_without_range_makes_the_range_of_the_sum_unknown():
    table = cells((100.0, "a", 10.0, "x", 10.0), (5.0, "b", None, "y", 0.0))
    assert half_width(table) is None


def test_zero_emission_needs_no_range():
    table = cells((100.0, "a", 10.0, "x", 0.0), (0.0, "b", None, "y", 0.0))
    assert half_width(table) == pytest.approx(10.0)


def test_groups_are_propagated_apart():
    table = cells((300.0, "a", 10.0, "x", 0.0), (400.0, "a", 10.0, "y", 0.0)).with_columns(
        site=pl.Series(["N", "S"])
    )
    found = dict(range_of_sums(table, ["site"]).select("site", "low_kg").iter_rows())
    assert found == {"N": pytest.approx(30.0), "S": pytest.approx(40.0)}
