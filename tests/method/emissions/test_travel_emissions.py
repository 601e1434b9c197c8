"""What must hold for ground travel, vehicles, hotels, commuting, events and virtual meetings."""

from datetime import date
from types import ModuleType
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity import commuting as answers
from saleve.method.activity import events as occasions
from saleve.method.activity import ground_travel as journeys
from saleve.method.activity import hotels as stays
from saleve.method.activity import vehicles as log_books
from saleve.method.activity import virtual_meetings as calls
from saleve.method.activity.normalising import Context
from saleve.method.emissions import (
    commuting,
    compute,
    events,
    fuels,
    ground_travel,
    hotels,
    vehicles,
    virtual_meetings,
)
from saleve.method.emissions.formulas import formula
from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Rules
from saleve.method.explain import explain
from saleve.method.inventory import Selection, compile_inventory, total
from saleve.method.reference.factors import ground_factors, hotel_factors, virtual_meeting_energy

GASES = ["co2_kg", "ch4_kg_co2e", "n2o_kg_co2e", "fgas_kg_co2e", "unsplit_kg_co2e"]
FORUM = {
    "event": "Forum",
    "start_date": date(2024, 5, 12),
    "end_date": date(2024, 5, 16),
    "city": "Geneva",
    "country": "CHE",
}
WHOLE_YEAR = {"period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31), "country": "CHE"}
METHODS: dict[str, tuple[ModuleType, ModuleType]] = {
    "ground_travel": (journeys, ground_travel),
    "vehicles": (log_books, vehicles),
    "hotels": (stays, hotels),
    "commuting": (answers, commuting),
    "events": (occasions, events),
    "virtual_meetings": (calls, virtual_meetings),
}
# Of each source a row and the column of which two parts must make what the whole makes.
ROWS: list[tuple[str, dict[str, Any], str]] = [
    ("ground_travel", {"mode": "rail", "country": "FRA"}, "distance_km"),
    ("ground_travel", {"mode": "taxi", "country": "KEN"}, "distance_km"),
    ("ground_travel", {"mode": "private_car", "vehicle": "electric", "country": "CHE"}, "distance_km"),
    ("vehicles", {"vehicle": "A", "fuel": "diesel_mineral", **WHOLE_YEAR}, "fuel_litres"),
    ("vehicles", {"vehicle": "B", "fuel": "electricity", **WHOLE_YEAR}, "electricity_kwh"),
    ("vehicles", {"vehicle": "C", "vehicle_kind": "car", **WHOLE_YEAR}, "distance_km"),
    ("hotels", {"country": "CHE"}, "nights"),
    ("commuting", {"mode": "bus", "country": "CHE", "distance_km": 5.0, "days_per_week": 3.0, "telework_days_per_week": 2.0}, "persons"),
    ("events", FORUM, "meals"),
    ("events", FORUM, "venue_kwh"),
    ("virtual_meetings", {}, "participant_hours"),
]  # fmt: skip
of_every_source = pytest.mark.parametrize(
    ("source", "row", "column"), ROWS, ids=[f"{one[0]} by {one[2]}" for one in ROWS]
)


def activity_of(source: str, *rows: dict[str, Any]) -> pl.DataFrame:
    table = pl.DataFrame([{"year": 2024} | row for row in rows], infer_schema_length=None)
    if source == "vehicles":
        table = table.drop("year")
    numbered = table.with_row_index("source_row", offset=2)
    return METHODS[source][0].normalise(numbered, Context()).activity


def estimated(source: str, *rows: dict[str, Any], rules: Rules | None = None) -> pl.DataFrame:
    return METHODS[source][1].estimate(activity_of(source, *rows), rules)


@of_every_source
@settings(max_examples=8, deadline=None)
@given(st.floats(1, 1e5), st.floats(0.01, 0.99))
def test_splitting_a_row_in_two_changes_nothing(source, row, column, amount, share):
    parts = [row | {column: amount * share}, row | {column: amount * (1 - share)}]
    whole = estimated(source, row | {column: amount})["kg_co2e"].sum()
    assert estimated(source, *parts)["kg_co2e"].sum() == pytest.approx(whole)


@of_every_source
def test_zero_activity_is_zero_and_changes_no_total(source, row, column):
    one = estimated(source, row | {column: 100.0})["kg_co2e"].sum()
    with_nothing = estimated(source, row | {column: 100.0}, row | {column: 0.0})
    assert with_nothing["kg_co2e"].sum() == pytest.approx(one)
    assert with_nothing["kg_co2e"].null_count() == 0


@of_every_source
def test_a_total_is_the_sum_of_its_gases(source, row, column):
    found = estimated(source, row | {column: 100.0})
    by_gas = found.select(pl.sum_horizontal(GASES)).to_series()
    assert found["kg_co2e"].to_list() == pytest.approx(by_gas.to_list())


@of_every_source
def test_every_figure_has_the_columns_of_a_cell_and_a_range(source, row, column):
    found = estimated(source, row | {column: 100.0})
    assert set(CELL) <= set(found.columns)
    assert found.select(pl.col("^(shared|independent)_(low|high)_pct$").null_count()).row(0) == (0, 0, 0, 0)
    assert found["shared_low_pct"].max() <= 100


@of_every_source
def test_every_method_has_its_formula(source, row, column):
    for method in estimated(source, row | {column: 100.0})["method"].unique():
        assert not formula(method).startswith("Taken over")


@of_every_source
def test_an_inventory_computes_and_explains_it(source, row, column):
    activities = {source: activity_of(source, row | {column: 100.0})}
    inventory = compile_inventory(activities, Rules())
    boundary = "minimum" if source in ("ground_travel", "vehicles") else "optional"
    chosen = Selection(year=2024, source=source, boundary=boundary)
    assert total(inventory, chosen).kg_co2e > 0
    assert explain(inventory, activities, chosen).rows["source_row"].to_list()[0] == 2


@pytest.mark.parametrize("source", METHODS)
def test_a_source_without_rows_has_no_figures(source):
    activity, method = METHODS[source]
    assert method.estimate(pl.DataFrame(schema=activity.ACTIVITY)).is_empty()


def test_a_journey_between_two_places_takes_their_distance_and_says_so():
    (there,) = estimated(
        "ground_travel", {"mode": "rail", "origin": "Geneva", "destination": "Zurich"}
    ).to_dicts()
    assert there["amount"] == pytest.approx(1.3 * 230, rel=0.05)  # 230 km between the airports
    assert "distance-from-places" in there["quality"]
    assert there["independent_high_pct"] == 40


def test_a_journey_that_is_twice_as_long_there_and_back_is_twice_the_emission():
    once, both = (
        estimated("ground_travel", {"mode": "rail", "origin": "Geneva", "destination": "Zurich", "round_trip": back})["kg_co2e"].item()
        for back in (False, True)
    )  # fmt: skip
    assert both == pytest.approx(2 * once)


def test_an_unknown_country_takes_a_stand_in_and_a_wider_range():
    placed, unplaced = estimated(
        "ground_travel", *({"mode": "bus", "distance_km": 10.0, "country": place} for place in ("GBR", None))
    ).to_dicts()
    assert placed["kg_co2e"] == unplaced["kg_co2e"]
    assert unplaced["quality"] == "factor-of-another-country; country-not-known"
    assert unplaced["shared_high_pct"] > placed["shared_high_pct"]


def test_a_journey_that_names_its_city_takes_the_factor_of_its_country():
    (found,) = estimated(
        "ground_travel", {"mode": "rail", "origin": "Geneva", "destination": "Bern", "distance_km": 158.0}
    ).to_dicts()
    assert found["factor_id"] == "ground.ademe.rail.CHE"


def test_a_refunded_taxi_takes_its_car_back():
    found = estimated(
        "ground_travel", *({"mode": "taxi", "distance_km": 10.0, "passengers": n} for n in (1, -1))
    )
    assert found["kg_co2e"].sum() == pytest.approx(0)


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("SUV diesel", "large_car_diesel"),
        ("petite voiture essence", "small_car_petrol"),
        ("Plug-in hybrid", "average_car_plug_in_hybrid"),
        ("Kleinwagen Benzin", "small_car_petrol"),
        ("small CNG", "average_car_cng"),
        ("Chevrolet", "average_car_unknown"),
    ],
)
def test_a_description_names_size_and_fuel_of_a_car(words, way):
    (found,) = estimated(
        "ground_travel", {"mode": "rental_car", "country": "GBR", "distance_km": 1.0, "vehicle": words}
    ).to_dicts()
    assert found["factor_id"] == f"ground.desnz.{way}.2024"


def test_fuel_of_vehicles_is_computed_as_in_fuels():
    litres = estimated(
        "vehicles", {"vehicle": "A", "fuel": "petrol_blend", "fuel_litres": 1000.0, **WHOLE_YEAR}
    )
    bill = pl.DataFrame({"fuel": ["petrol_blend"], "amount": [1.0], "amount_unit": ["m3"], "year": [2024], "site": [None], "country": [None], "meter": ["A"], "basis_assumed": [False], "reading": [None]}, schema_overrides={"site": pl.String, "country": pl.String, "reading": pl.String})  # fmt: skip
    assert litres["kg_co2e"].item() == pytest.approx(fuels.estimate(bill)["kg_co2e"].item())


def test_the_electricity_of_vehicles_has_two_bases_of_which_one_counts():
    activities = {
        "vehicles": activity_of(
            "vehicles", {"vehicle": "B", "fuel": "electricity", "electricity_kwh": 1000.0, **WHOLE_YEAR}
        )
    }
    found = total(compile_inventory(activities, Rules()), Selection(year=2024, scope=2))
    assert (found.rows, found.kg_co2e) == (1, pytest.approx(34.58))


def test_an_answer_with_two_parts_is_one_row_of_the_file():
    found = estimated(
        "commuting", {"mode": "rail", "distance_km": 5.0, "days_per_week": 3.0, "telework_days_per_week": 2.0}
    )
    assert found["category"].to_list() == ["rail", "telework"]
    assert found["rows"].sum() == 1


def test_participants_from_near_come_by_rail_and_those_from_afar_by_air():
    found = estimated(
        "events",
        FORUM | {"origin_city": "Zurich", "origin_country": "CHE", "participants_in_person": 2},
        FORUM | {"origin_country": "KEN", "participants_in_person": 2},
        FORUM | {"origin_city": "Auckland", "origin_country": "NZL", "participants_in_person": 2},
    )
    assert found["method"].to_list() == ["distance-ademe", "icao-13.1", "desnz"]
    assert found["quality"].str.contains("no-direct-flight").to_list() == [False, False, True]


def test_participants_of_the_place_itself_are_named_and_not_guessed():
    found = estimated(
        "events", FORUM | {"origin_city": "Geneva", "origin_country": "CHE", "participants_in_person": 9}
    )
    assert (found["kg_co2e"].item(), found["quality"].item()) == (None, "local-journey")


def test_nothing_of_an_event_is_in_the_minimum_boundary():
    rows = FORUM | {
        "origin_country": "KEN",
        "participants_in_person": 2,
        "participants_remote": 3,
        "meals": 10.0,
        "venue_kwh": 5.0,
    }
    assert set(estimated("events", rows)["boundary"]) == {"optional"}


def test_the_range_of_a_virtual_hour_holds_what_is_published():
    hour = estimated("virtual_meetings", {"participant_hours": 1.0, "year": 2021}).row(0, named=True)
    high = hour["kg_co2e"] * (1 + hour["shared_high_pct"] / 100)
    assert hour["kg_co2e"] < 0.15
    assert high >= 1.0


def test_the_upper_end_of_the_energy_is_the_highest_published_emission_at_the_grid_of_the_world():
    energy = virtual_meeting_energy().row(0, named=True)
    most = energy["value"] * (1 + energy["high_pct"] / 100)
    assert most * 0.49481 == pytest.approx(1.0, rel=1e-3)


def test_every_printed_uk_factor_is_the_sum_of_its_parts():
    parts = ["co2_kg_per_unit", "ch4_kg_co2e_per_unit", "n2o_kg_co2e_per_unit"]
    published = ground_factors().filter(pl.col("factor_id").str.contains("desnz"))
    apart = published.select(pl.sum_horizontal(parts) - pl.col("kg_co2e_per_unit")).to_series().abs().max()
    assert apart < 1e-9


def test_the_median_of_hotels_lies_within_its_own_range():
    of_2024 = hotel_factors().filter(pl.col("edition") == "2024")
    world = of_2024.row(by_predicate=pl.col("place") == "WORLD", named=True)
    value = world["kg_co2e_per_unit"]
    countries = of_2024.filter(pl.col("place") != "WORLD")["kg_co2e_per_unit"]
    assert countries.min() == pytest.approx(value * (1 - world["low_pct"] / 100), rel=1e-3)
    assert countries.max() == pytest.approx(value * (1 + world["high_pct"] / 100), rel=1e-3)


def test_every_source_of_travel_is_computed():
    assert set(METHODS) <= set(compute.SOURCES)


def test_the_journeys_to_a_great_assembly_rank_as_its_own_authors_ranked_them(shared):
    told = pl.read_csv(
        shared / "data/real/egu_attendance/data_processed.csv",
        columns=["City", "Country", "Numbers", "Fraction", "tCO2e Realistic"],
    )
    told = (
        told.drop_nulls().filter(pl.col("Fraction") == 1.0).with_columns(pl.col("Country").str.strip_chars())
    )
    rows = [
        {"event": "Assembly", "start_date": date(2019, 4, 7), "end_date": date(2019, 4, 12), "city": "Vienna", "country": "AUT",
         "origin_city": city, "origin_country": country, "participants_in_person": number}
        for city, country, number in told.select("City", "Country", "Numbers").iter_rows()
    ]  # fmt: skip
    ours = estimated("events", *rows).select("source_row", "kg_co2e").drop_nulls()
    both = (
        told.with_row_index("source_row", offset=2).cast({"source_row": pl.Int64}).join(ours, on="source_row")
    )
    assert both.height > 60
    assert both.select(pl.corr("kg_co2e", "tCO2e Realistic", method="spearman")).item() > 0.95
