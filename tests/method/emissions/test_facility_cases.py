"""Worked examples that an officer can read: tests/cases/*.yaml, through normalise and estimate."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from saleve.method.activity import district_energy as heat_bills
from saleve.method.activity import electricity as electricity_bills
from saleve.method.activity import fuels as fuel_bills
from saleve.method.activity import refrigerants as refills
from saleve.method.activity.normalising import Context
from saleve.method.emissions import district_energy, electricity, fuels, refrigerants

CASES = Path(__file__).parents[2] / "cases"
METHODS = {
    "electricity": (electricity_bills, electricity),
    "fuels": (fuel_bills, fuels),
    "district_energy": (heat_bills, district_energy),
    "refrigerants": (refills, refrigerants),
}


def cases() -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}: {case['case']}")
        for name in METHODS
        for case in yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    ]


@pytest.mark.parametrize(("name", "case"), cases())
def test_a_worked_example_comes_out_as_published(name: str, case: dict[str, Any]) -> None:
    activity, emissions = METHODS[name]
    rows = pl.DataFrame(case["rows"]).with_row_index("source_row", offset=2)
    normalised = activity.normalise(rows, Context())
    assert set(case.get("problems", [])) <= set(normalised.problems["code"])
    results = emissions.estimate(normalised.activity, **case.get("rules", {}))
    for expected in case["expected"]:
        matches(only_row(results, expected), expected, case.get("printed_digits"))


def only_row(results: pl.DataFrame, expected: dict[str, Any]) -> dict[str, Any]:
    """Return the one result of the site, year, basis and boundary that the example names."""
    keys = {
        key: expected[key] for key in ("site", "year", "electricity_basis", "boundary") if key in expected
    }
    return results.filter(*[pl.col(key) == value for key, value in keys.items()]).row(0, named=True)


def matches(found: dict[str, Any], expected: dict[str, Any], digits: int | None) -> None:
    for name, value in expected.items():
        if isinstance(value, float | int) and not isinstance(value, bool):
            shown = found[name] if digits is None else round(found[name] + 1e-9, digits)
            assert shown == pytest.approx(value, rel=1e-6), name
        else:
            assert found[name] == value, name
