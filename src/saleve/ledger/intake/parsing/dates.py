"""Dates as people write them; the order of day and month is a property of the column, shown by its unambiguous cells.

No date is invented: what the column leaves undecided stays undecided, with its year where both readings agree on it.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import polars as pl

from saleve.ledger.intake.parsing.months import month_numbers
from saleve.ledger.intake.parsing.numbers import _DIGITS
from saleve.ledger.intake.parsing.text import squeezed

Order = Literal["day-first", "month-first"]

_TIME = r"(\d)(?:[T\s,]+\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?|\s*\+\s*\d{4})$"
_RANGE = re.compile(r"\s+(?:al|a|to|au|bis|until|hasta|по|إلى)\s+|\s*[–—~至到]\s*|\s+-\s+", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})(?:\s*\2\s*(\d{4}|\d{2}))?\.?")
_CHINESE = re.compile(r"(\d{1,2})月(\d{1,2})日")
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|º|ª|°|\.)?[\s,./-]*(?:de\s+|d['’])?([^\W\d]+)\.?[\s,./-]*(?:de[l]?\s+)?(\d{4}|'?\d{2})?(?:\s*(?:г|года|г\.))?")  # fmt: skip
# "Jan-24" has no day: a name and a number without a year are a date only with a blank between them
_NAME_DAY_YEAR = re.compile(
    r"([^\W\d]+)(?:\.?[\s,./-]*(\d{1,2})(?:st|nd|rd|th)?[\s,./-]+(\d{4}|'\d{2})|\.?\s+(\d{1,2})(?:st|nd|rd|th)?)"
)
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,]\d+)?")
_SERIAL_ORIGIN = date(1899, 12, 30)
_LONGEST = 200  # signs
_YEARS = range(1900, 2101)


_Day = tuple[int | None, int, int]  # year where it is written, month, day


@dataclass(frozen=True, slots=True)
class Token:
    """One cell, read by itself: (year or None, month, day) in each order, equal where there is no choice."""

    day_first: _Day | None = None
    month_first: _Day | None = None
    end: "Token | None" = None  # the second date of a range
    fault: str | None = None
    serial: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the cells of a column show about the order of day and month, in numbers of cells."""

    day_first: int = 0
    month_first: int = 0
    ambiguous: int = 0
    stated: Order | None = None  # in the header ("dd/mm/yyyy"), by the user, or by other columns of the file

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(
            self.day_first + other.day_first,
            self.month_first + other.month_first,
            self.ambiguous + other.ambiguous,
            self.stated or other.stated,
        )

    @property
    def order(self) -> Order | None:
        """Return the order in which to read, or None where the column shows none or both."""
        if self.day_first and self.month_first:
            return None
        if self.day_first or self.month_first:
            return "day-first" if self.day_first else "month-first"
        return self.stated


@dataclass(frozen=True, slots=True)
class DateColumn:
    """A column of dates: ``table`` has one row per cell, in order.

    Its columns: cell, date, end, year, yearless (the year was given from outside), serial, fault.
    """

    table: pl.DataFrame
    evidence: Evidence


_RESULT = {
    "cell": pl.String(), "date": pl.Date(), "end": pl.Date(), "year": pl.Int64(), "yearless": pl.Boolean(), "serial": pl.Boolean(),
    "fault": pl.String(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateCells:
    """The cells of a column with what the fast reader makes of them; the rest is read one different cell at a time."""

    cells: pl.Series
    iso: pl.Series  # dates written year-month-day
    bare: pl.Series  # cells without time of day
    odd: dict[str, int]  # different bare cells that are not year-month-day, and how often each stands there


def date_cells(cells: pl.Series) -> DateCells:
    """Tell cells written year-month-day from the others."""
    iso = cells.str.to_date("%Y-%m-%d", strict=False)
    in_range = iso.dt.year().is_between(_YEARS.start, _YEARS.stop - 1)
    sure = pl.select(pl.when(pl.lit(in_range)).then(pl.lit(iso))).to_series()
    bare = _without_time(cells)
    odd = bare.filter(cells.is_not_null() & sure.is_null()).alias("cell").value_counts(name="count")
    return DateCells(cells, sure, bare, dict(odd.rows()))


def date_evidence(column: DateCells, stated: Order | None = None) -> Evidence:
    """Return what the column shows about the order of day and month."""
    counts = Counter[str]()
    for cell, count in column.odd.items():
        token = read_date(cell)
        for part in (token, token.end):
            if part and (kind := _shows(part)):
                counts[kind] += count
    return Evidence(counts["day-first"], counts["month-first"], counts["ambiguous"], stated)


def parse_dates(column: DateCells, *, year: int | None, evidence: Evidence) -> DateColumn:
    """Return each cell's date; a date without year takes ``year``, the reporting year of the file.

    ``fault`` is "date-impossible", "date-unreadable", "date-no-year", "date-ambiguous" or null.
    """
    rows = [(cell, *_resolved(read_date(cell), year, evidence.order)) for cell in column.odd]
    read = pl.DataFrame(rows, schema=_RESULT, orient="row").rename({"cell": "bare"})
    frame = pl.DataFrame({"cell": column.cells, "iso": column.iso, "bare": column.bare})
    joined = frame.join(read, on="bare", how="left", maintain_order="left")
    filled = joined.with_columns(
        pl.coalesce("iso", "date").alias("date"),
        pl.coalesce("year", pl.col("iso").dt.year().cast(pl.Int64)).alias("year"),
        pl.col("yearless", "serial").fill_null(value=False),
        pl.when(pl.col("iso").is_null()).then("fault").alias("fault"),
    )
    return DateColumn(filled.select(list(_RESULT)), evidence)


@lru_cache(maxsize=65536)
def read_date(cell: str) -> Token:
    """Read one cell by itself, as a date or as two; a cell so long that no date fills it is none."""
    if len(cell) > _LONGEST:
        return Token(fault="date-unreadable")
    text = _plain(cell)
    whole = _read_one(text)
    if whole.fault != "date-unreadable":
        return whole
    parts = [part for part in _RANGE.split(text) if part]
    if len(parts) == 2:
        start, end = _read_one(parts[0]), _read_one(parts[1])
        if not start.fault and not end.fault:
            return replace(_same_year(start, end), end=end)
    return whole


def _plain(cell: str) -> str:
    text = cell.translate(_DIGITS).replace("\u200f", "").replace("\u200e", "").strip()
    return re.sub(_TIME, r"\1", text).strip(" ,;")


def _without_time(cells: pl.Series) -> pl.Series:
    timed = cells.str.contains_any([":", "+", "h"])
    return cells.str.replace(_TIME, "${1}") if timed.any() else cells


def _read_one(text: str) -> Token:
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return _only(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(text):
        return _numeric(int(found[1]), int(found[3]), found[4], dotted=found[2] == ".")
    if found := _CHINESE.fullmatch(text):
        return _only(None, int(found[1]), int(found[2]))
    if found := _SERIAL.fullmatch(text):
        day = _SERIAL_ORIGIN + timedelta(days=int(found[1]))
        return replace(_only(day.year, day.month, day.day), serial=True)
    return _named(text)


def _named(text: str) -> Token:
    bare = re.sub(
        r"^(?:[^\W\d]+\.?,\s*|(?:le|el|am|den|on)\s+)", "", text
    )  # "Mon, 3 March 2025", "le 3 mars"
    if (found := _DAY_NAME_YEAR.fullmatch(bare)) and (month := month_numbers().get(squeezed(found[2]))):
        return _only(_full_year(found[3]), month, int(found[1]))
    for written in (bare, text):
        if (found := _NAME_DAY_YEAR.fullmatch(written)) and (
            month := month_numbers().get(squeezed(found[1]))
        ):
            return _only(_full_year(found[3]), month, int(found[2] or found[4]))
    return Token(fault="date-unreadable")


def _numeric(first: int, second: int, year: str | None, *, dotted: bool) -> Token:
    """Read two numbers and a year; with points between them the day comes first everywhere."""
    whole_year = _full_year(year)
    day_first = _valid(whole_year, second, first)
    month_first = day_first if dotted else _valid(whole_year, first, second)
    if day_first is None and month_first is None:
        return Token(fault="date-impossible")
    return Token(day_first, month_first)


def _only(year: int | None, month: int, day: int) -> Token:
    found = _valid(year, month, day)
    return Token(found, found) if found else Token(fault="date-impossible")


def _valid(year: int | None, month: int, day: int) -> _Day | None:
    if year is not None and year not in _YEARS:
        return None
    return (year, month, day) if _date(year or 2000, month, day) else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full_year(year: str | None) -> int | None:
    if year is None:
        return None
    digits = year.strip("'")
    return 2000 + int(digits) if len(digits) == 2 else int(digits)


def _same_year(start: Token, end: Token) -> Token:
    """Give the first date of a range the year of the last, where only that has one."""
    return Token(_dated_like(start.day_first, end.day_first), _dated_like(start.month_first, end.month_first))


def _dated_like(start: _Day | None, end: _Day | None) -> _Day | None:
    if start is None or start[0] is not None or end is None or end[0] is None:
        return start
    wraps = start[1] == 12 and end[1] == 1
    return (end[0] - wraps, start[1], start[2])


def _shows(token: Token) -> str | None:
    if token.day_first == token.month_first:
        return None
    if token.day_first and token.month_first:
        return "ambiguous"
    return "day-first" if token.day_first else "month-first"


def _resolved(
    token: Token, year: int | None, order: Order | None
) -> tuple[date | None, date | None, int | None, bool, bool, str | None]:
    """Return date, end, year, whether the year came from outside, whether a serial number, and the fault."""
    if token.fault:
        return None, None, None, False, False, token.fault
    start, known_year, yearless, fault = _chosen(token, year, order)
    end = _chosen(token.end, year, order)[0] if token.end else None
    return start, end, known_year, yearless, token.serial, fault


def _chosen(
    token: Token, year: int | None, order: Order | None
) -> tuple[date | None, int | None, bool, str | None]:
    choice = token.month_first if order == "month-first" else token.day_first
    if _shows(token) == "ambiguous" and order is None:
        known = token.day_first[0] if token.day_first else None
        return None, known or year, known is None, "date-ambiguous"
    choice = choice or token.day_first or token.month_first
    if choice is None:
        return None, None, False, "date-impossible"
    if choice[0] is None and year is None:
        return None, None, False, "date-no-year"
    found = _date(choice[0] or year or 0, choice[1], choice[2])
    return found, found.year if found else None, choice[0] is None, None if found else "date-impossible"
