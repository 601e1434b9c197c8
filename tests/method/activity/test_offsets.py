"""Carbon offsets: each serial number once, nothing below zero."""

from pathlib import Path

import polars as pl
import pytest

from saleve.ledger.intake.checking import check_file
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.offsets import ACTIVITY, CATEGORY, normalise

ROW = {"registry": "UNFCCC", "standard": "CDM", "serial_number": "XX-5-1-250", "year": 2024, "amount_t_co2e": 250.0, "retired_on": "2025-06-30"}  # fmt: skip


def read(*rows: dict[str, object], context: Context | None = None) -> Normalised:
    table = pl.DataFrame([ROW | row for row in rows], infer_schema_length=None)
    dated = table.with_columns(pl.col("retired_on").cast(pl.String).str.to_date())
    return normalise(dated.with_row_index("source_row", offset=2), context or Context())


def found(normalised: Normalised) -> set[str]:
    return set(normalised.problems["code"])


def test_certificates_are_kept_in_tonnes() -> None:
    activity = read({"amount_t_co2e": None, "amount": 250_000.0, "amount_unit": "kg CO2e"}).activity
    assert activity.select("year", "retired_t_co2e").row(0) == (2024, 250.0)


def test_a_serial_number_is_retired_once_however_it_is_written() -> None:
    normalised = read({}, {"serial_number": "xx 5 1 250", "registry": "unfccc "})
    assert normalised.activity["retired_t_co2e"].sum() == 250
    assert normalised.problems.select("row", "code", "severity").rows() == [
        (3, "serial-number-twice", "error")
    ]
    assert "row 2" in normalised.problems["message"][0]


def test_ranges_that_share_certificates_are_refused() -> None:
    rows = [
        ("CC-5-100001-100250-2-1", 250.0),
        ("CC-5-100251-100300-2-1", 50.0),
        ("CC-5-100290-100309-2-1", 20.0),
        ("DD-5-100001-100250-2-1", 250.0),
    ]
    normalised = read(*[{"serial_number": number, "amount_t_co2e": tonnes} for number, tonnes in rows])
    assert normalised.activity["retired_t_co2e"].sum() == 550
    assert normalised.problems.select("row", "code").rows() == [(4, "serial-numbers-overlap")]
    assert "row 3" in normalised.problems["message"][0]


def test_the_row_that_is_named_is_the_one_whose_range_reaches_into_it() -> None:
    rows = [("CC-1-100-X", 100.0), ("CC-10-20-X", 11.0), ("CC-50-60-X", 11.0)]
    problems = read(*[{"serial_number": number, "amount_t_co2e": tonnes} for number, tonnes in rows]).problems
    assert [("row 2" in message) for message in problems["message"]] == [True, True]


def test_two_registries_may_use_the_same_number() -> None:
    assert found(read({}, {"registry": "Another registry"})) == set()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"serial_number": None}, "serial-number-missing"),
        ({"amount_t_co2e": 0.0}, "amount-not-positive"),
        ({"amount_t_co2e": -5.0}, "amount-not-positive"),
        ({"amount_t_co2e": None}, "amount-missing"),
        ({"vintage": 2026}, "vintage-after-retirement"),
        ({"year": None, "retired_on": None}, "period-missing"),
    ],
)
def test_what_cannot_be_a_retirement_is_refused(row: dict[str, object], code: str) -> None:
    normalised = read(row)
    assert normalised.activity.is_empty()
    assert code in found(normalised)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"retired_on": None}, "retirement-date-missing"),
        ({"registry": None}, "registry-missing"),
        ({"amount_t_co2e": 600_000.0}, "amount-implausible"),
    ],
)
def test_what_an_auditor_will_ask_is_a_warning(row: dict[str, object], code: str) -> None:
    normalised = read(row)
    assert normalised.activity.height == 1
    assert normalised.problems.select("code", "severity").rows() == [(code, "warning")]


def test_the_year_is_that_of_the_row_then_of_the_file_then_of_the_retirement() -> None:
    assert read({"year": None}, context=Context(year=2023)).activity["year"].to_list() == [2023]
    assert read({"year": None}).activity["year"].to_list() == [2025]


@pytest.mark.parametrize("height", [0, 1])
def test_the_activity_has_the_declared_columns_also_without_rows(height: int) -> None:
    rows = pl.DataFrame([ROW]).drop("retired_on").with_row_index("source_row", offset=2)
    assert normalise(rows.head(height), Context()).activity.schema == ACTIVITY


def test_the_example_is_a_row_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    pl.DataFrame([CATEGORY.example]).write_csv(path)
    checked = check_file(path)
    assert (checked.category, checked.accepted) == ("offsets", 1)


FRENCH = """Nom du projet;Norme;Registre;Numéro de série;Millésime;Date de retrait;Nombre de certificats
Parc éolien;CDM;UNFCCC;AB-1-100;2019;30.06.2024;1'000
Fours améliorés;Gold Standard;GS;GS1-77;2020;30.06.2024;500
Parc éolien;CDM;UNFCCC;ab 1 100;2019;30.06.2024;1'000
Parc éolien;CDM;UNFCCC;;2019;30.06.2024;10
"""
ARABIC = """اسم المشروع,المعيار,السجل,الرقم التسلسلي,سنة الإصدار,تاريخ الإلغاء,عدد الشهادات
مزرعة رياح,CDM,UNFCCC,AB-1-200,٢٠١٩,2024-06-30,٢٥٠
مزرعة رياح,CDM,UNFCCC,AB-201-300,٢٠١٩,2024-06-30,-٥
"""


def test_a_messy_french_statement_is_read(tmp_path: Path) -> None:
    path = tmp_path / "compensation.csv"
    path.write_text(FRENCH, "utf-8")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("offsets", 4, 2, 2)
    assert checked.activity["retired_t_co2e"].sum() == 1500
    assert {"serial-number-twice", "value-missing"} <= set(checked.problems["code"])


def test_a_messy_arabic_statement_is_read(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(ARABIC, "utf-8")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("offsets", 2, 1, 1)
    assert checked.activity.select("vintage", "retired_t_co2e").row(0) == (2019, 250.0)


def test_certificates_that_are_bought_and_not_retired_do_not_count() -> None:
    normalised = read({"status": "retired"}, {"status": "held", "serial_number": "XX-5-300-400"})
    assert normalised.activity["source_row"].to_list() == [2]
    assert normalised.problems.select("row", "code", "severity").rows() == [(3, "not-retired", "error")]
