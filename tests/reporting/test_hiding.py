"""Small groups hidden in documents: no hidden line can be computed from the lines and totals of report and submission together."""

import numpy as np
import polars as pl
import pytest
from builders import cell, inventory
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.inventory import Selection
from saleve.reporting.hiding import TRAVELLERS, Hiding, hidden_note
from saleve.reporting.submission_lines import submission_lines

FLIGHTS = Selection(year=2025, source="air_travel")
TRAVELLED = st.dictionaries(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(("staff_mission", "fellow", "consultant"))),
    st.sets(st.integers(0, 30), min_size=1, max_size=12),
    min_size=1,
)


def organisation(travelled):
    """Return an inventory and who is behind it, for ``{(site, category): travellers}``."""
    cells = [
        cell(2025, "air_travel", 7.0 + 3.1 * number, site=site, category=category, scope=3)
        for number, (site, category) in enumerate(travelled)
    ]
    who = [
        {"year": 2025, "source": "air_travel", "boundary": "minimum", "site": site, "category": category, "traveller": str(one)}
        for (site, category), travellers in travelled.items() for one in travellers
    ]  # fmt: skip
    return inventory(cells), Hiding(pl.DataFrame(who, schema=TRAVELLERS))


def shown(travelled, found, hiding):
    """Return the equations of what is published: rows over the places of ``travelled``."""
    places, secret = list(travelled), hiding.places(found, FLIGHTS)
    equations = [[True] * len(places)]
    equations += [[one == place for one in places] for place in places if place not in secret]
    equations += [[one[0] == site for one in places] for site in "ABC" if (site, None) not in secret]
    categories = {category for _site, category in places}
    equations += [[one[1] == each for one in places] for each in categories if (None, each) not in secret]
    return np.array(equations, dtype=float), secret


@settings(max_examples=60, deadline=None)
@given(TRAVELLED)
def test_what_is_hidden_cannot_be_computed_from_what_is_published(travelled):
    found, hiding = organisation(travelled)
    equations, secret = shown(travelled, found, hiding)
    rank = np.linalg.matrix_rank(equations)
    for number, place in enumerate(travelled):
        alone = np.eye(len(travelled))[number]
        told = np.linalg.matrix_rank(np.vstack([equations, alone])) == rank
        assert not told or place not in secret or len(travelled) == 1


@settings(max_examples=30, deadline=None)
@given(TRAVELLED)
def test_the_lines_of_a_submission_add_up_whatever_is_hidden(travelled):
    found, hiding = organisation(travelled)
    lines = submission_lines(found, 2025, hiding)
    assert sum(line.fact.value for line in lines) == pytest.approx(found.cells["kg_co2e"].sum() / 1000)


def test_lines_of_few_travellers_are_put_together_in_one():
    travelled = {("A", "fellow"): {1}, ("B", "fellow"): set(range(9)), ("A", "consultant"): set(range(9)), ("B", "consultant"): set(range(9)), ("C", "consultant"): set(range(20))}  # fmt: skip
    found, hiding = organisation(travelled)
    together = [line for line in submission_lines(found, 2025, hiding) if line.put_together]
    assert [line.fact.id for line in together] == ["2025.line.minimum.air_travel.small-groups"]
    assert not any(line.facility == "A" and line.kind == "Fellows" for line in submission_lines(found, 2025, hiding))  # fmt: skip


def test_without_small_groups_every_line_stays():
    travelled = {(site, "fellow"): set(range(9)) for site in "AB"}
    found, hiding = organisation(travelled)
    assert not any(line.put_together for line in submission_lines(found, 2025, hiding))


def test_a_table_that_hides_nothing_says_nothing():
    assert hidden_note((), 5) == ""
