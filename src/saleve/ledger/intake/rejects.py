"""Rows given back: the rejected as a workbook to correct and load again, the accepted as CSV."""

from collections.abc import Mapping
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
ROWS_OF_A_SHEET = 1_000_000  # a workbook takes 1,048,576 in a sheet and loses what goes beyond


def write_rejects(checked: Checked, out_path: Path | str) -> Path:
    """Write the rejected rows exactly as they were, offending cells red, with why and what to do.

    The header is that of the file: corrected, the workbook can be loaded like the file itself. Cells are written as text, so
    that none of them can act as a formula.
    """
    path = _place(out_path, ".xlsx")
    errors = checked.problems.filter((pl.col("severity") == "error") & pl.col("row").is_not_null())
    plain = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, plain) as book:
        for name, rows in _by_sheet(checked):
            reasons, offending = _reasons(errors, name), _offending(errors)
            for part, some in enumerate(rows.iter_slices(ROWS_OF_A_SHEET) if rows.height else [rows]):
                _write_sheet(
                    book,
                    book.add_worksheet(_sheet_name(name, part)),
                    some,
                    reasons=reasons,
                    offending=offending,
                    checked=checked,
                )
    return path


def write_rows(checked: Checked, out_path: Path | str) -> Path:
    """Write the accepted and repaired rows as CSV UTF-8: dates year-month-day, a decimal point, no cell that acts as formula."""
    path = _place(out_path, ".csv")
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


def _by_sheet(checked: Checked) -> list[tuple[str, pl.DataFrame]]:
    rows, unnamed = checked.rejected_rows, _("Rejected rows")
    if not rows.height:
        return [(unnamed, rows)]
    groups = rows.partition_by("source_sheet", maintain_order=True)
    return [(group[0, "source_sheet"] or unnamed, group) for group in groups]


def _place(out_path: Path | str, ending: str) -> Path:
    """Return the path to write to; refuses a name that would hide what is in the file, and a place that is none."""
    path = Path(out_path)
    if path.suffix.lower() != ending or path.is_dir():
        raise FileRefusedError(
            _("{path} must be the name of a file that ends in {ending}.").format(path=path, ending=ending)
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write_sheet(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    rows: pl.DataFrame,
    *,
    reasons: Mapping[int, tuple[str, str]],
    offending: Mapping[int, set[str]],
    checked: Checked,
) -> None:
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
    of_the_file = (_file_reason(checked), "")
    for line, row in enumerate(rows.iter_rows(named=True), start=1):
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


def _sheet_name(name: str, part: int) -> str:
    end = f" ({part + 1})" if part else ""
    plain = "".join(" " if sign in r"[]:*?/\'" else sign for sign in name)
    return (plain[: 31 - len(end)].strip() or "Sheet") + end


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
