"""What a report compares: years that rest on different data, areas of sites that have none."""

import polars as pl
import pytest
from builders import cell, facts_of, inventory

from saleve.method.inventory import Inventory


def states(**by_year: dict[str, str]) -> pl.DataFrame:
    """Return a completeness table: ``y2024={"b1": "complete"}``."""
    rows = [
        {"year": int(year[1:]), "source": "electricity", "site": site, "state": state, "note": ""}
        for year, sites in by_year.items()
        for site, state in sites.items()
    ]
    return pl.DataFrame(rows)


def two_years(completeness: pl.DataFrame) -> Inventory:
    return inventory([cell(2024, "electricity", 10), cell(2025, "electricity", 8)], completeness=completeness)


def test_meters_that_came_and_went_are_counted():
    facts = facts_of(
        two_years(states(
            y2024={"b1": "complete", "b2": "partial", "b3": "missing"},
            y2025={"b1": "complete", "b2": "missing", "b3": "complete"},
        ))
    )  # fmt: skip

    assert (facts["change.previous.lost"].value, facts["change.previous.new"].value) == (1, 1)


def test_years_with_the_same_data_are_compared_without_a_word():
    same = {"b1": "complete", "b2": "partial"}

    assert "change.previous.lost" not in facts_of(two_years(states(y2024=same, y2025=same)))


def test_a_site_that_was_not_yet_open_is_no_lack_of_data():
    facts = facts_of(two_years(states(y2024={"b1": "complete"}, y2025={"b1": "complete", "b2": "complete"})))

    assert "change.previous.new" not in facts


def test_the_base_year_is_compared_too():
    cells = [cell(2010, "electricity", 10), cell(2025, "electricity", 8)]
    found = inventory(cells, completeness=states(y2010={"b1": "missing"}, y2025={"b1": "complete"}))

    assert facts_of(found)["change.base.new"].value == 1


def with_areas(**area_of_site: float) -> Inventory:
    cells = [cell(2025, "fuels", 10, site="b1"), cell(2025, "fuels", 30, site="b2")]
    areas = [{"year": 2025, "site": site, "area_m2": area} for site, area in area_of_site.items()]
    found = inventory(cells)
    return Inventory(cells=found.cells, rules=found.rules, years=(2025,), floor_area=pl.DataFrame(areas))


@pytest.mark.parametrize(
    ("areas", "kg_per_m2", "counted_m2"),
    [({"b1": 100, "b2": 100}, 200, None), ({"b1": 100, "b3": 900}, 100, 100), ({"b1": 100}, 100, None)],
)
def test_only_sites_with_area_and_energy_count(areas, kg_per_m2, counted_m2):
    facts = facts_of(with_areas(**areas))
    part = facts.get("floor_area.with_data")

    assert facts["per_m2"].value == pytest.approx(kg_per_m2)
    assert (part.value if part else None) == counted_m2


def test_an_area_without_site_is_that_of_all_facilities():
    found = inventory([cell(2025, "fuels", 10, site="b1")], area_m2=500)

    assert facts_of(found)["per_m2"].value == pytest.approx(20)
