"""Cabins by label, carrier and letter."""

from pathlib import Path

import pytest
import yaml

from saleve.method.activity.cabins import read_cabins

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "cabins.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.get('label', '')} {case.get('letters', '')}")
def test_a_cabin_is_read_as_the_case_says(case):
    read = read_cabins(case.get("label"), case.get("letters"), case.get("carrier"), "average")
    coupons = max(len(case["cabins"]), 1)
    assert [read.of_coupon(number, coupons).cabin for number in range(1, coupons + 1)] == case["cabins"]
    assert read.cabins[0].basis == case["basis"]
    assert read.unknown == case.get("unknown")


def test_one_letter_holds_for_all_legs():
    read = read_cabins(None, "J", None, "average")
    assert [read.of_coupon(number, 4).cabin for number in range(1, 5)] == ["business"] * 4


def test_letters_of_the_way_out_hold_for_the_way_back():
    read = read_cabins(None, "Y/J", None, "average")
    assert [read.of_coupon(number, 4).cabin for number in range(1, 5)] == [
        "economy",
        "business",
        "business",
        "economy",
    ]


def test_letters_that_fit_no_leg_are_told():
    assert not read_cabins(None, "Y/J", None, "average").fits(3)
