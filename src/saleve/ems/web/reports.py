"""Reports: documents and packs made, shown, given out, and published at an address for everybody."""

from collections.abc import Callable
from typing import Any

import polars as pl
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saleve.ems import documents
from saleve.ems.audit_log.log import record
from saleve.ems.documents import Document, DocumentError
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.reports import FORMATS, KINDS
from saleve.ems.runs import list_runs, state_name
from saleve.ems.web import tables
from saleve.ems.web.frame import known_years, workspace, year_of
from saleve.language import _
from saleve.method.problems import SaleveError

# A document is shown as it was written, styles inside; the sandbox lets it run nothing and go nowhere.
_DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups; frame-ancestors "
)
_PUBLIC_SECONDS = 300  # that a withdrawn report may still stand in a cache
_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class MakeForm(forms.Form):
    """Which document to make."""

    kind = forms.ChoiceField(widget=forms.RadioSelect, initial=KINDS[0])
    year = forms.TypedChoiceField(coerce=int)
    formats = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, year, formats = self.fields["kind"], self.fields["year"], self.fields["formats"]
        kind.label, kind.choices = _("Document"), list(_kinds().items())
        year.label, year.choices = _("Year"), [(one, str(one)) for one in known_years()]
        formats.label, formats.choices = _("Formats"), [(one, one) for one in FORMATS]
        formats.help_text = _("All if you tick none. The submission is always a workbook.")

    def wanted(self) -> list[str] | None:
        """Return the formats asked for; ``None`` for all."""
        said = self.cleaned_data
        return None if said["kind"] == "submission" else said["formats"] or None


@require_safe
@needs(Operation.READ_REPORTS)
def reports(request: HttpRequest) -> HttpResponse:
    """List the documents and packs."""
    made, packs = _documents(), _packs()
    for table in (made, packs):
        if answer := tables.download(request, table):
            return answer
    context = {
        "area": "reports",
        "documents": tables.page(request, made),
        "packs": tables.page(request, packs),
        "runs": [
            (row.run.name, state_name(row.state)) for row in reversed(list_runs(workspace())) if row.state
        ],
    }
    return render(request, "web/reports/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.MAKE_REPORT)
def make_report(request: HttpRequest) -> HttpResponse:
    """Ask which document, and make it."""
    form = MakeForm(request.POST or None, initial={"year": year_of(request)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = documents.make_document(
                settings.WORKSPACE,
                said["kind"],
                year=said["year"],
                formats=form.wanted(),
                by=request.user.email,
            )
        except SaleveError as fault:
            form.add_error(None, str(fault))
        else:
            record(request.user.email, "make_report", made.name, {"run": made.run, "files": dict(made.files)})
            return redirect("report", name=made.name)
    return render(request, "web/reports/make.html", {"area": "reports", "form": form})


@require_safe
@needs(Operation.READ_REPORTS)
def report(request: HttpRequest, name: str) -> HttpResponse:
    """Show a document: its record, its files, itself, and its public address."""
    document = _found(name)
    link = documents.public_link(settings.WORKSPACE, name)
    held = [one for one in documents.links(settings.WORKSPACE) if one.document == name and one.withdrawn_by]
    public = reverse("public_report", args=[link.secret]) if link else ""
    context = {
        "area": "reports",
        "document": document,
        "title": title_of(document),
        "trail": [(_("Reports"), reverse("reports"))],
        "forms": list(document.files),
        "shown": documents.READABLE_IN_PAGE in document.files,
        "link": link,
        "public": request.build_absolute_uri(public) if link else "",
        "withdrawn": held,
        "reason": "" if link else documents.why_not_public(workspace(), document),
    }
    return render(request, "web/reports/report.html", context)


@require_safe
@needs(Operation.READ_REPORTS)
def report_file(request: HttpRequest, name: str, form: str) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Give out a file of a document."""
    return _file(_found(name), form)


@require_safe
@xframe_options_sameorigin
@needs(Operation.READ_REPORTS)
def report_shown(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Show the document itself, within the page about it."""
    return _shown(_found(name), "'self'")


@require_POST
@needs(Operation.PUBLISH_REPORT)
def publish_report(request: HttpRequest, name: str) -> HttpResponse:
    """Give a document a public address."""
    _found(name)
    done = _told(request, lambda: documents.publish_document(settings.WORKSPACE, name, by=request.user.email), "publish_report", name)  # fmt: skip
    if done:
        messages.success(request, _("Everybody who has the address can read the document now."))
    return redirect("report", name=name)


@require_POST
@needs(Operation.PUBLISH_REPORT)
def withdraw_report(request: HttpRequest, name: str) -> HttpResponse:
    """Withdraw the public address of a document."""
    _found(name)
    done = _told(request, lambda: documents.withdraw_link(settings.WORKSPACE, name, by=request.user.email), "withdraw_report_link", name)  # fmt: skip
    if done:
        messages.success(
            request, _("The address opens nothing any more. What others saved of it they still have.")
        )
    return redirect("report", name=name)


@require_POST
@needs(Operation.MAKE_REPORT)
def make_pack(request: HttpRequest) -> HttpResponse:
    """Make the pack of a run."""
    run = request.POST.get("run", "")
    if _told(request, lambda: documents.make_pack(settings.WORKSPACE, run, by=request.user.email), "make_pack", run):  # fmt: skip
        messages.success(request, _("The pack of run {run} was made and signed.").format(run=run))
    return redirect("reports")


@require_safe
@needs(Operation.READ_REPORTS)
def pack_file(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Give out a pack."""
    try:
        pack = documents.open_pack(settings.WORKSPACE, name)
    except DocumentError as fault:
        raise Http404 from fault
    return FileResponse(pack.path.open("rb"), as_attachment=True, filename=f"pack-{name}.zip")


@require_safe
def public_report(request: HttpRequest, secret: str) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Show a published document to everybody who has its address."""
    document = documents.document_of_link(settings.WORKSPACE, secret)
    if document is None:
        raise Http404
    return _public(_shown(document, "'none'"))


def title_of(document: Document) -> str:
    """Return what people call a document."""
    return f"{_kinds()[document.kind]} {document.year}"


def _kinds() -> dict[str, str]:
    return {
        "annual": _("Annual report"),
        "plan": _("Inventory management plan"),
        "submission": _("Submission to the UN inventory"),
    }


def _found(name: str) -> Document:
    try:
        return documents.open_document(settings.WORKSPACE, name)
    except DocumentError as fault:
        raise Http404 from fault


def _told(request: HttpRequest, service: Callable[[], object], operation: str, thing: str) -> bool:
    """Do it with its entry in the log, or say why it cannot be."""
    try:
        with transaction.atomic():
            service()
            record(request.user.email, operation, thing)
    except SaleveError as fault:
        messages.error(request, str(fault))
        return False
    return True


def _file(document: Document, form: str) -> HttpResponse:
    try:
        place = document.file(form)
        content = place.open("rb")
    except (DocumentError, OSError) as fault:
        raise Http404 from fault
    return FileResponse(content, as_attachment=True, filename=place.name, content_type=_TYPES[form])


def _shown(document: Document, ancestors: str) -> HttpResponse:
    try:
        content = document.file(documents.READABLE_IN_PAGE).read_bytes()
    except (DocumentError, OSError) as fault:
        raise Http404 from fault
    answer = HttpResponse(content, content_type=_TYPES["html"])
    answer["Content-Security-Policy"] = f"{_DOCUMENT_POLICY}{ancestors}"
    return answer


def _public(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = f"public, max-age={_PUBLIC_SECONDS}"
    answer["Referrer-Policy"] = "no-referrer"  # the address is the key
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _documents() -> tables.Table:
    public = {one.document for one in documents.links(settings.WORKSPACE) if not one.withdrawn_by}
    rows = [
        {
            "kind": one.kind,
            "year": one.year,
            "run": one.run,
            "formats": ", ".join(one.files),
            "state": "public" if one.name in public else "internal",
            "by": one.by,
            "at": one.at,
            "address": reverse("report", args=[one.name]),
        }
        for one in documents.list_documents(settings.WORKSPACE)
    ]
    schema: dict[str, Any] = dict.fromkeys(("kind", "run", "formats", "state", "by", "address"), pl.String)
    schema |= {"year": pl.Int64, "at": pl.Datetime(time_zone="UTC")}
    words = {"public": _("Public"), "internal": _("Internal")}
    columns = (
        tables.Column("kind", _("Document"), words=_kinds(), address="address", choose=True),
        tables.Column("year", _("Year"), choose=True),
        tables.Column("run", _("Run")),
        tables.Column("formats", _("Formats")),
        tables.Column("state", _("State"), "state", words=words, states={"public": "good"}, choose=True),
        tables.Column("by", _("Made by")),
        tables.Column("at", _("When (UTC)"), "moment"),
    )
    empty = _("No document was made yet.")
    frame = pl.DataFrame(rows, schema=schema)
    return tables.Table("documents", _("Documents"), frame, columns, sort="-at", when_empty=empty)


def _packs() -> tables.Table:
    rows = [
        {
            "run": one.run,
            "digest": one.digest,
            "fingerprint": one.fingerprint,
            "by": one.by,
            "at": one.at,
            "address": reverse("pack_file", args=[one.name]),
        }
        for one in documents.list_packs(settings.WORKSPACE)
    ]
    schema: dict[str, Any] = dict.fromkeys(("run", "digest", "fingerprint", "by", "address"), pl.String)
    schema |= {"at": pl.Datetime(time_zone="UTC")}
    columns = (
        tables.Column("run", _("Pack of run"), address="address"),
        tables.Column("digest", _("SHA-256 of its contents")),
        tables.Column("fingerprint", _("Fingerprint of the key that signed")),
        tables.Column("by", _("Made by")),
        tables.Column("at", _("When (UTC)"), "moment"),
    )
    empty = _("No pack was made yet. Keep the inventory of a year as a run; then its pack can be made.")
    frame = pl.DataFrame(rows, schema=schema)
    return tables.Table("packs", _("Packs"), frame, columns, sort="-at", when_empty=empty)


ADDRESSES = [
    path("reports/", reports, name="reports"),
    path("reports/make/", make_report, name="make_report"),
    path("reports/packs/", make_pack, name="make_pack"),
    path("reports/packs/<str:name>/file/", pack_file, name="pack_file"),
    path("reports/<str:name>/", report, name="report"),
    path("reports/<str:name>/shown/", report_shown, name="report_shown"),
    path("reports/<str:name>/publish/", publish_report, name="publish_report"),
    path("reports/<str:name>/withdraw/", withdraw_report, name="withdraw_report"),
    path("reports/<str:name>/as/<str:form>/", report_file, name="report_file"),
    path("public/<str:secret>/", public_report, name="public_report"),
]
