"""One unit or site written in several ways: spellings that differ only in case, accents or blanks are taken as one.

The spelling used most often stands for all; each row of a file keeps its own. Other variants (abbreviations, words in another
order) are never merged by themselves.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from saleve.ledger.intake.parsing.text import folded

COLUMNS = ("unit", "site")
_EMPTY = pl.DataFrame(schema={**dict.fromkeys(COLUMNS, pl.String), "rows": pl.get_index_type()})


def one_spelling(tables: Iterable[pl.LazyFrame]) -> dict[str, dict[str, str]]:
    """Return per column the spellings to replace and what stands for them."""
    counted = pl.concat([_EMPTY, *map(_counted, tables)], how="diagonal")
    return {column: _replacements(_counts(counted, column)) for column in COLUMNS}


def respelled(table: pl.LazyFrame, spellings: Mapping[str, Mapping[str, str]]) -> pl.LazyFrame:
    """Return the table with one spelling for each unit and site."""
    names = table.collect_schema().names()
    return table.with_columns(
        pl.col(column).cast(pl.String).replace(dict(changes))
        for column, changes in spellings.items()
        if changes and column in names
    )


def _counted(table: pl.LazyFrame) -> pl.DataFrame:
    """Count the rows of each unit at each site; read once, since legs may be millions."""
    columns = [column for column in COLUMNS if column in table.collect_schema().names()]
    counted = table.group_by(columns).agg(pl.len().alias("rows")) if columns else _EMPTY.lazy()
    return counted.collect(engine="streaming").with_columns(pl.col(columns).cast(pl.String))


def _counts(counted: pl.DataFrame, column: str) -> dict[str, int]:
    of_column = counted.drop_nulls(column).group_by(column).agg(pl.col("rows").sum())
    return dict(of_column.iter_rows())


def _replacements(counts: Mapping[str, int]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for spelling in sorted(counts, key=lambda one: (-counts[one], one)):
        chosen.setdefault(folded(spelling), spelling)
    return {one: chosen[folded(one)] for one in counts if chosen[folded(one)] != one}
