"""Requests for data: what lacks, who owes it until when, the mail that reminds, and estimates that stand in until it comes."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import polars as pl
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from saleve.ems.acts import act
from saleve.ems.audit_log.log import record
from saleve.ems.audit_log.models import Entry
from saleve.ems.figures import read
from saleve.ems.jobs.starting import start
from saleve.ems.people.gate import ensure, needs
from saleve.ems.people.models import Person
from saleve.ems.people.own_places.ledger import everywhere, owes
from saleve.ems.people.permissions import Operation, Place, Role, allowed
from saleve.ems.web import tables
from saleve.ems.web.data_pages import month_span, proxy_names, tabs
from saleve.ems.web.frame import organisation
from saleve.language import _
from saleve.reporting.formatting import amount, long_date, with_unit
from saleve.reporting.labels import label

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


class FillForm(forms.Form):
    """Which estimate stands in, and why."""

    proxy = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proxy, reason = self.fields["proxy"], self.fields["reason"]
        proxy.label, proxy.choices = _("Estimate"), list(proxy_names().items())
        reason.label = _("Reason")
        reason.help_text = _("It is kept in the ledger with your name and the time.")


@require_safe
@needs(Operation.READ_DATA)
def requests(request: HttpRequest) -> HttpResponse:
    """List what lacks of the data that concern the person, what was due last on top."""
    found = _due(request)
    context: dict[str, Any] = {"area": "data", "tabs": tabs(), "here": reverse("requests")}
    if found is None:
        return render(request, "web/data/requests.html", context)
    table = _table(request, found)
    if answer := tables.download(request, table):
        return answer
    late = found.filter(pl.col("overdue_days") > 0)
    context |= {
        "computed": True,
        "count": found.height,
        "late": late.height,
        "table": tables.page(request, table),
        "owners": list(_owners(found)) if allowed(request.user, Operation.REQUEST_DATA) else [],
        "unowned": found.filter(pl.col("owner").is_null()).height,
    }
    return render(request, "web/data/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.REQUEST_DATA)
def remind(request: HttpRequest) -> HttpResponse:
    """Show the mail that reminds an owner of what is owed, to copy; where mail is set up, send it."""
    owner = request.GET.get("owner", "")
    found = _due(request)
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
        "last": _last_reminders().get(owner),
    }
    return render(request, "web/data/remind.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.LOAD_DATA)
def fill(request: HttpRequest) -> HttpResponse:
    """Let an estimate stand in for the months that a source, of one site, lacks in a year."""
    asked = request.GET
    found = _due(request)
    if found is None:
        raise Http404
    chosen = found.filter(source=asked.get("source", ""), year=_whole(asked.get("year", "")))
    site = asked.get("site") or None
    lacking = chosen.filter(pl.col("site").eq_missing(pl.lit(site, pl.String))).sort("first_day")
    if lacking.is_empty():
        raise Http404
    row = lacking.row(0, named=True)
    ensure(request.user, Operation.LOAD_DATA, _place(row))
    best = lacking.sort("proxy_months", descending=True, nulls_last=True).row(0, named=True)
    form = FillForm(request.POST or None, initial={"proxy": best["proxy"]})
    if request.method == "POST" and form.is_valid():
        given = {"source": row["source"], "proxy": form.cleaned_data["proxy"], "reason": form.cleaned_data["reason"], "year": row["year"]}  # fmt: skip
        given |= {"site": site} if site else {}
        then = reverse("batch", args=["BATCH"]).replace("BATCH", "{batch}")
        job = start("fill", request.user, then=then, place=_place(row), **given)
        return redirect("job", job_id=job.pk)
    context = {
        "area": "data",
        "trail": [(_("Requests"), reverse("requests"))],
        "what": _named(row),
        "months": [month_span(one["first_day"], one["last_day"]) for one in lacking.iter_rows(named=True)],
        "proposal": _proxy_told(best) if best["proxy"] else "",
        "form": form,
    }
    return render(request, "web/data/fill.html", context)


def _due(request: HttpRequest) -> pl.DataFrame | None:
    """Return the requests that concern the person, with their year; None where nothing was computed yet."""
    figures = read(settings.WORKSPACE)
    if figures is None:
        return None
    due = figures.due(_today()).with_columns(year=pl.col("first_day").dt.year().cast(pl.Int64))
    if everywhere(request.user, Operation.READ_DATA):
        return due
    pairs = due.select("source", "site").unique().rows()
    own = [pair for pair in pairs if owes(request.user, Operation.READ_DATA, *pair)]
    kept = pl.DataFrame(own, schema={name: due.schema[name] for name in ("source", "site")}, orient="row")
    return due.join(kept, on=["source", "site"], how="semi", nulls_equal=True)


def _table(request: HttpRequest, found: pl.DataFrame) -> tables.Table:
    rows = [
        {
            **{name: row[name] for name in ("source", "site", "year", "owner", "due")},
            "months": month_span(row["first_day"], row["last_day"]),
            "state": "overdue" if row["overdue_days"] else "open",
            "late_days": row["overdue_days"] or None,
            "proxy": _proxy_told(row) if row["proxy"] else None,
            "fill": _fill_address(row) if row["proxy"] and allowed(request.user, Operation.LOAD_DATA, _place(row)) else "",
        }
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    texts = dict.fromkeys(("source", "site", "months", "owner", "state", "proxy", "fill"), pl.String)
    schema: dict[str, Any] = {**texts, "year": pl.Int64, "due": pl.Date, "late_days": pl.Int64}
    columns = (
        tables.Column("source", _("Category"), words={one: label("source", one) for one in found["source"].unique()}, choose=True),
        tables.Column("site", _("Site"), choose=True),
        tables.Column("months", _("Months that lack")),
        tables.Column("year", _("Year"), words={one: str(one) for one in found["year"].unique()}, choose=True),
        tables.Column("owner", _("Who owes it"), choose=True),
        tables.Column("due", _("Due"), "date"),
        tables.Column("state", _("State"), "state", words={"open": _("Not yet due"), "overdue": _("Overdue")}, states={"overdue": "bad"}, choose=True),
        tables.Column("late_days", _("Days late"), "number"),
        tables.Column("proxy", _("Estimate that can stand in"), address="fill"),
    )  # fmt: skip
    empty = _("Nothing lacks: every expected source has its data.")
    return tables.Table("requests", _("Requests"), pl.DataFrame(rows, schema=schema), columns, sort="-due", when_empty=empty, show_title=False)  # fmt: skip


def _owners(found: pl.DataFrame) -> Iterable[dict[str, Any]]:
    """Yield who owes data, how much, how much of it late, and when they were reminded last."""
    sent = _last_reminders()
    counted = found.drop_nulls("owner").group_by("owner").agg(pl.len().alias("count"), (pl.col("overdue_days") > 0).sum().alias("late"))  # fmt: skip
    for row in counted.sort("late", "owner", descending=[True, False]).iter_rows(named=True):
        address = f"{reverse('remind')}?{urlencode({'owner': row['owner']})}"
        yield {**row, "address": address, "sent": sent.get(row["owner"])}


def _last_reminders() -> dict[str, Any]:
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
    values = {"what": _named(row), "months": month_span(row["first_day"], row["last_day"]), "day": long_date(row["due"])}  # fmt: skip
    if row["overdue_days"]:
        return _("- {what}, {months}: was due on {day}").format(**values)
    return _("- {what}, {months}: due on {day}").format(**values)


def _named(row: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (label("source", row["source"]), row["site"])))


def _proxy_told(row: Mapping[str, Any]) -> str:
    """Return an estimate with its amount and error, as far as they are known."""
    name = proxy_names().get(row["proxy"], row["proxy"])
    if row["proxy_amount"] is None:
        return name
    much = with_unit(amount(row["proxy_amount"], 0), row["amount_unit"])
    if row["proxy_error_pct"] is None:
        return _("{estimate}: {amount}").format(estimate=name, amount=much)
    error = amount(row["proxy_error_pct"], 0, "percent")
    return _("{estimate}: {amount} ± {error}").format(estimate=name, amount=much, error=error)


def _fill_address(row: Mapping[str, Any]) -> str:
    asked = {"source": row["source"], "site": row["site"] or "", "year": row["first_day"].year}
    return f"{reverse('fill')}?{urlencode(asked)}"


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


def _place(row: Mapping[str, Any]) -> Place:
    return Place(category=row["source"], site=row["site"])


def _today() -> date:
    return act().at.date()


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) == 4 else 0


ADDRESSES = [
    path("data/requests/", requests, name="requests"),
    path("data/requests/remind/", remind, name="remind"),
    path("data/requests/fill/", fill, name="fill"),
]
