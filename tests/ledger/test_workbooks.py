"""Spreadsheets: where things stand, and what formatting says about them."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.styles import Font

from saleve.ledger.intake.checking import check_file
from saleve.ledger.intake.reading import Sheet, read_file

ROWS = [("Site", "Unit", "kWh"), ("Tower", "A", 5), ("Hall", "B", 6.5), ("Shed", "C", 7)]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., list[Sheet]]:
    """Write ``ROWS`` into a workbook, change it, and read it."""

    def read(change: Callable[[Any], None], rows: list[tuple[Any, ...]] = ROWS, **kwargs: Any) -> list[Sheet]:
        workbook = Workbook()
        sheet = workbook.active
        for row in rows:
            sheet.append(row)
        change(sheet)
        workbook.save(tmp_path / "book.xlsx")
        return read_file(tmp_path / "book.xlsx", **kwargs)

    return read


def _nothing(_sheet: Any) -> None:
    return


def _problems(sheet: Sheet) -> list[tuple[Any, ...]]:
    return sheet.problems.select("row", "column", "code", "severity").rows()


def test_rows_are_numbered_as_the_spreadsheet_shows_them(book: Callable[..., list[Sheet]]) -> None:
    (sheet,) = book(lambda one: (one.insert_rows(1, 2), one.insert_cols(1)))
    assert (sheet.header_row, sheet.headers) == (3, ("Site", "Unit", "kWh"))
    assert sheet.frame["source_row"].to_list() == [4, 5, 6]


def test_numbers_and_dates_keep_their_value(book: Callable[..., list[Sheet]]) -> None:
    rows = [
        ("Site", "Start", "kWh"),
        ("Tower", datetime.fromisoformat("2024-01-31T12:00"), 1234567.25),
        ("Hall", "17-ene", "USS 2.100,00"),
    ]
    (sheet,) = book(_nothing, rows)
    assert sheet.frame.rows() == [
        (2, "Tower", "2024-01-31 12:00:00", "1234567.25"),
        (3, "Hall", "17-ene", "USS 2.100,00"),
    ]


def test_a_hidden_row_is_rejected_not_dropped(book: Callable[..., list[Sheet]]) -> None:
    def hide(one: Any) -> None:
        one.row_dimensions[3].hidden = True

    (sheet,) = book(hide)
    assert sheet.frame.height == 3
    assert _problems(sheet) == [(3, None, "row-hidden", "error")]
    assert "Unhide it if it counts" in sheet.problems["suggestion"][0]


def test_a_struck_through_row_is_rejected_a_struck_cell_only_named(book: Callable[..., list[Sheet]]) -> None:
    def strike(one: Any) -> None:
        for cell in (*one[2], one["C3"]):
            cell.font = Font(strike=True)

    (sheet,) = book(strike)
    assert _problems(sheet) == [
        (2, None, "row-struck-through", "error"),
        (3, "kWh", "cell-struck-through", "warning"),
    ]


def test_cells_merged_downwards_are_filled_and_named(book: Callable[..., list[Sheet]]) -> None:
    (sheet,) = book(lambda one: one.merge_cells("A2:A3"))
    assert sheet.frame["Site"].to_list() == ["Tower", "Tower", "Shed"]
    assert sheet.repairs.rows() == [(3, "Site", "merged-filled-down", None, "Tower")]
    assert sheet.problems["message"].to_list() == [
        "Cells A2:A3 are merged: the value of the first was used for this row."
    ]


def test_cells_merged_sideways_are_never_guessed(book: Callable[..., list[Sheet]]) -> None:
    (sheet,) = book(lambda one: one.merge_cells("A2:B2"))
    assert sheet.frame.row(0) == (2, "Tower", None, "5")
    assert _problems(sheet) == [(2, "Site", "merged-cells", "warning")]


def test_merged_titles_above_the_header_do_not_matter(book: Callable[..., list[Sheet]]) -> None:
    def title(one: Any) -> None:
        one.insert_rows(1)
        one["A1"] = "Bills"
        one.merge_cells("A1:C1")

    (sheet,) = book(title)
    assert (sheet.header_row, sheet.problems.height) == (2, 0)


def test_a_failed_formula_is_named_with_its_cell(book: Callable[..., list[Sheet]]) -> None:
    def fail(one: Any) -> None:
        one["C3"] = "#DIV/0!"
        one["C3"].data_type = "e"

    (sheet,) = book(fail)
    assert _problems(sheet) == [(3, "kWh", "formula-error", "error")]
    assert sheet.frame["kWh"].to_list() == ["5", "#DIV/0!", "7"]


def test_a_formula_that_was_never_calculated_is_not_an_empty_cell(book: Callable[..., list[Sheet]]) -> None:
    def compute(one: Any) -> None:
        one["C4"] = "=C2+C3"

    (sheet,) = book(compute)
    assert _problems(sheet) == [(4, "kWh", "formula-not-calculated", "error")]


def test_every_visible_sheet_is_read_and_hidden_ones_are_named(book: Callable[..., list[Sheet]]) -> None:
    def add(one: Any) -> None:
        for name in ("2024", "Old"):
            sheet = one.parent.create_sheet(name)
            sheet.append(("Site", "kWh"))
            sheet.append(("Tower", 5))
        one.parent["Old"].sheet_state = "hidden"
        one.parent.create_sheet("Empty")

    sheets = book(add)
    assert [sheet.name for sheet in sheets] == ["Sheet", "2024"]
    assert sheets[0].problems["message"].to_list() == ["The sheet 'Old' is hidden and was not read."]


def test_one_sheet_can_be_chosen(book: Callable[..., list[Sheet]]) -> None:
    assert [sheet.name for sheet in book(_nothing, sheet="Sheet")] == ["Sheet"]


@pytest.mark.parametrize("first_year", [1900, 1904])
def test_dates_counted_from_1900_or_1904_and_ticks_come_as_they_are(
    tmp_path: Path, trips: Any, first_year: int
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": first_year == 1904}) as book:
        sheet, dated, hours = (
            book.add_worksheet(),
            book.add_format({"num_format": "dd/mm/yyyy"}),
            book.add_format({"num_format": "[h]:mm"}),
        )
        sheet.write_row(0, 0, ["Destination", "Departure", "Host paid", "Time on the way"])
        sheet.write(1, 0, "Chile")
        sheet.write_datetime(1, 1, datetime(2024, 3, 1), dated)  # noqa: DTZ001 - a workbook knows no zone
        sheet.write_boolean(1, 2, True)
        sheet.write_number(1, 3, 1.25, hours)
    checked = check_file(path, category=trips)
    row = checked.table.row(0, named=True)
    assert (row["departure_date"], row["host_paid"], checked.accepted) == (date(2024, 3, 1), True, 1)
    assert row["Time on the way"].endswith("06:00:00")
