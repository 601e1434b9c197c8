"""A stranger's day and an auditor's day: what they reach, what they do not, and that nothing complains."""

import re

import pytest
from browsing import Site
from playwright.sync_api import Page, expect

OPEN = {
    "public_report",
    "health",
    "choose_password",
}  # that strangers may open, beside the library's pages of signing in
OWN = {"account", "choose_password", "jobs"}  # pages on which everybody acts for oneself


def sign_in(page: Page, site: Site, role: str) -> None:
    """Sign in as people do."""
    page.goto("/")
    page.get_by_label("Email").fill(site.people[role]["email"])
    page.get_by_label("Password", exact=True).fill(site.people[role]["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))


def test_a_stranger_is_asked_to_sign_in_and_sees_no_area(visit):
    page = visit()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.locator("nav.areas")).to_have_count(0)


def test_a_stranger_reads_a_published_report(visit, site):
    page = visit()
    assert page.goto(site.told["public"]).ok
    expect(page.get_by_role("heading", level=1)).to_contain_text("Greenhouse-gas inventory")
    expect(page.locator("body")).to_contain_text("International Union for Weights of Light")


def test_a_stranger_with_an_address_that_was_never_given_out_reads_nothing(visit):
    page = visit()
    assert page.goto("/public/" + "x" * 43 + "/").status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")


def test_a_stranger_opens_no_other_page(visit, site):
    page = visit()
    page.goto("/")
    opened = [
        one["address"]
        for one in site.told["pages"]
        if one["name"] not in OPEN
        and not one["address"].startswith("/accounts/")
        and "/accounts/login/" not in page.request.get(one["address"]).url
    ]
    assert opened == []


def test_a_wrong_password_is_told_beside_the_form(visit, site):
    page = visit()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(site.people["reader"]["email"])
    page.get_by_label("Password", exact=True).fill("not the password at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_an_auditor_reads_every_page_of_the_areas_and_finds_no_button_that_writes(visit, site):
    page = visit()
    sign_in(page, site, "auditor")
    writing, read = [], set()
    for one in site.told["pages"]:
        if one["name"] in OWN or one["address"].startswith("/accounts/") or not page.goto(one["address"]).ok:
            continue
        read.add(one["name"])
        writing += [
            f"{one['name']}: {text}"
            for text in page.locator("main form[method=post] button").all_inner_texts()
        ]
    assert writing == []
    assert {"home", "travel", "factors", "reports", "report", "settings", "people", "audit_log"} <= read


def test_an_auditor_is_refused_what_writes(visit, site):
    page = visit("auditor")
    answer = page.goto("/reports/make/")
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_chart_answers_to_the_pointer_under_the_same_policy(visit):
    page = visit("auditor")
    page.goto("/travel/")
    page.get_by_role("button", name="Explore the chart").first.click()
    expect(page.locator(".drawing.alive svg").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_that_a_person_chooses_is_that_of_every_page(theme, visit):
    page = visit("reader", theme="system")
    page.goto("/travel/")
    page.locator("details[data-menu] summary").last.click()
    page.get_by_role("button", name=theme.capitalize(), exact=True).click()
    page.goto("/reports/")
    assert page.evaluate("() => document.documentElement.dataset.theme") == theme
    assert (
        page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        == {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 28, 34)"}[theme]
    )


def test_a_language_from_right_to_left_mirrors_the_page(visit):
    page = visit("reader")
    page.goto("/travel/")
    page.locator("details[data-menu] summary").last.click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    brand, bar = page.locator(".brand").bounding_box(), page.locator(".bar-inner").bounding_box()
    assert brand["x"] > bar["x"] + bar["width"] / 2
