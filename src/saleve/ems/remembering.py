"""Doing once what pages ask for with every request: reading a file for each state of it, making what depends on a key alone."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

from saleve.language import active_language

_Read = TypeVar("_Read")
_Made = TypeVar("_Made")
_MOST_MADE = 512  # some ten kilobytes each
_made: OrderedDict[tuple[Hashable, ...], Any] = OrderedDict()
_SETTLED_NS = 2 * 10**9  # a file changed just now may change again within one tick of the file system's clock
_memory: dict[tuple[Callable[[Path], Any], Path], tuple[tuple[int, ...], Any]] = {}


def remembered(path: Path, read: Callable[[Path], _Read]) -> _Read:
    """Return what was read of a file or folder, read anew when it was changed; whoever reads must not change what is returned.

    ``read``: a function of a module; raises what it raises, and ``FileNotFoundError``.
    """
    about = path.stat()
    identity = (about.st_ino, about.st_size, about.st_mtime_ns)
    known = _memory.get((read, path))
    if known and known[0] == identity:
        found: _Read = known[1]
        return found
    found = read(path)
    if abs(time.time_ns() - about.st_mtime_ns) > _SETTLED_NS:
        _memory[read, path] = (identity, found)
    return found


def made_once(key: tuple[Hashable, ...], make: Callable[[], _Made]) -> _Made:
    """Return what was made for this key in the active language; it is made once, and nobody must change it.

    The key says all that it depends on: of figures their ``about.key``, the year, and whether they are those of who may see travellers.
    """
    whole = (active_language(), *key)
    try:
        found: _Made = _made[whole]
        _made.move_to_end(whole)
    except KeyError:
        found = _made[whole] = make()
        while len(_made) > _MOST_MADE:
            _made.popitem(last=False)
    return found
