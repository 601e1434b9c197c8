"""Indicators: the cases that an officer can read, and what holds for any figures."""

import ast
import re
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from saleve.method import emissions
from saleve.method.emissions.formulas import formula
from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Rules
from saleve.method.indicators import CLASSES, data_classes, indicators, quantities
from saleve.method.inventory import Inventory
from saleve.method.reference.packages import table
from saleve.reporting.labels import names_by_dimension

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "indicators.yaml").read_text("utf-8"))
AREA = {"year": None, "unit": None, "valid_from": None, "valid_to": None}
KINDS = {"site": pl.String, "unit": pl.String, "treatment": pl.String, "certificate_kwh": pl.Float64}
DATES = {"year": pl.Int64, "unit": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}
NUMBERS = (
    "supply_m3",
    "waste_kg",
    "energy_kwh",
    "persons",
    "area_m2",
    "amount",
    "paper_kg",
    "grammage_g_per_m2",
)


def activity(source, rows):
    filled = [(AREA if source == "floor_area" else {}) | row for row in rows]
    kinds = {name: pl.Float64 for name in NUMBERS if name in filled[0]}
    kinds |= {name: kind for name, kind in KINDS.items() if name in filled[0]}
    return pl.DataFrame(filled, schema_overrides=kinds | (DATES if source == "floor_area" else {}))


def whole(found, name):
    (row,) = found.filter(pl.col("site").is_null(), pl.col("indicator") == name).to_dicts()
    return row


def cell(kg, *, quality="national-factor", estimated=False, **more):
    usual = {"year": 2024, "source": "electricity", "site": "HQ", "boundary": "minimum", "kg_co2e": kg, "quality": quality, "estimated": estimated, "rows": 1}  # fmt: skip
    return {**dict.fromkeys(CELL), **usual, **more}


def inventory(*cells, completeness=(), headcount=()):
    frame = pl.DataFrame(cells, schema=CELL)
    beside = {"completeness": pl.DataFrame(completeness)} if completeness else {}
    if headcount:
        kinds = {"year": pl.Int64, "unit": pl.String, "site": pl.String, "persons": pl.Float64}
        beside["headcount"] = pl.DataFrame(headcount, schema=kinds, orient="row")
    return Inventory(frame, Rules(), (2024,), **beside)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_an_indicator_is_what_its_case_says(case):
    found = indicators({source: activity(source, rows) for source, rows in case["activity"].items()})
    row = whole(found, case["indicator"])
    if case["value"] is None:
        assert (row["value"], row["lacks"]) == (None, case["lacks"])
    else:
        assert row["value"] == pytest.approx(case["value"])
        assert row["unit"] == case["unit"]


def test_an_indicator_says_what_was_divided_by_what():
    rows = {
        "water": activity("water", [{"year": 2024, "site": "HQ", "supply_m3": 4500}]),
        "headcount": activity("headcount", [{"year": 2024, "site": "HQ", "persons": 500}]),
    }
    row = whole(indicators(rows), "water_m3_per_person")
    assert (row["numerator_amount"], row["numerator_unit"]) == (4500, "m3")
    assert (row["denominator_amount"], row["denominator_unit"]) == (500, "persons")
    assert row["sites"] == 1


def test_a_row_without_an_amount_is_counted_and_not_taken_as_zero():
    rows = [{"year": 2024, "site": "HQ", "supply_m3": 10.0}, {"year": 2024, "site": "HQ", "supply_m3": None}]
    (found,) = quantities({"water": activity("water", rows)}).to_dicts()
    assert (found["amount"], found["left_out"]) == (10, 1)


def test_a_fuel_without_heating_value_is_left_out_and_counted():
    fuel = {"year": 2024, "site": "HQ", "fuel": "straw", "amount": 5.0, "amount_unit": "kg"}
    power = {"year": 2024, "site": "HQ", "energy_kwh": 100.0}
    found = quantities({"fuels": activity("fuels", [fuel]), "electricity": activity("electricity", [power])})
    (energy,) = found.filter(quantity="energy").to_dicts()
    assert (energy["amount"], energy["left_out"]) == (100, 1)


def test_litres_of_fuel_become_kwh_at_their_net_calorific_value():
    fuel = {"year": 2024, "site": "HQ", "fuel": "natural_gas", "amount": 1000.0, "amount_unit": "m3"}
    held = table("fuels", "properties").filter(fuel="natural_gas", year=2024).row(0, named=True)
    (energy,) = quantities({"fuels": activity("fuels", [fuel])}).filter(quantity="energy").to_dicts()
    assert energy["amount"] == pytest.approx(held["density_kg_per_m3"] * held["kwh_net_per_tonne"])


def test_what_stands_in_for_a_bill_is_told_as_estimated():
    rows = pl.DataFrame({"year": [2024] * 2, "site": ["HQ"] * 2, "supply_m3": [30.0, 10.0], "proxy": [None, "last_year"]})  # fmt: skip
    people = activity("headcount", [{"year": 2024, "site": "HQ", "persons": 4}])
    row = whole(indicators({"water": rows, "headcount": people}), "water_m3_per_person")
    assert row["estimated_share"] == pytest.approx(0.25)


def test_the_data_quality_score_weights_each_emission_by_its_class():
    found = inventory(cell(100.0, quality="supplier-factor"), cell(300.0, quality="proxy-last-year", estimated=True))  # fmt: skip
    row = whole(indicators({}, found), "data_quality_pct")
    assert row["value"] == pytest.approx((100 * 1.0 + 300 * 0.25) / 400 * 100)


def test_an_emission_of_unknown_data_is_in_neither_part_of_the_score():
    found = inventory(cell(100.0), cell(900.0, quality="supplied", estimated=None))
    row = whole(indicators({}, found), "data_quality_pct")
    assert (row["value"], row["denominator_amount"]) == (pytest.approx(75), 100)


def test_own_weights_replace_ours():
    found = inventory(cell(100.0))
    own = Inventory(found.cells, Rules(own_values={"data_quality_average_pct": 60.0}), (2024,))
    assert whole(indicators({}, own), "data_quality_pct")["value"] == pytest.approx(60)


def test_a_row_has_the_worst_class_of_its_words():
    cells = pl.DataFrame([cell(1.0, quality="ticket; place-city", estimated=True), cell(1.0, quality="word of tomorrow")], schema=CELL)  # fmt: skip
    assert data_classes(cells)["data_class"].to_list() == ["default", "average"]


def test_every_class_has_a_weight_and_every_tier_a_class():
    assert set(table("indicators", "tiers")["class"]) == set(CLASSES)


# Words with a hyphen that the methods write elsewhere than in ``quality``: names of lists and ids, units.
NO_QUALITY = {"uk-government", "home-leave-average", "passenger-km", "person-km", "vehicle-km", "room-nights", "supply-chain"}  # fmt: skip


def words_of_methods():
    """Return every literal that looks like a word of quality, of all emission methods."""
    files = Path(emissions.__file__).parent.rglob("*.py")
    literals = [node.value for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)]  # fmt: skip
    written = {word for text in literals for word in text.strip("; ").split("; ")}
    return {word for word in written if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", word)}


def test_every_word_of_quality_that_a_method_writes_has_a_tier():
    tiers = set(table("indicators", "tiers")["tier"])
    methods = {word for word in words_of_methods() if not formula(word).startswith("Taken over")}
    assert words_of_methods() - tiers - methods - NO_QUALITY == set()
    # What others computed has no class: nothing is known of its data.
    assert set(names_by_dimension()["quality"]) - {"supplied"} <= tiers


def test_every_tier_has_a_name_for_documents():
    assert set(table("indicators", "tiers")["tier"]) <= set(names_by_dimension()["quality"])


def test_coverage_counts_sites_persons_and_days():
    gaps = [
        {"year": 2024, "source": "electricity", "site": "HQ", "state": "complete", "covered_share": 1.0, "note": ""},
        {"year": 2024, "source": "electricity", "site": "Cairo", "state": "partial", "covered_share": 0.5, "note": ""},
    ]  # fmt: skip
    people = [(2024, None, "HQ", 75.0), (2024, None, "Cairo", 25.0)]
    found = inventory(cell(1.0), completeness=gaps, headcount=people)
    heads = pl.DataFrame({"year": [2024] * 2, "site": ["HQ", "Cairo"], "persons": [75.0, 25.0]})
    rows = indicators({"headcount": heads}, found)
    values = {name: whole(rows, f"coverage_{name}_pct")["value"] for name in ("persons", "sites", "periods")}
    assert values == {"persons": pytest.approx(75), "sites": pytest.approx(50), "periods": pytest.approx(75)}


def test_facilities_and_travel_are_divided_by_their_own():
    found = inventory(cell(2000.0), cell(8000.0, source="air_travel", site=None))
    rows = {
        "headcount": activity("headcount", [{"year": 2024, "site": "HQ", "persons": 4}]),
        "floor_area": activity("floor_area", [{"site": "HQ", "area_m2": 100}]),
    }
    told = indicators(rows, found)
    assert whole(told, "co2e_t_per_person")["value"] == pytest.approx(2.5)
    assert whole(told, "co2e_kg_per_m2")["value"] == pytest.approx(20)


def test_emas_divides_the_same_quantities():
    rows = {
        "electricity": activity("electricity", [{"year": 2024, "site": "HQ", "energy_kwh": 6000.0}]),
        "headcount": activity("headcount", [{"year": 2024, "site": "HQ", "persons": 4}]),
    }
    found = indicators(rows, package="emas_core_indicators")
    assert whole(found, "energy_mwh_per_person")["value"] == pytest.approx(1.5)
    assert whole(found, "land_m2_per_person")["lacks"] == "land"


@pytest.mark.parametrize("package", ["indicators", "emas_core_indicators"])
def test_every_indicator_is_made_of_quantities_that_have_a_unit(package):
    rows = table(package, "indicators")
    named = set(rows["numerator"]) | set(rows["denominator"].drop_nulls())
    assert named <= set(table("indicators", "quantities")["quantity"])


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e4)), min_size=1, max_size=6))
def test_the_whole_lies_between_its_sites(pairs):
    sites = [f"s{number}" for number in range(len(pairs))]
    water = pl.DataFrame({"year": 2024, "site": sites, "supply_m3": [amount for amount, _persons in pairs]})
    people = pl.DataFrame({"year": 2024, "site": sites, "persons": [persons for _amount, persons in pairs]})
    found = indicators({"water": water, "headcount": people}).filter(indicator="water_m3_per_person")
    of_sites = found.drop_nulls("site")["value"]
    value = found.filter(pl.col("site").is_null())["value"].item()
    assert of_sites.min() * (1 - 1e-9) <= value <= of_sites.max() * (1 + 1e-9)
