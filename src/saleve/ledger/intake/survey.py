"""What holds for whole columns of a file, gathered before any row is judged: whatever part is read, the answer is the same.

Order of day and month, decimal sign, lost thousands signs, words for missing values, and which columns hold anything at all.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from saleve.ledger.intake.mapping import ColumnMapping, Match
from saleve.ledger.intake.marking import failed_formula
from saleve.ledger.intake.parsing.dates import DateCells, Evidence, Order, date_cells, date_evidence
from saleve.ledger.intake.parsing.habits import Habits, with_known_units
from saleve.ledger.intake.parsing.numbers import NumberEvidence, number_evidence
from saleve.ledger.intake.parsing.text import lines_apart, tidied, without_missing_words, words_in_use
from saleve.ledger.intake.reading import Sheet
from saleve.method.schema import Category, Column, Kind

# What people write behind numbers of such columns; elsewhere it is a mistake: 80 % of a person are not 80 persons
_SIGNS = {"%": r"\s*[%٪％]$", "g/m2": r"(?i)\s*(?:gr?|г|克|غ)$"}
_WHOLE_SHARE = 0.8  # of a column that holds whole numbers, so that a number with a point stands out
_MANY_CELLS = 5
_NUMBERS = {Kind.NUMBER, Kind.INTEGER, Kind.MONEY}
# What people write behind numbers of such columns; elsewhere it is a mistake: 80 % of a person are not 80 persons
_SIGNS = {"%": r"\s*[%٪％]$", "g/m2": r"(?i)\s*(?:gr?|г|克|غ)$"}
POINTED = r"^-?[1-9]\d{0,2}\.\d{3}$"  # '2.587', whose point may separate thousands


@dataclass(frozen=True, slots=True)
class Prepared:
    """The cells of a sheet, or of a part of it, ready to be read: by header."""

    sheet: Sheet
    cells: Mapping[str, pl.Series]  # tidy, null where a formula failed or a word says that there is no value
    days: Mapping[str, DateCells]
    missing_words: Counter[str]
    habits: Habits = field(default_factory=Habits)  # of who wrote the file, as far as the user knows them


@dataclass(frozen=True, slots=True)
class Thousands:
    """How many cells of a column are filled, whole numbers, and numbers such as '2.587'."""

    filled: int = 0
    whole: int = 0
    pointed: int = 0

    def __add__(self, other: "Thousands") -> "Thousands":
        return Thousands(self.filled + other.filled, self.whole + other.whole, self.pointed + other.pointed)

    @property
    def stand_out(self) -> bool:
        """Whether the pointed numbers stand among whole ones and no others."""
        others = self.filled - self.whole - self.pointed
        many = self.filled >= _MANY_CELLS and self.whole >= _WHOLE_SHARE * self.filled
        return self.pointed > 0 and many and not others


@dataclass
class Facts:
    """What the parts of a sheet seen so far show of its columns, by header."""

    rows: int = 0
    dates: dict[str, Evidence] = field(default_factory=dict)
    numbers: dict[str, NumberEvidence] = field(default_factory=dict)
    thousands: dict[str, Thousands] = field(default_factory=dict)
    missing_words: Counter[str] = field(default_factory=Counter)
    filled: set[str] = field(default_factory=set)  # names of columns

    def add(self, part: Prepared, mapping: ColumnMapping, category: Category) -> None:
        """Take note of a part."""
        self.rows += part.sheet.frame.height
        self.missing_words.update(part.missing_words)
        for match in mapping.matches:
            cells = part.cells[match.header]
            if cells.null_count() < cells.len():
                self.filled.add(match.column)
            self._add_column(match, cells, part, category.column(match.column))

    def date_orders(self) -> dict[str, Evidence]:
        """Return what each date column shows; one that shows nothing follows the others of the file if they agree."""
        shown = self.dates.values()
        orders = {one.order for one in shown if one.order and (one.day_first or one.month_first)}
        mixed = any(one.day_first and one.month_first for one in shown)
        shared: Order | None = orders.pop() if len(orders) == 1 and not mixed else None
        return {
            header: one
            if one.order or not shared
            else Evidence(one.day_first, one.month_first, one.ambiguous, shared)
            for header, one in self.dates.items()
        }

    def _add_column(self, match: Match, cells: pl.Series, part: Prepared, column: Column) -> None:
        header = match.header
        if header in part.days:
            found = date_evidence(part.days[header], match.date_order or part.habits.date_order)
            self.dates[header] = self.dates[header] + found if header in self.dates else found
        if column.kind in _NUMBERS:
            shown = number_evidence(cells, part.habits.decimal_sign)
            self.numbers[header] = self.numbers.get(header, NumberEvidence()) + shown
            self.thousands[header] = self.thousands.get(header, Thousands()) + _thousands(cells)


def prepared(
    sheet: Sheet, mapping: ColumnMapping, category: Category, habits: Habits | None = None
) -> Prepared:
    """Return the cells of the mapped columns, made ready; words for missing names are not counted, they may be names."""
    known = habits or Habits()
    words: Counter[str] = Counter()
    cells: dict[str, pl.Series] = {}
    for match in mapping.matches:
        column = category.column(match.column)
        cells[match.header], found = _ready(sheet.frame[match.header], column, known)
        words.update({} if column.personal else found)
    dates = [one.header for one in mapping.matches if category.column(one.column).kind is Kind.DATE]
    return Prepared(sheet, cells, {header: date_cells(cells[header]) for header in dates}, words, known)


def _ready(cells: pl.Series, column: Column, habits: Habits) -> tuple[pl.Series, dict[str, int]]:
    tidy = tidied(lines_apart(cells) if column.several else cells)
    failed = failed_formula(tidy)
    if failed.any():
        tidy = tidy.set(failed, None)
    if column.unit in _SIGNS:
        tidy = tidy.str.replace(_SIGNS[column.unit], "")
    if column.kind is Kind.UNIT:
        tidy = with_known_units(tidy, habits.units)
    return without_missing_words(tidy, words_in_use(column), habits.missing_words)


def _thousands(cells: pl.Series) -> Thousands:
    whole = int(cells.str.contains(r"^-?\d+$").sum() or 0)
    return Thousands(cells.len() - cells.null_count(), whole, int(cells.str.contains(POINTED).sum() or 0))
