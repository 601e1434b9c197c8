"""No hidden figure can be computed from what is shown: the linear system of the published sums does not determine it."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.suppression import (
    TOTAL,
    hidden_groups,
    hidden_places,
    merged_groups,
    suppressed,
    with_totals,
)

PLACES = st.tuples(st.sampled_from("ABCDE"), st.sampled_from("vwxyz"))
TABLES = st.dictionaries(PLACES, st.tuples(st.integers(1, 40), st.floats(1, 1e6)), min_size=1, max_size=25)


def recoverable(whole, hidden):
    """Return the hidden places that the sums of rows and columns determine, by linear algebra alone."""
    names = list(hidden)
    equations = [
        *([place for place in whole if place[0] == row] for row in {place[0] for place in whole}),
        *([place for place in whole if place[1] == column] for column in {place[1] for place in whole}),
    ]
    signs = [[_sign(name, equation) for name in names] for equation in equations]
    matrix = np.array(signs, dtype=float)
    rank = np.linalg.matrix_rank(matrix)
    unit = np.eye(len(names))
    return [
        name
        for name, one in zip(names, unit, strict=True)
        if np.linalg.matrix_rank(np.vstack([matrix, one])) == rank
    ]


def _sign(place, equation):
    """A sum and its total stand on two sides of an equation."""
    if place not in equation:
        return 0
    along_row = all(other[0] == equation[0][0] for other in equation)
    is_total = place[1] is TOTAL if along_row else place[0] is TOTAL
    return -1 if is_total else 1


@given(TABLES)
def test_no_hidden_value_follows_from_the_published_sums(table):
    whole = with_totals({place: kg for place, (_persons, kg) in table.items()})
    hidden = hidden_places(whole, [place for place, (persons, _kg) in table.items() if persons < 5])
    assert not hidden or recoverable(whole, hidden) == []


@given(TABLES)
def test_every_small_group_is_hidden_and_nothing_where_none_is_small(table):
    few = [place for place, (persons, _kg) in table.items() if persons < 5]
    hidden = hidden_places(with_totals({place: kg for place, (_persons, kg) in table.items()}), few)
    assert set(few) <= set(hidden)
    assert bool(few) == bool(hidden)


def test_a_lone_small_group_takes_others_with_it():
    rows = [
        ("A", "staff", 100.0, 20),
        ("A", "fellow", 10.0, 2),
        ("B", "staff", 50.0, 9),
        ("B", "fellow", 80.0, 7),
    ]
    table = pl.DataFrame(rows, schema=["unit", "category", "kg", "persons"], orient="row")
    shown = suppressed(table, row="unit", column="category", value="kg", persons="persons")
    inner = shown.filter(pl.col("unit").is_not_null(), pl.col("category").is_not_null())
    assert dict(inner.group_by("hidden").len().iter_rows()) == {"primary": 1, "secondary": 3}
    assert shown.filter(pl.col("unit").is_null(), pl.col("category").is_null())["kg"].item() == 240.0


def test_the_check_itself_finds_a_figure_that_can_be_computed():
    whole = with_totals({("A", "v"): 1.0, ("A", "w"): 2.0, ("B", "v"): 3.0, ("B", "w"): 4.0})
    assert recoverable(whole, {("A", "v"): "primary"}) == [("A", "v")]


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=12), st.integers(1, 10))
def test_merged_groups_are_never_one_alone_nor_too_few_while_others_are_left(persons, smallest):
    merged = merged_groups(persons, smallest)
    assert {one for one, count in persons.items() if count < smallest} <= merged
    if merged and len(merged) < len(persons):
        assert len(merged) > 1
        assert sum(persons[one] for one in merged) >= smallest


def test_hidden_groups_are_joined_until_different_travellers_are_enough():
    behind = {"short": {"a", "b"}, "medium": {"a", "b", "c"}, "long": {"a", "b", "c", "d", "e", "f"}}
    assert hidden_groups(behind) == {"short", "medium", "long"}


def test_one_small_group_takes_the_next_with_it():
    behind = {"East": {"a"}, "North": set("bcdefg"), "South": set("hijklmno")}
    assert hidden_groups(behind) == {"East", "North"}


def test_groups_of_enough_travellers_all_stay():
    assert hidden_groups({"North": set("abcde"), "South": set("fghij")}) == frozenset()


@given(st.dictionaries(st.text(max_size=3), st.sets(st.integers(0, 12), min_size=1), max_size=8))
def test_what_is_hidden_together_rests_on_enough_travellers_or_is_all(behind):
    hidden = hidden_groups(behind)
    together = set().union(*(behind[one] for one in hidden))
    assert not hidden or hidden == behind.keys() or (len(hidden) > 1 and len(together) >= 5)
    assert all(len(behind[one]) >= 5 for one in behind.keys() - hidden)
