"""Rows given back: the rejected as a workbook to correct and load again, the accepted as CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from saleve.language import _
from saleve.ledger.intake.checking import Checked
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.reading import ROW

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60
SHEET_MARK = "saleve-sheet-"  # property: name of a sheet of the workbook -> category and sheet of the file
ROWS_OF_A_SHEET = 1_000_000  # a workbook takes 1,048,576 in a sheet and loses what goes beyond


@dataclass(frozen=True, slots=True)
class RejectedSheet:
    """The rejected rows of one sheet: their cells as they stood in the file, why, and what to do."""

    name: str  # of the sheet in the file; "" where it has none
    rows: pl.DataFrame  # source_row and the cells of the file
    errors: pl.DataFrame  # PROBLEM_SCHEMA, those of severity error
    headers: tuple[str, ...]
    category: str


def write_rejects(checked: Checked, out_path: Path | str) -> Path:
    """Write the rejected rows of a checked file as a workbook to correct and load again."""
    errors = checked.problems.filter(pl.col("severity") == "error")
    sheets = [
        RejectedSheet(
            name, rows.drop("source_sheet", strict=False), errors, checked.headers, checked.category
        )
        for name, rows in _by_sheet(checked)
    ]
    return write_rejected(sheets, out_path)


def write_rejected(
    sheets: Sequence[RejectedSheet], out_path: Path | str, marks: Mapping[str, str] | None = None
) -> Path:
    """Write the rejected rows exactly as they were, offending cells red, with why and what to do.

    The header is that of the file: corrected, the workbook can be loaded like the file itself. Cells are written as text, so
    that none of them can act as a formula. ``marks`` are kept as properties of the workbook.
    """
    path = _place(out_path, ".xlsx")
    plain = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, plain) as book:
        for name, value in (marks or {}).items():
            book.set_custom_property(name, value, "text")
        titles: set[str] = set()
        for number, sheet in enumerate(sheets):
            for part, rows in enumerate(
                sheet.rows.iter_slices(ROWS_OF_A_SHEET) if sheet.rows.height else [sheet.rows]
            ):
                title = _sheet_name(sheet.name or _("Rejected rows"), part, number)
                while title.casefold() in titles:
                    title = _sheet_name(title, part, number + len(titles))
                titles.add(title.casefold())
                _write_sheet(book, book.add_worksheet(title), replace(sheet, rows=rows))
                if marks:
                    book.set_custom_property(f"{SHEET_MARK}{title}", f"{sheet.category}|{sheet.name}", "text")
    return path


def write_rows(checked: Checked, out_path: Path | str) -> Path:
    """Write the accepted and repaired rows as CSV UTF-8: dates year-month-day, a decimal point, no cell that acts as formula."""
    path = _place(out_path, ".csv")
    texts = [name for name, kind in checked.table.schema.items() if kind == pl.String]
    safe = checked.table.with_columns(_unformulated(name) for name in texts)
    headers = {name: f"'{name}" for name in safe.columns if name.startswith(_FORMULA_STARTS)}
    safe.rename(headers).write_csv(path, include_bom=True, date_format="%Y-%m-%d")
    return path


def _unformulated(name: str) -> pl.Expr:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    column = pl.col(name)
    acts = pl.any_horizontal(column.str.starts_with(start) for start in _FORMULA_STARTS)
    return pl.when(acts).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).alias(name)


def _by_sheet(checked: Checked) -> list[tuple[str, pl.DataFrame]]:
    rows = checked.rejected_rows
    if not rows.height:
        return [("", rows)]
    groups = rows.partition_by("source_sheet", maintain_order=True)
    return [(group[0, "source_sheet"] or "", group) for group in groups]


def _place(out_path: Path | str, ending: str) -> Path:
    """Return the path to write to; refuses a name that would hide what is in the file, and a place that is none."""
    path = Path(out_path)
    if path.suffix.lower() != ending or path.is_dir():
        raise FileRefusedError(
            _("{path} must be the name of a file that ends in {ending}.").format(path=path, ending=ending)
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write_sheet(book: xlsxwriter.Workbook, sheet: Worksheet, rejected: RejectedSheet) -> None:
    bold, red, wrap = (
        book.add_format(look)
        for look in ({"bold": True}, {"bg_color": "#F8D0D0", "font_color": "#8B0000"}, {"text_wrap": True})
    )
    headers = [header for header in rejected.rows.columns if header != ROW] or list(rejected.headers)
    names = [row_header(), _("Why"), _("What to do"), *headers]
    sheet.write_row(0, 0, names, bold)
    sheet.freeze_panes(1, 3)
    sheet.set_column(1, 2, 48, wrap)
    reasons, offending = _reasons(rejected), _offending(rejected.errors)
    of_the_file = (_file_reason(rejected.errors), "")
    for line, row in enumerate(rejected.rows.iter_rows(named=True), start=1):
        why, what = reasons.get(row[ROW], of_the_file)
        sheet.write_number(line, 0, row[ROW])
        sheet.write_string(line, 1, why)
        sheet.write_string(line, 2, what)
        for column, header in enumerate(headers, start=3):
            look = red if header in offending.get(row[ROW], ()) else None
            if row[header] is not None:
                sheet.write_string(line, column, row[header], look)
            elif look:
                sheet.write_blank(line, column, None, look)
    for column, header in enumerate(headers, start=3):
        sheet.set_column(column, column, min(_WIDEST, max(10, len(header) + 2)))


def row_header() -> str:
    """Return the header of the column that holds the number of the row in its file."""
    return _("Row")


def _sheet_name(name: str, part: int, number: int) -> str:
    """Return a name that a workbook takes: 31 signs, none of them forbidden, no two alike."""
    end = (f" ({part + 1})" if part else "") + (f" {number + 1}" if number else "")
    plain = "".join(" " if sign in r"[]:*?/\'" else sign for sign in name)
    return (plain[: 31 - len(end)].strip() or "Sheet") + end


def _reasons(sheet: RejectedSheet) -> Mapping[int, tuple[str, str]]:
    """Return row -> why and what to do, each problem with its column."""
    start = _("Sheet '{sheet}': ").format(sheet=sheet.name)
    here = sheet.errors.filter(pl.col("row").is_not_null()).filter(
        pl.col("message").str.starts_with(start) | ~pl.col("message").str.starts_with(start[:7])
    )
    found: dict[int, tuple[str, str]] = {}
    for problem in here.iter_rows(named=True):
        message = problem["message"].removeprefix(start)
        why = f"{problem['column']}: {message}" if problem["column"] else message
        before = found.get(problem["row"], ("", ""))
        what = problem["suggestion"] or ""
        found[problem["row"]] = (
            "\n".join(filter(None, (before[0], why))),
            before[1] if what in before[1] else "\n".join(filter(None, (before[1], what))),
        )
    return found


def _offending(errors: pl.DataFrame) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = {}
    for row, column in errors.select("row", "column").drop_nulls().rows():
        found.setdefault(row, set()).add(column)
    return found


def _file_reason(errors: pl.DataFrame) -> str:
    return " ".join(errors.filter(pl.col("row").is_null())["message"].to_list())
