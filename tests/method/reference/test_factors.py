from datetime import date

import polars as pl
import pytest

from saleve.method.problems import MixedBasisError, UnknownReferenceError
from saleve.method.reference import factors
from saleve.method.reference.gwp import gwp
from saleve.method.units import parse_unit

PARTS = ["co2_kg_per_unit", "ch4_kg_co2e_per_unit", "n2o_kg_co2e_per_unit", "unsplit_kg_co2e_per_unit"]
ALL = [factors.fuel_factors, factors.district_factors]
GRID = ["lifecycle_generation", "direct_generation"]


def test_the_swiss_grid_of_2019_is_35_grams():
    swiss = factors.factor("grid.ember.CHE.2019")
    assert swiss.kg_co2e_per_unit == pytest.approx(0.0353, abs=5e-5)
    assert (swiss.valid_from, swiss.valid_to, swiss.edition) == (
        date(2019, 1, 1),
        date(2019, 12, 31),
        "2026-04",
    )
    assert swiss.accounting_basis == "lifecycle_generation"


@pytest.mark.parametrize("held", [*ALL, *(lambda basis=basis: factors.grid_factors(basis) for basis in GRID)])
def test_the_parts_of_every_factor_add_up_to_its_total(held):
    summed = held().select(pl.sum_horizontal(PARTS) - pl.col("kg_co2e_per_unit"))
    assert summed.to_series().abs().max() < 1e-9


def test_totals_and_gases_of_fuels_are_the_printed_ones_but_for_a_rounded_digit(shared):
    printed = pl.read_csv(shared / "reference/factors_desnz.csv", infer_schema_length=None)
    gas = printed.filter(pl.col("activity_key") == "fuels.gaseous_fuels.natural_gas|kwh_gross_cv")
    ours = (
        factors.fuel_factors().filter(fuel="natural_gas", unit="kWh (gross CV)", place="GBR").sort("edition")
    )
    theirs = gas.sort("year_valid_from")
    assert ours["kg_co2e_per_unit"].to_list() == theirs["kgco2e_per_unit"].to_list()
    assert (ours["co2_kg_per_unit"] - theirs["co2"]).abs().max() < 2e-5


def test_the_two_accounting_bases_of_electricity_are_never_offered_together():
    lifecycle, direct = (factors.grid_factors(basis) for basis in GRID)
    assert set(lifecycle["accounting_basis"]) == {"lifecycle_generation"}
    assert not set(lifecycle["factor_id"]) & set(direct["factor_id"])


def test_choosing_among_mixed_bases_is_refused():
    mixed = pl.concat([factors.grid_factors(basis) for basis in GRID])
    with pytest.raises(MixedBasisError, match="direct_generation, lifecycle_generation"):
        factors.choose(mixed, _wanted("CHE", 2019))


@pytest.mark.parametrize(
    ("place", "year", "factor_id", "level", "distance"),
    [
        ("CHE", 2019, "grid.ember.CHE.2019", "country", 0),
        ("KEN", 2008, "grid.ember.KEN.2010", "country", 2),
        ("KEN", 2027, "grid.ember.KEN.2025", "country", 2),
        ("LIE", 2020, "grid.ember.EUROPE.2020", "region", 0),
        ("ZZZ", 2020, "grid.ember.WORLD.2020", "world", 0),
    ],
)
def test_the_place_comes_before_its_region_and_the_region_before_the_world(
    place, year, factor_id, level, distance
):
    grid = factors.grid_factors("lifecycle_generation")
    chosen = factors.choose(grid, _wanted(place, year), regions=factors.grid_regions()).row(0, named=True)
    assert (chosen["factor_id"], chosen["level"], chosen["edition_distance_years"]) == (
        factor_id,
        level,
        distance,
    )


def test_rows_come_back_in_their_order_and_those_without_a_factor_keep_nulls():
    wanted = pl.DataFrame({"place": ["USA", "CHE", "ITA"], "year": [2023, 2019, 2019]})
    chosen = factors.choose(factors.grid_factors("direct_generation"), wanted)
    assert chosen["place"].to_list() == ["USA", "CHE", "ITA"]
    assert chosen["factor_id"].to_list() == ["grid.egrid.USA.2023", None, "grid.eea.ITA.2019"]


def test_a_year_between_two_records_takes_the_earlier():
    held = factors.grid_factors("lifecycle_generation").filter(
        pl.col("factor_id").is_in(["grid.ember.CHE.2018", "grid.ember.CHE.2020"])
    )
    assert factors.choose(held, _wanted("CHE", 2019))["factor_id"].item() == "grid.ember.CHE.2018"


def test_gas_burnt_in_geneva_takes_the_stand_in_and_says_so():
    wanted = pl.DataFrame(
        {"fuel": ["natural_gas"], "unit": ["kWh (gross CV)"], "place": ["CHE"], "year": [2010]}
    )
    chosen = factors.choose(factors.fuel_factors(), wanted, key=("fuel", "unit"), stand_ins=("GBR",)).row(
        0, named=True
    )
    assert chosen["factor_id"] == "fuel.desnz.natural_gas.kwh_gross_cv.2016"
    assert (chosen["level"], chosen["edition_distance_years"], chosen["factor_place"]) == (
        "stand_in",
        6,
        "GBR",
    )


def test_gas_by_net_calorific_value_is_a_tenth_above_gas_by_gross_value():
    gross = factors.factor("fuel.desnz.natural_gas.kwh_gross_cv.2024").kg_co2e_per_unit
    net = factors.factor("fuel.desnz.natural_gas.kwh_net_cv.2024").kg_co2e_per_unit
    assert net / gross == pytest.approx(1.108, abs=0.001)


def test_the_unit_of_every_factor_is_one_that_the_units_know():
    held = pl.concat([held().select("unit") for held in ALL])["unit"].unique()
    assert {unit: parse_unit(unit).kind for unit in held if unit.startswith("kWh")} == {
        unit: "energy" for unit in held if unit.startswith("kWh")
    }
    assert {parse_unit(unit).kind for unit in held} == {"energy", "mass", "volume"}


def test_the_bounds_of_natural_gas_are_those_of_the_ipcc():
    gas = factors.factor("fuel.ipcc2006.natural_gas.kwh_net_cv")
    assert gas.kg_co2e_per_unit * 277777.78 == pytest.approx(56100, rel=1e-5)
    assert (gas.low_pct, gas.high_pct) == (pytest.approx(3.27, abs=0.01), pytest.approx(3.92, abs=0.01))


def test_wood_counts_methane_and_nitrous_oxide_only_and_its_biogenic_co2_stands_apart():
    wood = factors.factor("fuel.desnz.wood_pellets.kwh.2024")
    biogenic = factors.biogenic_factors().filter(fuel="wood_pellets")["biogenic_co2_kg_per_unit"].item()
    assert wood.kg_co2e_per_unit < 0.02
    assert biogenic == pytest.approx(0.4026, abs=1e-4)


def test_methane_of_american_factors_is_weighted_by_the_fifth_report():
    average = factors.factor("grid.egrid.USA.2023")
    assert average.ch4_kg_co2e_per_unit == pytest.approx(2.5854765e-5 * gwp("CH4", "AR5"))
    assert average.n2o_kg_co2e_per_unit == pytest.approx(3.628739e-6 * gwp("N2O", "AR5"))
    assert average.kg_co2e_per_unit == pytest.approx(0.3516425)


def test_the_network_of_lyon_is_held_with_the_uncertainty_that_its_source_states():
    lyon = factors.district_factors().filter(network="Réseau de Lyon", carrier="heat").row(0, named=True)
    assert (lyon["kg_co2e_per_unit"], lyon["low_pct"], lyon["uncertainty_basis"]) == (
        0.131,
        30.0,
        "published",
    )


def test_cooling_is_held_for_french_networks_and_for_no_average():
    cooling = factors.district_factors().filter(carrier="cooling")
    assert cooling.height == 33
    assert cooling["network"].null_count() == 0


def test_an_unknown_factor_is_refused_with_the_nearest():
    with pytest.raises(UnknownReferenceError, match=r"grid\.ember\.CHE\.2019"):
        factors.factor("grid.ember.CH.2019")


def test_an_unknown_basis_is_refused():
    with pytest.raises(UnknownReferenceError, match="lifecycle_generation"):
        factors.grid_factors("lifecycle")


def _wanted(place, year):
    return pl.DataFrame({"place": [place], "year": [year]})
