"""Completeness: what is there, there in part, missing, or not computed."""

from datetime import date

import polars as pl

from saleve.method.completeness import Presence, completeness
from saleve.method.emissions.result import CELL

NO_CELLS = pl.DataFrame(schema=CELL)


def bills(*months, site="HQ", year=2024):
    rows = [
        {
            "year": year,
            "site": site,
            "meter": "m1",
            "period_start": date(year, month, 1),
            "period_end": date(year + month // 12, month % 12 + 1, 1),
        }
        for month in months
    ]
    return pl.DataFrame(rows).with_columns(pl.col("period_end").dt.offset_by("-1d"))


def state(activities, *, years=(2024,), sites=(), expected=("electricity",), cells=NO_CELLS):
    found = completeness(activities, cells, years, sites, expected)
    return {(row["year"], row["source"], row["site"]): row["state"] for row in found.iter_rows(named=True)}


def test_twelve_months_of_bills_are_complete():
    assert state({"electricity": bills(*range(1, 13))}) == {(2024, "electricity", "HQ"): "complete"}


def test_seven_months_of_bills_are_partial():
    assert state({"electricity": bills(*range(1, 8))}) == {(2024, "electricity", "HQ"): "partial"}


def test_a_site_without_bills_in_a_year_is_missing():
    found = state({"electricity": bills(*range(1, 13))}, years=(2023, 2024))
    assert found[2023, "electricity", "HQ"] == "missing"


def test_a_site_that_was_not_yet_open_lacks_nothing():
    opened = Presence("HQ", opened=date(2024, 1, 1))
    found = state({"electricity": bills(*range(1, 13))}, years=(2023, 2024), sites=(opened,))
    assert (2023, "electricity", "HQ") not in found


def test_an_expected_source_without_any_file_is_missing():
    assert state({}, expected=("air_travel",)) == {(2024, "air_travel", None): "missing"}


def test_rows_without_emission_figure_are_named():
    row = dict.fromkeys(CELL, None) | {
        "year": 2024,
        "source": "electricity",
        "site": "HQ",
        "rows": 3,
        "quality": "no factor",
    }
    found = completeness({}, pl.DataFrame([row], schema=CELL), (2024,), (), ())
    assert found["state"].item() == "not_computed"
    assert "3 rows" in found["note"].item()
