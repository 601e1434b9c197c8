"""The addresses of the pages: each area lists its own."""

from saleve.ems.web import (
    account,
    audit_log,
    choices,
    comparing,
    components,
    explanation,
    factors,
    home,
    inventory,
    jobs,
    people,
    place,
    places,
    reports,
    runs,
    settings,
    travel,
    trip,
)

AREAS = (
    home,
    jobs,
    inventory,
    explanation,
    comparing,
    runs,
    travel,
    trip,
    place,
    places,
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
