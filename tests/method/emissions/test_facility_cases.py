"""Worked examples that an officer can read: tests/cases/*.yaml, through normalise and estimate."""

from typing import Any

import polars as pl
import pytest
from worked_examples import cases_of, matches, only_row

from saleve.method.activity import district_energy as heat_bills
from saleve.method.activity import electricity as electricity_bills
from saleve.method.activity import fuels as fuel_bills
from saleve.method.activity import refrigerants as refills
from saleve.method.activity.normalising import Context
from saleve.method.emissions import district_energy, electricity, fuels, refrigerants

METHODS = {
    "electricity": (electricity_bills, electricity),
    "fuels": (fuel_bills, fuels),
    "district_energy": (heat_bills, district_energy),
    "refrigerants": (refills, refrigerants),
}


KEYS = ("site", "year", "electricity_basis", "boundary")


@pytest.mark.parametrize(("name", "case"), cases_of(METHODS))
def test_a_worked_example_comes_out_as_published(name: str, case: dict[str, Any]) -> None:
    activity, emissions = METHODS[name]
    rows = pl.DataFrame(case["rows"]).with_row_index("source_row", offset=2)
    normalised = activity.normalise(rows, Context())
    assert set(case.get("problems", [])) <= set(normalised.problems["code"])
    results = emissions.estimate(normalised.activity, **case.get("rules", {}))
    for expected in case["expected"]:
        matches(only_row(results, expected, KEYS), expected, case.get("printed_digits"))
