"""Sheets of a workbook with text, numbers and formulas; print-ready, and text never becomes a formula."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, ClassVar

from saleve.reporting.palette import ACCENT, QUIET

_LINE_HEIGHT = 15  # points
_SIGNS_IN_WIDTH = 1.1  # of our font in a sign's width, on average


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, width in signs, and the number format of its figures."""

    heading: str
    width: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the value that a reader without a calculator sees."""

    text: str
    value: float | None


Value = str | float | int | Formula | None
Total = Mapping[int, Formula | str]  # column -> what the last line says


class Book:
    """A workbook under one title: each sheet has it at its head."""

    OPTIONS: ClassVar = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    TOP = 3  # row of the first table's heading, counted from zero

    def __init__(self, workbook: Any, title: str, organisation: str, note: str = "") -> None:
        self._workbook = workbook
        self._held: dict[tuple[str, bool], Any] = {}
        self.title, self.organisation, self.note = title, organisation, note
        workbook.set_properties({"title": title, "author": organisation})

    def sheet(self, name: str, title: str, *, freeze: int = 0) -> "Sheet":
        """Add a sheet with its head."""
        sheet = self._workbook.add_worksheet(name)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, title, self.look(bold=True, size=14))
        about = " · ".join(text for text in (self.organisation, self.title, self.note) if text)
        sheet.write_string(1, 0, about, self.look(colour=QUIET))
        if freeze:
            sheet.freeze_panes(self.TOP + 1, freeze)
            sheet.repeat_rows(self.TOP)
        return Sheet(self, sheet, self.TOP)

    def look(self, number: str = "", *, bold: bool = False, size: int = 11, colour: str = "", wrap: bool = False, top: int = 0, bottom: int = 0, side: str = "", indent: int = 0) -> Any:  # fmt: skip
        """Return the cell format of these properties, made once."""
        key = (f"{number}|{size}|{colour}|{wrap}|{top}|{bottom}|{side}|{indent}", bold)
        if key not in self._held:
            asked = {
                "font_name": "Calibri",
                "font_size": size,
                "valign": "top",
                "bold": bold,
                "text_wrap": wrap,
                "top": top,
                "bottom": bottom,
            }
            asked |= {"num_format": number} if number else {}
            asked |= {"font_color": colour} if colour else {}
            asked |= {"align": side} if side else {}
            asked |= {"align": "left", "indent": indent} if indent else {}
            self._held[key] = self._workbook.add_format(asked)
        return self._held[key]


class Sheet:
    """A sheet that is written from above; ``row`` is the next free row, counted from zero."""

    def __init__(self, book: Book, sheet: Any, row: int) -> None:
        self._book, self._sheet, self.row = book, sheet, row
        self._widths: list[int] = []

    def say(self, text: str, *, strong: bool = False) -> None:
        """Write a line of words."""
        colour = ACCENT if strong else ""
        self._sheet.write_string(self.row, 0, text, self._book.look(bold=strong, colour=colour))
        self.row += 1 if strong else 2

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Value]],
        *,
        total: Total | None = None,
        same_columns: bool = False,
    ) -> None:
        """Write a table and leave a row free below; ``same_columns`` keeps the widths of the table above."""
        if not same_columns:
            self._widths = [column.width for column in columns]
            for index, width in enumerate(self._widths):
                self._sheet.set_column(index, index, width)
        self._set_height([column.heading for column in columns])
        for index, column in enumerate(columns):
            side = "right" if column.number else "left"
            head = self._book.look(
                bold=True, wrap=True, top=2, bottom=2, side=side, indent=_indent(index, column)
            )
            self._sheet.write_string(self.row, index, column.heading, head)
        for cells in rows:
            self.row += 1
            self._line(columns, cells)
        if total:
            self.row += 1
            self._total(columns, total)
        self.row += 2

    def _line(self, columns: Sequence[Column], cells: Sequence[Value]) -> None:
        self._set_height(cells)
        for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            self._cell(index, cell, self._book.look(column.number, wrap=True, indent=_indent(index, column)))

    def _set_height(self, cells: Sequence[Value]) -> None:
        """Make the row as high as its longest text needs: spreadsheets differ in whether they do so by themselves."""
        signs = [len(cell) if isinstance(cell, str) else 0 for cell in cells]
        lines = [
            ceil(count / (width * _SIGNS_IN_WIDTH)) for count, width in zip(signs, self._widths, strict=False)
        ]
        self._sheet.set_row(self.row, _LINE_HEIGHT * max(1, *lines))

    def _total(self, columns: Sequence[Column], total: Total) -> None:
        for index, column in enumerate(columns):
            look = self._book.look(column.number, bold=True, top=1)
            self._cell(index, total.get(index, ""), look)

    def _cell(self, index: int, cell: Value, look: Any) -> None:
        if isinstance(cell, Formula):
            self._sheet.write_formula(
                self.row, index, cell.text, look, "" if cell.value is None else cell.value
            )
        elif isinstance(cell, str):
            self._sheet.write_string(self.row, index, cell, look)
        elif cell is None:
            self._sheet.write_blank(self.row, index, None, look)
        else:
            self._sheet.write_number(self.row, index, cell, look)


def _indent(index: int, column: Column) -> int:
    """Keep words off the figures of the column before."""
    return 0 if column.number or index == 0 else 1
