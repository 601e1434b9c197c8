"""Worked examples of waste, water, paper, procurement, information technology and offsets: tests/cases/*.yaml."""

from typing import Any

import polars as pl
import pytest
from worked_examples import activity_matches, cases_of, matches, only_row

from saleve.method.activity import ict as it_rows
from saleve.method.activity import offsets as certificates
from saleve.method.activity import paper as paper_bought
from saleve.method.activity import procurement as payments
from saleve.method.activity import waste as loads
from saleve.method.activity import water as water_bills
from saleve.method.activity.normalising import Context
from saleve.method.emissions import ict, offsets, paper, procurement, waste, water
from saleve.method.schema import POLARS_TYPE, Kind

METHODS = {
    "waste": (loads, waste),
    "water": (water_bills, water),
    "paper": (paper_bought, paper),
    "procurement": (payments, procurement),
    "ict": (it_rows, ict),
    "offsets": (certificates, offsets),
}
TABLES = ("exchange_rates", "price_index", "account_categories")
KEYS = ("site", "year", "category", "boundary")


@pytest.mark.parametrize(("name", "case"), cases_of(METHODS))
def test_a_worked_example_comes_out_as_published(name: str, case: dict[str, Any]) -> None:
    activity, emissions = METHODS[name]
    normalised = activity.normalise(as_read(case["rows"]), Context())
    activity_matches(normalised.activity, case)
    results = emissions.estimate(normalised.activity, **rules_of(case))
    for expected in case["expected"]:
        matches(only_row(results, expected, KEYS), expected)


def as_read(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return the rows as intake gives them: money exact, one column for each currency."""
    read = pl.DataFrame(rows, infer_schema_length=None).with_row_index("source_row", offset=2)
    money = [name for name in read.columns if name.startswith(("amount_", "cost_")) and len(name.split("_")[-1]) == 3 and name not in ("amount_kwh", "amount_mwh")]  # fmt: skip
    return read.with_columns(pl.col(name).cast(POLARS_TYPE[Kind.MONEY]) for name in money)


def rules_of(case: dict[str, Any]) -> dict[str, Any]:
    given = case.get("rules", {})
    return {name: pl.DataFrame(value) if name in TABLES else value for name, value in given.items()}
