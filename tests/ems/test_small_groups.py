"""Small groups of travellers: counted from the rows, hidden in documents, put together in packs."""

import zipfile
from io import BytesIO

import openpyxl
import polars as pl
import pytest
from offices import office

from saleve.ems import runs
from saleve.ems.inventories import compute_inventory, explain_figure
from saleve.ems.packs import verify_pack, write_pack
from saleve.ems.reports import write_kind
from saleve.ems.settings import WorkspaceError
from saleve.ems.workspace import open_workspace
from saleve.method.inventory import Selection
from saleve.reporting.submission_lines import submission_lines

RAIL = (
    "Date,Mode,From,To,Distance km,Unit,Site\n2024-03-04,rail,Geneva,Bern,158,South,HQ\n"
    "2024-05-06,rail,Bern,Basel,95,North,HQ\n"
)
HOTELS = "Check in,Check out,City,Country,Unit,Nights,Hotel name\n2024-03-04,2024-03-06,Nairobi,Kenya,South,2,Example\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = office(tmp_path_factory.mktemp("small") / "office")
    (folder / "rail.csv").write_text(RAIL, "utf-8")
    (folder / "hotels.csv").write_text(HOTELS, "utf-8")
    return folder


@pytest.fixture(scope="module")
def computed(folder):
    return compute_inventory(folder)


def test_units_of_few_travellers_are_hidden_and_the_rest_adds_up(computed):
    facts = computed.published_facts(2024)
    assert {one.short_label for one in facts.groups["unit_hidden"]} == {"East", "South", "North"}
    assert all(one.value is None and one.reason for one in facts.groups["unit_hidden"])
    shown = sum(one.value for one in facts.groups["unit"])
    assert shown == pytest.approx(facts["total"].value)


def test_the_total_of_the_document_is_that_of_the_inventory(computed):
    assert computed.published_facts(2024)["total"].value == computed.facts(2024)["total"].value


def test_inside_the_organisation_nothing_is_hidden(computed):
    assert all(one.value is not None for one in computed.facts(2024).groups["unit"])


def test_the_table_says_what_it_hides_and_why(computed):
    note = computed.published_facts(2024).tables["by_unit"].note
    assert "South" in note
    assert "Fewer than 5 different travellers" in note


def test_travellers_are_counted_by_the_method_that_makes_the_cells(computed):
    behind = computed.hiding(2024).behind(("unit",), Selection(year=2024, source="air_travel"))
    assert {unit: len(who) for (unit,), who in behind.items()} == {"North": 6, "South": 2, "East": 1}


def test_journeys_without_names_count_as_one_traveller(computed):
    behind = computed.hiding(2024).behind(("unit",), Selection(year=2024, source="ground_travel"))
    assert {unit: len(who) for (unit,), who in behind.items()} == {("North"): 1, "South": 1}


def test_no_document_names_a_unit_or_route_of_few_in_what_makes_the_total_unsure(computed):
    names = {one.short_label for one in computed.published_facts(2024).groups["contribution"]}
    assert not any("Basel" in one or "South" in one for one in names)


def test_the_submission_says_that_lines_were_put_together_and_adds_up(tmp_path):
    folder = office(tmp_path / "office")
    (folder / "rail.csv").write_text(f"{RAIL}2024-07-01,taxi,Geneva,Lausanne,60,East,HQ\n", "utf-8")
    computed = compute_inventory(folder)
    (path,) = write_kind(computed, "submission", year=2024, out=tmp_path)
    rows = list(openpyxl.load_workbook(path).worksheets[1].iter_rows(values_only=True))
    assert any("are put together by source" in str(cell) for row in rows for cell in row)
    lines = [row for row in rows if ".line.minimum." in str(row[0])]
    assert [row[3] for row in lines if row[2] == "Ground travel"] == [""]
    parts_t = [cell for row in lines for cell in row[8:13] if isinstance(cell, int | float)]
    assert sum(parts_t) == pytest.approx(computed.facts(2024)["total"].value, rel=1e-9)


def test_another_smallest_group_is_a_setting(folder, tmp_path):
    other = office(tmp_path / "office")
    with (other / "saleve.toml").open("a", encoding="utf-8") as settings:
        settings.write("[privacy]\nsmallest_group = 1\n")
    assert "unit_hidden" not in compute_inventory(other).published_facts(2024).groups


def test_a_smallest_group_of_none_is_refused(tmp_path):
    other = office(tmp_path / "office")
    with (other / "saleve.toml").open("a", encoding="utf-8") as settings:
        settings.write("[privacy]\nsmallest_group = 0\n")
    with pytest.raises(WorkspaceError, match="must be 1 or more"):
        open_workspace(other)


def test_a_pack_tells_neither_unit_nor_day_of_small_groups_and_still_holds(folder, tmp_path):

    runs.freeze(folder, 2024)
    made = write_pack(open_workspace(folder), "2024", tmp_path / "pack.zip")
    with zipfile.ZipFile(made.path) as opened:
        read = {
            name: pl.read_parquet(BytesIO(opened.read(f"activity/{name}.parquet")))
            for name in ("air_travel", "ground_travel", "hotels")
        }
    assert verify_pack(made.path).holds
    for rows in read.values():
        assert set(rows["unit"]) == {"small groups"}
        assert all(
            rows[name].null_count() == len(rows) for name, kind in rows.schema.items() if kind == pl.Date
        )


def test_lines_that_a_document_puts_together_are_explained_by_their_rows(computed):
    fact, told = explain_figure(computed, "2024.unit.hidden")
    assert fact.derivation == " + ".join(f"2024.unit.{name}" for name in ("north", "south", "east"))
    assert told.total.kg_co2e == pytest.approx(fact.value * 1000)
    assert {row["source_file"] for row in told.rows.to_dicts()} == {"tickets-2024.csv", "rail.csv"}


def test_what_names_no_unit_is_explained_by_its_rows(computed):
    fact, told = explain_figure(computed, "2024.unit.unassigned")
    assert told.total.kg_co2e == pytest.approx(fact.value * 1000)
    assert {row["source_file"] for row in told.rows.to_dicts()} == {"electricity.csv", "fuels.csv"}
    beside, same = explain_figure(computed, "2024.reconciliation.not_assigned")
    assert (beside.value, same.all_rows) == (pytest.approx(fact.value), told.all_rows)


def test_the_buildings_together_are_explained_by_their_rows(computed):
    _fact, told = explain_figure(computed, "2024.facilities")
    assert {row["source_file"] for row in told.rows.to_dicts()} == {"electricity.csv", "fuels.csv"}


def test_a_line_of_the_submission_that_was_put_together_names_the_lines_in_it(computed):
    hiding = computed.hiding(2024)
    lines = [one.fact for one in submission_lines(computed.inventory, 2024, hiding) if one.put_together]
    for line in lines:
        fact, _told = explain_figure(computed, line.id)
        inside = [explain_figure(computed, name)[0].value for name in fact.derivation.split(" + ")]
        assert sum(inside) == pytest.approx(fact.value)


def test_a_figure_that_is_nowhere_is_refused_with_its_neighbours(computed):
    with pytest.raises(WorkspaceError, match="Nearest: "):
        explain_figure(computed, "2024.unit.hiden")


def test_what_journeys_without_unit_emit_is_hidden_where_few_made_them(tmp_path):
    folder = office(tmp_path / "few")
    (folder / "rail.csv").write_text(
        "Date,Mode,From,To,Distance km\n2024-03-04,rail,Geneva,Bern,158\n", "utf-8"
    )
    computed = compute_inventory(folder)
    within, published = computed.facts(2024), computed.published_facts(2024)
    assert within["reconciliation.without_unit"].value > 0
    assert published["reconciliation.without_unit"].hidden
    assert published["reconciliation.not_assigned"].value == within["reconciliation.not_assigned"].value
