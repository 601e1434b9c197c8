"""Rows given back: the rejected as a workbook to correct and load again, the accepted as CSV."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import xlsxwriter

from saleve.language import _
from saleve.ledger.intake.checking import Checked
from saleve.ledger.intake.reading import ROW

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60


def write_rejects(checked: Checked, out_path: Path | str) -> Path:
    """Write the rejected rows exactly as they were, offending cells red, with why and what to do.

    The header is that of the file: corrected, the workbook can be loaded like the file itself. Cells are written as text, so
    that none of them can act as a formula.
    """
    path = Path(out_path)
    errors = checked.problems.filter((pl.col("severity") == "error") & pl.col("row").is_not_null())
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    ) as book:
        for sheet, rows in _by_sheet(checked):
            _write_sheet(book, sheet or _("Rejected rows"), rows, errors, checked)
    return path


def write_rows(checked: Checked, out_path: Path | str) -> Path:
    """Write the accepted and repaired rows as CSV UTF-8: dates year-month-day, a decimal point, no cell that acts as formula."""
    path = Path(out_path)
    texts = [name for name, kind in checked.table.schema.items() if kind == pl.String]
    checked.table.with_columns(_unformulated(name) for name in texts).write_csv(
        path, include_bom=True, date_format="%Y-%m-%d"
    )
    return path


def _unformulated(name: str) -> pl.Expr:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    column = pl.col(name)
    acts = pl.any_horizontal(column.str.starts_with(start) for start in _FORMULA_STARTS)
    return pl.when(acts).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).alias(name)


def _by_sheet(checked: Checked) -> list[tuple[str | None, pl.DataFrame]]:
    rows = checked.rejected_rows
    if not rows.height:
        return [(None, rows)]
    return [
        (group[0, "source_sheet"], group) for group in rows.partition_by("source_sheet", maintain_order=True)
    ]


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, rows: pl.DataFrame, errors: pl.DataFrame, checked: Checked
) -> None:
    sheet = book.add_worksheet(_sheet_name(name))
    bold, red, wrap = (
        book.add_format(look)
        for look in ({"bold": True}, {"bg_color": "#F8D0D0", "font_color": "#8B0000"}, {"text_wrap": True})
    )
    headers = [header for header in rows.columns if header not in {ROW, "source_sheet"}] or list(
        checked.headers
    )
    names = [_("Row"), _("Why"), _("What to do"), *headers]
    sheet.write_row(0, 0, names, bold)
    sheet.freeze_panes(1, 3)
    sheet.set_column(1, 2, 48, wrap)
    reasons, offending = _reasons(errors, name), _offending(errors)
    for line, row in enumerate(rows.iter_rows(named=True), start=1):
        why, what = reasons.get(row[ROW], (_file_reason(checked), ""))
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


def _sheet_name(name: str) -> str:
    return "".join(" " if sign in r"[]:*?/\'" else sign for sign in name)[:31].strip() or "Sheet"


def _reasons(errors: pl.DataFrame, sheet: str) -> Mapping[int, tuple[str, str]]:
    """Return row -> why and what to do, each problem with its column."""
    start = _("Sheet '{sheet}': ").format(sheet=sheet)
    here = errors.filter(
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


def _file_reason(checked: Checked) -> str:
    whole = checked.problems.filter((pl.col("severity") == "error") & pl.col("row").is_null())
    return " ".join(whole["message"].to_list())
