"""81 buildings over 24 years: two carriers in one file, zeros for gaps, breaks of level, a growing set of meters."""

import polars as pl
import pytest

from saleve.method.inventory import Selection, area_m2, total

BROKEN_METERS = {"b0", "b25", "b57"}  # named in the notes beside the files


@pytest.fixture(scope="module")
def estate(compute):
    return compute("cambridge_estates")


@pytest.fixture(scope="module")
def monthly(shared):
    return pl.read_csv(shared / "data/real/cambridge_estates/monthly.csv")


def energy_kwh(estate, source):
    frame = estate.taken.activities[source].lazy().collect()
    return frame["energy_kwh" if source == "electricity" else "amount"].sum()


def test_each_row_belongs_to_one_of_the_two_carriers(estate, monthly):
    accounts = {file.category: file.accepted + file.repaired for file in estate.taken.files}
    assert accounts == {"electricity": 13_176, "fuels": 4_632, "floor_area": 81}
    assert accounts["electricity"] + accounts["fuels"] == monthly.height


@pytest.mark.parametrize(("source", "commodity"), [("electricity", "electricity"), ("fuels", "gas")])
def test_no_energy_is_lost(estate, monthly, source, commodity):
    stated_kwh = monthly.filter(pl.col("commodity") == commodity)["kwh"].sum()
    assert energy_kwh(estate, source) == pytest.approx(stated_kwh, rel=1e-9)


def test_gas_counts_by_gross_calorific_value_as_stated_and_is_not_called_assumed(estate):
    gas = estate.taken.activities["fuels"].lazy().collect()
    assert gas["amount_unit"].unique().to_list() == ["kWh gross"]
    assert not gas["basis_assumed"].any()


def test_one_constant_gives_all_buildings_their_country(estate):
    assert estate.workspace.sites == ()
    assert estate.inventory.cells["kg_co2e"].null_count() == 0


def test_breaks_of_gas_meters_are_named(estate):
    (gas,) = [file for file in estate.taken.files if file.category == "fuels"]
    told = gas.problems.filter(pl.col("code") == "meter-level-break")["message"]
    named = {message.split("'")[1] for message in told}
    assert named >= BROKEN_METERS
    assert len(named) <= 6


def test_zeros_and_the_growing_set_of_meters_are_named(estate):
    for file in estate.taken.files[:2]:
        assert "zero-run" in file.problems["code"].to_list()
    growing = estate.taken.files[0].problems.filter(pl.col("code") == "meter-set-grows")["message"].item()
    assert "55" in growing
    assert "18" in growing


def test_floor_areas_hold_in_every_year(estate, shared):
    areas = pl.read_csv(shared / "data/real/cambridge_estates/building_floor_roof_areas.csv")
    assert area_m2(estate.inventory, 2000) == pytest.approx(areas["GIA (m2)"].sum())
    states = estate.inventory.completeness.filter(pl.col("source") == "floor_area")["state"]
    assert states.unique().to_list() == ["complete"]


def test_a_building_without_data_in_a_year_is_missing_not_zero(estate):
    gas_of_b25 = estate.inventory.completeness.filter(
        (pl.col("source") == "fuels") & (pl.col("site") == "b25") & (pl.col("year") == 2023)
    )
    assert gas_of_b25["state"].to_list() == ["missing"]


def test_years_before_the_first_grid_factor_are_said_to_be_estimated(estate):
    assert total(estate.inventory, Selection(year=2005, source="electricity")).estimated_share == 1.0
    assert total(estate.inventory, Selection(year=2022, source="electricity")).estimated_share == 0.0


def test_the_report_says_that_compared_years_rest_on_different_data(estate):
    facts = estate.facts(2023)
    assert facts["change.previous.lost"].value > 40  # the gas meters end in 2022


def test_the_report_divides_by_the_area_of_buildings_with_data(estate):
    facts = estate.facts(2023)
    assert facts["floor_area.with_data"].value < facts["floor_area"].value
    whole = facts["facilities"].value * 1000 / facts["floor_area"].value
    assert facts["per_m2"].value > whole
