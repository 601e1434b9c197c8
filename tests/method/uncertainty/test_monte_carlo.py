"""Monte Carlo against closed forms; what must change nothing changes nothing."""

from math import exp, log, sqrt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uncertain_cells import cells

from saleve.method.uncertainty import monte_carlo, range_of_sums
from saleve.method.uncertainty.distributions import Z95, bounds

DRAWS = 40_000


def simulated(table, by=(), **more):
    return monte_carlo(table, list(by), **{"draws": DRAWS, **more}).sums


def one(table, **more):
    return simulated(table, **more).row(0, named=True)


def half_width(found):
    return (found["high_kg_co2e"] - found["low_kg_co2e"]) / 2


def test_a_sum_of_independent_normals_has_the_root_of_the_sum_of_squares():
    found = one(cells((300.0, "a", 0.0, "x", 10.0), (400.0, "a", 0.0, "y", 10.0)))
    assert half_width(found) == pytest.approx(50, rel=0.03)
    assert found["mean_kg_co2e"] == pytest.approx(700, rel=0.001)


def test_what_is_fully_correlated_adds_up():
    found = one(cells((300.0, "a", 10.0, "x", 0.0), (400.0, "a", 10.0, "y", 0.0)))
    assert half_width(found) == pytest.approx(70, rel=0.03)


def test_small_errors_of_a_mixed_sum_agree_with_error_propagation():
    table = cells((500.0, "a", 6.0, "x", 3.0), (200.0, "a", 6.0, "y", 11.0), (90.0, "b", 0.0, "z", 20.0))
    assert half_width(one(table)) == pytest.approx(range_of_sums(table, [])["high_kg"].item(), rel=0.03)


def test_a_symmetric_lognormal_keeps_its_mean_and_has_the_closed_bounds():
    found = one(cells((100.0, "a", 60.0, "x", 0.0)))
    spread = sqrt(log(1 + (0.6 / Z95) ** 2))
    assert found["mean_kg_co2e"] == pytest.approx(100, rel=0.01)
    assert found["low_kg_co2e"] == pytest.approx(100 * exp(-(spread**2) / 2 - Z95 * spread), rel=0.02)
    assert found["high_kg_co2e"] == pytest.approx(100 * exp(-(spread**2) / 2 + Z95 * spread), rel=0.02)


def test_a_lognormal_with_bounds_that_are_not_symmetric_keeps_them_and_has_the_closed_mean():
    found = one(cells((100.0, "a", (40.0, 200.0), "x", 0.0)))
    middle, spread = log(0.6 * 3) / 2, log(3 / 0.6) / (2 * Z95)
    assert (found["low_kg_co2e"], found["high_kg_co2e"]) == pytest.approx((60, 300), rel=0.03)
    assert found["mean_kg_co2e"] == pytest.approx(100 * exp(middle + spread**2 / 2), rel=0.01)


def test_a_triangle_has_the_closed_mean_and_keeps_its_bounds():
    found = one(cells((100.0, "a", 0.0, "x", 40.0), independent_class="proxy"))
    reach = 40 / (1 - sqrt(0.05))  # of a symmetric triangle: (1 - bound/reach)² / 2 = 2.5 %
    assert found["mean_kg_co2e"] == pytest.approx(100, rel=0.005)
    assert half_width(found) == pytest.approx(40, rel=0.03)
    drawn = monte_carlo(cells((100.0, "a", 0.0, "x", 40.0), independent_class="proxy"), [], draws=DRAWS)
    assert drawn.sums["high_kg_co2e"].item() < 100 + reach


def test_many_triangles_have_the_variance_of_one_times_their_number():
    many = [(1.0, "a", 0.0, f"x{number}", 40.0) for number in range(50)]
    reach = 0.4 / (1 - sqrt(0.05))
    expected = Z95 * sqrt(50 * reach**2 / 6)
    assert half_width(one(cells(*many, independent_class="proxy"))) == pytest.approx(expected, rel=0.03)


def test_many_uniforms_have_the_variance_of_one_times_their_number():
    many = [(1.0, "a", 0.0, f"x{number}", 38.0) for number in range(50)]
    expected = Z95 * sqrt(50 * (2 * 0.4) ** 2 / 12)  # the ends lie 1/38 of the range outside the bounds
    assert half_width(one(cells(*many, independent_class="bounds"))) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("kind", ["lognormal", "triangular", "uniform"])
@pytest.mark.parametrize(("low", "high"), [(3.3, 3.9), (40.0, 200.0), (10.0, 80.0), (0.0, 60.0)])
def test_bounds_that_are_not_symmetric_are_those_of_every_distribution(kind, low, high):
    shapes = pl.DataFrame({"distribution": [kind], "low_pct": [low], "high_pct": [high]})
    drawn = bounds(shapes).select("drawn_low_pct", "drawn_high_pct").row(0)
    assert drawn == pytest.approx((low, high), abs=1e-4)


def test_a_range_that_leans_to_the_left_is_no_lognormal():
    found = one(cells((100.0, "a", (30.0, 25.0), "x", 0.0)))
    assert (found["low_kg_co2e"], found["high_kg_co2e"]) == pytest.approx((70, 125), rel=0.02)


def test_a_seed_reproduces_and_another_differs():
    table = cells((300.0, "a", 10.0, "x", 40.0))
    assert simulated(table, seed=7).equals(simulated(table, seed=7))
    assert not simulated(table, seed=7).equals(simulated(table, seed=8))


def test_the_simulation_says_whether_it_converged():
    table = cells((300.0, "a", 50.0, "x", 50.0))
    assert not monte_carlo(table, [], draws=1000, tolerance_pct=1).converged
    assert monte_carlo(table, [], draws=100_000, tolerance_pct=1).converged


def test_the_stated_standard_error_of_a_bound_is_how_far_other_seeds_lie_apart():
    table = cells((100.0, "a", 20.0, "x", 0.0))
    found = pl.concat(simulated(table, draws=10_000, seed=seed) for seed in range(60))
    assert found["high_kg_co2e"].std() == pytest.approx(found["high_error_kg"].mean(), rel=0.35)


def test_an_unknown_range_stays_unknown():
    found = one(cells((100.0, "a", 10.0, "x", 10.0), (5.0, "b", None, "y", 0.0)))
    assert found["low_kg_co2e"] is None
    assert found["converged"] is None


def test_a_group_is_drawn_alike_alone_and_beside_others():
    table = cells((300.0, "a", 10.0, "x", 40.0), (400.0, "a", 10.0, "y", 5.0)).with_columns(
        site=pl.Series(["N", "S"])
    )
    together = simulated(table, ["site"]).filter(site="N")
    assert together.equals(simulated(table.filter(site="N"), ["site"]))


KILOGRAMS = st.floats(1, 1e6)
PERCENTS = st.floats(0, 90)


@settings(max_examples=25, deadline=None)
@given(KILOGRAMS, KILOGRAMS, PERCENTS, PERCENTS, st.floats(0.01, 0.99))
def test_splitting_a_cell_changes_nothing(kg, other, shared, independent, part):
    rest = (other, "a", shared, "y", independent)
    whole = cells((kg, "a", shared, "x", independent), rest)
    split = cells(
        (kg * part, "a", shared, "x", independent), (kg * (1 - part), "a", shared, "x", independent), rest
    )
    assert one(split, draws=1000) == pytest.approx(one(whole, draws=1000))
    assert range_of_sums(split, []).row(0) == pytest.approx(range_of_sums(whole, []).row(0))


@settings(max_examples=25, deadline=None)
@given(KILOGRAMS, PERCENTS, PERCENTS)
def test_a_cell_of_zero_changes_nothing(kg, shared, independent):
    table = cells((kg, "a", shared, "x", independent))
    with_zero = cells((0.0, "0", shared, "0", independent), (kg, "a", shared, "x", independent))
    assert one(with_zero, draws=1000) == one(table, draws=1000)
    assert range_of_sums(with_zero, []).row(0) == pytest.approx(range_of_sums(table, []).row(0))


def test_draws_divided_into_parts_are_the_same_numbers(monkeypatch):
    table = cells(*((float(number + 1), f"f{number % 7}", 12.0, f"x{number}", 40.0) for number in range(40)))
    whole = simulated(table)
    monkeypatch.setattr("saleve.method.uncertainty.drawing._NUMBERS_AT_A_TIME", 5000)
    assert simulated(table).equals(whole)
