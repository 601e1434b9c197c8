"""A file that is loaded becomes one batch, wholly or not at all; each of its rows ends in one of four states."""

from decimal import Decimal

import polars as pl
import xlsxwriter
from ledger_books import RING, counts, tickets

JANE = "7241234567890,TKTT,GVA,NBO,2024-03-01,1200.50,CHF,Jane Doe"
JOHN = "7241234567891,TKTT,GVA,XXQ,2024-03-02,100.10,CHF,John Doe"
MARY = "7241234567892,TKTT,G0T,LHR,2024-03-05,99.90,EUR,Mary Doe"


def test_rows_end_accepted_repaired_or_rejected_and_add_up(books):
    loaded = books.load(tickets(JANE, JOHN, MARY))
    assert loaded.status == "committed"
    assert counts(loaded) == {"accepted": 1, "repaired": 1, "rejected": 1, "netted": 0}
    assert books.states() == {
        ("tickets.csv", 2): "accepted",
        ("tickets.csv", 3): "rejected",
        ("tickets.csv", 4): "repaired",
    }


def test_money_adds_up_to_the_cent_in_each_currency(books):
    statement = books.load(tickets(JANE, JOHN, MARY)).statement
    money = {
        line.currency: (line.total, line.states["rejected"]) for line in statement.lines if line.currency
    }
    assert money == {"CHF": (Decimal("1300.60"), Decimal("100.10")), "EUR": (Decimal("99.90"), Decimal(0))}
    assert statement.reconciled


def test_the_batch_is_named_by_the_hash_of_the_file(books, new_books):
    elsewhere = new_books()
    elsewhere.load(tickets(MARY), "other.csv")
    assert books.load(tickets(JANE)).batch == elsewhere.load(tickets(JANE), "renamed.csv").batch


def test_the_same_file_again_adds_nothing(books):
    first = books.load(tickets(JANE, JOHN))
    again = books.load(tickets(JANE, JOHN), "copy.csv")
    assert (again.status, again.batch) == ("already_loaded", first.batch)
    assert counts(again) == counts(first)
    assert books.ledger.commit == 1


def test_a_file_that_is_no_table_is_refused_and_leaves_nothing(books):
    loaded = books.load("%PDF-1.7 nonsense", "scan.pdf")
    assert loaded.status == "refused"
    assert "PDF" in loaded.reason
    assert (books.ledger.commit, list(books.stores.evidence.all())) == (0, [])


def test_a_file_whose_rows_are_all_rejected_is_a_batch_to_be_completed(books):
    assert counts(books.load(tickets(JOHN)))["rejected"] == 1
    assert books.activity().is_empty()


def test_who_says_no_to_the_preview_changes_nothing(books):
    shown = []
    loaded = books.load(tickets(JANE), confirm=lambda preview: shown.append(counts(preview)))
    assert (loaded.status, shown[0]["accepted"]) == ("not_confirmed", 1)
    assert books.ledger.commit == 0
    assert not list(books.stores.ledger.rglob("*.parquet"))


def test_every_row_keeps_batch_hash_sheet_and_row(books):
    loaded = books.load(tickets(JANE))
    row = books.activity().row(0, named=True)
    assert (row["batch"], row["source_file"], row["source_sheet"], row["source_row"]) == (
        loaded.batch,
        "tickets.csv",
        "",
        2,
    )
    assert row["file_sha256"].startswith(loaded.batch)


def test_no_name_is_written_anywhere_but_in_the_evidence(books):
    books.load(tickets(JANE, JOHN))
    written = b"".join(path.read_bytes() for path in books.stores.ledger.rglob("*") if path.is_file())
    assert b"Doe" not in written
    assert books.activity()["traveller"].to_list() == [RING.pseudonym("JANE  DOE")]


def test_a_workbook_of_two_categories_is_one_batch(books, tmp_path):
    path = tmp_path / "both.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {
            "Flights": [
                ["From", "To", "Date", "Ticket number"],
                ["GVA", "NBO", "2024-03-01", "7241234567890"],
            ],
            "People": [["Year", "Site", "Headcount"], ["2024", "HQ", "700"]],
        }.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    loaded = books.load_path(path)
    assert loaded.statement.rows() == 2
    assert books.ledger.commit == 1
    assert books.ledger.categories() == ["air_travel", "headcount"]


def test_a_file_may_take_the_place_of_an_earlier_batch_in_one_commit(books):
    first = books.load(tickets(JANE))
    second = books.load(tickets(JANE.replace("NBO", "ADD")), replaces=first.batch)
    assert books.activity()["destination"].to_list() == ["ADD"]
    assert books.ledger.commit == 2
    assert (second.statement.rows("netted"), list(books.ledger.withdrawn)) == (0, [first.batch])


def test_findings_are_kept_with_their_rows(books):
    loaded = books.load(tickets(JANE, JOHN))
    errors = loaded.problems.filter(pl.col("severity") == "error")
    assert errors.select("row", "column", "code").rows() == [(3, "To", "airport-unknown")]
