"""A single trip by air, by every method; the same that ``saleve flight`` computes."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems.flights import CABINS, Trip, compute_trip
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.web import tables
from saleve.ems.web.frame import workspace
from saleve.language import _
from saleve.method.emissions.aviation.parameters import METHODS, AirTravelSettings
from saleve.method.problems import SaleveError
from saleve.reporting.labels import label

_LONGEST_ROUTE = 60  # signs


class TripForm(forms.Form):
    """Where to, and how."""

    route = forms.CharField(max_length=_LONGEST_ROUTE)
    cabin = forms.ChoiceField()
    way_back = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["route"].label = _("Route")
        self.fields["route"].help_text = _(
            "Codes of airports with hyphens between them: GVA-NBO or GVA-LHR-JFK."
        )
        self.fields["cabin"].label = _("Cabin")
        self.fields["cabin"].choices = [(name, label("cabin", name)) for name in CABINS]
        self.fields["way_back"].label = _("There and back")

    def route_flown(self) -> str:
        """Return the route, with the way back where it is asked for."""
        stops = [stop.strip().upper() for stop in self.cleaned_data["route"].split("-")]
        return "-".join(stops + (stops[-2::-1] if self.cleaned_data["way_back"] else []))


@require_safe
@needs(Operation.READ_TRAVEL)
def trip(request: HttpRequest) -> HttpResponse:
    """Compute a trip by every method; nothing is kept."""
    form = TripForm(request.GET if "route" in request.GET else None)
    own = workspace().rules.air_travel
    context: dict[str, Any] = {"area": "travel", "form": form, "method": own.method}
    if form.is_valid():
        try:
            found = compute_trip(
                form.route_flown(), cabin=form.cleaned_data["cabin"], on=_today(), settings=own
            )
        except SaleveError as fault:
            form.add_error("route", str(fault))
        else:
            legs, methods = _legs(found), _methods(form, own)
            for table in (legs, methods):
                if answer := tables.download(request, table):
                    return answer
            context |= {
                "trip": found,
                "low_kg": found.co2_kg * (1 - found.low_pct / 100),
                "high_kg": found.co2_kg * (1 + found.high_pct / 100),
                "legs": tables.page(request, legs),
                "methods": tables.page(request, methods),
            }
    return render(request, "web/travel/trip.html", context)


def _today() -> Any:
    return datetime.now(UTC).date()


def _legs(found: Trip) -> tables.Table:
    rows = [
        {
            "leg": f"{leg['origin']}–{leg['destination']}",
            **{
                name: leg[name]
                for name in ("distance_km", "corrected_distance_km", "cabin", "quality", "co2_kg")
            },
        }
        for leg in found.legs
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("cabin").map_elements(lambda name: label("cabin", name), return_dtype=pl.String),
        pl.col("quality").map_elements(lambda name: label("quality", name), return_dtype=pl.String),
    )
    columns = (
        tables.Column("leg", _("Flight")),
        tables.Column("distance_km", _("Distance, km"), "number", total=True),
        tables.Column("corrected_distance_km", _("Distance flown, km"), "number", total=True),
        tables.Column("cabin", _("Cabin")),
        tables.Column("quality", _("How it is known")),
        tables.Column("co2_kg", _("Emissions"), "number", "kg_co2e", total=True),
    )
    return tables.Table("legs", _("Flights of the trip"), frame, columns)


def _methods(form: TripForm, own: AirTravelSettings) -> tables.Table:
    """Return what every method says of the trip; a method that cannot compute it says why."""
    rows = [_by_method(form, method, own) for method in METHODS]
    schema = {"method": pl.String, **dict.fromkeys(("kg_co2e", "low_pct", "high_pct"), pl.Float64), "said": pl.String}  # fmt: skip
    columns = (
        tables.Column("method", _("Method"), words={name: label("method", name) for name in METHODS}),
        tables.Column("kg_co2e", _("Emissions"), "number", "kg_co2e"),
        tables.Column("low_pct", _("Range below, %"), "number"),
        tables.Column("high_pct", _("Range above, %"), "number"),
        tables.Column("said", _("Remark")),
    )
    return tables.Table(
        "methods", _("The same trip by every method"), pl.DataFrame(rows, schema=schema), columns
    )


def _by_method(form: TripForm, method: Any, own: AirTravelSettings) -> dict[str, Any]:
    settings = own if method == own.method else AirTravelSettings(method=method)
    try:
        found = compute_trip(form.route_flown(), cabin=form.cleaned_data["cabin"], on=_today(), settings=settings)  # fmt: skip
    except SaleveError as fault:
        return {"method": method, "said": str(fault)}
    said = _("The method of this organisation") if method == own.method else ""
    return {"method": method, "kg_co2e": found.co2_kg, "low_pct": found.low_pct, "high_pct": found.high_pct, "said": said}  # fmt: skip


ADDRESSES = [path("travel/trip/", trip, name="trip")]
