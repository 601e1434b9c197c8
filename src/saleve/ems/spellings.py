"""One unit or site written in several ways: spellings that differ only in case, accents or blanks are taken as one.

The spelling used most often stands for all; each row of a file keeps its own. Other variants (abbreviations, words in another
order) are never merged by themselves.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from saleve.ledger.intake.parsing.text import folded

COLUMNS = ("unit", "site")


def one_spelling(tables: Iterable[pl.LazyFrame]) -> dict[str, dict[str, str]]:
    """Return per column the spellings to replace and what stands for them."""
    kept = list(tables)
    return {column: _replacements(_counts(kept, column)) for column in COLUMNS}


def respelled(table: pl.LazyFrame, spellings: Mapping[str, Mapping[str, str]]) -> pl.LazyFrame:
    """Return the table with one spelling for each unit and site."""
    names = table.collect_schema().names()
    return table.with_columns(
        pl.col(column).cast(pl.String).replace(dict(changes))
        for column, changes in spellings.items()
        if changes and column in names
    )


def _counts(tables: list[pl.LazyFrame], column: str) -> dict[str, int]:
    """Count each spelling of a column over all tables."""
    counts: dict[str, int] = {}
    for table in tables:
        if column in table.collect_schema().names():
            for spelling, count in table.group_by(pl.col(column).cast(pl.String)).len().collect().iter_rows():
                if spelling is not None:
                    counts[spelling] = counts.get(spelling, 0) + count
    return counts


def _replacements(counts: Mapping[str, int]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for spelling in sorted(counts, key=lambda one: (-counts[one], one)):
        chosen.setdefault(folded(spelling), spelling)
    return {one: chosen[folded(one)] for one in counts if chosen[folded(one)] != one}
