"""Who does something, and when: the one place where services look at the clock and the account."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from getpass import getuser

from saleve.ledger.correcting import Act

_person: ContextVar[str | None] = ContextVar("saleve_person", default=None)


def act(reason: str = "", by: str | None = None) -> Act:
    """Return the act of the person at this machine now; ``by`` names the account where the system does not."""
    return Act(by=by or account(), at=datetime.now(UTC), reason=reason)


def account() -> str:
    """Return who acts: the person of ``acting_as``, else the account at this machine."""
    if person := _person.get():
        return person
    try:
        return getuser()
    except OSError:  # an account without a name, as in some containers
        return "unknown"


@contextmanager
def acting_as(person: str) -> Iterator[None]:
    """Let everything done inside the block be done by this person, as a site knows who asks."""
    token = _person.set(person)
    try:
        yield
    finally:
        _person.reset(token)
