"""Settings: where the pages about the organisation, people and the log begin."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation, allowed
from saleve.language import _


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the settings, with what it is for."""

    name: str
    label: Callable[[], str]
    purpose: Callable[[], str]
    operation: Operation


# a further page of the settings is a further line here
PAGES = (
    Entry(
        "organisation",
        lambda: _("Organisation and target"),
        lambda: _(
            "Name, years, sources that are expected, target, and what stands on the first page of a report."
        ),
        Operation.READ_SETTINGS,
    ),
    Entry(
        "rules",
        lambda: _("Boundary and rule set"),
        lambda: _(
            "Which rules hold in which year, with their clauses; what the organisation rules otherwise."
        ),
        Operation.READ_SETTINGS,
    ),
    Entry(
        "privacy",
        lambda: _("Privacy"),
        lambda: _("The smallest group of travellers that is shown, and how long files with names are kept."),
        Operation.READ_SETTINGS,
    ),
    Entry(
        "sign_in",
        lambda: _("Sign-in"),
        lambda: _("Sessions, second factors, and the single sign-on of the organisation."),
        Operation.READ_SETTINGS,
    ),
    Entry(
        "people",
        lambda: _("People and roles"),
        lambda: _("Who has an account, with which roles and for which places. Invite and deactivate."),
        Operation.READ_PEOPLE,
    ),
    Entry(
        "tokens",
        lambda: _("Tokens of programs"),
        lambda: _("Which programs come in by the API, in whose name, what they may, and when they did last."),
        Operation.READ_PEOPLE,
    ),
    Entry(
        "audit_log",
        lambda: _("Audit log"),
        lambda: _("Who did what and when, in a chain that shows any change made afterwards."),
        Operation.READ_AUDIT_LOG,
    ),
    Entry(
        "account",
        lambda: _("Your account"),
        lambda: _("Your password, second factors, passkeys and the tokens of your programs."),
        Operation.OWN_ACCOUNT,
    ),
)


@require_safe
@needs(Operation.READ_SETTINGS)
def settings(request: HttpRequest) -> HttpResponse:
    """List the pages of the settings that the person may open."""
    return render(request, "web/settings/index.html", {"area": "settings", "pages": list(_pages(request))})


def _pages(request: HttpRequest) -> Iterator[dict[str, str]]:
    for entry in PAGES:
        if allowed(request.user, entry.operation):
            yield {"label": entry.label(), "purpose": entry.purpose(), "address": reverse(entry.name)}


ADDRESSES = [path("settings/", settings, name="settings")]
