"""Electricity bills: units, carriers, series."""

from pathlib import Path
from types import MappingProxyType

import polars as pl
import pytest

from saleve.method.activity.electricity import normalise
from saleve.method.activity.normalising import Context, Normalised


def read(*rows: dict[str, object], context: Context | None = None) -> Normalised:
    return normalise(pl.DataFrame(list(rows)).with_row_index("source_row", offset=2), context or Context())


def found(normalised: Normalised) -> set[str]:
    return set(normalised.problems["code"])


@pytest.mark.parametrize(
    ("amount", "unit", "kwh"),
    [(1, "MWh", 1000), (3.6, "GJ", 1000), (1000, "кВт·ч", 1000), (1, "therm", 29.307)],
)
def test_units_of_energy_become_kwh(amount: float, unit: str, kwh: float) -> None:
    activity = read({"site": "T", "year": 2024, "amount": amount, "amount_unit": unit}).activity
    assert activity["energy_kwh"][0] == pytest.approx(kwh, rel=1e-4)


def test_a_header_that_states_the_unit_needs_no_unit_column() -> None:
    activity = read({"site": "T", "year": 2024, "amount_mwh": 2.5}).activity
    assert activity["energy_kwh"][0] == 2500


def test_cubic_metres_of_electricity_are_refused_with_a_sentence() -> None:
    problem = read({"site": "T", "year": 2024, "amount": 5.0, "amount_unit": "m3"}).problems.row(
        0, named=True
    )
    assert (problem["code"], problem["severity"]) == ("unit-of-another-kind", "error")
    assert "m3" in problem["message"]


def test_an_amount_beyond_all_numbers_is_refused() -> None:
    normalised = read({"site": "T", "year": 2024, "amount": 1e308, "amount_unit": "TWh"})
    assert normalised.activity.is_empty()
    assert found(normalised) == {"amount-too-large"}


def test_a_missing_amount_is_not_zero() -> None:
    normalised = read({"site": "T", "year": 2024, "amount": None, "amount_unit": "kWh"})
    assert normalised.activity.is_empty()
    assert found(normalised) == {"amount-missing"}


def test_gas_in_a_file_of_several_carriers_is_not_taken_for_electricity() -> None:
    normalised = read(
        {"site": "T", "commodity": "Strom", "year": 2024, "amount_kwh": 10.0},
        {"site": "T", "commodity": "Gas", "year": 2024, "amount_kwh": 90.0},
    )
    assert normalised.activity["energy_kwh"].to_list() == [10.0]
    rejected = normalised.problems.filter(pl.col("code") == "other-carrier").row(0, named=True)
    assert rejected["row"] == 3
    assert 'where = {commodity = "..."}' in rejected["suggestion"]


def test_a_negative_bill_is_kept_with_its_sign_and_shown() -> None:
    normalised = read({"site": "T", "year": 2024, "amount": -40.0, "amount_unit": "kWh"})
    assert normalised.activity["energy_kwh"][0] == -40
    assert found(normalised) == {"amount-negative"}


def test_zeros_between_readings_ask_whether_a_gap_was_written_as_zero() -> None:
    months = [
        {"site": "T", "year": 2024, "month": month, "amount_kwh": kwh}
        for month, kwh in enumerate((9.0, 0.0, 0.0, 8.0), 1)
    ]
    problems = read(*months).problems
    assert problems.select("row", "code").rows() == [(3, "zero-run")]
    assert "2024-02-01 to 2024-03-31" in problems["message"][0]


def test_a_fall_by_more_than_nine_tenths_is_called_a_break_of_level() -> None:
    years = [
        {"site": "T", "year": year, "amount_kwh": kwh}
        for year, kwh in ((2016, 1864.0), (2017, 1134.0), (2018, 38.0))
    ]
    problems = read(*years).problems
    assert problems.select("row", "code").rows() == [(4, "meter-level-break")]
    assert "97 %" in problems["message"][0]


def test_more_meters_than_in_the_first_year_are_noted() -> None:
    normalised = read(
        {"site": "A", "year": 2010, "amount_kwh": 5.0},
        {"site": "A", "year": 2020, "amount_kwh": 5.0},
        {"site": "B", "year": 2020, "amount_kwh": 5.0},
    )
    assert found(normalised) == {"meter-set-grows"}


def test_constants_and_site_names_of_the_workspace_are_used() -> None:
    context = Context(
        constants=MappingProxyType({"reading": "estimated"}), sites=MappingProxyType({"b24": "Laboratory"})
    )
    activity = read({"site": "B24 ", "year": 2024, "amount_kwh": 5.0}, context=context).activity
    assert activity.select("site", "reading").row(0) == ("Laboratory", "estimated")


def test_every_row_of_the_cambridge_file_is_accounted_for(shared: Path) -> None:
    monthly = pl.read_csv(shared / "data/real/cambridge_estates/monthly.csv")
    rows = monthly.rename({"building_id": "site", "kwh": "amount_kwh"}).with_row_index("source_row", offset=2)
    normalised = normalise(rows, Context())
    rejected = normalised.problems.filter(pl.col("severity") == "error")["row"].unique()
    assert normalised.activity.height + len(rejected) == monthly.height
    assert normalised.activity["energy_kwh"].sum() == pytest.approx(
        monthly.filter(pl.col("commodity") == "electricity")["kwh"].sum()
    )
    assert (normalised.problems["code"] == "zero-run").sum() == 21


def test_the_money_of_a_bill_is_not_taken_for_its_energy() -> None:
    activity = read({"site": "T", "year": 2024, "amount": 6200.0, "amount_kwh": 31000.0}).activity
    assert activity["energy_kwh"][0] == 31000
