"""Headers -> columns of a source category, by their words in six languages and never by position.

Cells decide only between headers that fit equally well; a required column that no header names may be guessed by its cells, which
is always reported. Folded before comparison: case, accents, underscores, punctuation; a unit or currency at the end ("Consumption (kWh)",
"Viaticos_dolar") is taken off and remembered. Resemblance only suggests, it never decides.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rapidfuzz import process

from saleve.language import _
from saleve.ledger.intake.contents import SURE_SHARE, measured_kinds, rank_by_cells, share_fitting
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.parsing.dates import Order
from saleve.ledger.intake.parsing.numbers import currency_code, names_money
from saleve.ledger.intake.parsing.text import squeezed
from saleve.ledger.wording import names_in_templates, states_its_unit
from saleve.method.schema import Category, Column, Kind
from saleve.method.units import is_unit, parse_unit

How = Literal["user", "synonym", "unit", "content"]
Cells = Mapping[str, list[str]]  # header -> some of its different cells

_CURRENCY = Column(
    "currency",
    Kind.TEXT,
    "Currency of the amounts in the row",
    synonyms=(
        "currency",
        "currency code",
        "curr",
        "ccy",
        "devise",
        "monnaie",
        "moneda",
        "divisa",
        "währung",
        "moeda",
        "валюта",
        "货币",
        "币种",
        "العملة",
    ),
)
_LONGEST_UNIT = 40  # signs; a longer header is no unit, and damaged files have headers of any length
NOT_USED = "ignore"  # a user's way to say that a column is not to be read
_BRACKETS = re.compile(r"^(.*?)\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_LINKS = r"(?:in|en|de|à|в|по|per|بـ)"
_DAY_FIRST = re.compile(r"(?i)\b(?:dd|jj|tt|д?д)[\s./-]*(?:mm|мм)\b")
_MONTH_FIRST = re.compile(r"(?i)\bmm[\s./-]*(?:dd|jj|tt)\b")


@dataclass(frozen=True, slots=True)
class Match:
    """One header and the column it stands for; its unit, currency and date order where the header states them."""

    column: str
    header: str
    unit: str | None = None
    currency: str | None = None
    date_order: Order | None = None
    currency_stated: bool = False  # by the user, in saleve.toml
    how: How = "synonym"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How the headers of one sheet are understood."""

    category: str
    matches: tuple[Match, ...]
    unused: tuple[str, ...]  # headers for which no use is known
    doubles: tuple[tuple[str, str, str], ...]  # header not used, header used in its place, column
    missing: tuple[str, ...]  # required columns without a header

    def header(self, column: str) -> str | None:
        """Return the header that stands for the column, the first if several do."""
        return next((match.header for match in self.matches if match.column == column), None)

    def as_dict(self) -> dict[str, str]:
        """Return header -> column."""
        return {match.header: match.column for match in self.matches}


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to understand a header: without its suffix, and what the suffix says."""

    name: str
    rank: int  # 0 the whole header, 1 without its suffix
    unit: str | None = None
    currency: str | None = None
    date_order: Order | None = None


@dataclass
class _Assignment:
    """Which header got which column so far."""

    taken: dict[str, list[Match]] = field(default_factory=dict)
    doubles: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def matched(self) -> set[str]:
        return {match.header for group in self.taken.values() for match in group}

    def add(self, match: Match) -> None:
        self.taken.setdefault(match.column, []).append(match)


def map_headers(
    headers: Sequence[str],
    category: Category,
    overrides: Mapping[str, str] | None = None,
    constants: Collection[str] = (),
    cells: Cells | None = None,
) -> ColumnMapping:
    """Return which header stands for which column.

    ``overrides`` are header -> column as the user states it, with a unit or currency after a colon where wanted
    ("fare:CHF"); they hold before anything else. ``constants`` are columns whose value is known for the whole file. ``cells``
    decide between headers that fit equally well, and guess a required column that no header names (``how`` is "content").
    Raises FileRefusedError for an override that fits neither the file nor the category.
    """
    stated, silenced = _stated(headers, category, overrides or {})
    offered = [name for name in headers if name not in silenced]
    matches, doubles = _assigned(offered, category, stated, cells or {}, constants)
    used = {match.header for match in matches} | {double[0] for double in doubles} | silenced
    found = {match.column for match in matches}
    return ColumnMapping(
        category=category.name,
        matches=tuple(matches),
        unused=tuple(header for header in headers if header not in used),
        doubles=tuple(doubles),
        missing=tuple(
            one.name for one in category.columns if one.required and one.name not in found | set(constants)
        ),
    )


def known_names(categories: Iterable[Category]) -> frozenset[str]:
    """Return every squeezed header that any category knows, by which a header row is recognised."""
    known = list(categories)
    return frozenset(
        squeezed(name)
        for category in known
        for column in category.columns
        for name in (column.name, *column.synonyms)
    ) | frozenset(
        squeezed(name)
        for category in known
        for column in category.columns
        for name in names_in_templates(category.name, column.name, column.unit)
    )


def with_currency(category: Category) -> Category:
    """Return the category with a column for the currency of the row, which every file with money may have."""
    names = {column.name for column in category.columns}
    money = any(column.kind is Kind.MONEY for column in category.columns)
    return (
        replace(category, columns=(*category.columns, _CURRENCY))
        if money and "currency" not in names
        else category
    )


def nearest_header(column: Column, headers: Sequence[str]) -> str | None:
    """Return the header that resembles a name of the column most, to suggest it."""
    names = {squeezed(header): header for header in headers}
    best = (
        process.extractOne(squeezed(name), list(names), score_cutoff=75)
        for name in (column.name, *column.synonyms)
    )
    found = max((one for one in best if one), key=lambda one: one[1], default=None)
    return names[found[0]] if found else None


def _stated(
    headers: Sequence[str], category: Category, overrides: Mapping[str, str]
) -> tuple[dict[str, Match], set[str]]:
    by_name = {squeezed(header): header for header in reversed(headers)}
    columns = {column.name for column in category.columns}
    stated: dict[str, Match] = {}
    silenced: set[str] = set()
    for written, target in overrides.items():
        header = written if written in headers else by_name.get(squeezed(written))
        name, _colon, measure = target.partition(":")
        if header is None:
            message = _(
                "saleve.toml names a column '{header}', but the file has: {headers}. Correct the name."
            )
            raise FileRefusedError(message.format(header=written, headers=", ".join(headers)))
        if name == NOT_USED:
            silenced.add(header)
        elif name not in columns:
            message = _(
                "saleve.toml maps '{header}' to '{name}', which {category} does not have. It has: {columns}."
            )
            raise FileRefusedError(
                message.format(
                    header=header, name=name, category=category.title, columns=", ".join(sorted(columns))
                )
            )
        else:
            whole = next(
                (one for one in _readings(header) if one.unit or one.currency or one.date_order), None
            )
            stated[header] = _stated_match(name, header, measure, whole or _Reading("", 0))
    return stated, silenced


def _stated_match(name: str, header: str, measure: str, whole: _Reading) -> Match:
    """Return the user's own match; a measure after the colon holds before that of the header."""
    unit = measure if measure and is_unit(measure) else whole.unit
    stated = currency_code(measure) if measure else None
    currency = stated or whole.currency
    return Match(name, header, unit, currency, whole.date_order, currency_stated=bool(stated), how="user")


def _assigned(
    headers: Sequence[str],
    category: Category,
    stated: Mapping[str, Match],
    cells: Cells,
    constants: Collection[str],
) -> tuple[list[Match], list[tuple[str, str, str]]]:
    """Give each column its best header: the user's word, then names, then a header that is only a unit, then a guess."""
    found = _Assignment()
    for match in stated.values():
        found.add(match)
    _by_names(headers, category, stated, cells, found)
    _by_unit_alone(headers, category, cells, found)
    if cells:
        _by_cells(headers, category, cells, constants, found)
    order = {header: index for index, header in enumerate(headers)}
    matches = sorted(
        (match for group in found.taken.values() for match in group),
        key=lambda one: order.get(one.header, -1),
    )
    return matches, [double for header, double in found.doubles.items() if header not in found.matched]


def _by_names(
    headers: Sequence[str],
    category: Category,
    stated: Mapping[str, Match],
    cells: Cells,
    found: _Assignment,
) -> None:
    """Take the whole header before the one without suffix, fitting cells before others, earlier synonyms before later."""
    synonyms = _synonyms(category)
    ways = sorted(
        (
            (reading.rank, rank_by_cells(cells.get(header, []), category.column(column)), place, index, column, header, reading)
            for index, header in enumerate(headers)
            if header not in stated
            for reading in _readings(header)
            for place, column in synonyms.get(reading.name, ())
        ),
        key=lambda way: way[:6],
    )  # fmt: skip
    for rank, _fit, place, _index, column, header, reading in ways:
        if header in found.matched:
            continue
        own_name = rank == place == 0 and category.column(column).unit  # density_kg_per_m3 is not in m3
        unit = None if own_name else reading.unit
        match = Match(column, header, unit, reading.currency, reading.date_order)
        taken = found.taken.get(column, [])
        if not taken or _another_currency(category.column(column), taken, match):
            found.add(match)
        elif taken[0].header not in stated:  # the user has not said which one counts
            found.doubles.setdefault(header, (header, taken[0].header, column))


def _by_unit_alone(headers: Sequence[str], category: Category, cells: Cells, found: _Assignment) -> None:
    """Take a header that is nothing but a unit, such as "GJ", for the amount, if it is the only one and no amount is named."""
    column = _amount_without_header(category, found)
    if column is None:
        return
    kinds = measured_kinds(category)
    units = [
        header
        for header in headers
        if header not in found.matched
        and 1 < len(header) <= _LONGEST_UNIT
        and is_unit(header)
        and parse_unit(header).kind in kinds
    ]
    if len(units) == 1 and rank_by_cells(cells.get(units[0], []), column) < 2:
        found.add(Match(column.name, units[0], unit=units[0], how="unit"))


def _amount_without_header(category: Category, found: _Assignment) -> Column | None:
    """Return the column of the amount where the file names neither it nor one of the ways to write it with its unit."""
    units = [column for column in category.columns if column.kind is Kind.UNIT]
    amounts = [column for column in category.columns if column.kind is Kind.NUMBER and column.unit is None]
    ways = [
        column.name for column in category.columns if column.kind is Kind.NUMBER and states_its_unit(column)
    ]
    if len(units) != 1 or len(amounts) != 1 or {amounts[0].name, *ways} & found.taken.keys():
        return None
    return amounts[0]


def _by_cells(
    headers: Sequence[str],
    category: Category,
    cells: Cells,
    constants: Collection[str],
    found: _Assignment,
) -> None:
    """Guess a column that the file must have by its cells, where only one header could be it and it only that column."""
    wanted = [one for one in _wanted(category, found) if one.name not in constants]
    candidates = {
        column.name: [
            header
            for header in headers
            if header not in found.matched
            and header not in found.doubles
            and (share_fitting(cells.get(header, []), column) or 0) >= SURE_SHARE
        ]
        for column in wanted
    }
    claims = [header for one in candidates.values() for header in one]
    for name, fitting in candidates.items():
        if len(fitting) == 1 and claims.count(fitting[0]) == 1:
            header = fitting[0]
            said = next(
                (one for one in _readings(header) if one.unit or one.currency or one.date_order),
                _Reading("", 0),
            )
            found.add(Match(name, header, said.unit, said.currency, said.date_order, how="content"))


def _wanted(category: Category, found: _Assignment) -> list[Column]:
    """Return the columns without which a file of the category is of no use, and for which it has no header."""
    required = [one for one in category.columns if one.required and one.name not in found.taken]
    amount = _amount_without_header(category, found)
    ways = [one for one in category.columns if one.name == "routing"]
    routes = [] if {"routing", "origin", "destination"} & found.taken.keys() else ways
    return [*required, *([amount] if amount and amount not in required else []), *routes]


def _another_currency(column: Column, taken: Sequence[Match], match: Match) -> bool:
    """Say whether the header is one more currency of the same amount: per diem in USD beside per diem in EUR."""
    return (
        column.kind is Kind.MONEY
        and match.currency is not None
        and match.currency not in {one.currency for one in taken}
    )


def _synonyms(category: Category) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for column in category.columns:
        for place, name in enumerate((column.name, *column.synonyms)):
            found.setdefault(squeezed(name), []).append((place, column.name))
        for name in names_in_templates(category.name, column.name, column.unit):
            found.setdefault(squeezed(name), []).append((0, column.name))
    return found


def _readings(header: str) -> list[_Reading]:
    """Return the ways to understand a header: as it is, then without unit, currency or remark at its end."""
    text = unicodedata.normalize("NFKC", header).strip()
    order = _stated_order(text)
    readings: list[_Reading] = []
    for base, suffix, bracketed in _splits(text):
        unit = suffix if is_unit(suffix) and (bracketed or len(suffix) > 1) else None
        money = names_money(suffix)
        if unit or money or bracketed:
            currency = (currency_code(suffix) or squeezed(suffix).upper() or None) if money else None
            readings.append(_Reading(squeezed(base), 1, unit if not money else None, currency, order))
    measured = next((one for one in readings if one.unit or one.currency), _Reading("", 1))
    whole = _Reading(squeezed(text), 0, measured.unit, measured.currency, order)
    if not squeezed(text) and not readings:
        return []
    return [whole, *readings]


def _splits(text: str) -> list[tuple[str, str, bool]]:
    """Return base, suffix and whether brackets hold the suffix."""
    splits = []
    if found := _BRACKETS.match(text):
        splits.append((found[1], found[2].strip(), True))
        text = found[1]
    words = re.split(r"[\s_,/:-]+", text.strip())
    for count in (1, 2):
        if len(words) > count:
            base, suffix = words[:-count], " ".join(words[-count:])
            if len(base) > 1 and re.fullmatch(_LINKS, base[-1], re.IGNORECASE):
                base = base[:-1]
            splits.append((" ".join(base), suffix, False))
    return splits


def _stated_order(text: str) -> Order | None:
    if _MONTH_FIRST.search(text):
        return "month-first"
    return "day-first" if _DAY_FIRST.search(text) else None
