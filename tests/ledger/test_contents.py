"""Cells decide between headers that fit equally well and suggest; they never override a clear header."""

from typing import Any

import pytest

from saleve.ledger.intake.contents import share_fitting
from saleve.ledger.intake.mapping import map_headers
from saleve.method.activity.categories import CATEGORIES
from saleve.method.schema import Column, Kind

ELECTRICITY = CATEGORIES["electricity"].CATEGORY
AIR_TRAVEL = CATEGORIES["air_travel"].CATEGORY


@pytest.mark.parametrize(
    ("kind", "cells"),
    [(Kind.DATE, ["2025-01-31", "31.1.2025", "3 mars 2025"]), (Kind.NUMBER, ["1 234,5", "17", "1'000"]), (Kind.UNIT, ["kWh", "m3", "МВт·ч"]),
     (Kind.MONEY, ["CHF 12.50", "17"]), (Kind.YES_NO, ["oui", "no"]), (Kind.MONTH, ["March", "2025-03"])],
)  # fmt: skip
def test_cells_of_a_kind_fit_a_column_of_that_kind(kind: Kind, cells: list[str]) -> None:
    assert share_fitting(cells, Column("x", kind, "x")) == 1.0
    assert share_fitting(["Tower", "Annex"], Column("x", kind, "x")) == 0.0


def test_free_text_tells_nothing_but_airport_codes_do() -> None:
    assert share_fitting(["Tower"], ELECTRICITY.column("site")) is None
    assert share_fitting(["GVA-ADD-NBO", "GVA/CDG"], AIR_TRAVEL.column("routing")) == 1.0
    assert share_fitting(["ABC-QQQ", "Geneva"], AIR_TRAVEL.column("routing")) == 0.0


def test_of_two_headers_for_one_column_the_one_whose_cells_fit_is_used(trips: Any) -> None:
    cells = {"Persons": ["see list"], "Numbers": ["3", "4"], "To": ["Nairobi"]}
    mapping = map_headers(list(cells), trips.CATEGORY, cells=cells)
    assert mapping.header("persons") == "Numbers"
    assert mapping.doubles == (("Persons", "Numbers", "persons"),)


def test_a_clear_header_holds_whatever_its_cells_are(trips: Any) -> None:
    cells = {"To": ["3", "4"], "Nights": ["Nairobi", "Lima"]}
    assert map_headers(list(cells), trips.CATEGORY, cells=cells).as_dict() == {
        "To": "destination",
        "Nights": "nights",
    }


def test_a_header_in_no_known_language_is_guessed_where_it_alone_fits_a_required_column() -> None:
    cells = {"拠点": ["Tokyo"], "使用量": ["12,5", "14"]}
    mapping = map_headers(list(cells), ELECTRICITY, cells=cells)
    assert [(match.header, match.column, match.how) for match in mapping.matches] == [
        ("使用量", "amount", "content")
    ]


def test_nothing_is_guessed_where_two_headers_could_be_the_column() -> None:
    cells = {"使用量": ["12,5", "14"], "料金": ["3", "4"]}
    assert map_headers(list(cells), ELECTRICITY, cells=cells).matches == ()


def test_a_header_that_is_only_a_unit_is_the_amount() -> None:
    mapping = map_headers(["Site", "GJ", "km"], ELECTRICITY)
    assert [(match.column, match.unit, match.how) for match in mapping.matches] == [
        ("site", None, "synonym"), ("amount", "GJ", "unit"),
    ]  # fmt: skip
    assert map_headers(["Site", "kWh"], ELECTRICITY).as_dict()["kWh"] == "amount_kwh"


def test_a_guessed_column_is_reported_with_samples(check_text: Any, codes: Any) -> None:
    checked = check_text("拠点,year,使用量\nTokyo,2024,120\nOsaka,2024,135\n", category="electricity")
    problem = checked.problems.filter(checked.problems["code"] == "column-guessed").row(0, named=True)
    assert (problem["column"], problem["severity"]) == ("使用量", "warning")
    assert "'120', '135'" in problem["message"]
