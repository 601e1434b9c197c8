"""Travel and factors as pages: arcs on the sphere, trips by every method, editions side by side."""

import numpy as np
import polars as pl
import pytest
from django.test import Client

from saleve.ems.people.permissions import Role
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


def test_no_known_route_makes_no_map():
    assert route_map(_routes().clear(), 2025) is None


def test_a_workspace_without_figures_says_what_to_do(as_person):
    assert "No figures yet" in as_person(Role.READER).get("/travel/").content.decode()


def test_a_return_trip_emits_about_twice_the_way_there(as_person):
    client = as_person(Role.READER)
    ways = [_trip_kg(client, "GVA-NBO", back) for back in ("", "on")]
    assert ways[1] == pytest.approx(2 * ways[0], rel=0.05)  # the aircraft mix may differ by direction


def test_an_unknown_airport_is_told_beside_its_field(as_person):
    answer = as_person(Role.READER).get("/travel/trip/", {"route": "GVA-XXQ", "cabin": "economy"})
    assert "route" in answer.context["form"].errors


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
