"""Who does something, and when: the one place where services look at the clock and the account."""

from datetime import UTC, datetime
from getpass import getuser

from saleve.ledger.correcting import Act


def act(reason: str = "", by: str | None = None) -> Act:
    """Return the act of the person at this machine now; ``by`` names the account where the system does not."""
    return Act(by=by or account(), at=datetime.now(UTC), reason=reason)


def account() -> str:
    """Return the account at this machine."""
    try:
        return getuser()
    except OSError:  # an account without a name, as in some containers
        return "unknown"
