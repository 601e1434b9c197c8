"""Which source category a file is of, by its headers; what fits several is asked, never guessed."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from saleve.language import _, for_reader
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.mapping import map_headers
from saleve.ledger.wording import category_titles
from saleve.method.activity.labels import (
    GIVES_WAY,
    GUESSED_ONLY_WITH,
    GUESSED_WITH_OR_NAMED,
    LABEL_RULES,
)
from saleve.method.schema import Category, Kind
from saleve.method.units import is_unit, parse_unit


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


def fitting_categories(
    headers: Sequence[str], categories: Iterable[Category], overrides: Mapping[str, str] | None = None
) -> list[tuple[Category, int]]:
    """Return the categories that the headers fit with the number of columns they name, the best first."""
    words = " ".join(headers)
    scored = [(one, _score(headers, one, overrides or {}, (), words)) for one in categories]
    return sorted((one for one in scored if one[1]), key=lambda one: -one[1])


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
    titles = (category.title, *category_titles(category.name))
    names = (category.name.replace("_", " "), *(re.sub(r"[\W_]+", " ", title.lower()) for title in titles))
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
        message = for_reader(
            _("The headers fit several kinds of data: {categories}. Say which with --category, or in saleve.toml. Headers: {headers}."),
            _("The headers fit several kinds of data: {categories}. Choose the source category under Columns. Headers: {headers}."),
        )  # fmt: skip
        return message.format(categories=", ".join(one.name for one in leaders), headers=listed)
    message = for_reader(
        _("The headers fit no kind of data that Salève knows. Say which with --category, and which column is which under columns in saleve.toml. Headers: {headers}."),
        _("The headers fit no kind of data that Salève knows. Choose the source category under Columns, and what each header is. Headers: {headers}."),
    )  # fmt: skip
    return message.format(headers=listed)
