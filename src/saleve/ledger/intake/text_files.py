"""CSV and its relatives as text cells: encoding, separator, quotation marks; every line accounted for, in parts where it is long."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

import polars as pl

from saleve.ledger.intake.decoding import Text, decoded
from saleve.ledger.intake.findings import Findings

_SAMPLE_BYTES = 256 * 1024
_DELIMITERS = ",;\t|"
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_LONG_ROWS = pl.Schema({"source_row": pl.Int64, "cells": pl.Int64})
_MOST_COLUMNS = 2_048  # a wider row is a damaged one; it is named
_RECORDS_AT_A_TIME = 50_000


@dataclass(frozen=True, slots=True)
class RawPart:
    """Some rows of a table before its header is known: ``c0``, ``c1`` ... and ``source_row``, as a spreadsheet numbers them."""

    frame: pl.DataFrame
    long_rows: pl.DataFrame  # source_row and number of cells of the records wider than the table


@dataclass(frozen=True, slots=True)
class TextTable:
    """A text file whose records are read in order, part by part, as often as wanted."""

    text: Text
    delimiter: str
    width: int
    quoted: bool
    skipped: int = 0  # bytes of the line 'sep=;'
    returns_end_lines: bool = False

    def parts(self, rows: int) -> Iterator[RawPart]:
        """Yield the records, so many rows at a time; a file without records is one empty part."""
        yield from in_parts(self._read(), rows, _empty(self.width))

    def _read(self) -> Iterator[RawPart]:
        """Read fast while the quotation marks leave no doubt, else record by record; each block on its own."""
        row, blocks = 1, self._bytes()
        for block in _whole_records(blocks, quoted=self.quoted):
            if self.quoted and _unusual_quotes(block.content, self.delimiter):
                yield from self._careful(chain([block.content, block.rest], blocks), row)
                return
            for part in self._block(block.content, row):
                row += part.frame.height
                yield part

    def _bytes(self) -> Iterator[bytes]:
        skipped = self.skipped
        for block in self.text.blocks():
            yield block[skipped:].replace(b"\r", b"\n") if self.returns_end_lines else block[skipped:]
            skipped = 0

    def _block(self, content: bytes, row: int) -> Iterator[RawPart]:
        if not _LONE_RETURN.search(content):
            try:
                yield RawPart(self._fast(content, row), pl.DataFrame(schema=_LONG_ROWS))
            except pl.exceptions.PolarsError:
                pass
            else:
                return
        yield from self._careful(iter([content]), row)

    def _fast(self, content: bytes, row: int) -> pl.DataFrame:
        frame = pl.read_csv(
            content,
            has_header=False,
            schema={f"c{index}": pl.String() for index in range(self.width)},
            separator=self.delimiter,
            quote_char='"' if self.quoted else None,
            raise_if_empty=False,
            truncate_ragged_lines=False,
            missing_columns="insert",
        )
        texts = pl.col(pl.String)
        filled = frame.with_columns(pl.when(texts != "").then(texts)) if b'""' in content else frame
        return _counted(filled, row)

    def _careful(self, blocks: Iterator[bytes], row: int) -> Iterator[RawPart]:
        """Read record by record what the fast reader refuses, noting the records that are too wide."""
        lines = io.TextIOWrapper(io.BufferedReader(_Stream(blocks)), "utf-8", newline="")  # type: ignore[type-var]
        records = _records(lines, self.delimiter, quoted=self.quoted)
        while some := [record for _number, record in zip(range(_RECORDS_AT_A_TIME), records, strict=False)]:
            yield self._of_records(some, row)
            row += len(some)

    def _of_records(self, records: list[list[str]], row: int) -> RawPart:
        columns: list[list[str | None]] = [[] for _index in range(self.width)]
        wide: list[tuple[int, int]] = []
        for number, record in enumerate(records, start=row):
            if any(cell.strip() for cell in record[self.width :]):
                wide.append((number, len(record)))
                record[self.width - 1 :] = [self.delimiter.join(record[self.width - 1 :])]
            for column, cell in zip_longest(columns, record[: self.width]):
                column.append(cell or None)
        frame = pl.DataFrame(
            {f"c{index}": pl.Series(column, dtype=pl.String) for index, column in enumerate(columns)}
        )
        return RawPart(_counted(frame, row), pl.DataFrame(wide, schema=_LONG_ROWS, orient="row"))


def open_text(path: Path, source: Path | bytes, findings: Findings) -> TextTable:
    """Open delimited text; findings receive what was guessed."""
    text = decoded(path, source)
    if not text.encoding.startswith("utf"):
        findings.add("encoding-guessed", encoding=text.encoding)
    if text.broken:
        findings.add("characters-broken", count=text.broken, encoding=text.encoding)
    if text.quotes % 2:
        findings.add("quote-unclosed")
    start = next(text.blocks(), b"")[: _SAMPLE_BYTES + 64]
    old_lines = not text.line_feeds and b"\r" in start
    start = start.replace(b"\r", b"\n") if old_lines else start
    skipped, stated = _stated_delimiter(start)
    sample = start[skipped : skipped + _SAMPLE_BYTES].decode("utf-8", errors="ignore")
    delimiter, quoted = stated or find_delimiter(sample), text.quotes % 2 == 0
    return TextTable(text, delimiter, _width(sample, delimiter, quoted=quoted), quoted, skipped, old_lines)


def find_delimiter(sample: str) -> str:
    """Return the separator that divides the lines most evenly into most cells."""
    scores = {mark: _evenness(sample, mark) for mark in _DELIMITERS}
    return max(scores, key=lambda mark: scores[mark])


def in_parts(read: Iterator[RawPart], rows: int, empty: RawPart) -> Iterator[RawPart]:
    """Cut and join what is read into parts of so many rows, the last one shorter; at least one part."""
    waiting: list[RawPart] = []
    height, given = 0, False
    for part in read:
        waiting.append(part)
        height += part.frame.height
        while height >= rows:
            whole = _joined(waiting)
            yield RawPart(whole.frame.head(rows), whole.long_rows)
            given = True
            waiting = [RawPart(whole.frame.slice(rows), empty.long_rows)]
            height -= rows
    if height or not given:
        yield _joined(waiting) if waiting else empty


def _joined(parts: list[RawPart]) -> RawPart:
    if len(parts) == 1:
        return parts[0]
    return RawPart(pl.concat([part.frame for part in parts]), pl.concat([part.long_rows for part in parts]))


def _empty(width: int) -> RawPart:
    schema = {"source_row": pl.Int64(), **{f"c{index}": pl.String() for index in range(width)}}
    return RawPart(pl.DataFrame(schema=schema), pl.DataFrame(schema=_LONG_ROWS))


def _counted(frame: pl.DataFrame, row: int) -> pl.DataFrame:
    return frame.select(pl.int_range(row, row + pl.len(), dtype=pl.Int64).alias("source_row"), pl.all())


@dataclass(frozen=True, slots=True)
class _Block:
    content: bytes  # whole records
    rest: bytes  # the beginning of the next one


def _whole_records(blocks: Iterator[bytes], *, quoted: bool) -> Iterator[_Block]:
    rest = b""
    for block in blocks:
        content = rest + block
        end = _last_record_end(content, quoted=quoted)
        rest = content[end:]
        if end:
            yield _Block(content[:end], rest)
    if rest:
        yield _Block(rest, b"")


def _last_record_end(content: bytes, *, quoted: bool) -> int:
    """Return where the last whole record ends: after the last line break that no quotation marks enclose."""
    marks = content.count(b'"') if quoted else 0
    position = len(content)
    while (before := content.rfind(b"\n", 0, position)) >= 0:
        marks -= content.count(b'"', before, position) if marks else 0
        if marks % 2 == 0:
            return before + 1
        position = before
    return 0


def _unusual_quotes(content: bytes, delimiter: str) -> bool:
    """Say whether a quotation mark stands elsewhere than round a whole cell or doubled inside one."""
    if b'"' not in content:
        return False
    mark = re.escape(delimiter.encode())
    cell = rb"(?:(?<=[\r\n" + mark + rb'])|\A)"[^"]*(?:""[^"]*)*"(?=[\r\n' + mark + rb"]|\Z)"
    return b'"' in re.sub(cell, b"", content)


class _Stream(io.RawIOBase):
    """Blocks of bytes as a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        super().__init__()
        self._blocks, self._rest = blocks, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def _stated_delimiter(content: bytes) -> tuple[int, str | None]:
    """Find the line 'sep=;' that some programs write; a spreadsheet neither shows nor counts it."""
    found = re.match(rb'"?sep=([\t -!#-/:-@|])"?\r?\n', content[:20])
    return (found.end(), found[1].decode()) if found else (0, None)


def _records(lines: io.TextIOBase, delimiter: str, *, quoted: bool = True) -> Iterator[list[str]]:
    csv.field_size_limit(2**31 - 1)
    if quoted:
        return csv.reader(lines, delimiter=delimiter)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _sampled(text: str, delimiter: str, *, quoted: bool = True) -> list[list[str]]:
    return list(_records(io.StringIO(text, newline=""), delimiter, quoted=quoted))


def _evenness(sample: str, delimiter: str) -> float:
    try:
        widths = [len(record) for record in _sampled(sample[:65536], delimiter)[:200] if any(record)]
    except csv.Error:
        return 0
    if not widths or max(widths) == 1:
        return 0
    usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width))
    return widths.count(usual) / len(widths) + min(usual, 50) / 100


def _width(sample: str, delimiter: str, *, quoted: bool) -> int:
    """Return the number of columns: of the usual record, or of a wider one that may be the header."""
    try:
        records = _sampled(sample, delimiter, quoted=quoted)
    except csv.Error:
        return 1
    widths = [len(record) for record in records[:-1] or records if any(record)]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
    return min(max([usual, *widths[:40]]), _MOST_COLUMNS)
