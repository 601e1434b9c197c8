"""Of which state figures are: a digest of everything they depend on, cheap enough to be asked for with every page."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from saleve.ems.acts import act
from saleve.ems.factor_files import FOLDER as FACTORS
from saleve.ems.manifests import canonical, code_digest, editions, method_version, named_files
from saleve.ems.remembering import remembered
from saleve.ems.run_states import PUBLISHED, RunError, StateLog, states_of
from saleve.ems.runs import FOLDER as RUNS
from saleve.ems.settings import FILE_NAME
from saleve.ems.workspace import readable_files
from saleve.ledger.evidence import sha256_of

KEY_SIGNS = 16  # of the SHA-256: 64 bits
# What the kept figures say may be another when one of these moves.
PARTS = ("ledger", "settings", "factors", "method", "files", "runs", "month")


@dataclass(frozen=True)
class State:
    """A state of a workspace: for each of ``PARTS`` a digest."""

    parts: Mapping[str, str]

    @property
    def key(self) -> str:
        """The name of the state, and of the folder of its figures."""
        return hashlib.sha256(canonical(dict(self.parts))).hexdigest()[:KEY_SIGNS]

    def moved(self, parts: Mapping[str, str]) -> tuple[str, ...]:
        """Return what differs from other parts."""
        return tuple(name for name in PARTS if self.parts.get(name) != parts.get(name))


def state_key(folder: Path, today: date | None = None) -> str:
    """Return the key of the workspace as it is now: the same for the same content, also in a copy of the folder."""
    return state(folder, today).key


def state(folder: Path, today: date | None = None) -> State:
    """Return the state of the workspace as it is now; raises ``WorkspaceError`` for a ``saleve.toml`` that cannot be read.

    ``files`` are those that the next computation may load; ``runs`` is what was published; with the ``month`` more data are due.
    """
    settings = folder / FILE_NAME
    named = remembered(settings, _named_files) if settings.is_file() else ()
    return State(
        {
            "ledger": _newest_commit(folder / "ledger"),
            "settings": _digest(folder, [settings, *(folder / name for name in named)]),
            "factors": _digest(folder, (folder / FACTORS).glob("*.csv")),
            "method": _method(),
            "files": _digest(folder, [*readable_files(folder), *(folder / "profiles").glob("*.toml")]),
            "runs": _published(folder),
            "month": f"{today or act().at.date():%Y-%m}",
        }
    )


@lru_cache(maxsize=1)
def form() -> str:
    """Return in which form figures are kept: it moves with the code that says so."""
    return code_digest("saleve.ems.figures")


@lru_cache(maxsize=1)
def _method() -> str:
    """Return what does not move while the program runs: code and reference data, and the code that says what is kept."""
    told = {"method": method_version(), "editions": editions(), "kept": form()}
    return hashlib.sha256(canonical(told)).hexdigest()


def _published(folder: Path) -> str:
    """Return a digest over the runs that are published: the series shows their totals."""
    told = [f"{log.parent.name}/{run}" for log in sorted((folder / RUNS).glob("*/states.jsonl")) for run in remembered(log, _published_of)]  # fmt: skip
    return hashlib.sha256(canonical({"runs": told})).hexdigest()


def _published_of(log: Path) -> list[str]:
    try:
        return [run for run, state in states_of(StateLog(log).steps()).items() if state == PUBLISHED]
    except RunError:  # altered: whoever opens the year is told
        return [sha256_of(log)]


def _newest_commit(ledger: Path) -> str:
    """Name the newest commit by the line of the journal's log that made it: it names its file, and that its hash."""
    log = ledger / "journal" / "_delta_log"
    newest = remembered(log, _last_line) if log.is_dir() else None
    return "" if newest is None else remembered(log / newest, sha256_of)


def _last_line(log: Path) -> str | None:
    return max((path.name for path in log.glob("*.json")), default=None)


def _named_files(settings: Path) -> tuple[str, ...]:
    return tuple(named_files(settings.parent))


def _digest(folder: Path, paths: Iterable[Path]) -> str:
    """Return one digest over names and contents."""
    told = json.dumps(sorted(_names_and_hashes(folder, paths)))
    return hashlib.sha256(told.encode()).hexdigest()


def _names_and_hashes(folder: Path, paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        try:
            yield path.relative_to(folder).as_posix(), remembered(path, sha256_of)
        except FileNotFoundError:  # taken away meanwhile
            continue
