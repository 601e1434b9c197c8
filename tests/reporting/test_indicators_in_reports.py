"""Indicators in a report: their names, their parts, what is missing; and checks of what is printed."""

from dataclasses import replace

import pytest
from builders import bills, cell, facts_of, full_inventory, inventory
from reading import plain, read_html

from saleve.method.indicators import indicators
from saleve.reporting.annual_report import write_report
from saleve.reporting.printed_checks import printed_problems


def test_an_indicator_is_its_numerator_over_its_denominator(facts):
    parts = [
        facts[f"indicator.water_m3_per_person{part}"].value for part in ("", ".numerator", ".denominator")
    ]
    assert parts == [pytest.approx(10), 7000, 700]


def test_an_indicator_that_cannot_be_given_says_why(facts):
    paper = facts["indicator.paper_kg_per_person"]
    assert paper.value is None
    assert paper.reason == "Not known: paper bought."


def test_the_report_names_the_indicators_that_lack(report):
    text = plain(" ".join(read_html(report["html"]).text))
    assert "For want of data the following cannot be given: paper per person" in text


def test_emissions_per_person_are_the_same_figure_in_both_places():
    found = full_inventory()
    rows = indicators({"headcount": found.headcount}, found).filter(year=2025, indicator="co2e_t_per_person")
    assert facts_of(found)["per_person"].value == pytest.approx(rows["value"].item())


def test_a_report_without_activity_has_no_section_of_indicators(tmp_path):
    facts = facts_of(inventory([cell(2025, "fuels", 3)]))
    (path,) = write_report(facts, ["html"], tmp_path)
    assert "indicators" not in facts.tables
    assert "Environmental indicators" not in path.read_text("utf-8")


def test_what_a_report_prints_fits(facts):
    assert printed_problems(facts).is_empty()


def test_a_printed_figure_per_person_that_does_not_fit_is_told(facts):
    wrong = replace(facts["per_person"], value=9.9)
    told = printed_problems(replace(facts, figures={**facts.figures, wrong.id: wrong}))
    assert told["code"].to_list() == ["per-capita-differs"]


def test_printed_shares_that_miss_a_source_are_told(facts):
    groups = {**facts.groups, "source": facts.groups["source"][1:]}
    assert printed_problems(replace(facts, groups=groups))["code"].to_list() == ["shares-not-whole"]


def test_the_emas_table_keeps_what_is_missing(facts):
    labels = [row.label for row in facts.tables["emas"].rows]
    assert labels == sorted(labels)
    assert "Land use" in labels


def test_indicators_of_another_year_are_not_in_the_report():
    facts = facts_of(full_inventory(), activities=bills(2024))
    assert facts["indicator.water_m3_per_person"].value is None
