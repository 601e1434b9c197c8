"""Pages on paper, and pages without JavaScript."""

import re

import pytest
from browsing import SCREENS
from playwright.sync_api import expect
from test_days import sign_in


@pytest.mark.parametrize("address", ["/", "/inventory/", "/travel/"])
def test_on_paper_there_is_the_content_and_nothing_to_press(address, visit):
    page = visit("coordinator", theme="dark")
    assert page.goto(address).ok
    page.emulate_media(media="print")
    (SCREENS / "print").mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / "print" / f"{address.strip('/') or 'home'}.png", full_page=True)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".bar")).to_be_hidden()
    assert page.locator("main button:visible").count() == 0
    for behind in page.locator("details.behind table").all():
        expect(behind).to_be_visible()
    assert page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "light"


def test_without_javascript_a_person_signs_in_reads_a_table_and_sorts_it(visit, site):
    page = visit(javascript=False)
    sign_in(page, site, "reader")
    page.goto("/factors/")
    page.locator("th a").nth(2).click()
    expect(page.locator("th").nth(2)).to_have_attribute("aria-sort", "ascending")
    page.get_by_label("Find in this table").fill("egrid")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".table-foot")).to_contain_text(re.compile(r"\d+ of [\d,]+ rows"))


def test_without_javascript_theme_and_language_are_changed_in_the_menu(visit):
    page = visit("reader", javascript=False)
    page.goto("/reports/")
    page.locator("details[data-menu] summary").last.click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("details[data-menu] summary").last.click()
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
