"""The page of components: every part of the design system as it looks and as a template writes it."""

from dataclasses import replace
from typing import Any

import altair as alt
import polars as pl
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.web import charts, tables
from saleve.language import _
from saleve.reporting.chart import Chart
from saleve.reporting.palette import ACCENT, SOURCES

_EXAMPLE = pl.DataFrame({
    "source": ["air_travel", "electricity", "district_energy", "fuels"],
    "t_co2e": [1204.4, 412.6, 208.1, None],
    "state": ["computed", "reviewed", "reviewed", "missing"],
})  # fmt: skip
TOKENS = ("ink", "quiet", "line", "paper", "ground", "accent", "good", "watch", "bad")


class ExampleForm(forms.Form):
    """A form with one field of each kind."""

    name = forms.CharField(help_text="Help stands under the label.", required=False)
    kind = forms.ChoiceField(choices=[("bill", "A bill"), ("reading", "A reading")])
    agreed = forms.BooleanField(label="It is complete", required=False)
    amount = forms.DecimalField(help_text="In kWh.")


@require_safe
@needs(Operation.READ_COMPONENTS)
def components(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    table = _table()
    if answer := tables.download(request, table):
        return answer
    shown = tables.page(request, table)
    behind = tables.page(request, replace(table, id="behind", title="The example again"))
    nothing = tables.page(request, tables.Table("nothing", "Nothing", _EXAMPLE.clear(), table.columns))
    context: dict[str, Any] = {
        "table": shown,
        "nothing": nothing,
        "chart": charts.draw(_chart(), behind),
        "form": ExampleForm({"name": "x", "kind": "bill", "amount": ""}),
        "tabs": [("Sources", "/components/"), ("Sites", "/components/?tab=sites")],
        "trail": [("Inventory", "/components/"), ("2025", "/components/")],
        "sources": SOURCES,
        "tokens": TOKENS,
    }
    return render(request, "web/components.html", context)


def _table() -> tables.Table:
    columns = (
        tables.Column("source", _("Source"), words={"air_travel": "Air travel", "fuels": "Fuels"}),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", 1, total=True),
        tables.Column(
            "state", _("State"), "state", states={"reviewed": "good", "missing": "bad"}, choose=True
        ),
    )
    return tables.Table("example", "An example", _EXAMPLE, columns, sort="-t_co2e")


def _chart() -> Chart:
    rows = _EXAMPLE.drop_nulls().select("source", "t_co2e")
    bars = (
        alt.Chart(rows)
        .mark_bar(color=ACCENT)
        .encode(x=alt.X("t_co2e").title("t CO₂e"), y=alt.Y("source").title(None))
    )
    spec = bars.properties(width=480, height=120, background="transparent").to_dict()
    words = "Air travel 1,204 t, electricity 413 t, district energy 208 t."
    return Chart("example", "Air travel is two thirds of the example", "t CO₂e", words, spec)


ADDRESSES = [path("components/", components, name="components")]
