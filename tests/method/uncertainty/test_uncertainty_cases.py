"""Worked examples that an officer can read: tests/cases/uncertainty.yaml, by error propagation and by Monte Carlo."""

from pathlib import Path

import pytest
import yaml
from uncertain_cells import cells

from saleve.method.uncertainty import monte_carlo, range_of_sums, simulated_trend, trend_uncertainty

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "uncertainty.yaml").read_text("utf-8"))
TRENDS = [case for case in CASES if "base" in case]


def built(rows):
    return cells(*(tuple(tuple(one) if isinstance(one, list) else one for one in row) for row in rows))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_level_is_as_sure_as_worked_out(case):
    found = range_of_sums(built(case["year"]), []).row(0)
    assert found == pytest.approx((case["expected"]["low_kg"], case["expected"]["high_kg"]), abs=6e-4)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_monte_carlo_gives_the_same_level(case):
    found = monte_carlo(built(case["year"]), [], draws=40_000).sums.row(0, named=True)
    kg = case["expected"]["kg"]
    assert kg - found["low_kg_co2e"] == pytest.approx(case["expected"]["low_kg"], rel=0.04)
    assert found["high_kg_co2e"] - kg == pytest.approx(case["expected"]["high_kg"], rel=0.04)


@pytest.mark.parametrize("case", TRENDS, ids=lambda case: case["case"])
@pytest.mark.parametrize(("way", "near"), [(trend_uncertainty, 1e-3), (simulated_trend, 0.04)])
def test_the_trend_is_as_sure_as_worked_out(case, way, near):
    found, expected = way(built(case["base"]), built(case["year"])), case["expected"]
    assert found.change_pct == pytest.approx(expected["change_pct"])
    assert found.change_pct - found.low_pct == pytest.approx(expected["trend_low_points"], rel=near)
    assert found.high_pct - found.change_pct == pytest.approx(expected["trend_high_points"], rel=near)
