"""Worked examples that an officer can read: tests/cases/*.yaml of travel and people, through normalise and estimate."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from saleve.method.activity import commuting as answers
from saleve.method.activity import events as occasions
from saleve.method.activity import ground_travel as journeys
from saleve.method.activity import hotels as stays
from saleve.method.activity import vehicles as log_books
from saleve.method.activity import virtual_meetings as calls
from saleve.method.activity.normalising import Context
from saleve.method.emissions import commuting, events, ground_travel, hotels, vehicles, virtual_meetings
from saleve.method.emissions.rules import Rules

CASES = Path(__file__).parents[2] / "cases"
METHODS = {
    "ground_travel": (journeys, ground_travel),
    "vehicles": (log_books, vehicles),
    "hotels": (stays, hotels),
    "commuting": (answers, commuting),
    "events": (occasions, events),
    "virtual_meetings": (calls, virtual_meetings),
}
KEYS = ("source_row", "category", "scope", "electricity_basis")


def cases() -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}: {case['case']}")
        for name in METHODS
        for case in yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    ]


@pytest.mark.parametrize(("name", "case"), cases())
def test_a_worked_example_comes_out_as_published(name: str, case: dict[str, Any]) -> None:
    activity, emissions = METHODS[name]
    rows = pl.DataFrame(case["rows"], infer_schema_length=None).with_row_index("source_row", offset=2)
    context = Context(payer_names=tuple(case.get("payer_names", ())))
    results = emissions.estimate(activity.normalise(rows, context).activity, Rules(**case.get("rules", {})))
    for expected in case["expected"]:
        matches(only_row(results, expected), expected)


def only_row(results: pl.DataFrame, expected: dict[str, Any]) -> dict[str, Any]:
    keys = {key: expected[key] for key in KEYS if key in expected}
    return results.filter(*[pl.col(key) == value for key, value in keys.items()]).row(0, named=True)


def matches(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        number = isinstance(value, float | int) and not isinstance(value, bool)
        assert found[name] == (pytest.approx(value, rel=1e-5) if number else value), name
