"""Requests: what lacks, who owes it, since when, and what can stand in."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.coverage import COVERAGE
from saleve.method.proxies import AREAS, PERSONS
from saleve.method.requests import REQUESTS, Owner, outstanding, owner_table, requests


def covered(*lacking, source="electricity", site="HQ", year=2024):
    rows = [
        (year, month, source, site, 0.0 if month in lacking else 1.0, "missing" if month in lacking else "complete")
        for month in range(1, 13)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=COVERAGE, orient="row")


def asked(coverage, *owners, today=None):
    found = requests(coverage, owner_table(owners), today=today)
    assert found.schema == REQUESTS
    return found.to_dicts()


def test_months_in_a_row_are_one_request():
    found = asked(covered(2, 3, 4, 9))
    assert [(row["first_day"], row["last_day"], row["months"]) for row in found] == [
        (date(2024, 2, 1), date(2024, 4, 30), 3),
        (date(2024, 9, 1), date(2024, 9, 30), 1),
    ]
    assert found[0]["missing_days"] == 29 + 31 + 30


def test_what_is_complete_is_not_asked_for():
    assert asked(covered()) == []


EVERYTHING = Owner("Coordinator")
ELECTRICITY = Owner("Energy desk", categories=("electricity",))
TOWER = Owner("Tower office", sites=("HQ",))
BOTH = Owner("Facilities", categories=("electricity", "fuels"), sites=("HQ", "Annex"))


@pytest.mark.parametrize(
    ("owners", "owner"),
    [
        ([EVERYTHING, ELECTRICITY, TOWER, BOTH], "Facilities"),
        ([EVERYTHING, ELECTRICITY, TOWER], "Tower office"),
        ([EVERYTHING, ELECTRICITY], "Energy desk"),
        ([EVERYTHING], "Coordinator"),
        ([Owner("Elsewhere", sites=("Annex",))], None),
        ([], None),
    ],
)
def test_the_most_specific_owner_is_asked(owners, owner):
    assert [row["owner"] for row in asked(covered(5), *owners)] == [owner]


def test_data_without_a_site_belong_to_owners_without_a_site():
    travel = covered(5, source="air_travel", site=None)
    assert [row["owner"] for row in asked(travel, TOWER, EVERYTHING)] == ["Coordinator"]


@pytest.mark.parametrize(
    ("due", "on"), [((3, 31), date(2025, 3, 31)), ((2, 29), date(2025, 2, 28)), (None, date(2024, 6, 1))]
)
def test_data_are_due_in_the_following_year_or_when_the_months_are_over(due, on):
    assert [row["due"] for row in asked(covered(5), Owner("A", due=due))] == [on]


def test_days_overdue_are_counted_from_the_due_day():
    owner = Owner("A", due=(3, 31))
    assert [row["overdue_days"] for row in asked(covered(5), owner, today=date(2025, 4, 10))] == [10]
    assert [row["overdue_days"] for row in asked(covered(5), owner, today=date(2025, 3, 1))] == [0]


def bills(*months, year):
    rows = [
        {"year": year, "site": "HQ", "meter": "E-1", "supply": "grid", "period_start": date(year, month, 1), "period_end": date(year, month, 28), "energy_kwh": 280.0, "reading": None, "source_row": 100 * year + month}
        for month in months
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"reading": pl.String})


def two_years(without=()):
    return pl.concat([bills(*range(1, 13), year=2023), bills(*(set(range(1, 13)) - set(without)), year=2024)])


def open_requests(today, *, without=(), rows=None):
    rows = two_years(without) if rows is None else rows
    return outstanding(
        {"electricity": rows},
        (),
        ["electricity", "air_travel"],
        [2023, 2024],
        owners=[ELECTRICITY],
        persons=pl.DataFrame(schema=PERSONS),
        areas=pl.DataFrame(schema=AREAS),
        today=today,
    )


def test_an_open_request_names_the_best_proxy_and_its_error():
    found = open_requests(date(2025, 1, 1), without=(5, 6)).requests.filter(source="electricity")
    (row,) = found.to_dicts()
    assert (row["owner"], row["proxy"], row["proxy_months"]) == ("Energy desk", "last_year", 2)
    assert row["proxy_amount"] == pytest.approx(10 * (31 + 30))
    assert row["proxy_error_pct"] == pytest.approx(0, abs=1e-6)


def test_months_that_are_not_over_are_not_asked_for():
    found = open_requests(date(2024, 5, 20), without=range(5, 13))
    assert found.requests.filter(source="electricity").is_empty()


def test_a_month_with_a_proxy_is_still_asked_for():
    real = two_years(without=(5,)).with_columns(pl.lit(None, pl.String).alias("proxy"))
    proxy = bills(5, year=2024).with_columns(
        pl.lit("last_year").alias("proxy"), pl.lit("estimated").alias("reading")
    )
    found = open_requests(date(2025, 1, 1), rows=pl.concat([real, proxy]))
    assert found.requests.filter(source="electricity")["first_day"].to_list() == [date(2024, 5, 1)]
    assert found.coverage.filter(source="electricity", year=2024, month=5)["state"].item() == "estimated"


def test_what_nobody_owes_is_named():
    assert open_requests(date(2025, 1, 1)).unowned.rows() == [("air_travel", None)]


@settings(max_examples=20, deadline=None)
@given(st.permutations([EVERYTHING, ELECTRICITY, TOWER, BOTH]), st.permutations([1, 2, 3]))
def test_the_order_of_owners_and_months_changes_nothing(owners, parts):
    pieces = {1: covered(2, 3), 2: covered(7, site="Annex"), 3: covered(1, source="fuels", site=None)}
    expected = requests(pl.concat(pieces.values()), owner_table([EVERYTHING, ELECTRICITY, TOWER, BOTH]))
    assert requests(pl.concat([pieces[part] for part in parts]), owner_table(owners)).equals(expected)
