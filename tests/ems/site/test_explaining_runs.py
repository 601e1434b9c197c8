"""A figure is explained as today has it or as a kept run has it, and the page says which; every figure of the report has its page."""

import shutil

import pytest
from django.test import override_settings
from offices import office

from saleve.ems import figures
from saleve.ems.people.permissions import Role
from saleve.ems.runs import freeze, load_run
from saleve.ems.workspace import open_workspace
from saleve.method.inventory import Selection, total
from saleve.reporting.facts import gather
from saleve.reporting.records import ReportHeader

GAS = "Site,Year,Fuel,Amount,Unit\nHQ,2024,natural gas,90000,kWh\n"


@pytest.fixture(scope="module")
def moved_office(tmp_path_factory):
    """Return an organisation that kept 2024 before another bill of gas came."""
    folder = office(tmp_path_factory.mktemp("moved") / "office")
    freeze(folder, 2024, by="Keeper")
    (folder / "gas-late.csv").write_text(GAS, "utf-8")
    figures.refresh(folder)
    return folder


@pytest.fixture
def folder(moved_office, tmp_path):
    place = shutil.copytree(moved_office, tmp_path / "office")
    with override_settings(WORKSPACE=place):
        yield place


@pytest.fixture
def run(folder):
    return next((folder / "inventories" / "2024").glob("*/manifest.json")).parent.name


def _tonnes(inventory, **parts):
    return total(inventory, Selection(year=2024, **parts)).kg_co2e / 1000


def test_a_figure_of_a_run_is_that_of_the_run_and_says_so(as_person, folder, run):
    client = as_person(Role.COORDINATOR)
    kept = client.get(f"/inventory/explain/2024.total/?run=2024/{run}")
    today = client.get("/inventory/explain/2024.total/")
    expected = _tonnes(load_run(open_workspace(folder), f"2024/{run}"))
    assert kept.context["fact"].value == pytest.approx(expected, rel=1e-9)
    assert today.context["fact"].value > kept.context["fact"].value
    assert f"As kept in run 2024/{run}, which is computed" in kept.content.decode()
    assert "As it is today" in today.content.decode()


def test_the_rows_of_a_run_are_those_that_it_rests_on(as_person, folder, run):
    client = as_person(Role.COORDINATOR)
    names = [
        {row["source_file"] for row in client.get(f"/inventory/explain/2024.fuels/{query}").context["rows"]}
        for query in (f"?run=2024/{run}", "")
    ]
    assert names[1] - names[0] == {"gas-late.csv"}


def test_the_page_of_a_run_leads_to_the_explanations_of_the_run(as_person, run):
    text = as_person(Role.COORDINATOR).get(f"/inventory/runs/2024/{run}/").content.decode()
    assert f"/inventory/explain/2024.total/?run=2024%2F{run}" in text
    assert f"/inventory/explain/2024.fuels/?run=2024%2F{run}" in text


def test_a_figure_that_compares_years_is_explained_from_today_and_says_so(as_person, run):
    text = as_person(Role.COORDINATOR).get(f"/inventory/explain/2024.change.previous/?run=2024/{run}").content.decode()  # fmt: skip
    assert f"Run 2024/{run} keeps one year and does not hold this figure." in text


def test_a_run_that_is_not_there_is_no_page(as_person, folder):
    assert as_person(Role.READER).get("/inventory/explain/2024.total/?run=2024/none").status_code == 404


@pytest.mark.parametrize("query", ["", "?run=2024/{run}"])
def test_buildings_together_are_explained_down_to_the_rows(as_person, folder, run, query):
    answer = as_person(Role.COORDINATOR).get("/inventory/explain/2024.facilities/" + query.format(run=run))
    assert answer.context["rows"]
    assert answer.context["formulas"]


def test_every_figure_of_the_report_has_its_explanation(as_person, folder):
    kept = figures.read(folder)
    report = gather(kept.inventory(*kept.about.years), None, (), ReportHeader("x"), 2024).figures
    client = as_person(Role.COORDINATOR)
    without = [one for one in report if client.get(f"/inventory/explain/{one}/").status_code != 200]
    assert without == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.READER])
def test_a_share_of_a_unit_that_is_hidden_is_hidden_too(as_person, folder, role):
    address = "/inventory/explain/2024.unit.east.share/"
    assert "%" in as_person(Role.COORDINATOR).get(address).context["value"]
    answer = as_person(role).get(address)
    assert answer.status_code == 404 or answer.context["value"] == "hidden"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.READER])
def test_small_groups_of_a_run_stay_hidden(as_person, folder, run, role):
    address = f"/inventory/explain/2024.unit.east/?run=2024/{run}"
    assert as_person(Role.COORDINATOR).get(address).context["fact"].value > 0
    answer = as_person(role).get(address)
    assert answer.status_code == 404 or answer.context["fact"].value is None


def test_a_reader_of_one_site_explains_no_figure_of_the_whole_of_a_run(as_person, folder, run):
    client = as_person(Role.READER, sites={"HQ"})
    assert client.get(f"/inventory/explain/2024.total/?run=2024/{run}").status_code == 403
