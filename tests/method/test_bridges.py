"""Bridges: bars that add up, what each of them means, and what cannot be told."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleve.method.activity import electricity
from saleve.method.activity.normalising import Context
from saleve.method.bridges import BRIDGE, DEGREE_DAYS, STEPS, Swap, bridge, swaps_between
from saleve.method.change import DecompositionError
from saleve.method.emissions.aviation.parameters import AirTravelSettings
from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Inventory, compile_inventory


def flight(year: int, passengers: float, km: float, kg: float, **more: Any) -> dict[str, Any]:
    usual = {
        "year": year, "source": "air_travel", "category": "staff_mission", "haul": "long", "cabin": "economy",
        "passengers": passengers, "amount": km, "amount_unit": "passenger-km", "kg_co2e": kg,
    }  # fmt: skip
    return usual | more


def energy(year: int, kwh: float | None, kg: float | None, **more: Any) -> dict[str, Any]:
    usual = {
        "year": year, "source": "electricity", "category": "grid", "site": "Tower", "amount": kwh, "amount_unit": "kWh",
        "electricity_basis": "location", "kg_co2e": kg,
    }  # fmt: skip
    return usual | more


def inventory(
    cells: list[dict[str, Any]],
    persons: dict[int, float] | None = None,
    areas: dict[tuple[int, str], float] | None = None,
) -> Inventory:
    people = [(year, None, None, number) for year, number in (persons or {}).items()]
    sites = [(year, site, area) for (year, site), area in (areas or {}).items()]
    whole = [{"boundary": "minimum", "quality": "published", "rows": 1, **cell} for cell in cells]
    return Inventory(
        cells=pl.DataFrame(whole, schema=CELL),
        rules=Rules(),
        years=tuple(sorted({cell["year"] for cell in cells})),
        headcount=pl.DataFrame(people, {"year": pl.Int64, "unit": pl.String, "site": pl.String, "persons": pl.Float64}, orient="row"),
        floor_area=pl.DataFrame(sites, {"year": pl.Int64, "site": pl.String, "area_m2": pl.Float64}, orient="row"),
    )  # fmt: skip


def weather(*rows: tuple[str, int, float, float | None, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=DEGREE_DAYS, orient="row")


def effects(found: Inventory, **more: Any) -> dict[str, float]:
    steps = bridge(found, 2024, found, 2025, **more).steps
    return dict(steps.group_by("step").agg(pl.col("effect_kg").sum()).iter_rows())


def test_twice_the_people_who_fly_as_before_is_headcount_alone():
    found = inventory(
        [flight(2024, 10, 50_000, 4_000), flight(2025, 20, 100_000, 8_000)], {2024: 100, 2025: 200}
    )
    told = effects(found)
    assert told.pop("headcount") == pytest.approx(4_000)
    assert list(told.values()) == pytest.approx([0] * len(told), abs=1e-6)


def test_business_seats_in_the_place_of_economy_are_the_mix_of_cabins():
    found = inventory(
        [
            flight(2024, 10, 50_000, 4_000),
            flight(2024, 10, 50_000, 12_000, cabin="business"),
            flight(2025, 15, 75_000, 6_000),
            flight(2025, 5, 25_000, 6_000, cabin="business"),
        ],
        {2024: 100, 2025: 100},
    )
    told = effects(found)
    assert told["mix_cabin"] == pytest.approx(-4_000)
    assert told["mix_haul"] == pytest.approx(0, abs=1e-6)


def test_a_category_that_nobody_flew_in_before_is_the_mix_of_categories():
    found = inventory(
        [
            flight(2024, 10, 50_000, 4_000),
            flight(2025, 5, 25_000, 2_000),
            flight(2025, 5, 25_000, 2_000, category="fellow"),
        ],
        {2024: 100, 2025: 100},
    )
    told = effects(found)
    assert told.pop("mix_category") == pytest.approx(0, abs=1e-6)
    assert told["mix_haul"] == pytest.approx(0, abs=1e-6)


def test_without_persons_the_flights_are_told_and_the_note_says_so():
    found = inventory([flight(2024, 10, 50_000, 4_000), flight(2025, 20, 100_000, 8_000)])
    row = bridge(found, 2024, found, 2025).steps.filter(step="flights").row(0, named=True)
    assert row["effect_kg"] == pytest.approx(4_000)
    assert "not known" in row["note"]


def test_heat_from_the_network_in_the_place_of_gas_is_the_mix_of_energy():
    areas = {(year, "Tower"): 1_000.0 for year in (2024, 2025)}
    found = inventory(
        [
            energy(2024, 100, 20, source="fuels", category="natural_gas", amount_unit="kWh gross"),
            energy(2025, 100, 5, source="district_energy", category="heat"),
        ],
        areas=areas,
    )
    told = effects(found)
    assert told["energy_mix"] == pytest.approx(-15)
    assert told["kwh_per_m2"] == pytest.approx(0, abs=1e-9)


def test_a_new_building_is_floor_area():
    areas = {(2024, "Tower"): 1_000.0, (2025, "Tower"): 1_000.0, (2025, "Annex"): 500.0}
    cells = [energy(2024, 100, 20), energy(2025, 100, 20), energy(2025, 60, 12, site="Annex")]
    assert effects(inventory(cells, areas=areas))["floor_area"] == pytest.approx(12)


def test_a_cold_winter_is_degree_days_and_not_waste():
    areas = {(year, "Tower"): 1_000.0 for year in (2024, 2025)}
    cells = [energy(year, kwh, kwh * 0.2, source="fuels", category="natural_gas") for year, kwh in ((2024, 100), (2025, 120))]  # fmt: skip
    degree_days = weather(("Tower", 2024, 2500.0, 100.0, "Airport"), ("Tower", 2025, 3000.0, 0.0, "Airport"))
    told = effects(inventory(cells, areas=areas), degree_days=degree_days)
    assert told["degree_days"] == pytest.approx(4)
    assert told["kwh_per_m2"] == pytest.approx(0, abs=1e-9)


def test_the_step_of_the_weather_names_the_source_of_its_degree_days():
    areas = {(year, "Tower"): 1_000.0 for year in (2024, 2025)}
    cells = [energy(year, 100, 20, source="fuels", category="natural_gas") for year in (2024, 2025)]
    degree_days = weather(("Tower", 2024, 2500.0, None, "Airport"), ("Tower", 2025, 3000.0, None, "Airport"))
    found = inventory(cells, areas=areas)
    steps = bridge(found, 2024, found, 2025, degree_days=degree_days).steps
    assert steps.filter(step="degree_days")["note"].item() == "Degree days: Airport."


def test_without_degree_days_the_step_is_absent_and_that_is_said():
    areas = {(year, "Tower"): 1_000.0 for year in (2024, 2025)}
    found = inventory([energy(2024, 100, 20), energy(2025, 120, 24)], areas=areas)
    steps = bridge(found, 2024, found, 2025).steps
    assert "degree_days" not in steps["step"].to_list()
    assert "degree days" in steps.filter(step="kwh_per_m2")["note"].item()


def test_degree_days_of_other_sites_are_said_to_lack():
    areas = {(year, "Tower"): 1_000.0 for year in (2024, 2025)}
    cells = [energy(year, 100, 20, source="fuels", category="natural_gas") for year in (2024, 2025)]
    table = weather(("Annex", 2024, 2500.0, 1.0, "Airport"))
    found = inventory(cells, areas=areas)
    steps = bridge(found, 2024, found, 2025, degree_days=table).steps
    assert "Tower" in steps.filter(step="degree_days")["note"].item()


def test_energy_data_of_one_year_only_are_no_saving():
    areas = {(year, site): 1_000.0 for year in (2024, 2025) for site in ("Tower", "Annex")}
    cells = [energy(2024, 100, 20), energy(2025, 100, 20), energy(2024, 50, 10, site="Annex")]
    assert effects(inventory(cells, areas=areas))["data_came_or_went"] == pytest.approx(-10)


def test_a_source_that_one_year_takes_over_is_a_step_of_its_own():
    whole = flight(2024, 0, 0, 9_000) | {"passengers": None, "amount_unit": "kg CO2e", "quality": "supplied"}
    found = inventory([whole, flight(2025, 10, 50_000, 4_000)], {2024: 100, 2025: 100})
    assert effects(found) == {"taken_over": pytest.approx(-5_000)}


def test_amounts_below_zero_and_emissions_without_amount_are_not_attributed():
    cells = [energy(2024, 100, 20), energy(2025, -100, -20), energy(2025, None, 7, source="fuels")]
    assert effects(inventory(cells))["not_attributed"] == pytest.approx(-33)


def test_rows_without_a_figure_are_named_and_count_nothing():
    found = inventory([energy(2024, 100, 20), energy(2025, 100, 20), energy(2025, 5, None)])
    row = bridge(found, 2024, found, 2025).steps.filter(step="not_computed").row(0, named=True)
    assert row["effect_kg"] == 0
    assert "1 after" in row["note"]


def test_other_sources_are_activity_times_factor():
    leak = {"source": "refrigerants", "category": "R-410A", "amount_unit": "kg", "electricity_basis": None}
    found = inventory([energy(2024, 10, 20_000, **leak), energy(2025, 5, 10_000, **leak)])
    told = effects(found)
    assert told["activity"] == pytest.approx(-10_000)
    assert told["factor"] == pytest.approx(0, abs=1e-6)


def test_what_is_swapped_stands_before_what_happened():
    old = inventory([energy(2024, 100, 20)])
    corrected = inventory([energy(2024, 110, 22)])
    new_factor = inventory([energy(2024, 110, 33), energy(2025, 100, 30)])
    found = bridge(
        old, 2024, new_factor, 2025, swaps=[Swap("correction", corrected), Swap("factor_edition", new_factor)]
    )
    told = dict(found.steps.select("step", "effect_kg").iter_rows())
    assert told == {
        "correction": pytest.approx(2),
        "factor_edition": pytest.approx(11),
        "activity": pytest.approx(-3),
        "factor": pytest.approx(0, abs=1e-9),
    }
    assert found.steps["to_kg"][-1] == pytest.approx(found.end_kg)


def test_a_swap_that_moves_nothing_is_no_step():
    found = inventory([energy(2024, 100, 20), energy(2025, 100, 30)])
    steps = bridge(found, 2024, found, 2025, swaps=[Swap("boundary", found, "nothing")]).steps
    assert "boundary" not in steps["step"].to_list()
    assert steps["to_kg"][-1] == pytest.approx(30)


def test_what_moves_between_sources_is_a_step_although_the_total_stays():
    old = inventory([energy(2024, 100, 20), energy(2024, 100, 30, source="fuels")])
    new = inventory([energy(2024, 100, 30), energy(2024, 100, 20, source="fuels")])
    steps = bridge(old, 2024, new, 2024, swaps=[Swap("method", new)]).steps.filter(step="method")
    assert dict(steps.select("subject", "effect_kg").iter_rows()) == {"electricity": 10, "fuels": -10}


def test_rules_that_differ_are_swapped_one_kind_at_a_time():
    asked: list[Rules] = []

    def compiled(_activities, rules):
        asked.append(rules)
        return inventory([energy(2024, 100, 20)])

    old = Rules()
    new = Rules(gwp_set="AR6", refrigerants="kyoto", air_travel=AirTravelSettings(method="tim"))
    data = {"electricity": pl.DataFrame({"year": [2024]})}
    swaps = swaps_between(2024, (data, old), (data, new), compiled)
    assert [swap.step for swap in swaps] == ["boundary", "factor_edition", "method"]
    assert [rules.gwp_set for rules in asked] == ["AR5", "AR6", "AR6"]
    assert asked[-1] == new


def test_other_data_are_a_correction_and_the_same_are_none():
    data = {"electricity": pl.DataFrame({"year": [2024]})}
    again = dict(data)
    found = inventory([energy(2024, 100, 20)])
    assert swaps_between(2024, (data, Rules()), (data, Rules()), lambda *_: found) == []
    (swap,) = swaps_between(2024, (data, Rules()), (again, Rules()), lambda *_: found)
    assert swap.step == "correction"


def test_an_inventory_computed_by_other_rules_is_reached_by_the_swap_alone():
    bills = pl.DataFrame({"site": ["Tower"], "year": [2024], "amount": [100.0], "amount_unit": ["MWh"], "certificate_kwh": [8e4], "source_row": [2]})  # fmt: skip
    data = {"electricity": electricity.normalise(bills, Context()).activity}
    old = Rules(places={"Tower": "CHE"}, electricity_basis="location")
    new = Rules(places={"Tower": "CHE"}, electricity_basis="market")
    swaps = swaps_between(2024, (data, old), (data, new))
    start, end = compile_inventory(data, old), compile_inventory(data, new)
    found = bridge(start, 2024, end, 2024, swaps=swaps)
    told = dict(found.steps.select("step", "effect_kg").iter_rows())
    assert told == {
        "method": pytest.approx(found.end_kg - found.start_kg),
        "activity": pytest.approx(0, abs=1e-6),
        "factor": pytest.approx(0, abs=1e-6),
    }
    assert found.end_kg != pytest.approx(found.start_kg)


def test_one_year_of_two_inventories_can_be_compared():
    published, again = inventory([energy(2024, 100, 20)]), inventory([energy(2024, 100, 30)])
    told = dict(bridge(published, 2024, again, 2024).steps.select("step", "effect_kg").iter_rows())
    assert told["factor"] == pytest.approx(10)


def test_a_year_without_figures_cannot_be_compared():
    found = inventory([energy(2024, 100, 20)])
    with pytest.raises(DecompositionError, match="2025"):
        bridge(found, 2024, found, 2025)


AMOUNT = st.one_of(st.just(0.0), st.floats(1, 1e6))
YEAR = st.sampled_from([2024, 2025])
FLIGHTS = st.builds(
    flight,
    YEAR,
    st.one_of(st.just(0.0), st.floats(1, 500)),
    AMOUNT,
    AMOUNT,
    category=st.sampled_from(["staff_mission", "fellow"]),
    haul=st.sampled_from(["short", "long"]),
    cabin=st.sampled_from(["economy", "business"]),
)
ENERGY = st.builds(
    energy,
    YEAR,
    st.one_of(st.none(), st.floats(-1e3, 1e6), st.just(0.0)),
    st.one_of(st.none(), AMOUNT),
    source=st.sampled_from(["electricity", "fuels", "district_energy", "refrigerants"]),
    site=st.sampled_from(["Tower", "Annex", None]),
    quality=st.sampled_from(["published", "supplied"]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(FLIGHTS, ENERGY), max_size=14),
    st.dictionaries(YEAR, st.floats(1, 5000), max_size=2),
    st.dictionaries(st.tuples(YEAR, st.sampled_from(["Tower", "Annex"])), st.floats(1, 1e5), max_size=4),
)
def test_the_bars_of_any_two_years_add_up(cells, persons, areas):
    anchor = [energy(year, 1.0, 1.0) for year in (2024, 2025)]
    found = inventory([*anchor, *cells], persons, areas)
    told = bridge(found, 2024, found, 2025)
    size = max(abs(told.start_kg), abs(told.end_kg))
    assert told.start_kg + told.steps["effect_kg"].sum() == pytest.approx(told.end_kg, abs=1e-9 * size)
    assert told.steps.schema == BRIDGE
    assert set(told.steps["step"]) <= set(STEPS)
