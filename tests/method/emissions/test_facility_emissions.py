"""What must hold for electricity, fuels, district energy, refrigerants and figures taken over."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity import district_energy as heat_bills
from saleve.method.activity import electricity as electricity_bills
from saleve.method.activity import floor_area
from saleve.method.activity import fuels as fuel_bills
from saleve.method.activity import refrigerants as refills
from saleve.method.activity import reported_emissions as figures
from saleve.method.activity.normalising import Context
from saleve.method.emissions import district_energy, electricity, fuels, refrigerants, reported_emissions
from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import area_m2, compile_inventory
from saleve.method.problems import MixedBasisError

PLACES = {"Geneva": "CHE", "Paris": "FRA", "Nairobi": "KEN", "Oyonnax": "FRA"}
GASES = ["co2_kg", "ch4_kg_co2e", "n2o_kg_co2e", "fgas_kg_co2e", "unsplit_kg_co2e"]


def table(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{"year": 2024} | row for row in rows]).with_row_index("source_row", offset=2)


def electricity_of(*rows: dict[str, object], **rules: object) -> pl.DataFrame:
    activity = electricity_bills.normalise(table(*rows), Context()).activity
    return electricity.estimate(activity, places=PLACES, **rules)


def fuels_of(*rows: dict[str, object]) -> pl.DataFrame:
    return fuels.estimate(fuel_bills.normalise(table(*rows), Context()).activity)


def heat_of(*rows: dict[str, object]) -> pl.DataFrame:
    return district_energy.estimate(heat_bills.normalise(table(*rows), Context()).activity, places=PLACES)


@settings(max_examples=25, deadline=None)
@given(st.floats(1, 1e7), st.sampled_from(["Geneva", "Paris", "Nairobi"]), st.integers(2008, 2026))
def test_twice_the_electricity_is_twice_the_emission(kwh: float, site: str, year: int) -> None:
    once, twice = (
        electricity_of({"site": site, "year": year, "amount_kwh": times * kwh})["kg_co2e"] for times in (1, 2)
    )
    assert (2 * once).to_list() == pytest.approx(twice.to_list())


@settings(max_examples=25, deadline=None)
@given(st.permutations(["Geneva", "Paris", "Nairobi", "Paris"]))
def test_the_order_of_rows_does_not_matter(sites: list[str]) -> None:
    rows = electricity_of(*[{"site": site, "amount_kwh": 100.0 * len(site)} for site in sites])
    assert rows.filter(pl.col("electricity_basis") == "location")["kg_co2e"].sum() == pytest.approx(
        600 * 0.03458 + 1000 * 0.04048 + 700 * 0.08522
    )


def test_every_result_has_the_columns_of_a_cell_and_adds_up_by_gas() -> None:
    rows = fuels_of(
        {"site": "Geneva", "fuel": "natural_gas", "amount": 10.0, "amount_unit": "MWh gross"},
        {"site": "Geneva", "fuel": "gas_oil", "amount": 900.0, "amount_unit": "litre"},
        {"site": "Geneva", "fuel": "wood_chips", "amount": 3.0, "amount_unit": "t"},
    )
    assert set(CELL) <= set(rows.columns)
    computed = rows.filter(pl.col("kg_co2e").is_not_null())
    assert computed.select(pl.sum_horizontal(GASES)).to_series().to_list() == pytest.approx(
        computed["kg_co2e"].to_list()
    )


def test_location_and_market_count_the_same_amount_once_each() -> None:
    rows = electricity_of(
        {"site": "Geneva", "amount_kwh": 10.0}, {"site": "Paris", "amount_kwh": 20.0, "certificate_kwh": 20.0}
    )
    used = rows.filter(pl.col("boundary") == "minimum")
    by_basis = dict(used.group_by("electricity_basis").agg(pl.col("amount").sum()).iter_rows())
    assert by_basis == {"location": 30.0, "market": 30.0}


def test_certificates_beyond_the_use_are_not_a_credit() -> None:
    rows = electricity_of({"site": "Geneva", "amount_kwh": 100.0, "certificate_kwh": 500.0})
    assert rows.filter(pl.col("electricity_basis") == "market")["kg_co2e"].to_list() == [0.0]


def test_a_year_after_the_last_edition_takes_the_nearest_flagged_with_a_wider_range() -> None:
    row = electricity_of({"site": "Geneva", "year": 2028, "amount_kwh": 100.0}).row(0, named=True)
    assert row["factor_id"] == "grid.ember.CHE.2025"
    assert row["estimated"]
    assert "factor-of-another-year" in row["quality"]
    assert row["shared_low_pct"] == pytest.approx((10**2 + 15**2) ** 0.5)


def test_an_unknown_country_is_not_served_by_the_world_average() -> None:
    rows = electricity_of({"site": "Atlantis", "amount_kwh": 100.0})
    assert rows["kg_co2e"].null_count() == 2


def test_a_country_in_the_row_wins_over_the_site() -> None:
    row = electricity_of({"site": "Geneva", "country": "Kenya", "amount_kwh": 1000.0}).row(0, named=True)
    assert row["kg_co2e"] == pytest.approx(85.22)


def test_a_place_without_a_factor_of_the_chosen_basis_is_refused() -> None:
    with pytest.raises(MixedBasisError, match="KEN"):
        electricity_of({"site": "Nairobi", "amount_kwh": 1.0}, accounting_basis="direct_generation")


def test_a_supplier_factor_of_another_basis_is_refused() -> None:
    bill = {
        "site": "Paris",
        "amount_kwh": 1.0,
        "supplier_factor_kg_co2e_per_kwh": 0.01,
        "supplier_factor_basis": "direct_generation",
    }
    with pytest.raises(MixedBasisError, match="direct_generation"):
        electricity_of(bill)


def own(basis: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "place": ["CHE"],
            "year": [2024],
            "kg_co2e_per_kwh": [0.1],
            "accounting_basis": [basis],
            "name": ["City mix"],
        },
        schema_overrides={"year": pl.Int64},
    )


def test_an_own_factor_replaces_the_shipped_one_of_its_place() -> None:
    rows = electricity_of(
        {"site": "Geneva", "amount_kwh": 100.0},
        {"site": "Paris", "amount_kwh": 100.0},
        own_factors=own("lifecycle_generation"),
    )
    assert rows.filter(pl.col("electricity_basis") == "location")["kg_co2e"].to_list() == pytest.approx(
        [10.0, 4.048]
    )


def test_an_own_factor_of_another_basis_is_refused() -> None:
    with pytest.raises(MixedBasisError):
        electricity_of({"site": "Geneva", "amount_kwh": 100.0}, own_factors=own("direct_generation"))


def test_bills_of_one_meter_err_together_and_of_two_meters_apart() -> None:
    rows = electricity_of(
        {"site": "Geneva", "meter": "1", "amount_kwh": 1.0},
        {"site": "Geneva", "meter": "2", "amount_kwh": 1.0},
    )
    located = rows.filter(pl.col("electricity_basis") == "location")
    assert located["independent_key"].n_unique() == 2
    assert located["shared_key"].n_unique() == 1


def test_a_published_network_beside_a_foreign_average_is_refused() -> None:
    rows = [
        {"site": "Oyonnax", "network": "Oyonnax BioChaleur", "amount_mwh": 1.0},
        {"site": "Geneva", "network": None, "amount_mwh": 1.0},
    ]
    with pytest.raises(MixedBasisError, match="supplier's factor"):
        heat_of(*rows)


def test_a_supplier_factor_needs_no_other_and_mixes_with_a_published_network() -> None:
    rows = heat_of(
        {"site": "Oyonnax", "network": "Oyonnax BioChaleur", "amount_mwh": 1.0},
        {"site": "Geneva", "network": None, "amount_mwh": 1.0, "supplier_factor_kg_co2e_per_kwh": 0.05},
    )
    assert rows["kg_co2e"].to_list() == pytest.approx([95.0, 50.0])


@pytest.mark.parametrize("rule", ["all", "kyoto"])
def test_a_blend_has_its_kyoto_gases_and_the_others_apart_and_counts_once(rule: str) -> None:
    activity = refills.normalise(
        table({"site": "T", "refrigerant": "R-401A", "refilled_kg": 2.0}), Context()
    ).activity
    rows = refrigerants.estimate(activity, gwp_set="AR4", scope_of_gases=rule)
    assert rows["boundary"].to_list() == ["minimum", "minimum" if rule == "all" else "optional"]
    assert rows["kg_co2e"].sum() == pytest.approx(2 * 1182.5, rel=1e-4)
    assert rows["rows"].sum() == 1


def test_figures_taken_over_are_supplied_with_an_unknown_range() -> None:
    given_row = {
        "label": "Official air travel",
        "amount": 1995.0,
        "amount_unit": "t CO2e",
        "method": "ICAO",
        "method_version": "3",
    }
    row = reported_emissions.estimate(figures.normalise(table(given_row), Context()).activity).row(
        0, named=True
    )
    assert (row["source"], row["scope"], row["kg_co2e"]) == ("air_travel", 3, 1_995_000)
    assert (row["quality"], row["estimated"], row["method"]) == ("supplied", None, "ICAO 3")
    assert row["shared_low_pct"] is None


def test_an_area_held_since_always_serves_every_year_of_the_inventory() -> None:
    bills = electricity_bills.normalise(table({"site": "Geneva", "amount_kwh": 10.0}), Context()).activity
    area = {"site": "Geneva", "area_m2": 120.0, "year": None, "definition": "GIA"}
    areas = floor_area.normalise(table(area), Context()).activity
    inventory = compile_inventory({"electricity": bills, "floor_area": areas}, Rules(places=PLACES))
    assert area_m2(inventory, 2024) == 120


def test_units_of_one_fuel_err_together():
    bills = pl.DataFrame(
        {
            "site": ["HQ", "HQ"],
            "year": [2024, 2024],
            "fuel": ["natural_gas", "natural_gas"],
            "amount": [10_000.0, 1_000.0],
            "amount_unit": ["kWh gross", "m3"],
            "source_file": ["bills.csv"] * 2,
            "source_sheet": [None, None],
            "source_row": [2, 3],
        },
        schema_overrides={"source_sheet": pl.String},
    )
    keys = fuels.estimate(fuel_bills.normalise(bills, Context()).activity)["shared_key"]
    assert keys.unique().to_list() == ["fuel.desnz.natural_gas"]
