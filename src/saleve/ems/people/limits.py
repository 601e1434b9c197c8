"""How often a program may call ``/api/``: so often a minute, counted by each process of the server for itself.

The database is not asked, so that a limit costs no write. Tries at signing in are counted in the database, by the library of accounts.
"""

import threading
import time
from collections import Counter

_SECONDS = 60


class Limit:
    """Counts calls in each minute of the clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._calls: Counter[str] = Counter()

    def wait(self, who: str, most: int) -> int:
        """Count a call; return the seconds until the next is answered, 0 where this one is."""
        now = time.time()
        with self._lock:
            if now // _SECONDS != self._minute:
                self._minute, self._calls = int(now // _SECONDS), Counter()
            self._calls[who] += 1
            return 0 if self._calls[who] <= most else _SECONDS - int(now % _SECONDS)


CALLS = Limit()
