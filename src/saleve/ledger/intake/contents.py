"""What the cells of a column look like: they decide between headers that fit equally well and suggest; they never override a header."""

import re
from collections.abc import Callable

import polars as pl

from saleve.ledger.intake.parsing.dates import read_date
from saleve.ledger.intake.parsing.months import parse_months
from saleve.ledger.intake.parsing.numbers import currency_code, names_money, read_number
from saleve.ledger.intake.parsing.text import choice_table, squeezed, tidied, without_missing_words, yes_no
from saleve.method.reference.airports import find_code
from saleve.method.schema import Category, Column, Kind
from saleve.method.units import is_unit, parse_unit

SAMPLED_CELLS = 100
SURE_SHARE = 0.9  # our assumption: of the cells that must fit before a column is guessed by them
_FITTING_SHARE, _MISFIT_SHARE = 0.5, 0.1  # our assumptions, to decide between headers that fit equally well
_LONGEST_VALUE = 120  # signs; what is longer is text
_CODE = r"[A-Z]{3}"
_ROUTING = re.compile(rf"{_CODE}(?:\s*[-–/>,\s]\s*{_CODE})+")
_PLACES = {"origin", "destination"}


def sample(cells: pl.Series) -> list[str]:
    """Return the first different cells that say something, tidied."""
    cleaned, _words = without_missing_words(tidied(cells))
    return cleaned.drop_nulls().unique(maintain_order=True).head(SAMPLED_CELLS).to_list()


def share_fitting(cells: list[str], column: Column) -> float | None:
    """Return the share of cells that the column could hold; None where its cells cannot tell: free text, or none filled."""
    if not cells:
        return None
    if column.kind is Kind.TEXT:
        return _share_of_codes(cells, column.name)
    return sum(_could_be(cell, column) for cell in cells) / len(cells)


def rank_by_cells(cells: list[str], column: Column) -> int:
    """Return 0 where the cells fit the column, 1 where they cannot tell, 2 where they do not."""
    share = share_fitting(cells, column)
    if share is None:
        return 1
    return 0 if share >= _FITTING_SHARE else 2 if share < _MISFIT_SHARE else 1


def contradicts(cells: list[str], column: Column) -> bool:
    """Say whether hardly any cell could belong to the column."""
    telling = column.kind not in {Kind.TEXT, Kind.CHOICE, Kind.UNIT}
    return telling and rank_by_cells(cells, column) == 2


def measured_kinds(category: Category) -> frozenset[str]:
    """Return the kinds of quantity that the category's amount may have, by its declared units and its example."""
    named = [column.unit for column in category.columns if column.kind is Kind.NUMBER and column.unit]
    shown = [category.example.get(column.name) for column in category.columns if column.kind is Kind.UNIT]
    return frozenset(parse_unit(unit).kind for unit in [*named, *shown] if unit and is_unit(unit))


def _could_be(cell: str, column: Column) -> bool:
    if len(cell) > _LONGEST_VALUE:
        return False
    if column.kind is Kind.INTEGER and column.name == "year":
        return bool(re.fullmatch(r"(?:19|20)\d\d", cell))
    if column.kind is Kind.CHOICE:
        return squeezed(cell) in choice_table(column.choices)
    test = _TESTS.get(column.kind)
    return test is not None and test(cell)


def _is_date(cell: str) -> bool:
    token = read_date(cell)
    return token.fault is None and not token.serial


def _is_month(cell: str) -> bool:
    return parse_months(pl.Series([cell]))["month"][0] is not None


def _is_number(cell: str) -> bool:
    token = read_number(cell)
    return token.text is not None and token.currency is None


def _is_amount_of_money(cell: str) -> bool:
    return read_number(cell).text is not None


_TESTS: dict[Kind, Callable[[str], bool]] = {
    Kind.DATE: _is_date,
    Kind.MONTH: _is_month,
    Kind.NUMBER: _is_number,
    Kind.INTEGER: _is_number,
    Kind.MONEY: _is_amount_of_money,
    Kind.UNIT: is_unit,
    Kind.YES_NO: lambda cell: yes_no(cell) is not None,
}


def _share_of_codes(cells: list[str], name: str) -> float | None:
    """Return the share of airport codes or routings, for the columns of places; other texts tell nothing."""
    if name == "routing":
        return sum(_is_routing(cell) for cell in cells) / len(cells)
    if name in _PLACES:
        share = sum(_is_code(cell) for cell in cells) / len(cells)
        return share if share >= _FITTING_SHARE else None  # towns and countries are places too
    if name == "currency":
        return sum(names_money(cell) and currency_code(cell) is not None for cell in cells) / len(cells)
    return None


def _is_routing(cell: str) -> bool:
    return (
        len(cell) <= _LONGEST_VALUE
        and bool(_ROUTING.fullmatch(cell))
        and all(map(_is_code, re.findall(_CODE, cell)))
    )


def _is_code(cell: str) -> bool:
    return bool(re.fullmatch(_CODE, cell)) and find_code(cell) is not None
