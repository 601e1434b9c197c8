"""Rows given back: rejected rows can be corrected and loaded again; nothing in them acts as a formula."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from saleve.ledger.intake import rejects
from saleve.ledger.intake.checking import Checked, check_file
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.rejects import write_rejects, write_rows

TEXT = 'Destino,Departure,Nights,Remark\nChile,2024-01-31,3,ok\nPeru,5/51/24,2,"=HYPERLINK(""x"")"\n,2024-02-01,007,@x\n'


def _sheet(path: Path) -> Any:
    return openpyxl.load_workbook(path).active


def test_rejected_rows_come_back_as_they_were_with_why_and_what_to_do(
    check_text: Callable[..., Checked], tmp_path: Path
) -> None:
    rows = list(
        _sheet(write_rejects(check_text(TEXT), tmp_path / "rejects.xlsx")).iter_rows(values_only=True)
    )
    assert rows[0] == ("Row", "Why", "What to do", "Destino", "Departure", "Nights", "Remark")
    assert rows[1] == (3, "Departure: '5/51/24' is not a day of the calendar.", "Correct the day, the month or the year.",
                       "Peru", "5/51/24", "2", '=HYPERLINK("x")')  # fmt: skip
    assert rows[2][:2] == (4, "Destino: The cell is empty, and this value is required.")
    assert rows[2][5:] == ("007", "@x")


def test_offending_cells_are_red_and_none_is_a_formula(
    check_text: Callable[..., Checked], tmp_path: Path
) -> None:
    sheet = _sheet(write_rejects(check_text(TEXT), tmp_path / "rejects.xlsx"))
    red = {
        cell.coordinate
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.fill.fgColor.rgb == "FFF8D0D0"
    }
    assert red == {"E2", "D3"}
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_corrected_rejects_can_be_checked_again(
    check_text: Callable[..., Checked], tmp_path: Path, trips: Any
) -> None:
    path = write_rejects(check_text(TEXT), tmp_path / "rejects.xlsx")
    book = openpyxl.load_workbook(path)
    book.active["E2"], book.active["D3"] = "2024-05-21", "Lima"
    book.save(path)
    again = check_file(path, category=trips)
    assert (again.rows, again.accepted) == (2, 2)
    assert again.table["destination"].to_list() == ["Peru", "Lima"]


def test_a_file_rejected_as_a_whole_comes_back_with_the_reason(
    check_text: Callable[..., Checked], tmp_path: Path
) -> None:
    path = write_rejects(check_text("Nights\n3\n"), tmp_path / "rejects.xlsx")
    assert "There is no column for destination" in _sheet(path)["B2"].value


def test_a_file_without_rejects_gives_a_workbook_with_its_header(
    check_text: Callable[..., Checked], tmp_path: Path
) -> None:
    path = write_rejects(check_text("Destino\nChile\n"), tmp_path / "rejects.xlsx")
    assert list(_sheet(path).iter_rows(values_only=True)) == [("Row", "Why", "What to do", "Destino")]


def test_accepted_rows_are_plain_csv_without_formulas(
    check_text: Callable[..., Checked], tmp_path: Path
) -> None:
    text = 'Destino,Departure,Fare EUR,Remark\nChile,31.01.2024,"-1.234,50",=1+1\nPeru,01.02.2024,"5,5",-\n'
    path = write_rows(check_text(text), tmp_path / "rows.csv")
    table = pl.read_csv(path, infer_schema=False)
    assert table["departure_date"].to_list() == ["2024-01-31", "2024-02-01"]
    assert table["fare_eur"].to_list() == ["-1234.5000", "5.5000"]
    assert table["Remark"].to_list() == ["'=1+1", "'-"]


def test_more_rejects_than_a_sheet_takes_go_on_in_the_next(
    check_text: Callable[..., Checked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejects, "ROWS_OF_A_SHEET", 2)
    path = write_rejects(check_text("Destino,Nights\n" + ",3\n" * 5), tmp_path / "rejects.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Rejected rows", "Rejected rows (2)", "Rejected rows (3)"]
    assert [row[0].value for sheet in book for row in sheet.iter_rows(min_row=2)] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", ["rejects.csv", "rejects", "folder.xlsx"])
def test_rejects_go_to_a_workbook_or_nowhere(
    check_text: Callable[..., Checked], tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(FileRefusedError, match=r"must be the name of a file that ends in \.xlsx"):
        write_rejects(check_text("Destino\nChile\n"), tmp_path / name)
