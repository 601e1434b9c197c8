"""Months as people write them, with the year beside them or not."""

import polars as pl
import pytest

from saleve.ledger.intake.checking import check_file
from saleve.ledger.intake.parsing.months import parse_months


@pytest.mark.parametrize(
    ("cell", "month", "year"),
    [
        ("3", 3, None),
        ("03", 3, None),
        ("2024-03", 3, 2024),
        ("03/2024", 3, 2024),
        ("202403", 3, 2024),
        ("Mar 2024", 3, 2024),
        ("mars 2024", 3, 2024),
        ("2024 März", 3, 2024),
        ("марта", 3, None),
        ("3月", 3, None),
        ("2024-03-01 00:00:00", 3, 2024),
        ("13", None, None),
        ("Q1", None, None),
    ],
)
def test_a_cell_gives_its_month_and_its_year(cell, month, year):
    found = parse_months(pl.Series([cell, None]))
    assert found.row(0) == (month, year)
    assert found.row(1) == (None, None)


def test_bills_by_month_are_read_however_the_month_is_written(tmp_path):
    path = tmp_path / "electricity.csv"
    path.write_text(
        "Site,Month,Consumption (kWh)\nHQ,2024-01,100\nHQ,Feb 2024,90\nHQ,03/2024,80\nHQ,Q2,70\n", "utf-8"
    )
    checked = check_file(path)
    assert (checked.accepted, checked.rejected) == (3, 1)
    assert checked.activity["period_end"].dt.to_string().to_list() == [
        "2024-01-31",
        "2024-02-29",
        "2024-03-31",
    ]
    assert checked.problems.filter(severity="error")["code"].to_list() == ["month-unreadable"]
