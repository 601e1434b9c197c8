"""The page of the audit log: filtered, given out as a file, and its chain proved."""

from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems.audit_log.log import verify, verify_new
from saleve.ems.audit_log.models import Entry
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.web import tables
from saleve.ems.web.log_words import deed, details
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


_SHOWN = 2000  # entries, unless all are asked for: a log grows by thousands every month


@require_safe
@needs(Operation.READ_AUDIT_LOG)
def audit_log(request: HttpRequest) -> HttpResponse:
    """Show the newest entries and whether their chain holds; the whole log where that is asked for."""
    whole = "whole" in request.GET
    table = _table(Entry.objects.all() if whole else Entry.objects.all()[:_SHOWN])
    if answer := tables.download(request, table):
        return answer
    context = {
        "area": "settings",
        "table": tables.page(request, table),
        "proof": verify() if whole else verify_new(_SHOWN),
        "whole": whole or table.frame.height < _SHOWN,
        "shown": _SHOWN,
    }
    return render(request, "web/settings/audit_log.html", context)


def _table(entries: Any) -> tables.Table:
    rows = [{**row, "details": details(row["details"])} for row in entries.values(*_SCHEMA)]
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    words = {operation: deed(operation) for operation in frame["operation"].unique()}
    columns = (
        tables.Column("number", _("Number"), "number"),
        tables.Column("at", _("When (UTC)"), "moment"),
        tables.Column("who", _("Who"), choose=True),
        tables.Column("operation", _("What"), words=words, choose=True),
        tables.Column("thing", _("Which")),
        tables.Column("details", _("Details"), wide=True),
    )
    return tables.Table("log", _("Audit log"), frame, columns, sort="-number", show_title=False)


ADDRESSES = [path("settings/log/", audit_log, name="audit_log")]
