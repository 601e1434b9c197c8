"""What settles what does not depend on the order of loading, nor on the files in which the lines come."""

from itertools import permutations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_books import Books, counts, tickets

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
