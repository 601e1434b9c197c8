"""CSV and its relatives as text cells: encoding, separator, quotation marks; every line accounted for."""

import csv
import io
import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import polars as pl

from saleve.ledger.intake.decoding import decoded
from saleve.ledger.intake.findings import Findings

_SAMPLE_BYTES = 256 * 1024
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class TextTable:
    """The records of a text file: columns ``c0``, ``c1`` ... and ``source_row``, as a spreadsheet numbers them."""

    frame: pl.DataFrame
    encoding: str
    delimiter: str
    long_rows: pl.DataFrame  # source_row and number of cells of the records wider than the table


def read_text(path: Path, content: bytes, findings: Findings) -> TextTable:
    """Read delimited text; findings receive what was guessed."""
    text = decoded(path, content)
    if not text.encoding.startswith("utf"):
        findings.add("encoding-guessed", encoding=text.encoding)
    if text.broken:
        findings.add("characters-broken", count=text.broken, encoding=text.encoding)
    unicode, stated = _stated_delimiter(_unix_lines(text.content))
    sample = unicode[:_SAMPLE_BYTES].decode("utf-8", errors="ignore")
    delimiter = stated or find_delimiter(sample)
    quoted = unicode.count(b'"') % 2 == 0
    if not quoted:
        findings.add("quote-unclosed")
    width = _width(sample, delimiter, quoted=quoted)
    try:
        frame = _fast(unicode, delimiter, width, quoted=quoted)
        return TextTable(
            frame, text.encoding, delimiter, pl.DataFrame(schema={"source_row": pl.Int64, "cells": pl.Int64})
        )
    except pl.exceptions.PolarsError:
        return _careful(unicode.decode("utf-8"), text.encoding, delimiter, width, quoted=quoted)


def find_delimiter(sample: str) -> str:
    """Return the separator that divides the lines most evenly into most cells."""
    scores = {mark: _evenness(sample, mark) for mark in _DELIMITERS}
    return max(scores, key=lambda mark: scores[mark])


def _unix_lines(content: bytes) -> bytes:
    return (
        content.replace(b"\r", b"\n")
        if b"\r" in content[:_SAMPLE_BYTES] and b"\n" not in content
        else content
    )


def _stated_delimiter(content: bytes) -> tuple[bytes, str | None]:
    """Take off the line 'sep=;' that some programs write; a spreadsheet neither shows nor counts it."""
    found = re.match(rb'"?sep=(.)"?\r?\n', content[:20])
    return (content[found.end() :], found[1].decode()) if found else (content, None)


def _records(text: str, delimiter: str, *, quoted: bool = True) -> list[list[str]]:
    lines = io.StringIO(text, newline="")
    return list(
        csv.reader(lines, delimiter=delimiter)
        if quoted
        else csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    )


def _evenness(sample: str, delimiter: str) -> float:
    try:
        widths = [len(record) for record in _records(sample[:65536], delimiter)[:200] if any(record)]
    except csv.Error:
        return 0
    if not widths or max(widths) == 1:
        return 0
    usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width))
    return widths.count(usual) / len(widths) + min(usual, 50) / 100


def _width(sample: str, delimiter: str, *, quoted: bool) -> int:
    """Return the number of columns: of the usual record, or of a wider one that may be the header."""
    try:
        records = _records(sample, delimiter, quoted=quoted)
    except csv.Error:
        return 1
    widths = [len(record) for record in records[:-1] or records if any(record)]
    return (
        max([max(set(widths), key=lambda width: (widths.count(width), width)), *widths[:40]]) if widths else 1
    )


def _fast(content: bytes, delimiter: str, width: int, *, quoted: bool) -> pl.DataFrame:
    frame = (
        pl.read_csv(
            content,
            has_header=False,
            schema={f"c{index}": pl.String() for index in range(width)},
            separator=delimiter,
            quote_char='"' if quoted else None,
            raise_if_empty=False,
            truncate_ragged_lines=False,
            missing_columns="insert",
        )
        .with_row_index("source_row", offset=1)
        .with_columns(pl.col("source_row").cast(pl.Int64))
    )
    texts = pl.col(pl.String)
    return frame.with_columns(pl.when(texts != "").then(texts)) if b'""' in content else frame


def _careful(text: str, encoding: str, delimiter: str, width: int, *, quoted: bool) -> TextTable:
    """Read record by record what the fast reader refuses, noting the records that are too wide."""
    csv.field_size_limit(2**31 - 1)
    columns: list[list[str | None]] = [[] for _index in range(width)]
    wide: list[tuple[int, int]] = []
    row = 0
    for row, record in enumerate(_records(text, delimiter, quoted=quoted), start=1):
        if any(cell.strip() for cell in record[width:]):
            wide.append((row, len(record)))
            record[width - 1 :] = [delimiter.join(record[width - 1 :])]
        for column, cell in zip_longest(columns, record[:width]):
            column.append(cell or None)
    frame = pl.DataFrame(
        {f"c{index}": pl.Series(column, dtype=pl.String) for index, column in enumerate(columns)}
    )
    numbered = frame.select(pl.int_range(1, row + 1, dtype=pl.Int64).alias("source_row"), pl.all())
    return TextTable(
        numbered,
        encoding,
        delimiter,
        pl.DataFrame(wide, schema={"source_row": pl.Int64, "cells": pl.Int64}, orient="row"),
    )
