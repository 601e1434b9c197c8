"""Airports, their codes by date, cities and countries."""

import airportsdata
import polars as pl
import pytest

from saleve.method.reference.airports import (
    airport_ids,
    airport_table,
    dated_codes,
    find_code,
    metro_areas,
    stations,
)
from saleve.method.reference.booking_classes import cabin_labels, cabin_letters, carrier_letters
from saleve.method.reference.cities import find_city
from saleve.method.reference.countries import countries, country_table, find_country, folded


def test_every_airport_is_once_in_the_table_with_a_place_and_a_region():
    airports = airport_table()
    assert airports["airport_id"].is_unique().all()
    assert airports["latitude_deg"].is_between(-90, 90).all()
    assert airports["longitude_deg"].is_between(-180, 180).all()
    assert airports.filter(pl.col("icao_region").is_null())["country"].unique().to_list() == ["AQ"]


def test_an_icao_code_belongs_to_one_airport():
    coded = airport_table().drop_nulls("icao")
    assert coded["icao"].is_unique().all()


def test_every_code_of_the_calculator_is_known(shared):
    published = pl.read_csv(shared / "reference/icec_airport_city.csv")["airport_iata"]
    assert [code for code in published if find_code(code) is None] == []


def test_dated_codes_lead_to_airports_and_their_periods_follow_each_other():
    for periods in dated_codes().values():
        assert {period.airport_id for period in periods} <= airport_ids()
        ends = [period.valid_to for period in periods[:-1]]
        starts = [period.valid_from for period in periods[1:]]
        assert all(
            end is not None and start is not None and start > end
            for end, start in zip(ends, starts, strict=True)
        )


def test_a_city_code_leads_to_one_of_its_own_airports():
    for area in metro_areas().values():
        assert find_code(area.main_airport) is not None
        assert area.main_airport in area.airports


def test_no_station_is_an_airport():
    assert not set(stations()) & airport_ids()


@pytest.mark.parametrize("what", ["capital_airport", "main_airport"])
def test_every_country_has_an_airport_in_it_or_a_note_why_not(what):
    where = dict(airport_table().select("airport_id", "country").iter_rows())
    for row in country_table().drop_nulls(what).iter_rows(named=True):
        found = find_code(row[what])
        assert found is not None, row
        assert where[found.airport_id] == row["iso2"] or "lies in" in (row["note"] or ""), row


def test_every_country_of_an_airport_is_known():
    assert set(airport_table()["country"]) <= set(countries())


@pytest.mark.parametrize(
    "name",
    [
        "Switzerland",
        "Suisse",
        "Suiza",
        "Швейцария",
        "瑞士",
        "سويسرا",
        "Suíça",
        "Schweiz",
        "SUISSE ",
        "CH",
        "che",
    ],
)
def test_a_country_has_its_name_in_every_language(name):
    assert find_country(name).iso2 == "CH"


@pytest.mark.parametrize(
    ("name", "iso2"),
    [
        ("Reino Unido de Gran Bretaña", "GB"), ("Rusia", "RU"), ("República Checa", "CZ"), ("USA", "US"), ("UK", "GB"), ("Corea", "KR"),
        ("Estados Unidos de America", "US"), ("St. Maarten", "SX"), ("Holanda", "NL"), ("Dominicana", "DO"), ("Viet Nam", "VN"),
        ("United Republic of Tanzania", "TZ"), ("Côte d'Ivoire", "CI"), ("Congo", "CG"), ("Türkiye", "TR"), ("Swaziland", "SZ"),
    ],
)  # fmt: skip
def test_a_country_has_the_names_that_files_use(name, iso2):
    assert find_country(name).iso2 == iso2


def test_a_name_is_compared_without_accents_case_and_marks():
    assert folded(" São   Tomé ") == folded("SAO TOME") == "sao tome"
    assert folded("St. John's") == "saint johns"


def test_a_city_that_two_countries_have_is_never_guessed():
    found = find_city("San Jose")
    assert found.city is None
    assert {city.country for city in found.candidates} >= {"CR", "US"}


def test_a_famous_city_is_not_taken_for_an_airfield_of_the_same_name():
    assert find_city("Florence").city.code == "FLR"
    assert find_city("Naples").city.code == "NAP"


def test_the_calculators_letters_are_cabins():
    cabins = {"economy", "premium_economy", "business", "first", "average"}
    assert {letter.cabin for letter in cabin_letters().values()} <= cabins
    assert set(carrier_letters().values()) <= cabins
    assert set(cabin_labels().values()) <= cabins
    assert cabin_letters()["Y"].confidence == "high"


def test_the_table_holds_what_the_loader_of_the_package_gives():
    loaded = airportsdata.load("IATA")
    ours = {row["airport_id"]: row for row in airport_table().iter_rows(named=True)}
    assert set(loaded) <= set(ours)
    for code in ("GVA", "NBO", "ISL", "KTM", "SCL"):
        assert (ours[code]["latitude_deg"], ours[code]["longitude_deg"]) == (
            loaded[code]["lat"],
            loaded[code]["lon"],
        )
