"""Tables of units on the pages: no hidden figure of one can be computed by subtraction from the others."""

import numpy as np
import polars as pl
import pytest

from saleve.ems.figures.cuts import DIMENSIONS, cuts
from saleve.ems.figures.groups import TRAVELLERS, hidden_cuts
from saleve.ems.figures.linked import protected
from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Inventory

# unit, source, cabin, kg CO2e, travellers: two persons of A and three of B flew business
PARTS = [
    ("A", "air_travel", "economy", 50.0, 20), ("A", "air_travel", "business", 5.0, 2), ("A", "vehicles", None, 10.0, 0),
    ("B", "air_travel", "economy", 40.0, 20), ("B", "air_travel", "business", 8.0, 3), ("B", "vehicles", None, 3.0, 0),
    ("C", "air_travel", "economy", 70.0, 20), ("C", "air_travel", "business", 90.0, 9), ("C", "vehicles", None, 30.0, 0),
]  # fmt: skip


@pytest.fixture(scope="module")
def inventory():
    rows = [
        {
            "year": 2025,
            "boundary": "minimum",
            "unit": unit,
            "source": source,
            "cabin": cabin,
            "kg_co2e": kg,
            "rows": 1,
        }
        | {"scope": 3 if cabin else 1, "category": "staff_mission" if cabin else "car", "site": "HQ"}
        for unit, source, cabin, kg, _who in PARTS
    ]
    return Inventory(pl.DataFrame(rows, schema=CELL), Rules(), (2025,))


@pytest.fixture(scope="module")
def hidden(inventory):
    """Return the cuts in which each table is protected by itself."""
    who = [
        {"year": 2025, "boundary": "minimum", "unit": unit, "site": "HQ", "category": "staff_mission", "cabin": cabin}
        | {"traveller": f"{unit}-{number}", "travellers": None}
        for unit, _source, cabin, _kg, count in PARTS for number in range(count)
    ]  # fmt: skip
    whole = cuts(inventory)
    return hidden_cuts(whole, whole, pl.DataFrame(who, schema=TRAVELLERS), 5)


def computable(table, inventory):
    """Return the hidden figures of few travellers that the shown ones determine, by the rank of their matrix alone."""
    parts = inventory.cells.with_columns(pl.col("scope").cast(pl.String))
    rows = table.to_dicts()
    shown = np.array([held(parts, row) for row in rows if row["hidden"] is None], dtype=float)
    rank = np.linalg.matrix_rank(shown)
    secret = [row for row in rows if row["hidden"] == "primary"]
    assert secret
    return {
        (row["within_name"], row["name"])
        for row in secret
        if np.linalg.matrix_rank(np.vstack([shown, held(parts, row)])) == rank
    }


def held(parts, row):
    pairs = [(row[one], row[other]) for one, other in (("by", "name"), ("within", "within_name"))]
    chosen = [
        parts[name].eq_missing(pl.Series([value], dtype=pl.String))
        for name, value in pairs
        if name in DIMENSIONS
    ]
    return np.logical_and.reduce([np.ones(len(parts), dtype=bool), *(one.to_numpy() for one in chosen)])


def test_tables_that_are_safe_apart_give_few_travellers_away_together(hidden, inventory):
    assert computable(hidden, inventory) == {("A", "business"), ("B", "business")}


def test_protected_together_nothing_can_be_computed(hidden, inventory):
    assert computable(protected(hidden, inventory), inventory) == set()


def test_totals_and_sums_of_sources_stay(hidden, inventory):
    found = protected(hidden, inventory)
    totals = found.filter(pl.col("within").is_null())
    assert totals["hidden"].null_count() == len(totals)
    assert totals["kg_co2e"].to_list() == hidden.filter(pl.col("within").is_null())["kg_co2e"].to_list()


def test_what_is_hidden_besides_tells_no_number_and_explains_nothing(hidden, inventory):
    found = protected(hidden, inventory).filter(pl.col("hidden").is_not_null())
    assert len(found) > hidden["hidden"].count()
    assert found.select(
        "kg_co2e", "low_kg_co2e", "high_kg_co2e", "rows", "figure_id"
    ).null_count().sum_horizontal().item() == 5 * len(found)


def test_tables_without_secrets_stay_as_they_are(inventory):
    whole = cuts(inventory)
    assert protected(whole, inventory).equals(whole)


def test_an_organisation_too_large_to_solve_shows_no_parts_of_units(hidden, inventory, monkeypatch):
    monkeypatch.setattr("saleve.ems.figures.linked._MOST_PARTS", 3)
    found = protected(hidden, inventory).filter(
        pl.col("within").is_in(["unit", "site"])
        | (pl.col("within").is_not_null() & pl.col("by").is_in(["unit", "site"]))
    )
    assert found["hidden"].null_count() == 0
