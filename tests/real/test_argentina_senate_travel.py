"""355 journeys of senators: dates without a year, no origin, countries for places; compared with the authors' cleaned version."""

import polars as pl
import pytest

from saleve.method.emissions.air_travel import in_text
from saleve.method.inventory import Selection, total

ROWS = {2012: 93, 2013: 115, 2014: 147}


@pytest.fixture(scope="module")
def senate(compute):
    return compute("argentina_senate_travel")


@pytest.fixture(scope="module", params=ROWS)
def beside_truth(request, senate, shared, entries):
    """Give the rows as read beside the cleaned ones: same rows, same order."""
    table = entries(senate, str(request.param))
    path = shared / "data/real/argentina_senate_travel" / f"clean_viajes_{request.param}.csv"
    return pl.concat([table, pl.read_csv(path, infer_schema=False)], how="horizontal")


@pytest.fixture(scope="module")
def legs(senate):
    return in_text(senate.taken.activities["air_travel"].lazy().collect())


def test_all_355_rows_are_accounted_for_and_none_is_rejected(senate):
    assert [file.rows for file in senate.taken.files] == list(ROWS.values())
    assert [file.accepted + file.repaired for file in senate.taken.files] == list(ROWS.values())


@pytest.mark.parametrize(
    ("read", "cleaned"), [("departure_date", "Fecha_salida"), ("return_date", "Fecha_llegada")]
)
def test_every_date_equals_the_cleaned_one_and_none_is_invented(beside_truth, read, cleaned):
    ours = beside_truth[read].dt.strftime("%d-%m-%Y")
    assert ours.to_list() == beside_truth[cleaned].to_list()


@pytest.mark.parametrize(("read", "cleaned"), [("per_diem_usd", "dolar"), ("per_diem_eur", "euro")])
def test_every_allowance_equals_the_cleaned_one(beside_truth, read, cleaned):
    ours = beside_truth[read].cast(pl.Float64).fill_null(0.0)
    assert ours.to_list() == beside_truth[f"Viaticos_{cleaned}"].cast(pl.Float64).to_list()


def test_pesos_equal_the_cleaned_ones_but_for_the_centavos_that_these_dropped(beside_truth):
    ours = beside_truth["per_diem_ars"].cast(pl.Float64).fill_null(0.0)
    assert ours.floor().to_list() == beside_truth["Viaticos_pesos"].cast(pl.Float64).to_list()


def test_a_journey_to_two_countries_has_three_legs(legs):
    spain_and_italy = legs.filter(pl.col("source_file").str.contains("2012"), pl.col("source_row") == 24)
    assert spain_and_italy.select("origin", "destination").rows() == [
        ("EZE", "MAD"),
        ("MAD", "FCO"),
        ("FCO", "EZE"),
    ]


def test_every_journey_begins_and_ends_in_buenos_aires(legs):
    ends = legs.group_by("source_file", "source_row").agg(pl.first("origin"), pl.last("destination"))
    assert ends.height == 355
    assert ends.select("origin", "destination").unique().rows() == [("EZE", "EZE")]


def test_every_place_is_flagged_as_a_capital_and_every_cabin_as_a_default(legs):
    assert legs["place_basis"].unique().to_list() == ["capital"]
    assert legs.select("cabin", "cabin_basis").unique().rows() == [("average", "default")]


def test_all_of_the_emission_is_said_to_be_estimated(senate):
    for year in ROWS:
        assert total(senate.inventory, Selection(year=year)).estimated_share == 1.0


def test_senators_are_councillors_and_belong_to_their_party(legs):
    assert legs["category"].unique().to_list() == ["councillor"]
    assert legs["unit"].null_count() == 0


def test_a_flight_that_no_aircraft_makes_without_a_stop_is_named_and_not_computed(senate):
    lacking = senate.inventory.completeness.filter(pl.col("state") == "not_computed")
    assert lacking.select("year", "source").rows() == [(2014, "air_travel")]
    assert "without a stop" in lacking["note"].item()


def test_a_missing_base_year_is_not_invented(senate):
    assert senate.target.base_kg_co2e is None
    assert {position.gap_kg_co2e for position in senate.positions} == {None}
