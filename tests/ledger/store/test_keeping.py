"""The ledger holds what it promises: compaction changes no row, unfinished work leaves no trace, verification finds damage."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import polars as pl
import pytest
from filelock import FileLock
from ledger_books import CONTEXT, NOON, Books, counts, tickets

from saleve.ledger import committing, compacting
from saleve.ledger.committing import Writer
from saleve.ledger.compacting import compact
from saleve.ledger.correcting import Act, Place, correct
from saleve.ledger.errors import LedgerError
from saleve.ledger.evidence import Deletion
from saleve.ledger.store import Ledger
from saleve.ledger.tableset import TableSet
from saleve.ledger.tallies import tallies
from saleve.ledger.verifying import verify

VERIFY = """
import sys
from pathlib import Path
from saleve.ledger.evidence import EvidenceStore
from saleve.ledger.loading import Stores
from saleve.ledger.verifying import verify
folder = Path(sys.argv[1])
print(verify(Stores(folder / "ledger", EvidenceStore(folder / "evidence"))).faults)
"""
SALE = "{number},TKTT,GVA,NBO,2024-03-01,100.00,CHF,"


def sale(number: int) -> str:
    return SALE.format(number=7241234560000 + number)


@pytest.fixture
def many(books) -> Books:
    """A ledger of twelve batches."""
    for number in range(12):
        books.load(tickets(sale(number), "x,TKTT,GVA,XXQ,2024-03-01,5,CHF,"), f"{number}.csv")
    return books


def test_compaction_changes_no_row_and_leaves_one_file(many):
    before = many.activity()
    compact(many.stores.ledger, NOON, "coordinator", many=2)
    assert many.activity().equals(before)
    table = TableSet(many.stores.ledger)["air_travel"]
    assert len(table.small_files()) == 1


def test_files_put_together_are_about_full_and_divide_no_batch(monkeypatch):
    monkeypatch.setattr(compacting, "FULL_ROWS", 10)
    rows = pl.DataFrame({"batch": list("aaaabbbbccccddddeeeeffffgggghhhh"), "row": range(32)})
    parts = compacting.in_files(rows)
    assert [part["batch"].unique(maintain_order=True).to_list() for part in parts] == [
        ["a", "b", "c"],
        ["d", "e"],
        ["f", "g", "h"],
    ]
    assert pl.concat(parts).equals(rows)


def test_versions_before_a_compaction_stay_readable(many):
    compact(many.stores.ledger, NOON, "coordinator", many=2)
    assert [many.activity(commit=commit).height for commit in (1, 6, 12, 13)] == [1, 6, 12, 12]
    assert verify(many.stores).faults == ()


def test_one_can_load_and_correct_after_a_compaction(many):
    compact(many.stores.ledger, NOON, "coordinator", many=2)
    loaded = many.load(tickets(sale(99)), "later.csv")
    correct(many.stores, Place(loaded.batch, 2), {"destination": "ADD"}, Act("c", NOON, "r"), CONTEXT)
    assert min(many.activity()["destination"]) == "ADD"
    assert many.activity().height == 13


def test_a_second_compaction_in_a_row_does_nothing(many):
    first = compact(many.stores.ledger, NOON, "coordinator", many=2).commit
    assert compact(many.stores.ledger, NOON, "coordinator", many=2).commit == first


def test_counts_of_all_batches_agree_with_their_statements(many):
    many.load(tickets(sale(3).replace("TKTT", "RFND").replace("100", "-100")), "refund.csv")
    batch = next(iter(many.ledger.batches))
    correct(many.stores, Place(batch, 3), {"destination": "LHR"}, Act("c", NOON, "r"), CONTEXT)
    from saleve.ledger.reconciling import statement

    for (name, _category), told in tallies(many.ledger).items():
        found = statement(many.ledger, many.ledger.batches[name])
        assert told == {"rows": found.rows()} | {state: found.rows(state) for state in list(told)[1:]}


def test_a_reader_sees_the_ledger_as_it_was_when_he_opened_it(books):
    books.load(tickets(sale(1)), "1.csv")
    opened = Ledger.open(books.stores.ledger)
    books.load(tickets(sale(2)), "2.csv")
    assert opened.activity("air_travel").collect().height == 1


def test_a_load_that_fails_in_the_middle_leaves_no_trace(books, monkeypatch):
    books.load(tickets(sale(1)), "1.csv")
    monkeypatch.setattr(books.stores.evidence.__class__, "keep", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        books.load(tickets(sale(2)), "2.csv")
    assert (books.ledger.commit, books.activity().height) == (1, 1)
    assert not (books.stores.ledger / "unfinished.json").exists()
    assert len(list((books.stores.ledger / "air_travel").glob("*.parquet"))) == 1


def test_what_a_dead_writer_left_is_taken_back_by_the_next(books, monkeypatch):
    books.load(tickets(sale(1)), "1.csv")
    monkeypatch.setattr(Writer, "_take_back", lambda _self: None)
    monkeypatch.setattr(committing.Writing, "finish", lambda *_args: None)
    books.load(tickets(sale(2)), "2.csv")  # everything but the row of the journal
    monkeypatch.undo()
    assert json.loads((books.stores.ledger / "unfinished.json").read_text())["commit"] == 2
    assert books.activity().height == 1
    assert counts(books.load(tickets(sale(2)), "2.csv"))["accepted"] == 1
    assert (books.activity().height, verify(books.stores).faults) == (2, ())


def test_two_writers_take_turns(books):
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda number: books.load(tickets(sale(number)), f"{number}.csv"), range(6)))
    assert {one.status for one in done} == {"committed"}
    assert (books.ledger.commit, books.activity().height) == (6, 6)


def test_a_writer_that_waits_too_long_is_told(books, monkeypatch):
    books.load(tickets(sale(1)), "1.csv")
    monkeypatch.setattr(committing, "_PATIENCE_SECONDS", 0.1)
    with (
        FileLock(books.stores.ledger / "writing.lock"),
        pytest.raises(LedgerError, match="Another program is writing"),
    ):
        books.load(tickets(sale(2)), "2.csv")


def test_verification_finds_an_altered_file_of_evidence(many):
    (first, *_others) = many.stores.evidence.all()
    place = many.stores.evidence.path(first.sha256)
    place.chmod(0o644)
    place.write_bytes(b"tampered")
    (fault,) = verify(many.stores).faults
    assert first.name in fault


def test_verification_finds_a_missing_file_of_a_table(many):
    next((many.stores.ledger / "findings").glob("*.parquet")).unlink()
    assert any("files are missing" in fault for fault in verify(many.stores).faults)


@pytest.mark.parametrize("table", ["findings", "air_travel", "entries/air_travel", "journal"])
def test_verification_finds_an_altered_file_of_a_table(many, table):
    place = sorted((many.stores.ledger / table).glob("*.parquet"))[3]
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)
    faults = verify(many.stores).faults
    assert any(place.name in fault for fault in faults) or "The journal cannot be read" in faults[0]


def test_verification_finds_a_ledger_whose_tables_are_gone(many):
    for place in (
        (many.stores.ledger / "changes").rglob("*"),
        (many.stores.ledger / "findings" / "_delta_log").glob("*"),
    ):
        for file in place:
            if file.is_file():
                file.unlink()
    assert any("cannot be read" in fault or "missing" in fault for fault in verify(many.stores).faults)


def test_verification_finds_a_commit_that_is_missing_in_the_journal(many):
    log = many.stores.ledger / "journal" / "_delta_log"
    sorted(log.glob("*.json"))[-3].write_text('{"commitInfo":{}}\n')
    for other in (*log.glob("*.checkpoint.parquet"), *log.glob("_last_checkpoint")):
        other.unlink()
    told = subprocess.run(
        [sys.executable, "-c", VERIFY, str(many.folder)], capture_output=True, text=True, check=True
    )  # a process of its own, which remembers nothing
    assert "lacks commits" in told.stdout


def test_verification_finds_bytes_of_a_deleted_file(many):
    (first, *_others) = many.stores.evidence.all()
    deletion = Deletion(NOON, "coordinator", "term ended")
    many.stores.evidence.delete(first.sha256, deletion)
    (many.stores.evidence.folder / first.sha256).write_bytes(b"a process that died before it deleted them")
    assert any("its bytes are still there" in fault for fault in verify(many.stores).faults)
    many.stores.evidence.delete(first.sha256, deletion)
    assert verify(many.stores).faults == ()


def test_a_batch_that_no_longer_stands_cannot_be_replaced_again(many):
    batch = next(iter(many.ledger.batches))
    many.load(tickets(sale(50)), "new.csv", replaces=batch)
    with pytest.raises(LedgerError, match="does not stand any more"):
        many.load(tickets(sale(51)), "newer.csv", replaces=batch)
    with pytest.raises(LedgerError, match="Name the batch"):
        many.ledger.batch_named("")


def test_a_table_made_anew_at_the_same_place_is_told_apart(books):
    books.load(tickets(sale(1)), "1.csv")
    shutil.rmtree(books.stores.ledger)
    books.load(tickets(sale(2), sale(3)), "2.csv")
    assert books.activity().height == 2


def test_verification_finds_a_row_or_a_cent_that_came_in_and_is_nowhere(many, monkeypatch):
    for load in many.ledger.batches.values():
        assert load.account["readings"][0]["money"] == {"fare": {"CHF": "105.0000"}}
    from saleve.ledger import reconciling

    original = reconciling._controls
    monkeypatch.setattr(
        reconciling,
        "_controls",
        lambda account: {
            name: {
                "rows": one["rows"] + 1,
                "money": {key: value + Decimal("0.01") for key, value in one["money"].items()},
            }
            for name, one in original(account).items()
        },
    )
    faults = verify(many.stores).faults
    assert len(faults) == 24
    assert any("0.01" in fault for fault in faults)
