"""Level and trend apart, what makes the total unsure, and the simulated total, as a report gives them."""

from dataclasses import replace

import pytest
from builders import HEADER, facts_of, full_inventory

from saleve.method.inventory import Selection, select, yearly_totals
from saleve.method.planning.target_path import Target, positions
from saleve.method.uncertainty import UncertaintySettings, trend_uncertainty
from saleve.reporting.facts import gather
from saleve.reporting.formatting import printed_range
from saleve.reporting.records import Fact


def test_the_change_since_the_base_year_has_the_range_of_the_trend(facts):
    inventory = full_inventory()
    base, year = (select(inventory, Selection(year=each)) for each in (2010, 2025))
    found = trend_uncertainty(base, year)
    assert facts["change.base"].value == pytest.approx(found.change_pct)
    assert (facts["change.base"].low, facts["change.base"].high) == pytest.approx(
        (found.low_pct, found.high_pct)
    )


def test_a_base_year_from_elsewhere_gives_no_range_of_the_trend():
    inventory = full_inventory()
    given = Target(2010, 2030, 45, 1_000_000)
    facts = gather(inventory, given, positions(given, yearly_totals(inventory)), HEADER, 2025)
    assert facts["change.base"].value is not None
    assert facts["change.base"].low is None


def test_the_largest_contribution_comes_first(facts):
    shares = [fact.value for fact in facts.groups["contribution"]]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) == 5
    assert sum(shares) <= 100


def test_the_total_is_simulated_where_the_organisation_asks_for_it():
    settings = UncertaintySettings(approach=2, draws=2000, seed=3)
    facts = gather(full_inventory(), None, (), HEADER, 2025, uncertainty=settings)
    found, total = facts["total.simulated"], facts["total"]
    assert found.value == pytest.approx(total.value, rel=0.02)
    assert (found.low, found.high) == pytest.approx((total.low, total.high), rel=0.03)
    assert "2000 draws with seed 3" in found.derivation


def test_a_simulated_change_has_a_range_like_the_propagated_one(facts):
    settings = UncertaintySettings(approach=2, draws=5000)
    drawn = gather(full_inventory(), None, (), HEADER, 2025, uncertainty=settings)["change.previous"]
    assert (drawn.low, drawn.high) == pytest.approx(
        (facts["change.previous"].low, facts["change.previous"].high), abs=0.5
    )


def test_no_simulation_without_the_wish_for_it():
    assert "total.simulated" not in facts_of(full_inventory())


def test_a_range_below_zero_is_printed_in_words():
    fact = Fact("x", -30.0, "percent", "change", low=-32.0, high=-28.0)
    assert printed_range(fact) == "−32% to −28%"
    assert printed_range(replace(fact, value=30.0, low=28.0, high=32.0)) == "28%–32%"
