"""The life of tickets over several files."""

from pathlib import Path

import pytest
import yaml
from ticket_builders import codes, entries, flights_left, legs_of, netted, ticket

from saleve.method.activity.settling import settle

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "ticket_life.yaml").read_text("utf-8"))
KEY = ["batch", "source_sheet", "source_row"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_tickets_live_as_the_case_says(case):
    files = {name: [ticket(**line) for line in lines] for name, lines in case["files"].items()}
    lines = entries(files)
    legs = legs_of(lines)
    result = settle(lines, legs)
    assert netted(result) == set(case.get("netted", []))
    assert flights_left(lines, legs, result) == case["flights"]
    assert codes(result) == set(case.get("problems", []))
