"""Own factors serve every source category: by each level its rows name, told per row, named by explain, and checked before."""

import csv
from dataclasses import dataclass

import polars as pl
import pytest

from saleve.ems.factors import compare_factors, import_factors, show_factors
from saleve.ems.inventories import compute_inventory
from saleve.method.explain import explain
from saleve.method.inventory import Selection
from saleve.method.problems import MixedBasisError
from saleve.method.reference.factor_sources import SOURCES
from saleve.method.reference.factors import FINE

SETTINGS = '[organisation]\nname = "X"\n[[sites]]\nname = "HQ"\ncountry = "CH"\n'
NAMED = '[[files]]\npath = "{source}.csv"\ncategory = "{source}"\n'
PLACES = {"site": "HQ", "supplier": "Acme", "city": "Geneva", "country": "CHE"}
YEAR = {"From": "2022-01-01", "To": "2022-12-31"}
BILL = {"Site": "HQ", "Supplier": "Acme", **YEAR}
KG = 7.0  # per unit of every own factor here


@dataclass(frozen=True)
class Case:
    """A factor of one's own, a file that it serves, and the kg CO2e that they give."""

    category: str
    key: dict[str, str]
    unit: str
    basis: str
    file: dict[str, str]
    expected_kg: float
    source: str = ""  # of the file, where it is another


CASES = (
    Case("electricity", {}, "kWh", "lifecycle_generation", {**BILL, "Consumption (kWh)": "10"}, 70),
    Case("fuels", {"fuel": "diesel_mineral"}, "litre", "direct_combustion", {**BILL, "Fuel": "diesel", "Litres": "10"}, 70),
    Case("fuels", {"fuel": "diesel_mineral"}, "litre", "direct_combustion", {"Site": "HQ", "Vehicle": "A", **YEAR, "Fuel": "diesel", "vehicle_kind": "car", "fuel_litres": "10"}, 70, "vehicles"),
    Case("district_energy", {"carrier": "heat"}, "MWh", "lifecycle_generation", {**BILL, "Carrier": "heat", "Heat (kWh)": "1000"}, 7),
    Case("refrigerants", {"refrigerant": "R134a"}, "kg", "direct_release", {"Site": "HQ", "Date": "2022-05-01", "Refrigerant": "R-134a", "Refilled kg": "10"}, 70),
    Case("waste", {"stream": "residual", "treatment": "landfill"}, "tonne", "end_of_life_cut_off", {**BILL, "stream": "residual", "treatment": "landfill", "amount_kg": "10"}, 0.07),
    Case("waste", {"stream": "residual", "treatment": "landfill"}, "kg", "end_of_life_cut_off", {**BILL, "stream": "residual", "treatment": "landfill", "amount_kg": "10"}, 70),
    Case("water", {"service": "supply"}, "m3", "operation_of_utilities", {**BILL, "service": "supply", "amount_m3": "10"}, 70),
    Case("paper", {"fibre": "recycled"}, "tonne", "cradle_to_gate", {**BILL, "recycled_share_pct": "100", "amount_kg": "10"}, 0.07),
    Case("procurement", {"sector": "541211"}, "USD of 2022", "supply_chain", {"account_description": "Audit", "vendor": "Acme", "country": "Switzerland", "amount": "10", "currency": "USD", "year": "2022"}, 70),
    Case("ict", {"equipment": "laptop"}, "item", "cradle_to_gate", {**BILL, "kind": "laptop", "items_bought": "10"}, 70),
    Case("ground_travel", {"transport": "rail"}, "passenger_km", "operation", {"departure_date": "2022-02-01", "mode": "rail", "site": "HQ", "country": "Switzerland", "distance_km": "10"}, 70),
    Case("ground_travel", {"transport": "average_car_diesel"}, "km", "operation", {"Site": "HQ", "Vehicle": "A", **YEAR, "vehicle_kind": "car", "Fuel": "diesel", "distance_km": "10"}, 70, "vehicles"),
    Case("vehicles", {"transport": "average_car_diesel"}, "km", "operation", {"Site": "HQ", "Vehicle": "A", **YEAR, "vehicle_kind": "car", "Fuel": "diesel", "distance_km": "10"}, 70),
    Case("commuting", {"transport": "bus"}, "passenger_km", "operation", {"site": "HQ", "year": "2022", "mode": "bus", "distance_km": "1", "days_per_week": "5", "weeks_per_year": "1", "persons": "1"}, 70),
    Case("hotels", {}, "room_night", "operation", {"check_in": "2022-02-01", "hotel": "Acme", "city": "Geneva", "country": "Switzerland", "nights": "10"}, 70),
    Case("events", {"item": "meal"}, "meal", "lifecycle", {"event": "Forum", "site": "HQ", "start_date": "2022-02-01", "city": "Geneva", "country": "Switzerland", "meals": "10"}, 70),
    Case("events", {"item": "waste"}, "kg", "lifecycle", {"event": "Forum", "site": "HQ", "start_date": "2022-02-01", "city": "Geneva", "country": "Switzerland", "waste_kg": "10"}, 70),
    Case("virtual_meetings", {}, "participant_hour", "lifecycle", {"meeting": "Weekly", "date": "2022-02-01", "platform": "Acme", "unit": "HQ", "participant_hours": "10"}, 70),
)  # fmt: skip
CHOICES = [
    pytest.param(case, level, id="-".join([case.source, case.category, *case.key.values(), case.unit, level]))
    for case in CASES
    for level in (*SOURCES[case.category].levels, "country")
    if not (case.source == "vehicles" and level == "supplier")  # a log book names none
]


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "hq"
    place.mkdir()
    (place / "saleve.toml").write_text(SETTINGS, "utf-8")
    return place


def written(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def own(case, level="country", **others):
    return {
        "category": case.category, "edition": "1", "published": "2023-01-01", "level": level, "place": PLACES[level], "year": "2022",
        **case.key, "accounting_basis": case.basis, "gwp_set": "AR5", "unit": case.unit, "kg_co2e_per_unit": str(KG),
        "source": "Clockwork", **others,
    }  # fmt: skip


def brought(folder, file):
    """Import factors that are far from what Salève holds: 7 kg of everything."""
    return import_factors(folder, file, accept_warnings=True)


def computed(folder, case):
    source = case.source or case.category
    (folder / "saleve.toml").write_text(SETTINGS + NAMED.format(source=source), "utf-8")
    written(folder / f"{source}.csv", case.file)
    return compute_inventory(folder)


def cells_of(folder, case):
    """Return the cells by location, without the losses that electricity brings with it."""
    cells = computed(folder, case).inventory.cells.filter(source=case.source or case.category)
    by_location = pl.col("electricity_basis").fill_null("location") == "location"
    return cells.filter(by_location, pl.col("category").ne_missing("grid_losses"))


def test_every_source_category_of_own_factors_has_a_case():
    assert {case.category for case in CASES} == set(SOURCES)


@pytest.mark.parametrize(("case", "level"), CHOICES)
def test_an_own_factor_moves_the_result_and_is_named_with_its_level(folder, tmp_path, case, level):
    before = cells_of(folder, case)["kg_co2e"].sum()
    done = brought(folder, written(tmp_path / "own.csv", own(case, level)))
    assert done.imported, done.problems.to_dicts()
    after = cells_of(folder, case)
    assert after["kg_co2e"].sum() == pytest.approx(case.expected_kg)
    assert before != pytest.approx(case.expected_kg)
    chosen = (
        {None} if case.category == "refrigerants" else {level}
    )  # a potential belongs to the gas, not to a place
    assert set(after["factor_level"]) == chosen


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.source}-{case.category}-{case.unit}")
def test_explain_names_the_own_record_and_its_source(folder, tmp_path, case):
    brought(folder, written(tmp_path / "own.csv", own(case)))
    found = computed(folder, case)
    told = explain(
        found.inventory, found.taken.activities, Selection(source=case.source or case.category, boundary=None)
    )
    named = told.factors.filter(pl.col("factor_id").str.starts_with("own.1."))["factor_id"].to_list()
    assert named
    assert set(named) <= set(told.own_factors["factor_id"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.source}-{case.category}-{case.unit}")
def test_parts_must_add_up_and_a_jump_asks_in_every_category(folder, tmp_path, case):
    rows = [own(case, co2_kg_per_unit="1"), own(case, year="2023", kg_co2e_per_unit="9")]
    done = import_factors(folder, written(tmp_path / "own.csv", *rows))
    assert not done.imported
    assert [code for code in done.problems["code"] if code != "factor-far"] == ["factor-parts", "factor-jump"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.source}-{case.category}-{case.unit}")
def test_everything_that_is_wrong_with_a_file_is_told_at_once(folder, tmp_path, case):
    key = dict.fromkeys(case.key, "unheard of")
    level = next(name for name in (*FINE, "planet") if name not in SOURCES[case.category].levels)
    other = "carrier" if "fuel" in case.key else "fuel"
    wrong = own(case) | {"level": level, "place": "HQ", **key, other: "heat", "unit": "furlong"}
    told = import_factors(folder, written(tmp_path / "own.csv", wrong)).problems
    assert set(told["column"]) == {"level", *key, other, "unit"}
    assert set(told["severity"]) == {"error"}
    assert not (folder / "factors").exists()


def test_the_factor_of_vehicles_goes_before_that_of_ground_travel(folder, tmp_path):
    case = next(case for case in CASES if case.category == "vehicles")
    rows = [own(case), own(case, category="ground_travel", kg_co2e_per_unit="3")]
    brought(folder, written(tmp_path / "own.csv", *rows))
    assert cells_of(folder, case)["kg_co2e"].sum() == pytest.approx(70)


def test_a_basis_that_no_shipped_factor_has_asks_first_and_is_refused_beside_shipped_factors(
    folder, tmp_path
):
    case = next(case for case in CASES if case.category == "hotels")
    table = written(tmp_path / "own.csv", own(case, accounting_basis="cradle_to_grave"))
    assert import_factors(folder, table).problems["code"].to_list() == ["factor-basis-beside-shipped"]
    import_factors(folder, table, accept_warnings=True)
    assert cells_of(folder, case)["kg_co2e"].sum() == pytest.approx(70)
    written(folder / "hotels.csv", case.file, case.file | {"country": "France", "city": "Paris"})
    with pytest.raises(MixedBasisError, match="never mixed"):
        compute_inventory(folder)


def test_a_new_edition_of_waste_factors_is_compared_with_the_old(folder, tmp_path):
    case = next(case for case in CASES if case.category == "waste")
    brought(folder, written(tmp_path / "1.csv", own(case)))
    brought(folder, written(tmp_path / "2.csv", own(case, edition="2", published="2024-01-01", kg_co2e_per_unit="8")))  # fmt: skip
    held = show_factors(folder, source="waste", place="CHE")
    assert held.select("stream", "treatment", "edition").rows() == [
        ("residual", "landfill", "1"),
        ("residual", "landfill", "2"),
    ]
    moved = compare_factors("1", "2", folder, source="waste").row(0, named=True)
    assert (moved["treatment"], moved["change_pct"]) == ("landfill", pytest.approx(100 / 7))
