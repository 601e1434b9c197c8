"""Annual report, management plan and UN submission of the demo organisation print the same figures, and each can be explained."""

import json
import re

import openpyxl
import pytest

from saleve.ems.demo import write_demo
from saleve.ems.inventories import compute_inventory, explain_figure
from saleve.ems.reports import KINDS, write_kind
from saleve.method.problems import SaleveError


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    return compute_inventory(write_demo(tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="module")
def documents(computed, tmp_path_factory):
    out = tmp_path_factory.mktemp("documents")
    return {kind: write_kind(computed, kind, year=2025, formats=["xlsx"], out=out)[0] for kind in KINDS}


def figures_of(path, value_column):
    """Return name -> number of every line of a workbook that begins with the name of a figure."""
    rows = [row for sheet in openpyxl.load_workbook(path, data_only=True) for row in sheet.iter_rows(values_only=True)]  # fmt: skip
    named = [row for row in rows if isinstance(row[0], str) and re.match(r"\d{4}\.", row[0])]
    return {row[0]: row[value_column] for row in named if len(row) > value_column and isinstance(row[value_column], int | float)}  # fmt: skip


def test_the_plan_has_the_figures_of_the_annual_report(documents):
    plan, annual = figures_of(documents["plan"], 2), figures_of(documents["annual"], 2)
    assert len(plan) > 20
    assert {name: value for name, value in plan.items() if annual[name] != pytest.approx(value)} == {}


def test_the_submission_has_the_figures_of_the_annual_report(documents, computed):
    sheet = openpyxl.load_workbook(documents["submission"], data_only=True)["Overview"]
    facts = computed.facts(2025)
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if str(row[0]).startswith("2025.")]
    assert len(rows) > 10
    for name, _label, published, *rest in rows:
        assert published == pytest.approx(facts.figures[name].value)
        assert not isinstance(rest[0], float) or rest[0] == pytest.approx(published)


def test_lines_of_the_submission_can_be_explained(documents, computed):
    lines = [name for name in figures_of(documents["submission"], 13) if ".line." in name]
    assert len(lines) > 20
    for name in lines[::6]:
        fact, explanation = explain_figure(computed, name, limit=1)
        assert fact.derivation or explanation.all_rows > 0


def test_the_plan_without_settings_of_its_own_leaves_points_open(documents):
    texts = json.dumps([[cell.value for row in sheet.iter_rows() for cell in row] for sheet in openpyxl.load_workbook(documents["plan"])], default=str)  # fmt: skip
    assert texts.count("OPEN. ") >= 10


def test_an_unknown_kind_and_a_format_that_a_kind_lacks_are_told(computed, tmp_path):
    with pytest.raises(SaleveError, match="It can be: annual, plan, submission"):
        write_kind(computed, "statement", year=2025, out=tmp_path)
    with pytest.raises(SaleveError, match="It can be: xlsx"):
        write_kind(computed, "submission", year=2025, formats=["docx"], out=tmp_path)
