"""The workbook for the UN inventory: its lines are all cells, its formulas add up, what is apart stays apart."""

from dataclasses import replace
from datetime import date

import openpyxl
import polars as pl
import pytest
from builders import cell, facts_of, full_inventory, inventory

from saleve.ems.plans import used_methods
from saleve.method.emissions.rules import RuleBook
from saleve.method.inventory import total
from saleve.method.reference.rule_sets import RULE, RuleSet
from saleve.reporting.plan_records import PlanMatter
from saleve.reporting.submission_lines import submission_lines
from saleve.reporting.un_submission import OFFSETS, PEOPLE, Submission, write_submission

MATTER = PlanMatter(stated=frozenset(), words={}, areas={"Geneva": 30_000.0})


def submission(found, **more):
    beside = {"people": pl.DataFrame(schema=PEOPLE), "offsets": pl.DataFrame(schema=OFFSETS), **more}
    return Submission(facts_of(found), found, MATTER, **beside)


@pytest.fixture(scope="module")
def found():
    return full_inventory()


@pytest.fixture(scope="module")
def book(found, tmp_path_factory):
    offset = {**dict.fromkeys(OFFSETS), "project": "Mangroves", "retired_on": date(2026, 3, 1), "retired_t_co2e": 500.0}  # fmt: skip
    people = pl.DataFrame([("BDT", "Geneva", 700.0, "FTE")], schema=PEOPLE, orient="row")
    given = submission(found, offsets=pl.DataFrame([offset], schema=OFFSETS), people=people)
    return openpyxl.load_workbook(write_submission(given, tmp_path_factory.mktemp("un")))


@pytest.fixture(scope="module")
def read(found, tmp_path_factory):
    """Return the workbook with the values of its formulas, as a reader without a calculator sees them."""
    return openpyxl.load_workbook(
        write_submission(submission(found), tmp_path_factory.mktemp("un")), data_only=True
    )


def test_the_lines_add_up_to_the_total(found):
    lines = [line for line in submission_lines(found, 2025) if line.boundary == "minimum"]
    assert sum(line.fact.value for line in lines) == pytest.approx(facts_of(found)["total"].value)


def test_each_line_has_a_name_of_its_own(found):
    names = [line.fact.id for line in submission_lines(found, 2025)]
    assert len(names) == len(set(names))


def test_a_line_that_can_be_explained_selects_its_own_cells(found):
    for line in submission_lines(found, 2025):
        if line.fact.selection is not None:
            kg = total(found, line.fact.selection).kg_co2e
            assert kg / 1000 == pytest.approx(line.fact.value)


def test_a_line_without_facility_selects_what_names_none():
    found = inventory([cell(2025, "fuels", 3, site=None), cell(2025, "fuels", 4)])
    lines = {line.facility: line.fact for line in submission_lines(found, 2025)}
    assert total(found, lines["Not of one facility"].selection).kg_co2e == pytest.approx(3000)
    assert total(found, lines["Geneva"].selection).kg_co2e == pytest.approx(4000)


def test_published_and_added_up_figures_are_equal(read):
    rows = [row for row in read["Overview"].iter_rows(min_row=5, max_row=12, values_only=True) if row[0]]
    assert rows
    assert all(row[2] == pytest.approx(row[3]) for row in rows)


def test_sums_are_formulas_that_a_reader_can_follow(book):
    sheet = book["Overview"]
    assert sheet["D5"].value.startswith("=SUM('Inventory'!")
    assert sheet["D6"].value.startswith("=SUMIFS('Inventory'!")
    assert sheet["E5"].value.startswith("=ROUND(")


def test_optional_emissions_are_in_no_line_of_the_inventory(book):
    names = [row[0].value for row in book["Inventory"].iter_rows(min_row=5)]
    assert not [name for name in names if name and (".optional." in name or ".memo." in name)]
    apart = [row[1].value for row in book["Optional and memo"].iter_rows(min_row=5)]
    assert any(name and ".optional." in name for name in apart)


def test_offsets_stand_in_a_sheet_of_their_own(book):
    cells = [one.value for row in book["Offsets"].iter_rows() for one in row]
    assert "Mangroves" in cells
    assert 500 in cells


def test_personnel_stand_with_their_definition(book):
    cells = [one.value for row in book["Personnel and areas"].iter_rows() for one in row]
    assert {"BDT", "FTE", 700} <= set(cells)


def test_unlike_amounts_are_not_added(tmp_path):
    both = [cell(2025, "fuels", 3, category="diesel", amount_unit=unit) for unit in ("kWh", "m3")]
    (line,) = submission_lines(inventory(both), 2025)
    assert line.amount is None
    assert line.amount_unit == "kWh, m3"


def test_what_could_not_be_computed_is_a_word_and_not_zero(tmp_path):
    found = inventory([cell(2025, "fuels", None), cell(2025, "electricity", 1)])
    book = openpyxl.load_workbook(write_submission(submission(found), tmp_path))
    assert "not computed" in [one.value for row in book["Inventory"].iter_rows() for one in row]


def test_names_are_text_and_no_formula_of_theirs_runs(tmp_path):
    nasty = "=cmd|' /C calc'!A0"
    found = inventory([cell(2025, "electricity", 1, site=nasty, category=nasty)])
    book = openpyxl.load_workbook(write_submission(submission(found), tmp_path))
    cells = [one for sheet in book for row in sheet.iter_rows() for one in row if one.value == nasty]
    assert cells
    assert all(one.data_type == "s" for one in cells)


def test_the_lines_of_each_year_follow_the_basis_of_that_year():
    rules = pl.DataFrame(
        [("electricity_basis", None, None, 2024, "market", "", ""), ("electricity_basis", None, 2025, None, "location", "", "")],
        RULE, orient="row",
    )  # fmt: skip
    book = RuleBook(rule_set=RuleSet("ours", "Ours", None, "Decision 12", rules))
    cells = [
        cell(year, "electricity", tonnes, electricity_basis=basis)
        for year in (2024, 2025)
        for basis, tonnes in (("location", 10.0), ("market", 3.0))
    ]
    both = replace(inventory(cells), book=book, rules=book.of(2025))
    of_lines = {year: sum(line.fact.value for line in submission_lines(both, year)) for year in (2024, 2025)}
    assert of_lines == pytest.approx({2024: 3.0, 2025: 10.0})
    assert used_methods(both, 2024).height == used_methods(both, 2025).height == 1
