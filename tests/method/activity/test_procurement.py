"""Procurement: money exact in its own currency, accounts folded, thresholds that move, a real list of 28,145 payments."""

from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import polars as pl
import pytest

from saleve.ledger.intake.checking import Checked, check_file
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.procurement import ACTIVITY, CATEGORY, normalise

MONEY = pl.Decimal(18, 4)
ROW = {"account_description": "Office supplies", "year": 2025, "vat": "excluded"}


def read(*rows: dict[str, object]) -> Normalised:
    table = pl.DataFrame([ROW | row for row in rows], infer_schema_length=None)
    money = [name for name in table.columns if name.startswith("amount_")]
    typed = table.with_columns(pl.col(money).cast(MONEY)).with_row_index("source_row", offset=2)
    return normalise(typed, Context())


def found(normalised: Normalised) -> set[str]:
    return set(normalised.problems["code"])


def test_each_currency_has_its_own_row_as_the_page_computes() -> None:
    rows = [
        {"amount_chf": "1249.90"},
        {"amount_chf": "-49.90"},
        {"account_description": "office  supplies", "amount_usd": "300"},
    ]
    sums = read(*rows).activity.group_by("account", "currency").agg(pl.col("amount").sum()).sort("currency")
    assert sums.rows() == [
        ("office supplies", "CHF", Decimal("1200.0000")),
        ("office supplies", "USD", Decimal("300.0000")),
    ]  # fmt: skip


def test_a_row_in_two_currencies_becomes_two_rows_of_activity() -> None:
    activity = read({"amount_chf": "10.01", "amount_usd": "20.02"}).activity
    assert activity.select("source_row", "amount", "currency").rows() == [
        (2, Decimal("10.0100"), "CHF"),
        (2, Decimal("20.0200"), "USD"),
    ]


def test_tenths_of_a_cent_add_up_exactly() -> None:
    assert read(*[{"amount_chf": "0.001"}] * 1000).activity["amount"].sum() == Decimal("1.0000")


def test_a_credit_note_is_kept_with_its_sign_and_shown() -> None:
    normalised = read({"amount_chf": "-12.50"})
    assert normalised.activity["amount"].to_list() == [Decimal("-12.5")]
    assert normalised.problems.select("code", "severity").rows() == [("amount-negative", "warning")]
    assert "-12.50 CHF" in normalised.problems["message"][0]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"amount_chf": None}, "amount-missing"),
        ({"account_description": None}, "account-missing"),
        ({"year": None}, "period-missing"),
        ({"year": 1089}, "period-out-of-range"),
    ],
)
def test_what_cannot_be_counted_is_refused(row: dict[str, object], code: str) -> None:
    normalised = read({"amount_chf": "5"} | row)
    assert normalised.activity.is_empty()
    assert found(normalised) == {code}


def test_capitals_and_blanks_do_not_make_two_accounts() -> None:
    normalised = read({"amount_chf": "1"}, {"account_description": "OFFICE  Supplies", "amount_chf": "2"})
    assert normalised.activity["account"].unique().to_list() == ["office supplies"]
    assert normalised.activity["account_description"].to_list() == ["Office supplies", "OFFICE  Supplies"]
    assert found(normalised) == {"account-spellings"}


def test_an_account_with_and_without_tax_is_told() -> None:
    assert found(read({"amount_chf": "1"}, {"vat": "included", "amount_chf": "2"})) == {"vat-differs"}


def test_the_same_line_twice_is_counted_and_asked_about() -> None:
    row = {"document": "4711", "date": "2025-01-31", "amount_chf": "99"}
    rows = pl.DataFrame([ROW | row] * 2).with_columns(
        pl.col("date").str.to_date(), pl.col("amount_chf").cast(MONEY), pl.Series("source_row", [2, 3])
    )
    normalised = normalise(rows, Context())
    assert normalised.activity.height == 2
    assert normalised.problems.select("row", "code").rows() == [(3, "paid-twice")]


def payments(year: int, smallest: int) -> list[dict[str, object]]:
    return [{"year": year, "amount_gbp": str(smallest + 7 * number)} for number in range(300)]


def test_a_threshold_that_falls_in_steps_is_told_for_each_step() -> None:
    normalised = read(*payments(2009, 1000), *payments(2010, 500), *payments(2011, 500), *payments(2012, 250))
    steps = normalised.problems.filter(pl.col("code") == "threshold-changed")["message"].to_list()
    assert [message[:8] for message in steps] == ["In 2010,", "In 2012,"]


def test_equal_thresholds_and_short_lists_are_silent() -> None:
    assert found(read(*payments(2009, 500), *payments(2010, 500))) == set()
    assert found(read(*payments(2009, 1000)[:50], *payments(2010, 250)[:50])) == set()


def test_one_payment_that_outweighs_all_others_is_asked_about() -> None:
    normalised = read(*payments(2024, 500), {"year": 2024, "amount_gbp": "9000000"})
    assert normalised.problems.select("row", "code").rows() == [(302, "amount-implausible")]


@pytest.mark.parametrize("height", [0, 1])
def test_the_activity_has_the_declared_columns_also_without_rows(height: int) -> None:
    rows = pl.DataFrame([ROW | {"amount_chf": "1"}]).with_columns(pl.col("amount_chf").cast(MONEY))
    whole = rows.with_row_index("source_row", offset=2)
    assert normalise(whole.head(height), Context()).activity.schema == ACTIVITY


def test_the_example_is_a_row_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    pl.DataFrame([CATEGORY.example]).write_csv(path)
    checked = check_file(path)
    assert (checked.category, checked.accepted) == ("procurement", 1)


GERMAN = """Ausgaben 2024;;;;;
Buchungsdatum;Kontobezeichnung;Kontonummer;Kreditor;Belegnummer;Betrag (CHF);Genehmigt von
31.01.2024;Büromaterial;006210;Papeterie AG;51000233;1'249.90;Person Eins
15.02.2024;BÜROMATERIAL ;006210;Papeterie AG;51000240;-49.90;Person Eins
30.02.2024;Reinigung;006300;Sauber GmbH;51000251;800.00;Person Zwei
"""
RUSSIAN = """Дата платежа;Статья расходов;Поставщик;Сумма;Валюта;НДС включён
31.01.2024;Канцтовары;ООО Бумага;12 500,75;RUB;с НДС
15.02.2024;Мебель;ООО Стол;1 000,00;USD;без НДС
16.02.2024;Мебель;ООО Стол;;USD;без НДС
"""


def test_a_messy_german_ledger_is_read_without_its_persons(tmp_path: Path) -> None:
    path = tmp_path / "kreditoren.csv"
    path.write_text(GERMAN, "cp1252")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("procurement", 3, 2, 1)
    assert checked.activity["amount"].sum() == Decimal("1200.00")
    assert checked.activity["account_code"].to_list() == ["006210", "006210"]
    assert {"date-impossible", "column-personal", "account-spellings"} <= set(checked.problems["code"])
    assert "Person" not in checked.table.write_csv()


def test_a_messy_russian_ledger_is_read(tmp_path: Path) -> None:
    path = tmp_path / "platezhi.csv"
    path.write_text(RUSSIAN, "cp1251")
    checked = check_file(path)
    assert (checked.category, checked.rows, checked.accepted, checked.rejected) == ("procurement", 3, 2, 1)
    assert checked.activity.select("amount", "currency", "vat").rows() == [
        (Decimal("12500.75"), "RUB", "included"),
        (Decimal("1000.00"), "USD", "excluded"),
    ]


@pytest.fixture(scope="module")
def london(shared: Path) -> Checked:
    path = shared / "data/real/gla_spending/gla_spending_2008_2013.csv"
    return check_file(path, context=Context(constants=MappingProxyType({"currency": "GBP"})))


def test_every_payment_of_london_is_accounted_for_to_the_cent(london: Checked) -> None:
    assert london.category == "procurement"
    assert london.rows == 28_145 == london.accepted + london.repaired + london.rejected
    assert london.activity["amount"].sum() == Decimal("1000083306.00")
    assert london.activity["currency"].unique().to_list() == ["GBP"]


def test_credit_notes_of_london_are_kept_and_listed(london: Checked) -> None:
    assert london.activity.filter(pl.col("amount") < 0).height == 1209
    assert (london.problems["code"] == "amount-negative").sum() == 1209


def test_accounts_of_london_fold(london: Checked, shared: Path) -> None:
    written = pl.read_csv(shared / "data/real/gla_spending/gla_spending_2008_2013.csv")["AccountDescription"]
    assert written.n_unique() == 425
    assert written.str.strip_chars().str.to_lowercase().n_unique() == 311
    assert london.activity["account"].n_unique() == 310  # "recruitment  agency fees" has two blanks within


def test_the_thresholds_of_london_are_told_in_the_years_in_which_they_fell(london: Checked) -> None:
    steps = london.problems.filter(pl.col("code") == "threshold-changed")
    assert [message[:8] for message in steps["message"]] == ["In 2010,", "In 2012,"]
    assert steps["severity"].unique().to_list() == ["warning"]


def test_payments_of_london_without_a_stated_currency_are_kept_apart(shared: Path) -> None:
    checked = check_file(shared / "data/real/gla_spending/gla_spending_2008_2013.csv")
    assert checked.activity["currency"].unique().to_list() == ["XXX"]
    assert "currency-unknown" in set(checked.problems["code"])
