"""CSV and its relatives as text cells: encoding, separator, quotation marks; every line accounted for."""

import codecs
import csv
import io
import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import polars as pl
from charset_normalizer import from_bytes

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.findings import Findings

_SAMPLE_BYTES = 256 * 1024
_DELIMITERS = ",;\t|"
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be",
         codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}  # fmt: skip
_OTHER_ENCODINGS = [
    "cp1252",
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp866",
    "cp1256",
    "iso8859_6",
    "gb18030",
    "big5",
    "mac_roman",
    "cp850",
    "cp437",
]
# What Western text holds beside ASCII; anything else in a cp1252 reading means that it is another encoding
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŒœŠšŽžŸ€‚„…†‰‹›‘’“”•–—™\u00a0¡£§©ª«¬®°±²³´µ·º»¼½¾¿×]")


@dataclass(frozen=True, slots=True)
class TextTable:
    """The records of a text file: columns ``c0``, ``c1`` ... and ``source_row``, as a spreadsheet numbers them."""

    frame: pl.DataFrame
    encoding: str
    delimiter: str
    long_rows: pl.DataFrame  # source_row and number of cells of the records wider than the table


def read_text(path: Path, content: bytes, findings: Findings) -> TextTable:
    """Read delimited text; findings receive what was guessed."""
    unicode, encoding = decoded(path, content)
    if not encoding.startswith("utf"):
        findings.add("encoding-guessed", encoding=encoding)
    unicode, stated = _stated_delimiter(_unix_lines(unicode))
    sample = unicode[:_SAMPLE_BYTES].decode("utf-8", errors="ignore")
    delimiter = stated or find_delimiter(sample)
    quoted = unicode.count(b'"') % 2 == 0
    if not quoted:
        findings.add("quote-unclosed")
    width = _width(sample, delimiter, quoted=quoted)
    try:
        frame = _fast(unicode, delimiter, width, quoted=quoted)
        return TextTable(
            frame, encoding, delimiter, pl.DataFrame(schema={"source_row": pl.Int64, "cells": pl.Int64})
        )
    except pl.exceptions.ComputeError:
        return _careful(unicode.decode("utf-8"), encoding, delimiter, width, quoted=quoted)


def decoded(path: Path, content: bytes) -> tuple[bytes, str]:
    """Return the content as UTF-8 without byte order mark, and the encoding in which it was.

    Order of belief: byte order mark; zero bytes of UTF-16; valid UTF-8 as a whole; Western Windows text, whose letters
    outside ASCII stand singly among others; else the best of the encodings of our six languages by letter frequency.
    """
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return _transcoded(path, content[len(mark) :], encoding), encoding
    if (zeros := content[:4096].count(0)) > len(content[:4096]) // 4:
        encoding = "utf-16-le" if content[1:4096:2].count(0) > zeros // 2 else "utf-16-be"
        return _transcoded(path, content, encoding), encoding
    if zeros:
        raise FileRefusedError(_not_text(path))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        encoding = _old_encoding(path, content)
        return _transcoded(path, content, encoding), encoding
    return content, "utf-8"


def find_delimiter(sample: str) -> str:
    """Return the separator that divides the lines most evenly into most cells."""
    scores = {mark: _evenness(sample, mark) for mark in _DELIMITERS}
    return max(scores, key=lambda mark: scores[mark])


def _transcoded(path: Path, content: bytes, encoding: str) -> bytes:
    try:
        return content.decode(encoding).encode("utf-8")
    except UnicodeError as fault:
        message = _(
            "{file} cannot be read as text: its characters are broken ({encoding}). Open it in a spreadsheet and save it as CSV UTF-8."
        )
        raise FileRefusedError(message.format(file=path.name, encoding=encoding)) from fault


def _not_text(path: Path) -> str:
    return _("{file} is neither text nor a workbook that Salève knows. Save it as XLSX or CSV UTF-8.").format(
        file=path.name
    )


def _old_encoding(path: Path, content: bytes) -> str:
    high = re.findall(rb"[\x80-\xff]+", content[: 64 * _SAMPLE_BYTES])
    if not high:
        high = re.findall(rb"[\x80-\xff]+", content)
    text = b"".join(high).decode("cp1252", errors="replace")
    singly = sum(map(len, high)) / len(high) <= 1.6
    if singly and len(_WESTERN.findall(text)) >= 0.95 * len(text):
        return "cp1252"
    lines = b"\n".join(line for line in content[: 64 * _SAMPLE_BYTES].splitlines() if not line.isascii())[
        :_SAMPLE_BYTES
    ]
    best = from_bytes(lines, cp_isolation=_OTHER_ENCODINGS).best()
    if best is None:
        raise FileRefusedError(_not_text(path))
    return best.encoding


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
