"""Emission factors: what is held, with source, edition, period and licence; and what differs between two editions."""

from typing import Any

import polars as pl
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems.factors import compare_factors, show_factors
from saleve.ems.figures import state
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.remembering import made_once
from saleve.ems.web import tables
from saleve.ems.web.factor import with_addresses
from saleve.ems.web.frame import workspace
from saleve.language import _
from saleve.method.problems import SaleveError
from saleve.reporting.labels import label

_SIGNS = 34  # of a publication in the list; its own page has all of it


class EditionsForm(forms.Form):
    """Two editions of a source category."""

    source = forms.ChoiceField()
    first = forms.CharField(max_length=200)
    second = forms.CharField(max_length=200)

    def __init__(self, *args: Any, sources: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].label = _("Source")
        self.fields["source"].choices = [(name, label("source", name)) for name in sources]
        self.fields["first"].label = _("First edition or year")
        self.fields["second"].label = _("Second edition or year")
        self.fields["first"].help_text = _("As the list of factors calls it, or a year such as 2019.")


@require_safe
@needs(Operation.READ_FACTORS)
def factors(request: HttpRequest) -> HttpResponse:
    """List the factors of the program and the organisation's own."""
    table = _table(_held())
    if answer := tables.download(request, table):
        return answer
    return render(
        request, "web/factors/factors.html", {"area": "places", "table": tables.page(request, table)}
    )


@require_safe
@needs(Operation.READ_FACTORS)
def factor_editions(request: HttpRequest) -> HttpResponse:
    """Show what differs between two editions."""
    folder, sources = workspace().folder, _held()["source_category"].unique().sort().to_list()
    form = EditionsForm(request.GET if "first" in request.GET else None, sources=sources)
    context: dict[str, Any] = {"area": "places", "form": form}
    if form.is_valid():
        said = form.cleaned_data
        try:
            found = compare_factors(said["first"], said["second"], folder, source=said["source"])
        except SaleveError as fault:
            form.add_error(None, str(fault))
        else:
            table = _differences(found)
            if answer := tables.download(request, table):
                return answer
            context["table"] = tables.page(request, table)
    return render(request, "web/factors/editions.html", context)


def _held() -> pl.DataFrame:
    """Return every factor, read once for each state of the organisation's own tables and of the program."""
    folder = workspace().folder
    now = state(folder).parts
    key = ("factors", folder, now["factors"], now["settings"], now["method"])
    return made_once(key, lambda: with_addresses(show_factors(folder)))


def _table(held: pl.DataFrame) -> tables.Table:
    words = {name: label("source", name) for name in held["source_category"].unique()}
    shown = held.with_columns(period=_period())
    columns = (
        tables.Column("source_category", _("Source"), words=words, choose=True),
        tables.Column("factor_id", _("Factor"), address="address"),
        tables.Column("place", _("Place")),
        tables.Column("kg_co2e_per_unit", _("kg CO₂e per unit"), "number", decimals=4),
        tables.Column("unit", _("Unit")),
        tables.Column("period", _("Holds for"), line=True),
        tables.Column("edition", _("Edition"), choose=True, line=True),
        tables.Column("accounting_basis", _("Basis"), words=_bases(), choose=True),
        tables.Column("source", _("Publication"), line=True, signs=_SIGNS),
        tables.Column("licence", _("Licence"), line=True),
    )
    return tables.Table("factors", _("Emission factors"), shown, columns, show_title=False)


def _period() -> pl.Expr:
    """Return the years for which a factor holds; an open end is a dash."""
    first, last = (pl.col(name).dt.year().cast(pl.String) for name in ("valid_from", "valid_to"))
    both = first.fill_null("") + "–" + last.fill_null("")
    return (
        pl.when(first == last)
        .then(first)
        .when(first.is_null() & last.is_null())
        .then(pl.lit("–"))
        .otherwise(both)
    )


def _bases() -> dict[str, str]:
    """Return what factors count, in a word or two for the list; the page of a factor says it in full."""
    return {
        "direct": _("Direct"),
        "direct_generation": _("Generation"),
        "direct_combustion": _("Combustion"),
        "lifecycle_generation": _("Generation, life cycle"),
        "lifecycle": _("Life cycle"),
        "operation": _("Operation"),
        "supplier": _("Supplier"),
        "direct_release": _("Release"),
        "end_of_life_cut_off": _("End of life, cut off"),
        "end_of_life_impacts": _("End of life, whole"),
        "operation_of_utilities": _("Utilities"),
        "cradle_to_gate": _("Making"),
        "supply_chain": _("Suppliers"),
        "certificates_retired": _("Certificates"),
        "as reported": _("As reported"),
    }


def _differences(found: pl.DataFrame) -> tables.Table:
    texts = [name for name, kind in found.schema.items() if kind == pl.String and found[name].count()]
    columns = (
        *(tables.Column(name, label("column", name)) for name in texts),
        tables.Column("first", _("First, kg CO₂e per unit"), "number", decimals=4),
        tables.Column("second", _("Second, kg CO₂e per unit"), "number", decimals=4),
        tables.Column("change_pct", _("Change, %"), "number", decimals=1),
    )
    nothing = _("Both say the same.")
    return tables.Table("differences", _("What differs"), found, columns, when_empty=nothing)


ADDRESSES = [
    path("factors/", factors, name="factors"),
    path("factors/editions/", factor_editions, name="factor_editions"),
]
