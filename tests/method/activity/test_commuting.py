"""Commuting: what a survey says, for all persons and the whole year."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.activity import commuting
from saleve.method.activity.normalising import Context, Normalised

ANSWER = {"year": 2025, "mode": "rail", "distance_km": 18.0, "days_per_week": 3.0, "weeks_per_year": 44.0}


def normalised(*rows: dict[str, object]) -> Normalised:
    frame = pl.DataFrame(list(rows), infer_schema_length=None).with_row_index("source_row", offset=2)
    return commuting.normalise(frame, Context())


def found(result: Normalised, severity: str = "warning") -> list[tuple[int | None, str]]:
    return result.problems.filter(pl.col("severity") == severity).select("row", "code").rows()


def test_a_year_has_two_ways_on_each_day() -> None:
    activity = normalised(ANSWER | {"telework_days_per_week": 2.0}).activity
    assert activity.select("commuting_days", "person_km", "telework_days").row(0) == (132, 4752, 88)


@given(persons=st.integers(1, 5000), days=st.integers(0, 7), weeks=st.integers(0, 53))
def test_person_kilometres_grow_with_persons_days_and_weeks(persons: int, days: int, weeks: int) -> None:
    row = ANSWER | {
        "persons": float(persons),
        "days_per_week": float(days),
        "weeks_per_year": float(weeks),
    }
    assert normalised(row).activity["person_km"][0] == pytest.approx(2 * 18 * persons * days * weeks)


def test_persons_represented_hold_before_respondents() -> None:
    rows = [{"respondents": 40.0, "persons": 110.0}, {"respondents": 40.0}, {"respondents": None}]
    assert normalised(*[ANSWER | row for row in rows]).activity["persons"].to_list() == [110, 40, 1]
    assert found(normalised(ANSWER | {"respondents": 40.0, "persons": 4.0})) == [(2, "persons-differ")]


def test_weeks_that_were_not_asked_are_assumed_and_said() -> None:
    result = normalised(ANSWER | {"weeks_per_year": None})
    assert result.activity.select("weeks_per_year", "weeks_assumed").row(0) == (44.0, True)
    assert found(result) == [(None, "weeks-assumed")]


def test_who_works_from_home_is_not_on_the_way() -> None:
    row = {"year": 2025, "mode": "telework", "days_per_week": 5.0, "weeks_per_year": 40.0}
    activity = normalised(row).activity
    assert activity.select("commuting_days", "telework_days", "person_km").row(0) == (0, 200, None)


def test_walkers_need_no_distance_but_drivers_do() -> None:
    result = normalised(ANSWER | {"mode": "walk", "distance_km": None}, ANSWER | {"mode": "car", "distance_km": None})  # fmt: skip
    assert result.activity.select("source_row", "person_km").rows() == [(2, None)]
    assert found(result, "error") == [(3, "distance-missing")]


def test_miles_become_kilometres() -> None:
    row = ANSWER | {"distance_km": None, "distance_miles": 10.0}
    assert normalised(row).activity["distance_one_way_km"][0] == pytest.approx(16.09344)


def test_what_a_survey_must_say() -> None:
    assert found(normalised(ANSWER | {"days_per_week": None}), "error") == [(2, "days-missing")]
    assert found(normalised(ANSWER | {"mode": None}), "error") == [(2, "mode-missing")]
    assert found(normalised(ANSWER | {"year": None}), "error") == [(2, "period-missing")]


def test_what_cannot_be_is_an_error() -> None:
    assert found(normalised(ANSWER | {"telework_days_per_week": 5.0}), "error") == [(2, "days-too-many")]
    assert found(normalised(ANSWER | {"distance_km": -5.0}), "error") == [(2, "amount-negative")]


def test_ways_of_nothing_and_of_a_day_are_asked_about() -> None:
    result = normalised(ANSWER | {"distance_km": 0.0}, ANSWER | {"distance_km": 18_000.0})
    assert found(result) == [(2, "distance-zero"), (3, "distance-implausible")]


@pytest.mark.parametrize("height", [0, 1])
def test_activity_has_exactly_the_declared_columns(height: int) -> None:
    frame = pl.DataFrame([ANSWER]).with_row_index("source_row").head(height)
    activity = commuting.normalise(frame, Context()).activity
    assert activity.schema == commuting.ACTIVITY
    assert activity.height == height
