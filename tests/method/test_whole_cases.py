"""Worked examples of what only a whole inventory shows: tests/cases/*.yaml, through normalise and compile_inventory."""

from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from saleve.method.activity.normalising import Context
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import FACILITIES, Selection, area_m2, compile_inventory, persons, total
from saleve.method.planning.target_path import Target, position

CASES = Path(__file__).parents[1] / "cases"
PAGES = ("headcount", "floor_area", "home_leave", "reported_emissions", "inventory")


def cases_of(*names):
    return [
        pytest.param(case, id=f"{name}: {case['case']}")
        for name in names
        for case in yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    ]


def activity(category, rows):
    module = import_module(f"saleve.method.activity.{category}")
    source = {
        "source_file": f"{category}.csv",
        "source_sheet": "",
        "source_row": pl.int_range(2, 2 + len(rows)),
    }
    named = {name: pl.lit(one) if isinstance(one, str) else one for name, one in source.items()}
    table = pl.DataFrame(rows, infer_schema_length=None).with_columns(**named)
    return module.normalise(table, Context()).activity


def figures(case: dict[str, Any]) -> dict[str, float | None]:
    """Return what the examples may expect of the one year that a case has."""
    found = compile_inventory(
        {category: activity(category, rows) for category, rows in case["files"].items()},
        Rules(**case.get("rules", {})),
    )
    (year,) = found.years
    kg = {boundary: total(found, Selection(year=year, boundary=boundary)).kg_co2e for boundary in ("minimum", "optional", "memo")}  # fmt: skip
    facilities = total(found, Selection(year=year, source=FACILITIES)).kg_co2e
    people, area = persons(found, year), area_m2(found, year)
    return {
        "total_kg_co2e": kg["minimum"],
        "total_t_co2e": thousandth(kg["minimum"]),
        "optional_t_co2e": thousandth(kg["optional"]),
        "memo_t_co2e": thousandth(kg["memo"]),
        "facilities_t_co2e": thousandth(facilities),
        "persons": people,
        "area_m2": area,
        "t_co2e_per_person": thousandth(kg["minimum"] / people) if people else None,
        "kg_co2e_per_m2": facilities / area if facilities and area else None,
    }


def thousandth(kg):
    return None if kg is None else kg / 1000


def as_printed(found, digits):
    return found if found is None or digits is None else round(found + 1e-9, digits)


@pytest.mark.parametrize("case", cases_of(*PAGES))
def test_a_worked_example_of_the_whole_comes_out(case):
    found, digits = figures(case), case.get("printed_digits")
    told = {name: as_printed(found[name], digits) for name in case["expected"]}
    assert told == {name: value if value is None else pytest.approx(value, rel=1e-6) for name, value in case["expected"].items()}  # fmt: skip


@pytest.mark.parametrize("case", cases_of("target"))
def test_a_worked_example_of_a_target_comes_out(case):
    base = case["totals"][case["target"]["base_year"]]
    totals = {year: 1000.0 * tonnes for year, tonnes in case["totals"].items()}
    place = position(Target(**case["target"], base_kg_co2e=1000.0 * base), totals, case["year"])
    found = {
        "path_t_co2e": place.path_kg_co2e / 1000,
        "gap_t_co2e": place.gap_kg_co2e / 1000,
        "change_since_base_pct": place.change_since_base_pct,
        "required_rate_pct_per_year": place.required_rate_pct_per_year,
    }
    assert {name: as_printed(one, case["printed_digits"]) for name, one in found.items()} == pytest.approx(case["expected"])  # fmt: skip
