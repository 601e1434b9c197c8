"""What settles what does not depend on the order of loading, nor on the files in which the lines come."""

import shutil
from itertools import permutations

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_books import NOON, Books, counts, tickets

from saleve.ledger import key_index
from saleve.ledger.compacting import compact

SALE = "7241234567890,TKTT,GVA,NBO,2024-03-01,1200.50,CHF,"
REFUND = "7241234567890,RFND,GVA,NBO,2024-03-01,-1200.50,CHF,"
OTHER = "7241234567895,TKTT,GVA,LHR,2024-04-01,300.00,CHF,"


def state_of(books: Books) -> tuple[object, object]:
    """Return all that an inventory sees: the activity that stands, and in which state every row ended."""
    told = books.activity().drop("source_file")
    return told.rows(), sorted(books.states().items())


def test_a_refund_in_a_later_file_takes_the_flight_out_and_reconciles(books):
    books.load(tickets(SALE, OTHER), "march.csv")
    refund = books.load(tickets(REFUND), "april.csv")
    assert counts(refund)["netted"] == 1
    assert books.activity()["destination"].to_list() == ["LHR"]
    assert books.states()["march.csv", 2] == "netted"


def test_a_refund_that_comes_first_waits_for_its_ticket(books):
    refund = books.load(tickets(REFUND), "april.csv")
    assert "refund-without-ticket" in refund.problems["code"].to_list()
    books.load(tickets(SALE), "march.csv")
    assert books.activity().is_empty()
    assert books.ledger.findings([refund.batch]).filter(code="refund-without-ticket").is_empty()


def test_one_document_in_two_files_counts_once(books):
    books.load(tickets(SALE, OTHER), "agency.csv")
    again = books.load(tickets(SALE), "ledger.csv")
    assert sorted(books.states().values()) == ["accepted", "accepted", "netted"]
    assert books.activity().height == 2
    assert again.statement.reconciled


def test_every_order_of_loading_gives_the_same_state(new_books):
    files = {"a.csv": tickets(SALE, OTHER), "b.csv": tickets(REFUND), "c.csv": tickets(SALE)}
    states = []
    for order in permutations(files):
        books = new_books()
        for name in order:
            books.load(files[name], name)
        states.append(state_of(books))
    assert all(state == states[0] for state in states)


LINES = st.lists(
    st.tuples(
        st.sampled_from(["7241234567890", "7241234567891", "7241234567892", ""]),
        st.sampled_from(["TKTT", "RFND", "CANX", "EXCH", "EMDA", "what"]),
        st.sampled_from(["NBO", "LHR", "XXQ"]),
        st.sampled_from(["2024-03-01", "2025-01-05", "5/51/24"]),
        st.sampled_from(["1200.50", "-600.25", "0", "x"]),
    ),
    min_size=1,
    max_size=6,
)


def _text(lines: list[tuple[str, ...]]) -> str:
    return tickets(*(f"{number},{what},GVA,{to},{day},{fare},CHF," for number, what, to, day, fare in lines))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=LINES, second=LINES)
def test_a_then_b_equals_b_then_a_and_every_row_and_cent_is_in_one_state(new_books, first, second):
    forth, back = new_books(), new_books()
    files = {"a.csv": _text(first), "b.csv": _text(second)}
    for name in ("a.csv", "b.csv"):
        loaded = forth.load(files[name], name)
        assert loaded.statement.reconciled
        assert loaded.statement.rows() == sum(counts(loaded).values())
    for name in ("b.csv", "a.csv"):
        back.load(files[name], name)
    if files["a.csv"] != files["b.csv"]:
        assert state_of(forth) == state_of(back)


NUMBERS = [
    "7241234567890",
    "724-1234567890",
    "LH 1234567891",
    "7241234567891-92",
    "BOOKING 17",
    "booking 17",
    "",
]
ODD_LINES = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS),
        st.sampled_from(["TKTT", "RFND", "CANX", "EXCH"]),
        st.sampled_from(["NBO", "LHR"]),
        st.just("2024-03-01"),
        st.sampled_from(["1200.50", "-1200.50", "0"]),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=ODD_LINES, second=ODD_LINES)
def test_lines_find_each_other_through_the_index_of_files_put_together(new_books, first, second):
    indexed, read = new_books(), new_books()
    for books in (indexed, read):
        books.load(_text(first), "a.csv")
        books.load(tickets(OTHER), "o.csv")
    compact(indexed.stores.ledger, NOON, "coordinator", many=2)
    assert (indexed.stores.ledger / "indexes" / "entries" / "air_travel.parquet").exists()
    for books in (indexed, read):
        books.load(_text(second), "b.csv")
    assert state_of(indexed) == state_of(read)


def test_a_lost_index_costs_time_alone(books):
    books.load(tickets(SALE), "a.csv")
    books.load(tickets(OTHER), "b.csv")
    compact(books.stores.ledger, NOON, "coordinator", many=2)
    shutil.rmtree(books.stores.ledger / "indexes")
    assert counts(books.load(tickets(REFUND), "c.csv"))["netted"] == 1


def test_an_index_hashed_by_another_release_is_not_relied_on(books, monkeypatch):
    books.load(tickets(SALE), "a.csv")
    books.load(tickets(OTHER), "b.csv")
    monkeypatch.setattr(key_index.pl, "__version__", "0.0")
    compact(books.stores.ledger, NOON, "coordinator", many=2)
    index = books.stores.ledger / "indexes" / "entries" / "air_travel.parquet"
    pl.read_parquet(index).clear().write_parquet(index, metadata=pl.read_parquet_metadata(index))
    monkeypatch.undo()
    assert counts(books.load(tickets(REFUND), "c.csv"))["netted"] == 1
