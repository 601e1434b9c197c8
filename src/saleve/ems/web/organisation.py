"""Settings of the organisation: its names, years and target, the first page of reports, and how persons are protected."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from saleve.ems.amending import Amendment
from saleve.ems.contradictions import LANGUAGES
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation, allowed
from saleve.ems.web.amendments import Asked, Part, amended, part_forms
from saleve.language import _
from saleve.method.activity.categories import CATEGORIES
from saleve.method.suppression import SMALLEST_GROUP
from saleve.reporting.labels import label

READ_OR_CHANGE = {"GET": Operation.READ_SETTINGS, "POST": Operation.CHANGE_SETTINGS}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(READ_OR_CHANGE)
def organisation(request: HttpRequest) -> HttpResponse:
    """Show and change names, years, target and the first page of reports."""
    parts = [_names(), _years(), _target(), _base_year(), _report()]
    return settings_page(request, "organisation", _("Organisation and target"), parts)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(READ_OR_CHANGE)
def privacy(request: HttpRequest) -> HttpResponse:
    """Show and change how persons are protected."""
    smallest = _("Fewer different travellers are put together or hidden for all who may not read their rows. Empty: {count}; 1 hides nothing.")  # fmt: skip
    asked = [
        Asked("smallest_group", _("Smallest group, travellers"), smallest.format(count=SMALLEST_GROUP)),
        Asked(
            "keep_personal_files_months",
            _("Months that files with names are kept"),
            _("From the day of loading. Empty: for ever."),
        ),
    ]
    text = _("Names are kept as pseudonyms. The keys of the pseudonyms lie on the server and are shown on no page.")  # fmt: skip
    part = Part("privacy", _("Groups and files"), asked, text)
    return settings_page(request, "privacy", _("Privacy"), [part])


def settings_page(
    request: HttpRequest,
    name: str,
    title: str,
    parts: Sequence[Part],
    *,
    operation: Operation = Operation.CHANGE_SETTINGS,
    template: str = "web/settings/amend.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a page of settings, or write what was sent."""
    may_change = allowed(request.user, operation)
    sent = part_forms(request, parts, may_change=may_change)
    valid = [form.is_valid() for form in sent]  # of each, so that all faults are told
    if request.method == "POST" and all(valid):
        changes = [Amendment(form.table, form.values()) for form in sent]
        if amended(request, sent, changes, operation, f"settings {name}"):
            messages.success(request, _("The settings were saved."))
            return redirect(name)
    context: dict[str, Any] = {
        "area": "settings",
        "title": title,
        "parts": list(zip(parts, sent, strict=True)),
        "may_change": may_change,
        "trail": [(_("Settings"), reverse("settings"))],
    }
    return render(request, template, context | (more or {}))


def _names() -> Part:
    asked = [
        Asked("name", _("Name"), _("As reports print it.")),
        Asked("acronym", _("Acronym")),
        Asked(
            "also_known_as",
            _("Other names"),
            _(
                "By which files call the organisation, one in each line. A ticket that somebody else paid is a memo item."
            ),
        ),
    ]
    return Part("organisation", _("Names"), asked)


def _years() -> Part:
    sources = {name: label("source", name) for name in CATEGORIES}
    asked = [
        Asked("first_year", _("First year"), _("Years before are not counted.")),
        Asked("last_year", _("Last year"), _("Years after are not counted.")),
        Asked("staff_definition", _("Who is counted as a person"), _("Reports print it."), long=True),
        Asked(
            "sources",
            _("Sources that are expected"),
            _("What lacks of them is shown as missing, never as zero. None chosen: those that have data."),
            words=sources,
        ),
        Asked(
            "sources_began",
            _("Sources that began later"),
            _(
                "In each line a source and its first day, such as ground_travel 2016-01-01. Nothing of it lacks before; a site may say another day."
            ),
        ),
    ]
    return Part("inventory", _("Inventory"), asked)


def _target() -> Part:
    asked = [
        Asked("base_year", _("Base year")),
        Asked("target_year", _("Target year")),
        Asked("reduction_pct", _("Reduction, %"), _("Of the base year's emissions, without a minus sign.")),
        Asked(
            "base_t_co2e",
            _("Emissions of the base year, t CO₂e"),
            _("Only where the figure comes from elsewhere. Empty: the inventory of the base year."),
        ),
    ]
    return Part(
        "target", _("Target"), asked, _("With nothing filled in there is no target and no path."), grid=True
    )


def _base_year() -> Part:
    asked = [
        Asked("threshold_pct", _("Threshold, %"), _("Change from which on the base year is computed anew. Empty: 5.")),
        Asked("cumulative", _("Changes since the last version are added up")),
    ]  # fmt: skip
    return Part("base_year", _("When the base year is computed anew"), asked)


def _report() -> Part:
    named = {code.partition("-")[0]: name for code, name in settings.LANGUAGES}
    languages = [(code, named.get(code, code)) for code in LANGUAGES]
    asked = [
        Asked("language", _("Language of reports"), choices=languages),
        Asked("governing_body", _("Body to which the report goes")),
        Asked("session", _("Session")),
        Asked("city", _("Place of the session")),
        Asked("dates", _("Dates of the session")),
        Asked("agenda_item", _("Item of the agenda")),
        Asked("document_number", _("Number of the document")),
        Asked("date", _("Date of the document")),
        Asked("original_language", _("Language of the original")),
        Asked("document_type", _("Line above the title")),
        Asked("title", _("Title")),
        Asked("action_required", _("What the body is invited to do"), long=True),
        Asked("references", _("References"), _("One in each line.")),
        Asked("note", _("Line under the title"), long=True),
    ]
    return Part("report", _("First page of reports"), asked, grid=True)


ADDRESSES = [
    path("settings/organisation/", organisation, name="organisation"),
    path("settings/privacy/", privacy, name="privacy"),
]
