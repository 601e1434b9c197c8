"""What every page shows around its content: areas, year, language, theme, person, organisation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from saleve.ems.figures import state
from saleve.ems.people.permissions import Operation, allowed
from saleve.ems.remembering import made_once
from saleve.ems.settings import FILE_NAME, read_settings
from saleve.ems.workspace import Workspace, open_workspace
from saleve.language import _
from saleve.reporting.formatting import direction

THEMES = ("system", "light", "dark")
THEME_COOKIE = "saleve_theme"
_FIRST_YEAR, _LAST_YEAR = 1990, 2100  # what a page takes for a year


@dataclass(frozen=True, slots=True)
class Area:
    """One of the areas in the bar on top: where it is, and what one must be allowed to see it."""

    name: str  # of its first page, and of its folder of addresses
    label: Callable[[], str]
    operation: Operation


AREAS = (
    Area("home", lambda: _("Home"), Operation.READ_OVERVIEW),
    Area("data", lambda: _("Data"), Operation.READ_DATA),
    Area("inventory", lambda: _("Inventory"), Operation.READ_INVENTORY),
    Area("travel", lambda: _("Travel"), Operation.READ_TRAVEL),
    Area("places", lambda: _("Places"), Operation.READ_PLACES),
    Area("reports", lambda: _("Reports"), Operation.READ_REPORTS),
    Area("settings", lambda: _("Settings"), Operation.READ_SETTINGS),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the layout; pages add ``area`` to say which area they belong to."""
    person = getattr(request, "user", None)
    signed_in = bool(person and person.is_authenticated)
    return {
        "organisation": organisation(),
        "areas": list(_areas(person)) if signed_in else [],
        "years": known_years() if signed_in else [],
        "year": year_of(request) if signed_in else None,
        "theme": theme_of(request),
        "theme_choices": _themes(theme_of(request)),
        "language": (get_language() or "en").lower(),
        "languages": settings.LANGUAGES,
        "direction": direction(),
        "here": request.get_full_path(),
        "mail_works": bool(settings.EMAIL_HOST),
    }


def year_of(request: HttpRequest) -> int | None:
    """Return the year that the person looks at: of the address (``?year=2024``), else the one last chosen, else the newest."""
    years = known_years()
    asked = request.GET.get("year", "")
    if asked.isdecimal() and int(asked) in years:
        if request.session.get("year") != int(asked):
            request.session["year"] = int(asked)
        return int(asked)
    chosen = request.session.get("year")
    return chosen if chosen in years else (years[0] if years else None)


def known_years() -> list[int]:
    """Return the years of the inventory, newest first, as ``saleve.toml`` bounds them; without bounds, ten years back."""
    said = _read(settings.WORKSPACE, _changed(settings.WORKSPACE)).get("inventory", {})
    last = min(int(said.get("last_year", datetime.now(UTC).year - 1)), _LAST_YEAR)
    first = max(int(said.get("first_year", last - 9)), _FIRST_YEAR)
    return list(range(last, first - 1, -1))


def organisation() -> str:
    """Return the name of the organisation."""
    return str(_read(settings.WORKSPACE, _changed(settings.WORKSPACE))["organisation"]["name"])


def workspace() -> Workspace:
    """Return the workspace of this site as its files are now, read once for each state of them."""
    folder: Path = settings.WORKSPACE
    now = state(folder).parts
    key = ("workspace", folder, now["settings"], now["factors"], now["files"])
    return made_once(key, lambda: open_workspace(folder))


def address_of(name: str, *arguments: object) -> str:
    """Return the address of a page; empty where this installation has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def theme_of(request: HttpRequest) -> str:
    """Return the theme that the person chose; ``system`` follows the machine."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"


def _areas(person: Any) -> Iterable[dict[str, str]]:
    for area in AREAS:
        if allowed(person, area.operation):
            try:
                yield {"name": area.name, "label": area.label(), "address": reverse(area.name)}
            except NoReverseMatch:  # an installation may leave an area out
                continue


def _themes(chosen: str) -> list[dict[str, Any]]:
    labels = {"system": _("As this device"), "light": _("Light"), "dark": _("Dark")}
    return [{"name": name, "label": labels[name], "chosen": name == chosen} for name in THEMES]


def _changed(folder: Path) -> int:
    return (folder / FILE_NAME).stat().st_mtime_ns


@lru_cache(maxsize=8)
def _read(folder: Path, changed: int) -> dict[str, Any]:
    """Read the settings once for each state of the file."""
    del changed
    return read_settings(folder)
