"""Other methods and supplied figures stand beside the reported ones and change none of them."""

import polars as pl
import pytest
from builders import cell, facts_of, full_inventory, inventory

from saleve.method.inventory import SENSITIVITIES, SUPPLIED


def test_the_reported_method_comes_first_and_is_named_so(facts):
    first = facts.groups["method"][0]

    assert first.id == "2025.air_travel.method.icao-13-1"
    assert "(reported)" in first.short_label


def test_every_other_method_says_how_far_it_is_from_the_reported_figure(facts):
    table = facts.tables["by_method"]

    assert [row.cells[1] for row in table.rows[:4]] == ["", "\u221213%", "+4%", "+13%"]


def test_supplied_figures_stand_beside_ours_for_the_same_legs(facts):
    theirs, ours = facts.groups["supplied"]

    assert (theirs.value, ours.value) == (pytest.approx(21.0), pytest.approx(23.0))
    assert facts.tables["supplied"].rows[0].label == "ICEC 5.0.8"


def test_neither_moves_the_total(facts):
    empty = {"sensitivities": pl.DataFrame(schema=SENSITIVITIES), "supplied": pl.DataFrame(schema=SUPPLIED)}
    alone = facts_of(full_inventory(**empty))

    assert facts["total"].value == alone["total"].value


def test_a_figure_that_adds_up_no_rows_says_what_it_follows_from(facts):
    silent = [
        fact.id
        for fact in facts
        if fact.selection is None and not fact.derivation and fact.unit not in {"count", "person", "m2"}
    ]

    assert [name for name in silent if ".quality." not in name] == []


def test_a_report_without_flights_has_no_such_tables():
    found = facts_of(inventory([cell(2025, "electricity", 10)]))

    assert not {"by_method", "supplied"} & set(found.tables)
