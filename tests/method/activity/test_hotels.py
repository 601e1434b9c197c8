"""Stays in hotels: nights, rooms, countries."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from saleve.method.activity import hotels
from saleve.method.activity.normalising import Context, Normalised

DATES = {"check_in": date(2025, 3, 17), "check_out": date(2025, 3, 20)}
STAY = DATES | {"hotel": "Lake", "country": "Kenya"}


def normalised(*rows: dict[str, object]) -> Normalised:
    frame = pl.DataFrame(list(rows), infer_schema_length=None).with_row_index("source_row", offset=2)
    return hotels.normalise(frame, Context())


def found(result: Normalised, severity: str = "warning") -> list[tuple[int | None, str]]:
    return result.problems.filter(pl.col("severity") == severity).select("row", "code").rows()


def test_nights_come_from_the_dates() -> None:
    activity = normalised(STAY).activity
    assert activity.select("year", "nights", "nights_basis", "room_nights", "country").row(0) == (
        2025,
        3.0,
        "dates",
        3.0,
        "KEN",
    )


def test_rooms_multiply_nights() -> None:
    activity = normalised(STAY | {"nights": 3.0, "rooms": 2.0}).activity
    assert activity.select("nights", "room_nights", "nights_basis").row(0) == (
        3,
        6,
        "stated",
    )


@pytest.mark.parametrize(
    ("written", "stars"),
    [("4", 4), ("4*", 4), ("***", 3), ("★★", 2), ("5 étoiles", 5), ("4-star superior", 4), ("3星级", 3), ("2.5", None), ("12", None), ("luxury", None), ("******", None)],
)  # fmt: skip
def test_stars_are_read_from_signs_and_numbers(written: str, stars: int | None) -> None:
    result = normalised(STAY | {"star_class": written})
    assert result.activity["stars"].to_list() == [stars]
    assert ("stars-unreadable" in result.problems["code"]) is (stars is None)


def test_room_nights_that_the_file_has_added_are_kept() -> None:
    row = {"year": 2025, "country": "KEN", "room_nights": 60.0, "rooms": 20.0}
    assert normalised(row).activity.select("nights", "room_nights").row(0) == (3.0, 60.0)


def test_nights_that_differ_from_the_dates_are_shown() -> None:
    result = normalised(STAY | {"nights": 4.0})
    assert result.activity["nights"].to_list() == [4.0]
    assert found(result) == [(2, "nights-differ")]


def test_the_country_is_that_of_the_city_where_only_one_has_it() -> None:
    result = normalised(DATES | {"city": "Lima"})
    assert result.activity.select("country", "country_basis").row(0) == ("PER", "city")
    assert found(result, "note") == [(2, "country-of-city")]


def test_a_city_of_several_countries_and_an_unknown_country_are_errors() -> None:
    result = normalised(DATES | {"city": "San José", "country": None}, STAY | {"country": "Atlantis"})
    assert found(result, "error") == [(2, "place-not-unique"), (3, "country-unknown")]


def test_countries_are_read_with_their_words_turned_round() -> None:
    names = ["Korea, Republic of", "Congo, The Democratic Republic Of The", "Кения", "肯尼亚"]
    countries = normalised(*[STAY | {"country": name} for name in names]).activity["country"].to_list()
    assert countries == ["KOR", "COD", "KEN", "KEN"]


def test_a_stay_without_country_is_kept_and_counted() -> None:
    result = normalised(DATES | {"city": "Nowhereville"})
    assert result.activity["country"].to_list() == [None]
    assert found(result) == [(None, "country-missing")]


def test_a_stay_without_nights_or_year_is_rejected() -> None:
    result = normalised({"hotel": "Lake", "country": "KEN"})
    assert found(result, "error") == [(2, "period-missing"), (2, "nights-missing")]


def test_dates_in_the_wrong_order_are_an_error() -> None:
    row = STAY | {"check_out": date(2025, 3, 1)}
    assert found(normalised(row), "error") == [(2, "period-reversed")]


def test_rows_of_journeys_without_a_hotel_are_set_aside() -> None:
    result = normalised(STAY, {"city": "Puebla", "country": "MEX"})
    assert result.activity["source_row"].to_list() == [2]
    assert (None, "no-stay") in found(result, "note")


def test_credits_zero_nights_and_very_long_stays_are_shown() -> None:
    nights = [{"nights": number, "year": 2025, "country": "KEN"} for number in (-2.0, 0.0, 200.0)]
    result = normalised(*nights)
    assert result.activity["room_nights"].to_list() == [-2.0, 0.0, 200.0]
    assert found(result) == [(2, "amount-negative"), (3, "nights-zero"), (4, "nights-implausible")]


def test_the_cost_stays_with_its_currency() -> None:
    activity = normalised(STAY | {"cost_usd": Decimal("540.50")}).activity
    assert activity.select("cost", "currency").row(0) == (Decimal("540.50"), "USD")


@pytest.mark.parametrize("height", [0, 1])
def test_activity_has_exactly_the_declared_columns(height: int) -> None:
    frame = pl.DataFrame([STAY]).with_row_index("source_row").head(height)
    activity = hotels.normalise(frame, Context()).activity
    assert activity.schema == hotels.ACTIVITY
    assert activity.height == height
