"""Gaps, proxies and checks across files on 81 real buildings, with each year of bills as a file of its own."""

from datetime import date

import polars as pl
import pytest

from saleve.method.activity import electricity, floor_area, fuels
from saleve.method.activity.combined import combined_problems
from saleve.method.activity.crossing import jump_problems, meter_problems
from saleve.method.activity.duplicates import duplicate_problems, duplicates, overlap_problems
from saleve.method.activity.normalising import Context
from saleve.method.coverage import GAPS, coverage
from saleve.method.indicators import indicators
from saleve.method.plausibility import implausible
from saleve.method.proxies import AREAS, PERSONS, last_year, neighbours, suggest_proxies, superseded

FOLDER = "data/real/cambridge_estates"


@pytest.fixture(scope="module")
def monthly(shared):
    return pl.read_csv(shared / FOLDER / "monthly.csv").with_row_index("source_row", offset=2)


def in_files_by_year(rows, module, **more):
    """Return activity as if the bills of each year had come in a file of their own."""
    named = rows.select(
        "source_row", "year", "month", site="building_id", amount=pl.col("kwh").cast(pl.Float64), amount_unit=pl.lit("kWh"), source_file=pl.format("{}.csv", "year")
    ).with_columns(**more)  # fmt: skip
    activity = module.normalise(named, Context()).activity
    return activity.with_columns(pl.col("year").cast(pl.String).alias("batch"))


@pytest.fixture(scope="module")
def power(monthly):
    return in_files_by_year(monthly.filter(pl.col("commodity") == "electricity"), electricity)


@pytest.fixture(scope="module")
def gas(monthly):
    rows = monthly.filter(pl.col("commodity") == "gas")
    return in_files_by_year(rows, fuels, fuel=pl.lit("natural gas"), calorific_basis=pl.lit("gross"))


@pytest.fixture(scope="module")
def areas(shared):
    rows = pl.read_csv(shared / FOLDER / "building_floor_roof_areas.csv").with_row_index(
        "source_row", offset=2
    )
    named = rows.select("source_row", site="Building ID", area_m2=pl.col("GIA (m2)").cast(pl.Float64))
    return floor_area.normalise(named, Context()).activity


def test_the_archive_holds_no_bill_twice_and_no_overlap(power, gas):
    for rows, category in ((power, "electricity"), (gas, "fuels")):
        assert duplicates(rows, category).is_empty()
        assert duplicate_problems(rows, category).is_empty()
        assert overlap_problems(rows, category).is_empty()


def test_a_second_delivery_of_one_year_is_asked_about_row_by_row(power):
    again = power.filter(year=2020).with_columns(pl.lit("late").alias("batch"))
    found = duplicate_problems(pl.concat([power, again]), "electricity")
    assert found["code"].unique().to_list() == ["bill-perhaps-twice"]  # the archive names no meters
    assert found.height == again.height


def test_the_breaks_of_gas_meters_show_though_each_year_is_a_file_of_its_own(gas):
    found = meter_problems(gas).filter(pl.col("code") == "meter-level-break-files")
    named = {message.split(" meter ")[1].split(" ")[0] for message in found["message"]}
    assert named >= {"b0", "b25", "b57"}
    assert len(named) <= 6


def test_every_zero_month_of_a_meter_with_use_elsewhere_is_told_where_each_month_is_a_file(gas):
    by_month = gas.with_columns(pl.col("period_start").cast(pl.String).alias("batch"))
    told = meter_problems(by_month).filter(pl.col("code") == "zero-run-files")["message"]
    periods = told.str.extract(r"periods: (\d+)").cast(pl.Int64).sum()
    used = gas.filter(pl.col("amount") != 0)["site"].unique().implode()
    assert periods == gas.filter(pl.col("amount") == 0, pl.col("site").is_in(used)).height > 0


def test_the_order_of_files_changes_no_finding(gas):
    turned = gas.sort("year", "site", "period_start", descending=True)
    assert meter_problems(turned).equals(meter_problems(gas))
    assert jump_problems(turned).equals(jump_problems(gas))


def test_a_row_of_all_buildings_is_seen_to_be_their_sum(power):
    year = power.filter(year=2020, period_start=date(2020, 1, 1))
    whole = year.head(1).with_columns(
        pl.lit("Combined").alias("site"), pl.lit(year["energy_kwh"].sum()).alias("energy_kwh"), pl.lit(99_999).alias("source_row")
    )  # fmt: skip
    found = combined_problems(pl.concat([year, whole.cast(dict(year.schema))]))
    assert found["code"].to_list() == ["combined-row"]
    assert f"{year.height} other rows" in found["message"].item()


def test_the_worked_example_of_the_page_comes_out(power):
    lacking = (
        (pl.col("site") == "b0")
        & (pl.col("year") == 2012)
        & pl.col("period_start").dt.month().is_in([3, 4, 5])
    )
    rest, taken = power.filter(~lacking), power.filter(lacking)
    gaps = coverage({"electricity": rest}, (), ["electricity"], [2012]).filter(pl.col("site") == "b0", pl.col("state").is_in(GAPS))  # fmt: skip
    assert gaps["month"].to_list() == [3, 4, 5]
    known = taken.sort("period_start")["energy_kwh"].to_list()
    expected = {last_year: [29_415, 23_832, 26_638], neighbours: [28_088, 25_259, 24_114]}
    for stand_in, printed in expected.items():
        proxies = stand_in(gaps, rest).sort("period_start")
        assert proxies["energy_kwh"].to_list() == pytest.approx(printed, abs=0.5)
        for proxy, truth in zip(proxies.to_dicts(), known, strict=True):
            assert abs(truth / proxy["energy_kwh"] - 1) * 100 <= proxy["proxy_error_pct"]
        assert superseded(proxies, taken).height == 3


def test_ranges_of_proxies_hold_about_as_often_as_they_say(power):
    """Take away one month of every building of one year; a range of 95 % must hold in most cases."""
    lacking = (pl.col("year") == 2018) & (pl.col("period_start").dt.month() == 5)
    rest, taken = power.filter(~lacking), power.filter(lacking)
    gaps = taken.select("site", "year", month=pl.lit(5, pl.Int64))
    for stand_in in (last_year, neighbours):
        proxies = stand_in(gaps, rest).select("site", proxy_kwh="energy_kwh", error="proxy_error_pct")
        both = proxies.join(taken.select("site", "energy_kwh"), on="site").filter(pl.col("proxy_kwh") > 0)
        held = (both["energy_kwh"] / both["proxy_kwh"] - 1).abs() * 100 <= both["error"]
        assert both.height > 40
        assert held.mean() > 0.9


def test_every_gap_of_a_year_gets_a_proxy_by_area_where_the_area_is_known(power, areas):
    gaps = coverage({"electricity": power}, (), ["electricity"], [2015]).filter(pl.col("state").is_in(GAPS))
    of_year = areas.select(pl.lit(2015, pl.Int64).alias("year"), "site", "area_m2").cast(AREAS)
    found = suggest_proxies(gaps, {"electricity": power}, pl.DataFrame(schema=PERSONS), of_year)
    assert set(found.filter(proxy="per_m2")["site"]) == set(gaps["site"])


def test_buildings_with_energy_outside_the_plausible_range_are_named(power, gas, areas):
    rows = {"electricity": power.filter(year=2019), "fuels": gas.filter(year=2019), "floor_area": areas}
    found = implausible(indicators(rows))["message"]
    high = found.filter(~found.str.contains(r"is \d{1,2}(\.\d+)? kWh"))
    assert high.str.split(" ").list.first().to_list() == ["b59", "b62"]  # 2,059 and 2,579 kWh/m2
    assert len(found) == 10
