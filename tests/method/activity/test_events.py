"""Events: participants by origin and attendance, and what was used on the spot."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.activity import events
from saleve.method.activity.normalising import Context, Normalised

WEEK = {"event": "Working party", "start_date": date(2025, 5, 12), "end_date": date(2025, 5, 16), "country": "Switzerland"}  # fmt: skip


def normalised(*rows: dict[str, object], context: Context | None = None) -> Normalised:
    frame = pl.DataFrame(list(rows), infer_schema_length=None).with_row_index("source_row", offset=2)
    return events.normalise(frame, context or Context())


def found(result: Normalised, severity: str = "warning") -> list[tuple[int | None, str]]:
    return result.problems.filter(pl.col("severity") == severity).select("row", "code").rows()


def test_one_row_is_an_event_and_an_origin() -> None:
    row = WEEK | {"origin_country": "Kenya", "participants_in_person": 4, "participants_remote": 11}
    activity = normalised(row).activity
    names = ["year", "country", "origin_country", "participants_in_person", "participants_remote"]
    assert activity.select(*names, "days", "participant_days").row(0) == (2025, "CHE", "KEN", 4, 11, 5, 20)


def test_participants_took_part_in_person_unless_the_file_says_otherwise() -> None:
    rows = [{"participation": how, "participants": 7, "origin_country": "KEN"} for how in (None, "remote")]
    activity = normalised(*[WEEK | row for row in rows]).activity
    assert activity.select("participants_in_person", "participants_remote").rows() == [(7, None), (None, 7)]


@given(total=st.integers(0, 10_000), remote=st.integers(0, 10_000))
def test_those_in_person_are_what_those_from_afar_leave_of_the_total(total: int, remote: int) -> None:
    row = WEEK | {"participants": total, "participants_remote": remote, "origin_country": "KEN"}
    result = normalised(row)
    if remote > total:
        assert found(result, "error") == [(2, "participants-differ")]
    else:
        assert result.activity["participants_in_person"].to_list() == [total - remote]


def test_a_total_that_differs_from_its_parts_is_shown() -> None:
    row = WEEK | {"participants": 20, "participants_in_person": 4, "participants_remote": 11, "origin_country": "KEN"}  # fmt: skip
    assert found(normalised(row)) == [(2, "participants-differ")]


def test_a_share_takes_its_part_of_the_participants_of_a_country() -> None:
    rows = [
        {"participants": 10, "share": share, "city": city, "country": "Germany"}
        for share, city in ((0.2, "Berlin"), (0.8, "Munich"))
    ]
    activity = normalised(*[WEEK | row for row in rows]).activity
    assert activity["participants_in_person"].to_list() == [pytest.approx(2), pytest.approx(8)]


def test_one_event_in_several_countries_has_participants_from_several_countries() -> None:
    rows = [{"country": name, "participants": 5} for name in ("Germany ", "France", None)]
    result = normalised(*rows, context=Context(year=2019))
    assert result.activity.select("country", "origin_country").rows() == [
        (None, "DEU"),
        (None, "FRA"),
        (None, None),
    ]
    assert (None, "country-is-origin") in found(result, "note")


def test_several_cities_beside_countries_of_origin_are_origins_too() -> None:
    rows = [{"city": name, "origin_country": "Kenya", "participants": 5} for name in ("Nairobi", "Mombasa")]
    activity = normalised(*[WEEK | row for row in rows]).activity
    told = activity.select("country", "city", "origin_country", "origin_city")
    assert told.rows() == [("CHE", None, "KEN", "Nairobi"), ("CHE", None, "KEN", "Mombasa")]


def test_a_city_in_two_spellings_stays_the_place_of_the_event() -> None:
    rows = [{"city": name, "participants": 5} for name in ("Geneva", "Genève")]
    activity = normalised(*[WEEK | row for row in rows]).activity
    assert activity["city"].to_list() == ["Geneva", "Genève"]


def test_different_events_in_different_countries_keep_their_countries() -> None:
    rows = [WEEK | {"event": name, "country": name, "participants": 5} for name in ("Kenya", "France")]
    assert normalised(*rows).activity["country"].to_list() == ["KEN", "FRA"]


def test_events_of_one_day_each_without_a_name_keep_their_countries() -> None:
    day = {"start_date": date(2025, 5, 12), "participants": 5}
    rows = [day | {"country": name} for name in ("Kenya", "France")]
    assert normalised(*rows).activity["country"].to_list() == ["KEN", "FRA"]


def test_the_name_of_a_sheet_can_be_the_year() -> None:
    result = normalised({"source_sheet": " 2017", "event": "A", "participants": 5})
    assert result.activity["year"].to_list() == [2017]
    assert (None, "period-from-sheet") in found(result, "note")


def test_what_an_event_used_needs_no_participants() -> None:
    row = WEEK | {"meals": 95.0, "pages_printed": 400.0, "venue_kwh": 1200.0}
    activity = normalised(row).activity
    assert activity.select("meals", "pages_printed", "venue_kwh", "participants_in_person").row(0) == (
        95,
        400,
        1200,
        None,
    )


def test_an_event_without_any_amount_is_rejected() -> None:
    assert found(normalised(WEEK), "error") == [(2, "amount-missing")]
    assert found(normalised({"event": "A", "participants": 5}), "error") == [(2, "period-missing")]


def test_unknown_countries_and_shared_names_of_cities_are_errors() -> None:
    rows = [{"origin_country": "Atlantis", "participants": 1}, {"origin_city": "San José", "participants": 1}]
    result = normalised(*[WEEK | row for row in rows])
    assert found(result, "error") == [(2, "country-unknown"), (3, "place-not-unique")]


def test_a_row_that_is_the_sum_of_the_others_is_asked_about() -> None:
    parts = [WEEK | {"origin_country": name, "participants": 5} for name in ("KEN", "FRA")]
    total = WEEK | {"origin_country": None, "participants": 10}
    assert (4, "participants-twice") in found(normalised(*parts, total))
    unknown = total | {"participants": 2}
    assert "participants-twice" not in {code for _row, code in found(normalised(*parts, unknown))}


def test_the_same_event_and_origin_twice_is_shown() -> None:
    row = WEEK | {"origin_country": "KEN", "participants": 5}
    assert found(normalised(row, row)) == [(3, "counted-twice")]


def test_participants_without_origin_are_counted() -> None:
    assert found(normalised(WEEK | {"participants": 5})) == [(None, "origin-missing")]


def test_odd_meals_and_days_are_shown() -> None:
    row = WEEK | {"origin_country": "KEN", "participants": 1, "meals": 500.0, "meals_vegetarian": 600.0}
    assert found(normalised(row)) == [(2, "meals-differ"), (2, "meals-implausible")]
    assert found(normalised(WEEK | {"meals": -5.0})) == [(2, "amount-negative")]
    assert (2, "period-long") in found(normalised(WEEK | {"meals": 5.0, "end_date": date(2025, 12, 31)}))


@pytest.mark.parametrize("height", [0, 1])
def test_activity_has_exactly_the_declared_columns(height: int) -> None:
    frame = pl.DataFrame([WEEK | {"participants": 5}]).with_row_index("source_row").head(height)
    activity = events.normalise(frame, Context()).activity
    assert activity.schema == events.ACTIVITY
    assert activity.height == height
