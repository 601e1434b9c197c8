"""How a source category declares its activity data: columns, units, synonyms of headers, meaning.

One ``Category`` per file in ``activity``; intake, templates, checks and documents all read it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl


class Kind(StrEnum):
    """What a cell holds, hence how it is read."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    INTEGER = "integer"
    MONTH = "month"  # 1 to 12, from 3, March, 03/2025, 2025-03; a year beside it goes to the column year
    MONEY = "money"  # one output column per currency: fare_chf, fare_usd
    YES_NO = "yes_no"
    CHOICE = "choice"  # one of ``Column.choices``; labels in any of the six languages
    UNIT = "unit"  # unit of the amount in the same row


POLARS_TYPE = {
    Kind.TEXT: pl.String(),
    Kind.DATE: pl.Date(),
    Kind.NUMBER: pl.Float64(),
    Kind.INTEGER: pl.Int64(),
    Kind.MONTH: pl.Int64(),
    Kind.MONEY: pl.Decimal(18, 4),
    Kind.YES_NO: pl.Boolean(),
    Kind.CHOICE: pl.String(),
    Kind.UNIT: pl.String(),
}

# What the ledger adds to every row: the batch (from the SHA-256 of the file) and which revision of its entry it is.
STANDING = {"batch": pl.String(), "revision": pl.Int64()}

# Where a row came from; every activity and result table carries these for ever.
PROVENANCE = {"source_file": pl.String(), "source_sheet": pl.String(), "source_row": pl.Int64()}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of activity data: its name in Salève, kind, unit, meaning, and how people head it."""

    name: str
    kind: Kind
    meaning: str
    unit: str | None = None
    required: bool = False
    synonyms: tuple[str, ...] = ()  # headers in six languages, any case, accents or not
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)  # value -> labels people write
    minimum: float | None = None
    maximum: float | None = None
    personal: bool = False  # a name or staff number: never kept
    several: bool = False  # a cell may name several things, one a line
    strict: bool = False  # an unknown word is an error: what an empty cell means must not stand in for it


@dataclass(frozen=True, slots=True)
class Category:
    """A source category: what the organisation did, as a table."""

    name: str
    title: str
    columns: tuple[Column, ...]
    example: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """Return the column of this name; a wrong name is a fault in the code."""
        return next(column for column in self.columns if column.name == name)
