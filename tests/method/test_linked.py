"""Which hidden sum follows from the sums that are shown: by hand, and against the rank of the matrix."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.linked import given_away

SUMS = st.lists(st.lists(st.booleans(), min_size=6, max_size=6).filter(any), min_size=1, max_size=8)


def sums(*rows):
    return np.array([[part in row for part in "abcd"] for row in rows])


def test_a_total_less_its_other_parts_gives_a_part_away():
    assert given_away(sums("abc", "b", "c"), sums("a")) == {0: [0, 1, 2]}


def test_two_hidden_parts_of_one_total_are_safe():
    assert given_away(sums("abc", "c"), sums("a", "b")) == {}


def test_two_tables_that_are_safe_apart_give_a_part_away_together():
    by_source, by_cabin = sums("abcd", "ab", "cd"), sums("abcd", "b")
    assert given_away(by_source, sums("a")) == {}
    assert given_away(by_cabin, sums("a")) == {}
    assert 0 in given_away(np.vstack([by_source, by_cabin]), sums("a"))


def test_nothing_shown_gives_nothing_away():
    assert given_away(sums()[:0].reshape(0, 4), sums("a")) == {}


@given(SUMS, SUMS)
def test_what_is_given_away_is_what_leaves_the_rank_as_it_is(shown, secret):
    known, asked = np.array(shown), np.array(secret)
    rank = np.linalg.matrix_rank(known.astype(float))
    follows = {
        n
        for n, one in enumerate(asked)
        if np.linalg.matrix_rank(np.vstack([known, one]).astype(float)) == rank
    }
    assert set(given_away(known, asked)) == follows
