"""The figures that method pages print are those that the code computes."""

import re
from datetime import date

import polars as pl
import pytest
import yaml
from pages import ROOT, table_rows

from saleve.ems.flights import compute_trip
from saleve.method.emissions.aviation.parameters import METHODS, AirTravelSettings, ranges
from saleve.method.emissions.result import CELL
from saleve.method.planning.target_path import Target, position
from saleve.method.uncertainty import range_of_sums

AIR_TRAVEL = ROOT / "docs" / "method" / "air-travel.md"
FIRST_KM = (0, 550, 3500, 3500)
CABINS = ("economy", "economy", "economy", "business")


@pytest.mark.parametrize("row", table_rows(AIR_TRAVEL, "methods")[1:], ids=lambda row: f"{row[0]} {row[2]}")
def test_the_four_methods_give_what_the_page_compares(row):
    route, _km, cabin, *printed = row
    computed = [
        compute_trip(
            route, cabin=cabin, on=date(2025, 6, 1), settings=AirTravelSettings(method=method)
        ).co2_kg
        for method in METHODS
    ]
    assert [f"{kg:,.1f}" for kg in computed] == printed


@pytest.mark.parametrize("row", table_rows(AIR_TRAVEL, "ranges")[1:], ids=lambda row: row[1])
def test_the_ranges_of_the_page_are_those_of_the_data(row):
    _words, case, *printed = row
    assert printed == [_range(case.strip("`"), km, cabin) for km, cabin in zip(FIRST_KM, CABINS, strict=True)]


@pytest.mark.parametrize("row", table_rows(AIR_TRAVEL, "additions")[1:], ids=lambda row: row[0])
def test_the_ranges_of_what_else_is_not_known_are_those_of_the_data(row):
    words, case, printed = row
    km = 3500 if "over 3,500" in words else 0
    assert printed == _range(case.strip("`"), km, "average" if "cabin" in words else "any")


def _range(case: str, km: float, cabin: str) -> str:
    held = (
        ranges()
        .filter(case=case, cabin=cabin)
        .filter(pl.col("from_km") <= km)
        .sort("from_km")
        .row(-1, named=True)
    )
    return f"−{held['low_pct']:g}/+{held['high_pct']:g}"


def test_the_worked_example_of_air_travel_is_what_the_code_computes():
    trip = compute_trip("GVA-LHR", aircraft="320", on=date(2025, 6, 1))
    (leg,) = trip.legs
    (aircraft,) = leg["aircraft"]
    printed = (
        f"{leg['corrected_distance_km']:.2f}",
        f"{aircraft['fuel_kg']:,.1f}",
        f"{trip.co2_kg:.1f} kg CO2",
    )
    text = AIR_TRAVEL.read_text("utf-8")
    assert [figure for figure in printed if figure not in text] == []


def test_the_example_of_air_travel_can_be_recomputed_with_a_pocket_calculator():
    nautical_miles = (754.13 + 100) / 1.852
    fuel_kg = 3430 + (nautical_miles - 250) / 250 * (4585 - 3430)
    kg = 3.16 * fuel_kg * 0.9612 / (12 * 1.85 + 148) / 0.823
    assert kg == pytest.approx(compute_trip("GVA-LHR", aircraft="320", on=date(2025, 6, 1)).co2_kg, rel=1e-4)


def test_the_worked_example_of_the_target_is_what_the_code_computes():
    place = position(Target(2010, 2030, 45, 1_000_000), {2010: 1_000_000, 2025: 700_000}, 2025)
    assert place.path_kg_co2e == pytest.approx(662_500)
    assert place.gap_kg_co2e == pytest.approx(37_500)
    assert place.change_since_base_pct == pytest.approx(-30)
    assert place.required_rate_pct_per_year == pytest.approx(4.7, abs=0.05)


def test_the_worked_example_of_uncertainty_is_what_the_code_computes():
    meters = pl.DataFrame({
        "kg_co2e": [100.0, 300.0],
        "shared_key": ["grid", "grid"],
        "shared_low_pct": [10.0, 10.0],
        "shared_high_pct": [10.0, 10.0],
        "independent_key": ["first", "second"],
        "independent_low_pct": [2.0, 2.0],
        "independent_high_pct": [2.0, 2.0],
    })  # fmt: skip
    cells = pl.concat([pl.DataFrame(schema=CELL), meters], how="diagonal")
    assert range_of_sums(cells, [])["high_kg"].item() == pytest.approx(40.5, abs=0.05)


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "method").glob("*.md")), ids=lambda page: page.stem)
def test_the_results_of_every_worked_example_are_those_of_the_cases_that_its_page_names(page):
    text = page.read_text("utf-8")
    example = re.search(r"^## Worked examples?\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)[1]
    cases = [ROOT / name for name in set(re.findall(r"tests/cases/\w+\.yaml", text))]
    held = [number for case in cases for number in _numbers(yaml.safe_load(case.read_text("utf-8")))]
    results = [
        one for bold in re.findall(r"\*\*(.+?)\*\*", example, re.DOTALL) for one in _RESULT.findall(bold)
    ]
    assert cases
    assert [one for one in results if not _among(one, held)] == []


_RESULT = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)")  # 3,458 and 0.2, neither of CO2e nor of R-404A


def _numbers(held):
    """Yield the numbers of a case, but for those in its words."""
    if isinstance(held, dict):
        yield from (one for key, value in held.items() if key not in ("case", "source") for one in _numbers(value))  # fmt: skip
    elif isinstance(held, list):
        yield from (one for value in held for one in _numbers(value))
    elif not isinstance(held, bool) and re.fullmatch(
        r"-?\d+(\.\d+)?", str(held)
    ):  # money is text, so that it is exact
        yield abs(float(held))


def _among(printed, held):
    digits, value = len(printed.partition(".")[2]), float(printed.replace(",", ""))
    return any(round(number + 1e-9, digits) == value for number in held)
