"""The report's figures as a workbook: numbers as numbers in full precision, with their print format; no formulas.

Text is always written as text, so that a site called ``=cmd`` stays a name.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from saleve.language import _
from saleve.reporting.formatting import missing, unit_in_table
from saleve.reporting.records import Cell, Fact, Part, Row, Table
from saleve.reporting.render.document import Document

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_SHEET_NAME_LENGTH = 31
_NARROWEST, _WIDEST = 12, 90  # signs
_WIDEST_IN_TABLE = 60
_LINE_HEIGHT = 15
_WIDE_TABLE = 110  # signs from which on a sheet is printed across
_HEADING_HEIGHT = 32  # two lines
_FIGURE_PARTS: dict[int, Part] = {2: "value", 3: "unit", 6: "estimated", 7: "rows"}


def render(document: Document, out_path: Path) -> None:
    """Write the workbook: the key figures first, a sheet for each table, at the end all figures by name."""
    with xlsxwriter.Workbook(out_path, _OPTIONS) as workbook:
        workbook.set_properties({"title": document.title, "author": document.facts.header.organisation})
        formats = _Formats(workbook)
        _summary(_sheet(workbook, _("Summary"), document), document, formats)
        for table in list(document.facts.tables.values())[1:]:
            _table(_sheet(workbook, _sheet_name(table), document), table, formats)
        _figures(_sheet(workbook, _("Figures"), document), list(document.facts), formats)


class _Formats:
    """Cell formats, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._held: dict[tuple[str, bool], Any] = {}
        base = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}
        self._base = base
        self.text = workbook.add_format({**base, "text_wrap": True})
        self.words = workbook.add_format({**base, "align": "left", "indent": 1, "text_wrap": True})
        self.strong = workbook.add_format({**base, "bold": True, "top": 1, "text_wrap": True})
        self.title = workbook.add_format({**base, "bold": True, "font_size": 14})
        self.quiet = workbook.add_format({**base, "font_color": "#5A6673"})
        self.heading = workbook.add_format(
            {**base, "bold": True, "text_wrap": True, "valign": "bottom", "top": 2, "bottom": 2}
        )
        self.heading_words = workbook.add_format(
            {
                **base,
                "bold": True,
                "text_wrap": True,
                "valign": "bottom",
                "align": "left",
                "indent": 1,
                "top": 2,
                "bottom": 2,
            }
        )
        self.heading_end = workbook.add_format(
            {
                **base,
                "bold": True,
                "text_wrap": True,
                "valign": "bottom",
                "align": "right",
                "top": 2,
                "bottom": 2,
            }
        )

    def number(self, fact: Fact, *, strong: bool = False, with_unit: bool = False) -> Any:
        """Return the format that prints the figure as the report prints it; the unit may stand in the cell."""
        unit = f' "{unit_in_table(fact.unit)}"' if with_unit and not fact.unit.startswith("percent") else ""
        return self._number(number_format(fact) + unit, strong=strong)

    def whole(self, *, strong: bool = False) -> Any:
        """Return the format of a count."""
        return self._number("#,##0", strong=strong)

    def share(self, *, strong: bool = False) -> Any:
        """Return the format of a share of one."""
        return self._number("0%", strong=strong)

    def _number(self, code: str, *, strong: bool) -> Any:
        if (code, strong) not in self._held:
            look = {"bold": True, "top": 1} if strong else {}
            self._held[code, strong] = self._workbook.add_format({**self._base, "num_format": code, **look})
        return self._held[code, strong]


def number_format(fact: Fact) -> str:
    """Return the spreadsheet's number format: thousands, decimals, percent."""
    decimals = "." + "0" * fact.decimals if fact.decimals else ""
    return f"0{decimals}%" if fact.unit.startswith("percent") else f"#,##0{decimals}"


def cell_value(fact: Fact, value: float | None) -> float | None:
    """Return the value as a spreadsheet holds it: percent as a part of one."""
    if value is None:
        return None
    return value / 100 if fact.unit.startswith("percent") else value


def _sheet(workbook: Any, name: str, document: Document) -> Any:
    sheet = workbook.add_worksheet(name)
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.7)
    sheet.set_footer(f"&L{_plain(document.facts.header.document_number)}&C&A&R&P / &N")
    sheet.hide_gridlines(2)
    return sheet


def _sheet_name(table: Table) -> str:
    """Return the table's number and what its lines are, such as ``Table 3 Source``, in signs that a workbook takes."""
    number = table.title.partition(".")[0]
    return re.sub(r"[\[\]:*?/\\']", " ", f"{number} {table.headings[0]}")[:_SHEET_NAME_LENGTH].strip()


def _summary(sheet: Any, document: Document, formats: _Formats) -> None:
    facts = document.facts
    sheet.write_string(0, 0, document.title, formats.title)
    words = [facts.header.organisation, facts.header.document_number, facts.header.note]
    for index, text in enumerate((text for text in words if text), start=1):
        sheet.write_string(index, 0, text, formats.quiet)
    _grid(sheet, 5, next(iter(facts.tables.values())), formats)


def _table(sheet: Any, table: Table, formats: _Formats) -> None:
    sheet.write_string(0, 0, table.title, formats.title)
    end = _grid(sheet, 2, table, formats)
    if table.note:
        sheet.write_string(end + 1, 0, table.note, formats.quiet)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)


def _grid(sheet: Any, top: int, table: Table, formats: _Formats) -> int:
    """Write headings and rows from this row on and return the row after the last."""
    columns = _columns(table)
    sheet.set_row(top, _HEADING_HEIGHT)
    for index, (heading, wordy, width) in enumerate(columns):
        look = formats.heading_words if wordy and index else formats.heading if wordy else formats.heading_end
        sheet.write_string(top, index, heading, look)
        sheet.set_column(index, index, width)
    widths = [width for _heading, _wordy, width in columns]
    if sum(widths) > _WIDE_TABLE:
        sheet.set_landscape()
    for number, row in enumerate(table.rows, start=top + 1):
        sheet.set_row(number, _LINE_HEIGHT * _lines(row, widths))
        _row(sheet, number, row, formats)
    return top + 1 + len(table.rows)


def _lines(row: Row, widths: Sequence[int]) -> int:
    """Return the lines that the longest text of the row takes in its column."""
    if any(isinstance(cell, Cell) and cell.part == "range" for cell in row.cells):
        return max(1, -(-len(row.label) // widths[0]))  # a range takes two columns; such rows hold figures
    texts = [row.label, *(cell if isinstance(cell, str) else "" for cell in row.cells)]
    return max(1, *(-(-len(text) // width) for text, width in zip(texts, widths, strict=True)))


def _columns(table: Table) -> list[tuple[str, bool, int]]:
    """Return heading, whether it holds words, and width; a range takes two columns."""
    found = [(table.headings[0], True, _table_width(row.label for row in table.rows))]
    for index, heading in enumerate(table.headings[1:]):
        cells = [row.cells[index] for row in table.rows]
        parts = {cell.part if isinstance(cell, Cell) else "" for cell in cells}
        if "range" in parts:
            found += [(_("{range}, from").format(range=heading), False, 15), (_("to"), False, 15)]
        elif parts <= {"", "unit"} or any(isinstance(cell, str) and cell for cell in cells):
            words = (unit_in_table(cell.fact.unit) if isinstance(cell, Cell) else cell for cell in cells)
            found.append((heading, True, _table_width(words)))
        else:
            found.append((heading, False, 16))
    return found


def _width(texts: Iterable[str]) -> int:
    """Return the width of a column in which these texts stand on one line, within reason."""
    return min(max([len(text) for text in texts] + [_NARROWEST]) + 2, _WIDEST)


def _table_width(texts: Iterable[str]) -> int:
    return min(_width(texts), _WIDEST_IN_TABLE)


def _row(sheet: Any, number: int, row: Row, formats: _Formats) -> None:
    plain = formats.strong if row.total else formats.text
    sheet.write_string(number, 0, row.label, plain)
    column = 1
    for cell in row.cells:
        if isinstance(cell, str):
            sheet.write_string(number, column, cell, plain if row.total else formats.words)
        elif cell.part == "range":
            _bounds(sheet, (number, column), cell.fact, formats, strong=row.total)
            column += 1
        else:
            _cell(sheet, (number, column), cell, formats, strong=row.total)
        column += 1


def _cell(sheet: Any, place: tuple[int, int], cell: Cell, formats: _Formats, *, strong: bool = False) -> None:
    fact = cell.fact
    plain = formats.strong if strong else formats.text
    if cell.part == "unit":
        sheet.write_string(*place, unit_in_table(fact.unit), formats.words)
    elif cell.part == "estimated":
        _number(sheet, place, fact.estimated_share, formats.share(strong=strong), plain)
    elif cell.part == "rows":
        _number(sheet, place, fact.rows, formats.whole(strong=strong), plain)
    else:
        number = formats.number(fact, strong=strong, with_unit=cell.part == "full")
        _number(sheet, place, cell_value(fact, fact.value), number, plain, missing=missing(fact))


def _bounds(
    sheet: Any, place: tuple[int, int], fact: Fact, formats: _Formats, *, strong: bool = False
) -> None:
    plain = formats.strong if strong else formats.text
    for index, bound in enumerate((fact.low, fact.high)):
        at = (place[0], place[1] + index)
        _number(sheet, at, cell_value(fact, bound), formats.number(fact, strong=strong), plain)


def _number(
    sheet: Any, place: tuple[int, int], value: float | None, number: Any, plain: Any, *, missing: str = ""
) -> None:
    if value is None:
        sheet.write_string(*place, missing, plain)
    else:
        sheet.write_number(*place, value, number)


def _figures(sheet: Any, facts: Sequence[Fact], formats: _Formats) -> None:
    """Write all figures by name, so that a program or a reader finds each again."""
    headings = (
        _("Name"), _("Figure"), _("Value"), _("Unit"), _("95% range, from"), _("to"), _("Estimated"), _("Rows"),
        _("Why it is missing"),
    )  # fmt: skip
    widths = (
        _width(fact.id for fact in facts), _width(fact.label for fact in facts), 16, 20, 15, 15, 12, 12, 50,
    )  # fmt: skip
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        look = (
            formats.heading_words
            if column == 3
            else formats.heading
            if column in {0, 1, 8}
            else formats.heading_end
        )
        sheet.write_string(0, column, heading, look)
        sheet.set_column(column, column, width)
    for row, fact in enumerate(facts, start=1):
        sheet.write_string(row, 0, fact.id, formats.text)
        sheet.write_string(row, 1, fact.label, formats.text)
        for column, part in _FIGURE_PARTS.items():
            _cell(sheet, (row, column), Cell(fact, part), formats)
        _bounds(sheet, (row, 4), fact, formats)
        sheet.write_string(row, 8, fact.reason if fact.value is None else "", formats.text)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, len(facts), len(headings) - 1)
    sheet.set_landscape()


def _plain(text: str) -> str:
    return text.replace("&", "&&")
