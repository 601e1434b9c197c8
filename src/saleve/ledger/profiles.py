"""Profiles: what was once taught about the files of a sender, found again by their headers and never by the place of a column.

A profile is a readable TOML file in ``<workspace>/profiles``. Its signature is the SHA-256 of the set of its headers, folded: the
order of columns does not matter, one header more or less does.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from saleve.language import _, for_reader
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.parsing.dates import Order
from saleve.ledger.intake.parsing.habits import Habits
from saleve.ledger.intake.parsing.numbers import Evidence
from saleve.ledger.intake.parsing.text import folded

NEAR = 0.6  # our assumption: twice the shared headers over all headers of both, from which a file resembles a profile
_DECIMALS, _ORDERS = {"", "point", "comma"}, {"", "day-first", "month-first"}
_THOUSANDS = {"", "point", "comma", "apostrophe", "blank"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of files with these headers."""

    name: str
    category: str
    headers: tuple[str, ...]
    columns: Mapping[str, str] = field(
        default_factory=dict
    )  # header -> column, "fare:CHF", "amount:kWh", "ignore"
    decimal_sign: Evidence | None = None
    thousands_sign: str | None = None  # point, comma, apostrophe, blank
    date_order: Order | None = None
    missing_words: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)  # as written -> as Salève knows it
    constants: Mapping[str, str] = field(default_factory=dict)  # year, site, ... of the whole file

    @property
    def signature(self) -> str:
        """Return what the profile is found by."""
        return signature(self.headers)

    @property
    def habits(self) -> Habits:
        """Return how the sender writes; who separates thousands by points has a decimal comma, and the reverse."""
        implied: dict[str | None, Evidence] = {"point": "comma", "comma": "point"}
        decimal = self.decimal_sign or implied.get(self.thousands_sign)
        return Habits(decimal, self.date_order, self.missing_words, self.units)

    def adapted(self, headers: Collection[str]) -> "Profile":
        """Return the profile for changed headers, as a user confirms it: what it knew of those that remain, no more."""
        remaining = {folded(header) for header in headers}
        columns = {header: column for header, column in self.columns.items() if folded(header) in remaining}
        return replace(self, headers=tuple(headers), columns=columns)


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A profile beside the headers of a file: the same set, or what is new and what is gone."""

    profile: Profile
    likeness: float
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Say whether file and profile have the same set of headers."""
        return not self.new and not self.gone

    @property
    def near(self) -> bool:
        """Say whether the file looks like one of the profile's whose headers changed."""
        return not self.exact and self.likeness >= NEAR

    def question(self) -> str:
        """Return what changed, and what to do."""
        new = ", ".join(f"'{header}'" for header in self.new)
        gone = ", ".join(f"'{header}'" for header in self.gone)
        if new and gone:
            message = _("The headers changed since the profile '{profile}' was taught: {new} new, {gone} missing.")  # fmt: skip
        elif new:
            message = _("The headers changed since the profile '{profile}' was taught: {new} new.")
        else:
            message = _("The headers changed since the profile '{profile}' was taught: {gone} missing.")
        advice = for_reader(
            _("Look at them, then confirm with --yes or teach the profile again."),
            _("Look at the columns, then say that the headers are right, or choose the columns anew."),
        )
        return f"{message.format(profile=self.profile.name, new=new, gone=gone)} {advice}"


class ProfileChangedError(FileRefusedError):
    """A file resembles those of a profile but has other headers: a person must look before it is read."""

    code = "profile-changed"

    def __init__(self, resemblance: Resemblance) -> None:
        super().__init__(resemblance.question())
        self.resemblance = resemblance


@dataclass(frozen=True, slots=True)
class ProfileStore:
    """The profiles of a workspace, one file each; the folder is made when the first is saved."""

    folder: Path

    def find(self, headers: Collection[str]) -> Resemblance | None:
        """Return the profile of exactly these headers, else the nearest if it is near, else None."""
        found = [resemblance(profile, headers) for profile in self.list()]
        exact = next((one for one in found if one.exact), None)
        nearest = max((one for one in found if one.near), key=lambda one: one.likeness, default=None)
        return exact or nearest

    def save(self, profile: Profile) -> Path:
        """Write the profile; one of the same headers, or the same name, is replaced. Returns its file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{_slug(profile.name)}.toml"
        for other, known in self._files():
            if known.signature == profile.signature and other != path:
                other.unlink()
        unfinished = path.with_suffix(".part")
        unfinished.write_text(as_toml(profile), "utf-8")
        unfinished.replace(path)
        return path

    def list(self) -> list[Profile]:
        """Return all profiles by name; a damaged file is refused with its name."""
        return sorted((profile for _path, profile in self._files()), key=lambda one: one.name)

    def _files(self) -> Iterable[tuple[Path, Profile]]:
        return [(path, read_profile(path)) for path in sorted(self.folder.glob("*.toml"))]


def signature(headers: Iterable[str]) -> str:
    """Return the SHA-256 of the set of headers: their order, case and accents do not count."""
    return hashlib.sha256("\n".join(sorted({folded(header) for header in headers})).encode()).hexdigest()


def resemblance(profile: Profile, headers: Collection[str]) -> Resemblance:
    """Compare the headers of a file with those of the profile."""
    here = {folded(header): header for header in headers}
    there = {folded(header): header for header in profile.headers}
    shared = len(here.keys() & there.keys())
    likeness = 2 * shared / (len(here) + len(there)) if here or there else 0.0
    new = tuple(header for key, header in here.items() if key not in there)
    gone = tuple(header for key, header in there.items() if key not in here)
    return Resemblance(profile, likeness, new, gone)


def as_toml(profile: Profile) -> str:
    """Return the profile as its file holds it."""
    told: dict[str, str | list[str]] = {
        "decimal_sign": profile.decimal_sign or "",
        "thousands_sign": profile.thousands_sign or "",
        "date_order": profile.date_order or "",
        "missing_words": list(profile.missing_words),
    }
    plain: dict[str, str | list[str]] = {
        "name": profile.name,
        "category": profile.category,
        "signature": profile.signature,
        "headers": list(profile.headers),
        **{key: value for key, value in told.items() if value},
    }
    tables = {"columns": profile.columns, "units": profile.units, "constants": profile.constants}
    lines = [f"{key} = {_toml(value)}" for key, value in plain.items()]
    for name, table in tables.items():
        if table:
            lines += [
                "",
                f"[{name}]",
                *(f"{_toml(key)} = {_toml(str(value))}" for key, value in table.items()),
            ]
    return "\n".join(lines) + "\n"


def read_profile(path: Path) -> Profile:
    """Read a profile; refuses a file that is damaged, or whose headers were changed without its signature."""
    try:
        read = tomllib.loads(path.read_text("utf-8"))
        return _profile(read)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as fault:
        message = _(
            "The profile {file} cannot be used: {fault}. Correct it, or delete it and teach it again."
        )
        raise FileRefusedError(message.format(file=path.name, fault=fault)) from fault


def _profile(read: Mapping[str, Any]) -> Profile:
    headers = tuple(str(header) for header in read["headers"])
    if read.get("signature") != signature(headers):
        raise ValueError(_("its signature does not fit its headers"))
    return Profile(
        name=str(read["name"]),
        category=str(read["category"]),
        headers=headers,
        columns=_texts(read.get("columns", {})),
        decimal_sign=cast("Evidence | None", _one_of(read, "decimal_sign", _DECIMALS)),
        thousands_sign=_one_of(read, "thousands_sign", _THOUSANDS),
        date_order=cast("Order | None", _one_of(read, "date_order", _ORDERS)),
        missing_words=tuple(str(word) for word in read.get("missing_words", ())),
        units=_texts(read.get("units", {})),
        constants=_texts(read.get("constants", {})),
    )


def _texts(table: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in table.items()}


def _one_of(read: Mapping[str, Any], key: str, allowed: Collection[str]) -> str | None:
    value = str(read.get(key, ""))
    if value not in allowed:
        choices = ", ".join(sorted(one for one in allowed if one))
        raise ValueError(
            _("{key} is '{value}', but must be one of {choices}").format(
                key=key, value=value, choices=choices
            )
        )
    return value or None


def _toml(value: str | list[str]) -> str:
    """Return a text or a list of texts as TOML; its escapes are those of JSON, and the sign DEL in addition."""
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _slug(name: str) -> str:
    """Return a file name for the profile; names that differ only in signs get different ones."""
    plain = re.sub(r"[^\w]+", "-", folded(name)).strip("-")[:60] or "profile"
    exact = plain == name
    return plain if exact else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
