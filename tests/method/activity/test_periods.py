"""The time a bill covers, and its division between years."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.activity.normalising import Context
from saleve.method.activity.periods import dated, overlaps, split_by_year
from saleve.method.activity.rows import in_series

DAYS = st.dates(min_value=date(2009, 1, 1), max_value=date(2026, 12, 31))


def bills(*rows: dict[str, object]) -> pl.DataFrame:
    schema = {
        "source_row": pl.Int64,
        "site": pl.String,
        "meter": pl.String,
        "period_start": pl.Date,
        "period_end": pl.Date,
        "year": pl.Int64,
        "month": pl.Int64,
        "amount": pl.Float64,
    }
    numbered = [{"source_row": number, "site": "T"} | row for number, row in enumerate(rows, start=2)]
    return pl.DataFrame(numbered, schema=schema)


def codes(problems: pl.DataFrame) -> list[tuple[int | None, str]]:
    return list(problems.select("row", "code").iter_rows())


def test_a_month_runs_from_its_first_to_its_last_day() -> None:
    rows, problems = dated(bills({"year": 2024, "month": 2}), Context())
    assert rows.select("period_start", "period_end").row(0) == (date(2024, 2, 1), date(2024, 2, 29))
    assert problems.is_empty()


def test_a_year_alone_is_the_whole_year() -> None:
    rows, _ = dated(bills({"year": 2023}), Context())
    assert rows.select("period_start", "period_end").row(0) == (date(2023, 1, 1), date(2023, 12, 31))


def test_without_dates_the_year_of_the_file_is_taken_and_noted() -> None:
    rows, problems = dated(bills({"amount": 1.0}), Context(year=2022))
    assert rows["period_end"][0] == date(2022, 12, 31)
    assert codes(problems) == [(None, "period-from-file")]


def test_no_period_at_all_rejects_the_row() -> None:
    _, problems = dated(bills({"amount": 1.0}), Context())
    assert problems.row(0, named=True)["severity"] == "error"


def test_an_end_before_the_start_rejects_the_row() -> None:
    reversed_bill = {"period_start": date(2024, 3, 1), "period_end": date(2024, 2, 1)}
    _, problems = dated(bills(reversed_bill), Context())
    assert codes(problems) == [(2, "period-reversed")]


def test_a_bill_over_new_year_is_divided_by_days() -> None:
    bill = {"period_start": date(2023, 12, 22), "period_end": date(2024, 1, 10), "amount": 200.0}
    split = split_by_year(bills(bill), ("amount",))
    assert split.select("year", "days", "amount", "source_row").rows() == [
        (2023, 10, 100.0, 2),
        (2024, 10, 100.0, 2),
    ]


@given(DAYS, DAYS, st.floats(-1e6, 1e6))
def test_division_between_years_loses_nothing(one: date, other: date, amount: float) -> None:
    bill = {"period_start": min(one, other), "period_end": max(one, other), "amount": amount}
    split = split_by_year(bills(bill), ("amount",))
    assert split["amount"].sum() == pytest.approx(amount)
    assert split["days"].sum() == (max(one, other) - min(one, other)).days + 1


def test_bills_of_one_meter_that_share_days_are_reported() -> None:
    january = {
        "meter": "E1",
        "period_start": date(2024, 1, 1),
        "period_end": date(2024, 2, 10),
        "amount": 5.0,
    }
    february = {
        "meter": "E1",
        "period_start": date(2024, 2, 1),
        "period_end": date(2024, 2, 29),
        "amount": 6.0,
    }
    assert codes(overlaps(in_series(bills(january, february), ("site", "meter")))) == [(3, "period-overlap")]


def test_a_bill_that_begins_on_the_day_the_last_one_ended_does_not_overlap() -> None:
    january = {"meter": "E1", "period_start": date(2024, 1, 1), "period_end": date(2024, 2, 1), "amount": 5.0}
    february = {
        "meter": "E1",
        "period_start": date(2024, 2, 1),
        "period_end": date(2024, 3, 1),
        "amount": 6.0,
    }
    assert overlaps(in_series(bills(january, february), ("site", "meter"))).is_empty()


def test_two_meters_without_a_number_are_not_taken_for_one() -> None:
    one = {"period_start": date(2024, 1, 1), "period_end": date(2024, 1, 31), "amount": 5.0}
    other = one | {"amount": 7.0}
    assert overlaps(in_series(bills(one, other), ("site", "meter"))).is_empty()
