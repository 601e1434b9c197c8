"""Numbers as they are printed: rounded here and nowhere else."""

from datetime import date

import pytest

from saleve.language import speaking
from saleve.reporting.formatting import amount, long_date, percent, printed, printed_range, signed
from saleve.reporting.records import Fact


def fact(value: float | None, unit: str = "t_co2e", **more: object) -> Fact:
    return Fact("2025.total", value, unit, "Total", **more)


def test_a_figure_has_its_unit_behind_a_space_that_does_not_break():
    assert printed(fact(3412.4)) == "3,412\u00a0t\u00a0CO₂e"


def test_a_missing_figure_is_a_word():
    assert printed(fact(None)) == "not available"


@pytest.mark.parametrize(("value", "text"), [(0.2, "<1"), (-0.2, ">−1"), (0.0, "0"), (0.5, "0"), (1.4, "1")])
def test_a_small_figure_does_not_vanish(value, text):
    assert amount(value, 0) == text


@pytest.mark.parametrize(("value", "text"), [(14.2, "14%"), (-14.2, "−14%"), (0.3, "<1%"), (0, "0%")])
def test_percent(value, text):
    assert percent(value) == text


def test_a_change_has_its_sign():
    assert signed(fact(3.2, "percent", decimals=1)) == "+3.2%"
    assert signed(fact(-14.0, "percent", decimals=1)) == "−14.0%"


def test_a_range_needs_both_bounds():
    assert printed_range(fact(10, low=9.0, high=11.0)) == "9–11"
    assert printed_range(fact(10, low=9.0)) == ""


def test_a_date_is_in_words():
    assert long_date(date(2026, 11, 22)) == "22 November 2026"


def test_another_language_has_its_own_separators():
    with speaking("es"):
        assert amount(12345.6, 1) == "12.345,6"
