"""Headcount and floor area."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from saleve.method.activity import floor_area, headcount
from saleve.method.activity.normalising import Context


def numbered(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows)).with_row_index("source_row", offset=2)


def test_people_are_kept_with_their_definition() -> None:
    row = {"year": 2025, "unit": "BDT", "persons": 182.5, "definition": "FTE"}
    activity = headcount.normalise(numbered(row), Context()).activity
    assert activity.select("year", "unit", "persons", "definition").row(0) == (2025, "BDT", 182.5, "FTE")


def test_people_counted_on_a_day_belong_to_its_year() -> None:
    activity = headcount.normalise(
        numbered({"as_of": date(2024, 12, 31), "persons": 700}), Context()
    ).activity
    assert activity["year"][0] == 2024


def test_the_same_unit_twice_in_a_year_is_reported() -> None:
    row = {"year": 2024, "unit": "BDT", "persons": 100}
    problems = headcount.normalise(numbered(row, row), Context()).problems
    assert problems.select("row", "code").rows() == [(3, "counted-twice")]


def test_people_by_two_definitions_in_one_year_are_reported() -> None:
    rows = [
        {"year": 2024, "unit": unit, "persons": 100, "definition": text}
        for unit, text in (("A", "FTE"), ("B", "heads"))
    ]
    assert headcount.normalise(numbered(*rows), Context()).problems["code"].to_list() == [
        "definitions-differ"
    ]


def test_square_feet_become_square_metres() -> None:
    activity = floor_area.normalise(
        numbered({"site": "T", "year": 2016, "area_ft2": 1000.0}), Context()
    ).activity
    assert activity["area_m2"][0] == pytest.approx(92.90304)


def test_an_area_held_for_half_a_year_counts_half() -> None:
    row = {"site": "T", "valid_from": date(2023, 7, 2), "area_m2": 1000.0}
    areas = floor_area.normalise(numbered(row), Context()).activity
    by_year = floor_area.areas_by_year(areas, [2022, 2023, 2024])
    assert dict(by_year.select("year", "area_m2").iter_rows()) == {
        2023: pytest.approx(1000 * 183 / 365),
        2024: 1000,
    }


def test_an_area_of_one_year_is_not_carried_to_the_next() -> None:
    areas = floor_area.normalise(numbered({"site": "T", "year": 2023, "area_m2": 500.0}), Context()).activity
    assert floor_area.areas_by_year(areas, [2023, 2024])["year"].to_list() == [2023]


def test_two_areas_of_a_site_on_the_same_days_are_reported() -> None:
    rows = [{"site": "T", "year": 2023, "area_m2": 500.0, "definition": text} for text in ("GIA", "GFA")]
    problems = floor_area.normalise(numbered(*rows), Context()).problems
    assert problems.select("row", "code").rows() == [(3, "area-overlap")]


def test_areas_of_the_cambridge_buildings_hold_for_every_year(shared: Path) -> None:
    buildings = pl.read_csv(shared / "data/real/cambridge_estates/building_floor_roof_areas.csv")
    rows = buildings.select(site="Building ID", area_m2="GIA (m2)").with_row_index("source_row", offset=2)
    areas = floor_area.normalise(rows, Context()).activity
    assert areas.height == 81
    assert floor_area.areas_by_year(areas, [2000, 2023]).height == 162
