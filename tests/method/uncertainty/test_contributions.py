"""What makes a total unsure: shares of variance that add up, the largest first."""

import polars as pl
import pytest
from uncertain_cells import cells

from saleve.method.uncertainty import contributions


def test_the_larger_error_comes_first_with_its_share_of_the_variance():
    found = contributions(cells((300.0, "a", 0.0, "x", 10.0), (400.0, "a", 0.0, "y", 10.0)), ("key",))
    assert found["key"].to_list()[:2] == ["y", "x"]
    assert found["share_of_variance"].to_list()[:2] == pytest.approx([0.64, 0.36])


def test_the_shares_of_sources_with_a_common_factor_add_up_to_one():
    table = pl.concat(
        [
            cells((300.0, "diesel", 10.0, "x", 5.0), source="fuels"),
            cells((100.0, "diesel", 10.0, "y", 5.0), source="vehicles"),
        ]
    )
    found = dict(contributions(table, ("source",)).select("source", "share_of_variance").iter_rows())
    variance = 40**2 + 15**2 + 5**2
    assert found == pytest.approx(
        {"fuels": (30 * 40 + 15**2) / variance, "vehicles": (10 * 40 + 5**2) / variance}
    )


def test_a_cell_without_a_range_takes_no_part():
    found = contributions(cells((100.0, "a", 10.0, "x", 0.0), (900.0, "b", None, "y", 0.0)), ("key",))
    assert "b" not in found["key"].to_list()
    assert found["share_of_variance"].sum() == pytest.approx(1)


def test_where_nothing_is_unsure_there_is_no_share():
    assert contributions(cells((100.0, "a", 0.0, "x", 0.0)), ("source",))["share_of_variance"].to_list() == [
        None
    ]
