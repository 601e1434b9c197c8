"""Worked examples that an officer can read: tests/cases/*.yaml of travel and people, through normalise and estimate."""

from typing import Any

import polars as pl
import pytest
from worked_examples import activity_matches, cases_of, matches, only_row

from saleve.method.activity import commuting as answers
from saleve.method.activity import events as occasions
from saleve.method.activity import ground_travel as journeys
from saleve.method.activity import hotels as stays
from saleve.method.activity import vehicles as log_books
from saleve.method.activity import virtual_meetings as calls
from saleve.method.activity.normalising import Context
from saleve.method.emissions import commuting, events, ground_travel, hotels, vehicles, virtual_meetings
from saleve.method.emissions.rules import Rules

METHODS = {
    "ground_travel": (journeys, ground_travel),
    "vehicles": (log_books, vehicles),
    "hotels": (stays, hotels),
    "commuting": (answers, commuting),
    "events": (occasions, events),
    "virtual_meetings": (calls, virtual_meetings),
}
KEYS = ("source_row", "category", "scope", "electricity_basis")


@pytest.mark.parametrize(("name", "case"), cases_of(METHODS))
def test_a_worked_example_comes_out_as_published(name: str, case: dict[str, Any]) -> None:
    activity, emissions = METHODS[name]
    rows = pl.DataFrame(case["rows"], infer_schema_length=None).with_row_index("source_row", offset=2)
    context = Context(payer_names=tuple(case.get("payer_names", ())))
    normalised = activity.normalise(rows, context)
    activity_matches(normalised.activity, case)
    results = emissions.estimate(normalised.activity, Rules(**case.get("rules", {})))
    for expected in case["expected"]:
        matches(only_row(results, expected, KEYS), expected)
