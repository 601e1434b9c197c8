"""The addresses of the pages: each area lists its own."""

from saleve.ems.web import (
    account,
    audit_log,
    batch_row,
    batch_rows,
    batches,
    choices,
    components,
    coverage,
    factors,
    home,
    jobs,
    people,
    reports,
    requests,
    settings,
    travel,
    trip,
)

AREAS = (
    home,
    jobs,
    batches,
    batch_rows,
    batch_row,
    requests,
    coverage,
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
