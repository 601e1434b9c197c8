"""Laws that hold for bills of buildings, whatever their numbers: a bill in two parts is one bill; an office that used nothing adds nothing."""

from datetime import date, timedelta
from importlib import import_module

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity.normalising import Context
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Selection, by_gas, compile_inventory, total

RULES = Rules(places={"HQ": "CHE", "Empty": "KEN"})
AMOUNTS = {
    "electricity": {"amount_kwh": 1.0},
    "fuels": {"fuel": "natural_gas", "amount": 1.0, "amount_unit": "kWh gross"},
    "district_energy": {"carrier": "heat", "amount_kwh": 1.0},
}


def bill(source, amount, begin, end, site="HQ"):
    """Return the row of a bill; a field that is 1 in ``AMOUNTS`` is the amount."""
    fields = {name: amount if value == 1.0 else value for name, value in AMOUNTS[source].items()}
    return {"site": site, "country": {"HQ": "CHE", "Empty": "KEN"}[site], "period_start": begin, "period_end": end, **fields}  # fmt: skip


def inventory(source, *rows):
    module = import_module(f"saleve.method.activity.{source}")
    table = pl.DataFrame(list(rows)).with_columns(
        source_file=pl.lit("bills.csv"), source_sheet=pl.lit(""), source_row=pl.int_range(2, 2 + len(rows))
    )
    return compile_inventory({source: module.normalise(table, Context()).activity}, RULES)


def said(found):
    """Return total, range and gases of each year and boundary."""
    chosen = [Selection(year=year, boundary=boundary) for year in found.years for boundary in ("minimum", "optional")]  # fmt: skip
    sums = [total(found, one) for one in chosen]
    return [number for one in sums for number in (one.kg_co2e, one.low_kg_co2e, one.high_kg_co2e)] + [
        kg for one in chosen for kg in by_gas(found, one).values()
    ]


def alike(first, second):
    return [None if one is None else pytest.approx(one, rel=1e-9, abs=1e-9) for one in said(first)] == said(second)  # fmt: skip


@pytest.mark.parametrize("source", AMOUNTS)
@settings(max_examples=10, deadline=None)
@given(
    begin=st.dates(date(2021, 1, 1), date(2023, 12, 1)),
    days=st.integers(2, 400),
    amount=st.floats(1, 1e6),
    part=st.floats(0.01, 0.99),
)
def test_a_bill_in_two_periods_is_one_bill(source, begin, days, amount, part):
    first = max(1, min(days - 1, round(days * part)))
    middle, end = begin + timedelta(days=first), begin + timedelta(days=days)
    parts = (amount * first / days, amount * (days - first) / days)
    whole = inventory(source, bill(source, amount, begin, end - timedelta(days=1)))
    split = inventory(
        source,
        bill(source, parts[0], begin, middle - timedelta(days=1)),
        bill(source, parts[1], middle, end - timedelta(days=1)),
    )
    assert alike(whole, split)


@pytest.mark.parametrize("source", AMOUNTS)
@settings(max_examples=10, deadline=None)
@given(amounts=st.lists(st.floats(1, 1e6), min_size=1, max_size=5))
def test_an_office_that_used_nothing_changes_no_total_range_or_gas(source, amounts):
    year = date(2023, 1, 1), date(2023, 12, 31)
    bills = [bill(source, amount, *year) for amount in amounts]
    assert alike(inventory(source, *bills), inventory(source, *bills, bill(source, 0.0, *year, site="Empty")))
