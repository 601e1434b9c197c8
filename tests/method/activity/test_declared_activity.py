"""Waste, water, paper, spending, equipment and certificates give exactly the columns declared, whatever the file lacks."""

import polars as pl
import pytest

from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.normalising import Context
from saleve.method.schema import PROVENANCE

DECLARED = ("waste", "water", "paper", "procurement", "ict", "offsets")


@pytest.mark.parametrize("name", DECLARED)
def test_a_file_without_any_known_column_gives_the_declared_columns(name: str) -> None:
    module = CATEGORIES[name]
    normalised = module.normalise(pl.DataFrame({"source_row": [2, 3]}), Context())
    assert normalised.activity.schema == module.ACTIVITY


@pytest.mark.parametrize("name", DECLARED)
def test_provenance_stands_last(name: str) -> None:
    assert CATEGORIES[name].ACTIVITY.names()[-3:] == list(PROVENANCE)


@pytest.mark.parametrize("name", DECLARED)
def test_every_problem_names_a_row_or_the_file_and_says_something(name: str) -> None:
    problems = CATEGORIES[name].normalise(pl.DataFrame({"source_row": [2, 3]}), Context()).problems
    errors = problems.filter(pl.col("severity") == "error")
    assert set(errors["row"]) == {2, 3}
    assert problems["message"].null_count() == 0
    assert errors["suggestion"].null_count() == 0
