"""The figures of a report: their names, values, and what is said where one is missing."""

import re

import pytest
from builders import HEADER, cell, facts_of, flights, full_inventory, inventory

from saleve.method.inventory import Selection, total
from saleve.reporting.facts import gather
from saleve.reporting.formatting import printed
from saleve.reporting.records import Cell


def test_names_of_figures_are_unique_and_readable(facts):
    names = [fact.id for fact in facts]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"(\d{4}|target)\.[a-z0-9_.-]+", name) for name in names)


def test_the_total_is_the_inventory_s_total_in_tonnes(facts):
    found = total(full_inventory(), Selection(year=2025))

    assert facts["total"].value == pytest.approx(found.kg_co2e / 1000)
    assert facts["total"].low == pytest.approx(found.low_kg_co2e / 1000)


@pytest.mark.parametrize(
    "name",
    [
        "2025.total", "2025.air_travel", "2025.air_travel.category.home_leave", "2025.air_travel.haul.long",
        "2025.air_travel.cabin.business", "2025.scope.1", "2025.gas.co2", "2025.per_person", "2025.per_m2",
        "2025.target.gap", "2025.electricity.market", "2025.site.addis-ababa", "2025.unit.bdt", "2025.facilities",
        "2025.memo", "2025.optional", "2019.total", "2030.target.path", "target.base", "2025.change.previous",
    ],
)  # fmt: skip
def test_figures_have_the_names_that_the_reference_lists(facts, name):
    assert name in facts.figures


@pytest.mark.parametrize("group", ["source", "scope", "gas", "unit", "site"])
def test_every_division_adds_up_to_the_total(facts, group):
    parts = [fact.value for fact in facts.groups[group]]

    assert sum(parts) == pytest.approx(facts["total"].value)


@pytest.mark.parametrize("group", ["category", "haul", "cabin", "region"])
def test_every_division_of_air_travel_adds_up_to_air_travel(facts, group):
    parts = [fact.value for fact in facts.groups[group]]

    assert sum(parts) == pytest.approx(facts["air_travel"].value)


def test_what_is_counted_apart_is_not_in_the_total(facts):
    counted = sum(fact.value for fact in facts.groups["source"])

    assert facts["memo"].value == pytest.approx(80)
    assert facts["optional"].value == pytest.approx(140)
    assert facts["offset"].value == pytest.approx(250)
    assert facts["total"].value == pytest.approx(counted)


def test_emissions_per_person_and_square_metre_are_ratios(facts):
    assert facts["per_person"].value == pytest.approx(facts["total"].value / 1000)
    assert facts["per_m2"].value == pytest.approx(facts["facilities"].value * 1000 / 52000)


def test_a_missing_base_year_gives_no_percentage_but_the_reason():
    facts = facts_of(full_inventory(), base_year=2005)

    assert facts["change.base"].value is None
    assert facts["target.gap"].value is None
    assert printed(facts["target.gap"]) == "not available"
    assert "2005" in facts["target.gap"].reason


def test_missing_persons_are_said_and_not_zero():
    facts = facts_of(inventory([cell(2025, "electricity", 10)]))

    assert facts["per_person"].value is None
    assert "headcount" not in facts
    assert facts["per_person"].reason == "The number of persons in 2025 is not known."


def test_a_source_that_cannot_be_computed_is_missing_not_zero():
    facts = facts_of(inventory([cell(2025, "electricity", 10), cell(2025, "fuels", None)]))

    assert facts["fuels"].value is None
    assert facts["not_computed_rows"].value == 10


def test_two_sites_that_read_alike_keep_figures_of_their_own():
    cells = [cell(2025, "electricity", 10, site="Genève"), cell(2025, "electricity", 5, site="Geneve")]

    facts = facts_of(inventory(cells))

    assert facts.figures["2025.site.geneve"].value == pytest.approx(10)
    assert facts.figures["2025.site.geneve-2"].value == pytest.approx(5)


def test_a_site_without_latin_letters_has_a_stable_name():
    cells = [cell(2025, "electricity", 10, site="日内瓦"), cell(2025, "electricity", 5, site="曼谷")]

    names = {fact.id for fact in facts_of(inventory(cells)).groups["site"]}

    assert names == {fact.id for fact in facts_of(inventory(cells[::-1])).groups["site"]}
    assert len(names) == 2


def test_a_total_without_range_says_for_which_part_the_range_is_known():
    unknown = {f"{part}_{side}_pct": None for part in ("shared", "independent") for side in ("low", "high")}

    facts = facts_of(inventory([cell(2025, "electricity", 90), cell(2025, "ground_travel", 10, **unknown)]))

    assert facts["total"].low is None
    assert facts["with_range"].value == pytest.approx(90)
    assert facts["with_range"].low < 90
    assert facts["without_range"].value == pytest.approx(10)


def test_no_target_leaves_out_its_figures():
    facts = gather(inventory(list(flights(2025, 100))), None, [], HEADER, 2025)

    assert not any("target" in fact.id for fact in facts)


def test_tables_hold_the_very_figures_of_the_report(facts):
    cells = [one for table in facts.tables.values() for row in table.rows for one in row.cells]
    held = [one.fact for one in cells if isinstance(one, Cell)]

    assert held
    assert all(facts.figures[fact.id] is fact or facts.figures[fact.id] == fact for fact in held)
