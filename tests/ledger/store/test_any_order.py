"""Loads, withdrawals and corrections give one state, whether they come mixed or the loads first, in whatever order."""

from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_books import CONTEXT, HEADER, NOON, Books

from saleve.ledger.correcting import Act, Place, correct, withdraw_batch, withdraw_entries
from saleve.ledger.errors import LedgerError
from saleve.ledger.store import in_text
from saleve.ledger.verifying import verify

ACT = Act("coordinator", NOON, "typing error")
FILES = 3
BILLS = "Site,Meter,Period start,Period end,Electricity (kWh)\n"
SETTINGS = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))

Step = tuple[str, int, int, dict[str, str]]  # what is done, in which file, in which row, with which cells


def files(lines: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    one = st.lists(lines, min_size=1, max_size=3)
    return st.lists(one, min_size=FILES, max_size=FILES, unique_by=tuple)


def acts(cells: Sequence[dict[str, str]]) -> st.SearchStrategy[list[Step]]:
    kinds = st.sampled_from(["row", "batch", "correct", "correct"])
    return st.lists(
        st.tuples(kinds, st.integers(0, FILES - 1), st.integers(2, 4), st.sampled_from(cells)), max_size=4
    )


def done(books: Books, batch: str, what: str, row: int, cells: dict[str, str]) -> bool:
    """Do one thing to the ledger; return whether the ledger let it happen."""
    try:
        if what == "batch":
            withdraw_batch(books.stores, batch, ACT)
        elif what == "row":
            withdraw_entries(books.stores, [Place(batch, row)], ACT)
        else:
            correct(books.stores, Place(batch, row), cells, ACT, CONTEXT)
    except LedgerError:
        return False
    return True


def state(books: Books, category: str) -> tuple[object, ...]:
    rows = in_text(books.ledger.entries(category)).collect()
    names = rows.select("batch", "source_sheet", "source_row")
    assert names.n_unique() == names.height
    assert verify(books.stores).faults == ()
    told = sorted(rows.select(*names.columns, "revision", "state").iter_rows())
    return told, books.activity(category).rows()


def played(
    books: Books, category: str, texts: list[str], order: Sequence[int], steps: list[Step]
) -> tuple[object, ...]:
    """Load in this order and do each step as soon as its file is there, after the steps before it."""
    batches: dict[int, str] = {}
    waiting, let = list(steps), []
    for number in order:
        batches[number] = str(books.load(texts[number], f"{number}.csv", category=category).batch)
        while waiting and waiting[0][1] in batches:
            what, file, row, cells = waiting.pop(0)
            let.append(done(books, batches[file], what, row, cells))
    return *state(books, category), let


def assert_one_state(
    new_books: Callable[[], Books], category: str, texts: list[str], order: Sequence[int], steps: list[Step]
) -> None:
    late = new_books()
    batches = [
        str(late.load(text, f"{number}.csv", category=category).batch) for number, text in enumerate(texts)
    ]
    let = [done(late, batches[file], what, row, cells) for what, file, row, cells in steps]
    assert (*state(late, category), let) == played(new_books(), category, texts, order, steps)


TICKET = st.tuples(
    st.sampled_from(["7241234567890", "7241234567891", ""]),
    st.sampled_from(["TKTT", "RFND", "CANX", "EXCH"]),
    st.sampled_from(["NBO", "LHR", "XXQ"]),
    st.sampled_from(["2024-03-01", "2025-01-05"]),
    st.sampled_from(["1200.50", "-600.25", "-1200.50"]),
).map(lambda cells: "{},{},GVA,{},{},{},CHF,".format(*cells))
TICKET_CELLS = [
    {"destination": "ADD"},
    {"document_number": "7241234567890"},
    {"transaction": "RFND"},
    {"fare": "-1200.50"},
    {"site": "HQ"},
]
BILL = st.tuples(
    st.sampled_from(["E-1", "E-2", ""]), st.sampled_from(["1", "2"]), st.sampled_from(["1000", "900", "x"])
).map(lambda cells: "HQ,{0},2025-0{1}-01,2025-0{1}-28,{2}".format(*cells))
BILL_CELLS = [
    {"meter": "E-1"},
    {"amount_kwh": "1000"},
    {"period_start": "2025-01-01", "period_end": "2025-01-28"},
]


@SETTINGS
@given(lines=files(TICKET), steps=acts(TICKET_CELLS), order=st.permutations(range(FILES)))
def test_tickets_end_in_one_state(new_books, lines, steps, order):
    texts = [HEADER + "".join(f"{line}\n" for line in one) for one in lines]
    assert_one_state(new_books, "air_travel", texts, order, steps)


@SETTINGS
@given(lines=files(BILL), steps=acts(BILL_CELLS), order=st.permutations(range(FILES)))
def test_bills_end_in_one_state(new_books, lines, steps, order):
    texts = [BILLS + "".join(f"{line}\n" for line in one) for one in lines]
    assert_one_state(new_books, "electricity", texts, order, steps)
