"""The shape of a table: headers, blank rows, totals, columns without names."""

import json
from pathlib import Path

import polars as pl
import pytest

from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.header import column_letters, find_header
from saleve.ledger.intake.reading import Sheet, read_file


def _sheet(tmp_path: Path, text: str, name: str = "file.csv", **kwargs: object) -> Sheet:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return read_file(path, **kwargs)[0]  # type: ignore[arg-type]


def test_the_header_is_found_below_title_rows(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "Electricity 2024,,\nSecretariat,,\n,,\n# Site,Period,kWh\nTower,Q1,5\n")
    assert (sheet.header_row, sheet.headers) == (4, ("Site", "Period", "kWh"))
    assert sheet.frame.rows() == [(5, "Tower", "Q1", "5")]


def test_known_names_decide_between_possible_headers() -> None:
    rows = [("Report", "Geneva", "draft"), ("Site", "Consumption (kWh)", "Note"), ("Tower", "5", "x")]
    assert find_header(rows) == 0
    assert find_header(rows, known={"site", "consumption"}) == 1


def test_years_may_be_headers() -> None:
    assert find_header([("Site", "2019", "2020"), ("Tower", "5", "6")]) == 0


def test_a_table_without_header_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        FileRefusedError, match=r"no row of headers in its first 40 rows. Write the name of each column"
    ):
        _sheet(tmp_path, "Germany,2587\nChina,1194\n")


def test_repeated_headers_become_unique(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "Date,Date,source_row\n1,2,3\n")
    assert sheet.headers == ("Date", "Date (2)", "source_row (2)")
    assert "header-repeated" in set(sheet.problems["code"])


def test_a_column_without_header_is_left_out_and_said(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "Site,kWh,,\nTower,5,#VALEUR !,\nHall,6,7226362,\n")
    assert sheet.headers == ("Site", "kWh")
    assert sheet.problems["message"].to_list() == [
        "A column without header has 2 filled cells (the first: '#VALEUR !'). It was not read."
    ]
    assert sheet.problems["column"].to_list() == ["C"]


@pytest.mark.parametrize(
    "label",
    [
        "Total",
        "TOTAL:",
        "Grand total",
        "Summe",
        "Suma",
        "Итого",
        "合计",
        "الإجمالي",
        "Sous-total",
        "Total 2024",
    ],
)
def test_a_total_line_with_its_word_is_set_aside(tmp_path: Path, label: str) -> None:
    sheet = _sheet(tmp_path, f"Site,kWh\nTower,5\nHall,7\n{label},12\n")
    assert sheet.total_lines == (4,)
    assert sheet.frame["Site"].to_list() == ["Tower", "Hall"]
    assert set(sheet.problems["code"]) == {"total-line"}


def test_a_total_line_without_label_is_set_aside(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, 'Category,Tons,Scope\nShips ,"2,592.8",1\nBoats,6.2,1\n,2599.0,\n')
    assert sheet.total_lines == (4,)


def test_a_last_row_that_is_no_sum_stays_a_row(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "Category,Tons\nShips,5\nBoats,6\n,12\n")
    assert (sheet.total_lines, sheet.frame.height) == ((), 3)


def test_a_place_called_total_with_other_words_stays_a_row(tmp_path: Path) -> None:
    assert _sheet(tmp_path, "Supplier,What,CHF\nTotal,Diesel,5\nShell,Diesel,6\n").total_lines == ()


@pytest.mark.parametrize(
    "error",
    [
        "#VALUE!",
        "#VALEUR !",
        "#WERT!",
        "#¡VALOR!",
        "#ЗНАЧ!",
        "#N/A",
        "#NV",
        "#REF!",
        "#DIV/0!",
        "#ИМЯ?",
        "######",
    ],
)
def test_a_failed_formula_is_named_in_every_language(tmp_path: Path, error: str) -> None:
    found = _sheet(tmp_path, f"Site,kWh\nTower,{error}\nHall,#3\n").problems
    assert found.select("row", "column", "code").rows() == [(2, "kWh", "formula-error")]
    assert found["message"][0] == f"The formula in this cell failed: {error}."


def test_json_records_are_rows_counted_from_one(tmp_path: Path) -> None:
    records = [{"Site": "Tower", "kWh": 5}, {"Site": "Hall", "Note": None, "Floors": [1, 2]}]
    for content in (
        json.dumps(records),
        json.dumps({"fields": [], "records": records}),
        "\n".join(map(json.dumps, records)),
    ):
        sheet = _sheet(tmp_path, content, "file.json")
        assert sheet.frame.select("source_row", "Site", "kWh", "Floors").rows() == [
            (1, "Tower", "5", None),
            (2, "Hall", None, "[1, 2]"),
        ]


def test_parquet_keeps_its_values(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    pl.DataFrame({"Site": ["Tower"], "Start": ["2024-01-31"], "kWh": [5.5]}).with_columns(
        pl.col("Start").str.to_date()
    ).write_parquet(path)
    assert read_file(path)[0].frame.rows() == [(1, "Tower", "2024-01-31", "5.5")]


def test_columns_are_called_as_a_spreadsheet_calls_them() -> None:
    assert [column_letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_subtotal_with_its_currency_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("Ticket,Currency,Fare\n1,CHF,10\n2,CHF,20\nSubtotal,CHF,30\n", "utf-8")
    assert read_file(path)[0].total_lines == (4,)
