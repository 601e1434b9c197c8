"""An inventory computed elsewhere: taken over by source and scope, the total line set aside, commuting apart."""

import polars as pl
import pytest

from saleve.method.inventory import Selection, breakdown, total

AS_PRINTED_T = {
    "vehicles": 11.6 + 9.8 + 2592.8 + 6 + 0.6,
    "electricity": 2544.2,
    "other_travel": 568.6,
    "air_travel": 221.1 + 145,
    "refrigerants": 82.0,
    "fuels": 0.9,
}


@pytest.fixture(scope="module")
def offices(compute):
    return compute("noaa_pacific_inventory")


def tonnes(offices, **selection):
    return total(offices.inventory, Selection(year=2023, **selection)).kg_co2e / 1000


def test_thirteen_sources_are_taken_and_the_total_line_is_set_aside(offices):
    (file,) = offices.taken.files
    assert (file.rows, file.accepted) == (13, 13)
    (told,) = file.problems.filter(pl.col("code") == "total-line")["row"]
    assert told == 15


def test_each_source_has_the_tonnes_that_the_offices_print(offices):
    by_source = breakdown(offices.inventory, "source", Selection(year=2023))
    ours = {source: kg / 1000 for source, kg in by_source.select("source", "kg_co2e").iter_rows()}
    assert ours == pytest.approx(AS_PRINTED_T)


def test_commuting_is_optional_and_apart(offices):
    assert tonnes(offices, boundary="optional", source="commuting") == pytest.approx(251.9 + 122.7)
    assert tonnes(offices) + tonnes(offices, boundary="optional") == pytest.approx(6557.2)


def test_scopes_are_those_of_the_offices(offices):
    assert tonnes(offices, scope=1) == pytest.approx(11.6 + 9.8 + 2592.8 + 6 + 0.6 + 0.9 + 82)
    assert tonnes(offices, scope=2) == pytest.approx(2544.2)
    assert tonnes(offices, scope=3) == pytest.approx(221.1 + 145 + 568.6)


def test_labels_have_lost_their_trailing_blanks(offices):
    labels = offices.inventory.cells["category"].drop_nulls()
    assert "PIFSCships" in labels.to_list()
    assert (labels == labels.str.strip_chars()).all()


def test_no_range_is_invented_for_figures_of_others(offices):
    whole = total(offices.inventory, Selection(year=2023))
    assert (whole.low_kg_co2e, whole.high_kg_co2e) == (None, None)


def test_files_that_are_no_activity_are_not_read(offices):
    assert [entry.path.name for entry in offices.workspace.files] == ["Emissions_DataViz.csv"]


def test_how_far_figures_of_others_are_estimated_is_not_known(offices):
    assert total(offices.inventory, Selection(year=2023)).estimated_share is None
