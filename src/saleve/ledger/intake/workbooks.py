"""Spreadsheets as text cells, with what their formatting says: merged cells, hidden and struck-through rows, failed formulas.

Values come from calamine by way of fastexcel; the marks are found in the XML of the sheet, since formatting carries meaning.
"""

import html
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import fastexcel
import polars as pl

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.formats import LARGEST_WORKBOOK_BYTES, Format, too_large
from saleve.ledger.intake.text_files import RawPart


@dataclass(frozen=True, slots=True)
class Marks:
    """What the formatting of a sheet says; columns are counted from 0 in the spreadsheet's own order."""

    hidden_rows: frozenset[int] = frozenset()
    struck_cells: frozenset[tuple[int, int]] = frozenset()
    errors: tuple[tuple[int, int, str], ...] = ()  # row, column, text of the error
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[
        tuple[str, int, int, int, int], ...
    ] = ()  # range, first row, first column, last row, last column
    first_column: int = 0
    seen: bool = True  # False where the format hides its marks


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One visible sheet: columns ``c0``, ``c1`` ... and ``source_row``."""

    name: str
    frame: pl.DataFrame
    marks: Marks = field(default_factory=Marks)

    def parts(self) -> Iterator[RawPart]:
        """Yield the rows as one part."""
        yield RawPart(self.frame, pl.DataFrame(schema={"source_row": pl.Int64, "cells": pl.Int64}))


def read_workbook(path: Path, kind: Format, sheet: str | None) -> tuple[list[WorkbookSheet], list[str]]:
    """Return the visible sheets that hold anything (or the one asked for), and the names of the hidden ones."""
    content = _content(path)
    try:
        book = fastexcel.read_excel(content)
        names = _wanted(path, book.sheet_names, sheet)
        loaded = [book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string") for name in names]
        frames = [(one.name, one.visible, one.to_polars() if one.width else pl.DataFrame()) for one in loaded]
    except fastexcel.FastExcelError as fault:
        raise FileRefusedError(_broken(path, str(fault))) from fault
    marks = _marks_of_xlsx(path, content) if kind == "xlsx" else {}
    sheets = [
        WorkbookSheet(name, _numbered(frame), marks.get(name, Marks(seen=False)))
        for name, visible, frame in frames
        if (visible == "visible" or sheet) and frame.width
    ]
    return sheets, [
        name for name, visible, frame in frames if visible != "visible" and not sheet and frame.width
    ]


def _content(path: Path) -> bytes:
    if (size := path.stat().st_size) > LARGEST_WORKBOOK_BYTES:
        raise FileRefusedError(too_large(path, size))
    return path.read_bytes()


def _wanted(path: Path, names: list[str], sheet: str | None) -> list[str]:
    if sheet is None:
        return names
    if sheet not in names:
        message = _("{file} has no sheet '{sheet}'. It has: {names}.")
        raise FileRefusedError(message.format(file=path.name, sheet=sheet, names=", ".join(names)))
    return [sheet]


def _broken(path: Path, fault: str) -> str:
    if "password" in fault.lower() or "encrypt" in fault.lower():
        message = _(
            "{file} is protected by a password. Open it, remove the password, save it and load it again."
        )
    else:
        message = _(
            "{file} is damaged and cannot be read as a workbook. Open it in a spreadsheet, save it again as XLSX and load that."
        )
    return message.format(file=path.name)


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    texts = frame.rename({name: f"c{index}" for index, name in enumerate(frame.columns)}).cast(pl.String)
    return texts.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("source_row"), pl.all())


def _marks_of_xlsx(path: Path, content: bytes) -> dict[str, Marks]:
    try:
        return _all_marks(content)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError, EOFError) as fault:
        raise FileRefusedError(_broken(path, str(fault))) from fault


def _all_marks(content: bytes) -> dict[str, Marks]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        struck = _struck_styles(_part(archive, "xl/styles.xml"))
        return {name: _marks(_part(archive, part), struck) for name, part in _sheet_parts(archive).items()}


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name) if name in archive.namelist() else b""


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    relations = {
        found["Id"]: found["Target"]
        for found in _elements(_part(archive, "xl/_rels/workbook.xml.rels"), b"Relationship")
        if "Id" in found and "Target" in found
    }
    sheets = _elements(_part(archive, "xl/workbook.xml"), b"sheet")
    return {
        found["name"]: posixpath.normpath(posixpath.join("/xl", relations[found["id"]])).lstrip("/")
        for found in sheets
        if found.get("id") in relations
    }


def _elements(xml: bytes, name: bytes) -> list[dict[str, str]]:
    """Return the attributes of every element of this name, prefixes taken off."""
    pattern = re.compile(rb"<(?:\w+:)?" + name + rb"\s([^>]*)>")
    return [_attributes(found[1]) for found in pattern.finditer(xml)]


def _attributes(text: bytes) -> dict[str, str]:
    pairs = re.findall(rb"(?:\w+:)?(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", text)
    return {
        name.decode(): html.unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in pairs
    }


def _struck_styles(styles: bytes) -> set[str]:
    """Return the style numbers of cells whose font is struck through."""
    fonts = re.search(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", styles, re.DOTALL)
    formats = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    if not fonts or not formats:
        return set()
    each = re.findall(rb"<(?:\w+:)?font(?:\s[^>]*)?(?:/>|>.*?</(?:\w+:)?font>)", fonts[0], re.DOTALL)
    struck = {
        str(index)
        for index, font in enumerate(each)
        if re.search(rb"<(?:\w+:)?strike(?:\s+val=\"(?:1|true)\")?\s*/?>", font)
    }
    return {
        str(index) for index, one in enumerate(_elements(formats[0], b"xf")) if one.get("fontId") in struck
    }


_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_MARKED = re.compile(rb"\st=\"e\"|<(?:\w+:)?f[\s>/]")


def _marks(xml: bytes, struck: set[str]) -> Marks:
    errors: list[tuple[int, int, str]] = []
    uncalculated, struck_cells = set(), set()
    for attributes, inner in _interesting_cells(xml, struck):
        row, column = _position(attributes.get("r", "A0"))
        value = re.search(rb"<(?:\w+:)?v>([^<]+)<", inner)
        if attributes.get("t") == "e" and value:
            errors.append((row, column, html.unescape(value[1].decode("utf-8", "replace"))))
        elif value is None and re.search(rb"<(?:\w+:)?f[\s>/]", inner):
            uncalculated.add((row, column))
        if attributes.get("s") in struck and (value or b"<is>" in inner):
            struck_cells.add((row, column))
    rows = _elements(xml, b"row")
    hidden = frozenset(
        int(row["r"]) for row in rows if row.get("hidden") in {"1", "true"} and row.get("r", "").isdigit()
    )
    return Marks(
        hidden,
        frozenset(struck_cells),
        tuple(errors),
        frozenset(uncalculated),
        _merged(xml),
        _first_column(xml),
    )


def _interesting_cells(xml: bytes, struck: set[str]) -> list[tuple[dict[str, str], bytes]]:
    """Return attributes and content of the cells that may carry a mark; most sheets have none."""
    styles = (
        re.compile(rb"\ss=\"(?:" + b"|".join(style.encode() for style in struck) + rb")\"")
        if struck
        else None
    )
    if not _MARKED.search(xml) and not (styles and styles.search(xml)):
        return []
    return [
        (_attributes(found[1]), found[2] or b"")
        for found in _CELL.finditer(xml)
        if _MARKED.search(b" " + found[1] + b">" + (found[2] or b""))
        or (styles and styles.search(b" " + found[1]))
    ]


def _first_column(xml: bytes) -> int:
    """Return the first column that the sheet uses, where the values begin."""
    columns = {
        _position(found[1].decode())[1]
        for found in re.finditer(rb"<(?:\w+:)?c\s[^>]*?r=\"([A-Z]+\d+)\"", xml)
    }
    return min(columns, default=0)


def _merged(xml: bytes) -> tuple[tuple[str, int, int, int, int], ...]:
    ranges = [one["ref"] for one in _elements(xml, b"mergeCell") if ":" in one.get("ref", "")]
    corners = [(text, *text.split(":")) for text in ranges]
    return tuple((text, *_position(first), *_position(last)) for text, first, last in corners)


def _position(reference: str) -> tuple[int, int]:
    """Return row (from 1) and column (from 0) of a reference such as 'C5'."""
    letters = "".join(sign for sign in reference if sign.isalpha())
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int("".join(sign for sign in reference if sign.isdigit()) or 0), column - 1
