"""Reading finished documents back: which figure is printed with which text, by name."""

import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
from docx.oxml.ns import qn

Printed = dict[str, set[str]]


def plain(text: str) -> str:
    """Return the text without marks for line breaking and with plain spaces."""
    return " ".join(re.sub("[\u200b\u00ad]", "", text).split())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.figures: Printed = defaultdict(set)
        self.values: dict[str, set[str]] = defaultdict(set)
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: str | None = None
        self._piece: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        name = attributes.get("data-figure")
        if name:
            self._open, self._piece = name, []
            if attributes.get("value"):
                self.values[name].add(str(attributes["value"]))

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        self._piece.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"data", "span"} and self._open:
            self.figures[self._open].add(plain("".join(self._piece)))
            self._open = None


def read_html(path: Path) -> _Page:
    """Return the page's figures, their machine-readable values, its tags and text."""
    page = _Page()
    page.feed(path.read_text("utf-8"))
    return page


def read_docx(path: Path) -> Printed:
    """Return the printed figures of the Word document: the annex names the bookmarks that the text links to."""
    document = docx.Document(str(path))
    annex = document.tables[-1]
    figures: Printed = defaultdict(set)
    names: dict[str, str] = {}
    for row in annex.rows[1:]:
        name, value = plain(row.cells[0].text), plain(row.cells[2].text)
        figures[name].add(value)
        bookmark = row._tr.find(f".//{qn('w:bookmarkStart')}")
        names[bookmark.get(qn("w:name"))] = name
    for link in document.element.iter(qn("w:hyperlink")):
        text = "".join(node.text or "" for node in link.iter(qn("w:t")))
        figures[names[link.get(qn("w:anchor"))]].add(plain(text))
    return figures


def read_pdf(path: Path) -> str:
    """Return all text of the PDF, spaces and line breaks taken out."""
    pages = pypdf.PdfReader(path).pages
    return re.sub(r"\s|\u200b", "", "".join(page.extract_text() for page in pages))


def read_xlsx(path: Path) -> dict[str, Any]:
    """Return the cells of the sheet of figures: name -> value cell."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[-1]
    return {row[0].value: row[2] for row in sheet.iter_rows(min_row=2)}
