"""The evidence store keeps every file byte for byte, gives it back, and remembers what was deleted."""

import os
from datetime import date

import pytest
from ledger_books import NOON, tickets

from saleve.ledger.errors import EvidenceError
from saleve.ledger.evidence import Deletion, Evidence, EvidenceStore, sha256_of

DELETION = Deletion(NOON, "coordinator", "term ended")
SALE = "7241234567890,TKTT,GVA,NBO,2024-03-01,1200.50,CHF,Jane Doe"


def kept(folder, content=b"a,b\r\n1,2\r\n", **told):
    source = folder / "came.csv"
    source.write_bytes(content)
    store = EvidenceStore(folder / "evidence")
    evidence = Evidence(sha256_of(source), "came.csv", len(content), NOON, "coordinator", **told)
    return store, store.keep(source, evidence)


def test_a_file_is_given_back_byte_for_byte(tmp_path):
    store, evidence = kept(tmp_path, b"\xef\xbb\xbfa;b\r\n\x00")
    assert store.give_back(evidence.sha256, tmp_path / "back.csv").read_bytes() == b"\xef\xbb\xbfa;b\r\n\x00"


def test_a_folder_gets_the_file_under_its_own_name(tmp_path):
    store, evidence = kept(tmp_path)
    (tmp_path / "out").mkdir()
    assert store.give_back(evidence.sha256, tmp_path / "out") == tmp_path / "out" / "came.csv"


def test_what_is_known_of_a_file_comes_back_as_it_was_told(tmp_path):
    days = {
        "period_start": date(2025, 1, 1),
        "period_end": date(2025, 3, 31),
        "evidence_date": date(2025, 4, 2),
    }
    store, evidence = kept(tmp_path, personal=True, keep_until=date(2030, 1, 1), **days)
    assert store.find(evidence.sha256) == evidence
    assert (evidence.evidence_date, evidence.uploaded_at) == (date(2025, 4, 2), NOON)


def test_a_file_that_came_before_keeps_its_first_record(tmp_path):
    _store, first = kept(tmp_path)
    _store, again = kept(tmp_path, evidence_date=date(2020, 1, 1))
    assert again == first


def test_a_file_in_the_store_cannot_be_written(tmp_path):
    store, evidence = kept(tmp_path)
    assert store.path(evidence.sha256).stat().st_mode & 0o222 == 0


def test_files_which_name_persons_lie_in_a_folder_that_only_its_owner_opens(tmp_path):
    store, _evidence = kept(tmp_path)
    assert store.folder.stat().st_mode & 0o077 == 0


def test_an_altered_or_missing_file_is_found(tmp_path):
    store, evidence = kept(tmp_path)
    assert store.altered() == []
    store.path(evidence.sha256).chmod(0o644)
    store.path(evidence.sha256).write_bytes(b"other")
    assert store.altered() == [evidence]
    store.path(evidence.sha256).unlink()
    assert store.altered() == [evidence]


def test_the_retention_clock_tells_what_is_due(tmp_path):
    store, evidence = kept(tmp_path, keep_until=date(2025, 12, 31))
    assert store.due(date(2025, 12, 31)) == []
    assert store.due(date(2026, 1, 1)) == [evidence]


def test_deleting_a_file_keeps_its_record_the_fact_and_the_rows(books):
    loaded = books.load(tickets(SALE))
    (evidence,) = books.stores.evidence.all()
    books.stores.evidence.delete(evidence.sha256, DELETION)
    assert not (books.stores.evidence.folder / evidence.sha256).exists()
    assert books.stores.evidence.find(evidence.sha256).deletion == DELETION
    assert books.activity().height == 1
    assert books.ledger.batches[loaded.batch]
    assert books.stores.evidence.due(date(2099, 1, 1)) == []


def test_a_deleted_file_is_told_with_day_and_reason(tmp_path):
    store, evidence = kept(tmp_path)
    store.delete(evidence.sha256, DELETION)
    with pytest.raises(EvidenceError, match="deleted on 2026-11-25: term ended"):
        store.path(evidence.sha256)


def test_a_file_that_never_came_is_told(tmp_path):
    with pytest.raises(EvidenceError, match="no file with the hash"):
        EvidenceStore(tmp_path).path("0" * 64)


def test_a_file_that_names_persons_is_marked(books):
    books.load(tickets(SALE), "named.csv")
    books.load("From,To,Date\nGVA,NBO,2024-03-01\n", "unnamed.csv")
    assert {one.name: one.personal for one in books.stores.evidence.all()} == {
        "named.csv": True,
        "unnamed.csv": False,
    }


def test_what_a_dead_process_left_of_a_file_goes_with_the_next(tmp_path):
    store, evidence = kept(tmp_path)
    left = store.folder / f"{evidence.sha256}.99999.part"
    left.write_bytes(b"Jane Doe")
    store.delete(evidence.sha256, DELETION)
    assert not left.exists()


def test_a_file_that_changes_while_it_is_read_is_not_kept_under_a_wrong_name(tmp_path):
    source = tmp_path / "came.csv"
    source.write_bytes(b"later")
    store = EvidenceStore(tmp_path / "evidence")
    with pytest.raises(EvidenceError, match="changed while it was read"):
        store.keep(source, Evidence("0" * 64, "came.csv", 5, NOON, "coordinator"))
    assert list(store.folder.iterdir()) == []


def test_who_may_not_read_other_files_may_not_read_the_evidence(tmp_path):
    before = os.umask(0o077)
    try:
        store, evidence = kept(tmp_path)
    finally:
        os.umask(before)
    assert store.path(evidence.sha256).stat().st_mode & 0o077 == 0
