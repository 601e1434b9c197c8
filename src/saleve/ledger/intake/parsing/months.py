"""Months: their names in the languages of the files we meet (Unicode CLDR as Babel holds it), and cells that hold one."""

import re
from collections import defaultdict
from functools import lru_cache

import polars as pl
from babel import Locale

from saleve.ledger.intake.parsing.text import squeezed

_LANGUAGES = ("en", "fr", "es", "ru", "ar", "ar_LB", "zh", "pt", "de", "it")
# Abbreviations that people use beside those of the CLDR
_ALSO = {"sept": 9, "set": 9, "setiembre": 9, "agos": 8, "mrz": 3, "juill": 7, "fevr": 2}
_LONGEST = 100  # signs; no month is longer

_MONTH, _YEAR = r"(?P<month>0?[1-9]|1[0-2])", r"(?P<year>(?:19|20)\d\d)"
_WRITTEN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_MONTH}",
        rf"{_YEAR}[-/. ]{_MONTH}",
        rf"{_MONTH}[-/. ]{_YEAR}",
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])",
        rf"{_YEAR}-{_MONTH}-\d\d(?:[ T][0:.]+)?",  # a spreadsheet's date in the month
        rf"(?P<name>\D+?)[-/. ]*{_YEAR}",
        rf"{_YEAR}[-/. ]*(?P<name>\D+)",
        r"(?P<name>\D+)",
    )
)


def parse_months(cells: pl.Series) -> pl.DataFrame:
    """Return ``month`` (1 to 12) and ``year`` of each cell; null where it holds none. Each different text is read once."""
    different = cells.drop_nulls().unique()
    read = [(text, *_read_month(text)) for text in different]
    known = pl.DataFrame(read, {"cell": pl.String, "month": pl.Int64, "year": pl.Int64}, orient="row")
    return (
        cells.alias("cell").to_frame().join(known, on="cell", how="left", maintain_order="left").drop("cell")
    )


def _read_month(text: str) -> tuple[int | None, int | None]:
    if len(text) > _LONGEST:
        return None, None
    for pattern in _WRITTEN:
        found = pattern.fullmatch(text.strip())
        if found is None:
            continue
        parts = found.groupdict()
        month = (
            int(parts["month"])
            if parts.get("month")
            else month_numbers().get(squeezed(parts.get("name") or ""))
        )
        if month:
            return month, int(parts["year"]) if parts.get("year") else None
    return month_numbers().get(squeezed(text)), None


@lru_cache
def month_numbers() -> dict[str, int]:
    """Return squeezed name or abbreviation -> month; a name that means two months is left out."""
    found: dict[str, set[int]] = defaultdict(set)
    for language in _LANGUAGES:
        for name, month in _names(Locale.parse(language)):
            for word in {squeezed(name), *_shortened(squeezed(name))}:
                found[word].add(month)
    sure = {word: min(months) for word, months in found.items() if len(months) == 1 and not word.isdigit()}
    return sure | _ALSO


def _names(locale: Locale) -> list[tuple[str, int]]:
    return [
        (name, month)
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in locale.months[form][width].items()
    ]


def _shortened(word: str) -> list[str]:
    return [word[:3], word[:4]] if word.isalpha() and len(word) > 3 and ord(word[0]) < 0x0600 else []
