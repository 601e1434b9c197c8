"""Headers -> columns of a source category, by their words in six languages and never by position.

Folded before comparison: case, accents, underscores, punctuation; a unit or currency at the end ("Consumption (kWh)",
"Viaticos_dolar") is taken off and remembered. Resemblance only suggests, it never decides.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.parsing.dates import Order
from saleve.ledger.intake.parsing.numbers import currency_code, names_money
from saleve.ledger.intake.parsing.text import squeezed
from saleve.method.activity.labels import (
    GIVES_WAY,
    GUESSED_ONLY_WITH,
    GUESSED_WITH_OR_NAMED,
    LABEL_RULES,
)
from saleve.method.schema import Category, Column, Kind
from saleve.method.units import is_unit, parse_unit

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


def map_headers(
    headers: Sequence[str],
    category: Category,
    overrides: Mapping[str, str] | None = None,
    constants: Collection[str] = (),
) -> ColumnMapping:
    """Return which header stands for which column.

    ``overrides`` are header -> column as the user states it, with a unit or currency after a colon where wanted
    ("fare:CHF"); they hold before anything else. ``constants`` are columns whose value is known for the whole file.
    Raises FileRefusedError for an override that fits neither the file nor the category.
    """
    stated, silenced = _stated(headers, category, overrides or {})
    matches, doubles = _assigned([name for name in headers if name not in silenced], category, stated)
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


def guess_category(
    headers: Sequence[str],
    categories: Iterable[Category],
    overrides: Mapping[str, str] | None = None,
    hints: str = "",
    constants: Collection[str] = (),
) -> Category:
    """Return the category whose columns the headers name; ``hints`` (name of file and sheet) decide between equals.

    Raises FileRefusedError naming what was recognised.
    """
    words = hints + " " + " ".join(headers)
    scored = [
        (_score(headers, category, overrides or {}, constants, words), category) for category in categories
    ]
    best = max((score for score, _category in scored), default=0)
    leaders = [category for score, category in scored if score == best and best > 0]
    hinted = _hinted(leaders, words, headers) if len(leaders) > 1 else leaders
    if len(hinted) == 1:
        return hinted[0]
    raise FileRefusedError(_undecided(headers, leaders))


def known_names(categories: Iterable[Category]) -> frozenset[str]:
    """Return every squeezed header that any category knows, by which a header row is recognised."""
    return frozenset(
        squeezed(name)
        for category in categories
        for column in category.columns
        for name in (column.name, *column.synonyms)
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
    return Match(name, header, unit, stated or whole.currency, whole.date_order, currency_stated=bool(stated))


def _assigned(
    headers: Sequence[str], category: Category, stated: Mapping[str, Match]
) -> tuple[list[Match], list[tuple[str, str, str]]]:
    """Give each column its best header: the whole header before the one without suffix, earlier synonyms before later."""
    synonyms = _synonyms(category)
    ways = sorted(
        (reading.rank, place, index, column, header, reading)
        for index, header in enumerate(headers)
        if header not in stated
        for reading in _readings(header)
        for place, column in synonyms.get(reading.name, ())
    ) if headers else []  # fmt: skip
    taken: dict[str, list[Match]] = {}
    for match in stated.values():
        taken.setdefault(match.column, []).append(match)
    matched = set(stated)
    doubles: dict[str, tuple[str, str, str]] = {}
    for rank, place, _index, column, header, reading in ways:
        if header in matched:
            continue
        own_name = rank == place == 0 and category.column(column).unit  # density_kg_per_m3 is not in m3
        match = Match(
            column, header, None if own_name else reading.unit, reading.currency, reading.date_order
        )
        if column not in taken or _another_currency(category.column(column), taken[column], match):
            taken.setdefault(column, []).append(match)
            matched.add(header)
        elif taken[column][0].header not in stated:  # the user has not said which one counts
            doubles.setdefault(header, (header, taken[column][0].header, column))
    order = {header: index for index, header in enumerate(headers)}
    matches = sorted(
        (match for group in taken.values() for match in group), key=lambda one: order.get(one.header, -1)
    )
    return matches, [double for header, double in doubles.items() if header not in matched]


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


def _score(
    headers: Sequence[str],
    category: Category,
    overrides: Mapping[str, str],
    constants: Collection[str],
    hints: str,
) -> int:
    try:
        mapping = map_headers(headers, category, overrides, constants)
    except FileRefusedError:
        return 0
    columns = {match.column for match in mapping.matches}
    telling = GUESSED_ONLY_WITH.get(category.name, columns)
    if category.name in GUESSED_WITH_OR_NAMED and not _named(category, hints):
        telling = GUESSED_WITH_OR_NAMED[category.name]
    if mapping.missing or len(columns) < min(2, len(headers)) or not columns & telling:
        return 0
    return len(columns)


def _hinted(leaders: Sequence[Category], hints: str, headers: Sequence[str]) -> list[Category]:
    named = [one for one in leaders if _named(one, hints)]
    return [one for one in named if _measures(one, headers)] or _not_giving_way(leaders)


def _named(category: Category, hints: str) -> bool:
    words = " " + re.sub(r"[\W_]+", " ", hints.lower())
    rules = [rule for rule in LABEL_RULES if rule.source == category.name]
    by_rule = any(re.search(rule.pattern, words) for rule in rules)
    names = (category.name.replace("_", " "), category.title.lower())
    return by_rule or any(f" {name}" in words for name in names)  # "district" does not name "ict"


def _measures(category: Category, headers: Sequence[str]) -> bool:
    """Say whether the category counts in the units that headers state: hot water in kWh is not water, nor gas in m3 electricity."""
    units = {column.unit for column in category.columns if column.unit and is_unit(column.unit)}
    kinds = {parse_unit(unit).kind for unit in units}
    open_columns = {
        column.name for column in category.columns if column.kind is Kind.NUMBER and column.unit is None
    }
    matches = map_headers(headers, category).matches
    stated = {match.unit for match in matches if match.unit and match.column in open_columns}
    return not kinds or {parse_unit(unit).kind for unit in stated} <= kinds


def _not_giving_way(leaders: Sequence[Category]) -> list[Category]:
    names = {one.name for one in leaders}
    return [one for one in leaders if not GIVES_WAY.get(one.name, frozenset()) & names]


def _undecided(headers: Sequence[str], leaders: Sequence[Category]) -> str:
    listed = ", ".join(headers[:30])
    if leaders:
        message = _(
            "The headers fit several kinds of data: {categories}. Say which with --category, or in saleve.toml. Headers: {headers}."
        )
        return message.format(categories=", ".join(one.name for one in leaders), headers=listed)
    message = _(
        "The headers fit no kind of data that Salève knows. Say which with --category, and which column is which under columns in saleve.toml. Headers: {headers}."
    )
    return message.format(headers=listed)
