"""Units are exact by definition, known in many spellings, and never mixed."""

import pytest

from saleve.method.problems import UnknownReferenceError
from saleve.method.units import convert, is_unit, parse_unit, unit_names


@pytest.mark.parametrize(
    ("text", "canonical", "factor"),
    [
        ("kWh", "kWh", 1),
        ("МВт·ч", "kWh", 1000),
        ("GJ", "kWh", 1000 / 3.6),
        ("Гкал", "kWh", 1163),
        ("kBtu", "kWh", 0.29307107017222),
        ("therms", "kWh", 29.3072222222222),
        ("m³", "m3", 1),
        ("Litres", "m3", 0.001),
        ("US gallons", "m3", 0.003785411784),
        ("ccf", "m3", 2.8316846592),
        ("lbs", "kg", 0.45359237),
        ("Tonnes", "kg", 1000),
        ("Mg", "kg", 1000),
        ("sq ft", "m2", 0.09290304),
        ("平方米", "m2", 1),
        ("nautical miles", "km", 1.852),
        ("tCO2e", "kg CO2e", 1000),
        ("kgal", "m3", 3.785411784),
        ("ML", "m3", 1000),
        ("ml", "m3", 1e-6),
        ("ramettes", "sheet", 500),
        ("g/m²", "g/m2", 1),
        ("t/m3", "kg/m3", 1000),
    ],
)
def test_a_unit_is_known_however_it_is_written(text: str, canonical: str, factor: float) -> None:
    unit = parse_unit(text)
    assert unit.canonical == canonical
    assert unit.to_canonical == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "basis"),
    [("kWh", None), ("kWh PCS", "gross"), ("kWh (Gross CV)", "gross"), ("MJ (net)", "net"), ("GJ PCI", "net"),
     ("kWh Hs", "gross"), ("kWh_Hi", "net"), ("MWh LHV", "net")],
)  # fmt: skip
def test_the_calorific_basis_is_part_of_the_unit(text: str, basis: str | None) -> None:
    assert parse_unit(text).calorific_basis == basis


@pytest.mark.parametrize("text", ["gallons", "tons", "MBtu"])
def test_a_unit_that_differs_by_country_is_refused_with_the_choices(text: str) -> None:
    with pytest.raises(UnknownReferenceError, match=r"different amounts in different countries\. Write"):
        parse_unit(text)


def test_an_unknown_unit_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownReferenceError, match="Did you mean kWh"):
        parse_unit("kWhh")


def test_unlike_units_are_never_converted() -> None:
    assert convert(2, "MWh", "kWh") == 2000
    with pytest.raises(UnknownReferenceError, match="cannot be converted to kg"):
        convert(2, "MWh", "kg")


def test_every_name_reads_back_as_itself() -> None:
    assert [parse_unit(name).name for name in unit_names()] == unit_names()


def test_a_word_that_is_no_unit_is_not_taken_for_one() -> None:
    assert not is_unit("CHF")
