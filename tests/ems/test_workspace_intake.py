"""What saleve.toml says of a file counts when the file is checked and when its years are chosen."""

import pytest
import xlsxwriter

from saleve.ems.intake import check_path
from saleve.ems.inventories import compute_inventory
from saleve.method.inventory import area_m2

SETTINGS = """
[organisation]
name = "Two meters"

[inventory]
first_year = 2023

[[files]]
path = "meters.csv"
category = "electricity"
where = { commodity = "electricity" }
constants = { country = "CHE" }

[[files]]
path = "meters.csv"
category = "fuels"
where = { commodity = "gas" }
constants = { country = "CHE", calorific_basis = "gross" }
"""
METERS = """building_id,commodity,year,month,kwh
b1,electricity,2022,12,900
b1,electricity,2023,1,1000
b1,gas,2023,1,5000
b1,gas,2023,2,4000
"""
AREAS = "Building ID,GIA (m2)\nb1,500\n"


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "saleve.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "meters.csv").write_text(METERS, "utf-8")
    (tmp_path / "areas.csv").write_text(AREAS, "utf-8")
    return tmp_path


@pytest.mark.parametrize("category", ["electricity", "fuels"])
def test_a_file_listed_for_two_categories_is_checked_for_the_one_asked_for(workspace, category):
    [checked] = check_path(workspace / "meters.csv", category=category)
    assert (checked.category, checked.rows, checked.accepted) == (category, 2, 2)


def test_a_linked_file_is_checked_with_the_settings_beside_the_link(workspace, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "meters.csv"
    (workspace / "meters.csv").rename(elsewhere)
    (workspace / "meters.csv").symlink_to(elsewhere)
    assert check_path(workspace / "meters.csv", category="fuels")[0].rows == 2


def test_one_country_for_the_whole_file_serves_sites_that_are_not_listed(workspace):
    computed = compute_inventory(workspace)
    assert computed.workspace.sites == ()
    assert computed.inventory.cells["kg_co2e"].null_count() == 0


def test_years_before_the_first_are_left_out_but_an_area_without_dates_stays(workspace):
    computed = compute_inventory(workspace)
    assert computed.inventory.years == (2023,)
    assert area_m2(computed.inventory, 2023) == 500


def test_sheets_of_one_workbook_are_read_each_by_its_own_category(tmp_path):
    path = tmp_path / "all-2024.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {
            "Tickets": [["Ticket number", "Routing", "Departure date"], ["1", "GVA-JFK", "2024-02-01"]],
            "Electricity": [["Site", "Month", "Consumption (kWh)"], ["HQ", "2024-01", 1000]],
            "Staff": [["Year", "Headcount", "Site"], [2024, 50, "HQ"]],
        }.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    accounts = {one.category: (one.rows, one.accepted) for one in check_path(path)}
    assert accounts == {"air_travel": (1, 1), "electricity": (1, 1), "headcount": (1, 1)}


def test_the_printed_water_of_4566_m3_per_person_is_caught(tmp_path):
    (tmp_path / "saleve.toml").write_text('[organisation]\nname = "X"\n', "utf-8")
    (tmp_path / "water.csv").write_text("Site,Year,Water (m3)\nHQ,2024,4566000\n", "utf-8")
    (tmp_path / "people.csv").write_text("Site,Year,Headcount\nHQ,2024,1000\n", "utf-8")
    (tmp_path / "bills.csv").write_text("Site,Country,Year,Electricity (kWh)\nHQ,CHE,2024,1000000\n", "utf-8")
    told = compute_inventory(tmp_path).implausible()["message"].to_list()
    assert any("4,566 m3" in text or "4566 m3" in text for text in told)
