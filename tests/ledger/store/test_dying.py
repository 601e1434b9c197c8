"""A process that dies between any two steps of writing leaves a ledger that is whole: the commit is there, or it is not."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable
from ledger_books import CONTEXT, NOON, tickets

from saleve.ledger import journal
from saleve.ledger.committing import Writer
from saleve.ledger.compacting import compact
from saleve.ledger.correcting import Act, Place, correct, withdraw_batch
from saleve.ledger.store import Ledger
from saleve.ledger.tables import LedgerTable
from saleve.ledger.verifying import verify

STEPS = frozenset({"open", "os.rename", "os.remove", "os.mkdir"})
ACT = Act("coordinator", NOON, "typing error")


class DeathError(BaseException):
    """The process ends here: nothing that comes after it runs."""


class Reaper:
    """Lets a piece of work die before its nth step under a folder."""

    def __init__(self) -> None:
        self.folder, self.left, self.dead = "", None, False
        sys.addaudithook(self.heard)

    def heard(self, event: str, told: tuple[object, ...]) -> None:
        if self.left is not None and event in STEPS and str(told[0]).startswith(self.folder):
            reading = event == "open" and not (
                isinstance(told[2], int) and told[2] & (os.O_WRONLY | os.O_RDWR)
            )
            if not reading:
                self.step()

    def step(self) -> None:
        if self.left is None:
            return
        if self.left == 0:
            self.dead, self.left = True, None
            raise DeathError
        self.left -= 1

    def dies(self, folder: Path, step: int, work: Callable[[], object]) -> bool:
        """Do the work until it dies before this step; return whether it came to the step at all."""
        self.folder, self.left, self.dead = str(folder), step, False
        try:
            work()
        except DeathError:
            return True
        finally:
            self.left = None
        return False


REAPER = Reaper()


@pytest.fixture
def reaper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reaper]:
    """Count steps inside the tables too, and let no clean-up run after death."""
    for owner, name in ((LedgerTable, "_commit"), (DeltaTable, "restore"), (DeltaTable, "create")):
        monkeypatch.setattr(owner, name, _stepping(getattr(owner, name)))
    take_back = Writer._take_back
    monkeypatch.setattr(Writer, "_take_back", lambda self: None if REAPER.dead else take_back(self))
    yield REAPER
    REAPER.left, REAPER.dead = None, False


def _stepping(original: Callable[..., object]) -> Callable[..., object]:
    def stepped(*told: object, **named: object) -> object:
        REAPER.step()
        done = original(*told, **named)
        REAPER.step()
        return done

    return stepped


def _sale(number: int, to: str = "NBO") -> str:
    return f"{7241234560000 + number},TKTT,GVA,{to},2024-03-01,100.00,CHF,"


def _each_step(reaper: Reaper, folder: Path, work: Callable[[int], Callable[[], object]]) -> Iterator[int]:
    """Let one piece of work after the other die, each one step later, until one ends alive."""
    step = 0
    while reaper.dies(folder, step, work(step)):
        reaper.dead = False
        yield step
        step += 1
    assert step > 1


def test_a_first_load_is_whole_or_absent_at_every_step(new_books, reaper):
    text = tickets(_sale(1), _sale(2, "XXQ"))
    step, alive = 0, False
    while not alive:
        books = new_books()
        alive = not reaper.dies(books.folder, step, lambda books=books: books.load(text))
        reaper.dead = False
        assert books.ledger.commit in {0, 1}
        assert books.stores.evidence.altered() == []
        again = books.load(text)
        assert (again.statement.rows(), books.activity().height) == (2, 1)
        assert verify(books.stores).faults == ()
        assert not list(books.stores.evidence.folder.glob("*part"))
        step += 1
    assert step > 20


def test_later_loads_and_corrections_are_whole_or_absent_at_every_step(books, reaper):
    first = books.load(tickets(_sale(0), _sale(1)))

    def loads(step: int) -> Callable[[], object]:
        return lambda: books.load(tickets(_sale(10 + step)), f"{step}.csv")

    for step in _each_step(reaper, books.folder, loads):
        there = len(books.ledger.batches) - 1
        assert there in {step, step + 1}
        books.load(tickets(_sale(10 + step)), f"{step}.csv")
        assert books.activity().height == 3 + step
    places = ("ADD", "LHR")

    def corrects(step: int) -> Callable[[], object]:
        cells = {"destination": places[step % 2]}
        return lambda: correct(books.stores, Place(first.batch, 2), cells, ACT, CONTEXT)

    for _step in _each_step(reaper, books.folder, corrects):
        assert books.activity().filter(batch=first.batch).height == 2
    assert verify(books.stores).faults == ()


def test_a_compaction_and_a_tidied_journal_change_nothing_at_every_step(books, reaper, monkeypatch):
    monkeypatch.setattr(journal, "_MANY_FILES", 3)
    for number in range(4):
        books.load(tickets(_sale(number)), f"{number}.csv")
    before = books.activity()

    def compacts(_step: int) -> Callable[[], object]:
        return lambda: compact(books.stores.ledger, NOON, "coordinator", many=2)

    for step in _each_step(reaper, books.folder, compacts):
        assert books.activity().equals(before)
        assert books.activity(commit=2).height == 2
        books.load(tickets("x,TKTT,GVA,XXQ,2024-03-01,1,CHF,"), f"rejected-{step}.csv")
    assert books.activity().equals(before)
    assert verify(books.stores).faults == ()


def test_a_withdrawal_is_whole_or_absent_and_an_open_reader_sees_no_part_of_it(books, reaper):
    loaded = books.load(tickets(_sale(1)))
    step = 0
    while True:
        reader = Ledger.open(books.stores.ledger)
        died = reaper.dies(books.folder, step, lambda: withdraw_batch(books.stores, loaded.batch, ACT))
        reaper.dead = False
        assert reader.activity("air_travel").collect().height == 1
        assert books.activity().height == (0 if books.ledger.withdrawn else 1)
        if not died or books.ledger.withdrawn:
            break
        step += 1
    assert books.ledger.withdrawn
    assert verify(books.stores).faults == ()
