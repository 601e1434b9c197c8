"""What must hold for waste, water, paper, procurement, information technology and offsets."""

from datetime import date, timedelta
from importlib import import_module

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity import electricity, ict, offsets, paper, procurement, waste, water
from saleve.method.activity.normalising import Context
from saleve.method.emissions import procurement as spending
from saleve.method.emissions import waste as waste_emissions
from saleve.method.emissions.compute import estimate_rows
from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Inventory, Selection, breakdown, by_gas, compile_inventory, total
from saleve.method.problems import UnknownReferenceError
from saleve.method.reference.factors import (
    device_factors,
    grid_losses,
    paper_factors,
    spending_factors,
    waste_factors,
    water_factors,
)
from saleve.method.reference.packages import table
from saleve.method.schema import POLARS_TYPE, Kind

MONEY = POLARS_TYPE[Kind.MONEY]
RULES = Rules(places={"London": "GBR", "Geneva": "CHE"})
BILLS = {
    "waste": (waste, {"stream": "residual", "treatment": "landfill"}, "kg"),
    "water": (water, {"service": "supply_and_sewage"}, "m3"),
    "paper": (paper, {"recycled_share_pct": 40.0}, "kg"),
    "electricity": (electricity, {}, "kWh"),
}


def rows_of(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), infer_schema_length=None).with_row_index("source_row", offset=2)


def bills(source: str, *periods: tuple[date, date, float]) -> pl.DataFrame:
    activity, words, unit = BILLS[source]
    rows = [
        {"site": "Geneva", "period_start": start, "period_end": end, "amount": amount, "amount_unit": unit, **words}
        for start, end, amount in periods
    ]  # fmt: skip
    return activity.normalise(rows_of(*rows), Context()).activity


def power(kwh: float = 1000.0) -> pl.DataFrame:
    return bills("electricity", (date(2024, 1, 1), date(2024, 12, 31), kwh))


def retired(tonnes: float) -> pl.DataFrame:
    row = {"standard": "CDM", "registry": "UN", "serial_number": "X-1", "year": 2024, "amount_t_co2e": tonnes}
    return offsets.normalise(rows_of(row), Context()).activity


def paid(account: str, amount: str, year: int = 2022, **cells: object) -> dict[str, object]:
    return {"account_description": account, "amount_usd": amount, "date": date(year, 3, 1), **cells}


def payments(*rows: dict[str, object]) -> pl.DataFrame:
    read = rows_of(*rows).with_columns(pl.col("amount_usd").cast(MONEY))
    return procurement.normalise(read, Context()).activity


def everything(found: Inventory) -> list[float]:
    """Return the totals of the ledgers with their ranges; one with nothing in it has none."""
    summed = [total(found, Selection(boundary=boundary)) for boundary in ("minimum", "optional")]
    figures = [(one.kg_co2e, one.low_kg_co2e, one.high_kg_co2e) for one in summed]
    return [value for three in figures for value in three if value is not None]


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(sorted(BILLS)), st.integers(1, 364), st.floats(1, 1e6))
def test_splitting_a_bill_in_two_periods_changes_nothing(source: str, days: int, amount: float) -> None:
    start, end = date(2023, 1, 1), date(2023, 12, 31)
    middle = start + timedelta(days=days - 1)
    part = amount * days / 365
    whole = compile_inventory({source: bills(source, (start, end, amount))}, RULES)
    halves = bills(source, (start, middle, part), (middle + timedelta(days=1), end, amount - part))
    divided = compile_inventory({source: halves}, RULES)
    assert everything(whole) == pytest.approx(everything(divided), rel=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(sorted(BILLS)), st.floats(1, 1e6))
def test_an_office_with_zero_activity_changes_no_total(source: str, amount: float) -> None:
    year = (date(2024, 1, 1), date(2024, 12, 31))
    one = compile_inventory({source: bills(source, (*year, amount))}, RULES)
    nothing = bills(source, (*year, 0.0)).with_columns(site=pl.lit("London"))
    two = compile_inventory({source: pl.concat([bills(source, (*year, amount)), nothing])}, RULES)
    assert everything(one) == pytest.approx(everything(two))


@settings(max_examples=12, deadline=None)
@given(st.floats(0.001, 1e7))
def test_offsets_are_in_no_sum_of_emissions(tonnes: float) -> None:
    without = compile_inventory({"electricity": power()}, RULES)
    with_offsets = compile_inventory({"electricity": power(), "offsets": retired(tonnes)}, RULES)
    for boundary in ("minimum", "optional", "memo"):
        chosen = Selection(boundary=boundary)
        assert total(with_offsets, chosen) == total(without, chosen)
        assert by_gas(with_offsets, chosen) == by_gas(without, chosen)
        for dimension in ("source", "scope", "unit", "year"):
            assert breakdown(with_offsets, dimension, chosen).equals(breakdown(without, dimension, chosen))


def test_offsets_stand_in_a_ledger_of_their_own_as_a_positive_figure() -> None:
    found = compile_inventory({"electricity": power(), "offsets": retired(250)}, RULES)
    assert total(found, Selection(boundary="offset")).kg_co2e == pytest.approx(250_000)


def test_offsets_of_a_year_without_data_open_no_inventory_of_that_year() -> None:
    later = retired(250).with_columns(year=pl.lit(2026, pl.Int64))
    assert compile_inventory({"electricity": power(), "offsets": later}, RULES).years == (2024,)
    assert compile_inventory({"offsets": later}, RULES).years == (2026,)


def test_grid_losses_are_in_no_total_of_the_minimum_boundary() -> None:
    found = compile_inventory({"electricity": power()}, RULES)
    assert total(found, Selection()).kg_co2e == pytest.approx(34.58)
    for basis in ("location", "market"):
        lost = total(found, Selection(boundary="optional", electricity_basis=basis))
        assert lost.kg_co2e == pytest.approx(34.58 * 0.0883844, rel=1e-5)


def test_own_and_certified_renewable_power_count_zero_where_they_should() -> None:
    rows = rows_of(
        {"site": "Geneva", "year": 2024, "amount": 10.0, "amount_unit": "MWh", "supply": "on_site_renewable"},
        {"site": "Geneva", "year": 2024, "amount": 10.0, "amount_unit": "MWh", "supply": "purchased_renewable",
         "certificate_kwh": 10000.0},
    )  # fmt: skip
    activity = electricity.normalise(rows, Context()).activity
    found = compile_inventory({"electricity": activity}, RULES)
    assert total(found, Selection(electricity_basis="location")).kg_co2e == pytest.approx(345.8)
    assert total(found, Selection(electricity_basis="market")).kg_co2e == 0


@pytest.mark.parametrize("source", ["waste", "water", "paper"])
def test_every_result_has_the_columns_of_a_cell_and_is_optional(source: str) -> None:
    activity = bills(source, (date(2024, 1, 1), date(2024, 12, 31), 10.0))
    found = estimate_rows(source, activity, {source: activity}, RULES)
    assert set(CELL) <= set(found.columns)
    assert found.select("scope", "boundary").unique().rows() == [(3, "optional")]
    assert found["rows"].sum() == activity.height


@pytest.mark.parametrize("held", [waste_factors, water_factors, paper_factors, device_factors])
def test_the_parts_of_every_factor_add_up_to_its_total(held) -> None:
    parts = ["co2_kg_per_unit", "ch4_kg_co2e_per_unit", "n2o_kg_co2e_per_unit", "unsplit_kg_co2e_per_unit"]
    assert held().select(pl.sum_horizontal(parts) - pl.col("kg_co2e_per_unit")).to_series().abs().max() < 1e-9


def test_factors_by_spending_with_margins_are_those_without_plus_the_margins(shared) -> None:
    printed = pl.read_csv(shared / "reference/factors_spend_epa.csv", infer_schema=False).select(
        pl.col("factor_id").str.extract(r"naics(\d+)$").alias("sector"),
        pl.col("notes").str.extract(r"; margins ([\d.-]+);").cast(pl.Float64).alias("trade"),
    )
    both = spending_factors("with").join(spending_factors("without"), on="sector", suffix="_bare")
    rest = both.join(printed, on="sector").select(
        pl.col("kg_co2e_per_unit") - pl.col("kg_co2e_per_unit_bare") - pl.col("trade")
    )
    assert rest.height == both.height > 50
    assert rest.to_series().abs().max() < 1.5e-3  # each of the three is printed to the third decimal


def test_the_share_of_losses_gives_the_printed_factor_back_and_its_gases_add_up(shared) -> None:
    printed = pl.read_csv(shared / "reference/factors_desnz.csv", infer_schema=False).with_columns(
        pl.col("kgco2e_per_unit", "co2", "ch4", "n2o").cast(pl.Float64), edition="year_valid_from"
    )
    lost = printed.filter(pl.col("activity_key").str.contains("t_d_uk_electricity"))
    made = printed.filter(pl.col("activity_key").str.contains("electricity_generated"))
    gases = lost.select(pl.sum_horizontal("co2", "ch4", "n2o") - pl.col("kgco2e_per_unit")).to_series()
    assert gases.abs().max() < 1e-5  # printed to the fifth decimal
    both = grid_losses().filter(place="GBR").join(made, on="edition").join(lost, on="edition", suffix="_lost")
    given_back = both["loss_pct"] / 100 * both["kgco2e_per_unit"] - both["kgco2e_per_unit_lost"]
    assert both.height == 9
    assert given_back.abs().max() < 1e-8


def test_most_payments_of_a_real_administration_find_a_category(shared) -> None:
    path = shared / "data/real/gla_spending/gla_spending_2008_2013.csv"
    names = pl.read_csv(path, infer_schema=False)["AccountDescription"].str.to_lowercase().str.strip_chars()
    sizes = names.value_counts(name="payments").drop_nulls("AccountDescription")
    accounts = payments(*[paid(name, "1") for name in sizes["AccountDescription"]])
    found = spending.estimate(accounts).select(
        pl.col("account_description").alias("AccountDescription"), "category"
    )
    known = sizes.join(found, on="AccountDescription").drop_nulls("category")
    assert known["payments"].sum() / sizes["payments"].sum() == pytest.approx(0.88, abs=0.01)


def test_every_category_of_purchases_that_has_a_sector_has_a_factor() -> None:
    sectors = table("spending", "categories")["sector"].drop_nulls()
    sectors = pl.concat([sectors, table("ict", "sectors")["sector"]])
    for margins in ("with", "without"):
        assert set(sectors) == set(spending_factors(margins)["sector"])


def test_words_and_codes_lead_to_categories_that_exist() -> None:
    known = set(table("spending", "categories")["category"])
    assert set(table("spending", "words")["category"]) | set(table("spending", "codes")["category"]) <= known


@pytest.mark.parametrize(
    ("account", "category"),
    [
        ("Staff training", "training"),
        ("Frais de nettoyage", "cleaning"),
        ("Übersetzungen", "translation"),
        ("Material de oficina", "office_supplies"),
        ("Связь", "telecommunications"),
        ("办公用品", "office_supplies"),
        ("حراسة", "security"),
        ("Taxi fares", "ground_transport"),
        ("Grants to other bodies", "not_purchases"),
        ("Mechanical & electrical maintenance", "building_works"),
        ("Other supplies & services", None),
    ],
)
def test_the_name_of_an_account_leads_to_a_category_or_to_none(account: str, category: str | None) -> None:
    assert spending.estimate(payments(paid(account, "10")))["category"].to_list() == [category]


def test_an_own_table_of_accounts_decides_before_codes_and_words() -> None:
    own = pl.DataFrame({"account": ["6210", "other  Supplies & services"], "category": ["legal", "cleaning"]})
    activity = payments(paid("Staff training", "10", account_code="6210"), paid("Other supplies & services", "10", account_code="1"))  # fmt: skip
    found = spending.estimate(activity, account_categories=own)
    assert found["category"].to_list() == ["legal", "cleaning"]


def test_a_wrong_category_in_an_own_table_is_told() -> None:
    own = pl.DataFrame({"account": ["x"], "category": ["leagl"]})
    with pytest.raises(UnknownReferenceError, match="legal"):
        spending.estimate(payments(paid("x", "10")), account_categories=own)


def test_two_rates_of_one_currency_and_year_are_refused() -> None:
    rates = pl.DataFrame({"currency": ["CHF", "CHF"], "year": [2022, 2022], "usd_per_unit": [1.0, 1.1]})
    with pytest.raises(UnknownReferenceError, match="two rows for CHF, 2022"):
        spending.estimate(payments(paid("Rent", "10")), exchange_rates=rates)


def test_price_levels_without_the_year_of_the_factors_are_refused() -> None:
    levels = pl.DataFrame({"year": [2023, 2024], "index": [100.0, 103.0]})
    with pytest.raises(UnknownReferenceError, match="2022"):
        spending.estimate(payments(paid("Rent", "10")), price_index=levels)


@pytest.mark.parametrize("rate", ["x", 0.0, None])
def test_a_rate_that_is_no_number_above_zero_is_refused(rate) -> None:
    rates = pl.DataFrame({"currency": ["CHF"], "year": [2022], "usd_per_unit": [rate]})
    with pytest.raises(UnknownReferenceError, match="Line 2"):
        spending.estimate(payments(paid("Rent", "10")), exchange_rates=rates)


def test_purchases_in_the_country_of_the_factors_take_no_stand_in() -> None:
    found = spending.estimate(payments(paid("Rent", "10", country="United States")))
    assert found["quality"].to_list() == ["national-factor"]
    assert found["shared_high_pct"].to_list() == [80.0]


@pytest.mark.parametrize("source", ["waste", "water", "paper", "procurement", "ict", "offsets"])
def test_a_category_without_rows_has_no_results(source: str) -> None:
    activity = pl.DataFrame(schema=import_module(f"saleve.method.activity.{source}").ACTIVITY)
    found = compile_inventory({source: activity}, RULES)
    assert found.cells.is_empty()


def test_a_credit_note_takes_back_what_its_invoice_emits() -> None:
    found = spending.estimate(payments(paid("Rent", "120.50"), paid("Rent", "-120.50")))
    assert found["kg_co2e"].sum() == pytest.approx(0)
    assert found["kg_co2e"][0] > 0


def test_spending_counts_zero_only_where_its_quantities_are_loaded() -> None:
    activity = payments(paid("Hotels", "100"), paid("Electricity", "100"))
    alone = compile_inventory({"procurement": activity}, RULES)
    beside = compile_inventory({"procurement": activity, "electricity": power()}, RULES)
    assert breakdown(alone, "category", Selection(boundary="optional"))["kg_co2e"].to_list() == [
        pytest.approx(14.5),
        None,
    ]
    chosen = Selection(boundary="optional", source="procurement")
    assert breakdown(beside, "category", chosen)["kg_co2e"].to_list() == pytest.approx([14.5, 0])


def test_devices_whose_cost_stands_in_two_currencies_count_once() -> None:
    row = {"kind": "laptop", "year": 2022, "items_bought": 10.0, "cost_usd": "9000", "cost_chf": "100"}
    read = rows_of(row).with_columns(pl.col("cost_usd", "cost_chf").cast(MONEY))
    activity = ict.normalise(read, Context()).activity
    found = estimate_rows("ict", activity, {}, RULES)
    assert activity.height == found.height == 2
    assert found["kg_co2e"].sum() == pytest.approx(1560)
    assert found["rows"].sum() == 1


def test_the_organisations_own_range_holds_where_the_source_states_none() -> None:
    own = {"waste_factor_half_width_pct": 70.0}
    activity = bills("waste", (date(2024, 1, 1), date(2024, 12, 31), 10.0)).with_columns(
        site=pl.lit("London")
    )
    found = waste_emissions.estimate(activity, places=RULES.places, own_values=own)
    assert found["shared_high_pct"].to_list() == [70.0]
