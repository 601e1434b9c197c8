"""LMDI: against a second implementation written from the formula, and by its properties."""

import math
from decimal import Decimal, localcontext
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from saleve.method.change import DecompositionError, lmdi
from saleve.method.problems import SaleveError

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "change.yaml").read_text("utf-8"))
VALUE = st.one_of(st.just(0.0), st.floats(1e-3, 1e4))
POSITIVE = st.floats(1e-3, 1e4)


def pairs(value=VALUE):
    """Draw start and end of one to four factors over one to six categories."""

    def of_size(size):
        factors, categories = size
        column = st.lists(value, min_size=categories, max_size=categories)
        side = st.fixed_dictionaries({f"x{number}": column for number in range(factors)})
        return st.tuples(side, side)

    return st.tuples(st.integers(1, 4), st.integers(1, 6)).flatmap(of_size)


def products(side):
    return [math.prod(values) for values in zip(*side.values(), strict=True)]


def mean(a, b):
    """The logarithmic mean with fifty digits: of two numbers that are nearly the same, few are left after subtracting."""
    if a == b:
        return a
    with localcontext(prec=50):
        one, other = Decimal(a), Decimal(b)
        return float((one - other) / (one.ln() - other.ln()))


def by_the_formula(start, end):
    """Ang (2005), formula 5, one cell after the other; the eight zero cases as Ang and Liu (2007) list them."""
    effects = dict.fromkeys(start, 0.0)
    for index, (was, became) in enumerate(zip(products(start), products(end), strict=True)):
        new = [name for name in start if start[name][index] == 0 < end[name][index]]
        gone = [name for name in start if end[name][index] == 0 < start[name][index]]
        for name in start:
            if was > 0 and became > 0:
                effects[name] += mean(became, was) * math.log(end[name][index] / start[name][index])
            elif was == 0 and became > 0 and name in new:
                effects[name] += became / len(new)
            elif was > 0 and became == 0 and name in gone:
                effects[name] -= was / len(gone)
    return effects


def scale_of(start, end):
    return max(sum(products(start)), sum(products(end)), 1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_worked_example_comes_out(case):
    assert lmdi(case["start"], case["end"]) == pytest.approx(case["expected"], rel=1e-9, abs=1e-5)
    if "multiplicative" in case:
        found = lmdi(case["start"], case["end"], multiplicative=True)
        assert found == pytest.approx(case["multiplicative"], rel=1e-9)


@given(pairs())
def test_it_agrees_with_the_formula_written_a_second_time(pair):
    start, end = pair
    found, expected = lmdi(start, end), by_the_formula(start, end)
    size = scale_of(start, end) + max(map(abs, expected.values()))
    for name, effect in expected.items():
        assert found[name] == pytest.approx(effect, abs=1e-9 * size)


@given(pairs())
def test_the_effects_add_up_to_the_change_with_zero_cells_too(pair):
    start, end = pair
    change = sum(products(end)) - sum(products(start))
    assert sum(lmdi(start, end).values()) == pytest.approx(change, abs=1e-9 * scale_of(start, end))


@given(pairs(POSITIVE))
def test_the_multiplicative_effects_multiply_to_the_ratio(pair):
    start, end = pair
    effects = lmdi(start, end, multiplicative=True)
    logs = sum(map(math.log, effects.values()))
    assert logs == pytest.approx(math.log(sum(products(end)) / sum(products(start))), abs=1e-9)


@example(({"x0": [1.0, 3490.0], "x1": [1.0, 3490.0]}, {"x0": [3490.0, 1.0], "x1": [3490.0, 0.5]}))
@given(pairs(POSITIVE))
def test_the_multiplicative_effects_are_those_of_normalised_weights(pair):
    start, end = pair
    was, became = products(start), products(end)
    whole = mean(sum(became), sum(was))
    for name, effect in lmdi(start, end, multiplicative=True).items():
        logs = sum(
            mean(became[i], was[i]) / whole * math.log(end[name][i] / start[name][i]) for i in range(len(was))
        )
        assert math.log(effect) == pytest.approx(logs, abs=1e-9)


def test_the_multiplicative_effects_multiply_to_the_ratio_with_a_category_that_appears():
    effects = lmdi({"a": [2, 0], "b": [3, 1]}, {"a": [2, 4], "b": [6, 1]}, multiplicative=True)
    assert math.prod(effects.values()) == pytest.approx(16 / 6)


@given(pairs(), st.randoms(use_true_random=False))
def test_the_order_of_categories_and_factors_does_not_matter(pair, random):
    start, end = pair
    order = list(range(len(products(start))))
    random.shuffle(order)
    names = random.sample(list(start), len(start))
    shuffled = [{name: [side[name][index] for index in order] for name in names} for side in pair]
    found = lmdi(*shuffled)
    for name, effect in lmdi(start, end).items():
        assert found[name] == pytest.approx(effect, abs=1e-9 * scale_of(start, end))


@given(pairs(), st.floats(0.01, 100))
def test_another_unit_of_one_factor_scales_all_effects_alike(pair, times):
    start, end = pair
    scaled = [{**side, "x0": [value * times for value in side["x0"]]} for side in pair]
    found = lmdi(*scaled)
    for name, effect in lmdi(start, end).items():
        assert found[name] == pytest.approx(effect * times, abs=1e-9 * times * scale_of(start, end))


@given(pairs())
def test_the_way_back_has_the_opposite_effects(pair):
    start, end = pair
    back = lmdi(end, start)
    for name, effect in lmdi(start, end).items():
        assert back[name] == pytest.approx(-effect, abs=1e-9 * scale_of(start, end))


# V0, VT, x0, xT, effect on x: cases 1 to 8 of Ang and Liu (2007), the other factor being what makes V what it is.
ZERO_CASES = [
    ("1: it appears with the factor", (0, 5), (5, 1), 5),
    ("2: it vanishes with the factor", (5, 0), (1, 5), -5),
    ("3: it appears for another reason", (5, 5), (0, 1), 0),
    ("4: it vanishes for another reason", (5, 5), (1, 0), 0),
    ("5: the factor is zero in both", (0, 0), (1, 2), 0),
    ("6: nothing in both, the factor there", (2, 3), (0, 0), 0),
    ("7: nothing in both, the factor goes", (2, 0), (0, 1), 0),
    ("8: nothing in both, the factor comes", (0, 3), (1, 0), 0),
]


@pytest.mark.parametrize(("x", "other", "effect"), [case[1:] for case in ZERO_CASES], ids=[case[0] for case in ZERO_CASES])  # fmt: skip
def test_the_eight_zero_cases(x, other, effect):
    found = lmdi({"x": [x[0]], "other": [other[0]]}, {"x": [x[1]], "other": [other[1]]})
    assert found["x"] == pytest.approx(effect)


def test_several_zeros_are_the_limit_of_one_small_number_in_their_place():
    limit = lmdi({"a": [0], "b": [0], "c": [2]}, {"a": [3], "b": [5], "c": [1]})
    distances = []
    for small in (1e-50, 1e-100, 1e-150):
        near = lmdi({"a": [small], "b": [small], "c": [2]}, {"a": [3], "b": [5], "c": [1]})
        distances.append(max(abs(near[name] - limit[name]) for name in limit))
    assert all(later < earlier for earlier, later in pairwise(distances))
    assert distances[-1] < 0.05 * 15


def test_sequences_arrays_and_series_are_the_same():
    expected = lmdi({"a": [1, 2]}, {"a": [3, 4]})
    assert lmdi({"a": np.array([1.0, 2.0])}, {"a": np.array([3.0, 4.0])}) == expected
    assert lmdi({"a": pl.Series([1.0, 2.0])}, {"a": pl.Series([3.0, 4.0])}) == expected


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ({"a": [1]}, {"b": [1]}, "same factors"),
        ({}, {}, "same factors"),
        ({"a": [1, 2]}, {"a": [1]}, "2 categories"),
        ({"a": [1, 2], "b": [1]}, {"a": [1, 2], "b": [1]}, "a 2, b 1"),
        ({"a": [1, None]}, {"a": [1, 2]}, "category 2 has no value"),
        ({"a": pl.Series([1.0, None])}, {"a": [1, 2]}, "category 2 has no value"),
        ({"a": [1]}, {"a": [float("nan")]}, "no value"),
        ({"a": [1]}, {"a": [-1]}, "negative"),
        ({"a": ["x"]}, {"a": [1]}, "list of numbers"),
        ({"a": 1}, {"a": [1]}, "list of numbers"),
    ],
)
def test_what_cannot_be_decomposed_is_refused_in_words(start, end, words):
    with pytest.raises(DecompositionError, match=words):
        lmdi(start, end)


def test_a_refusal_belongs_to_the_family_of_errors():
    assert issubclass(DecompositionError, SaleveError)


def test_a_total_of_zero_has_no_ratio():
    with pytest.raises(DecompositionError, match="no ratio"):
        lmdi({"a": [0]}, {"a": [1]}, multiplicative=True)
