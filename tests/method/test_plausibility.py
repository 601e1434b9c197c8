"""Figures that can and cannot be: the cases that an officer can read, and printed shares and ratios."""

from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.indicators import indicators
from saleve.method.plausibility import (
    divisor_problems,
    implausible,
    per_capita_problems,
    share_problems,
    stated,
)

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "plausibility.yaml").read_text("utf-8"))
NUMBERS = ("supply_m3", "waste_kg", "energy_kwh", "persons", "area_m2", "amount")
AREA = {"year": None, "unit": None, "valid_from": None, "valid_to": None}
DATES = {"year": pl.Int64, "unit": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}


def figures(case):
    if "stated" in case:
        return pl.DataFrame([case["stated"]], schema_overrides={"value": pl.Float64})
    return indicators({source: activity(source, rows) for source, rows in case["activity"].items()})


def activity(source, rows):
    filled = [(AREA if source == "floor_area" else {}) | row for row in rows]
    kinds = {name: pl.Float64 for name in NUMBERS if name in filled[0]}
    dates = DATES if source == "floor_area" else {}
    return pl.DataFrame(filled, schema_overrides=kinds | dates).with_row_index("source_row", offset=2)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_figure_is_asked_about_or_not(case):
    told = implausible(figures(case))["message"].to_list()
    if case["told"]:
        assert any(case["told"] in message for message in told)
    else:
        assert told == []


def test_a_figure_that_a_file_states_is_told_with_its_row():
    file = pl.DataFrame({"year": [2019], "site": ["HQ"], "supply_m3": [None], "water_m3_per_person": [4566.0], "source_file": ["water.xlsx"], "source_sheet": ["2019"], "source_row": [7], "batch": ["a"]})  # fmt: skip
    (told,) = implausible(stated({"water": file})).to_dicts()
    assert told["message"].startswith("water.xlsx, sheet 2019, row 7: water is 4,566 m3/person")
    assert (told["batch"], told["row"]) == ("a", 7)


def test_without_people_there_is_no_figure_per_person():
    found = indicators({"water": activity("water", [{"year": 2019, "site": "HQ", "supply_m3": 5.0}])})
    (of_water,) = found.filter(indicator="water_m3_per_person").to_dicts()
    assert of_water["value"] is None
    assert of_water["lacks"] == "persons"
    assert implausible(found).is_empty()


def shares(*values, decimals=0):
    return pl.DataFrame(
        {"group": "total", "share_pct": [float(v) for v in values], "decimals": [decimals] * len(values)}
    )


def test_three_thirds_printed_as_33_are_a_whole():
    assert share_problems(shares(33, 33, 33)).is_empty()


def test_shares_that_miss_a_tenth_of_the_whole_are_told():
    told = share_problems(shares(60, 30))
    assert told["code"].to_list() == ["shares-not-whole"]
    assert "90.0 %" in told["message"].item()


@given(st.lists(st.floats(1, 1000), min_size=1, max_size=12), st.integers(0, 2))
def test_shares_of_anything_rounded_at_any_digit_are_a_whole(parts, decimals):
    printed = [round(100 * part / sum(parts), decimals) for part in parts]
    assert share_problems(shares(*printed, decimals=decimals)).is_empty()


def printed(total, persons, per_capita, *, total_decimals=0, per_capita_decimals=1):
    row = {"what": "Total 2019", "total": total, "total_decimals": total_decimals, "persons": persons, "per_capita": per_capita, "per_capita_decimals": per_capita_decimals}  # fmt: skip
    return per_capita_problems(pl.DataFrame([row]))


def test_a_figure_per_person_that_fits_within_rounding_is_not_told():
    assert printed(2791, 700, 4.0).is_empty()


def test_a_figure_per_person_that_does_not_fit_is_told_with_what_it_should_be():
    told = printed(2791, 700, 6.5)
    assert told["code"].to_list() == ["per-capita-differs"]
    assert "3.987" in told["message"].item()


def test_a_figure_divided_by_other_persons_than_the_headcount_is_told():
    reported = pl.DataFrame({"year": [2023], "unit": ["A"], "reported_kg_co2e": [1000.0], "persons": [197.0], "source_file": ["e.csv"], "source_row": [4]})  # fmt: skip
    counted = pl.DataFrame({"year": [2023], "unit": ["A"], "persons": [150.0], "source_row": [2]})
    (told,) = divisor_problems(reported, counted).to_dicts()
    assert "divided by 197.0 persons, the headcount of that year holds 150.0" in told["message"]
    assert divisor_problems(reported, counted.with_columns(persons=197.0)).is_empty()
