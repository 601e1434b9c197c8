"""Information technology: items, kWh and money of equipment, data centres and cloud services."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.ledger.intake.checking import check_file
from saleve.method.activity.ict import ACTIVITY, CATEGORY, normalise
from saleve.method.activity.normalising import Context, Normalised

MONEY = pl.Decimal(18, 4)
ROW = {"kind": "laptop", "year": 2025}


def read(*rows: dict[str, object]) -> Normalised:
    table = pl.DataFrame([ROW | row for row in rows], infer_schema_length=None)
    money = [name for name in table.columns if name.startswith("cost_")]
    typed = table.with_columns(pl.col(money).cast(MONEY)).with_row_index("source_row", offset=2)
    return normalise(typed, Context())


def found(normalised: Normalised) -> set[str]:
    return set(normalised.problems["code"])


def test_items_stay_as_counted() -> None:
    activity = read({"items_bought": 12.0, "items_in_use": 64.0}).activity
    assert activity.select("items_bought", "items_in_use", "energy_kwh").row(0) == (12.0, 64.0, None)


def test_energy_of_a_data_centre_becomes_kwh_and_asks_whether_it_is_billed_elsewhere() -> None:
    normalised = read({"kind": "data_centre", "amount": 1.5, "amount_unit": "GWh"})
    assert normalised.activity["energy_kwh"].to_list() == [1_500_000.0]
    assert found(normalised) == {"data-centre-twice"}


def test_money_is_exact_and_one_row_for_each_currency_without_doubling_items() -> None:
    activity = read({"items_bought": 3.0, "cost_chf": "3300.05", "cost_usd": "0.10"}).activity
    assert activity.select("amount", "currency", "items_bought").rows() == [
        (Decimal("3300.0500"), "CHF", 3.0),
        (Decimal("0.1000"), "USD", None),
    ]


def test_a_cloud_bill_over_two_years_is_divided_as_the_page_computes() -> None:
    rows = pl.DataFrame({"kind": ["cloud"], "amount_kwh": [730.0], "cost_usd": ["365.00"], "source_row": [2]}).with_columns(
        pl.col("cost_usd").cast(MONEY), pl.date(2024, 7, 1).alias("period_start"), pl.date(2025, 6, 30).alias("period_end")
    )  # fmt: skip
    activity = normalise(rows, Context()).activity
    assert activity["energy_kwh"].to_list() == pytest.approx([368, 362])
    assert activity["amount"].to_list() == [Decimal("184.0000"), Decimal("181.0000")]


@settings(deadline=None, max_examples=30)
@given(cost=st.decimals("-1e9", "1e9", places=4), days=st.integers(1, 700))
def test_no_hundredth_of_a_cent_is_lost_between_years(cost: Decimal, days: int) -> None:
    rows = pl.DataFrame({"kind": ["cloud"], "cost_usd": pl.Series([cost], dtype=MONEY), "source_row": [2]}).with_columns(
        pl.date(2024, 12, 1).alias("period_start"), pl.date(2025, 1, 1).dt.offset_by(f"{days}d").alias("period_end")
    )  # fmt: skip
    assert normalise(rows, Context()).activity["amount"].sum() == cost


def test_items_in_use_are_a_level_and_not_divided() -> None:
    rows = pl.DataFrame({"kind": ["server"], "items_in_use": [10.0], "source_row": [2]}).with_columns(
        pl.date(2024, 7, 1).alias("period_start"), pl.date(2025, 6, 30).alias("period_end")
    )
    assert normalise(rows, Context()).activity["items_in_use"].to_list() == [10.0, 10.0]


def test_a_row_without_items_energy_or_cost_is_not_zero() -> None:
    normalised = read({"items_bought": None, "items_in_use": None})
    assert normalised.activity.is_empty()
    assert found(normalised) == {"amount-missing"}


def test_a_credit_note_is_kept_and_negative_items_are_not() -> None:
    normalised = read({"items_bought": None, "cost_chf": "-20"}, {"items_bought": -1.0, "cost_chf": None})
    assert normalised.activity["amount"].to_list() == [Decimal(-20)]
    assert normalised.problems.select("row", "severity").rows() == [(2, "warning"), (3, "error")]


def test_more_labels_than_items_are_asked_about() -> None:
    assert found(read({"items_bought": 3.0, "items_with_label": 4.0})) == {"labelled-exceed-bought"}


def test_money_in_the_column_of_items_is_asked_about() -> None:
    assert found(read({"items_bought": 138_000.0})) == {"amount-implausible"}


@pytest.mark.parametrize("height", [0, 1])
def test_the_activity_has_the_declared_columns_also_without_rows(height: int) -> None:
    rows = pl.DataFrame({"kind": ["laptop"], "items_bought": [1.0], "year": [2025], "source_row": [2]})
    assert normalise(rows.head(height), Context()).activity.schema == ACTIVITY


def test_the_example_is_a_row_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    pl.DataFrame([CATEGORY.example]).write_csv(path)
    checked = check_file(path)
    assert (checked.category, checked.accepted) == ("ict", 1)


GERMAN = """Standort;Gerätetyp;Kaufdatum;Anzahl gekauft;Kosten (CHF);Benutzer
Turm;Notebook;03.02.2024;12;13'200.50;Person Eins
Turm;Bildschirme;04.02.2024;24;4'800.00;Person Zwei
Turm;Kaffeemaschine;05.02.2024;1;900.00;Person Eins
"""
SPANISH = """Tipo de equipo,Nombre del servicio,Desde,Hasta,Consumo (kWh),Gasto,Moneda
Nube,Cómputo,01/01/2024,31/01/2024,"1.234,5","2.000,10",USD
Nube,Cómputo,01/02/2024,29/02/2024,"1.100,0","-50,00",USD
Centro de datos,Sala 1,01/01/2024,31/12/2024,350.000,,
"""


def test_a_messy_german_list_of_equipment_is_read_without_its_persons(tmp_path: Path) -> None:
    path = tmp_path / "beschaffung-it.csv"
    path.write_text(GERMAN, "cp1252")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("ict", 3, 2, 1)
    assert checked.activity.select("kind", "items_bought", "amount", "currency").rows() == [
        ("laptop", 12.0, Decimal("13200.5000"), "CHF"),
        ("monitor", 24.0, Decimal("4800.0000"), "CHF"),
    ]
    assert "Person" not in checked.table.write_csv()


def test_a_messy_spanish_cloud_bill_is_read(tmp_path: Path) -> None:
    path = tmp_path / "nube.csv"
    path.write_text(SPANISH, "utf-8")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted) == ("ict", 3, 3)
    assert checked.activity["amount"].sum() == Decimal("1950.10")
    assert checked.activity["energy_kwh"].sum() == pytest.approx(352_334.5)
    assert {"amount-negative", "data-centre-twice"} <= set(checked.problems["code"])
