"""Three series: as reported, recalculated, factor-frozen."""

import polars as pl
import pytest

from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Inventory
from saleve.method.series import SERIES, factor_frozen, three_series


def cell(year: int, amount: float | None, kg: float, **more: object) -> dict[str, object]:
    usual = {
        "year": year, "source": "electricity", "category": "grid", "site": "Tower", "amount": amount, "amount_unit": "kWh",
        "kg_co2e": kg, "boundary": "minimum", "quality": "published",
    }  # fmt: skip
    return usual | more


def inventory(*cells: dict[str, object]) -> Inventory:
    frame = pl.DataFrame(list(cells), schema=CELL)
    return Inventory(frame, Rules(), tuple(sorted(frame["year"].unique())))


def test_a_cleaner_grid_is_no_merit_in_the_frozen_series():
    found = factor_frozen(inventory(cell(2010, 100, 50), cell(2025, 100, 10)), 2010)
    assert found["factor_frozen_kg"].to_list() == pytest.approx([50, 50])


def test_the_base_year_is_the_same_in_both_computed_series():
    table = three_series(inventory(cell(2010, 100, 50), cell(2010, 7, 21, site="Annex")), 2010)
    assert table["factor_frozen_kg"].item() == pytest.approx(table["recalculated_kg"].item())


def test_what_the_base_year_has_no_factor_for_stays_and_is_said():
    heat = cell(2025, 30, 6, source="district_energy", category="heat")
    row = factor_frozen(inventory(cell(2010, 100, 50), cell(2025, 80, 8), heat), 2010).row(1, named=True)
    assert row["factor_frozen_kg"] == pytest.approx(40 + 6)
    assert row["not_frozen_kg"] == pytest.approx(6)
    assert row["not_frozen"] == ["district_energy"]


def test_totals_taken_over_cannot_be_frozen():
    whole = cell(2025, 8, 8, quality="supplied", amount_unit="kg CO2e")
    row = factor_frozen(inventory(cell(2010, 8, 8, quality="supplied", amount_unit="kg CO2e"), whole), 2010)
    assert row["not_frozen_kg"].to_list() == [8, 8]


def test_a_flight_keeps_its_frozen_factor_whatever_the_site():
    flight = {"source": "air_travel", "category": "staff_mission", "haul": "long", "cabin": "economy", "amount_unit": "passenger-km"}  # fmt: skip
    old, new = (
        cell(2010, 100, 10, site="Tower", **flight),
        cell(2025, 100, 8, **{**flight, "site": "Annex"}),
    )
    assert factor_frozen(inventory(old, new), 2010)["factor_frozen_kg"].to_list() == pytest.approx([10, 10])


def test_published_totals_stand_beside_and_move_nothing():
    table = three_series(inventory(cell(2010, 100, 50)), 2010, {2009: 60.0, 2010: 55.0})
    assert table.schema == SERIES
    assert table["as_reported_kg"].to_list() == [60.0, 55.0]
    assert table["recalculated_kg"].to_list() == [None, 50.0]
    assert table["not_frozen"].to_list() == [None, []]
