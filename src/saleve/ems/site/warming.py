"""What a process of the server does before anybody asks: load what the first page would wait for, and draw the charts of the present figures.

A chart takes some tenths of a second of processor time, once for each state of the figures. A thread draws those of the newest year as soon
as the state has moved, so that nobody waits for them; whoever asks for another year, or comes earlier, has them drawn then.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, reverse
from django.utils import translation

from saleve.ems.figures import read
from saleve.ems.people.permissions import EVERYWHERE, Operation, Role, Scope
from saleve.ems.web import charts
from saleve.ems.web.comparing import compare
from saleve.ems.web.frame import workspace
from saleve.ems.web.home import home
from saleve.ems.web.inventory import inventory
from saleve.ems.web.travel import travel
from saleve.language import speaking
from saleve.method.problems import SaleveError

_LOOKS_SECONDS = 2.0  # between two looks whether the figures have moved
_PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "home": home,
    "inventory": inventory,
    "travel": travel,
    "compare_years": compare,
}
_READERS = (Role.COORDINATOR, Role.READER)  # who sees sums of small groups, and who does not
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Grant:
    """A role that names no places."""

    role_held: Role
    scope: Scope = EVERYWHERE


@dataclass(frozen=True, slots=True)
class _Visitor:
    """Nobody: looks at pages as somebody of a role would, so that their charts are drawn."""

    role: Role
    email: str = ""
    name: str = ""
    pk: int = 0
    is_active: bool = True
    is_authenticated: bool = True
    is_staff: bool = False

    def grants_held(self) -> list[_Grant]:
        return [_Grant(self.role)]

    def operations_held(self) -> frozenset[Operation] | None:
        return None


def warm_beside() -> None:
    """Warm up in a thread, and again whenever the figures have moved, so that the server answers meanwhile."""
    threading.Thread(target=_keep_warm, daemon=True).start()


def warm() -> str:
    """Load addresses, figures, settings and the engine of charts, and draw; return the key of the figures. What is wrong, pages tell."""
    get_resolver().url_patterns  # noqa: B018 - reading it loads every page
    charts.draw(charts.SMALLEST)
    try:
        workspace()
        key = _key()
    except SaleveError as fault:
        _log.warning("%s", fault)
        return ""
    if key:
        for language in dict.fromkeys((settings.LANGUAGE_CODE, workspace().language)):
            _look_at_pages(language)
    return key


def _keep_warm() -> None:
    key = warm()
    while True:
        time.sleep(_LOOKS_SECONDS)
        try:
            moved = _key() != key
        except (SaleveError, OSError):  # being written just now: the next look sees it
            continue
        if moved:
            key = warm()


def _key() -> str:
    kept = read(settings.WORKSPACE)
    return kept.about.key if kept else ""


def _look_at_pages(language: str) -> None:
    with translation.override(language), speaking(language):
        for role in _READERS:
            for name, view in _PAGES.items():
                try:
                    view(_request(name, role))
                except Exception:  # noqa: BLE001 - whatever is wrong with a page, who opens it is told; the server goes on
                    _log.warning("The page %s could not be made beforehand.", name, exc_info=True)


def _request(name: str, role: Role) -> HttpRequest:
    request = HttpRequest()
    request.method, request.path = "GET", reverse(name)
    request.META |= {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    request.user, request.htmx, request.session = _Visitor(role), False, {}
    return request
