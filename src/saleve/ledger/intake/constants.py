"""Values that the user gives for a whole file, as the source category writes them."""

from dataclasses import replace
from types import MappingProxyType

import polars as pl

from saleve.ledger.intake.parsing.dates import date_cells, date_evidence, parse_dates
from saleve.ledger.intake.parsing.numbers import parse_numbers
from saleve.ledger.intake.parsing.text import choice_table, squeezed
from saleve.method.activity.normalising import Context
from saleve.method.schema import Category, Column, Kind


def canonical_constants(category: Category, context: Context) -> Context:
    """Return the context with its constants as the category writes them: 'gas' as natural_gas, 31.1.2024 as 2024-01-31."""
    columns = {column.name: column for column in category.columns}
    read = {
        name: _constant(columns[name], str(text)) if name in columns else text
        for name, text in context.constants.items()
    }
    return replace(context, constants=MappingProxyType(read))


def _constant(column: Column, text: str) -> str:
    cell = pl.Series([text])
    if column.kind is Kind.CHOICE:
        return choice_table(column.choices).get(squeezed(text), text)
    if column.kind is Kind.DATE:
        days = date_cells(cell)
        day = parse_dates(days, year=None, evidence=date_evidence(days)).table["date"][0]
        return text if day is None else str(day)
    if column.kind in {Kind.NUMBER, Kind.INTEGER}:
        return parse_numbers(cell).table["text"][0] or text
    return text
