"""The inventory as pages: figures of the library, cut and explained; rows of travellers and other places for those alone who may see them."""

import shutil

import polars as pl
import pytest
from django.test import override_settings
from offices import office

from saleve.ems import figures
from saleve.ems.audit_log.models import Entry
from saleve.ems.inventories import compute_inventory
from saleve.ems.jobs.models import Job
from saleve.ems.people.permissions import Role
from saleve.ems.runs import freeze, move
from saleve.ems.workspace import open_workspace
from saleve.method.inventory import Selection, total

OTHERS = [Role.AUDITOR, Role.APPROVER, Role.READER, Role.COMMITTEE]


@pytest.fixture(scope="module")
def computed_office(tmp_path_factory):
    folder = office(tmp_path_factory.mktemp("inventory") / "office")
    figures.refresh(folder)
    return folder


@pytest.fixture
def folder(computed_office, tmp_path):
    place = shutil.copytree(computed_office, tmp_path / "office")
    with override_settings(WORKSPACE=place):
        yield place


@pytest.fixture
def inventory(folder):
    return compute_inventory(folder).inventory


def _cell(table, part, column):
    row = table.table.frame.filter(pl.col("part") == part)
    return row[column].item()


def test_the_total_of_the_page_is_that_of_the_library(as_person, inventory):
    context = as_person(Role.COORDINATOR).get("/inventory/?year=2024").context
    expected = total(inventory, Selection(year=2024))
    assert context["total"].value == pytest.approx(expected.kg_co2e / 1000, rel=1e-9)
    assert context["total"].low == pytest.approx(expected.low_kg_co2e / 1000, rel=1e-9)


def test_a_unit_within_a_source_is_that_of_the_library(as_person, inventory):
    address = "/inventory/?year=2024&by=unit&within=source:air_travel"
    context = as_person(Role.COORDINATOR).get(address).context
    expected = total(inventory, Selection(year=2024, source="air_travel", unit="North")).kg_co2e
    assert _cell(context["cut"], "North", "t_co2e") == pytest.approx(expected / 1000, rel=1e-9)


def test_chart_and_table_show_the_same_parts(as_person, folder):
    context = as_person(Role.COORDINATOR).get("/inventory/?year=2024").context
    for name in context["cut"].table.frame["part"]:
        assert name in context["cut_chart"].alt


def test_ranges_can_be_left_out_of_chart_and_table(as_person, folder):
    client = as_person(Role.COORDINATOR)
    shown, left_out = (client.get(f"/inventory/?year=2024&range={one}") for one in ("on", "off"))
    assert "95% range" in shown.content.decode()
    assert "95% range" not in left_out.content.decode()


def test_small_units_are_named_only_for_who_may_see_travellers(as_person, folder):
    address = "/inventory/?year=2024&by=unit"
    assert "East" in as_person(Role.COORDINATOR).get(address).content.decode()
    assert "East" not in as_person(Role.AUDITOR).get(address).content.decode()


def test_a_reader_of_one_site_sees_that_site_alone(as_person, inventory):
    answer = as_person(Role.READER, sites={"HQ"}).get("/inventory/?year=2024")
    expected = total(inventory, Selection(year=2024, site="HQ")).kg_co2e
    assert answer.context["total"].value == pytest.approx(expected / 1000, rel=1e-9)
    assert answer.context["apart"] is None
    assert "air_travel" not in set(answer.context["cut"].table.frame["name"])


def test_a_reader_of_another_site_is_refused_the_explanation(as_person, folder):
    client = as_person(Role.READER, sites={"Elsewhere"})
    for figure in ("2024.total", "2024.site.hq", "2024.change.previous"):
        assert client.get(f"/inventory/explain/{figure}/").status_code == 403


def test_an_explanation_ends_at_file_and_row(as_person, folder):
    page = as_person(Role.COORDINATOR).get("/inventory/explain/2024.electricity/")
    assert [(row["source_file"], row["source_row"]) for row in page.context["rows"]] == [
        ("electricity.csv", 3)
    ]
    assert "Scope 2 Guidance" in page.content.decode()


def test_the_coordinator_reads_rows_of_travellers_and_the_log_says_so(as_person, folder):
    page = as_person(Role.COORDINATOR).get("/inventory/explain/2024.air_travel/")
    assert len(page.context["rows"]) == page.context["all_rows"] == 18
    assert Entry.objects.filter(operation="read_personal_rows", thing="2024.air_travel").count() == 1


@pytest.mark.parametrize("role", OTHERS)
def test_others_read_the_sum_of_flights_and_no_row(as_person, folder, role):
    page = as_person(role).get("/inventory/explain/2024.air_travel/")
    text = page.content.decode()
    assert (page.status_code, page.context["rows"]) == (200, [])
    assert page.context["withheld"] in text
    assert "NBO" not in text
    assert "tickets-2024.csv" not in text
    assert not Entry.objects.filter(operation="read_personal_rows").exists()


def test_an_auditor_reads_the_rows_of_bills_within_the_total(as_person, folder):
    page = as_person(Role.AUDITOR).get("/inventory/explain/2024.total/")
    assert {row["source_file"] for row in page.context["rows"]} == {"electricity.csv", "fuels.csv"}


def test_a_figure_without_a_name_is_explained_by_what_it_is_cut_by(as_person, folder, inventory):
    client = as_person(Role.COORDINATOR)
    cut = client.get("/inventory/?year=2024&by=cabin&within=unit:North").context["cut"].table.frame
    address = cut.filter(pl.col("name") == "economy")["address"].item()
    expected = total(inventory, Selection(year=2024, unit="North", cabin="economy")).kg_co2e
    assert client.get(address).context["fact"].value == pytest.approx(expected / 1000, rel=1e-9)


@pytest.mark.parametrize("figure", ["2024.change.previous", "2024.total", "2024.air_travel"])
def test_an_explanation_needs_no_computation(as_person, folder, figure, monkeypatch):
    def fail(*_args, **_named):
        pytest.fail("computed")

    monkeypatch.setattr("saleve.ems.inventories.compile_inventory", fail)
    page = as_person(Role.AUDITOR).get(f"/inventory/explain/{figure}/")
    assert page.context["sentence"]


def test_a_change_leads_to_the_totals_that_it_compares(as_person, folder):
    page = as_person(Role.COORDINATOR).get("/inventory/explain/2024.change.previous/")
    addresses = [address for _text, _amount, address in page.context["made_of"]]
    assert addresses == ["/inventory/explain/2024.total/", "/inventory/explain/2023.total/"]


def test_stale_figures_are_shown_with_what_moved_and_can_be_computed(as_person, folder):
    (folder / "saleve.toml").write_text((folder / "saleve.toml").read_text("utf-8") + "\n", "utf-8")
    client = as_person(Role.COORDINATOR)
    page = client.get("/inventory/?year=2024")
    assert (page.context["kept"].stale, page.context["moved"]) == (True, "settings")
    answer = client.post("/inventory/compute/")
    assert answer["Location"] == f"/jobs/{Job.objects.get(operation='compute').pk}/"


def test_a_workspace_without_figures_says_what_to_do(as_person, tmp_path):
    with override_settings(WORKSPACE=office(tmp_path / "office")):
        assert "No figures yet" in as_person(Role.READER).get("/inventory/").content.decode()


def test_a_hidden_figure_is_said_to_be_hidden_and_not_explained(as_person, folder):
    keys = "year=2024&boundary=minimum&by=haul&name=long&within=source&within_name=air_travel"
    page = as_person(Role.AUDITOR).get(f"/inventory/explain/?{keys}")
    assert page.context["value"] == "hidden"
    assert "factors" not in page.context
    assert as_person(Role.READER).get("/inventory/explain/2024.air_travel.haul.long/").status_code == 404


def test_hidden_parts_stand_together_so_that_the_parts_still_add_up(as_person, folder):
    address = "/inventory/?year=2024&by=haul&within=source:air_travel"
    context = as_person(Role.AUDITOR).get(address).context
    rows = context["cut"].table.frame
    assert rows.height == 1
    assert rows["t_co2e"].sum() == pytest.approx(context["total"].value, rel=1e-9)
    assert rows["address"].item() == ""


def test_all_rows_of_a_figure_are_given_out_as_a_file(as_person, folder):
    answer = as_person(Role.COORDINATOR).get("/inventory/explain/2024.air_travel/?rows.as=csv")
    assert len(answer.content.decode().splitlines()) == 1 + 18
    assert Entry.objects.filter(operation="read_personal_rows").count() == 1


@pytest.mark.parametrize("role", OTHERS)
def test_a_file_of_rows_holds_no_traveller_for_others(as_person, folder, role):
    answer = as_person(role).get("/inventory/explain/2024.air_travel/?rows.as=csv")
    assert len(answer.content.decode().splitlines()) == 1


def test_the_rows_of_a_page_follow_those_of_the_one_before(as_person, folder, monkeypatch):
    monkeypatch.setattr("saleve.ems.web.explanation.ROWS_OF_PAGE", 10)
    client = as_person(Role.COORDINATOR)
    first = client.get("/inventory/explain/2024.air_travel/").context
    second = client.get(first["later"]).context
    kg = [row["kg_co2e"] for row in (*first["rows"], *second["rows"])]
    assert (len(kg), kg) == (18, sorted(kg, reverse=True))


def test_what_was_published_stands_beside_what_is_computed_today(as_person, folder):
    name = freeze(folder, 2024).run.name
    for state in ("reviewed", "approved", "published"):
        move(open_workspace(folder), name, state, by="Chief", reason="Meeting", alone=True)
    (folder / "fuels.csv").write_text("Site,Year,Fuel,Amount,Unit\nHQ,2024,natural gas,90000,kWh\n", "utf-8")
    figures.refresh(folder)
    context = as_person(Role.READER).get("/inventory/?year=2024").context
    assert context["published_t"] < context["now_t"]


def test_a_part_leads_to_itself(as_person, folder):
    client = as_person(Role.COORDINATOR)
    parts = client.get("/inventory/?year=2024").context["cut"].table.frame
    address = parts.filter(pl.col("name") == "fuels")["inside"].item()
    assert client.get(address).context["asked"].within == ("source", "fuels")


def test_a_history_that_was_altered_is_told_in_words(as_person, folder):
    freeze(folder, 2024)
    log = folder / "inventories" / "2024" / "states.jsonl"
    log.write_text(log.read_text("utf-8").replace("computed", "published"), "utf-8")
    log.write_text(log.read_text("utf-8") * 2, "utf-8")
    answer = as_person(Role.READER).get("/inventory/?year=2024")
    assert answer.status_code == 409
    assert "Put the file back from a backup." in answer.content.decode()


def test_figures_replaced_while_a_page_is_made_ask_to_load_it_again(as_person, folder):
    client = as_person(Role.COORDINATOR)
    client.get("/inventory/?year=2024")
    for path in folder.glob("figures/*/full-cells-2023.parquet"):
        path.unlink()
    assert client.get("/inventory/explain/2023.total/").status_code == 409


def test_an_address_that_asks_for_what_cannot_be_shows_the_whole(as_person, folder):
    page = as_person(Role.READER).get(
        "/inventory/?year=2024&by=nothing&within=site:None&boundary=all&range=x"
    )
    assert (page.context["asked"].by, page.context["asked"].within) == ("source", None)


def test_a_year_without_data_leads_to_the_newest_that_has_some(as_person, folder):
    page = as_person(Role.READER).get("/inventory/?year=2025")
    assert 'href="?year=2024"' in page.content.decode()


@pytest.mark.parametrize(
    "name",
    ["facilities", "facilities.share", "gas.co2", "estimated_share", "rows", "fuels.share", "indicator.data_quality_pct"],
)  # fmt: skip
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.READER])
def test_figures_of_the_report_have_the_value_of_the_report_on_the_page(as_person, folder, role, name):
    page = as_person(role).get(f"/inventory/explain/2024.{name}/")
    fact = compute_inventory(folder).facts(2024).figures[f"2024.{name}"]
    assert page.context["fact"].value == pytest.approx(fact.value, rel=1e-9)
    assert page.context["fact"].derivation == fact.derivation


def test_every_bar_of_the_bridge_is_explained_by_its_name(as_person, folder):
    bars = compute_inventory(folder).facts(2024).groups["bridge_previous"]
    client = as_person(Role.READER)
    pages = [client.get(f"/inventory/explain/{bar.id}/") for bar in bars]
    assert len(bars) > 1
    assert [page.context["fact"].value for page in pages] == pytest.approx([bar.value for bar in bars])


def test_a_figure_that_lacks_a_part_says_what_lacks(as_person, folder):
    page = as_person(Role.READER).get("/inventory/explain/2024.per_m2/")
    assert page.context["fact"].value is None
    assert "floor area" in page.content.decode()


def test_the_share_of_a_hidden_part_is_no_way_around(as_person, folder):
    address = "/inventory/explain/2024.air_travel.haul.long.share/"
    told = as_person(Role.COORDINATOR).get(address).context["value"]
    page = as_person(Role.READER).get(address)
    assert told.startswith("24")
    assert told not in page.content.decode()


@pytest.mark.parametrize(
    "name", ["nonsense", "unit.north.category", "quality.air_travel.ticket", "facilities.x"]
)
def test_a_name_that_is_none_is_not_found(as_person, folder, name):
    assert as_person(Role.READER).get(f"/inventory/explain/2024.{name}/").status_code == 404


def test_the_page_of_travel_says_on_what_its_total_rests_and_what_stands_in_no_table(as_person, folder):
    context = as_person(Role.COORDINATOR).get("/travel/?year=2024").context
    quality, by_cabin = (context["pages"][name].table.frame["t_co2e"].sum() for name in ("quality", "by_cabin"))  # fmt: skip
    assert quality == pytest.approx(context["t_co2e"], rel=1e-9)
    assert by_cabin + (context["apart_t"] or 0) == pytest.approx(context["t_co2e"], abs=0.05)
    assert context["explained"] == "/inventory/explain/2024.air_travel/"


def test_who_sees_the_own_places_alone_reads_no_quality_of_the_whole(as_person, folder):
    assert "quality" not in as_person(Role.READER, sites={"HQ"}).get("/travel/?year=2024").context["pages"]
