"""What a person sees before a file is read: which header would be which column, why, with samples and alternatives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from saleve.ledger.intake.contents import SURE_SHARE, sample, share_fitting
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.guessing import fitting_categories, guess_category
from saleve.ledger.intake.mapping import (
    NOT_USED,
    ColumnMapping,
    Match,
    known_names,
    map_headers,
    with_currency,
)
from saleve.ledger.intake.parsing.dates import Order, date_cells, date_evidence
from saleve.ledger.intake.parsing.numbers import Evidence, parse_numbers
from saleve.ledger.intake.parsing.text import folded, tidied
from saleve.ledger.intake.reading import LongSheet, open_file
from saleve.ledger.intake.registry import source_categories, source_category
from saleve.ledger.intake.taught import columns_of, known_headers
from saleve.ledger.profiles import Profile, ProfileStore, Resemblance, signature
from saleve.method.schema import Category, Column, Kind

SHOWN_SAMPLES = 5
_CONFIDENCE = {
    "user": 1.0,
    "profile": 1.0,
    "synonym": 0.9,
    "unit": 0.7,
    "content": 0.5,
}  # our order of belief, not a probability


@dataclass(frozen=True, slots=True)
class HeaderProposal:
    """One header: the column it would be, and how that is known."""

    header: str
    column: str | None
    how: str | None  # user, profile, synonym, unit, content; None where no use is known
    confidence: float  # 0 to 1, to sort by: what a person should look at first
    samples: tuple[str, ...]  # empty where the column names persons
    unit: str | None = None  # unit or currency
    alternatives: tuple[str, ...] = ()  # other columns that it could be


@dataclass(frozen=True, slots=True)
class Proposal:
    """One sheet as it would be read."""

    file: str
    sheet: str | None
    category: str | None
    runners_up: tuple[str, ...]
    headers: tuple[HeaderProposal, ...]
    missing: tuple[str, ...]  # required columns without a header
    signature: str
    decimal_sign: Evidence | None
    date_order: Order | None
    profile: Resemblance | None = None  # the profile used, or the near one with what changed

    def taught(self, name: str) -> Profile:
        """Return the proposal as a profile, once a person has looked at it."""
        columns = {one.header: _target(one) for one in self.headers if one.column or one.how == "user"}
        return Profile(
            name=name,
            category=self.category or "",
            headers=tuple(one.header for one in self.headers),
            columns=columns,
            decimal_sign=self.decimal_sign,
            date_order=self.date_order,
        )


def propose(
    path: Path | str,
    *,
    category: str | None = None,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    profiles: ProfileStore | None = None,
    sheet: str | None = None,
) -> Proposal:
    """Return how the file (the sheet named, else its first) would be read, from its first rows.

    ``columns`` is what the user said so far, header -> column. A profile of exactly these headers is applied; a near one is
    only shown. Raises FileRefusedError where the file is no table or ``columns`` fit it not.
    """
    path = Path(path)
    offered = [with_currency(one.CATEGORY) for one in source_categories()]
    first = open_file(path, sheet=sheet, known=known_names(offered) | known_headers(profiles))[0]
    found = profiles.find(first.headers) if profiles else None
    profile = found.profile if found and found.exact else None
    stated = columns_of(profile, first.headers, columns or {})
    given = {**(profile.constants if profile else {}), **(constants or {})}
    chosen = _category(path, first, category or (profile.category if profile else None), stated, given)
    scored = [one.name for one, _score in fitting_categories(first.headers, offered, stated)]
    others = tuple(name for name in scored if chosen is None or name != chosen.name)
    cells = {header: sample(first.head[header]) for header in first.headers}
    mapping = map_headers(first.headers, chosen, stated, given, cells) if chosen else None
    by_user = {folded(header) for header in columns or {}}
    ignored = {header for header, column in stated.items() if column == NOT_USED}
    proposals = tuple(
        HeaderProposal(header, None, "user", 1.0, ())
        if header in ignored
        else _proposed(
            header, mapping, chosen, cells[header], by_profile=bool(profile) and folded(header) not in by_user
        )
        for header in first.headers
    )
    decimal, order = _locale(first, mapping, chosen)
    if profile:
        decimal, order = decimal or profile.habits.decimal_sign, order or profile.date_order
    missing = mapping.missing if mapping else ()
    return Proposal(
        path.name, first.name, chosen.name if chosen else None, others, proposals, missing,
        signature(first.headers), decimal, order, found,
    )  # fmt: skip


def _category(
    path: Path,
    sheet: LongSheet,
    named: str | None,
    stated: Mapping[str, str],
    constants: Mapping[str, str],
) -> Category | None:
    if named:
        return with_currency(source_category(named).CATEGORY)
    offered = [with_currency(one.CATEGORY) for one in source_categories()]
    try:
        return guess_category(sheet.headers, offered, stated, f"{path.stem} {sheet.name or ''}", constants)
    except FileRefusedError:
        return None


def _proposed(
    header: str,
    mapping: ColumnMapping | None,
    category: Category | None,
    cells: Sequence[str],
    *,
    by_profile: bool,
) -> HeaderProposal:
    match = next((one for one in mapping.matches if one.header == header), None) if mapping else None
    column = category.column(match.column) if match and category else None
    shown = () if column and column.personal else tuple(cells[:SHOWN_SAMPLES])
    if match is None or column is None:
        others = _alternatives(category, mapping, cells)
        return HeaderProposal(header, None, None, 0.0, shown, alternatives=others)
    how = "profile" if by_profile and match.how == "user" else match.how
    confidence = _CONFIDENCE[how] * _doubt(cells, column)
    unit = match.unit or match.currency
    return HeaderProposal(
        header, match.column, how, round(confidence, 2), shown, unit, _alternatives(category, mapping, cells)
    )


def _doubt(cells: Sequence[str], column: Column) -> float:
    """Return the share of cells that fit; 1 where cells cannot tell."""
    share = share_fitting(list(cells), column)
    return 1.0 if share is None else share


def _alternatives(
    category: Category | None, mapping: ColumnMapping | None, cells: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns still without header that the cells would fit."""
    if category is None or mapping is None:
        return ()
    taken = {match.column for match in mapping.matches}
    return tuple(
        column.name
        for column in category.columns
        if column.name not in taken and (share_fitting(list(cells), column) or 0) >= SURE_SHARE
    )


def _locale(
    sheet: LongSheet, mapping: ColumnMapping | None, category: Category | None
) -> tuple[Evidence | None, Order | None]:
    """Return the decimal sign and the order of dates that the cells show, where all columns that show one agree."""
    signs: set[Evidence] = set()
    orders: set[Order] = set()
    for match in mapping.matches if mapping and category else ():
        kind, cells = category.column(match.column).kind, tidied(sheet.head[match.header])  # type: ignore[union-attr]
        if kind in {Kind.NUMBER, Kind.MONEY} and (
            sign := parse_numbers(cells, typed=sheet.typed).decimal_sign
        ):
            signs.add(sign)
        if kind is Kind.DATE and (order := _order_shown(cells, match)):
            orders.add(order)
    return signs.pop() if len(signs) == 1 else None, orders.pop() if len(orders) == 1 else None


def _order_shown(cells: pl.Series, match: Match) -> Order | None:
    return date_evidence(date_cells(cells), match.date_order).order


def _target(proposal: HeaderProposal) -> str:
    """Return what a profile keeps for a header: its column with its unit, or that it is not to be read."""
    if proposal.column is None:
        return NOT_USED
    return f"{proposal.column}:{proposal.unit}" if proposal.unit else proposal.column
