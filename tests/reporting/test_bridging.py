"""Why it changed, in the report: figures that add up, charts and tables of them; breaks of the series."""

import re

import pytest
from builders import cell, facts_of, flights, full_inventory, inventory
from reading import plain, read_html

from saleve.method.base_year import BREAK_KINDS, Break, triggers
from saleve.method.bridges import STEPS
from saleve.reporting.annual_report import write_report
from saleve.reporting.charts import charts
from saleve.reporting.steps import break_name, step_name, trigger_name

BREAKS = (
    Break(2018, "meter", "The heat network took the place of gas", "district_energy", "Geneva", -120),
    Break(2013, "perimeter", "Cairo opened"),
)


@pytest.mark.parametrize(("name", "earlier"), [("previous", 2024), ("base", 2010)])
def test_the_shown_steps_add_up_to_the_change(facts, name, earlier):
    shown = sum(fact.value for fact in facts.groups[f"bridge_{name}"])
    change = facts["total"].value - facts.figures[f"{earlier}.total"].value
    assert shown == pytest.approx(change, rel=1e-9)


def test_small_steps_stand_together_and_the_annex_has_each(facts):
    rest = facts["bridge.base.rest"]
    assert [name for name in rest.derivation.split(" + ") if name not in facts.figures] == []
    assert rest.value == pytest.approx(
        sum(facts.figures[name].value for name in rest.derivation.split(" + "))
    )


def test_the_chart_says_its_largest_step_and_begins_and_ends_with_the_totals(facts):
    chart = charts(facts)["bridge_base"]
    assert "moved emissions most" in chart.title
    words = chart.alt.partition(". ")[2]
    assert words.startswith("Total of 2010:")
    assert re.search(r"Total of 2025: [\d,]+\.$", words)


def test_a_first_year_has_no_bridge():
    facts = facts_of(inventory(list(flights(2025, 100))))
    assert facts.bridges == {}
    assert not any(name.startswith("bridge") for name in facts.tables)


def test_a_year_without_figures_before_has_no_bridge():
    facts = facts_of(inventory([cell(2024, "electricity", None), cell(2025, "electricity", 3)]))
    assert facts.bridges == {}


def test_breaks_are_drawn_on_every_trend_and_listed(tmp_path):
    facts = facts_of(full_inventory(), breaks=BREAKS)
    drawn = charts(facts)
    for name in ("total_by_year", "per_person"):
        assert "dotted rule" in drawn[name].subtitle
        assert '"label": "Meters"' in str(drawn[name].spec).replace("'", '"')
    assert [row.label for row in facts.tables["breaks"].rows] == ["2013", "2018"]
    text = plain(" ".join(read_html(*write_report(facts, ["html"], tmp_path)).text))
    assert "The heat network took the place of gas" in text
    assert "Section 7 says what this means." in text


def test_without_breaks_nothing_is_said_of_them(facts):
    assert "breaks" not in facts.tables
    assert "dotted" not in charts(facts)["total_by_year"].subtitle


def test_the_change_like_for_like_leaves_out_what_one_year_lacks():
    cells = [
        cell(2024, "electricity", 10), cell(2025, "electricity", 9),
        cell(2025, "electricity", 5, site="Nairobi"),
    ]  # fmt: skip
    facts = facts_of(inventory(cells))
    assert facts["change.previous.like_for_like"].value == pytest.approx(-10)
    assert facts["change.previous"].value == pytest.approx(40)


def test_years_that_have_the_same_data_need_no_second_change():
    facts = facts_of(inventory([cell(2024, "electricity", 10), cell(2025, "electricity", 9)]))
    assert "change.previous.like_for_like" not in facts


def test_the_order_of_breaks_in_the_settings_does_not_matter():
    found = full_inventory()
    one, other = facts_of(found, breaks=BREAKS), facts_of(found, breaks=BREAKS[::-1])
    assert one.breaks == other.breaks


def test_every_step_trigger_and_kind_of_break_has_a_name():
    assert [step for step in STEPS if step_name(step) == step] == []
    assert [trigger for trigger in triggers() if trigger_name(trigger) == trigger] == []
    assert [kind for kind in BREAK_KINDS if break_name(kind) == kind] == []
