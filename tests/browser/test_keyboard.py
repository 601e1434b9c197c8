"""The keyboard alone does every job: everything is reached, is seen when it is reached, and stays where it was after a change."""

import pytest
from playwright.sync_api import Page, expect

PAGES = (
    "/",
    "/data/",
    "/inventory/",
    "/places/",
    "/travel/",
    "/travel/trip/",
    "/factors/?factors.find=grid",
    "/reports/",
    "/reports/make/",
    "/settings/people/",
    "/account/",
    "/components/",
)
MOST_STOPS = 400
# what can be reached and is shown, by its place in the page; of a group of round buttons the chosen one
REACHABLE = """() => { let seen = 0; const radios = new Set();
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
    if (one.disabled || one.type === "hidden" || one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}) === false) continue;
    if (one.type === "radio") { if (radios.has(one.name)) continue; radios.add(one.name); }
    one.dataset.wanted = one.type === "radio" ? one.name : String(seen); seen += 1; }
  return [...document.querySelectorAll("[data-wanted]")].map((one) => one.dataset.wanted); }"""
FOCUSED = """() => { const one = document.activeElement; if (!one || one === document.body) return null;
  const style = getComputedStyle(one); const box = one.getBoundingClientRect();
  const bar = document.querySelector(".bar"); const under = !bar.contains(one) && !one.closest(".skip") && box.bottom < bar.getBoundingClientRect().bottom;
  return {wanted: one.type === "radio" ? one.name : one.dataset.wanted ?? "", words: (one.innerText || one.name || one.tagName).slice(0, 40),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, hidden: under || box.width === 0}; }"""


@pytest.mark.parametrize("address", PAGES)
def test_everything_is_reached_and_seen_when_it_is(address, visit):
    page = visit("coordinator")
    page.goto(address)
    wanted = set(page.evaluate(REACHABLE))
    page.locator(".skip").focus()  # the first stop, wherever the page puts the keyboard at the start
    stops = [page.evaluate(FOCUSED), *_stops(page)]
    assert wanted - {stop["wanted"] for stop in stops} == set()
    assert [stop["words"] for stop in stops if not stop["ring"] or stop["hidden"]] == []


def test_the_first_stop_leads_past_the_bar_to_the_content(visit):
    page = visit("coordinator")
    page.goto("/travel/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_a_menu_opens_and_closes_and_gives_the_keyboard_back(visit):
    page = visit("coordinator")
    page.goto("/travel/")
    summary = page.locator("details[data-menu] summary").first
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".menu-list.years a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.locator(".menu-list.years")).to_be_hidden()


def test_sorting_leaves_the_keyboard_at_the_heading(visit):
    page = visit("coordinator")
    page.goto("/factors/")
    heading = page.locator("th a").nth(2)
    heading.focus()
    page.keyboard.press("Enter")
    expect(page.locator("th").nth(2)).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("th a").nth(2)).to_be_focused()


def test_looking_for_a_row_leaves_the_keyboard_at_the_question(visit):
    page = visit("coordinator")
    page.goto("/factors/")
    find = page.locator("input[type=search]")
    find.focus()
    page.keyboard.type("electricity")
    page.keyboard.press("Enter")
    page.wait_for_url("**factors.find=electricity**")
    expect(find).to_be_focused()
    expect(find).to_have_value("electricity")


def test_turning_to_the_last_page_leaves_the_keyboard_in_the_table(visit):
    page = visit("coordinator")
    page.goto("/factors/")
    last = int(page.locator(".pages .figures").inner_text().split()[-1].replace(",", ""))
    page.goto(f"/factors/?factors.page={last - 1}")
    page.locator("[rel=next]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[rel=next]")).to_have_count(0)
    expect(page.locator("#factors :focus")).to_have_count(1)


def _stops(page: Page):
    """Go from stop to stop until the keyboard leaves the page."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None:
            return
        yield found
    pytest.fail("The keyboard does not come to the end of the page.")
