"""Who does something, and when: the one place where services look at the clock and the account."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from getpass import getuser

from saleve.ledger.correcting import Act

_acting: ContextVar[str | None] = ContextVar("acting", default=None)


@contextmanager
def acting(by: str) -> Iterator[None]:
    """Let whatever is done meanwhile be the act of this person, who came through the site."""
    before = _acting.set(by)
    try:
        yield
    finally:
        _acting.reset(before)


def act(reason: str = "", by: str | None = None) -> Act:
    """Return the act of the person at this machine now; ``by`` names the account where the system does not."""
    return Act(by=by or account(), at=datetime.now(UTC), reason=reason)


def account() -> str:
    """Return the person who acts through the site, else the account at this machine."""
    if by := _acting.get():
        return by
    try:
        return getuser()
    except OSError:  # an account without a name, as in some containers
        return "unknown"
