"""Travel and factors as pages: arcs on the sphere, trips by every method, editions side by side."""

import numpy as np
import polars as pl
import pytest
from django.test import Client

from saleve.ems.people.permissions import Role
from saleve.ems.web.natural_earth import Fitted, fitted, placed
from saleve.ems.web.route_map import both_ways, great_circle, route_map

_GENEVA, _NEW_YORK = (46.24, 6.11), (40.64, -73.78)


def _routes() -> pl.DataFrame:
    there = {"origin": "GVA", "origin_lat": 46.24, "origin_lon": 6.11}
    there |= {"destination": "JFK", "destination_lat": 40.64, "destination_lon": -73.78}
    back = {"origin": "JFK", "origin_lat": 40.64, "origin_lon": -73.78}
    back |= {"destination": "GVA", "destination_lat": 46.24, "destination_lon": 6.11}
    return pl.DataFrame([{**one, "passengers": 2.0, "kg_co2e": 500.0} for one in (there, back)])


def test_an_arc_begins_and_ends_at_its_airports():
    way = great_circle(_GENEVA, _NEW_YORK)
    assert way[[0, -1]] == pytest.approx(np.array([_GENEVA, _NEW_YORK]), abs=1e-9)


def test_an_arc_over_the_north_atlantic_bends_to_the_north():
    assert great_circle(_GENEVA, _NEW_YORK)[:, 0].max() > 50


def test_there_and_back_are_one_arc_with_the_sum_of_both():
    assert both_ways(_routes()).select("route", "passengers", "t_co2e").rows() == [("GVA–JFK", 4.0, 1.0)]


def test_labels_of_neighbouring_airports_stand_on_different_sides():
    sides = placed(np.array([[100.0, 100.0], [104.0, 103.0]]), ["DOH", "DXB"])
    assert [side.name for side in sides] == ["above", "below"]


def test_a_label_without_room_is_left_out():
    crowd = np.array([[100.0 + number, 100.0] for number in range(6)])
    assert placed(crowd, ["GVA"] * 6)[-1] is None


def test_the_map_is_as_large_as_its_drawing_allows_and_in_its_middle():
    latitude, longitude = np.array([46.2, 40.6, -1.3]), np.array([6.1, -73.8, 36.9])
    pixels = fitted(latitude, longitude, 900, 400).pixels(latitude, longitude)
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    assert (low + high) / 2 == pytest.approx([450, 200])
    assert max((high - low) / [900, 400]) == pytest.approx(0.86)


def test_the_projection_is_that_of_the_published_polynomials():
    """The map's half width at the equator is 0.8707 x pi, its half height 1.4222 of a radius."""
    view = Fitted(1.0, (0.0, 0.0))
    assert view.pixels(np.array([0.0]), np.array([180.0]))[0] == pytest.approx([0.8707 * np.pi, 0])
    assert -view.pixels(np.array([90.0]), np.array([0.0]))[0][1] == pytest.approx(1.4222, abs=2e-4)


def test_no_known_route_makes_no_map():
    assert route_map(_routes().clear(), 2025) is None


def test_a_workspace_without_figures_says_what_to_do(as_person, empty):
    assert "No figures yet" in as_person(Role.READER).get("/travel/").content.decode()


def test_a_return_trip_emits_about_twice_the_way_there(as_person):
    client = as_person(Role.READER)
    ways = [_trip_kg(client, "GVA-NBO", back) for back in ("", "on")]
    assert ways[1] == pytest.approx(2 * ways[0], rel=0.05)  # the aircraft mix may differ by direction


def test_a_trip_without_a_cabin_is_by_the_one_the_page_shows_as_chosen(as_person):
    client = as_person(Role.READER)
    trips = [client.get(f"/travel/trip/?route=GVA-NBO{cabin}").context["trip"] for cabin in ("", "&cabin=economy")]  # fmt: skip
    assert trips[0].co2_kg == pytest.approx(trips[1].co2_kg, rel=1e-12)


def test_an_unknown_airport_is_told_beside_its_field(as_person):
    answer = as_person(Role.READER).get("/travel/trip/", {"route": "GVA-XXQ", "cabin": "economy"})
    assert "route" in answer.context["form"].errors


def test_a_short_trip_is_compared_with_rail_as_the_inventory_counts_it(as_person):
    shown = as_person(Role.READER).get("/travel/trip/", {"route": "GVA-CDG", "cabin": "economy"})
    rail = shown.context["rail"]
    # great circle of 408 km x 1.3 (detour) x 0.00374 kg CO2e per passenger-km, trains in Switzerland
    assert rail.distance_km == pytest.approx(408 * 1.3, rel=0.01)
    assert rail.kg_co2e == pytest.approx(rail.distance_km * 0.00374, rel=1e-6)
    assert rail.low_kg < rail.kg_co2e < rail.high_kg


def test_a_flight_too_long_for_a_train_is_not_compared_with_rail(as_person):
    shown = as_person(Role.READER).get("/travel/trip/", {"route": "GVA-CDG-JFK", "cabin": "economy"})
    assert shown.context["rail"] is None
    assert "too long to be compared with rail" in shown.content.decode()


def test_every_method_is_shown_for_a_trip(as_person):
    answer = as_person(Role.READER).get("/travel/trip/", {"route": "GVA-NBO", "cabin": "economy"})
    assert answer.context["methods"].count == 4


def test_factors_are_found_by_place(as_person):
    answer = as_person(Role.AUDITOR).get("/factors/", {"factors.find": "KEN"})
    table = answer.context["table"]
    assert 0 < table.count < table.all_count


def test_two_years_of_electricity_differ(as_person):
    asked = {"source": "electricity", "first": "2019", "second": "2022"}
    assert as_person(Role.READER).get("/factors/editions/", asked).context["table"].count > 0


def test_an_edition_that_nobody_holds_is_told(as_person):
    asked = {"source": "electricity", "first": "none such", "second": "2022"}
    answer = as_person(Role.READER).get("/factors/editions/", asked)
    assert answer.context["form"].non_field_errors()


def _trip_kg(client: Client, route: str, back: str) -> float:
    answer = client.get("/travel/trip/", {"route": route, "cabin": "economy", "way_back": back})
    return answer.context["trip"].co2_kg
