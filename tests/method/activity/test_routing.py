"""Routings, to legs."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity.places import PlaceReader
from saleve.method.activity.routing import read_routing, there_and_back

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "routings.yaml").read_text("utf-8"))
READER = PlaceReader()
AIRPORTS = st.lists(
    st.sampled_from(["GVA", "NBO", "ADD", "LHR", "JFK", "SIN", "BOG"]), min_size=2, max_size=6
)


def pairs(route):
    return [f"{leg.origin}-{leg.destination}" for leg in route.legs]


def without_repeats(codes):
    return [code for number, code in enumerate(codes) if number == 0 or code != codes[number - 1]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["routing"])
def test_a_routing_is_read_as_the_case_says(case):
    route = read_routing(case["routing"], date(2019, 6, 1), READER)
    assert pairs(route) == case["legs"]
    assert route.closed == case.get("back", False)
    assert route.repair == case.get("repair")
    assert {told.code for told in route.findings} == set(case.get("problems", []))


def test_the_day_of_travel_decides_what_a_code_was():
    assert pairs(read_routing("GVA-IST", date(2018, 6, 1), READER)) == ["GVA-ISL"]
    assert pairs(read_routing("GVA-IST", date(2024, 6, 1), READER)) == ["GVA-IST"]


def test_there_and_back_adds_the_legs_reversed():
    route = there_and_back(read_routing("GVA-LHR-JFK", None, READER))
    assert pairs(route) == ["GVA-LHR", "LHR-JFK", "JFK-LHR", "LHR-GVA"]
    assert [leg.coupon for leg in route.legs] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "routing", ["GVA-JFK-GVA", "GVA-JFK//BOS-GVA", "GVA-JFK//BOS-ZRH", "GVA-LHR-JFK-LHR-ZRH"]
)
def test_a_routing_that_holds_its_way_back_is_not_doubled(routing):
    route = read_routing(routing, None, READER)
    assert there_and_back(route) == route


def test_a_rougher_end_makes_a_rougher_leg():
    route = read_routing("GVA - Kenya", None, READER)
    assert route.legs[0].place_basis == "capital"


@settings(deadline=None)  # the first example builds the index
@given(AIRPORTS)
def test_the_way_back_joins_the_same_pairs(codes):
    there = read_routing("-".join(without_repeats(codes)), None, READER)
    back = read_routing("-".join(reversed(without_repeats(codes))), None, READER)
    assert sorted(sorted(pair.split("-")) for pair in pairs(there)) == sorted(
        sorted(pair.split("-")) for pair in pairs(back)
    )


@settings(deadline=None)  # the first example builds the index
@given(AIRPORTS, st.sampled_from(["-", "/", " ", " - ", ">", " → "]))
def test_legs_joined_again_are_the_routing(codes, sign):
    wanted = without_repeats([*codes, "GVA", "NBO"])
    route = read_routing(sign.join(wanted), None, READER)
    assert [route.legs[0].origin, *(leg.destination for leg in route.legs)] == wanted


@settings(deadline=None)  # the first example builds the index
@given(st.text(alphabet="GVAJFKXO/*- ,>0", max_size=25))
def test_any_routing_is_read_or_refused(text):
    route = read_routing(text, None, READER)
    assert route.failed or all(leg.origin != leg.destination for leg in route.legs)
