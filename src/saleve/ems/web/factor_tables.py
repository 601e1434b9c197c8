"""Bringing a factor table of one's own: what its checks find is shown before it is kept, and it is kept only then."""

from typing import Any

import polars as pl
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from saleve.ems import waiting_tables
from saleve.ems.audit_log.log import record
from saleve.ems.factors import ImportedTable, check_factors, import_factors
from saleve.ems.jobs.starting import refresh_figures
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.web import tables
from saleve.language import _
from saleve.method.problems import SaleveError
from saleve.reporting.labels import label

_MOST_BYTES = 20 * 2**20  # our choice: all factors that Salève ships have a tenth of it


class TableForm(forms.Form):
    """The table to bring."""

    file = forms.FileField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        file.label = _("CSV with one edition of factors")
        file.help_text = _("Columns category, edition, published, place, unit, kg_co2e_per_unit, source and others, as the guide to factor tables says.")  # fmt: skip
        file.validators.append(_small)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.CHANGE_FACTORS)
def bring_factors(request: HttpRequest) -> HttpResponse:
    """Ask for a table; it waits until somebody has looked at what its checks find."""
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file: UploadedFile = form.cleaned_data["file"]
        waiting = waiting_tables.wait(settings.WORKSPACE, str(file.name), file.chunks())
        try:
            check_factors(settings.WORKSPACE, waiting.path)
        except SaleveError as fault:
            waiting_tables.discard(waiting)
            form.add_error("file", str(fault))
        else:
            return redirect("checked_factors", waiting=waiting.id)
    context = {"area": "places", "form": form, "trail": _trail()}
    return render(request, "web/factors/bring.html", context)


@require_http_methods(["GET", "HEAD"])
@needs(Operation.CHANGE_FACTORS)
def checked_factors(request: HttpRequest, waiting: str) -> HttpResponse:
    """Show what the checks find and which factors the table holds."""
    held = _waiting(waiting)
    checked = check_factors(settings.WORKSPACE, held.path)
    problems, factors = _problems(checked), _factors(checked)
    for table in (problems, factors):
        if answer := tables.download(request, table):
            return answer
    severities = checked.problems["severity"].to_list()
    context = {
        "area": "places",
        "waiting": held,
        "checked": checked,
        "count": checked.records.height,
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "problems": tables.page(request, problems),
        "factors": tables.page(request, factors),
        "trail": [*_trail(), (_("Import a table"), reverse("bring_factors"))],
    }
    return render(request, "web/factors/checked.html", context)


@require_POST
@needs(Operation.CHANGE_FACTORS)
def keep_factors(request: HttpRequest, waiting: str) -> HttpResponse:
    """Keep the table as an edition; with warnings only where the person says that they were looked at."""
    held, seen = _waiting(waiting), "seen" in request.POST
    try:
        with transaction.atomic():
            checked = check_factors(settings.WORKSPACE, held.path)
            told = {"file": held.path.name, "factors": checked.records.height, "warnings_accepted": seen}
            record(request.user.email, Operation.CHANGE_FACTORS, f"edition {checked.edition}", told)
            refresh_figures(request.user.email)
            done = import_factors(settings.WORKSPACE, held.path, accept_warnings=seen, by=request.user.email)
            if not (done.imported or done.known):
                raise SaleveError(_("Nothing was kept. Look at what the checks found."))  # noqa: TRY301 - undoes the entry
    except SaleveError as fault:
        messages.error(request, str(fault))
        return redirect("checked_factors", waiting=waiting)
    waiting_tables.discard(held)
    text = _("The edition {edition} was kept before; nothing was added.") if done.known else _("The edition {edition} was kept. The figures are computed anew.")  # fmt: skip
    messages.success(request, text.format(edition=done.edition))
    return redirect("factors")


@require_POST
@needs(Operation.CHANGE_FACTORS)
def discard_factors(request: HttpRequest, waiting: str) -> HttpResponse:
    """Throw the table away."""
    waiting_tables.discard(_waiting(waiting))
    messages.success(request, _("The table was thrown away. Nothing was kept of it."))
    return redirect("factors")


def _small(file: UploadedFile) -> None:
    if (file.size or 0) > _MOST_BYTES:
        raise ValidationError(_("The file is larger than a table of factors can be. Nothing was kept."))


def _waiting(name: str) -> waiting_tables.Waiting:
    found = waiting_tables.find(settings.WORKSPACE, name)
    if found is None:
        raise Http404
    return found


def _trail() -> list[tuple[str, str]]:
    return [(_("Places"), reverse("places")), (_("Emission factors"), reverse("factors"))]


def _problems(checked: ImportedTable) -> tables.Table:
    words = {"error": _("Error"), "warning": _("Warning"), "note": _("Note")}
    columns = (
        tables.Column("severity", _("Kind"), "state", words=words, states={"error": "bad", "warning": "watch"}, choose=True),
        tables.Column("row", _("Row"), "number"),
        tables.Column("column", _("Column")),
        tables.Column("message", _("What was found")),
        tables.Column("suggestion", _("What to do")),
    )  # fmt: skip
    nothing = _("The checks found nothing against the table.")
    return tables.Table("problems", _("What the checks found"), checked.problems, columns, when_empty=nothing)


def _factors(checked: ImportedTable) -> tables.Table:
    rows = checked.records
    words = {name: label("source", name) for name in rows["source_category"].unique()}
    columns = (
        tables.Column("source_category", _("Source"), words=words, choose=True),
        tables.Column("place", _("Place")),
        tables.Column("what", _("What")),
        tables.Column("kg_co2e_per_unit", _("kg CO₂e per unit"), "number", decimals=4),
        tables.Column("unit", _("Unit")),
        tables.Column("valid_from", _("From"), "date"),
        tables.Column("valid_to", _("Until"), "date"),
        tables.Column("source", _("Publication")),
    )
    named = rows.with_columns(what=pl.concat_str(waiting_tables.NAMED, separator=", ", ignore_nulls=True))
    nothing = _("No factor can be read from the table.")
    return tables.Table("records", _("Factors of the table"), named, columns, rows_of_page=20, when_empty=nothing)  # fmt: skip


ADDRESSES = [
    path("factors/import/", bring_factors, name="bring_factors"),
    path("factors/import/<slug:waiting>/", checked_factors, name="checked_factors"),
    path("factors/import/<slug:waiting>/keep/", keep_factors, name="keep_factors"),
    path("factors/import/<slug:waiting>/discard/", discard_factors, name="discard_factors"),
]
