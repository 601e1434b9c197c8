"""People and floor areas entered on a page: each becomes a row of a small file that is loaded like any other, with its evidence."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from saleve.ems import figures, staging
from saleve.ems.contradictions import FIRST_YEAR, LAST_YEAR
from saleve.ems.intake import standing_activity
from saleve.ems.jobs.starting import start
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.web.frame import workspace, year_of
from saleve.language import _
from saleve.ledger.store import Ledger
from saleve.method.activity.standing import real_rows
from saleve.reporting.labels import slug

_MOST = 1e9  # persons or square metres


class _CountForm(forms.Form):
    """Year, site and number, as both forms have them."""

    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    site = forms.ChoiceField(required=False)
    definition = forms.CharField(max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].label = _("Year")
        site = self.fields["site"]
        site.label = _("Site")
        site.choices = [("", _("Not assigned")), *((one.name, one.name) for one in workspace().sites)]


class PeopleForm(_CountForm):
    """How many people worked somewhere in a year."""

    unit = forms.CharField(max_length=200, required=False)
    persons = forms.FloatField(min_value=0, max_value=_MOST)
    field_order = ("year", "site", "unit", "persons", "definition")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = _("Unit")
        self.fields["unit"].help_text = _("As other rows name it. Empty: all units of the site.")
        self.fields["persons"].label = _("People")
        self.fields["persons"].help_text = _("Or full-time equivalents, such as 182.5.")
        self.fields["definition"].label = _("Who is counted")
        self.fields["definition"].help_text = _(
            "The same words in every year, so that years can be compared."
        )


class AreaForm(_CountForm):
    """How large the floors of a site were in a year."""

    area_m2 = forms.FloatField(min_value=0, max_value=_MOST)
    field_order = ("year", "site", "area_m2", "definition")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].required = True
        self.fields["area_m2"].label = _("Floor area, m²")
        self.fields["definition"].label = _("How it is measured")
        self.fields["definition"].help_text = _("Such as gross internal area. The same words in every year.")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.CHANGE_PLACES)
def add_people(request: HttpRequest) -> HttpResponse:
    """Ask for a count of people and load it."""
    held = workspace()
    form = PeopleForm(request.POST or None, initial=_start(request, held.rules.staff_definition))
    return _page(request, form, "headcount", _("Add a count of people"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.CHANGE_PLACES)
def add_area(request: HttpRequest) -> HttpResponse:
    """Ask for the floor area of a site and load it."""
    form = AreaForm(request.POST or None, initial=_start(request, ""))
    return _page(request, form, "floor_area", _("Add a floor area"))


def _page(request: HttpRequest, form: forms.Form, category: str, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if _held(category, said):
            text = _("The ledger holds this for the year already: both would be added. Correct the row that is there.")  # fmt: skip
            form.add_error("year", text)
        else:
            staged = _staged(category, said, request.user.email)
            job = start("load", request.user, then=_then(said), staged=staged.id)
            messages.success(request, _("It is being loaded; then the figures are computed anew."))
            return redirect("job", job_id=job.pk)
    context = {"area": "places", "form": form, "title": title, "trail": [(_("Places"), reverse("places"))]}
    return render(request, "web/places/count.html", context)


def _start(request: HttpRequest, definition: str) -> dict[str, Any]:
    kept = figures.read(settings.WORKSPACE)
    last = kept.counts.drop_nulls("definition").sort("year")["definition"].to_list() if kept else []
    usual = definition or (last[-1] if last else "")
    area = kept.areas["definition"].drop_nulls().to_list() if kept else []
    words = usual if "people" in request.path else (area[-1] if area else "")
    return {"year": year_of(request), "site": request.GET.get("site", ""), "definition": words}


def _held(category: str, said: Mapping[str, Any]) -> bool:
    """Tell whether the ledger holds a row of the same year and place, be it loaded just now."""
    stores = workspace().stores
    ledger = Ledger.open(stores.ledger) if stores.ledger.exists() else None
    if ledger is None or category not in ledger.categories():
        return False
    rows = real_rows(standing_activity(ledger, category))
    year = said["year"]
    if category == "headcount":
        when = pl.col("year") == year
    else:
        first, last = pl.col("valid_from").dt.year(), pl.col("valid_to").dt.year()
        when = (first.fill_null(year) <= year) & (last.fill_null(year) >= year)
    where = [pl.col(name).eq_missing(pl.lit(said[name] or None, pl.String)) for name in ("site", "unit") if name in said]  # fmt: skip
    return not rows.filter(when, *where).is_empty()


def _staged(category: str, said: Mapping[str, Any], by: str) -> staging.Staged:
    """Put the row into a file that waits to be loaded, as if it had been brought."""
    content = pl.DataFrame(
        [{name: None if value == "" else value for name, value in said.items()}]
    ).write_csv()
    moment = timezone.now().strftime("%Y%m%d-%H%M%S")
    name = f"{category}-{said['year']}-{slug(said['site'])}-{moment}.csv"
    staged = staging.stage(settings.WORKSPACE, name, [content.encode()], by)
    return staging.change(staged, category=category)


def _then(said: Mapping[str, Any]) -> str:
    return reverse("site", args=[said["site"]]) if said["site"] else reverse("places")


ADDRESSES = [
    path("places/people/add/", add_people, name="add_people"),
    path("places/areas/add/", add_area, name="add_area"),
]
