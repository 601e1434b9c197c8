"""Sources to scopes, scopes to the total, units to the organisation: what does not add up is named to the line."""

from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Inventory
from saleve.method.reconciliation import PRINTED, differences, reconcile, reconcile_printed

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "reconciliation.yaml").read_text("utf-8"))
# A statement that prints its scopes 33.33 t short: a source stands in its list and in no scope.
STATEMENT_T = [
    ("total", "all", None, 1033.33),
    ("scope", "Scope 1", 1, 200.0),
    ("scope", "Scope 2", 2, 300.0),
    ("scope", "Scope 3", 3, 500.0),
    ("source", "Fuels", 1, 200.0),
    ("source", "Electricity", 2, 300.0),
    ("source", "Air travel", 3, 500.0),
    ("source", "Shuttle bus", None, 33.33),
]


def cells(*rows):
    """Return an inventory of cells: source, category, unit, scope, kg."""
    names = ("source", "category", "unit", "scope", "kg_co2e")
    table = pl.DataFrame(rows, schema={one: CELL[one] for one in names}, orient="row")
    missing = [pl.lit(None, kind).alias(one) for one, kind in CELL.items() if one not in names]
    whole = table.with_columns(missing).with_columns(year=pl.lit(2024), boundary=pl.lit("minimum"), rows=1)
    return Inventory(whole.select(CELL.names()), Rules(), (2024,))


def printed(lines, year=2023):
    rows = [(year, level, line, scope, tonnes * 1000) for level, line, scope, tonnes in lines]
    return pl.DataFrame(rows, schema=PRINTED, orient="row")


def test_a_cell_without_scope_is_named_with_what_it_lacks():
    inventory = cells(("fuels", "gas", "A", 1, 100.0), ("reported_emissions", "shuttle", "A", None, 33.33))
    (found,) = differences(reconcile(inventory, 2024)).to_dicts()
    assert found["check"] == "scopes-to-total"
    assert found["difference_kg_co2e"] == pytest.approx(33.33)
    assert found["lines"] == ["reported_emissions, shuttle"]


def test_units_are_checked_only_where_somebody_names_one():
    without = cells(("fuels", "gas", None, 1, 100.0))
    assert "units-to-organisation" not in reconcile(without, 2024)["check"].to_list()


def test_a_journey_without_unit_is_a_remainder_with_its_lines():
    inventory = cells(("air_travel", "staff", "A", 3, 70.0), ("air_travel", "delegate", None, 3, 30.0))
    checks = reconcile(inventory, 2024)
    units = checks.row(by_predicate=pl.col("check") == "units-to-organisation", named=True)
    assert differences(checks).is_empty()
    assert (units["without_unit_kg_co2e"], units["lines_without_unit"]) == (30.0, ["air_travel, delegate"])
    assert units["not_assigned_kg_co2e"] is None


def test_what_is_neither_building_nor_journey_and_names_no_unit_is_a_difference():
    inventory = cells(("air_travel", "staff", "A", 3, 70.0), ("reported_emissions", "mail", None, 3, 30.0))
    (found,) = differences(reconcile(inventory, 2024)).to_dicts()
    assert (found["check"], found["lines"]) == ("units-to-organisation", ["reported_emissions, mail"])
    assert found["difference_kg_co2e"] == pytest.approx(30.0)


def test_buildings_belong_to_no_unit_and_are_a_remainder_not_a_difference():
    inventory = cells(("air_travel", "staff", "A", 3, 70.0), ("fuels", "gas", None, 1, 30.0))
    checks = reconcile(inventory, 2024)
    units = checks.row(by_predicate=pl.col("check") == "units-to-organisation", named=True)
    assert differences(checks).is_empty()
    assert units["not_assigned_kg_co2e"] == pytest.approx(30.0)
    assert units["lines_not_assigned"] == ["fuels, gas"]


def test_buildings_and_journeys_without_unit_are_told_apart():
    inventory = cells(
        ("air_travel", "staff", "A", 3, 70.0),
        ("air_travel", "delegate", None, 3, 5.0),
        ("fuels", "gas", None, 1, 30.0),
    )
    checks = reconcile(inventory, 2024)
    units = checks.row(by_predicate=pl.col("check") == "units-to-organisation", named=True)
    assert (units["not_assigned_kg_co2e"], units["without_unit_kg_co2e"]) == (30.0, 5.0)
    assert (units["lines_not_assigned"], units["lines_without_unit"]) == (
        ["fuels, gas"],
        ["air_travel, delegate"],
    )
    assert differences(checks).is_empty()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_printed_statements_of_the_cases(case):
    lines = [(one["level"], one["line"], one.get("scope"), float(one["t"])) for one in case["lines"]]
    found = differences(reconcile_printed(printed(lines)))
    told = [
        {"check": row["check"], "t": pytest.approx(row["difference_kg_co2e"] / 1000), "lines": row["lines"]}
        for row in found.iter_rows(named=True)
    ]
    assert told == case["differences"]


def test_a_source_left_out_of_its_printed_scope_is_named():
    short = [line if line[1] != "Scope 3" else ("scope", "Scope 3", 3, 466.67) for line in STATEMENT_T]
    lines = [line if line[1] != "Shuttle bus" else ("source", "Shuttle bus", 3, 33.33) for line in short]
    found = differences(reconcile_printed(printed(lines))).filter(check="sources-to-scope")
    assert found["line"].to_list() == ["Scope 3"]
    assert found["difference_kg_co2e"].to_list() == pytest.approx([-66660.0])


def test_the_offices_in_the_pacific_add_up_to_the_total_that_they_print(shared):
    table = pl.read_csv(shared / "data/real/noaa_pacific_inventory/Emissions_DataViz.csv", infer_schema=False)
    amounts = table.select(
        line="Category", scope=pl.col("Scope").cast(pl.Int64), kg_co2e=pl.col("Tons").cast(pl.Float64) * 1000
    )
    level = pl.when(pl.col("line").is_null()).then(pl.lit("total")).otherwise(pl.lit("source"))
    statement = amounts.with_columns(level=level, year=pl.lit(2023, dtype=pl.Int64)).select(PRINTED.names())
    checks = reconcile_printed(statement)
    assert checks["check"].to_list() == ["sources-to-total"]
    assert differences(checks).is_empty()


def test_a_source_without_scope_is_found_in_the_offices_figures(shared):
    table = pl.read_csv(shared / "data/real/noaa_pacific_inventory/Emissions_DataViz.csv", infer_schema=False)
    rows = table.select("Category", pl.col("Scope").cast(pl.Int64), pl.col("Tons").cast(pl.Float64)).rows()
    sources = [
        ("source", name.strip(), None if "refrigerants" in name else scope, tonnes)
        for name, scope, tonnes in rows
        if name
    ]
    scopes = [
        ("scope", f"Scope {n}", n, sum(t for _l, _n, scope, t in sources if scope == n)) for n in (1, 2, 3)
    ]
    whole = [("total", "all", None, rows[-1][2])]
    found = differences(reconcile_printed(printed([*whole, *scopes, *sources])))
    assert found["lines"].to_list() == [["PIFSCrefrigerants"]]
    assert found["difference_kg_co2e"].to_list() == pytest.approx([82000.0])


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 3), st.floats(0, 1e9)), min_size=1, max_size=20)
)
def test_cells_that_name_everything_always_add_up(rows):
    inventory = cells(*(("fuels", "gas", unit, scope, kg) for unit, scope, kg in rows))
    assert differences(reconcile(inventory, 2024)).is_empty()
