"""Any file as people have it -> sheets of text cells, every row with the number that a spreadsheet shows for it.

Nothing is interpreted here but the shape: where the header is, which rows are blank or totals, what formatting says.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import polars as pl

from saleve.language import _
from saleve.ledger.intake.decoding import BLOCK_BYTES
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.formats import Format, recognised
from saleve.ledger.intake.header import (
    SEARCHED_ROWS,
    clean_headers,
    column_letters,
    find_header,
    unique_headers,
)
from saleve.ledger.intake.marking import apply_marks, find_failed_formulas
from saleve.ledger.intake.records import (
    Records,
    has_records_in_lines,
    read_json,
    read_json_lines,
    read_parquet,
)
from saleve.ledger.intake.text_files import RawPart, in_parts, open_text
from saleve.ledger.intake.totals import LastLine, labelled_totals
from saleve.ledger.intake.workbooks import Marks, read_workbook
from saleve.method.activity.normalising import REPAIR_SCHEMA

ROW = "source_row"
HEAD_ROWS = 2000  # from which one sees what the columns of a table hold
PART_ROWS = 250_000  # of a long file, read and checked at a time; a file of no more rows is read once


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
    repairs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPAIR_SCHEMA))
    typed: bool = False  # the file stores numbers as numbers, so that a bare point is a decimal point


@dataclass(frozen=True, slots=True)
class _Table:
    """A table before its header is known: columns ``c0``, ``c1`` ... and ``source_row``."""

    name: str | None
    parts: Callable[[], Iterator[RawPart]]
    findings: Findings
    marks: Marks | None = None
    switched_off: frozenset[str] = frozenset()
    header: int | None = None  # row number of the header where the format says it
    separator: str = ""
    typed: bool = False


class LongSheet:
    """One table of a file, read part by part, as often as wanted; a table of one part is read once and kept."""

    def __init__(
        self, table: _Table, header_row: int, names: list[str], head: pl.DataFrame, started: Iterator[RawPart]
    ) -> None:
        """Begin with the parts that were read to find the header; ``head`` are the first rows, by header."""
        self.head = head
        self._table, self._names = table, names
        self._started: Iterator[RawPart] | None = started
        self._only: Sheet | None = None
        self._unnamed: dict[int, tuple[int, str]] = {}
        self._last_total: int | None = None
        self._known = False  # whether the table was read to its end
        self.name, self.typed, self.header_row = table.name, table.typed, header_row
        self.headers = tuple(name for name in names if name)

    @classmethod
    def of_rows(cls, rows: pl.DataFrame) -> "LongSheet":
        """Return rows of text cells by header, with ``source_row``, as a table that was read."""
        headers = [name for name in rows.columns if name != ROW]
        found = cls(_Table(None, lambda: iter(()), Findings()), 1, headers, rows.drop(ROW), iter(()))
        found._only = Sheet(None, 1, tuple(headers), rows, Findings().table())
        found._known = True
        return found

    def parts(self) -> Iterator[Sheet]:
        """Yield the parts in order, each with the problems of its rows."""
        if self._only:
            yield self._only
            return
        whole: list[Sheet] = []
        for number, sheet in enumerate(self._parts()):
            whole = [sheet] if number == 0 else []
            yield sheet
        self._only = whole[0] if whole else None

    def problems(self) -> pl.DataFrame:
        """Return the problems of the table as a whole; the number of cells without header is known after one reading."""
        found = Findings([*self._table.findings.tables])
        for index, (count, example) in sorted(self._unnamed.items()):
            found.add("column-unnamed", column=column_letters(index), count=count, example=example)
        return found.table()

    def united(self) -> Sheet:
        """Return the parts as one."""
        if self._only is None:
            parts = list(self.parts())
            self._only = parts[0] if len(parts) == 1 else _united(parts)
        return self._only

    def whole(self) -> Sheet:
        """Return the table as one sheet, its problems complete."""
        sheet = self.united()
        return replace(
            sheet, problems=pl.concat([self.problems(), sheet.problems]).sort("row", maintain_order=True)
        )

    def _parts(self) -> Iterator[Sheet]:
        """Hold each part back until a row follows it, since the last row of all may be a total of the others."""
        held: Sheet | None = None
        last = LastLine()
        for raw in self._raw():
            sheet = self._sheet(raw)
            if not self._known:
                last.add(sheet.frame)
            if held and sheet.frame.height:
                yield held
                held = sheet
            else:
                held = _united([held, sheet]) if held else sheet
        if not self._known:
            self._known = True
            self._last_total = last.total(held.frame if held and last.whole(held.frame) else self._columns)
        if held:
            yield held if self._last_total is None else _without_total(held, self._last_total)

    def _raw(self) -> Iterator[RawPart]:
        started, self._started = self._started, None
        yield from started or self._table.parts()

    def _columns(self, name: str) -> pl.Series:
        """Return a whole column, without the last row."""
        again = [self._sheet(raw).frame[name] for raw in self._table.parts()]
        return pl.concat(again).head(-1)

    def _sheet(self, raw: RawPart) -> Sheet:
        findings = Findings(book=self._table.findings.book)
        body = _without_blank_rows(raw.frame.filter(pl.col(ROW) > self.header_row))
        marked = apply_marks(
            body, self._table.marks, self._names, findings, switched_off=self._table.switched_off
        )
        named = self._named(marked.body)
        totals = labelled_totals(named)
        findings.add_rows("total-line", pl.Series(totals, dtype=pl.Int64))
        _note_long_rows(raw, self._table.separator, self.header_row, named.width - 1, findings)
        find_failed_formulas(named, findings)
        sheet = Sheet(
            name=self.name,
            header_row=self.header_row,
            headers=self.headers,
            frame=named,
            problems=findings.table(),
            repairs=marked.repairs,
            typed=self.typed,
        )
        return _without_totals(sheet, totals) if totals else sheet

    def _named(self, body: pl.DataFrame) -> pl.DataFrame:
        """Give the columns their headers; a column without header is not read, and said if it holds anything."""
        for index, name in enumerate(self._names):
            if not name and not self._known and (filled := body[f"c{index}"].drop_nulls()).len():
                before, example = self._unnamed.get(index, (0, filled[0][:30]))
                self._unnamed[index] = (before + filled.len(), example)
        kept = {f"c{index}": name for index, name in enumerate(self._names) if name}
        return body.select(ROW, *kept).rename(kept)


def read_file(path: Path, *, sheet: str | None = None, known: Collection[str] = ()) -> list[Sheet]:
    """Return the sheets of a file: one for CSV, JSON and Parquet, each visible sheet of a workbook (or the one named).

    ``known`` are squeezed names of columns, by which the header row is recognised below title rows.
    Raises FileRefusedError with what the file is and what to do.
    """
    return [found.whole() for found in open_file(path, sheet=sheet, known=known)]


def open_file(
    path: Path,
    *,
    sheet: str | None = None,
    known: Collection[str] = (),
    part_rows: int = PART_ROWS,
    switched_off: frozenset[str] = frozenset(),
) -> list[LongSheet]:
    """Return the sheets of a file as ``read_file`` does, to be read in parts of so many rows.

    ``switched_off`` are the names of repairs that must not be made.
    """
    tables = [replace(table, switched_off=switched_off) for table in _tables(Path(path), sheet, part_rows)]
    sheets = [found for table in tables if (found := _sheet(table, known))]
    if not sheets:
        message = _(
            "{file} has no row of headers in its first {rows} rows. Write the name of each column above the data, "
            "for example Site, Period start, Consumption (kWh)."
        )
        raise FileRefusedError(message.format(file=Path(path).name, rows=SEARCHED_ROWS))
    return sheets


def _tables(path: Path, sheet: str | None, part_rows: int) -> list[_Table]:
    findings = Findings()
    start = _start(path)
    kind = recognised(path, start)
    if kind == "text":
        text = open_text(path, start if len(start) < BLOCK_BYTES else path, findings)
        return [_Table(None, lambda: text.parts(part_rows), findings, separator=text.delimiter)]
    if kind in {"json", "parquet"}:
        records = _opened_records(path, start, kind)
        return [_Table(None, lambda: _raw(records, part_rows), findings, header=0, typed=True)]
    sheets, hidden = read_workbook(path, kind, sheet)
    for name in hidden:
        findings.add("sheet-hidden", sheet=name)
    return [
        _Table(one.name, one.parts, findings if index == 0 else Findings(), one.marks, typed=True)
        for index, one in enumerate(sheets)
    ]


def _opened_records(path: Path, start: bytes, kind: Format) -> Records:
    if kind == "parquet":
        return read_parquet(path)
    long = len(start) >= BLOCK_BYTES
    return (
        read_json_lines(path) if long and has_records_in_lines(start) else read_json(path, path.read_bytes())
    )


def _raw(records: Records, part_rows: int) -> Iterator[RawPart]:
    nothing = pl.DataFrame(schema={ROW: pl.Int64, "cells": pl.Int64})
    frames = (RawPart(frame, nothing) for frame in records.frames(part_rows))
    yield from in_parts(frames, part_rows + 1, RawPart(pl.DataFrame(), nothing))


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(BLOCK_BYTES)
    except FileNotFoundError as fault:
        raise FileRefusedError(_("There is no file {file}.").format(file=path)) from fault
    except IsADirectoryError as fault:
        raise FileRefusedError(_("{file} is a folder; name a file in it.").format(file=path)) from fault
    except PermissionError as fault:
        raise FileRefusedError(
            _("{file} may not be read: you have no permission.").format(file=path)
        ) from fault


def _sheet(table: _Table, known: Collection[str]) -> LongSheet | None:
    parts = table.parts()
    first = next(parts)
    header_row = _header_row(table, first.frame, known)
    if header_row is None:
        return None
    header = first.frame.filter(pl.col(ROW) == header_row).drop(ROW).row(0)
    names = _names(header, table.findings)
    head = _head(first.frame, header_row, names)
    return LongSheet(table, header_row, names, head, chain([first], parts))


def _head(frame: pl.DataFrame, header_row: int, names: list[str]) -> pl.DataFrame:
    """Return the first rows below the header, by header, from which one sees what the columns hold."""
    kept = {f"c{index}": name for index, name in enumerate(names) if name}
    return frame.filter(pl.col(ROW) > header_row).head(HEAD_ROWS).select(list(kept)).rename(kept)


def _header_row(table: _Table, frame: pl.DataFrame, known: Collection[str]) -> int | None:
    if table.header is not None:
        return table.header
    head = frame.head(SEARCHED_ROWS)
    index = find_header(head.drop(ROW).rows(), known)
    return None if index is None else head[ROW][index]


def _united(sheets: Sequence[Sheet]) -> Sheet:
    """Return the parts of one table as one."""
    return replace(
        sheets[0],
        frame=pl.concat([sheet.frame for sheet in sheets]),
        problems=pl.concat([sheet.problems for sheet in sheets]).sort("row", maintain_order=True),
        total_lines=tuple(row for sheet in sheets for row in sheet.total_lines),
        repairs=pl.concat([sheet.repairs for sheet in sheets]),
    )


def _without_total(sheet: Sheet, row: int) -> Sheet:
    """Set the last line aside, which sums the others without saying so."""
    findings = Findings([sheet.problems])
    findings.add_rows("total-line", pl.Series([row], dtype=pl.Int64))
    return _without_totals(replace(sheet, problems=findings.table()), [row])


def _without_totals(sheet: Sheet, totals: list[int]) -> Sheet:
    kept = ~pl.col("row").is_in(totals) | (pl.col("code") == "total-line") | pl.col("row").is_null()
    return replace(
        sheet,
        frame=sheet.frame.filter(~pl.col(ROW).is_in(totals)),
        problems=sheet.problems.filter(kept),
        total_lines=tuple(sorted([*sheet.total_lines, *totals])),
        repairs=sheet.repairs.filter(~pl.col("row").is_in(totals)),
    )


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


def _note_long_rows(raw: RawPart, separator: str, header_row: int, columns: int, findings: Findings) -> None:
    for row, cells in raw.long_rows.filter(pl.col(ROW) > header_row).rows():
        findings.add("row-too-long", row=row, cells=cells, columns=columns, separator=separator)
