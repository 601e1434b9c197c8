"""Journeys on the ground: distance, passengers, places and payers."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.activity import ground_travel
from saleve.method.activity.normalising import Context, Normalised

RAIL = {"mode": "rail", "departure_date": date(2025, 3, 17), "distance_km": 158.0}


def normalised(*rows: dict[str, object], context: Context | None = None) -> Normalised:
    frame = pl.DataFrame(list(rows), infer_schema_length=None).with_row_index("source_row", offset=2)
    return ground_travel.normalise(frame, context or Context())


def found(result: Normalised, severity: str = "warning") -> list[tuple[int | None, str]]:
    return result.problems.filter(pl.col("severity") == severity).select("row", "code").rows()


def test_a_journey_there_and_back_is_twice_as_long() -> None:
    activity = normalised(RAIL | {"round_trip": True, "passengers": 2.0}).activity
    assert activity.select("year", "distance_km", "passenger_km").row(0) == (2025, 316.0, 632.0)


@given(distance=st.floats(0.1, 2000), passengers=st.integers(1, 50), journeys=st.integers(1, 20))
def test_passenger_kilometres_are_distance_times_passengers_times_journeys(
    distance: float, passengers: int, journeys: int
) -> None:
    row = RAIL | {
        "distance_km": distance,
        "passengers": float(passengers),
        "journeys": float(journeys),
    }
    assert normalised(row).activity["passenger_km"][0] == pytest.approx(distance * passengers * journeys)


def test_miles_become_kilometres() -> None:
    activity = normalised({"mode": "taxi", "year": 2025, "distance_miles": 10.0}).activity
    assert activity["distance_km"][0] == pytest.approx(16.09344)


def test_a_return_date_does_not_double_a_stated_distance() -> None:
    row = RAIL | {"return_date": date(2025, 3, 18)}
    assert normalised(row).activity["distance_km"][0] == 158.0


def test_without_a_distance_the_places_are_read_and_the_distance_stays_unknown() -> None:
    row = {"mode": "rail", "year": 2025, "origin": "Geneva", "destination": "Zurich"}
    result = normalised(row)
    told = result.activity.select("origin_airport", "destination_airport", "distance_km", "passenger_km")
    assert told.row(0) == ("GVA", "ZRH", None, None)
    assert (None, "distance-not-stated") in found(result)


def test_a_name_that_two_cities_share_is_an_error() -> None:
    row = {"mode": "coach", "year": 2025, "origin": "San José", "destination": "Lima"}
    assert (2, "place-not-unique") in found(normalised(row), "error")


def test_the_capital_does_not_stand_for_a_town() -> None:
    row = {"mode": "road", "year": 2025, "origin": "Ciudad de México", "destination": "Pachuca", "destination_country": "México"}  # fmt: skip
    result = normalised(row)
    assert result.activity["destination_airport"].to_list() == [None]
    assert (2, "place-not-located") in found(result)


def test_a_taxi_with_a_cost_is_kept_though_its_places_are_not_known() -> None:
    row = {"mode": "taxi", "year": 2025, "origin": "hotel", "destination": "Rue du Lac 5", "cost_chf": Decimal("35.00")}  # fmt: skip
    result = normalised(row)
    assert result.activity.select("cost", "currency", "distance_km").row(0) == (Decimal(35), "CHF", None)
    assert found(result, "error") == []


def test_a_journey_without_distance_places_or_cost_is_rejected() -> None:
    assert found(normalised({"mode": "taxi", "year": 2025}), "error") == [(2, "distance-missing")]


def test_a_journey_without_mode_or_year_is_rejected() -> None:
    result = normalised({"distance_km": 5.0})
    assert found(result, "error") == [(2, "period-missing"), (2, "mode-missing")]


def test_flights_are_set_aside_and_said() -> None:
    result = normalised(RAIL, RAIL | {"mode": "air"})
    assert result.activity["source_row"].to_list() == [2]
    assert (None, "mode-air") in found(result, "note")


def test_a_journey_that_the_host_paid_is_a_memo_item() -> None:
    context = Context(payer_names=("IFAI",))
    rows = [RAIL | {"paid_by": "eCOM-LAC"}, RAIL | {"paid_by": "ifai"}, RAIL | {"paid_by": None}]
    assert normalised(*rows, context=context).activity["boundary"].to_list() == [
        "memo",
        "minimum",
        "minimum",
    ]


def test_refunds_are_kept_with_their_sign_and_shown() -> None:
    result = normalised(RAIL | {"passengers": -1.0, "cost_eur": Decimal(-20)})
    assert result.activity.select("passenger_km", "cost").row(0) == (-158.0, Decimal(-20))
    assert found(result) == [(2, "cost-negative"), (2, "amount-negative")]


def test_costs_in_two_currencies_are_not_added() -> None:
    result = normalised(RAIL | {"cost_eur": Decimal(20), "cost_chf": Decimal(19)})
    assert result.activity["cost"].to_list() == [None]
    assert found(result) == [(2, "cost-in-several-currencies")]


def test_distances_of_nothing_or_of_a_continent_are_asked_about() -> None:
    result = normalised(RAIL | {"distance_km": 0.0}, RAIL | {"distance_km": 15_800.0})
    assert found(result) == [(2, "distance-zero"), (3, "distance-implausible")]


@pytest.mark.parametrize("rows", [{}, RAIL], ids=["none", "one"])
def test_activity_has_exactly_the_declared_columns(rows: dict[str, object]) -> None:
    frame = pl.DataFrame([rows]) if rows else pl.DataFrame(schema={"mode": pl.String})
    result = ground_travel.normalise(frame.with_row_index("source_row"), Context(year=2025))
    assert result.activity.schema == ground_travel.ACTIVITY
    assert result.activity.height == len(rows) // len(RAIL)
