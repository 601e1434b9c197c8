"""The addresses of the pages: each area lists its own."""

from saleve.ems.web import (
    account,
    audit_log,
    choices,
    components,
    data,
    factors,
    home,
    jobs,
    people,
    reports,
    settings,
    travel,
    trip,
    waiting,
)

AREAS = (
    home,
    data,
    waiting,
    jobs,
    travel,
    trip,
    factors,
    reports,
    settings,
    people,
    audit_log,
    account,
    choices,
    components,
)
urlpatterns = [address for area in AREAS for address in area.ADDRESSES]
