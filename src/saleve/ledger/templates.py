"""Fill-in templates: one workbook for each source category and language, which intake reads back without a word of explanation."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from saleve.language import LANGUAGES, RIGHT_TO_LEFT, _, speaking
from saleve.ledger.intake.contents import measured_kinds
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.examples import example_mark, notes_name, remark_header
from saleve.ledger.intake.parsing.text import choice_table, squeezed
from saleve.ledger.intake.registry import source_category
from saleve.ledger.wording import (
    category_title,
    choice_label,
    column_header,
    column_meaning,
    states_its_unit,
    unit_text,
)
from saleve.method.schema import Category, Column, Kind
from saleve.method.units import parse_unit, unit_names

_INK, _QUIET, _LINE, _ACCENT, _EXAMPLE = "#1b2430", "#5a6673", "#d5dbe1", "#14508f", "#f3f6f9"
_FILLED_ROWS = 2000  # down to which drop-downs and checks reach
_NARROWEST, _WIDEST = 12, 34
_RULED_ROWS = 40
_UNITS_EXPLAINED = 8
_WIDE_TABLE = 16  # columns, from which on it prints on A3
_LONGEST_LIST = 255  # signs that a list written into a validation may have
_SHEET_NAME_LENGTH = 31
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)


def write_template(
    category: str, language: str, out: Path, *, sites: Sequence[str] = (), units: Sequence[str] = ()
) -> Path:
    """Write the template of the category in the language; ``sites`` and ``units`` (organisational) become drop-downs."""
    declared = source_category(category).CATEGORY
    path = _place(Path(out), language)
    with speaking(language), xlsxwriter.Workbook(path) as book:
        template = _Template(
            book,
            declared,
            language,
            {"site": tuple(sites), "unit": tuple(units), "organisational_unit": tuple(units)},
        )
        template.write()
    return path


def template_columns(category: Category) -> tuple[Column, ...]:
    """Return the columns that a template asks for.

    Persons are not asked for. Of the several ways to write an amount the template takes the one that the example shows.
    """
    shown = category.example.keys()
    ways = {column.name for column in category.columns if states_its_unit(column)}
    general = {column.name for column in category.columns if column.kind is Kind.UNIT} | {"amount"}
    left_out = (ways - shown) | (general - shown if ways & shown else set())
    return tuple(column for column in category.columns if not column.personal and column.name not in left_out)


def template_sentences() -> list[str]:
    """Return what the notes say to every reader, in the active language."""
    return [
        _("Write one line for each bill, journey or other record, below the example."),
        _("The example line may stay: as long as it is unchanged it is not counted."),
        _("Leave a cell empty where you do not know the value. Do not write zero for it."),
        _("Columns that you do not need may stay empty or be deleted; their order does not matter. Keep the headers as they are."),
        _("A blue header with a word in brackets marks a column that every line must fill."),
        _("Write amounts as numbers and dates as dates; money may carry its currency, as in CHF 1240.50."),
        _("Save the file as XLSX and send it back to the person who asked for it. Nothing else is needed."),
    ]  # fmt: skip


@dataclass
class _Template:
    """One workbook in the making; the active language is that of the template."""

    book: Any
    category: Category
    language: str
    given: dict[str, tuple[str, ...]]  # column -> values that the organisation has
    lists: list[tuple[str, ...]] = field(default_factory=list)  # drop-downs too long for their cell

    def write(self) -> None:
        title = category_title(self.category)
        self.book.set_properties({"title": title, "subject": notes_name(), "comments": "Salève"})
        self.book.set_custom_property("Language", self.language)
        self.look = _Looks(self.book, self.language)
        sheet = self._sheet(_sheet_name(title))
        notes = self._sheet(notes_name())
        columns = template_columns(self.category)
        if len(columns) > _WIDE_TABLE:
            sheet.set_paper(8)  # A3
        self._headers(sheet, columns)
        self._example(sheet, columns)
        self._ruled_rows(sheet, columns)
        for index, column in enumerate(columns, start=1):
            self._check(sheet, index, column)
        self._notes(notes, title, columns)
        sheet.activate()

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name)
        if self.language in RIGHT_TO_LEFT:
            sheet.right_to_left()
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        return sheet

    # --- the sheet to fill in

    def _headers(self, sheet: Any, columns: Sequence[Column]) -> None:
        texts = [self._header(column) for column in columns]
        sheet.write_string(0, 0, remark_header(), self.look.quiet_header)
        sheet.set_column(0, 0, _width([remark_header(), example_mark()]), self.look.quiet)
        for index, (column, text) in enumerate(zip(columns, texts, strict=True), start=1):
            sheet.write_string(
                0, index, text, self.look.required_header if column.required else self.look.header
            )
            width = _width([*text.split(" ", 2)[:2], self._shown_example(column)])
            sheet.set_column(index, index, max(width, _width([text]) * 0.55), self._cell_look(column))
        sheet.set_row(0, 15 * max(_lines(text, _NARROWEST) for text in texts) + 6)
        sheet.set_row(1, 18)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)

    def _header(self, column: Column) -> str:
        text = column_header(self.category.name, column)
        return f"{text} ({_('required')})" if column.required else text

    def _ruled_rows(self, sheet: Any, columns: Sequence[Column]) -> None:
        """Draw hairlines on the first rows, where the eye looks for a place to write."""
        sheet.print_area(0, 0, 1 + _RULED_ROWS, len(columns))
        for row in range(2, 2 + _RULED_ROWS):
            sheet.write_blank(row, 0, None, self.look.quiet)
            for index, column in enumerate(columns, start=1):
                sheet.write_blank(row, index, None, self._cell_look(column))

    def _example(self, sheet: Any, columns: Sequence[Column]) -> None:
        sheet.write_string(1, 0, example_mark(), self.look.example)
        for index, column in enumerate(columns, start=1):
            value = self._example_value(column)
            if value is None:
                sheet.write_blank(1, index, None, self.look.example)
            elif isinstance(value, date):
                sheet.write_datetime(1, index, datetime.combine(value, time()), self.look.example_date)
            elif isinstance(value, float | int):
                sheet.write_number(1, index, value, self.look.example)
            else:
                sheet.write_string(1, index, value, self.look.example)

    def _example_value(self, column: Column) -> str | float | date | None:
        text = self.category.example.get(column.name)
        return None if text is None else _typed(text, column)

    def _shown_example(self, column: Column) -> str:
        value = self._example_value(column)
        return "" if value is None else str(value)

    def _cell_look(self, column: Column) -> Any:
        return self.look.day if column.kind is Kind.DATE else self.look.cell

    def _check(self, sheet: Any, index: int, column: Column) -> None:
        """Give the cells of a column their drop-down or their check, and its meaning when one enters them."""
        rule = self._rule(column)
        if rule is None:
            return
        title = column_header(self.category.name, column)
        sheet.data_validation(1, index, _FILLED_ROWS, index, {"input_title": _shortened(title, 32), **rule})

    def _rule(self, column: Column) -> dict[str, Any] | None:
        choices = self._choices(column)
        if choices:
            strict = column.kind in {Kind.CHOICE, Kind.YES_NO}
            return {
                "validate": "list",
                "source": self._list(choices),
                "error_type": "stop" if strict else "warning",
                "error_message": _("Choose one of the list."),
            }
        if column.kind is Kind.DATE:
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": _EARLIEST,
                "maximum": _LATEST,
                "error_message": _("Write a date, as year-month-day: 2025-03-31."),
            }
        if column.kind is Kind.INTEGER and column.name == "year":
            message = _("Write a year of four digits.")
            return {"validate": "integer", "criteria": "between", "minimum": _EARLIEST.year, "maximum": _LATEST.year, "error_message": message}  # fmt: skip
        return _number_rule(column)

    def _choices(self, column: Column) -> tuple[str, ...]:
        match column.kind:
            case Kind.CHOICE:
                return tuple(choice_label(value) for value in column.choices)
            case Kind.YES_NO:
                return (choice_label("yes"), choice_label("no"))
            case Kind.UNIT:
                return units_offered(self.category)
            case Kind.TEXT:
                return self.given.get(column.name, ())
            case _:
                return ()

    def _list(self, choices: tuple[str, ...]) -> list[str] | str:
        """Return the choices themselves, or where the notes hold them if they are too long or hold a comma."""
        if len(",".join(choices)) <= _LONGEST_LIST and not any("," in one for one in choices):
            return list(choices)
        if choices not in self.lists:
            self.lists.append(choices)
        letters = xl_col_to_name(_FIRST_LIST_COLUMN + self.lists.index(choices))
        sheet = notes_name().replace("'", "''")
        return f"='{sheet}'!${letters}$1:${letters}${len(choices)}"

    # --- the sheet that explains

    def _notes(self, sheet: Any, title: str, columns: Sequence[Column]) -> None:
        sheet.hide_gridlines(2)
        for index, width in enumerate((30, 62, 12, 44, 12)):
            sheet.set_column(index, index, width)
        sheet.write_string(0, 0, f"{title}", self.look.title)
        sheet.set_row(0, 30)
        row = 1
        for sentence in template_sentences():
            sheet.merge_range(row, 0, row, 4, sentence, self.look.sentence)
            sheet.set_row(row, 16 * _lines(sentence, 150) + 2)
            row += 1
        row += 1
        heads = (_("Column"), _("Meaning"), _("Unit of the column"), _("Allowed values"), _("Required"))
        for index, head in enumerate(heads):
            sheet.write_string(row, index, head, self.look.header)
        self._note(
            sheet,
            row + 1,
            (remark_header(), _("For your own words; they are kept beside the line."), "", "", ""),
        )
        for number, column in enumerate(columns, start=row + 2):
            meaning = column_meaning(self.category.name, column)
            allowed = " · ".join(_abridged(self._choices(column), column)) or _allowed(column)
            needed = _("required") if column.required else ""
            name = column_header(self.category.name, column)
            self._note(
                sheet, number, (name, _sentence_case(meaning), unit_text(column.unit), allowed, needed)
            )
        self._hidden_lists(sheet)
        sheet.repeat_rows(row)

    def _note(self, sheet: Any, row: int, texts: Sequence[str]) -> None:
        for index, text in enumerate(texts):
            sheet.write_string(row, index, text, self.look.note_name if index == 0 else self.look.note)
        lines = max(_lines(texts[0], 32), _lines(texts[1], 72), _lines(texts[3], 50))
        sheet.set_row(row, 15 * lines + 4)

    def _hidden_lists(self, sheet: Any) -> None:
        for index, choices in enumerate(self.lists, start=_FIRST_LIST_COLUMN):
            sheet.write_column(0, index, choices)
            sheet.set_column(index, index, None, None, {"hidden": True})


_FIRST_LIST_COLUMN = 8


def units_offered(category: Category) -> tuple[str, ...]:
    """Return the units that the amount may have, that of the example first."""
    unit_columns = [column.name for column in category.columns if column.kind is Kind.UNIT]
    first = [category.example[name] for name in unit_columns if name in category.example]
    named = [column.unit for column in category.columns if column.unit and states_its_unit(column)]
    kinds = measured_kinds(category)
    usual = [name for name in unit_names() if parse_unit(name).kind in kinds]
    return tuple(dict.fromkeys([*first, *named, *usual]))


class _Looks:
    """The formats of a template: one deep blue, hairlines, quiet grey for what is not yet data."""

    def __init__(self, book: Any, language: str) -> None:
        reading = {"reading_order": 2} if language in RIGHT_TO_LEFT else {}
        add = partial(
            _format,
            book,
            {"font_name": "Arial", "font_size": 10, "font_color": _INK, "valign": "vcenter", **reading},
        )
        indented = {"indent": 1, "align": "right" if reading else "left"}
        ruled = {"bottom": 7, "bottom_color": _LINE}
        heading = {"bold": True, "text_wrap": True, **indented}
        self.header = add(**heading, font_color=_ACCENT, bottom=2, bottom_color=_ACCENT)
        self.required_header = add(
            **heading, font_color="#ffffff", bg_color=_ACCENT, bottom=2, bottom_color=_ACCENT
        )
        self.quiet_header = add(text_wrap=True, **indented, font_color=_QUIET, bottom=2, bottom_color=_ACCENT)
        self.cell = add(**ruled)
        self.day = add(num_format="yyyy-mm-dd", **indented, **ruled)
        self.quiet = add(font_color=_QUIET, **indented, **ruled)
        self.example = add(italic=True, font_color=_QUIET, bg_color=_EXAMPLE, **indented, **ruled)
        self.example_date = add(
            italic=True,
            font_color=_QUIET,
            bg_color=_EXAMPLE,
            num_format="yyyy-mm-dd",
            **indented,
            **ruled,
        )
        self.title = add(**indented, bold=True, font_size=16, font_color=_ACCENT)
        self.sentence = add(text_wrap=True, valign="top", **indented)
        self.note = add(text_wrap=True, valign="top", **indented, **ruled)
        self.note_name = add(text_wrap=True, valign="top", **indented, bold=True, **ruled)


def _typed(text: str, column: Column) -> str | float | date:
    """Return the example's value as the cell holds it."""
    if column.kind is Kind.DATE:
        return date.fromisoformat(text)
    if column.kind in {Kind.NUMBER, Kind.INTEGER}:
        return float(text)
    if column.kind is Kind.YES_NO:
        return choice_label(text.lower())
    if column.kind is Kind.CHOICE:
        return choice_label(choice_table(column.choices).get(squeezed(text), text))
    return text


def _format(book: Any, base: dict[str, Any], **look: Any) -> Any:
    return book.add_format({**base, **look})


def _number_rule(column: Column) -> dict[str, Any] | None:
    if column.kind not in {Kind.NUMBER, Kind.INTEGER}:
        return None
    lowest = -1e15 if column.minimum is None else column.minimum
    highest = 1e15 if column.maximum is None else column.maximum
    return {
        "validate": "integer" if column.kind is Kind.INTEGER else "decimal",
        "criteria": "between",
        "minimum": int(lowest) if column.kind is Kind.INTEGER else lowest,
        "maximum": int(highest) if column.kind is Kind.INTEGER else highest,
        "error_type": "warning",
        "error_message": _("Write a number, without its unit."),
    }


def _abridged(choices: Sequence[str], column: Column) -> list[str]:
    """Return all choices, of units the usual ones: the drop-down has them all."""
    if column.kind is not Kind.UNIT or len(choices) <= _UNITS_EXPLAINED:
        return list(choices)
    return [*choices[:_UNITS_EXPLAINED], "…"]


def _allowed(column: Column) -> str:
    """Return in words what a cell may hold, where no list says it."""
    match column.kind:
        case Kind.DATE:
            return _("A date, as year-month-day: 2025-03-31")
        case Kind.MONTH:
            return _("1 to 12, a name, or year and month: 2025-03")
        case Kind.INTEGER if column.name == "year":
            return _("A year of four digits")
        case Kind.MONEY:
            return _("An amount with its currency: CHF 1240.50")
        case Kind.NUMBER | Kind.INTEGER:
            return _number_allowed(column)
        case _:
            return _("Text")


def _number_allowed(column: Column) -> str:
    lowest, highest = (None if one is None else f"{one:g}" for one in (column.minimum, column.maximum))
    if lowest and highest:
        return _("A number from {lowest} to {highest}").format(lowest=lowest, highest=highest)
    if lowest:
        return _("A number, {lowest} or more").format(lowest=lowest)
    return _("A number")


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _sheet_name(title: str) -> str:
    """Return what stands before a colon, in signs that a workbook takes."""
    plain = " ".join(re.sub(r"[\[\]*?/\\']", " ", re.split("[:：]", title)[0]).split())
    return plain[:_SHEET_NAME_LENGTH].strip()


def _signs(text: str) -> int:
    """Return how many narrow signs wide a text is: a Chinese sign counts for two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _width(texts: Sequence[str]) -> float:
    return min(max([_signs(text) for text in texts] + [_NARROWEST]) + 3, _WIDEST)


def _lines(text: str, width: int) -> int:
    return max(1, -(-_signs(text) // width))


def _place(path: Path, language: str) -> Path:
    if language not in LANGUAGES:
        message = _("There is no language '{language}'. There are: {languages}.")
        raise FileRefusedError(message.format(language=language, languages=", ".join(LANGUAGES)))
    if path.suffix.lower() != ".xlsx" or path.is_dir():
        message = _("{path} must be the name of a file that ends in {ending}.")
        raise FileRefusedError(message.format(path=path, ending=".xlsx"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
