"""The workbook of rejects, corrected and loaded again, completes the batch; rows are counted once."""

import openpyxl
import pytest
from ledger_books import CONTEXT, NOON, RING, counts, tickets

from saleve.ledger.errors import EvidenceError, LedgerError
from saleve.ledger.evidence import Deletion
from saleve.ledger.loading import Delivery, Reading, load
from saleve.ledger.reconciling import statement
from saleve.ledger.rejecting import read_marks, write_rejects_of

GOOD = "7241234567890,TKTT,GVA,NBO,2024-03-01,1200.50,CHF,Jane Doe"
BAD_PLACE = "7241234567891,TKTT,GVA,XXQ,2024-03-02,100.10,CHF,John Doe"
BAD_DAY = "7241234567892,TKTT,GVA,LHR,5/51/24,99.90,CHF,Mary Doe"


def rejects(books, out):
    load_ = next(iter(books.ledger.batches.values()))
    return write_rejects_of(books.ledger, books.stores.evidence, load_, RING, out)


def corrected(path, **cells):
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)
    return path


def load_again(books, path):
    marks = read_marks(path)
    return books.load_path(path, category="air_travel", completes=marks)


def test_the_workbook_holds_the_rejected_rows_with_reasons_and_no_names(books, tmp_path):
    books.load(tickets(GOOD, BAD_PLACE, BAD_DAY))
    path, count = rejects(books, tmp_path / "rejects.xlsx")
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert count == 2
    assert [row[0] for row in rows] == ["Row", 3, 4]
    assert rows[1][3:7] == ("7241234567891", "TKTT", "GVA", "XXQ")
    assert "airport 'XXQ' is unknown" in rows[1][1]
    assert rows[1][-1] == RING.pseudonym("John Doe")


def test_corrected_and_loaded_again_it_completes_the_batch(books, tmp_path):
    first = books.load(tickets(GOOD, BAD_PLACE, BAD_DAY))
    path, _count = rejects(books, tmp_path / "rejects.xlsx")
    again = load_again(books, corrected(path, G2="ADD", H3="2024-05-21"))
    told = statement(books.ledger, books.ledger.batches[first.batch])
    assert counts(again) == {"accepted": 2, "repaired": 0, "rejected": 0, "netted": 0}
    assert (told.rows("rejected"), told.rows("netted"), told.reasons) == (0, 2, {"completed": 2})
    assert told.reconciled
    assert sorted(books.activity()["destination"]) == ["ADD", "LHR", "NBO"]


def test_the_same_person_keeps_one_pseudonym_through_the_workbook(books, tmp_path):
    books.load(tickets(BAD_PLACE))
    path, _count = rejects(books, tmp_path / "rejects.xlsx")
    load_again(books, corrected(path, G2="ADD"))
    assert books.activity()["traveller"].to_list() == [RING.pseudonym("John Doe")]


def test_rows_that_stay_wrong_stay_rejected_in_the_first_batch(books, tmp_path):
    first = books.load(tickets(BAD_PLACE, BAD_DAY))
    path, _count = rejects(books, tmp_path / "rejects.xlsx")
    load_again(books, corrected(path, G2="ADD"))
    assert statement(books.ledger, books.ledger.batches[first.batch]).rows("rejected") == 1
    _path, left = rejects(books, tmp_path / "again.xlsx")
    assert left == 1


def test_a_complete_batch_has_no_rejects(books, tmp_path):
    books.load(tickets(GOOD))
    with pytest.raises(LedgerError, match="No row of"):
        rejects(books, tmp_path / "rejects.xlsx")


def test_rejects_of_a_deleted_file_are_told_not_invented(books, tmp_path):
    books.load(tickets(BAD_PLACE))
    (evidence,) = books.stores.evidence.all()
    books.stores.evidence.delete(evidence.sha256, Deletion(NOON, "coordinator", "term ended"))
    with pytest.raises(EvidenceError, match="was deleted on 2026-11-25: term ended"):
        rejects(books, tmp_path / "rejects.xlsx")


def test_an_ordinary_workbook_says_nothing_of_a_batch(tmp_path):
    path = tmp_path / "plain.xlsx"
    openpyxl.Workbook().save(path)
    assert read_marks(path) is None
    (tmp_path / "text.csv").write_text("a,b\n")
    assert read_marks(tmp_path / "text.csv") is None


def test_two_sheets_come_back_each_under_its_own_name(books, tmp_path):
    book = openpyxl.Workbook()
    for name, to in (("January", "XXQ"), ("A name far longer than fits: [in] a sheet", "XXR")):
        sheet = book.create_sheet(name[:31].replace("[", "(").replace("]", ")").replace(":", " "))
        sheet.append(["Ticket number", "From", "To", "Date"])
        sheet.append(["7241234567891", "GVA", to, "2024-03-02"])
    del book["Sheet"]
    source = tmp_path / "two.xlsx"
    book.save(source)
    first = books.load_path(source)
    path, count = rejects(books, tmp_path / "rejects.xlsx")
    marks = read_marks(path)
    out = openpyxl.load_workbook(path)
    for sheet in out:
        sheet["F2"] = "NBO"
    out.save(path)
    readings = tuple(
        Reading({"context": CONTEXT, "category": "air_travel", "sheet": name}) for name in marks.sheets
    )
    load(books.stores, Delivery(path, "rejects.xlsx", "coordinator", NOON, readings, completes=marks))
    assert count == 2
    assert statement(books.ledger, books.ledger.batches[first.batch]).reasons == {"completed": 2}
