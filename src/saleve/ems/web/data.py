"""Data, the way in: bring files or paste rows, templates to fill in, and the files that wait to be loaded."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from saleve.ems import staging
from saleve.ems.audit_log.log import record
from saleve.ems.jobs.starting import start
from saleve.ems.mappings import make_template
from saleve.ems.pasting import as_file
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation, scopes
from saleve.ems.staging import Staged, StagingError
from saleve.ems.web.data_pages import tabs
from saleve.ems.web.frame import workspace
from saleve.ems.web.waiting import all_told
from saleve.ems.workspace import READABLE
from saleve.language import LANGUAGES, _
from saleve.method.activity.categories import CATEGORIES
from saleve.reporting.labels import label

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PasteForm(forms.Form):
    """Rows out of a spreadsheet."""

    name = forms.CharField(max_length=100)
    rows = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "cells"}), strip=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("What the rows are, such as Water of Hill 2025.")
        self.fields["rows"].label = _("Rows")
        self.fields["rows"].help_text = _("Copy the cells in the spreadsheet with their line of headers.")


@require_safe
@needs(Operation.READ_DATA)
def data(request: HttpRequest) -> HttpResponse:
    """Show where to bring data, and what waits to be loaded."""
    return _page(request, PasteForm())


@require_POST
@needs(Operation.LOAD_DATA)
def bring_files(request: HttpRequest) -> HttpResponse:
    """Keep the files that were brought, and have each read."""
    brought = []
    for file in request.FILES.getlist("files"):
        try:
            brought.append(_bring(request, str(file.name), file))
        except StagingError as fault:
            messages.error(request, str(fault))
    if not request.FILES:
        messages.error(request, _("No file came. Choose a file, then send it."))
    return redirect("waiting", name=brought[0].id) if len(brought) == 1 else redirect("data")


@require_POST
@needs(Operation.LOAD_DATA)
def paste_rows(request: HttpRequest) -> HttpResponse:
    """Keep pasted rows as a file, and have it read."""
    form = PasteForm(request.POST)
    if form.is_valid():
        name, content = as_file(form.cleaned_data["name"], form.cleaned_data["rows"])
        try:
            return redirect("waiting", name=_bring(request, name, [content]).id)
        except StagingError as fault:
            form.add_error("rows", str(fault))
    return _page(request, form)


@require_safe
@needs(Operation.LOAD_DATA)
def template(request: HttpRequest) -> HttpResponse:
    """Give out the workbook of a category to fill in, in a language."""
    category, language = request.GET.get("category", ""), request.GET.get("language", "")
    if category not in CATEGORIES or language not in LANGUAGES:
        raise Http404
    with tempfile.TemporaryDirectory(prefix="saleve-") as folder:
        made = make_template(workspace(), category, language, Path(folder, f"{category}-{language}.xlsx"))
        answer = HttpResponse(made.read_bytes(), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


def _page(request: HttpRequest, form: PasteForm) -> HttpResponse:
    waiting = all_told(request)
    context = {
        "area": "data",
        "tabs": tabs(),
        "here": reverse("data"),
        "form": form,
        "waiting": waiting,
        "waits_days": staging.WAITS_DAYS,
        "working": any(one["job"] and one["job"].open for one in waiting),
        "kinds": ",".join(READABLE),
        "limit": staging.MOST_BYTES // 2**20,
        "categories": [(name, label("source", name)) for name in _own_categories(request.user)],
        "languages_of_templates": [one for one in settings.LANGUAGES if one[0][:2] in LANGUAGES],
    }
    return render(request, "web/data/data.html", context)


def _own_categories(person: Any) -> list[str]:
    held = scopes(person, Operation.LOAD_DATA)
    return [name for name in CATEGORIES if any(not one.categories or name in one.categories for one in held)]


def _bring(request: HttpRequest, name: str, chunks: Iterable[bytes] | UploadedFile) -> Staged:
    parts = chunks.chunks() if isinstance(chunks, UploadedFile) else chunks
    staged = staging.stage(settings.WORKSPACE, name, parts, request.user.email)
    with transaction.atomic():
        told = {"file": staged.name, "bytes": staged.size_bytes}
        record(request.user.email, "bring_file", staged.id, told)
        start("preview", request.user, then=reverse("waiting", args=[staged.id]), staged=staged.id)
    return staged


ADDRESSES = [
    path("data/", data, name="data"),
    path("data/files/", bring_files, name="bring_files"),
    path("data/rows/", paste_rows, name="paste_rows"),
    path("data/templates/", template, name="template"),
]
