"""What a fresh process of the server does before anybody asks: load what the first page would wait for, seconds of it."""

import logging
import threading

from django.conf import settings
from django.urls import get_resolver

from saleve.ems.figures import read
from saleve.ems.web import charts
from saleve.ems.web.frame import workspace
from saleve.method.problems import SaleveError

_log = logging.getLogger(__name__)


def warm_beside() -> None:
    """Warm up in a thread, so that the server answers meanwhile."""
    threading.Thread(target=warm, daemon=True).start()


def warm() -> None:
    """Load addresses, figures, settings and the engine of charts; what is wrong with them, pages tell."""
    get_resolver().url_patterns  # noqa: B018 - reading it loads every page
    try:
        read(settings.WORKSPACE)
        workspace()
    except SaleveError as fault:
        _log.warning("%s", fault)
    charts.draw(charts.SMALLEST)
