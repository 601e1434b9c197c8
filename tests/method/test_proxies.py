"""Proxies: what stands in for a missing month, how well, and when it gives way."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity import electricity as bills_of
from saleve.method.activity.normalising import Context
from saleve.method.emissions import electricity
from saleve.method.proxies import (
    AREAS,
    PERSONS,
    SUGGESTIONS,
    last_year,
    neighbours,
    per_m2,
    per_person,
    suggest_proxies,
    superseded,
)


def month_of(year, month, kwh_per_day, *, site="HQ", meter="E-1", batch="a"):
    """Return a bill whose use per day is given, so that months of different length compare."""
    days = pl.select(pl.date(year, month, 1).dt.month_end().dt.day()).item()
    return {"site": site, "meter": meter, "year": year, "month": month, "amount_kwh": float(kwh_per_day * days), "country": "CHE", "batch": batch}  # fmt: skip


def activity(*rows):
    table = pl.DataFrame(list(rows), schema_overrides={"meter": pl.String}).with_row_index("source_row", offset=2)  # fmt: skip
    known = bills_of.normalise(table.drop("batch"), Context()).activity
    return known.join(table.select("source_row", "batch"), on="source_row", how="left")


def two_years(**lacking):
    """Return 2023 and 2024 at 100 + month kWh a day, 2024 a tenth more; without the months of 2024 that are named."""
    without = lacking.get("without", ())
    return activity(
        *[month_of(2023, month, 100 + month) for month in range(1, 13)],
        *[month_of(2024, month, 1.1 * (100 + month)) for month in range(1, 13) if month not in without],
    )


def gap(*months, site="HQ", year=2024, source="electricity"):
    rows = [{"source": source, "site": site, "year": year, "month": month} for month in months]
    return pl.DataFrame(rows, schema_overrides={"site": pl.String})


NOBODY, NOWHERE = pl.DataFrame(schema=PERSONS), pl.DataFrame(schema=AREAS)


def test_last_year_takes_the_use_per_day_of_the_same_month():
    (row,) = last_year(gap(2), two_years(without=(2,))).to_dicts()
    assert row["energy_kwh"] == pytest.approx(102 * 29)  # 2024 has a 29th of February
    assert (row["proxy"], row["reading"], row["meter"], row["country"]) == ("last_year", "estimated", "E-1", "CHE")  # fmt: skip
    assert row["proxy_how"] == "as in the same month of 2023, by day"
    assert row["source_row"] is None


def test_the_error_of_last_year_is_tried_on_the_months_that_are_known():
    (row,) = last_year(gap(2), two_years(without=(2,))).to_dicts()
    assert row["proxy_error_pct"] == pytest.approx(1.96 * 10)  # every known month is a tenth above its proxy


def test_neighbours_lie_on_the_line_between_the_months_around():
    (row,) = neighbours(gap(5), two_years(without=(5,))).to_dicts()
    assert row["energy_kwh"] == pytest.approx(1.1 * 105 * 31)
    assert row["proxy_error_pct"] < 5  # only the step of New Year is missed


def test_neighbours_of_a_long_gap_are_weighted_by_their_distance():
    found = neighbours(gap(4, 5), two_years(without=(4, 5))).sort("period_start")
    per_day = (found["energy_kwh"] / found["days"]).to_list()
    assert per_day == pytest.approx([1.1 * 104, 1.1 * 105])


def test_a_gap_longer_than_the_reach_has_no_neighbours():
    assert neighbours(gap(6), two_years(without=range(3, 10))).is_empty()


def test_only_the_days_that_lack_are_stood_in_for():
    half = month_of(2024, 2, 0) | {"year": None, "month": None, "period_start": date(2024, 2, 1), "period_end": date(2024, 2, 19), "amount_kwh": 1900.0}  # fmt: skip
    rows = activity(*[month_of(2023, month, 100) | {"period_start": None, "period_end": None} for month in range(1, 13)], half)  # fmt: skip
    (row,) = last_year(gap(2), rows).to_dicts()
    assert (row["period_start"], row["days"], row["energy_kwh"]) == (
        date(2024, 2, 20),
        10,
        pytest.approx(1000),
    )


def test_too_few_months_to_try_leave_the_error_to_the_assumption():
    rows = activity(month_of(2023, 2, 100), month_of(2024, 1, 100))
    assert last_year(gap(2), rows)["proxy_error_pct"].to_list() == [90.0]
    assert last_year(gap(2), rows, {"proxy_last_year_half_width_pct": 33})["proxy_error_pct"].to_list() == [
        33.0
    ]


def other_sites(*uses):
    return [month_of(2024, 1, use, site=site, meter=f"M-{site}") for site, use in uses]


def test_per_person_takes_the_mean_of_the_other_sites():
    rows = activity(*other_sites(("A", 100), ("B", 300)), month_of(2024, 2, 9, site="New", meter="N"))
    persons = pl.DataFrame({"year": [2024] * 3, "site": ["A", "B", "New"], "persons": [10.0, 30.0, 4.0]})
    (row,) = per_person(gap(1, site="New"), rows, persons).to_dicts()
    assert row["energy_kwh"] == pytest.approx(10 * 4 * 31)  # 400 kWh a day of 40 persons, times 4 persons
    assert (row["proxy_error_pct"], row["meter"]) == (100.0, None)  # two sites are too few to try
    assert row["proxy_how"] == "10.0 kWh per person and day, as at other sites (2), times 4.0 persons"


def test_per_m2_fills_a_site_that_has_never_sent_a_bill():
    rows = activity(*other_sites(("A", 100), ("B", 300), ("C", 220)))
    areas = pl.DataFrame({"year": [2024] * 4, "site": ["A", "B", "C", "New"], "area_m2": [100.0, 300.0, 200.0, 50.0]})  # fmt: skip
    (row,) = per_m2(gap(1, site="New"), rows, areas).to_dicts()
    assert row["energy_kwh"] == pytest.approx(620 / 600 * 50 * 31)
    assert row["proxy_error_pct"] == pytest.approx(14.2, abs=0.5)


def test_a_site_without_people_has_no_proxy_per_person():
    rows = activity(*other_sites(("A", 100), ("B", 300)))
    persons = pl.DataFrame({"year": [2024] * 2, "site": ["A", "B"], "persons": [10.0, 30.0]})
    assert per_person(gap(1, site="New"), rows, persons).is_empty()


def test_proxies_are_ranked_by_their_error():
    found = suggest_proxies(gap(5), {"electricity": two_years(without=(5,))}, NOBODY, NOWHERE)
    assert found.schema == SUGGESTIONS
    assert found["proxy"].to_list() == ["neighbours", "last_year"]
    assert found["rank"].to_list() == [1, 2]


def test_an_office_of_fewer_than_five_is_small():
    persons = pl.DataFrame({"year": [2024], "site": ["HQ"], "persons": [4.0]})
    found = suggest_proxies(gap(5), {"electricity": two_years(without=(5,))}, persons, NOWHERE)
    assert found["small_office"].to_list() == [True, True]


def test_what_has_no_gap_is_not_stood_in_for():
    assert last_year(gap(5), two_years()).is_empty()


def test_a_bill_supersedes_the_proxy_of_its_meter_and_month():
    proxies = last_year(gap(5, 6), two_years(without=(5, 6)))
    gone = superseded(proxies, activity(month_of(2024, 5, 111, batch="late")))
    assert gone["period_start"].to_list() == [date(2024, 5, 1)]
    assert gone.select("by_batch", "by_row").row(0) == ("late", 2)


def test_a_bill_of_another_meter_supersedes_nothing():
    proxies = last_year(gap(5), two_years(without=(5,)))
    assert superseded(proxies, activity(month_of(2024, 5, 111, meter="E-2"))).is_empty()


def test_a_bill_without_meter_supersedes_the_proxies_of_its_site():
    proxies = last_year(gap(5), two_years(without=(5,)))
    assert superseded(proxies, activity(month_of(2024, 5, 111, meter=None))).height == 1


def test_a_bill_that_ends_on_the_day_on_which_the_gap_begins_supersedes_nothing():
    proxies = last_year(gap(5), two_years(without=(5,)))
    april = month_of(2024, 4, 100) | {"year": None, "month": None, "period_start": date(2024, 4, 1), "period_end": date(2024, 5, 1)}  # fmt: skip
    assert superseded(proxies, activity(april)).is_empty()


def test_the_data_that_filled_a_gap_leave_no_proxy_behind():
    proxies = last_year(gap(5), two_years(without=(5,)))
    assert superseded(proxies, two_years()).height == proxies.height


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(23)))
def test_the_order_of_rows_changes_nothing(order):
    rows = two_years(without=(5,))
    turned = rows[list(order)]
    for stand_in in (last_year, neighbours):
        assert stand_in(gap(5), turned).equals(stand_in(gap(5), rows))


def test_the_error_of_a_proxy_reaches_the_emission_and_its_quality_names_it():
    proxies = last_year(gap(2), two_years(without=(2,)))
    known = two_years().with_columns(pl.lit(None, pl.String).alias("proxy"), pl.lit(None, pl.Float64).alias("proxy_error_pct"))  # fmt: skip
    found = electricity.estimate(pl.concat([known, proxies], how="diagonal")).filter(electricity_basis="location")  # fmt: skip
    stood_in = found.filter(pl.col("proxy").is_not_null()).row(0, named=True)
    assert "proxy-last-year" in stood_in["quality"]
    assert "estimated-amount" not in stood_in["quality"]
    assert stood_in["independent_low_pct"] == pytest.approx(19.6)
    assert stood_in["estimated"]
    assert set(found.filter(pl.col("proxy").is_null())["independent_low_pct"]) == {2.0}


def test_an_estimate_that_is_no_proxy_keeps_the_assumed_error():
    rows = two_years().with_columns(pl.lit("estimated").alias("reading"))
    found = electricity.estimate(rows)
    assert set(found["independent_high_pct"]) == {15.0}
    assert found["quality"].str.contains("estimated-amount").all()


def test_words_that_a_ledger_keeps_as_categories_change_nothing():
    rows = two_years(without=(5,))
    kept = rows.with_columns(pl.col(pl.String).cast(pl.Categorical)).lazy()
    found = suggest_proxies(gap(5), {"electricity": kept}, NOBODY, NOWHERE)
    assert found.equals(suggest_proxies(gap(5), {"electricity": rows}, NOBODY, NOWHERE))
    assert superseded(last_year(gap(5), kept), two_years().lazy()).height == 1
