"""One bridge for report, pages and `saleve compare`: with rules that differ by year, and with the weather of the settings."""

from dataclasses import replace

import pytest
from offices import office

from saleve.ems.changes import compare_years
from saleve.ems.figures import refresh
from saleve.ems.figures.comparing import compared
from saleve.ems.figures.years import of_year
from saleve.ems.inventories import compute_inventory

REFILLS = "Site,Date,Refrigerant,Refilled kg\nHQ,2023-05-01,R-22,2\nHQ,2024-05-01,R-22,2\n"
AREAS = "Site,Year,Area (m2)\nHQ,2023,1000\nHQ,2024,1000\n"
RULES = """name = "ours"
dated = 2026-03-01
source = "Decision 12 of the Board"
based_on = "un-greening-the-blue"

[[rules]]
rule = "boundary"
subject = "refrigerants"
value = "optional"
last_year = 2023
"""
DEGREE_DAYS = """
[[degree_days]]
site = "headquarters"
source = "National weather service, base 18 °C"
heating = { 2023 = 2500, 2024 = 3000 }
cooling = { 2023 = 0, 2024 = 10 }
"""


@pytest.fixture
def folder(tmp_path):
    """Two years whose rules differ: refrigerants are optional in the first, in the total of the second."""
    path = office(tmp_path / "office")
    (path / "refills.csv").write_text(REFILLS, "utf-8")
    (path / "areas.csv").write_text(AREAS, "utf-8")
    (path / "rules.toml").write_text(RULES, "utf-8")
    settings = (path / "saleve.toml").read_text("utf-8") + 'aliases = ["Headquarters"]\n'
    (path / "saleve.toml").write_text(
        settings + '[inventory]\nrule_set = "rules.toml"\n' + DEGREE_DAYS, "utf-8"
    )
    return path


def test_rules_that_differ_by_year_are_a_step_of_the_report(folder):
    facts = compute_inventory(folder).facts(2024)
    moved = facts.figures["2024.bridge.previous.refrigerants.boundary"]
    assert moved.value == pytest.approx(2 * 1760 / 1000)  # R-22 by AR5
    assert (
        moved.derivation == "2023 computed once more with one thing changed. Rules that differ: boundaries."
    )
    shown = sum(fact.value for fact in facts.groups["bridge_previous"])
    assert shown == pytest.approx(facts["total"].value - facts.figures["2023.total"].value)


def test_report_pages_and_compare_show_the_same_bars(folder):
    computed = compute_inventory(folder)
    in_report = computed.facts(2024).bridges["previous"].steps
    compared = compare_years(computed, 2023, 2024).bridge.steps
    on_pages = of_year(computed, 2024)["bridges"].filter(since="previous").select(compared.columns)
    assert "boundary" in compared["step"].to_list()
    assert in_report.equals(compared)
    assert on_pages.equals(compared)


def test_the_weather_of_the_settings_is_a_step_of_its_own_with_its_source(folder):
    steps = compute_inventory(folder).facts(2024).bridges["previous"].steps
    weather = steps.filter(step="degree_days").row(0, named=True)
    assert weather["effect_kg"] > 0  # a fifth colder, and less gas than before all the same
    assert "National weather service, base 18 °C" in weather["note"]
    told = compute_inventory(folder).facts(2024)["bridge.previous.facilities.degree_days"]
    assert "National weather service" in told.derivation
    assert told.value == pytest.approx(weather["effect_kg"] / 1000)


def test_an_earlier_ledger_version_is_compared_by_the_same_weather(folder):
    computed = compute_inventory(folder)
    then = compute_inventory(folder, ledger_version=computed.taken.ledger.commit)
    again = compare_years(computed, 2023, 2024, then=then).bridge.steps
    usual = compare_years(computed, 2023, 2024).bridge.steps
    told = again.filter(step="degree_days")["effect_kg"].item()
    assert told == pytest.approx(usual.filter(step="degree_days")["effect_kg"].item())


def test_years_of_the_same_rules_are_computed_once(folder, monkeypatch):
    computed = compute_inventory(folder)
    computed.bridge(2023, 2024)
    monkeypatch.setattr("saleve.ems.bridging.swaps_between", None)
    assert computed.bridge(2023, 2024) is computed.bridge(2023, 2024)
    assert computed.facts(2024).bridges["previous"] is computed.bridge(2023, 2024)


def test_reports_made_together_say_what_each_says_alone(folder):
    together = compute_inventory(folder).facts_of([2023, 2024])
    for facts in together:
        alone = compute_inventory(folder).facts(facts.year)
        assert list(alone.figures) == list(facts.figures)
        known = {name: fact.value for name, fact in alone.figures.items() if fact.value is not None}
        assert {name: facts.figures[name].value for name in known} == pytest.approx(known, rel=1e-9)


def test_years_that_no_bridge_is_kept_of_have_the_same_bars(folder):
    computed = compute_inventory(folder)
    found = refresh(folder)
    without = replace(found, bridges=found.bridges.clear())
    pair = compared(computed.workspace, without, 2023, 2024)
    expected = compare_years(computed, 2023, 2024).bridge.steps
    assert pair.bridge.steps.drop("note").equals(expected.drop("note"), null_equal=True)
