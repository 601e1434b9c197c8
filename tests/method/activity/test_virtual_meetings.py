"""Virtual meetings: durations as people write them, participant-hours."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.activity import virtual_meetings
from saleve.method.activity.normalising import Context, Normalised

MEETING = {"meeting": "Study group", "date": date(2025, 4, 2), "participants": 10.0}


def normalised(*rows: dict[str, object]) -> Normalised:
    frame = pl.DataFrame(list(rows), infer_schema_length=None).with_row_index("source_row", offset=2)
    return virtual_meetings.normalise(frame, Context())


def found(result: Normalised, severity: str = "warning") -> list[tuple[int | None, str]]:
    return result.problems.filter(pl.col("severity") == severity).select("row", "code").rows()


@pytest.mark.parametrize(
    ("written", "hours"),
    [("1:30", 1.5), ("01:30:36", 1.51), ("1h30", 1.5), ("1 h 30 min", 1.5), ("90 min", 1.5), ("90 minutes", 1.5), ("1,5 heures", 1.5), ("2 Stunden", 2), ("1 hora 30 minutos", 1.5),
     ("2 часа", 2), ("90 мин", 1.5), ("2小时30分钟", 2.5), ("ساعة", None), ("2 ساعات", 2), ("1h 5m 36s", 1.0933333)],
)  # fmt: skip
def test_durations_are_read_with_their_unit(written: str, hours: float | None) -> None:
    read = normalised(MEETING | {"duration": written}).activity["duration_hours"].to_list()
    assert read == ([] if hours is None else [pytest.approx(hours)])


@pytest.mark.parametrize("written", ["45", "long", "1:75"])
def test_a_duration_without_a_unit_is_an_error(written: str) -> None:
    assert found(normalised(MEETING | {"duration": written}), "error") == [(2, "duration-unreadable")]


@given(participants=st.integers(1, 500), minutes=st.integers(1, 600), meetings=st.integers(1, 50))
def test_participant_hours_are_participants_times_hours_times_meetings(
    participants: int, minutes: int, meetings: int
) -> None:
    row = MEETING | {
        "participants": float(participants),
        "duration_minutes": float(minutes),
        "meetings": float(meetings),
    }
    assert normalised(row).activity["participant_hours"][0] == pytest.approx(
        participants * minutes / 60 * meetings
    )


def test_hours_that_the_platform_counts_hold_first() -> None:
    row = {"date": date(2025, 4, 2), "participant_minutes": 600.0}
    assert normalised(row).activity.select("participant_hours", "hours_basis").row(0) == (10.0, "stated")
    short = MEETING | {"duration_hours": 2.0, "participant_hours": 15.0}  # some left early
    assert found(normalised(short)) == []
    assert found(normalised(short | {"participant_hours": 25.0})) == [(2, "hours-differ")]


def test_a_meeting_without_duration_participants_or_date_is_rejected() -> None:
    assert found(normalised(MEETING), "error") == [(2, "amount-missing")]
    row = {"participants": 5.0, "duration_hours": 1.0}
    assert found(normalised(row), "error") == [(2, "period-missing")]


def test_negative_hours_are_an_error() -> None:
    row = MEETING | {"duration_hours": -1.0}
    assert found(normalised(row), "error") == [(2, "amount-negative")]


def test_long_empty_and_doubled_meetings_are_shown() -> None:
    long, empty = MEETING | {"duration_hours": 90.0}, MEETING | {"participants": 0.0, "duration_hours": 1.0}
    assert found(normalised(long, empty)) == [(2, "duration-implausible"), (3, "amount-zero")]
    once = MEETING | {"duration_hours": 1.0}
    assert found(normalised(once, once)) == [(3, "counted-twice")]


@pytest.mark.parametrize("height", [0, 1])
def test_activity_has_exactly_the_declared_columns(height: int) -> None:
    frame = pl.DataFrame([MEETING | {"duration": "1:30"}]).with_row_index("source_row").head(height)
    activity = virtual_meetings.normalise(frame, Context()).activity
    assert activity.schema == virtual_meetings.ACTIVITY
    assert activity.height == height
