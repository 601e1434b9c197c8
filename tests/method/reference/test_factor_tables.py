"""Factor tables that an organisation brings: every problem is told; published figures are reproduced."""

import re
from pathlib import Path

import polars as pl
import pytest

from saleve.method.problems import UnknownReferenceError
from saleve.method.reference import factors
from saleve.method.reference.factor_tables import (
    COLUMNS,
    blend_kg_co2e_per_kg,
    check,
    composition_of,
    records,
    typed,
)
from saleve.method.reference.factors import OWN_RECORD

ROW = {
    "category": "electricity",
    "edition": "Clockwork 2026",
    "published": "2026-09-01",
    "place": "CHE",
    "year": "2024",
    "accounting_basis": "lifecycle_generation",
    "unit": "kWh",
    "kg_co2e_per_unit": "0.02",
    "source": "Clockwork Energy Tables",
}
PARTS = [name for name in COLUMNS if name.endswith("_per_unit") and name != "kg_co2e_per_unit"]


def problems(*rows, sites=(), earlier=None):
    cells = pl.DataFrame([{**ROW, **row} for row in rows], infer_schema_length=None).cast(pl.String)
    read, unreadable = typed(cells)
    return pl.concat([unreadable, check(read, sites=sites, earlier=earlier)])


def codes(*rows, **known):
    return sorted(set(problems(*rows, **known)["code"]))


def test_a_sound_table_has_no_problem():
    assert codes({}, {"year": "2025"}) == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"kg_co2e_per_unit": "0,02"}, "factor-cell-unreadable"),
        ({"kg_co2e_per_unit": "nan"}, "factor-cell-unreadable"),
        ({"published": "last week"}, "factor-cell-unreadable"),
        ({"kg_co2e_per_unit": "-0.02"}, "factor-negative"),
        ({"source": ""}, "factor-cell-empty"),
        ({"place": ""}, "factor-cell-empty"),
        ({"year": ""}, "factor-no-year"),
        ({"valid_from": "2024-05-01", "valid_to": "2024-01-01"}, "factor-period"),
        ({"place": "Switserland"}, "factor-value-unknown"),
        ({"unit": "MW"}, "factor-value-unknown"),
        ({"category": "electrisity"}, "factor-value-unknown"),
        ({"gwp_set": "AR9"}, "factor-value-unknown"),
        ({"category": "fuels", "unit": "litre", "fuel": "dieselle"}, "factor-value-unknown"),
        ({"level": "site", "place": "Nowhere"}, "factor-site-unknown"),
        ({"co2_kg_per_unit": "0.019", "ch4_kg_co2e_per_unit": "0.0001"}, "factor-parts"),
        ({"colour": "red"}, "factor-column-unknown"),
    ],
)
def test_what_is_wrong_with_a_row_is_told(row, code):
    assert code in codes(row)


def test_all_problems_are_told_at_once():
    told = problems({"unit": "MW"}, {"place": "Switserland"}, {"kg_co2e_per_unit": "x", "source": ""})
    assert set(told["row"]) == {2, 3, 4}
    assert {"factor-value-unknown", "factor-cell-unreadable", "factor-cell-empty"} <= set(told["code"])


def test_a_missing_column_is_told():
    read, told = typed(pl.DataFrame([{name: value for name, value in ROW.items() if name != "published"}]))
    assert told.filter(code="factor-column-missing")["column"].to_list() == ["published"]
    assert read["published"].to_list() == [None]


@pytest.mark.parametrize(
    ("now", "asked"), [("0.0239", []), ("0.0241", ["factor-jump"]), ("0.0159", ["factor-jump"])]
)
def test_a_jump_of_more_than_a_fifth_from_year_to_year_asks(now, asked):
    told = problems({}, {"year": "2025", "kg_co2e_per_unit": now})
    assert told["code"].to_list() == asked
    assert set(told["severity"]) <= {"warning"}


def test_years_that_do_not_follow_each_other_may_differ():
    assert codes({}, {"year": "2027", "kg_co2e_per_unit": "0.09"}) == []


def before(**others):
    """Return what an edition of 2025 said of 2024."""
    row = {
        **ROW,
        "edition": "Clockwork 2025",
        "published": "2025-09-01",
        "kg_co2e_per_unit": "0.03",
        **others,
    }
    return records(typed(pl.DataFrame([row]))[0])


@pytest.mark.parametrize(
    ("year", "now", "asked"),
    [
        ("2025", "0.0361", ["factor-jump"]),
        ("2025", "0.0359", []),
        ("2023", "0.024", ["factor-jump"]),  # 0.024 in 2023, 0.03 in 2024: a quarter more
        ("2026", "0.06", []),
        ("2024", "0.0361", ["factor-revised"]),
        ("2024", "0.0359", []),
    ],
)
def test_a_jump_beside_what_was_imported_before_asks_too(year, now, asked):
    assert codes({"year": year, "kg_co2e_per_unit": now}, earlier=before()) == asked


def test_units_do_not_hide_a_jump_beside_an_earlier_edition():
    row = {"year": "2025", "unit": "MWh", "kg_co2e_per_unit": "31"}
    assert codes(row, earlier=before()) == []
    assert codes(row, earlier=before(unit="MWh", kg_co2e_per_unit="20")) == ["factor-jump"]


def test_a_new_edition_of_several_years_is_compared_by_its_own_years_first():
    rows = [{"kg_co2e_per_unit": "0.035"}, {"year": "2025", "kg_co2e_per_unit": "0.038"}]
    assert codes(*rows, earlier=before()) == []


@pytest.mark.parametrize(
    "row",
    [
        {"kg_co2e_per_unit": "34.58"},  # grams a kWh
        {"kg_co2e_per_unit": "0.0000346"},  # tonnes
        {"unit": "MWh", "kg_co2e_per_unit": "0.0346"},  # of a kWh
        {"level": "site", "place": "HQ", "kg_co2e_per_unit": "34.58"},
        {"category": "fuels", "fuel": "natural_gas", "unit": "kWh (gross CV)", "accounting_basis": "direct_combustion", "kg_co2e_per_unit": "183"},
    ],
)  # fmt: skip
def test_a_factor_of_another_unit_is_far_from_what_is_held_and_asks(row):
    assert codes(row, sites=["HQ"]) == ["factor-far"]


@pytest.mark.parametrize("kg", ["0", "0.004"])
def test_a_clean_supplier_is_not_far(kg):
    assert codes({"level": "supplier", "place": "River Power", "kg_co2e_per_unit": kg}) == []


def test_one_category_has_one_basis_also_with_what_came_before():
    before = records(typed(pl.DataFrame([ROW]))[0])
    direct = {"accounting_basis": "direct_generation", "year": "2025"}
    assert codes({}, direct) == codes(direct, earlier=before) == ["factor-bases"]


def test_the_page_names_every_column_and_no_other():
    page = (Path(__file__).parents[3] / "docs/how-to/factor-tables.md").read_text("utf-8")
    table = page.partition("| Column |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE) == list(COLUMNS)


def test_the_same_factor_twice_is_told():
    assert codes({}, {}) == ["factor-twice"]


def test_a_file_holds_one_edition():
    assert codes({}, {"edition": "Clockwork 2027", "year": "2025"}) == ["factor-editions"]


def test_a_known_site_is_found_whatever_its_case_and_accents():
    row = {"level": "site", "place": "Genève"}
    assert codes(row, sites=["GENEVE"]) == []


def blend(composition, kg, **others):
    row = {"category": "refrigerants", "unit": "kg", "refrigerant": "R-410A", "place": "", "year": ""}
    return {**row, "composition": composition, "gwp_set": "AR4", "kg_co2e_per_unit": kg, **others}


def test_a_blend_is_computed_again_from_its_composition():
    assert codes(blend("HFC-32 50; HFC-125 50", "2088")) == []
    assert codes(blend("HFC-32 50; HFC-125 50", "1924")) == ["factor-blend"]


@pytest.mark.parametrize(
    "text", ["HFC-32 50", "HFC-32 fifty; HFC-125 50", "unheard-of 50; HFC-125 50", "HFC-32"]
)
def test_a_composition_that_is_not_whole_is_told(text):
    assert codes(blend(text, "2088")) == ["factor-composition"]


def test_records_are_per_kilowatt_hour_and_keep_their_parts():
    row = {
        **ROW,
        "unit": "MWh",
        "kg_co2e_per_unit": "20",
        "co2_kg_per_unit": "19",
        "ch4_kg_co2e_per_unit": "1",
    }
    made = records(typed(pl.DataFrame([row]))[0])
    assert made.schema == OWN_RECORD
    assert made["kg_co2e_per_unit"].to_list() == pytest.approx([0.02])
    assert made["co2_kg_per_unit"].to_list() == pytest.approx([0.019])
    assert made["unit"].to_list() == ["kWh"]
    assert made.select(pl.sum_horizontal(PARTS)).item() == pytest.approx(0.02)


def test_a_factor_without_parts_is_unsplit():
    made = records(typed(pl.DataFrame([ROW]))[0])
    assert made["unsplit_kg_co2e_per_unit"].to_list() == pytest.approx([0.02])


# Published figures, over everything that is shipped


def test_the_functions_of_the_import_give_r_410a_as_noaa_prints_it():
    shares = composition_of("HFC-32 50; HFC-125 50")
    assert round(blend_kg_co2e_per_kg(shares, "AR4")) == 2088


def test_ipcc_fuels_are_the_printed_ones_with_their_bounds(shared):
    printed = (
        pl.read_csv(shared / "reference/factors_fuels_ipcc2006.csv", infer_schema_length=None)
        .filter(unit="TJ_ncv")
        .select(
            ipcc_fuel=pl.col("activity").str.strip_prefix("fuel."),
            kg_per_tj="kgco2e_per_unit",
            bounds=pl.col("notes").str.extract_groups(r"95% range (?<low>\d+)-(?<high>\d+) kg/TJ"),
        )
        .unnest("bounds")
        .cast({"low": pl.Float64, "high": pl.Float64})
    )
    ours = factors.fuel_factors().filter(edition="2006", unit="kWh (net CV)")
    beside = ours.join(factors.fuel_names(), on="fuel").join(printed, on="ipcc_fuel")
    kg_per_tj = pl.col("kg_co2e_per_unit") / 3.6e-6  # from kg per kWh of net calorific value
    differing = beside.filter(
        ((kg_per_tj - pl.col("kg_per_tj")).abs() > 0.5)
        | ((kg_per_tj * (1 - pl.col("low_pct") / 100) - pl.col("low")).abs() > 10)
        | ((kg_per_tj * (1 + pl.col("high_pct") / 100) - pl.col("high")).abs() > 10)
    )
    assert beside.height == ours.height == 10
    assert differing["fuel"].to_list() == []


def test_every_row_of_desnz_is_the_sum_of_its_gases():
    rows = factors.fuel_factors().filter(pl.col("factor_id").str.starts_with("fuel.desnz."))
    by_gas = rows.filter(pl.col("unsplit_kg_co2e_per_unit").is_null())
    gases = pl.sum_horizontal("co2_kg_per_unit", "ch4_kg_co2e_per_unit", "n2o_kg_co2e_per_unit")
    missed = by_gas.filter((gases - pl.col("kg_co2e_per_unit")).abs() > 1e-9)
    assert missed["factor_id"].to_list() == []
    biogenic = factors.fuel_names().filter("biogenic")["fuel"]
    assert set(rows["fuel"]) - set(by_gas["fuel"]) <= set(biogenic)


def test_an_unknown_factor_names_the_nearest():
    with pytest.raises(UnknownReferenceError, match=r"grid\.ember\.CHE"):
        factors.factor("grid.ember.CHE.2109")
