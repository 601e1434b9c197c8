"""Reading the worked examples of tests/cases/*.yaml, and comparing a result with what one expects."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

CASES = Path(__file__).parents[2] / "cases"


def cases_of(names: Iterable[str]) -> list[Any]:
    """Return every case of these files as parameters: the file's name and the case."""
    return [
        pytest.param(name, case, id=f"{name}: {case['case']}")
        for name in names
        for case in yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    ]


def only_row(results: pl.DataFrame, expected: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return the one result that the keys of the example name."""
    given = [pl.col(key) == expected[key] for key in keys if expected.get(key) is not None]
    assert results.filter(*given).height == 1
    return results.filter(*given).row(0, named=True)


def activity_matches(activity: pl.DataFrame, case: dict[str, Any]) -> None:
    """Compare the rows of activity that an example expects before their emission."""
    for expected in case.get("activity", ()):
        matches(only_row(activity, expected, ("source_row", "year", "currency")), expected)


def matches(found: dict[str, Any], expected: dict[str, Any], digits: int | None = None) -> None:
    """Compare what an example expects, numbers within a millionth, or as printed with so many digits."""
    for name, value in expected.items():
        if isinstance(value, float | int) and not isinstance(value, bool):
            number = float(found[name]) if found[name] is not None else None  # money is exact
            shown = number if digits is None else round(number + 1e-9, digits)
            assert shown == pytest.approx(value, rel=1e-6), name
        else:
            assert found[name] == value, name
