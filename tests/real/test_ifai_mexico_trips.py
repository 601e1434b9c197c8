"""31 journeys of an institute: two date orders in one column, several modes, some paid by hosts."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from saleve.method.emissions.air_travel import in_text
from saleve.method.inventory import Selection, total


@pytest.fixture(scope="module")
def institute(compute):
    return compute("ifai_mexico_trips")


@pytest.fixture(scope="module")
def checked(institute):
    (only,) = institute.taken.files
    return only


@pytest.fixture(scope="module")
def table(institute, entries):
    return entries(institute, "ifai")


@pytest.fixture(scope="module")
def legs(institute):
    return in_text(institute.taken.activities["air_travel"].lazy().collect())


def messages(checked, code):
    return checked.problems.filter(pl.col("code") == code)["message"].to_list()


def test_all_31_rows_are_kept(checked):
    assert (checked.rows, checked.accepted + checked.repaired, checked.rejected) == (31, 31, 0)


def test_only_journeys_by_air_have_legs(legs):
    assert legs["source_row"].n_unique() == 17


def test_journeys_by_road_are_named_as_not_computed(checked):
    (told,) = messages(checked, "mode-road")
    assert "Terrestre" in told
    assert "12" in told


def test_a_row_without_a_mode_has_no_flight(checked, legs):
    rows = checked.problems.filter(pl.col("code") == "mode-missing")["row"].to_list()
    assert rows == [13, 32]
    assert legs.filter(pl.col("source_row").is_in(rows)).is_empty()


def test_what_a_host_paid_is_a_memo_item_and_not_in_the_total(institute, legs):
    memo = legs.filter(pl.col("boundary") == "memo")
    assert memo["source_row"].unique().sort().to_list() == [24, 26]
    assert total(institute.inventory, Selection(year=2013)).rows == 30
    assert total(institute.inventory, Selection(year=2013, boundary="memo")).rows == 4


def test_a_payer_that_is_not_available_is_no_host(legs):
    unknown = legs.filter(pl.col("source_row").is_in([3, 8, 23, 25, 27]))
    assert unknown["boundary"].unique().to_list() == ["minimum"]


def test_a_date_that_can_be_read_in_one_way_is_read_in_it(table):
    days = dict(table.select("source_row", "departure_date").iter_rows())
    assert days[2] == date(2013, 1, 31)  # 1/31/2013
    assert days[27] == date(2013, 5, 30)  # 30/05/2013


def test_a_date_that_can_be_read_in_two_ways_keeps_only_its_year(checked, table, legs):
    open_rows = checked.problems.filter(
        (pl.col("code") == "date-ambiguous") & (pl.col("column") == "FECHAINICIO_COM")
    )
    rows = open_rows["row"].to_list()
    assert len(rows) == 9
    assert table.filter(pl.col("source_row").is_in(rows))["departure_date"].null_count() == 9
    assert legs["year"].unique().to_list() == [2013]


def test_old_pesos_are_read_as_present_ones(checked, table):
    assert set(table["currency"]) == {"MXN", "USD"}
    assert len(messages(checked, "currency-renamed")) == 27


def test_fares_are_pesos_as_stated_though_the_rate_of_the_row_is_in_dollars(table):
    to_santiago = table.filter(pl.col("source_row") == 15)
    assert to_santiago.select("fare_mxn", "currency").row(0) == (Decimal(26120), "USD")
    assert not [name for name in table.columns if name.endswith("_usd")]


def test_a_place_without_an_airport_is_served_from_elsewhere_and_says_so(checked, legs):
    assert any("Ensenada" in told for told in messages(checked, "served-from-elsewhere"))
    flown = legs.filter(pl.col("source_row") == 27)
    assert flown.select("origin", "destination").rows() == [("MEX", "TIJ"), ("TIJ", "MEX")]
