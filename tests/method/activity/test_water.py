"""Water: supply and sewage apart, units of the world, series of meters."""

from pathlib import Path

import polars as pl
import pytest

from saleve.ledger.intake.checking import check_file
from saleve.ledger.intake.errors import FileRefusedError
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.water import ACTIVITY, CATEGORY, normalise

ROW = {"site": "T", "year": 2025}


def read(*rows: dict[str, object]) -> Normalised:
    table = pl.DataFrame([ROW | row for row in rows], infer_schema_length=None)
    return normalise(table.with_row_index("source_row", offset=2), Context())


def found(normalised: Normalised) -> set[str]:
    return set(normalised.problems["code"])


@pytest.mark.parametrize(
    ("amount", "unit", "m3"),
    [(1, "m³", 1), (1500, "l", 1.5), (1, "kgal", 3.785411784), (1, "ccf", 2.831684659), (1000, "US gal", 3.785411784), (1000, "UK gal", 4.54609), (2, "ML", 2000)],
)  # fmt: skip
def test_units_of_volume_become_m3(amount: float, unit: str, m3: float) -> None:
    activity = read({"amount": float(amount), "amount_unit": unit}).activity
    assert activity["supply_m3"][0] == pytest.approx(m3, rel=1e-9)


def test_a_bare_gallon_is_refused_with_both_choices() -> None:
    problem = read({"amount": 5.0, "amount_unit": "gallons"}).problems.row(0, named=True)
    assert problem["severity"] == "error"
    assert "US gal / UK gal" in problem["message"]


def test_water_billed_as_supply_and_as_sewage_is_the_same_water_once() -> None:
    bills = [{"service": "supply", "amount_m3": 120.0}, {"service": "sewage", "amount_m3": 114.0}]
    normalised = read(*bills)
    assert normalised.activity.select("supply_m3", "sewage_m3").sum().row(0) == (120.0, 114.0)
    assert found(normalised) == set()


def test_a_bill_for_both_is_one_quantity_supplied_and_drained() -> None:
    activity = read({"service": "supply_and_sewage", "amount_kgal": 12.0}).activity
    assert activity.select("supply_m3", "sewage_m3").row(0) == pytest.approx((45.424941, 45.424941))


def test_supply_and_sewage_may_stand_in_one_row() -> None:
    normalised = read(
        {"amount_m3": 100.0, "sewage_m3": 130.0}, {"site": "U", "amount_m3": None, "sewage_m3": 7.0}
    )
    assert normalised.activity.select("supply_m3", "sewage_m3").rows() == [(100.0, 130.0), (None, 7.0)]
    assert found(normalised) == {"sewage-exceeds-supply"}


def test_energy_is_not_water() -> None:
    normalised = read({"amount": 5.0, "amount_unit": "kWh"})
    assert normalised.activity.is_empty()
    assert found(normalised) == {"unit-of-another-kind"}


def test_a_credit_is_kept_with_its_sign_and_shown() -> None:
    normalised = read({"amount_m3": -4.0})
    assert normalised.activity["supply_m3"].to_list() == [-4.0]
    assert normalised.problems.select("code", "severity").rows() == [("amount-negative", "warning")]


def test_more_water_than_a_building_can_use_asks_for_the_unit() -> None:
    assert found(read({"amount_m3": 400_000.0})) == {"amount-implausible"}


def test_gaps_breaks_and_overlaps_of_meters_are_told() -> None:
    months = [
        {"meter": "W1", "month": month, "amount_m3": m3} for month, m3 in enumerate((9.0, 0.0, 9.0, 9.0), 1)
    ]
    later = {"meter": "W1", "year": 2026, "amount_m3": 3.0}
    assert found(read(*months, months[0], later)) == {"zero-run", "period-overlap", "meter-level-break"}


@pytest.mark.parametrize("height", [0, 1])
def test_the_activity_has_the_declared_columns_also_without_rows(height: int) -> None:
    rows = pl.DataFrame({"amount_m3": [1.0], "year": [2025], "source_row": [2]})
    assert normalise(rows.head(height), Context()).activity.schema == ACTIVITY


def test_the_example_is_a_row_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "water.csv"
    pl.DataFrame([CATEGORY.example]).write_csv(path)
    checked = check_file(path)
    assert (checked.category, checked.accepted) == ("water", 1)


SPANISH = """Consumo de agua 2024,,,,
Edificio,Contador de agua,Desde,Hasta,Consumo (m3)
Torre,A-1,01/01/2024,31/03/2024,"1.240,5"
Torre,A-1,01/04/2024,30/06/2024,"1.180,0"
Torre,A-1,01/07/2024,30/09/2024,sin datos
Torre,A-1,31/12/2024,01/10/2024,"1.100,0"
"""
RUSSIAN = """Здание;Услуга;Год;Месяц;Объём;Единица измерения
Башня;холодное водоснабжение;2024;январь;310;м3
Башня;водоотведение;2024;январь;300;м3
Башня;холодное водоснабжение;2024;февраль;290 000;л
Башня;холодное водоснабжение;2024;март;5;Гкал
"""


def test_a_messy_spanish_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "consumos.csv"
    path.write_text(SPANISH, "utf-8")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("water", 4, 2, 2)
    assert checked.activity["supply_m3"].to_list() == [1240.5, 1180.0]
    assert {"amount-missing", "period-reversed"} <= set(checked.problems["code"])


def test_a_messy_russian_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "вода.csv"
    path.write_text(RUSSIAN, "cp1251")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("water", 4, 3, 1)
    assert checked.activity["supply_m3"].to_list() == [310.0, None, 290.0]
    assert checked.activity["sewage_m3"].to_list() == [None, 300.0, None]


@pytest.mark.parametrize(
    ("name", "header"), [("gas 2024", "Consumption (m3)"), ("hot water", "Consumption (kWh)"), ("heating", "Amount (m3)")]
)  # fmt: skip
def test_gas_and_heat_are_not_taken_for_water(tmp_path: Path, name: str, header: str) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text(f"Site,Meter,From,To,{header}\nT,G1,2024-01-01,2024-01-31,120\n")
    with pytest.raises(FileRefusedError, match="fit several kinds of data"):
        check_file(path)


def test_a_service_that_is_not_known_is_never_taken_for_supply(tmp_path: Path) -> None:
    path = tmp_path / "water.csv"
    path.write_text("Site,Service,Year,m3\nT,Water,2024,120\nT,Trade effluent,2024,110\n")
    checked = check_file(path)
    assert (checked.accepted, checked.rejected) == (1, 1)
    assert checked.activity["supply_m3"].to_list() == [120.0]


def test_a_file_named_water_is_water(tmp_path: Path) -> None:
    path = tmp_path / "water-2024.csv"
    path.write_text("Site,Meter,From,To,Consumption,Unit\nT,W1,2024-01-01,2024-01-31,120,m3\n")
    assert check_file(path).category == "water"
