"""Any file as people have it -> sheets of text cells, every row with the number that a spreadsheet shows for it.

Nothing is interpreted here but the shape: where the header is, which rows are blank or totals, what formatting says.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.formats import recognised
from saleve.ledger.intake.header import (
    SEARCHED_ROWS,
    clean_headers,
    column_letters,
    find_header,
    unique_headers,
)
from saleve.ledger.intake.marking import apply_marks, find_failed_formulas
from saleve.ledger.intake.records import read_json, read_parquet
from saleve.ledger.intake.text_files import read_text
from saleve.ledger.intake.totals import total_rows
from saleve.ledger.intake.workbooks import Marks, read_workbook

ROW = "source_row"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file.

    ``frame`` holds ``source_row`` and one column of text cells per header, exactly as they stand in the file. ``total_lines``
    are rows set aside because they sum others: they are not counted as rows.
    """

    name: str | None  # None for files that have no sheets
    header_row: int  # as the spreadsheet counts; 0 where records carry their own names
    headers: tuple[str, ...]
    frame: pl.DataFrame
    problems: pl.DataFrame  # PROBLEM_SCHEMA
    total_lines: tuple[int, ...] = ()
    repaired_rows: frozenset[int] = frozenset()
    typed: bool = False  # the file stores numbers as numbers, so that a bare point is a decimal point


@dataclass(frozen=True, slots=True)
class _Table:
    """A table before its header is known: columns ``c0``, ``c1`` ... and ``source_row``."""

    name: str | None
    frame: pl.DataFrame
    findings: Findings
    marks: Marks | None = None
    header: int | None = None  # row number of the header where the format says it
    separator: str = ""
    long_rows: pl.DataFrame | None = None
    typed: bool = False


def read_file(path: Path, *, sheet: str | None = None, known: Collection[str] = ()) -> list[Sheet]:
    """Return the sheets of a file: one for CSV, JSON and Parquet, each visible sheet of a workbook (or the one named).

    ``known`` are squeezed names of columns, by which the header row is recognised below title rows.
    Raises FileRefusedError with what the file is and what to do.
    """
    tables = _tables(Path(path), sheet)
    sheets = [found for table in tables if (found := _sheet(table, known))]
    if not sheets:
        message = _(
            "{file} has no row of headers in its first {rows} rows. Write the name of each column above the data, "
            "for example Site, Period start, Consumption (kWh)."
        )
        raise FileRefusedError(message.format(file=Path(path).name, rows=SEARCHED_ROWS))
    return sheets


def _tables(path: Path, sheet: str | None) -> list[_Table]:
    content = _content(path)
    findings = Findings()
    match recognised(path, content):
        case "text":
            text = read_text(path, content, findings)
            return [_Table(None, text.frame, findings, separator=text.delimiter, long_rows=text.long_rows)]
        case "json":
            return [_Table(None, read_json(path, content), findings, header=0, typed=True)]
        case "parquet":
            return [_Table(None, read_parquet(path, content), findings, header=0, typed=True)]
        case kind:
            sheets, hidden = read_workbook(path, content, kind, sheet)
            for name in hidden:
                findings.add("sheet-hidden", sheet=name)
            return [
                _Table(one.name, one.frame, findings if index == 0 else Findings(), one.marks, typed=True)
                for index, one in enumerate(sheets)
            ]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as fault:
        raise FileRefusedError(_("There is no file {file}.").format(file=path)) from fault
    except IsADirectoryError as fault:
        raise FileRefusedError(_("{file} is a folder; name a file in it.").format(file=path)) from fault
    except PermissionError as fault:
        raise FileRefusedError(
            _("{file} may not be read: you have no permission.").format(file=path)
        ) from fault


def _sheet(table: _Table, known: Collection[str]) -> Sheet | None:
    header_row = _header_row(table, known)
    if header_row is None:
        return None
    findings = table.findings
    header = table.frame.filter(pl.col(ROW) == header_row).drop(ROW).row(0)
    names = _names(header, findings)
    body = _without_blank_rows(table.frame.filter(pl.col(ROW) > header_row))
    marked = apply_marks(body, table.marks, names, findings)
    named = _named(marked.body, names, findings)
    totals = total_rows(named)
    findings.add_rows("total-line", pl.Series(totals, dtype=pl.Int64))
    _note_long_rows(table, header_row, named.width - 1, findings)
    find_failed_formulas(named, findings)
    return Sheet(
        name=table.name,
        header_row=header_row,
        headers=tuple(named.columns[1:]),
        frame=named.filter(~pl.col(ROW).is_in(totals)) if totals else named,
        problems=findings.table().filter(
            ~pl.col("row").is_in(totals) | (pl.col("code") == "total-line") | pl.col("row").is_null()
        ),
        total_lines=tuple(totals),
        repaired_rows=marked.repaired_rows,
        typed=table.typed,
    )


def _header_row(table: _Table, known: Collection[str]) -> int | None:
    if table.header is not None:
        return table.header
    head = table.frame.head(SEARCHED_ROWS)
    index = find_header(head.drop(ROW).rows(), known)
    return None if index is None else head[ROW][index]


def _names(header: tuple[str | None, ...], findings: Findings) -> list[str]:
    cleaned = clean_headers(header)
    names = unique_headers([ROW, *cleaned])[1:]
    for before, after in zip(cleaned, names, strict=True):
        if before != after:
            findings.add("header-repeated", column=after, header=before, renamed=after)
    return names


def _without_blank_rows(body: pl.DataFrame) -> pl.DataFrame:
    """Leave out rows in which nothing is written; only rows that begin with a blank are looked at cell by cell."""
    columns = pl.exclude(ROW)
    blank_start = (
        pl.col("c0").is_null() | pl.col("c0").str.starts_with(" ") | pl.col("c0").str.starts_with("\u00a0")
    )
    suspects = body.filter(blank_start)
    empty = suspects.filter(pl.all_horizontal(columns.is_null() | (columns.str.strip_chars() == "")))
    return body.filter(~pl.col(ROW).is_in(empty[ROW].to_list())) if empty.height else body


def _named(body: pl.DataFrame, names: list[str], findings: Findings) -> pl.DataFrame:
    """Give the columns their headers; a column without header is not read, and said if it holds anything."""
    for index, name in enumerate(names):
        filled = body[f"c{index}"].drop_nulls() if not name else pl.Series([], dtype=pl.String)
        if filled.len():
            findings.add(
                "column-unnamed", column=column_letters(index), count=filled.len(), example=filled[0][:30]
            )
    kept = {f"c{index}": name for index, name in enumerate(names) if name}
    return body.select(ROW, *kept).rename(kept)


def _note_long_rows(table: _Table, header_row: int, columns: int, findings: Findings) -> None:
    if table.long_rows is None:
        return
    for row, cells in table.long_rows.filter(pl.col(ROW) > header_row).rows():
        findings.add("row-too-long", row=row, cells=cells, columns=columns, separator=table.separator)
