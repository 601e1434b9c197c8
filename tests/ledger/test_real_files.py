"""Files that people really wrote, read whole: every row accounted for, every value that the truth has."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from saleve.ledger.intake.checking import Checked, check_file
from saleve.method.activity.normalising import Context

ROWS = {2012: 93, 2013: 115, 2014: 147}
CENTS_LEFT_OUT = 1.0  # the truth file gives whole pesos where the source has centavos


@pytest.fixture(scope="module", params=list(ROWS))
def argentina(request: pytest.FixtureRequest, shared: Path) -> tuple[int, Checked, pl.DataFrame]:
    year, folder = request.param, shared / "data/real/argentina_senate_travel"
    context = Context(year=year, constants={"origin": "Buenos Aires", "round_trip": "yes"})  # type: ignore[arg-type]
    checked = check_file(folder / f"raw_viajes_{year}.xlsx", category="air_travel", context=context)
    return year, checked, pl.read_csv(folder / f"clean_viajes_{year}.csv", infer_schema=False)


def _with_truth(checked: Checked, truth: pl.DataFrame) -> pl.DataFrame:
    """Return the accepted rows beside the truth; row 2 of the file is the first row of the truth."""
    numbered = truth.with_row_index("source_row", offset=2).with_columns(pl.col("source_row").cast(pl.Int64))
    return checked.table.join(numbered, on="source_row", how="left")


def test_every_row_of_the_senate_is_accounted_for(argentina: tuple[int, Checked, pl.DataFrame]) -> None:
    year, checked, truth = argentina
    assert checked.rows == truth.height == ROWS[year]
    assert checked.rows == checked.accepted + checked.repaired + checked.rejected
    assert set(checked.table["source_row"]) | set(checked.rejected_rows["source_row"]) == set(
        range(2, ROWS[year] + 2)
    )


@pytest.mark.parametrize(
    ("column", "header"), [("departure_date", "Fecha_salida"), ("return_date", "Fecha_llegada")]
)
def test_dates_of_the_senate_equal_the_truth(
    argentina: tuple[int, Checked, pl.DataFrame], column: str, header: str
) -> None:
    _year, checked, truth = argentina
    both = _with_truth(checked, truth).with_columns(pl.col(header).str.to_date("%d-%m-%Y"))
    assert both[column].null_count() == 0
    assert both.filter(pl.col(column) != pl.col(header)).height == 0


@pytest.mark.parametrize("currency", ["dolar", "euro", "pesos"])
def test_allowances_of_the_senate_equal_the_truth(
    argentina: tuple[int, Checked, pl.DataFrame], currency: str
) -> None:
    _year, checked, truth = argentina
    both = _with_truth(checked, truth)
    column = f"per_diem_{ {'dolar': 'usd', 'euro': 'eur'}.get(currency, currency) }"
    read = both[column].cast(pl.Float64).fill_null(0.0)
    stated = both[f"Viaticos_{currency}"].cast(pl.Float64)
    assert ((read - stated).abs() < CENTS_LEFT_OUT).all()
    assert (read - stated).abs().filter(stated == read.round(2)).sum() == 0


def test_no_date_of_the_mexican_trips_is_invented(shared: Path) -> None:
    folder = shared / "data/real/ifai_mexico_trips"
    context = Context(year=2013, payer_names=("IFAI",))
    found = [
        check_file(folder / f"ifai_trips_2013.{kind}", category="air_travel", context=context)
        for kind in ("csv", "json")
    ]
    for checked in found:
        assert checked.rows == 31 == checked.accepted + checked.repaired + checked.rejected
        assert checked.date_orders["FECHAINICIO_COM"] == "mixed"
    days = dict(found[0].table.select("source_row", "departure_date").rows())
    assert days[2] == date(2013, 1, 31)
    assert {"fare_mxn", "fare_usd"} <= set(found[0].table.columns)
    texts = pl.read_csv(folder / "ifai_trips_2013.csv", infer_schema=False)["FECHAINICIO_COM"].to_list()
    open_days = [
        text
        for row, text in enumerate(texts, start=2)
        if row in days and days[row] is None and text[0].isdigit()
    ]
    assert open_days
    assert all(int(text.split("/")[0]) <= 12 and int(text.split("/")[1]) <= 12 for text in open_days)


def test_the_office_inventory_is_read_without_its_total(shared: Path) -> None:
    checked = check_file(
        shared / "data/real/noaa_pacific_inventory/Emissions_DataViz.csv", context=Context(year=2023)
    )
    assert (checked.category, checked.rows, checked.accepted) == ("reported_emissions", 13, 13)
    assert checked.activity["source_row"].to_list() == list(range(2, 15))


def test_cambridge_zeros_and_breaks_are_reported(shared: Path) -> None:
    path = shared / "data/real/cambridge_estates/monthly.csv"
    power = check_file(path, category="electricity", where={"commodity": "electricity"})
    gas = check_file(path, category="fuels", where={"commodity": "gas"}, context=_gas())
    assert power.rows + gas.rows == 17_808
    assert {"zero-run", "meter-set-grows"} <= set(power.problems["code"])
    assert "meter-level-break" in set(gas.problems["code"])


def test_seattle_takes_kwh_and_leaves_kbtu(shared: Path) -> None:
    path = shared / "data/real/seattle_benchmarking_2016/2016_Building_Energy_Benchmarking.csv"
    checked = check_file(path, category="electricity")
    assert (checked.rows, checked.accepted + checked.rejected) == (3376, 3376)
    assert checked.mappings[0].as_dict()["Electricity(kWh)"] == "amount_kwh"
    assert "Electricity(kBtu)" in checked.table.columns
    unnamed = checked.problems.filter(pl.col("code") == "column-unnamed")
    assert unnamed.select("column", "message").rows() == [
        ("AU", "A column without header has 9 filled cells (the first: '7226362'). It was not read.")
    ]


@pytest.mark.parametrize(
    ("file", "category", "rows"),
    [("egu_attendance/egu_allyears.xlsx", "headcount", 837), ("cambridge_estates/building_floor_roof_areas.csv", "floor_area", 81)],
)  # fmt: skip
def test_other_files_are_accounted_for(shared: Path, file: str, category: str, rows: int) -> None:
    columns: dict[str, str] = {"N": "persons"} if "egu" in file else {}
    checked = check_file(
        shared / "data/real" / file, category=category, columns=columns, context=Context(year=2019)
    )
    assert checked.rows == rows == checked.accepted + checked.repaired + checked.rejected


def _gas() -> Any:
    return Context(constants={"fuel": "gas"})  # type: ignore[arg-type]
