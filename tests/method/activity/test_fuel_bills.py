"""Fuel bills: calorific basis, volumes, fuels."""

from pathlib import Path
from types import MappingProxyType

import polars as pl
import pytest

from saleve.method.activity.fuels import CATEGORY, FUELS, normalise
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.reference.factors import fuel_names


def read(*rows: dict[str, object], context: Context | None = None) -> Normalised:
    filled = [{"site": "T", "fuel": "natural_gas", "year": 2024} | row for row in rows]
    return normalise(pl.DataFrame(filled).with_row_index("source_row", offset=2), context or Context())


@pytest.mark.parametrize(
    ("unit", "canonical"),
    [
        ("kWh gross", "kWh gross"),
        ("kWh PCI", "kWh net"),
        ("MWh (Brennwert)", "kWh gross"),
        ("m3", "m3"),
        ("t", "kg"),
    ],
)
def test_the_calorific_basis_is_part_of_the_unit(unit: str, canonical: str) -> None:
    normalised = read({"amount": 5.0, "amount_unit": unit})
    assert normalised.activity["amount_unit"][0] == canonical
    assert normalised.problems.is_empty()


def test_a_kwh_without_basis_is_taken_as_gross_and_said_once_for_the_file() -> None:
    normalised = read(
        {"amount": 5.0, "amount_unit": "kWh", "meter": "1"},
        {"amount": 6.0, "amount_unit": "kWh", "meter": "2"},
    )
    assert normalised.activity["amount_unit"].to_list() == ["kWh gross"] * 2
    warning = normalised.problems.row(0, named=True)
    assert (warning["code"], warning["row"]) == ("calorific-basis-assumed", None)
    assert "rows: 2" in warning["message"]


def test_the_organisation_states_the_basis_for_the_whole_file() -> None:
    context = Context(constants=MappingProxyType({"calorific_basis": "net"}))
    normalised = read({"amount": 5.0, "amount_unit": "kWh"}, context=context)
    assert normalised.activity["amount_unit"][0] == "kWh net"
    assert normalised.problems.is_empty()


def test_normal_cubic_metres_are_brought_to_fifteen_degrees() -> None:
    activity = read({"amount": 100.0, "amount_unit": "Nm3"}).activity
    assert activity.select("amount", "amount_unit").row(0) == (pytest.approx(105.49), "m3")


def test_a_row_without_fuel_is_rejected_with_what_to_write() -> None:
    problems = read({"fuel": None, "amount": 5.0, "amount_unit": "litre"}).problems
    assert problems["code"].to_list() == ["fuel-missing"]
    assert 'constants = {fuel = "natural gas"}' in problems["suggestion"][0]


def test_fuels_have_labels_in_six_languages_and_nearly_all_have_factors() -> None:
    without = set(FUELS) - set(fuel_names()["fuel"])
    assert without == {"biodiesel", "bioethanol"}
    assert CATEGORY.column("fuel").choices["natural_gas"][-1] == "الغاز"


def test_no_label_stands_for_two_fuels() -> None:
    labels = [label for names in FUELS.values() for label in names]
    assert len(labels) == len(set(labels))


def test_broken_gas_meters_of_the_cambridge_file_are_named(shared: Path) -> None:
    monthly = pl.read_csv(shared / "data/real/cambridge_estates/monthly.csv").filter(
        pl.col("commodity") == "gas"
    )
    rows = monthly.select(
        pl.col("building_id").alias("site"), "year", "month", amount_kwh="kwh"
    ).with_columns(fuel=pl.lit("natural_gas"))
    normalised = normalise(rows.with_row_index("source_row", offset=2), Context())
    breaks = normalised.problems.filter(pl.col("code") == "meter-level-break")["message"]
    assert {message.split("'")[1] for message in breaks} == {"b0", "b111", "b25", "b36", "b57", "b59"}
    assert normalised.activity.height == monthly.height
