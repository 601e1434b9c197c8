"""The inventory: sums, selections, ranges, gases; parts always add up to the whole."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity import electricity
from saleve.method.activity.air_travel import LEGS
from saleve.method.activity.normalising import Context
from saleve.method.emissions.rules import Rules
from saleve.method.explain import explain
from saleve.method.inventory import (
    Selection,
    air_travel_sensitivities,
    area_m2,
    breakdown,
    compile_inventory,
    persons,
    total,
)

RULES = Rules(places={"HQ": "CHE", "Nairobi": "KEN"})
ROUTES = ("GVA-LHR", "GVA-JFK", "GVA-NBO", "GVA-ZRH")


def legs(*rows):
    """Build legs from (route, cabin, category, year, boundary)."""
    listed = [
        {
            "origin": route[:3],
            "destination": route[4:],
            "cabin": cabin,
            "cabin_basis": "label",
            "category": category,
            "year": year,
            "boundary": boundary,
            "passengers": 1.0,
            "place_basis": "code",
            "unit": "BDT",
            "leg": 1,
            "source_file": "tickets.csv",
            "source_sheet": "",
            "source_row": number,
        }
        for number, (route, cabin, category, year, boundary) in enumerate(rows, start=2)
    ]
    missing = {name: pl.lit(None, kind).alias(name) for name, kind in LEGS.items() if name not in listed[0]}
    return pl.DataFrame(listed).with_columns(missing.values()).select(LEGS.names()).cast(dict(LEGS))


def mission(route="GVA-JFK", *, cabin="economy", category="staff_mission", year=2024, boundary="minimum"):
    return route, cabin, category, year, boundary


def inventory(*rows, **others):
    return compile_inventory({"air_travel": legs(*rows), **others}, RULES)


def kg(found, **selected):
    return total(found, Selection(**selected)).kg_co2e


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(ROUTES),
            st.sampled_from(["economy", "business", "average"]),
            st.sampled_from(["staff_mission", "home_leave"]),
            st.sampled_from([2019, 2024]),
            st.just("minimum"),
        ),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from(["category", "haul", "cabin", "region", "unit", "scope", "source"]),
)
def test_the_parts_of_every_cut_add_up_to_the_total(rows, cut):
    found = inventory(*rows)
    for year in found.years:
        parts = breakdown(found, cut, Selection(year=year))["kg_co2e"].sum()
        assert parts == pytest.approx(kg(found, year=year), rel=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.permutations([mission("GVA-LHR"), mission("GVA-NBO"), mission("GVA-JFK", cabin="business")]))
def test_the_order_of_rows_does_not_matter(rows):
    assert kg(inventory(*rows)) == pytest.approx(kg(inventory(*sorted(rows))), rel=1e-12)


def test_memo_items_are_counted_apart_and_never_in_the_total():
    found = inventory(mission("GVA-LHR"), mission("GVA-JFK", boundary="memo"))
    assert kg(found) == pytest.approx(kg(inventory(mission("GVA-LHR"))))
    assert kg(found, boundary="memo") == pytest.approx(kg(inventory(mission("GVA-JFK"))))


def test_nothing_selected_has_no_total_rather_than_zero():
    assert kg(inventory(mission()), year=1999) is None


def test_a_leg_that_cannot_be_computed_is_counted_and_not_zero():
    whole = total(inventory(mission("GVA-LHR"), mission("GVA-QQQ")), Selection())
    assert (whole.rows, whole.not_computed_rows) == (2, 1)


def test_the_range_of_a_sum_is_narrower_than_the_sum_of_the_ranges():
    found = inventory(mission("GVA-LHR"), mission("GVA-NBO"))
    whole = total(found, Selection())
    parts = breakdown(found, "region", Selection())
    assert whole.kg_co2e - whole.low_kg_co2e < (parts["kg_co2e"] - parts["low_kg_co2e"]).sum()


def test_the_range_of_many_routes_never_falls_below_the_shared_layout_part():
    whole = total(inventory(*[mission(route) for route in ROUTES * 5]), Selection())
    assert whole.kg_co2e - whole.low_kg_co2e >= 0.12 * whole.kg_co2e


def test_years_come_in_order():
    found = inventory(mission(year=2024), mission(year=2019))
    assert breakdown(found, "year", Selection())["year"].to_list() == [2019, 2024]


def test_people_and_areas_are_missing_rather_than_zero():
    found = inventory(mission())
    assert (persons(found, 2024), area_m2(found, 2024)) == (None, None)


def test_sensitivities_hold_the_reported_figure_among_them():
    table = legs(mission("GVA-LHR"), mission("GVA-NBO"))
    found = air_travel_sensitivities(table, RULES, [2024])
    own = found.filter(method="icao-13.1", distance_correction="icao")["kg_co2e"].item()
    assert own == pytest.approx(kg(compile_inventory({"air_travel": table}, RULES), year=2024))
    assert len(found) == 5


def test_sensitivities_of_several_years_are_those_of_each_year():
    table = legs(mission("GVA-LHR", year=2019), mission("GVA-NBO", year=2024), mission("GVA-JFK", year=2024))
    together = air_travel_sensitivities(table, RULES, [2019, 2024]).sort("year", maintain_order=True)
    apart = pl.concat(air_travel_sensitivities(table, RULES, [year]) for year in (2019, 2024))
    assert together.drop("kg_co2e").equals(apart.drop("kg_co2e"))
    assert together["kg_co2e"].to_list() == pytest.approx(apart["kg_co2e"].to_list())


def test_a_supplied_figure_stands_beside_ours_and_not_in_the_total():
    supplied = legs(mission("GVA-LHR")).with_columns(
        supplied_co2_kg=pl.lit(88.0), supplied_method=pl.lit("ICEC 5.0.8")
    )
    found = compile_inventory({"air_travel": supplied}, RULES)
    row = found.supplied.row(0, named=True)
    assert (row["method"], row["supplied_kg_co2"]) == ("ICEC 5.0.8", 88.0)
    assert row["kg_co2e"] == pytest.approx(kg(found))


def test_an_explanation_leads_to_file_and_row_and_adds_up():
    table = legs(mission("GVA-LHR"), mission("GVA-NBO", category="home_leave"), mission("GVA-JFK"))
    found = compile_inventory({"air_travel": table}, RULES)
    told = explain(found, {"air_travel": table}, Selection(year=2024, category="staff_mission"))
    assert told.rows["source_row"].to_list() == [4, 2]
    assert told.rows["kg_co2e"].sum() == pytest.approx(told.total.kg_co2e)
    assert told.all_rows == 2


def test_an_explanation_of_power_without_factor_names_none_and_makes_no_zero_of_it():
    bill = {
        "site": "Nowhere",
        "period_start": "2024-01-01",
        "period_end": "2024-12-31",
        "amount": "10",
        "amount_unit": "kWh",
    }
    rows = pl.DataFrame(
        [{**bill, "source_file": "b.csv", "source_sheet": None, "source_row": 2}]
    ).with_columns(pl.col("^period_.*$").str.to_date(), pl.col("amount").cast(pl.Float64))
    power = {"electricity": electricity.normalise(rows, Context()).activity}
    told = explain(compile_inventory(power, Rules()), power, Selection(year=2024))
    assert told.factors.is_empty()
    assert told.quality["kg_co2e"].to_list() == [None]


def test_explained_rows_come_in_pages():
    table = legs(*[mission(route) for route in ROUTES])
    found = compile_inventory({"air_travel": table}, RULES)
    pages = [
        explain(found, {"air_travel": table}, Selection(), first=first, limit=2).rows for first in (0, 2)
    ]
    assert pl.concat(pages)["source_row"].sort().to_list() == [2, 3, 4, 5]


def test_a_cell_of_air_travel_keeps_its_passengers_for_the_bridge():
    cells = inventory(mission(), mission()).cells
    assert cells["passengers"].sum() == pytest.approx(2)
