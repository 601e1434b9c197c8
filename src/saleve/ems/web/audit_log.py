"""The page of the audit log: filtered, given out as a file, and its chain proved."""

import json
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems.audit_log.log import verify
from saleve.ems.audit_log.models import Entry
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.web import tables
from saleve.language import _

_SCHEMA: dict[str, Any] = {
    "number": pl.Int64,
    "at": pl.Datetime(time_zone="UTC"),
    "who": pl.String,
    "operation": pl.String,
    "thing": pl.String,
    "details": pl.String,
    "digest": pl.String,
}


@require_safe
@needs(Operation.READ_AUDIT_LOG)
def audit_log(request: HttpRequest) -> HttpResponse:
    """Show the entries, the newest first, and whether the chain holds."""
    table = _table()
    if answer := tables.download(request, table):
        return answer
    context = {"area": "settings", "table": tables.page(request, table), "proof": verify()}
    return render(request, "web/settings/audit_log.html", context)


def _table() -> tables.Table:
    rows = [
        {**row, "details": json.dumps(row["details"], ensure_ascii=False) if row["details"] else ""}
        for row in Entry.objects.values(*_SCHEMA)
    ]
    columns = (
        tables.Column("number", _("Number"), "number"),
        tables.Column("at", _("When (UTC)"), "moment"),
        tables.Column("who", _("Who"), choose=True),
        tables.Column("operation", _("What"), choose=True),
        tables.Column("thing", _("Which")),
        tables.Column("details", _("Details")),
    )
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    return tables.Table("log", _("Audit log"), frame, columns, sort="-number", show_title=False)


ADDRESSES = [path("settings/log/", audit_log, name="audit_log")]
