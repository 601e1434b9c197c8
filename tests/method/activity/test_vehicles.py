"""Vehicles: odometers, distance, fuel, and what their records show in a line."""

from datetime import date

import polars as pl
import pytest

from saleve.method.activity import vehicles
from saleve.method.activity.normalising import Context, Normalised

JANUARY = {"vehicle": "A", "period_start": date(2025, 1, 1), "period_end": date(2025, 1, 31)}
FEBRUARY = {"vehicle": "A", "period_start": date(2025, 2, 1), "period_end": date(2025, 2, 28)}
JUNE = {"vehicle": "A", "period_start": date(2025, 6, 1), "period_end": date(2025, 6, 30)}


def normalised(*rows: dict[str, object]) -> Normalised:
    frame = pl.DataFrame(list(rows), infer_schema_length=None).with_row_index("source_row", offset=2)
    return vehicles.normalise(frame, Context())


def readings(start: float | None, end: float | None) -> dict[str, object]:
    return {"odometer_start_km": start, "odometer_end_km": end}


def found(result: Normalised, severity: str = "warning") -> list[tuple[int | None, str]]:
    return result.problems.filter(pl.col("severity") == severity).select("row", "code").rows()


def test_the_distance_is_what_the_odometer_shows() -> None:
    activity = normalised(JANUARY | readings(45_210.0, 46_130.0)).activity
    assert activity.select("year", "distance_km", "distance_basis", "days", "ownership").row(0) == (
        2025,
        920.0,
        "odometer",
        31,
        "own",
    )


def test_a_stated_distance_holds_before_the_odometer_and_a_difference_is_shown() -> None:
    result = normalised(JANUARY | readings(100.0, 1100.0) | {"distance_km": 900.0})
    assert result.activity.select("distance_km", "distance_basis").row(0) == (900.0, "stated")
    assert found(result) == [(2, "distance-differs")]


def test_an_odometer_that_goes_backwards_rejects_the_row() -> None:
    result = normalised(JANUARY | readings(46_130.0, 45_210.0))
    assert found(result, "error") == [(2, "odometer-backwards")]
    assert result.activity.is_empty()


def test_a_stated_distance_saves_a_row_whose_odometer_was_replaced() -> None:
    result = normalised(JANUARY | readings(99_900.0, 100.0) | {"distance_km": 200.0})
    assert result.activity["distance_km"].to_list() == [200.0]
    assert found(result) == [(2, "distance-differs")]


def test_single_readings_are_continued_from_the_row_before() -> None:
    result = normalised(FEBRUARY | readings(None, 10_900.0), JANUARY | readings(None, 10_000.0))
    assert result.activity.select("source_row", "distance_km").rows() == [(2, 900.0), (3, None)]
    assert {code for _row, code in found(result, "note")} >= {"odometer-continued", "odometer-first"}


def test_single_readings_that_go_backwards_are_found_too() -> None:
    result = normalised(JANUARY | readings(None, 10_000.0), FEBRUARY | readings(None, 9_000.0))
    assert found(result, "error") == [(3, "odometer-backwards")]


def test_readings_of_another_vehicle_are_not_continued() -> None:
    result = normalised(
        JANUARY | readings(None, 10_000.0), FEBRUARY | readings(None, 10_500.0) | {"vehicle": "B"}
    )
    assert result.activity["distance_km"].to_list() == [None, None]


def test_missing_months_and_kilometres_are_told() -> None:
    result = normalised(JANUARY | readings(0.0, 1000.0), JUNE | readings(5000.0, 6000.0))
    assert found(result) == [(3, "odometer-gap"), (3, "period-gap")]


def test_a_reading_below_that_of_the_row_before_is_told() -> None:
    result = normalised(JANUARY | readings(0.0, 1000.0), FEBRUARY | readings(900.0, 1500.0))
    assert found(result) == [(3, "odometer-behind")]


def test_litres_need_a_fuel_and_gallons_become_litres() -> None:
    litres = {"fuel_us_gallons": 10.0, "fuel": "petrol_mineral"}
    assert normalised(JANUARY | litres).activity["fuel_litres"][0] == pytest.approx(37.85411784)
    assert found(normalised(JANUARY | {"fuel_litres": 40.0}), "error") == [(2, "fuel-missing")]


def test_a_row_without_any_amount_is_rejected() -> None:
    assert found(normalised(JANUARY), "error") == [(2, "amount-missing")]
    assert found(normalised(JANUARY | {"vehicle": None, "distance_km": 5.0}), "error") == [
        (2, "vehicle-missing")
    ]


@pytest.mark.parametrize(("litres", "odd"), [(7.0, False), (1.0, True), (70.0, True)])
def test_unusual_consumption_is_asked_about(litres: float, odd: bool) -> None:  # noqa: FBT001
    row = JANUARY | {"distance_km": 100.0, "fuel_litres": litres, "fuel": "diesel_mineral"}
    assert ("consumption-implausible" in {code for _row, code in found(normalised(row))}) is odd


def test_credit_notes_and_impossible_days_are_shown() -> None:
    credit = JANUARY | {"fuel_litres": -5.0, "fuel": "diesel_mineral"}
    assert found(normalised(credit)) == [(2, "amount-negative")]
    assert found(normalised(JANUARY | {"distance_km": 60_000.0})) == [(2, "distance-implausible")]


def test_a_period_over_new_year_is_divided_by_days() -> None:
    row = {"vehicle": "A", "period_start": date(2024, 12, 31), "period_end": date(2025, 1, 1), "distance_km": 10.0, "fuel_litres": 1.0, "fuel": "lpg"}  # fmt: skip
    activity = normalised(row).activity
    assert activity.select("year", "distance_km", "fuel_litres").rows() == [
        (2024, 5.0, 0.5),
        (2025, 5.0, 0.5),
    ]


def test_two_fillings_on_one_day_do_not_overlap_but_two_months_do() -> None:
    filling = {"vehicle": "A", "period_start": date(2025, 1, 5), "fuel_litres": 40.0, "fuel": "lpg"}
    assert found(normalised(filling, filling)) == []
    month = JANUARY | {"distance_km": 500.0}
    assert found(normalised(month, month)) == [(3, "period-overlap")]


def test_people_are_warned_of_counting_fuel_twice() -> None:
    row = JANUARY | {"fuel_litres": 40.0, "fuel": "lpg"}
    assert (None, "fuel-of-vehicles") in found(normalised(row), "note")


@pytest.mark.parametrize("height", [0, 1])
def test_activity_has_exactly_the_declared_columns(height: int) -> None:
    frame = pl.DataFrame([JANUARY | {"distance_km": 5.0}]).with_row_index("source_row").head(height)
    activity = vehicles.normalise(frame, Context()).activity
    assert activity.schema == vehicles.ACTIVITY
    assert activity.height == height
