"""What only shows when the files of several months or years lie side by side."""

from datetime import date

import polars as pl
import pytest

from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.combined import combined_problems
from saleve.method.activity.crossing import (
    jump_problems,
    meter_problems,
    negative_problems,
    period_problems,
    problems_across,
)
from saleve.method.activity.standing import CROSSING_SCHEMA


def bill(year, month, kwh, *, batch, meter="E-1", site="HQ", row=None, **more):
    start = date(year, month, 1)
    end = date(year + month // 12, month % 12 + 1, 1)
    period = {"period_start": start, "period_end": pl.Series([end]).dt.offset_by("-1d")[0]}
    place = {
        "source_file": f"{batch}.csv",
        "source_sheet": "",
        "source_row": row or 100 * (year - 2000) + month,
    }
    return {"year": year, "site": site, "meter": meter, **period, "energy_kwh": float(kwh), **place, "batch": batch, **more}  # fmt: skip


def year_of(year, kwh, *, batch, **more):
    return [bill(year, month, kwh, batch=batch, **more) for month in range(1, 13)]


def codes(problems):
    return problems["code"].to_list()


def test_a_level_that_falls_to_a_twentieth_in_the_file_of_the_next_year_is_told_with_both_files():
    rows = year_of(2023, 1000, batch="a") + year_of(2024, 50, batch="b")
    (told,) = meter_problems(pl.DataFrame(rows)).to_dicts()
    assert (told["code"], told["batch"]) == ("meter-level-break-files", "b")
    assert "95 %" in told["message"]
    assert "a.csv" in told["message"]


def test_a_level_that_breaks_within_one_file_was_told_when_it_was_read():
    rows = year_of(2023, 1000, batch="a") + year_of(2024, 50, batch="a")
    assert codes(meter_problems(pl.DataFrame(rows))) == []


def test_a_file_of_zeros_of_a_meter_that_has_use_elsewhere_is_told_once():
    rows = year_of(2023, 1000, batch="a") + [bill(2024, month, 0, batch="b") for month in (1, 2, 3)]
    zeros = meter_problems(pl.DataFrame(rows)).filter(pl.col("code") == "zero-run-files")
    assert zeros.height == 1
    assert "from 2024-01-01 to 2024-03-31 (periods: 3)" in zeros["message"].item()


def test_a_meter_that_never_uses_anything_is_at_rest():
    rows = year_of(2023, 0, batch="a") + year_of(2024, 0, batch="b")
    assert codes(meter_problems(pl.DataFrame(rows))) == []


def test_an_index_that_goes_down_between_two_bills_is_a_reset():
    rows = [
        bill(2024, 1, 100, batch="a", index_start=900.0, index_end=1000.0),
        bill(2024, 2, 100, batch="b", index_start=0.0, index_end=100.0),
    ]
    (told,) = meter_problems(pl.DataFrame(rows)).to_dicts()
    assert told["code"] == "meter-reset"
    assert "shows 0.0, less than 1000.0 before (a.csv, row 2401)" in told["message"]


@pytest.mark.parametrize(("kwh", "word"), [(160, "60 % above"), (40, "60 % below")])
def test_a_jump_of_a_year_is_told_in_both_directions(kwh, word):
    (told,) = jump_problems(
        pl.DataFrame(year_of(2023, 100, batch="a") + year_of(2024, kwh, batch="b"))
    ).to_dicts()
    assert told["code"] == "year-on-year-jump"
    assert word in told["message"]


def test_a_change_below_the_assumption_is_no_jump_and_the_assumption_can_be_set():
    rows = pl.DataFrame(year_of(2023, 100, batch="a") + year_of(2024, 140, batch="b"))
    assert jump_problems(rows).is_empty()
    assert codes(jump_problems(rows, {"year_on_year_jump_pct": 30})) == ["year-on-year-jump"]


def test_half_a_year_is_not_compared_with_a_whole_one():
    rows = year_of(2023, 100, batch="a") + [bill(2024, month, 300, batch="b") for month in range(1, 7)]
    assert jump_problems(pl.DataFrame(rows)).is_empty()


def test_a_file_loaded_twice_under_two_meters_shows_as_a_jump():
    twice = year_of(2024, 100, batch="b") + year_of(2024, 100, batch="c", meter="E-9")
    found = jump_problems(pl.DataFrame(year_of(2023, 100, batch="a") + twice))
    assert "99 % above" in found["message"].item()


def test_negative_amounts_of_a_file_are_added_up():
    (told,) = negative_problems(pl.DataFrame([bill(2024, 1, -30, batch="a"), bill(2024, 2, -20, batch="a"), bill(2024, 3, 90, batch="a")])).to_dicts()  # fmt: skip
    assert (told["code"], told["severity"]) == ("amounts-negative", "note")
    assert "(rows: 2). Together they are -50.0 kWh" in told["message"]


def test_rows_outside_the_period_stated_for_the_file_are_told_once():
    rows = pl.DataFrame([bill(2024, month, 10, batch="a") for month in (1, 2, 3)])
    stated = pl.DataFrame({"batch": ["a"], "first_day": [date(2024, 2, 1)], "last_day": [date(2024, 2, 29)]})
    (told,) = period_problems(rows, stated).to_dicts()
    assert told["code"] == "outside-stated-period"
    assert "(rows: 2, from 2024-01-01 to 2024-03-31)" in told["message"]


LABELS = ["Combined", "ALL SITES", "Tous les sites", "Todas las sedes", "Итого", "合计", "المجموع", "Alle Standorte"]  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_a_row_of_all_sites_that_is_the_sum_of_the_others_is_told(label):
    sites = [
        bill(2024, 1, kwh, batch="a", site=site, meter=None, row=kwh)
        for site, kwh in (("A", 10), ("B", 20), ("C", 31))
    ]
    rows = pl.DataFrame([*sites, bill(2024, 1, 61, batch="a", site=label, meter=None)], schema_overrides={"meter": pl.String})  # fmt: skip
    (told,) = combined_problems(rows).to_dicts()
    assert (told["code"], told["severity"]) == ("combined-row", "warning")
    assert f"'{label}' is the sum of 3 other rows" in told["message"]


def test_a_combined_row_in_another_file_than_the_sites_is_told_too():
    sites = [bill(2024, 1, kwh, batch="a", site=site, row=kwh) for site, kwh in (("A", 10), ("B", 20))]
    found = combined_problems(pl.DataFrame([*sites, bill(2024, 1, 30, batch="b", site="Combined")]))
    assert codes(found) == ["combined-row"]


def test_a_combined_row_that_is_no_sum_is_asked_about():
    sites = [bill(2024, 1, 10, batch="a", site="A", row=2)]
    found = combined_problems(pl.DataFrame([*sites, bill(2024, 1, 99, batch="a", site="Combined")]))
    assert codes(found) == ["combined-label"]


def test_a_site_that_happens_to_equal_the_others_is_a_site():
    sites = [
        bill(2024, 1, kwh, batch="a", site=site, row=kwh) for site, kwh in (("A", 10), ("B", 20), ("C", 30))
    ]
    assert combined_problems(pl.DataFrame(sites)).is_empty()


def journeys(year, number, site="HQ"):
    return [{"year": year, "site": site, "category": "staff_mission", "departure_date": date(year, 3, 1), "passengers": 1.0, "source_row": row, "batch": str(year), "source_file": f"{year}.csv"} for row in range(number)]  # fmt: skip


def test_journeys_that_double_are_told_but_not_a_handful():
    many = pl.DataFrame(journeys(2023, 40) + journeys(2024, 80))
    assert "100 % above" in jump_problems(many)["message"].item()
    assert jump_problems(pl.DataFrame(journeys(2023, 4) + journeys(2024, 8))).is_empty()


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_can_be_asked_even_without_rows(category):
    found = problems_across(pl.DataFrame(schema=CATEGORIES[category].ACTIVITY), category)
    assert found.schema == CROSSING_SCHEMA
    assert found.is_empty()


def test_words_that_a_ledger_keeps_as_categories_change_nothing():
    rows = pl.DataFrame([*year_of(2023, 1000, batch="a"), *year_of(2024, 50, batch="b"), *year_of(2024, 50, batch="c")])  # fmt: skip
    kept = rows.with_columns(pl.col(pl.String).cast(pl.Categorical))
    found = problems_across(kept.lazy(), "electricity")
    assert found.equals(problems_across(rows, "electricity"))
    assert set(found["code"]) >= {"bill-twice", "meter-level-break-files", "year-on-year-jump"}


def test_refills_and_areas_are_not_compared_between_years():
    refills = [{"year": year, "site": "HQ", "refrigerant": "R-410A", "refilled_kg": kg, "date": date(year, 5, 1), "source_row": year} for year, kg in ((2023, 1.0), (2024, 9.0))]  # fmt: skip
    assert jump_problems(pl.DataFrame(refills)).is_empty()
