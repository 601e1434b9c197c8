"""The folder of figures: one folder for each state, put in its place as a whole; a small file names the one that holds.

A program that ends in the middle leaves only a hidden folder beside, which the next one clears away.
"""

import json
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
from filelock import FileLock, Timeout

from saleve.language import _
from saleve.ledger.evidence import write_whole
from saleve.method.problems import SaleveError

FOLDER = "figures"
ABOUT = "about.json"
_Made = TypeVar("_Made")
_NEWEST = "newest.json"
_LOCK_SECONDS = 0.5  # between two looks at whether somebody wants to stop waiting


class KeptError(SaleveError):
    """Kept figures of which a part is no longer there."""


@dataclass(frozen=True)
class Kept:
    """The figures of one state, as they lie in the folder: what they are of, and tables by name."""

    about: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    place: Path
    _made: dict[Callable[["Kept"], Any], Any] = field(default_factory=dict, repr=False, compare=False)
    _beside: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def made(self, maker: Callable[["Kept"], _Made]) -> _Made:
        """Return what is made of them, made once for all who read them."""
        if maker not in self._made:
            self._made[maker] = maker(self)
        return self._made[maker]  # type: ignore[no-any-return]

    def beside(self, name: str) -> pl.DataFrame:
        """Return one of the tables that are read only when somebody asks for them; raises ``KeptError`` where its folder is gone."""
        if name not in self._beside:
            try:
                self._beside[name] = pl.read_parquet(self.place / f"{name}.parquet", memory_map=False)
            except OSError as fault:  # newer figures took its place, and others theirs
                message = _("Newer figures were computed meanwhile. Load the page again.")
                raise KeptError(message) from fault
        return self._beside[name]


@contextmanager
def alone(folder: Path, asked: Callable[[], None]) -> Iterator[None]:
    """Let one program at a time compute the figures of a workspace; ``asked`` is called while another does, and may raise."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place / "computing.lock")
    while True:
        try:
            lock.acquire(timeout=_LOCK_SECONDS)
            break
        except Timeout:
            asked()
    try:
        yield
    finally:
        lock.release()


def complete(folder: Path, key: str) -> bool:
    """Tell whether the figures of a state are there, every table of them."""
    try:
        about = _about(folder / FOLDER / key)
    except (OSError, ValueError):
        return False
    names = [*about["tables"], *about.get("beside", ())]
    return all((folder / FOLDER / key / f"{name}.parquet").is_file() for name in names)


def keep(
    folder: Path,
    key: str,
    about: Mapping[str, Any],
    tables: Mapping[str, pl.DataFrame],
    beside: Mapping[str, pl.DataFrame],
) -> None:
    """Write the figures of a state apart and put them in their place as a whole; tables ``beside`` are not read with the others."""
    place, apart = folder / FOLDER / key, folder / FOLDER / f".{uuid.uuid4().hex}"
    apart.mkdir()
    try:
        for name, table in {**tables, **beside}.items():
            table.write_parquet(apart / f"{name}.parquet", compression="zstd", statistics=False)
        told = {**about, "tables": list(tables), "beside": list(beside)}
        write_whole(apart / ABOUT, json.dumps(told, ensure_ascii=False, indent=1).encode())
        shutil.rmtree(place, ignore_errors=True)  # what is there, if anything, was found incomplete
        apart.rename(place)
    finally:
        shutil.rmtree(apart, ignore_errors=True)


def let_hold(folder: Path, key: str) -> None:
    """Let the figures of a state be those that are read; of the others the ones before stay, for who reads them just now."""
    before = newest_key(folder)
    if before != key:
        write_whole(folder / FOLDER / _NEWEST, json.dumps({"key": key, "before": before}).encode())
    _clear(folder, {key, *_named(folder)})


def newest_key(folder: Path) -> str | None:
    """Return the state whose figures hold."""
    named = _named(folder)
    return named[0] if named else None


def read_kept(folder: Path) -> Kept | None:
    """Return the figures that hold, from memory where the folder did not move; None where there are none."""
    pointer = folder / FOLDER / _NEWEST
    for _attempt in range(_ATTEMPTS):
        try:
            about = pointer.stat()
            identity = (about.st_ino, about.st_size, about.st_mtime_ns)
            known = _memory.get(pointer)
            if known and known[0] == identity:
                return known[1]
            found = _read(folder / FOLDER / str(newest_key(folder)))
        except (OSError, ValueError, pl.exceptions.PolarsError):
            continue  # not there, or replaced by newer ones while it was read
        _memory[pointer] = (identity, found)
        return found
    return None


_ATTEMPTS = 3
_memory: dict[Path, tuple[tuple[int, ...], Kept]] = {}


def _read(place: Path) -> Kept:
    about = _about(place)
    # read whole: a mapped file would keep the place of a folder that is cleared away
    tables = {name: pl.read_parquet(place / f"{name}.parquet", memory_map=False) for name in about["tables"]}
    return Kept(about, tables, place)


def _about(place: Path) -> dict[str, Any]:
    return dict(json.loads((place / ABOUT).read_bytes()))


def _named(folder: Path) -> list[str]:
    """Return the state whose figures hold, then the one before it."""
    try:
        told = json.loads((folder / FOLDER / _NEWEST).read_bytes())
    except (OSError, ValueError):
        return []
    return [told[name] for name in ("key", "before") if told.get(name)]


def _clear(folder: Path, kept: set[str]) -> None:
    """Remove the figures of all other states, and what programs that ended in the middle left."""
    for path in (folder / FOLDER).iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
