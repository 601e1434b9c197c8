"""Reading a file once for each state of it: pages ask with every request, files change seldom."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

_Read = TypeVar("_Read")
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
