"""Every problem that intake can report: its stable code, severity, message and what to do.

``docs/reference/problems.md`` is made from this table.
"""

from dataclasses import dataclass

from saleve.language import _
from saleve.method.problems import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem; the texts hold named placeholders."""

    severity: Severity
    message: str
    suggestion: str | None = None


def code_book() -> dict[str, Code]:
    """Return every code of intake with its texts in the active language."""
    return {
        **_file_codes(),
        **_workbook_codes(),
        **_column_codes(),
        **_cell_codes(),
        **_date_codes(),
        **_number_codes(),
    }


def _file_codes() -> dict[str, Code]:
    return {
        "encoding-guessed": Code(
            "note",
            _("The text is not Unicode; it was read as {encoding}."),
            _("Look at a name with accents. If it is wrong, save the file as CSV UTF-8."),
        ),
        "characters-broken": Code(
            "warning",
            _(
                "{count} characters of the file are broken (it is read as {encoding}); a sign stands in their place."
            ),
            _(
                "Fetch the file again, or open it in a spreadsheet, correct the words and save it as CSV UTF-8."
            ),
        ),
        "quote-unclosed": Code(
            "warning",
            _(
                "A quotation mark is opened and never closed, so quotation marks were read as ordinary characters."
            ),
            _("Look for a single quotation mark near the rows that were rejected."),
        ),
        "row-too-long": Code(
            "error",
            _("The row has {cells} cells, the header only {columns}."),
            _("Put quotation marks round a text that holds the separator '{separator}'."),
        ),
        "total-line": Code(
            "note",
            _("The row is a total of other rows. It was set aside and not counted as a row."),
        ),
        "other-category": Code(
            "note",
            _(
                "{count} rows belong elsewhere ({column} is not {values}). They were set aside and not counted as rows."
            ),
        ),
        "sheet-not-read": Code(
            "warning",
            _("The sheet '{sheet}' was not read: {reason}"),
            _("Rename its headers, or load it with its own category."),
        ),
        "sheet-of-another-category": Code(
            "note",
            _(
                "The sheet '{sheet}' holds data of the category {category}. It is checked on its own, not among these rows."
            ),
        ),
        "notes-sheet": Code(
            "note",
            _("The sheet '{sheet}' explains the template and holds no data."),
        ),
        "example-row": Code(
            "note",
            _("The row is the example of the template. It was set aside and not counted as a row."),
        ),
        "example-row-changed": Code(
            "warning",
            _(
                "The row is marked as the example of the template, but its values were changed: it was counted."
            ),
            _("Delete the mark if the row counts, or the row if it does not."),
        ),
        "sheet-hidden": Code(
            "warning",
            _("The sheet '{sheet}' is hidden and was not read."),
            _("Unhide it if it counts."),
        ),
        "no-rows": Code(
            "warning",
            _("There are headers but no rows below them."),
            _("Check that the right file or sheet was chosen."),
        ),
        "missing-words": Code(
            "note",
            _("{count} cells hold a word for a missing value and were read as empty: {words}."),
        ),
    }


def _workbook_codes() -> dict[str, Code]:
    return {
        "formula-error": Code(
            "error",
            _("The formula in this cell failed: {cell}."),
            _("Correct the formula, or type the value."),
        ),
        "formula-not-calculated": Code(
            "error",
            _("The cell holds a formula whose result was never stored in the file."),
            _("Open the file in a spreadsheet, let it calculate, and save it."),
        ),
        "merged-filled-down": Code(
            "note",
            _("Cells {range} are merged: the value of the first was used for this row."),
        ),
        "merged-cells": Code(
            "warning",
            _("Cells {range} are merged: only the first cell has the value, the others are empty."),
            _("Unmerge the cells and fill in each value."),
        ),
        "row-hidden": Code(
            "error",
            _("The row is hidden in the spreadsheet."),
            _("Unhide it if it counts; delete it if it does not."),
        ),
        "row-struck-through": Code(
            "error",
            _("The row is struck through in the spreadsheet."),
            _("Remove the strike-through if it counts; delete the row if it does not."),
        ),
        "cell-struck-through": Code(
            "warning",
            _("The cell is struck through in the spreadsheet; its value was used."),
            _("Delete the value if it does not count."),
        ),
        "marks-unseen": Code(
            "warning",
            _("In this file format hidden rows, struck-through rows and failed formulas cannot be seen."),
            _("Save the file as xlsx if it may have any."),
        ),
    }


def _column_codes() -> dict[str, Code]:
    return {
        "column-unnamed": Code(
            "note",
            _("A column without header has {count} filled cells (the first: '{example}'). It was not read."),
            _("Give it a header if it counts."),
        ),
        "header-repeated": Code(
            "warning",
            _("The header '{header}' occurs more than once; the later column is called '{renamed}'."),
            _("Give each column its own header."),
        ),
        "header-twice": Code(
            "warning",
            _("Both '{used}' and '{column}' could be {meaning}. '{used}' was used."),
            _("Say which one counts under columns in saleve.toml."),
        ),
        "column-missing": Code(
            "error",
            _("There is no column for {meaning}, which is required."),
            _("Name it '{example}', or say under columns in saleve.toml which column it is. {nearest}"),
        ),
        "columns-not-used": Code(
            "note",
            _("{count} columns have no known use and were kept as they are: {headers}."),
        ),
        "months-as-columns": Code(
            "warning",
            _(
                "The months stand side by side, one column each: {headers}. They were not read: a row is one month."
            ),
            _("Put them below each other, one row for each place and month, as in the template."),
        ),
        "column-personal": Code(
            "note",
            _("The column names persons. It was left out and is kept nowhere."),
        ),
        "column-guessed": Code(
            "warning",
            _("No header names {meaning}; this column was taken for it by what its cells hold: {samples}."),
            _(
                "Check it. Say under columns in saleve.toml which column it is, or teach a profile, and this warning goes."
            ),
        ),
        "profile-used": Code(
            "note",
            _("The columns were read as the profile '{name}' says."),
        ),
        "column-pseudonymised": Code(
            "note",
            _(
                "The column names persons. Their names were replaced by keyed hashes: none goes into the ledger. The file itself is kept as evidence."
            ),
        ),
        "persons-alike": Code(
            "note",
            _(
                "The name is almost that of row {first}: perhaps one person. Each keeps a pseudonym of its own."
            ),
            _("If it is one person, write the name alike in both rows and load the file again."),
        ),
        "constant-used": Code(
            "note",
            _("There is no such column: '{value}' was used for every row, as you said."),
        ),
    }


def _cell_codes() -> dict[str, Code]:
    return {
        "value-missing": Code(
            "error",
            _("The cell is empty, and this value is required."),
            _("Fill in the cell."),
        ),
        "choice-unknown": Code(
            "warning",
            _("'{cell}' is none of the known values; it was read as not stated."),
            _("Write one of: {choices}."),
        ),
        "choice-unknown-required": Code(
            "error",
            _("'{cell}' is none of the known values."),
            _("Write one of: {choices}."),
        ),
        "repair-switched-off": Code(
            "error",
            _("'{cell}' could be repaired by the rule {rule}, but that rule is switched off."),
            _("Correct the cell, or allow the rule again."),
        ),
        "repair-switched-off-kept": Code(
            "warning",
            _(
                "The rule {rule} would change this value, but it is switched off: the value was left as it stands."
            ),
            _("Look at the value, or allow the rule again."),
        ),
        "yes-no-unreadable": Code(
            "error",
            _("'{cell}' is neither yes nor no."),
            _("Write yes or no."),
        ),
    }


def _date_codes() -> dict[str, Code]:
    return {
        "date-impossible": Code(
            "error",
            _("'{cell}' is not a day of the calendar."),
            _("Correct the day, the month or the year."),
        ),
        "date-unreadable": Code(
            "error",
            _("'{cell}' cannot be read as a date."),
            _("Write it as year-month-day, for example 2025-03-31."),
        ),
        "date-no-year": Code(
            "error",
            _("'{cell}' has no year, and no reporting year was given."),
            _("Give the year of the file, or write the year in the cell."),
        ),
        "date-ambiguous": Code(
            "warning",
            _(
                "'{cell}' may be day-month or month-day, and the column does not show which. The day was left out."
            ),
            _("Write it as year-month-day, for example 2025-03-31."),
        ),
        "date-ambiguous-required": Code(
            "error",
            _("'{cell}' may be day-month or month-day, and the column does not show which."),
            _("Write it as year-month-day, for example 2025-03-31."),
        ),
        "date-order": Code(
            "note",
            _("Dates are read {order}: {evidence} cells show it, {ambiguous} cells could be read both ways."),
        ),
        "date-orders-mixed": Code(
            "warning",
            _(
                "Some dates are day-month ({day_first} cells), others month-day ({month_first} cells); "
                "{ambiguous} cells could be either and stay undecided."
            ),
            _("Write the dates as year-month-day."),
        ),
        "date-year-given": Code(
            "note",
            _("{count} dates have no year; they were read as dates of {year}."),
        ),
        "date-next-year": Code(
            "note",
            _("The return in January follows a departure in December: it was put into the next year."),
        ),
        "date-range-split": Code(
            "note",
            _("'{cell}' holds two dates: the first and the last day."),
        ),
        "date-serial": Code(
            "note",
            _("'{cell}' is a spreadsheet's count of days; it was turned into the date."),
        ),
        "date-outside-year": Code(
            "warning",
            _("The date {cell} lies outside the reporting year {year}."),
            _("Check the date, or load the row with its own year."),
        ),
    }


def _number_codes() -> dict[str, Code]:
    return {
        "month-unreadable": Code(
            "error",
            _("'{cell}' cannot be read as a month."),
            _("Write 1 to 12, a name such as March, or year and month such as 2025-03."),
        ),
        "number-unreadable": Code(
            "error",
            _("'{cell}' cannot be read as a number."),
            _("Write digits only, with a point or comma for decimals."),
        ),
        "number-ambiguous": Code(
            "warning",
            _(
                "'{cell}' may have a decimal sign or a thousands sign, and the column shows both. It was left out."
            ),
            _("Write the number without thousands signs."),
        ),
        "number-ambiguous-required": Code(
            "error",
            _("'{cell}' may have a decimal sign or a thousands sign, and the column shows both."),
            _("Write the number without thousands signs."),
        ),
        "thousands-dot": Code(
            "warning",
            _(
                "'{cell}' stands among whole numbers: the point may separate thousands. It was read as a decimal point."
            ),
            _("Write the number without the point if it means thousands."),
        ),
        "number-not-whole": Code(
            "error",
            _("'{cell}' is not a whole number."),
            _("Write a whole number."),
        ),
        "number-below": Code(
            "error",
            _("{cell} is below the smallest possible value, {limit}."),
            _("Correct the number or its unit."),
        ),
        "number-above": Code(
            "error",
            _("{cell} is above the largest possible value, {limit}."),
            _("Correct the number or its unit."),
        ),
        "currency-unknown": Code(
            "warning",
            _("{count} amounts do not say their currency; they are kept apart as '{column_out}'."),
            _("Write the currency (such as CHF) in the header, in a column of its own, or in saleve.toml."),
        ),
        "currency-renamed": Code(
            "note",
            _("The currency {old} was read as {new}, its present code."),
        ),
        "currency-differs": Code(
            "warning",
            _("The cell '{cell}' and the row name different currencies; the cell's was used."),
            _("Check the currency."),
        ),
        "unit-differs": Code(
            "warning",
            _("The cell '{cell}' and the row name different units; the cell's was used."),
            _("Check the unit."),
        ),
        "unit-unsuitable": Code(
            "error",
            _("'{cell}' measures something else than {unit}."),
            _("Correct the unit, or say under columns in saleve.toml which column it is."),
        ),
    }
