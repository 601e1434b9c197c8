"""Every page of the site, in both themes, on a phone and from right to left: readable for all, and looked at."""

from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from browsing import HERE, SCREENS, visitor
from playwright.sync_api import Page

AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROLES_BESIDE = ("focal_point", "auditor", "reader")  # whose pages differ most from the coordinator's
MAIN_PAGES = ("home", "data", "inventory", "travel", "places", "reports")
ASK_AXE = """async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations
  .map((one) => `${one.id}: ${one.help} ${one.nodes.slice(0, 3).map((node) => node.target).join(" | ")}`)"""
WIDER = """() => { const all = document.documentElement; if (all.scrollWidth <= all.clientWidth) return "";
  const out = [...document.querySelectorAll("main *, header *")].filter((one) => {
    if (one.parentElement.closest(".areas, .table-scroll, .drawing, .tabs, pre")) return false;
    const box = one.getBoundingClientRect(); return box.right > all.clientWidth + 1 || box.left < -1; });
  return `${all.scrollWidth} px wide: ` + out.slice(0, 4).map((one) => one.tagName + "." + one.className).join(", "); }"""
UNFOLD = "() => document.querySelectorAll('details:not([data-menu])').forEach((one) => { one.open = true; })"


@dataclass
class Seen:
    """What was wrong, by what was looked for."""

    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, what: str, page: str, found: list[str] | str) -> None:
        """Keep what was found on a page, if anything."""
        self.faults[what] += [
            f"{page}: {one}" for one in ([found] if isinstance(found, str) else found) if one
        ]

    def told(self, what: str) -> str:
        """Return what was found, a line each."""
        return "\n".join(self.faults[what])


@pytest.fixture(scope="module")
def seen(chromium, site) -> Seen:
    """Walk through every page once, look at it in every way, and return what was wrong."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (make unit installs it with npm)")
    found = Seen()
    with visitor(chromium, site, found.faults["complaints"]) as visit:
        pages = {role: visit(role, scripts=(AXE,)) for role in ("coordinator", "administrator", "approver")}
        for one in site.told["pages"]:
            _look(pages[one["role"]], one["name"], one["address"], found)
        pages["stranger"] = visit(scripts=(AXE,))
        for name, address in (("signing_in", "/accounts/login/"), ("not_there", "/nowhere/")):
            _look(pages["stranger"], name, address, found)
        _look(pages["coordinator"], "not_there_signed_in", "/nowhere/", found)
        for role in ROLES_BESIDE:
            _look_as(visit(role, scripts=(AXE,)), role, site, found)
    return found


def _look(page: Page, name: str, address: str, found: Seen) -> None:
    """Look at one page in light, dark, on a phone and mirrored."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    _picture(page, name, "light")
    found.note("light", name, page.evaluate(ASK_AXE, RULES))
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    page.evaluate(UNFOLD)
    found.note("dark", name, page.evaluate(ASK_AXE, RULES))
    _picture(page, name, "dark")
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    found.note("mirrored", name, page.evaluate(WIDER))
    page.set_viewport_size({"width": 320, "height": 800})
    found.note("mirrored", name, page.evaluate(WIDER))
    page.evaluate(
        "() => { document.documentElement.dir = 'ltr'; document.documentElement.dataset.theme = 'light'; }"
    )
    found.note("phone", name, page.evaluate(WIDER))
    _picture(page, name, "phone")


def _look_as(page: Page, role: str, site, found: Seen) -> None:
    """Look at the main pages as they are for another role."""
    for one in site.told["pages"]:
        if one["name"] in MAIN_PAGES and page.goto(one["address"]).ok:
            found.note("light", f"{one['name']} of {role}", page.evaluate(ASK_AXE, RULES))


def _picture(page: Page, name: str, kind: str) -> None:
    (SCREENS / kind).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / kind / f"{name}.png", full_page=True)


def test_every_address_opens_for_somebody(site):
    assert site.told["lost"] == []


def test_no_page_has_anything_refused_missing_or_wrong(seen):
    assert seen.told("complaints") == ""


def test_axe_finds_nothing_in_the_light_theme(seen):
    assert seen.told("light") == ""


def test_axe_finds_nothing_in_the_dark_theme_with_everything_unfolded(seen):
    assert seen.told("dark") == ""


def test_no_page_scrolls_sideways_at_320_pixels(seen):
    assert seen.told("phone") == ""


def test_no_page_scrolls_sideways_from_right_to_left(seen):
    assert seen.told("mirrored") == ""


def test_there_is_a_picture_of_every_page_in_light_dark_and_on_a_phone(seen, site):
    wanted = {one["name"] for one in site.told["pages"]}
    for kind in ("light", "dark", "phone"):
        assert wanted <= {path.stem for path in (SCREENS / kind).glob("*.png")}


def test_the_lock_of_what_comes_from_npm_names_no_registry():
    lock = (HERE / "package-lock.json").read_text("utf-8")
    assert "integrity" in lock
    assert "://" not in lock
