"""The coordinator's whole year in a small organisation, from the first ticket to the report that everybody reads; a focal point's day in it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import HERE, Site, environment, needs_chromium, served, sign_in, visitor
from playwright.sync_api import Page, expect

LONG = 120_000  # milliseconds that long work may take on a busy machine
UNITS = ["North"] * 6 + ["South"] * 5
HEADER = "Ticket number,Traveller,Department,Travel date,Routing,Class\n"
BILLS = "Site,Period start,Period end,kWh\n" + "".join(
    f"{site},{year}-01-01,{year}-12-31,{kwh}\n"
    for site, year, kwh in (("Hill", 2024, 90_000), ("Hill", 2025, 80_000), ("Lake", 2024, 40_000))
)
LAKE = "Site,Period start,Period end,kWh\nLake,2025-01-01,2025-12-31,41000\n"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a small organisation that has loaded nothing yet."""
    needs_chromium()
    folder = tmp_path_factory.mktemp("year") / "office"
    subprocess.run([sys.executable, HERE / "making.py", folder, "office"], check=True, env=environment())
    told = json.loads((folder / ".told.json").read_text("utf-8"))
    with served(folder) as address:
        yield Site(folder, address, told["people"], told)


@pytest.fixture
def visit_office(chromium, office) -> Iterator[Callable[..., Page]]:
    """Return a maker of pages of the small organisation's site."""
    complaints: list[str] = []
    with visitor(chromium, office, complaints) as open_page:
        yield open_page
    assert complaints == []


@pytest.fixture(scope="module")
def published(chromium, office, tmp_path_factory) -> str:
    """Live through the coordinator's year; return the address of the public report."""
    files = tmp_path_factory.mktemp("files")
    complaints: list[str] = []
    with visitor(chromium, office, complaints) as visit:
        coordinator, approver = visit(), visit()
        sign_in(coordinator, office, "coordinator")
        for year in (2024, 2025):
            load(coordinator, tickets(files, year))
        correct(coordinator, "Routing", "GVA-NBO-GVA")
        load(coordinator, written(files / "bills.csv", BILLS), "Electricity")
        see_figures(coordinator)
        see_bridge(coordinator)
        run = keep(coordinator)
        move(coordinator, run, "review")
        sign_in(approver, office, "approver")
        move(approver, run, "approve")
        move(coordinator, run, "publish")
        address = report(coordinator)
    assert complaints == []
    return address


def written(path: Path, text: str) -> Path:
    """Write a file as somebody has it."""
    path.write_text(text, "utf-8")
    return path


def tickets(folder: Path, year: int) -> Path:
    """Write a year's tickets; the last one of 2025 names an airport that there is not."""
    lines = [
        f"{year}{number:09d},Person {number},{unit},{year}-03-{number + 1:02d},GVA-{'NBO' if number % 2 else 'VIE'}-GVA,Y"
        for number, unit in enumerate(UNITS)
    ]
    if year == 2025:
        lines[-1] = lines[-1].replace("VIE", "ZZQ")
    return written(folder / f"tickets-{year}.csv", HEADER + "\n".join(lines) + "\n")


def load(page: Page, file: Path, category: str = "") -> None:
    """Bring a file, say what it is where its headers fit several sources, and load it."""
    page.goto("/data/")
    page.get_by_label("Files to load").set_input_files(file)
    page.get_by_role("button", name="Send the files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(file.name)
    if category:
        page.get_by_role("link", name="Look at the columns").click(timeout=LONG)
        page.get_by_label("Source category").select_option(label=category)
        page.get_by_role("button", name="Read the file so").click()
    page.get_by_role("button", name=re.compile("^Load the file")).click(timeout=LONG)
    page.wait_for_url("**/data/batches/*/", timeout=LONG)
    expect(page.get_by_role("heading", level=1)).to_have_text(file.name)


def see_result(page: Page) -> None:
    """Wait for long work and look at what came of it."""
    page.get_by_role("link", name="See the result").click(timeout=LONG)


def correct(page: Page, column: str, cell: str) -> None:
    """Correct the one row of this batch that was rejected, in place."""
    page.locator("tbody").first.get_by_role("link").first.click()
    page.get_by_label(column, exact=True).fill(cell)
    page.get_by_label("Reason").first.fill("The traveller's itinerary says so.")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.locator("main")).to_contain_text("was corrected and counts now")


def see_figures(page: Page) -> None:
    """Wait until the figures are of the present data, and open the explanation of the total beside them."""
    page.goto("/inventory/?year=2025")
    for _try in range(60):
        if page.locator(".key-figure.primary").count() and not page.locator(".notice.accent").count():
            break
        page.wait_for_timeout(1000)
        page.goto("/inventory/?year=2025")
    total = page.locator(".key-figure.primary .value a")
    total.click()
    expect(page.locator("#panel #explanation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(total).to_be_focused()


def see_bridge(page: Page) -> None:
    """Compare the two years: words, drawing and table say why the total moved."""
    page.goto("/inventory/compare/?from=2024&to=2025")
    expect(page.get_by_role("heading", level=1)).to_have_text("2025 compared with 2024")
    expect(page.locator(".lead p").first).to_be_visible()
    expect(page.locator("figure.chart svg").first).to_be_visible()


def keep(page: Page) -> str:
    """Keep the inventory of 2025 and return the address of the run."""
    page.goto("/inventory/runs/?year=2025")
    page.get_by_label("Reason").fill("The year is complete.")
    page.get_by_role("button", name="Compute and keep").click()
    see_result(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Inventory 2025, run")
    return page.url


def move(page: Page, run: str, to: str) -> None:
    """Move the run to its next state, with a reason."""
    page.goto(run)
    form = page.locator(f"form[action$='/{to}/']")
    form.get_by_label("Reason").fill("The figures agree with the bills.")
    form.get_by_role("button").click()
    expect(page.locator(".title .badge")).to_have_text(
        re.compile({"review": "reviewed", "approve": "approved", "publish": "published"}[to], re.IGNORECASE)
    )


def report(page: Page) -> str:
    """Make the annual report, publish it, and return its public address."""
    page.goto("/reports/make/?year=2025")
    page.get_by_label("html").check()
    page.get_by_role("button", name="Make the document").click(timeout=LONG)
    page.get_by_role("button", name="Publish").click(timeout=LONG)
    return page.locator("#link").inner_text()


def test_the_year_ends_with_a_report_that_everybody_reads(published, visit_office):
    page = visit_office()
    assert page.goto(published).ok
    expect(page.locator("body")).to_contain_text("Office for Example Affairs")


def test_a_focal_point_brings_bills_of_the_own_source_and_no_tickets(
    published, visit_office, office, tmp_path
):
    page = visit_office()
    sign_in(page, office, "focal_point")
    load(page, written(tmp_path / "bills of Lake.csv", LAKE))  # its headers were taught with the first bills
    page.goto("/data/")
    page.get_by_label("Files to load").set_input_files(tickets(tmp_path, 2024))
    page.get_by_role("button", name="Send the files").click()
    expect(page.get_by_text("You cannot load this file")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name=re.compile("^Load the file"))).to_have_count(0)


def test_a_file_is_loaded_without_javascript(published, visit_office, tmp_path):
    page = visit_office("coordinator", javascript=False)
    load(
        page,
        written(
            tmp_path / "bills of Hill.csv", LAKE.replace("Lake,2025", "Hill,2023").replace("2025", "2023")
        ),
    )
