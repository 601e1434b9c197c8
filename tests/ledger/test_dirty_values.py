"""Every pattern of dirty cells is a case that an officer can read: tests/cases/dirty_values.yaml."""

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ENTRIES = yaml.safe_load((ROOT / "tests/cases/dirty_values.yaml").read_text("utf-8"))
CASES = [entry for entry in ENTRIES if "cells" in entry]
# Kinds of the catalogue whose patterns other rooms answer for: places, modes, boundary of the trip, booking class, persons
ELSEWHERE = {"place", "mode", "boundary", "class", "identity"}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_dirty_column_reads_as_the_case_says(
    case: dict[str, Any], check_column: Callable[..., Any]
) -> None:
    checked = check_column({case["header"]: case["cells"]}, year=case.get("year"))
    counts = (checked.rows, checked.rejected, checked.repaired)
    assert counts == (len(case["cells"]), case.get("rejected", 0), case.get("repaired", 0))
    assert set(checked.problems["code"]) == set(case["problems"])
    if "read" in case:
        assert _values(checked.table[case["column"]]) == [pytest.approx(cell) for cell in case["read"]]
    for column, cells in case.get("also", {}).items():
        assert _values(checked.table[column]) == cells


def test_every_pattern_of_the_catalogue_that_concerns_reading_has_a_case(shared: Path) -> None:
    with (shared / "data/real/schemas/dirty_value_catalogue.csv").open(encoding="utf-8-sig") as file:
        wanted = {row["seen"] for row in csv.DictReader(file) if row["kind"] not in ELSEWHERE}
    assert {_plain(text) for text in wanted} <= {_plain(str(entry.get("seen"))) for entry in ENTRIES}


def test_the_tests_that_cases_point_to_exist() -> None:
    for entry in ENTRIES:
        if "tested_in" in entry:
            file, name = entry["tested_in"].split("::")
            assert f"def {name}(" in (ROOT / file).read_text("utf-8")


def _values(column: Any) -> list[Any]:
    return [float(cell) if isinstance(cell, Decimal) else cell for cell in column.to_list()]


def _plain(text: str) -> str:
    return "".join(text.split()).replace('"', "").replace("\\\\", "\\")


def test_dates_of_cases_are_dates() -> None:
    days = [cell for case in CASES if case["column"].endswith("_date") for cell in case.get("read", [])]
    assert all(cell is None or isinstance(cell, date) for cell in days)
