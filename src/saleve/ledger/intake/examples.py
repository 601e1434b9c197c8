"""The example row and the notes of a template: never data, as long as nobody made them so."""

from dataclasses import replace
from functools import lru_cache

import polars as pl

from saleve.language import LANGUAGES, _, speaking
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.mapping import ColumnMapping
from saleve.ledger.intake.parsing.dates import read_date
from saleve.ledger.intake.parsing.numbers import read_number
from saleve.ledger.intake.parsing.text import choice_table, squeezed, tidied, yes_no
from saleve.ledger.intake.reading import ROW, Sheet
from saleve.method.schema import Category, Column, Kind

_SEARCHED_ROWS = 50  # where people leave the example: near the top


def example_mark() -> str:
    """Return what marks the example row in the active language."""
    return _("EXAMPLE, not counted")


def remark_header() -> str:
    """Return the header of the first column of a template, which holds the mark and is free for remarks."""
    return _("Your remark")


def notes_name() -> str:
    """Return the name of the sheet that explains a template."""
    return _("How to fill in")


def is_notes_sheet(name: str | None) -> bool:
    """Say whether this is the sheet of a template that explains it, in any language."""
    return squeezed(name or "") in _in_all_languages()["notes"]


def without_example(sheet: Sheet, mapping: ColumnMapping, category: Category) -> Sheet:
    """Set aside the untouched example row of a template, which is marked as such.

    One that is marked but was changed counts, with a warning; a row that somebody typed exactly like the example counts too.
    """
    head = sheet.frame.head(_SEARCHED_ROWS)
    rows = [
        row[ROW]
        for row in head.iter_rows(named=True)
        if _is_marked(row) and _is_example(row, mapping, category)
    ]
    changed = [row[ROW] for row in head.iter_rows(named=True) if _is_marked(row) and row[ROW] not in rows]
    if not rows and not changed:
        return sheet
    findings = Findings([sheet.problems.filter(_not_of(rows))])
    findings.add_rows("example-row", pl.Series(rows, dtype=pl.Int64))
    findings.add_rows("example-row-changed", pl.Series(changed, dtype=pl.Int64))
    return replace(
        sheet,
        frame=sheet.frame.filter(~pl.col(ROW).is_in(rows)),
        problems=findings.table(),
        repairs=sheet.repairs.filter(_not_of(rows)),
    )


def _not_of(rows: list[int]) -> pl.Expr:
    return pl.col("row").is_null() | ~pl.col("row").is_in(rows)


def _is_marked(row: dict[str, str | None]) -> bool:
    marks = _in_all_languages()["marks"]
    return any(squeezed(cell) in marks for cell in row.values() if isinstance(cell, str))


def _is_example(row: dict[str, str | None], mapping: ColumnMapping, category: Category) -> bool:
    """Say whether every mapped cell is what the category's example says, in whatever language the template was."""
    headers = {
        match.column: match.header for match in mapping.matches if not category.column(match.column).personal
    }
    if not category.example or not category.example.keys() <= headers.keys():
        return False
    return all(
        _same(_tidy(row[header]), category.example.get(name, ""), category.column(name))
        for name, header in headers.items()
    )


def _tidy(cell: str | None) -> str:
    return tidied(pl.Series([cell], dtype=pl.String))[0] or ""


def _same(cell: str, example: str, column: Column) -> bool:
    if squeezed(cell) == squeezed(example):
        return True
    match column.kind:
        case Kind.CHOICE:
            table = choice_table(column.choices)
            return table.get(squeezed(cell), cell) == table.get(squeezed(example), example)
        case Kind.YES_NO:
            return yes_no(cell) is not None and yes_no(cell) == yes_no(example)
        case Kind.NUMBER | Kind.INTEGER | Kind.MONTH:
            return _number(cell) is not None and _number(cell) == _number(example)
        case Kind.DATE:
            token = read_date(cell)
            return token.fault is None and token == read_date(example)
        case _:
            return False


def _number(cell: str) -> float | None:
    text = read_number(cell).text
    return None if text is None else float(text)


@lru_cache
def _in_all_languages() -> dict[str, frozenset[str]]:
    marks, notes = set(), set()
    for language in LANGUAGES:
        with speaking(language):
            marks.add(squeezed(example_mark()))
            notes.add(squeezed(notes_name()))
    return {"marks": frozenset(marks), "notes": frozenset(notes)}
