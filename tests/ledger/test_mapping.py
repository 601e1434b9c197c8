"""Headers are known by their words, in any order and spelling; resemblance only suggests."""

from typing import Any

import pytest

from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.guessing import guess_category
from saleve.ledger.intake.mapping import map_headers, nearest_header
from saleve.method.schema import Category, Column, Kind

BILLS = Category(
    "bills",
    "Bills",
    (
        Column("site", Kind.TEXT, "Site", required=True, synonyms=("site", "bâtiment", "здание")),
        Column(
            "amount", Kind.NUMBER, "Amount", required=True, synonyms=("consumption", "用电量", "потребление")
        ),
        Column("amount_unit", Kind.UNIT, "Unit", synonyms=("unit",)),
        Column("period_start", Kind.DATE, "Start", synonyms=("start",)),
    ),
)


def _mapped(headers: list[str], category: Category, **kwargs: Any) -> dict[str, str]:
    return map_headers(headers, category, **kwargs).as_dict()


@pytest.mark.parametrize(
    "header", ["FECHA_SALIDA", "Fecha salida", "fecha-salida", "FechaSalida", "  Fecha  Salida: "]
)
def test_spelling_of_a_header_does_not_matter(trips: Any, header: str) -> None:
    assert _mapped([header, "Destino"], trips.CATEGORY) == {
        header: "departure_date",
        "Destino": "destination",
    }


@pytest.mark.parametrize(
    ("header", "unit"),
    [("Consumption (kWh)", "kWh"), ("consumption_MWh", "MWh"), ("Consumption, GJ", "GJ"), ("Consumption in m3", "m3"), ("用电量（千瓦时）", "千瓦时"),
     ("Потребление, кВт·ч", "кВт·ч"), ("Consumption [kWh PCS]", "kWh PCS")],
)  # fmt: skip
def test_a_unit_in_the_header_is_taken_off_and_kept(header: str, unit: str) -> None:
    match = map_headers(["Site", header], BILLS).matches[1]
    assert (match.column, match.unit) == ("amount", unit)


@pytest.mark.parametrize(
    ("header", "currency"),
    [("Viaticos_dolar", "USD"), ("Viaticos_euro", "EUR"), ("Per diem CHF", "CHF"), ("Per diem (€)", "EUR"), ("Per diem en francs suisses", "CHF"),
     ("Viaticos_pesos", "PESOS"), ("Per diem", None)],
)  # fmt: skip
def test_a_currency_in_the_header_is_taken_off_and_kept(
    trips: Any, header: str, currency: str | None
) -> None:
    match = map_headers(["Destino", header], trips.CATEGORY).matches[1]
    assert (match.column, match.currency) == ("per_diem", currency)


def test_one_amount_in_several_currencies_has_several_headers(trips: Any) -> None:
    mapping = map_headers(["Destino", "Viaticos_dolar", "Viaticos_euro", "Viaticos USD"], trips.CATEGORY)
    assert [match.header for match in mapping.matches if match.column == "per_diem"] == [
        "Viaticos_dolar",
        "Viaticos_euro",
    ]
    assert mapping.doubles == (("Viaticos USD", "Viaticos_dolar", "per_diem"),)


def test_the_earlier_synonym_wins_and_the_other_header_is_named() -> None:
    mapping = map_headers(["здание", "Site", "Consumption"], BILLS)
    assert mapping.header("site") == "Site"
    assert mapping.doubles == (("здание", "Site", "site"),)


def test_the_users_word_holds_before_any_synonym(trips: Any) -> None:
    stated = {"To": "ignore", "Ziel": "destination", "Summe": "fare:CHF"}
    mapping = map_headers(["To", "Ziel", "Summe"], trips.CATEGORY, stated)
    assert mapping.as_dict() == {"Ziel": "destination", "Summe": "fare"}
    assert mapping.matches[1].currency == "CHF"


def test_where_the_user_said_which_header_counts_the_other_is_simply_not_used() -> None:
    mapping = map_headers(["здание", "Site", "Consumption"], BILLS, {"здание": "site"})
    assert mapping.header("site") == "здание"
    assert mapping.doubles == ()
    assert mapping.unused == ("Site",)


def test_a_users_word_that_fits_nothing_is_refused(trips: Any) -> None:
    with pytest.raises(FileRefusedError, match="names a column 'Zeil', but the file has: Ziel"):
        map_headers(["Ziel"], trips.CATEGORY, {"Zeil": "destination"})
    with pytest.raises(FileRefusedError, match="maps 'Ziel' to 'goal', which Trips does not have"):
        map_headers(["Ziel"], trips.CATEGORY, {"Ziel": "goal"})


def test_a_constant_stands_in_for_a_required_column() -> None:
    assert map_headers(["Consumption"], BILLS).missing == ("site",)
    assert map_headers(["Consumption"], BILLS, constants={"site"}).missing == ()


def test_a_header_that_resembles_is_only_suggested() -> None:
    assert map_headers(["Sites", "Consumption"], BILLS).missing == ("site",)
    assert nearest_header(BILLS.column("site"), ["Sites", "Colour"]) == "Sites"
    assert nearest_header(BILLS.column("site"), ["Colour"]) is None


def test_the_category_is_the_one_whose_columns_the_headers_name(trips: Any) -> None:
    assert guess_category(["Site", "Consumption (kWh)"], [trips.CATEGORY, BILLS]).name == "bills"
    assert guess_category(["Destino", "Cabin", "Fare"], [trips.CATEGORY, BILLS]).name == "trips"


def test_the_name_of_the_file_decides_between_equals() -> None:
    heat = Category("district_energy", "District energy", BILLS.columns)
    electricity = Category("electricity", "Electricity", BILLS.columns)
    headers = ["Site", "Consumption (kWh)"]
    assert guess_category(headers, [heat, electricity], hints="strom 2024").name == "electricity"
    assert (
        guess_category(headers, [heat, electricity], hints="chauffage à distance").name == "district_energy"
    )
    with pytest.raises(
        FileRefusedError,
        match=r"fit several kinds of data: district_energy, electricity. Say which with --category",
    ):
        guess_category(headers, [heat, electricity])


def test_headers_that_nobody_knows_are_listed(trips: Any) -> None:
    with pytest.raises(FileRefusedError, match=r"no kind of data that Salève knows.*Headers: Foo, Bar"):
        guess_category(["Foo", "Bar"], [trips.CATEGORY, BILLS])


def test_a_column_under_its_own_name_has_its_own_unit() -> None:
    waste = Category("waste", "Waste", (Column("density_kg_per_m3", Kind.NUMBER, "Density", unit="kg/m3"),))
    assert map_headers(["density_kg_per_m3"], waste).matches[0].unit is None


def test_the_units_of_headers_speak_against_a_category_that_the_name_of_the_file_hints_at() -> None:
    volume = Column("amount_m3", Kind.NUMBER, "Volume", unit="m3")
    water = Category("water", "Water", (*BILLS.columns, volume))
    heat = Category("district_energy", "District energy", BILLS.columns)
    assert guess_category(["Site", "Consumption"], [heat, water], hints="water 2024").name == "water"
    with pytest.raises(FileRefusedError, match="fit several kinds of data"):
        guess_category(["Site", "Consumption (kWh)"], [heat, water], hints="hot water 2024")
