"""The base year: what has it computed anew and what never does; versions; like for like."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.base_year import Policy, Restatement, like_for_like, policy, triggers, verdict, versions
from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Inventory

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "base_year.yaml").read_text("utf-8"))
FIVE_PERCENT = Policy(threshold_pct=5, cumulative=True)
BASE_KG = 1_000_000.0  # 1,000 t


def line(trigger: str, tonnes: float, day: int = 1, *, recalculated: bool = False) -> Restatement:
    return Restatement(date(2025, 1, day), trigger, f"{trigger} of {tonnes} t", tonnes, recalculated)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_worked_example_comes_out(case):
    log, expected, base_kg = (
        [Restatement(**entry) for entry in case["log"]],
        case["expected"],
        case["base_t_co2e"] * 1000,
    )
    found, last = verdict(base_kg, log, FIVE_PERCENT), versions(base_kg, log).row(-1, named=True)
    assert found.must_recalculate is expected["must_recalculate"]
    assert found.counted_kg / 1000 == pytest.approx(expected["counted_t_co2e"])
    assert found.counted_pct == pytest.approx(expected["counted_pct"], abs=0.005)
    assert (last["version"], last["kg_co2e"] / 1000) == (
        expected["version"],
        pytest.approx(expected["version_t_co2e"]),
    )


def test_the_policy_is_five_percent_cumulative_unless_the_organisation_sets_its_own():
    assert policy() == FIVE_PERCENT
    assert policy({"threshold_pct": 2, "cumulative": False}) == Policy(2, cumulative=False)


@pytest.mark.parametrize("trigger", ["structural_change", "method_change", "error"])
def test_structure_method_and_error_have_it_computed_anew_from_the_threshold_on(trigger):
    assert verdict(BASE_KG, [line(trigger, 50)], FIVE_PERCENT).must_recalculate is True
    assert verdict(BASE_KG, [line(trigger, 49.9)], FIVE_PERCENT).must_recalculate is False


@pytest.mark.parametrize("trigger", ["organic_growth", "new_building"])
def test_growth_never_has_it_computed_anew(trigger):
    found = verdict(BASE_KG, [line(trigger, 900)], FIVE_PERCENT)
    assert found.must_recalculate is False
    assert len(found.never_counted) == 1


def test_small_changes_count_together_and_do_not_hide_each_other():
    log = [line("error", 30), line("method_change", -30, 2)]
    found = verdict(BASE_KG, log, FIVE_PERCENT)
    assert found.must_recalculate is True
    assert found.net_kg == pytest.approx(0)
    assert verdict(BASE_KG, log, Policy(5, cumulative=False)).must_recalculate is False


def test_a_new_version_holds_what_came_before_it_and_the_count_begins_anew():
    log = [line("error", 30), line("method_change", 40, 2, recalculated=True), line("error", 20, 3)]
    found = verdict(BASE_KG, log, FIVE_PERCENT)
    assert versions(BASE_KG, log)["kg_co2e"].to_list() == pytest.approx([1_000_000, 1_070_000])
    assert found.base_kg == pytest.approx(1_070_000)
    assert found.counted_pct == pytest.approx(100 * 20 / 1070)
    assert found.must_recalculate is False


def test_without_the_emissions_of_the_base_year_nothing_is_said():
    assert verdict(None, [line("error", 30)], FIVE_PERCENT).must_recalculate is None


def test_every_trigger_has_its_clause():
    assert triggers() == {
        "structural_change": True, "method_change": True, "error": True, "organic_growth": False, "new_building": False,
    }  # fmt: skip


@given(st.lists(st.floats(-100, 100), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_log_does_not_matter(effects, random):
    log = [line("error", tonnes, day) for day, tonnes in enumerate(effects, start=1)]
    shuffled = random.sample(log, len(log))
    assert verdict(BASE_KG, shuffled, FIVE_PERCENT) == verdict(BASE_KG, log, FIVE_PERCENT)


def cell(year: int, site: str | None, kg: float, source: str = "electricity") -> dict[str, object]:
    return {"year": year, "source": source, "site": site, "kg_co2e": kg, "boundary": "minimum"}


def test_only_sites_with_complete_data_in_both_years_are_compared():
    cells = [
        cell(2024, "Tower", 10), cell(2025, "Tower", 9),
        cell(2025, "New", 5),
        cell(2024, "Annex", 4), cell(2025, "Annex", 2),
        cell(2024, None, 50, "air_travel"), cell(2025, None, 60, "air_travel"),
    ]  # fmt: skip
    states = [
        (2024, "Tower", "complete"), (2025, "Tower", "complete"), (2025, "New", "complete"),
        (2024, "Annex", "complete"), (2025, "Annex", "partial"),
    ]  # fmt: skip
    completeness = pl.DataFrame(
        [(year, "electricity", site, state) for year, site, state in states],
        schema=["year", "source", "site", "state"], orient="row",
    )  # fmt: skip
    found = Inventory(pl.DataFrame(cells, schema=CELL), Rules(), (2024, 2025), completeness=completeness)
    table = like_for_like(found, 2024, 2025)
    assert table.filter("counted").select("source", "site").rows() == [
        ("air_travel", None),
        ("electricity", "Tower"),
    ]
    reasons = dict(table.filter(~pl.col("counted")).select("site", "reason").iter_rows())
    assert reasons == {"New": "No figure for 2024.", "Annex": "Not complete in 2025."}


def test_gas_that_gave_way_to_a_heat_network_is_compared_as_one_site():
    cells = [
        cell(2024, "Tower", 10), cell(2025, "Tower", 9),
        cell(2024, "Tower", 40, "fuels"), cell(2025, "Tower", 15, "district_energy"),
    ]  # fmt: skip
    found = Inventory(pl.DataFrame(cells, schema=CELL), Rules(), (2024, 2025))
    counted = like_for_like(found, 2024, 2025).filter("counted")
    assert counted.select(pl.col("start_kg", "end_kg").sum()).row(0) == (50, 24)
