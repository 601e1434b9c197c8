"""What all checks across files read from a table of activity: amount, unit, kind, period, place."""

from datetime import date

import polars as pl
import pytest

from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.standing import (
    amount_column,
    entries,
    kind_columns,
    place,
    real_rows,
    span,
    unit_of,
)

AMOUNTS = {
    "air_travel": "passengers",
    "electricity": "energy_kwh",
    "fuels": "amount",
    "district_energy": "energy_kwh",
    "refrigerants": "refilled_kg",
    "headcount": "persons",
    "floor_area": "area_m2",
    "reported_emissions": "reported_kg_co2e",
}


@pytest.mark.parametrize(("category", "column"), AMOUNTS.items())
def test_the_first_number_of_a_category_says_how_much(category, column):
    assert amount_column(pl.DataFrame(schema=CATEGORIES[category].ACTIVITY)) == column


@pytest.mark.parametrize(("column", "unit"), [("energy_kwh", "kWh"), ("water_m3", "m3"), ("waste_kg", "kg")])
def test_the_unit_is_that_of_the_columns_name(column, unit):
    table = pl.DataFrame({column: [1.0]})
    assert table.select(unit_of(table).alias("unit"))["unit"].item() == unit


def test_a_column_of_units_goes_before_the_name():
    table = pl.DataFrame({"amount": [1.0], "amount_unit": ["l"]})
    assert table.select(unit_of(table).alias("unit"))["unit"].item() == "l"


def test_supplier_and_country_make_no_other_series_but_fuel_and_meter_do():
    kinds = kind_columns(pl.DataFrame(schema=CATEGORIES["fuels"].ACTIVITY))
    assert {"site", "meter", "fuel", "amount_unit"} <= set(kinds)
    assert not {"supplier", "country", "reading", "source_file"} & set(kinds)


def test_a_row_without_dates_spans_its_year():
    table = pl.DataFrame({"year": [2024], "valid_from": [None], "valid_to": [date(2024, 6, 30)]}, schema_overrides={"valid_from": pl.Date})  # fmt: skip
    start, end = span(table)
    assert table.select(start.alias("start"), end.alias("end")).row(0) == (
        date(2024, 1, 1),
        date(2024, 6, 30),
    )


def test_the_parts_of_a_line_are_one_entry_again():
    parts = pl.DataFrame({"batch": ["a", "a"], "source_sheet": ["", ""], "source_row": [2, 2], "period_start": [date(2023, 12, 1), date(2024, 1, 1)], "period_end": [date(2023, 12, 31), date(2024, 1, 31)], "energy_kwh": [1.0, 2.0]})  # fmt: skip
    line = entries(parts).row(0, named=True)
    assert (line["start"], line["end"], line["quantity"]) == (date(2023, 12, 1), date(2024, 1, 31), 3.0)


def test_a_place_names_the_sheet_only_where_there_is_one():
    rows = real_rows(pl.DataFrame({"source_file": ["f.xlsx", "f.csv"], "source_sheet": ["2024", None], "source_row": [7, 8]}))  # fmt: skip
    told = rows.select(place().alias("place"))["place"].to_list()
    assert set(told) == {"f.xlsx, sheet 2024, row 7", "f.csv, row 8"}
