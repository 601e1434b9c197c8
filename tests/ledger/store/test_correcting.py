"""A correction is a new version, a withdrawal leaves everything readable; nothing is ever overwritten."""

from decimal import Decimal

import pytest
from ledger_books import CONTEXT, NOON, RING, counts, tickets

from saleve.ledger.correcting import Act, Place, correct, withdraw_batch, withdraw_entries
from saleve.ledger.errors import LedgerError
from saleve.ledger.reconciling import statement
from saleve.ledger.store import Ledger, in_text

ACT = Act("coordinator", NOON, "typing error")
SALE = "7241234567890,TKTT,GVA,NBO,2024-03-01,1200.50,CHF,Jane Doe"
WRONG = "7241234567891,TKTT,GVA,XXQ,2024-03-02,100.10,CHF,John Doe"
REFUND = "7241234567890,RFND,GVA,NBO,2024-03-01,-1200.50,CHF,"


def _corrected(books, row, **cells):
    batch = next(iter(books.ledger.batches))
    return correct(books.stores, Place(batch, row), cells, ACT, CONTEXT)


def test_a_corrected_row_counts_in_its_new_form_and_the_old_one_stays_readable(books):
    books.load(tickets(SALE))
    _corrected(books, 2, destination="ADD")
    assert books.activity()["destination"].to_list() == ["ADD"]
    assert books.activity(commit=1)["destination"].to_list() == ["NBO"]
    assert books.states()["tickets.csv", 2] == "repaired"


def test_a_rejected_row_can_be_corrected_where_it_is(books):
    loaded = books.load(tickets(SALE, WRONG))
    ledger = _corrected(books, 3, destination="LHR")
    assert counts(loaded)["rejected"] == 1
    assert statement(ledger, ledger.batches[loaded.batch]).rows("rejected") == 0


def test_a_corrected_amount_shows_as_a_correction_and_the_statement_still_adds_up(books):
    loaded = books.load(tickets(SALE))
    ledger = _corrected(books, 2, fare="CHF 1100")
    (line,) = [one for one in statement(ledger, ledger.batches[loaded.batch]).lines if one.currency]
    assert (line.total, line.corrected, line.difference) == (Decimal("1200.50"), Decimal("-100.50"), 0)


def test_corrections_of_a_correction_keep_every_version(books):
    books.load(tickets(SALE))
    for place in ("ADD", "LHR", "JFK"):
        _corrected(books, 2, destination=place)
    versions = [books.activity(commit=commit)["destination"].item() for commit in range(1, 5)]
    assert versions == ["NBO", "ADD", "LHR", "JFK"]


def test_a_correction_keeps_place_person_and_everything_else_of_the_row(books):
    books.load(tickets(SALE))
    _corrected(books, 2, destination="ADD")
    entry = in_text(books.ledger.entries("air_travel")).collect().row(0, named=True)
    assert (entry["source_file"], entry["source_row"], entry["revision"]) == ("tickets.csv", 2, 2)
    assert entry["document_number"] == "7241234567890"
    assert entry["traveller"] == RING.pseudonym("Jane Doe")
    assert "corrected-by-hand" in entry["rules"]


def test_who_corrected_what_when_and_why_is_in_the_journal(books):
    books.load(tickets(SALE))
    told = _corrected(books, 2, destination="ADD").commits[-1]
    assert (told.by, told.reason, told.account["before"], told.account["after"]) == (
        "coordinator",
        "typing error",
        {"destination": "NBO"},
        {"destination": "ADD"},
    )


def test_a_correction_that_would_be_rejected_is_told_with_every_reason_and_changes_nothing(books):
    books.load(tickets(SALE))
    with pytest.raises(LedgerError, match=r"not a day of the calendar(.|\n)*") as told:
        _corrected(books, 2, departure_date="2024-02-31", fare="much")
    assert "cannot be read as a number" in str(told.value)
    assert books.ledger.commit == 1


def test_a_column_or_row_that_is_not_there_is_told(books):
    books.load(tickets(SALE))
    with pytest.raises(LedgerError, match="has no column destinaton"):
        _corrected(books, 2, destinaton="ADD")
    with pytest.raises(LedgerError, match=r"tickets\.csv has no row 9"):
        _corrected(books, 9, destination="ADD")


def test_a_corrected_number_finds_the_refund_that_waited_for_it(books):
    books.load(tickets(SALE.replace("7890", "7899")), "march.csv")
    books.load(tickets(REFUND), "april.csv")
    assert books.activity().height == 1
    _corrected(books, 2, document_number="7241234567890")
    assert books.activity().is_empty()


def test_a_withdrawn_row_no_longer_counts_and_is_netted(books):
    loaded = books.load(tickets(SALE, SALE.replace("7890", "7892")))
    ledger = withdraw_entries(books.stores, [Place(loaded.batch, 2)], ACT)
    assert books.activity()["source_row"].to_list() == [3]
    told = statement(ledger, ledger.batches[loaded.batch])
    assert (told.rows("netted"), told.reconciled) == (1, True)


def test_a_withdrawn_batch_counts_nothing_and_what_it_had_settled_counts_again(books):
    books.load(tickets(SALE), "march.csv")
    refund = books.load(tickets(REFUND), "april.csv")
    ledger = withdraw_batch(books.stores, refund.batch, ACT)
    assert books.activity()["destination"].to_list() == ["NBO"]
    assert statement(ledger, ledger.batches[refund.batch]).withdrawn


def test_a_withdrawn_batch_cannot_be_withdrawn_again(books):
    batch = books.load(tickets(SALE)).batch
    withdraw_batch(books.stores, batch, ACT)
    with pytest.raises(LedgerError, match="was withdrawn already"):
        withdraw_batch(books.stores, batch, ACT)


def test_a_withdrawn_file_can_be_loaded_anew_and_is_told_apart(books):
    batch = books.load(tickets(SALE)).batch
    withdraw_batch(books.stores, batch, ACT)
    again = books.load(tickets(SALE))
    assert (again.status, again.batch) == ("committed", f"{batch}-2")
    assert books.activity().height == 1


def test_any_earlier_version_can_be_read_and_a_later_one_is_told(books):
    books.load(tickets(SALE), "a.csv")
    books.load(tickets(SALE.replace("7890", "7892")), "b.csv")
    assert [books.activity(commit=commit).height for commit in (0, 1, 2)] == [0, 1, 2]
    with pytest.raises(LedgerError, match="has 2 versions; there is no version 3"):
        Ledger.open(books.stores.ledger, 3)


def test_the_first_signs_of_a_batch_are_enough_where_they_are_clear(books):
    batch = books.load(tickets(SALE)).batch
    assert books.ledger.batch_named(batch[:4].upper()).batch == batch
    with pytest.raises(LedgerError, match="There is no batch zzz"):
        books.ledger.batch_named("zzz")
