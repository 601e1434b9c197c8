"""Places as people write them."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity.places import PlaceReader, depends_on_date, resolve_places
from saleve.method.reference.airports import airport_table

CASES = Path(__file__).parents[2] / "cases"
PLACES = yaml.safe_load((CASES / "places.yaml").read_text("utf-8"))
CODES = yaml.safe_load((CASES / "airport_codes.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", PLACES, ids=lambda case: f"{case['text']} {case.get('country', '')}")
def test_a_place_is_read_as_the_case_says(case):
    read = PlaceReader().read(case["text"], case.get("country"))
    assert [place.airport_id for place in read.places] == case.get("airports", [])
    assert read.repair == case.get("repair")
    if "basis" in case:
        assert read.places[-1].basis == case["basis"]
    assert (
        {case["problem"]} <= {told.code for told in read.findings} if "problem" in case else not read.findings
    )
    assert case.get("suggestion", "") in " ".join(told.suggestion or "" for told in read.findings)


@pytest.mark.parametrize("case", CODES, ids=lambda case: case["name"])
def test_a_code_is_read_by_the_day_of_travel(case):
    read = PlaceReader().read(case["code"], None, case["date"])
    [place] = read.places
    assert (place.station is not None) == case.get("station", False)
    assert place.airport_id == case.get("airport")
    assert place.basis == case.get("basis", "code")
    if "problem" in case:
        assert case["problem"] in {told.code for told in read.findings}


def test_all_codes_of_the_list_of_traps_are_cases(shared):
    traps = (
        pl.read_csv(shared / "reference/iata_code_traps.csv")["code"].str.extract_all("[A-Z]{3}").explode()
    )
    assert set(traps) <= {case["code"] for case in CODES}


def test_only_texts_with_a_history_are_read_with_their_day():
    assert depends_on_date("IST")
    assert depends_on_date("Berlin, Germany")
    assert not depends_on_date("GVA-NBO")


def test_a_city_follows_the_history_of_its_airport():
    before, after = date(2015, 6, 1), date(2021, 6, 1)
    reader = PlaceReader()
    assert reader.read("Berlin", None, before).places[0].airport_id == "TXL"
    assert reader.read("Berlin", None, after).places[0].airport_id == "BER"


def test_the_table_has_a_row_for_each_text_and_finding():
    asked = pl.DataFrame({"text": ["GVA", "GVAA", "España/Italia"]})
    found = resolve_places(asked)
    assert found["text"].to_list() == ["GVA", "GVAA", *["España/Italia"] * 3]
    assert found.filter(pl.col("severity") == "error")["text"].to_list() == ["GVAA"]


@pytest.mark.parametrize("text", ["Nowhere at all", "ZZZZ", "12", "?", "-", "//", "(", "GVA(", "a" * 500])
def test_what_is_no_place_is_an_error_and_never_a_fault(text):
    assert PlaceReader().read(text).failed


@settings(deadline=None)  # the first example builds the index
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    read = PlaceReader().read(text)
    assert read.failed or all(place.airport_id or place.station for place in read.places)


@settings(deadline=None)  # the first example builds the index
@given(st.sampled_from(airport_table()["airport_id"].to_list()))
def test_every_airport_is_itself_beside_its_city_name(code):
    reader = PlaceReader()
    assert reader.read(f"Somewhere ({code})").places == reader.read(code).places


@pytest.mark.parametrize("year", [2012, 2013, 2014])
def test_all_destinations_of_the_argentine_senate_are_found(shared, year):
    file = shared / f"data/real/argentina_senate_travel/raw_viajes_{year}.xlsx"
    reader = PlaceReader()
    destinations = pl.read_excel(file)["Destino"].unique().to_list()
    assert [text for text in destinations if reader.read(text).failed] == []


def test_all_places_of_the_mexican_trips_are_found_or_told(shared):
    trips = pl.read_csv(shared / "data/real/ifai_mexico_trips/ifai_trips_2013.csv", infer_schema=False)
    reader = PlaceReader()
    pairs = trips.select("CIUDAD_DESTINO", "PAIS_DESTINO").unique().iter_rows()
    assert all(reader.read(city, country).places for city, country in pairs)
