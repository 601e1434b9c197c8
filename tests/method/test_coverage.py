"""Coverage: which days of which month have data."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.completeness import completeness
from saleve.method.coverage import COVERAGE, Presence, coverage
from saleve.method.emissions.result import CELL

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)


def bills(*periods, site="HQ", meter="m1", reading="metered"):
    rows = [
        {"year": start.year, "site": site, "meter": meter, "period_start": start, "period_end": end, "energy_kwh": 10.0, "reading": reading, "source_row": row}
        for row, (start, end) in enumerate(periods, start=2)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"site": pl.String, "meter": pl.String})


def months(activity, *, source="electricity", sites=(), years=(2024,), **more):
    found = coverage({source: activity} if activity is not None else {}, sites, [source], years, **more)
    assert found.schema == COVERAGE
    return {row["month"]: row["state"] for row in found.to_dicts()}


def share(activity, month):
    return coverage({"electricity": activity}, (), ["electricity"], [2024]).filter(month=month)["days_share"].item()  # fmt: skip


def test_a_bill_of_a_quarter_covers_three_months_and_the_others_are_missing():
    found = months(bills((FIRST, date(2024, 3, 31))))
    assert [found[month] for month in (1, 3, 4, 12)] == ["complete", "complete", "missing", "missing"]


def test_half_a_month_is_partial_with_its_share():
    half = bills((FIRST, date(2024, 4, 15)))
    assert months(half)[4] == "partial"
    assert share(half, 4) == pytest.approx(0.5)


def test_a_bill_that_begins_three_days_late_leaves_its_month_complete():
    assert months(bills((date(2024, 1, 4), LAST)))[1] == "complete"


def test_of_two_meters_the_one_without_bills_halves_the_share():
    both = pl.concat([bills((FIRST, LAST)), bills((FIRST, date(2024, 6, 30)), meter="m2")])
    assert share(both, 8) == pytest.approx(0.5)


def test_estimates_are_said_to_be_estimates():
    mixed = pl.concat([bills((FIRST, date(2024, 6, 30))), bills((date(2024, 7, 1), LAST), reading="estimated")])  # fmt: skip
    found = months(mixed)
    assert (found[6], found[7]) == ("complete", "estimated")


def test_a_proxy_is_an_estimate():
    proxy = bills((FIRST, LAST)).with_columns(pl.lit("last_year").alias("proxy"))
    assert set(months(proxy).values()) == {"estimated"}


def test_a_proxy_for_a_whole_site_is_no_meter_of_its_own():
    real = bills((FIRST, date(2024, 6, 30)), (date(2024, 8, 1), LAST)).with_columns(pl.lit(None, pl.String).alias("proxy"))  # fmt: skip
    proxy = bills((date(2024, 7, 1), date(2024, 7, 31)), meter=None).with_columns(
        pl.lit("per_m2").alias("proxy")
    )
    found = months(pl.concat([real, proxy]))
    assert {month: state for month, state in found.items() if state != "complete"} == {7: "estimated"}
    assert months(proxy)[7] == "estimated"


def test_a_site_lacks_nothing_before_it_opened_and_after_it_closed():
    here = Presence("HQ", opened=date(2024, 2, 10), closed=date(2024, 10, 20))
    found = months(bills((date(2024, 2, 10), date(2024, 10, 20))), sites=[here])
    assert [found[month] for month in (1, 2, 10, 11)] == ["not expected", "complete", "complete", "not expected"]  # fmt: skip


def test_a_source_that_has_ended_lacks_nothing_afterwards():
    here = Presence("HQ", ended={"electricity": date(2024, 6, 30)})
    assert months(bills((FIRST, date(2024, 6, 30))), sites=[here])[7] == "not expected"


def test_a_source_lacks_nothing_before_it_began():
    here = Presence("HQ", opened=date(2020, 1, 1), began={"electricity": date(2024, 3, 15)})
    found = months(bills((date(2024, 3, 15), date(2024, 4, 30))), sites=[here])
    assert [found[month] for month in (2, 3, 4, 5)] == ["not expected", "complete", "complete", "missing"]


def test_a_source_that_names_no_site_lacks_nothing_before_it_began_anywhere():
    whole = Presence("", began={"electricity": date(2024, 11, 1)})
    assert [months(None, sites=[whole])[month] for month in (10, 11)] == ["not expected", "missing"]


def test_months_that_are_not_over_are_not_expected():
    found = months(bills((FIRST, date(2024, 3, 31))), until=date(2024, 4, 30))
    assert (found[4], found[5]) == ("missing", "not expected")


def test_an_expected_source_without_any_file_is_missing_in_every_month():
    assert set(months(None).values()) == {"missing"}


def test_a_site_that_must_have_a_source_is_missing_though_no_file_names_it():
    found = coverage({"electricity": bills((FIRST, LAST))}, (), {"electricity": ["HQ", "Annex"]}, [2024])
    assert found.filter(site="Annex")["state"].unique().to_list() == ["missing"]


def test_of_journeys_a_month_with_any_is_there():
    legs = pl.DataFrame({"year": [2024, 2024], "departure_date": [date(2024, 3, 5), date(2024, 3, 9)]})
    found = months(legs, source="air_travel")
    assert (found[3], found[4]) == ("complete", "missing")


def test_journeys_without_a_day_stand_for_their_whole_year():
    legs = pl.DataFrame({"year": [2024], "departure_date": [None]}, schema_overrides={"departure_date": pl.Date})  # fmt: skip
    assert set(months(legs, source="air_travel").values()) == {"complete"}


def test_a_refill_stands_for_its_year():
    refills = pl.DataFrame({"year": [2024], "date": [date(2024, 5, 2)], "site": ["HQ"], "refilled_kg": [1.0]})
    assert set(months(refills, source="refrigerants").values()) == {"complete"}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 300), st.integers(2, 60), st.data())
def test_splitting_a_bill_into_two_periods_changes_no_coverage(begin, length, data):
    start = FIRST + timedelta(days=begin)
    end = min(start + timedelta(days=length), LAST)
    cut = start + timedelta(days=data.draw(st.integers(0, (end - start).days - 1)))
    whole, halves = bills((start, end)), bills((start, cut), (cut + timedelta(days=1), end))
    expected = coverage({"electricity": whole}, (), ["electricity"], [2024])
    assert coverage({"electricity": halves}, (), ["electricity"], [2024]).equals(expected)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order):
    parts = [bills((date(2024, month, 1), date(2024, month, 20)), meter=f"m{month % 2}") for month in range(1, 7)]  # fmt: skip
    expected = coverage({"electricity": pl.concat(parts)}, (), ["electricity"], [2024])
    turned = pl.concat([parts[number] for number in order])
    assert coverage({"electricity": turned}, (), ["electricity"], [2024]).equals(expected)


def test_the_completeness_of_the_year_is_the_sum_of_the_same_days():
    rows = pl.concat([bills((FIRST, date(2024, 4, 15))), bills((FIRST, LAST), meter="m2")])
    covered = coverage({"electricity": rows}, (), ["electricity"], [2024])
    days = [(date(2024 + m // 12, m % 12 + 1, 1) - date(2024, m, 1)).days for m in range(1, 13)]
    of_months = sum(share * length for share, length in zip(covered["days_share"], days, strict=True))
    year = completeness({"electricity": rows}, pl.DataFrame(schema=CELL), [2024], (), ["electricity"])
    assert year["covered_share"].item() == pytest.approx(of_months / 366)


def test_words_that_a_ledger_keeps_as_categories_change_nothing():
    rows = bills((FIRST, date(2024, 4, 15)))
    kept = rows.with_columns(pl.col(pl.String).cast(pl.Categorical)).lazy()
    assert coverage({"electricity": kept}, (), ["electricity"], [2024]).equals(
        coverage({"electricity": rows}, (), ["electricity"], [2024])
    )
