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


def test_bills_that_name_no_site_are_held_against_the_year_too():
    assert state({"electricity": bills(1, 2, site=None)}) == {(2024, "electricity", None): "partial"}


def test_a_source_whose_rows_were_all_rejected_is_missing():
    assert state({"electricity": bills(1).clear()}) == {(2024, "electricity", None): "missing"}


def test_an_expected_source_without_any_file_is_missing():
    assert state({}, expected=("air_travel",)) == {(2024, "air_travel", None): "missing"}


def areas(**holds):
    rows = [{"site": "HQ", "unit": None, "year": None, "area_m2": 900.0, **holds}]
    dates = {"valid_from": pl.Date, "valid_to": pl.Date, "unit": pl.String, "year": pl.Int64}
    return pl.DataFrame(rows, schema_overrides=dates)


def test_an_area_without_dates_is_there_in_every_year():
    found = state(
        {"floor_area": areas(valid_from=None, valid_to=None)}, years=(2023, 2024), expected=("floor_area",)
    )
    assert set(found.values()) == {"complete"}


def test_an_area_is_missing_before_it_holds():
    since = areas(valid_from=date(2024, 7, 1), valid_to=None)
    found = state({"floor_area": since}, years=(2023, 2024), expected=("floor_area",))
    assert found == {(2023, "floor_area", None): "missing", (2024, "floor_area", None): "complete"}


def not_computed(source, quality):
    row = dict.fromkeys(CELL, None) | {
        "year": 2024,
        "source": source,
        "site": "HQ",
        "rows": 3,
        "quality": quality,
    }
    return completeness({}, pl.DataFrame([row], schema=CELL), (2024,), (), ())


def test_rows_without_emission_figure_are_named():
    found = not_computed("electricity", "no-factor")
    assert found["state"].item() == "not_computed"
    assert "no factor is held for it, or its site has no country" in found["note"].item()


def test_the_reason_is_in_words_not_in_codes():
    note = not_computed("air_travel", "not-computed; cabin-default; place-capital")["note"].item()
    assert "without a stop" in note
    assert "cabin-default" not in note


def test_a_source_that_has_ended_at_a_site_lacks_nothing_afterwards():
    ended = Presence("HQ", ended={"fuels": date(2023, 10, 15)})
    fuels = bills(*range(1, 13), year=2022)
    found = state({"fuels": fuels}, years=(2022, 2023, 2024), sites=(ended,), expected=("fuels",))
    assert (2024, "fuels", "HQ") not in found


def test_a_source_that_began_later_lacks_nothing_before():
    heat = bills(*range(1, 13)).with_columns(source=pl.lit("district_energy"))
    began = Presence("HQ", began={"district_energy": date(2024, 1, 1)})
    found = state(
        {"district_energy": heat}, years=(2023, 2024), sites=(began,), expected=("district_energy",)
    )
    assert found == {(2024, "district_energy", "HQ"): "complete"}


def test_a_source_without_sites_that_began_later_is_missing_from_then_on():
    whole = Presence("", began={"ground_travel": date(2024, 1, 1)})
    found = state({}, years=(2023, 2024), sites=(whole,), expected=("ground_travel",))
    assert found == {(2024, "ground_travel", None): "missing"}
