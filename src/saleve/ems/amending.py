"""Amending ``saleve.toml`` from a page: checked as the command line checks it, written whole, comments and order kept.

One writer at a time, and only on the file that the person saw: what somebody else or a text editor changed meanwhile is never
overwritten. What comes out must read back as exactly what was asked for, whatever the writer of TOML did; else nothing is written.
"""

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from filelock import FileLock, Timeout
from tomlkit.items import AoT, Item, Table, Whitespace

from saleve.ems.faults import Fault, Spot
from saleve.ems.settings import FILE_NAME, LISTS, WorkspaceError, faults_of
from saleve.ems.workspace import workspace_of
from saleve.language import _
from saleve.ledger.evidence import write_whole

NEW = 0  # the number of an entry that is not there yet
_LOCK = Path(".site") / "settings.lock"
_PATIENCE_SECONDS = 10


class AmendingError(WorkspaceError):
    """An amendment that was not made; ``faults`` are the sentences, each with the key at which it is told."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Amendment:
    """What keys of a table, or of an entry of a list, are to say: ``None`` takes a key out; no values at all, the entry."""

    table: str
    values: Mapping[str, Any] | None
    number: int | None = None  # of a list: which entry, from 1; ``NEW`` for one more


@dataclass(frozen=True, slots=True)
class Difference:
    """What one key said and says; ``None`` is nothing."""

    where: str
    before: Any
    after: Any


def state_of_settings(folder: Path) -> str:
    """Return a name for the content of ``saleve.toml`` as it is now: a form carries it, so that it amends what it showed."""
    return hashlib.sha256((folder / FILE_NAME).read_bytes()).hexdigest()


def amend(
    folder: Path,
    amendments: Sequence[Amendment],
    *,
    seen: str,
    told: Callable[[list[Difference]], object] | None = None,
) -> list[Difference]:
    """Write amendments into ``saleve.toml`` and return what differs; raises ``AmendingError`` and writes nothing if anything is wrong.

    ``seen`` is the state that the person saw (``state_of_settings``). ``told`` is called with the differences just before the file is
    replaced; where it raises, the file stays as it is.
    """
    path = (folder / FILE_NAME).resolve()
    with _alone(folder):
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != seen:
            text = _("The settings were changed meanwhile, by somebody else or in the file. Nothing was written. Open the page again and make your change once more.")  # fmt: skip
            raise AmendingError(Fault(text))
        written = content.decode("utf-8-sig")
        before = tomllib.loads(written)
        after, differences = _amended(before, amendments)
        if not differences:
            return []
        _check(folder, after)
        new = _rewritten(written, amendments)
        if tomllib.loads(new) != after:
            text = _("saleve.toml is written in a way that this page cannot change safely. Nothing was written. Make the change in the file.")  # fmt: skip
            raise AmendingError(Fault(text))
        if told:
            told(differences)
        write_whole(path, new.encode(), path.stat().st_mode & 0o777)
    return differences


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    place = folder / _LOCK
    place.parent.mkdir(exist_ok=True)
    try:
        with FileLock(place, timeout=_PATIENCE_SECONDS):
            yield
    except Timeout:
        text = _("Somebody else is changing the settings just now. Nothing was written. Try again.")
        raise AmendingError(Fault(text)) from None


def _check(folder: Path, content: Mapping[str, Any]) -> None:
    """Refuse what the command line would refuse to read."""
    if faults := faults_of(content):
        raise AmendingError(*faults)
    try:
        workspace_of(folder, content)
    except WorkspaceError as fault:
        told = fault.args[0]
        raise AmendingError(told if isinstance(told, Fault) else Fault(str(told))) from None


def _amended(
    before: Mapping[str, Any], amendments: Sequence[Amendment]
) -> tuple[dict[str, Any], list[Difference]]:
    """Return the content as it is to read, and what differs."""
    after, differences = deepcopy(dict(before)), []
    for one in amendments:
        held = _held(after, one)
        for key in (one.values or {}) if one.values is not None else tuple(held):
            value = None if one.values is None else one.values[key]
            if held.get(key) != value:
                differences.append(Difference(str(Spot(one.table, one.number, key)), held.get(key), value))
            held.pop(key, None)
            if value is not None:
                held[key] = value
        _tidy(after, one)
    return after, differences


def _held(content: dict[str, Any], one: Amendment) -> Any:
    """Return the table or entry that is amended, made where it is not there."""
    if one.table not in LISTS:
        return content.setdefault(one.table, {})
    entries = content.setdefault(one.table, [])
    if one.number == NEW:
        entries.append({})
    return entries[(one.number or NEW) - 1]


def _tidy(content: dict[str, Any], one: Amendment) -> None:
    """Take out an entry that was withdrawn, and a table that says nothing."""
    if one.table in LISTS and one.values is None:
        del content[one.table][(one.number or NEW) - 1]
    if not content[one.table]:
        del content[one.table]


def _rewritten(text: str, amendments: Sequence[Amendment]) -> str:
    """Return the file with the amendments in it; everything else stands as it was."""
    document = tomlkit.parse(text)
    for one in amendments:
        if one.table not in LISTS:
            _rewrite_table(document, one)
        elif one.values is None:
            _take_out(document, one)
        else:
            _rewrite_entry(document, one, one.values)
    return _as_it_stood(text, tomlkit.dumps(document))


def _as_it_stood(text: str, new: str) -> str:
    """Give lines that the writer spaces otherwise, though nothing in them was amended, their own spaces back."""
    before, again = (
        text.splitlines(keepends=True),
        tomlkit.dumps(tomlkit.parse(text)).splitlines(keepends=True),
    )
    if len(before) != len(again):
        return new
    own = dict(zip(again, before, strict=True))
    return "".join(own.get(line, line) for line in new.splitlines(keepends=True))


def _rewrite_table(document: tomlkit.TOMLDocument, one: Amendment) -> None:
    if one.table not in document:
        document.add(one.table, tomlkit.table())
    table: Any = document[one.table]
    _rewrite(table, one.values or {})
    if not table:
        tail = _cut_tail(table) if isinstance(table, Table) else []
        _replace(document, one.table, tail)


def _rewrite_entry(document: tomlkit.TOMLDocument, one: Amendment, values: Mapping[str, Any]) -> None:
    if one.number != NEW:
        entries: Any = document[one.table]
        _rewrite(entries[(one.number or NEW) - 1], values)
        return
    entry = tomlkit.table()
    _rewrite(entry, values)
    if one.table not in document:
        document.add(tomlkit.nl())
        document.add(one.table, tomlkit.aot())
    held: Any = document[one.table]
    tail = _cut_tail(held[-1]) if len(held) else []
    if len(held):
        _put_tail(held[-1], [Whitespace("\n")])
    held.append(entry)
    _put_tail(held[-1], tail)


def _rewrite(table: Any, values: Mapping[str, Any]) -> None:
    tail = _cut_tail(table) if isinstance(table, Table) else []
    for key, value in values.items():
        if value is None:
            table.pop(key, None)
        elif key not in table or table[key] != value:
            table[key] = _item(value)
    _put_tail(table, tail)


def _item(value: Any) -> Any:
    """Return a value as it is best read: a table in braces, a text of several lines in three quotes."""
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        inline.update(value)
        return inline
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(value, multiline=True)
    return tomlkit.item(value)


def _take_out(document: tomlkit.TOMLDocument, one: Amendment) -> None:
    entries, place = document[one.table], (one.number or NEW) - 1
    assert isinstance(entries, AoT)  # noqa: S101 - else the checks would have refused the file
    tail = _cut_tail(entries[place])
    if len(entries) == 1:
        _replace(document, one.table, tail)
        return
    del entries[place]
    if place:
        _cut_tail(entries[place - 1])
        _put_tail(entries[place - 1], tail)


def _replace(document: tomlkit.TOMLDocument, name: str, tail: Sequence[Item]) -> None:
    """Take a table out of the document and leave what was written behind it."""
    place = next(number for number, (key, _one) in enumerate(document.body) if key and key.key == name)
    document.remove(name)
    document.body[place] = (None, Whitespace("".join(one.as_string() for one in tail)))


def _cut_tail(table: Table) -> list[Item]:
    """Take the comments and blank lines at the end out of a table: they belong to what comes next."""
    body = table.value.body
    if body and isinstance(body[-1][1], Table):
        return _cut_tail(body[-1][1])
    tail: list[Item] = []
    while body and body[-1][0] is None:
        tail.insert(0, body.pop()[1])
    return tail


def _put_tail(table: Any, tail: Sequence[Item]) -> None:
    if tail:
        body = table.value.body
        inner = body[-1][1] if body and isinstance(body[-1][1], Table) else None
        if inner is not None:
            _put_tail(inner, tail)
        else:
            body.extend((None, one) for one in tail)
