"""Correcting one cell changes that cell and nothing else; a row that cannot be corrected says what to do instead."""

from decimal import Decimal

import openpyxl
import polars as pl
import pytest
from ledger_books import CONTEXT, NOON, RING, Books, tickets

from saleve.ledger.correcting import Act, Place, correct, texts_of, withdraw_batch, withdraw_entries
from saleve.ledger.entering import category_of
from saleve.ledger.errors import LedgerError
from saleve.ledger.estimating import load_estimates
from saleve.ledger.reconciling import statement
from saleve.ledger.rejecting import read_marks, write_rejects_of
from saleve.ledger.schemas import activity_schema
from saleve.ledger.store import in_text

ACT = Act("coordinator", NOON, "typing error")
SALE = "7241234567890,TKTT,GVA,NBO,2024-03-01,1200.50,CHF,Jane Doe"
BILLS = "Site,Meter,Period start,Period end,Electricity (kWh)\n"
JANUARY = "HQ,E-1,2025-01-01,2025-01-31,1000\n"
ALL_KINDS = (
    'Site,Meter,Month,Amount,Unit\n"H ""Q"", x","=E,\'1",2025-03,1.234,MWh\nAnnex,,2025-04,0.00001234,MWh\n'
)


def entry(books: Books, category: str, row: int = 2) -> dict[str, object]:
    found = in_text(books.ledger.entries(category)).filter(pl.col("source_row") == row).collect()
    return found.row(0, named=True)  # one row, or the test fails below


def changed(books: Books, category: str, cells: dict[str, str], row: int = 2) -> set[str]:
    """Correct a row and return the columns of its entry that changed."""
    before = entry(books, category, row)
    correct(books.stores, Place(before["batch"], row), cells, ACT, CONTEXT)
    after = entry(books, category, row)
    return {name for name in before if before[name] != after[name]} - {"revision", "state", "rules"}


@pytest.mark.parametrize("row", [2, 3])
def test_one_cell_of_a_bill_changes_and_nothing_else(books, row):
    books.load(ALL_KINDS, category="electricity")
    used = books.activity("electricity")["energy_kwh"].to_list()
    assert changed(books, "electricity", {"site": "Annex 2"}, row) == {"site"}
    assert books.activity("electricity")["energy_kwh"].to_list() == used


def test_the_same_value_again_changes_no_column_of_a_ticket(books):
    books.load(
        "Ticket number,From,To,Date,Fare CHF,Fare USD,Name,Class,Paid\n7241234567890,GVA,NBO,2024-03-01,1.234,99.9,Jane Doe,C,\n"
    )
    texts = texts_of(entry(books, "air_travel"), category_of("air_travel"))
    for name, text in texts.items():
        if ":" not in name:
            assert changed(books, "air_travel", {name: text}) == set(), name


def test_a_corrected_currency_is_that_of_the_amount(books):
    loaded = books.load(tickets(SALE))
    assert changed(books, "air_travel", {"currency": "EUR"}) == {"currency", "fare"}
    assert entry(books, "air_travel")["fare"] == [{"currency": "EUR", "amount": Decimal("1200.50")}]
    assert statement(books.ledger, books.ledger.batches[loaded.batch]).reconciled


def test_one_currency_for_amounts_in_several_is_refused(books):
    books.load("Ticket number,From,To,Date,Fare CHF,Fare USD\n7241234567890,GVA,NBO,2024-03-01,5,7\n")
    with pytest.raises(LedgerError, match="has amounts in several currencies"):
        changed(books, "air_travel", {"currency": "EUR"})


def test_an_amount_without_currency_keeps_the_one_that_its_header_named(books):
    books.load("Ticket number,From,To,Date,Fare CHF\n7241234567890,GVA,NBO,2024-03-01,5\n")
    changed(books, "air_travel", {"fare": "11"})
    assert entry(books, "air_travel")["fare"] == [{"currency": "CHF", "amount": Decimal(11)}]


def test_an_emptied_amount_is_missing_and_the_journal_tells_both_values(books):
    books.load(tickets(SALE))
    assert changed(books, "air_travel", {"fare": ""}) == {"fare"}
    told = books.ledger.commits[-1].account
    assert (told["before"], told["after"]) == ({"fare:CHF": "1200.5000"}, {"fare": None})


def test_a_copy_that_is_corrected_to_be_none_counts_again(books):
    books.load(BILLS + JANUARY, "a.csv")
    books.load(BILLS + JANUARY + "HQ,E-1,2025-02-01,2025-02-28,5\n", "b.csv")
    states = in_text(books.ledger.entries("electricity")).collect()
    copy = states.filter(state="netted").row(0, named=True)
    correct(books.stores, Place(copy["batch"], 2), {"meter": "E-9"}, ACT, CONTEXT)
    assert books.activity("electricity").height == 3


def test_a_rejected_ticket_that_is_corrected_is_settled_whatever_column_was_wrong(books):
    books.load(tickets(SALE), "a.csv")
    loaded = books.load("Ticket number,From,To,Date,Fare,Currency,CO2 kg\n7241234567890,GVA,NBO,2024-03-01,1200.50,CHF,abc\n", "b.csv")  # fmt: skip
    correct(books.stores, Place(loaded.batch, 2), {"supplied_co2_kg": "5"}, ACT, CONTEXT)
    assert (books.activity().height, "netted" in books.states().values()) == (1, True)


def test_a_withdrawn_sale_settles_nothing_and_never_comes_back(books):
    sale = books.load(tickets(SALE), "a.csv")
    refund = books.load(tickets(SALE.replace("TKTT", "RFND").replace("1200", "-1200")), "b.csv")
    withdraw_entries(books.stores, [Place(sale.batch, 2), Place(sale.batch, 2)], ACT)
    assert statement(books.ledger, books.ledger.batches[sale.batch]).reconciled
    assert "refund-without-ticket" in books.ledger.findings([refund.batch])["code"].to_list()
    withdraw_batch(books.stores, refund.batch, ACT)
    assert (books.states(), books.activity().height) == ({("a.csv", 2): "netted"}, 0)


def test_a_copy_counts_again_when_the_row_it_repeats_is_withdrawn(books):
    books.load(tickets(SALE), "a.csv")
    books.load(tickets(SALE, "x,TKTT,GVA,XXQ,2024-03-01,5,CHF,"), "b.csv")
    (standing,) = books.activity()["batch"].to_list()
    withdraw_entries(books.stores, [Place(standing, 2)], ACT)
    (other,) = books.activity()["batch"].to_list()
    assert other != standing


def test_a_withdrawn_row_cannot_be_corrected(books):
    loaded = books.load(tickets(SALE))
    withdraw_entries(books.stores, [Place(loaded.batch, 2)], ACT)
    with pytest.raises(LedgerError, match="was withdrawn and no longer counts"):
        changed(books, "air_travel", {"destination": "ADD"})


def test_an_estimate_cannot_be_corrected_into_data(books):
    rows = pl.DataFrame([{"site": "HQ", "proxy": "last_year"}], schema={name: kind for name, kind in activity_schema("electricity").items() if name in {"site", "proxy"}})  # fmt: skip
    load_estimates(books.stores, "electricity", rows, "estimates.csv", ACT)
    with pytest.raises(LedgerError, match="is an estimate"):
        changed(books, "electricity", {"site": "Annex"})


BAD = "7241234567891,TKTT,GVA,XXQ,2024-03-02,100.10,CHF,John Doe"


def _rejects(books: Books, batch: str, name: str, **cells: str) -> object:
    path = books.folder / name
    write_rejects_of(books.ledger, books.stores.evidence, books.ledger.batches[batch], RING, path)
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)
    return books.load_path(path, category="air_travel", completes=read_marks(path))


def test_a_row_corrected_in_its_place_and_in_a_workbook_counts_once(books):
    first = books.load(tickets(SALE, BAD))
    path = books.folder / "rejects.xlsx"
    write_rejects_of(books.ledger, books.stores.evidence, books.ledger.batches[first.batch], RING, path)
    correct(books.stores, Place(first.batch, 3), {"destination": "LHR"}, ACT, CONTEXT)
    book = openpyxl.load_workbook(path)
    book.active["G2"] = "ADD"
    book.active["D2"] = "7249999999999"
    book.save(path)
    books.load_path(path, category="air_travel", completes=read_marks(path))
    assert sorted(books.activity()["destination"]) == ["ADD", "NBO"]
    with pytest.raises(LedgerError, match="was completed by row 2"):
        correct(books.stores, Place(first.batch, 3), {"destination": "JFK"}, ACT, CONTEXT)


def test_a_row_that_was_given_back_twice_is_complete(books):
    first = books.load(tickets(SALE, BAD))
    second = _rejects(books, first.batch, "one.xlsx", G2="XXR")
    _rejects(books, second.batch, "two.xlsx", J2="ADD")
    assert statement(books.ledger, books.ledger.batches[first.batch]).rows("rejected") == 0
    assert sorted(books.activity()["destination"]) == ["ADD", "NBO"]


def test_what_completes_a_file_goes_with_it_and_comes_back_with_it(books):
    text = tickets(SALE, BAD)
    first = books.load(text)
    _rejects(books, first.batch, "rejects.xlsx", G2="ADD")
    withdraw_batch(books.stores, first.batch, ACT)
    assert books.activity().is_empty()
    books.load(text)
    assert sorted(books.activity()["destination"]) == ["ADD", "NBO"]
    assert set(books.states().values()) == {"accepted", "netted"}


def test_a_workbook_of_rejects_waits_for_the_file_that_it_completes(books, new_books):
    first = books.load(tickets(SALE, BAD))
    path = books.folder / "rejects.xlsx"
    write_rejects_of(books.ledger, books.stores.evidence, books.ledger.batches[first.batch], RING, path)
    told = new_books().load_path(path, category="air_travel", completes=read_marks(path))
    assert told.status == "refused"
    assert "Load the file of that batch first" in told.reason
