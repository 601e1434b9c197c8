"""Requests for data: what lacks, who owes it until when, and estimates that stand in until it comes."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from saleve.ems.jobs.starting import start
from saleve.ems.people.gate import ensure, needs
from saleve.ems.people.permissions import Operation, Place, allowed
from saleve.ems.web import tables
from saleve.ems.web.data_pages import month_span, proxy_names, tabs
from saleve.ems.web.owed import due_of, what_is_owed
from saleve.ems.web.reminders import last_reminders
from saleve.language import _
from saleve.reporting.formatting import amount, with_unit
from saleve.reporting.labels import label


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
    found = due_of(request)
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
@needs(Operation.LOAD_DATA)
def fill(request: HttpRequest) -> HttpResponse:
    """Let an estimate stand in for the months that a source, of one site, lacks in a year."""
    asked = request.GET
    found = due_of(request)
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
        "what": what_is_owed(row),
        "months": [month_span(one["first_day"], one["last_day"]) for one in lacking.iter_rows(named=True)],
        "proposal": _proxy_told(best) if best["proxy"] else "",
        "form": form,
    }
    return render(request, "web/data/fill.html", context)


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
    sent = last_reminders()
    counted = found.drop_nulls("owner").group_by("owner").agg(pl.len().alias("count"), (pl.col("overdue_days") > 0).sum().alias("late"))  # fmt: skip
    for row in counted.sort("late", "owner", descending=[True, False]).iter_rows(named=True):
        address = f"{reverse('remind')}?{urlencode({'owner': row['owner']})}"
        yield {**row, "address": address, "sent": sent.get(row["owner"])}


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


def _place(row: Mapping[str, Any]) -> Place:
    return Place(category=row["source"], site=row["site"])


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) == 4 else 0


ADDRESSES = [
    path("data/requests/", requests, name="requests"),
    path("data/requests/fill/", fill, name="fill"),
]
