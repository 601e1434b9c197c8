"""Reminders of requests for data: the mail as it will be sent, to whom, and when it was sent last."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import polars as pl
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from saleve.ems.audit_log.log import record
from saleve.ems.audit_log.models import Entry
from saleve.ems.people.gate import needs
from saleve.ems.people.models import Person
from saleve.ems.people.permissions import Operation, Role
from saleve.ems.web.data_pages import month_span
from saleve.ems.web.frame import organisation
from saleve.ems.web.owed import due_of, what_is_owed
from saleve.language import _
from saleve.reporting.formatting import long_date

REMINDED = "send_reminder"  # in the audit log: the only record of when a reminder was sent


class MailForm(forms.Form):
    """A reminder as it will be sent."""

    to = forms.CharField(max_length=1000)
    subject = forms.CharField(max_length=200)
    body = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 14}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].label = _("To")
        self.fields["to"].help_text = _("Addresses, separated by commas. Proposed are the focal points of these data.")  # fmt: skip
        self.fields["subject"].label, self.fields["body"].label = _("Subject"), _("Text")

    def clean_to(self) -> list[str]:
        """Return the addresses."""
        found = [one.strip() for one in self.cleaned_data["to"].replace(";", ",").split(",") if one.strip()]
        for one in found:
            forms.EmailField(error_messages={"invalid": _("{address} is not an address of mail.").format(address=one)}).clean(one)  # fmt: skip
        return found

    def clean_subject(self) -> str:
        """Return the subject on one line."""
        return " ".join(str(self.cleaned_data["subject"]).split())


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.REQUEST_DATA)
def remind(request: HttpRequest) -> HttpResponse:
    """Show the mail that reminds an owner of what is owed, to copy; where mail is set up, send it."""
    owner = request.GET.get("owner", "")
    found = due_of(request)
    owed = None if found is None else found.filter(owner=owner)
    if owed is None or owed.is_empty():
        raise Http404
    proposed = {"to": ", ".join(_addresses(owed)), **_mail(owner, owed)}
    mails = bool(settings.EMAIL_HOST)
    form = MailForm(request.POST if request.method == "POST" and mails else None, initial=proposed)
    if form.is_valid() and _sent(request, form, owner):
        messages.success(request, _("The reminder was sent."))
        return redirect("requests")
    if request.method == "POST" and not mails:
        record(request.user.email, REMINDED, owner, {"through": "own mail"})
        messages.success(request, _("It is noted that you sent the reminder."))
        return redirect("requests")
    said = {name: quote(proposed[name]) for name in ("subject", "body")}
    context = {
        "area": "data",
        "trail": [(_("Requests"), reverse("requests"))],
        "owner": owner,
        "form": form,
        "mails": mails,
        "text": proposed["body"],
        "link": f"mailto:{quote(proposed['to'], safe='@,')}?subject={said['subject']}&body={said['body']}",
        "last": last_reminders().get(owner),
    }
    return render(request, "web/data/remind.html", context)


def last_reminders() -> dict[str, Any]:
    sent = Entry.objects.filter(operation=REMINDED).order_by("number").values_list("thing", "at")
    return dict(sent)


def _addresses(owed: pl.DataFrame) -> list[str]:
    """Return the focal points whose role names the data that are owed."""
    pairs = owed.select("source", "site").unique().rows()
    people = Person.objects.filter(is_active=True, grants__role=Role.FOCAL_POINT).distinct()
    return [
        person.email
        for person in people.prefetch_related("grants")
        if any(
            one.role_held is Role.FOCAL_POINT
            and not one.scope.everywhere
            and any(_answers(one.scope, *pair) for pair in pairs)
            for one in person.grants.all()
        )
    ]


def _answers(scope: Any, source: str, site: str | None) -> bool:
    return (not scope.categories or source in scope.categories) and (not scope.sites or site in scope.sites)


def _mail(owner: str, owed: pl.DataFrame) -> Mapping[str, str]:
    """Return subject and text of the reminder; its reader may have no account."""
    lines = [_line(row) for row in owed.sort("due", "source", "site").iter_rows(named=True)]
    body = _(
        "To {owner}\n\nThese data for the environmental inventory of {organisation} have not come yet:\n\n{lines}\n\nPlease send the bills, meter readings or tables as you have them; no form is needed. If data do not exist, say so: an estimate can stand in."
    )
    subject = _("Data for the environmental inventory of {organisation}").format(organisation=organisation())
    return {"subject": subject, "body": body.format(owner=owner, organisation=organisation(), lines="\n".join(lines))}  # fmt: skip


def _line(row: Mapping[str, Any]) -> str:
    values = {"what": what_is_owed(row), "months": month_span(row["first_day"], row["last_day"]), "day": long_date(row["due"])}  # fmt: skip
    if row["overdue_days"]:
        return _("- {what}, {months}: was due on {day}").format(**values)
    return _("- {what}, {months}: due on {day}").format(**values)


def _sent(request: HttpRequest, form: MailForm, owner: str) -> bool:
    """Send the reminder and note it; one that cannot be sent is told, and not noted."""
    said = form.cleaned_data
    try:
        EmailMessage(said["subject"], said["body"], to=said["to"], reply_to=[request.user.email]).send()
    except OSError as fault:
        text = _("The mail could not be sent ({fault}). Copy the text, or ask the operator to look at [site] of saleve.toml.")  # fmt: skip
        form.add_error(None, text.format(fault=fault))
        return False
    record(request.user.email, REMINDED, owner, {"to": said["to"], "subject": said["subject"]})
    return True


ADDRESSES = [path("data/requests/remind/", remind, name="remind")]
