"""A single trip by air, by every method, and by rail; the same that ``saleve flight`` computes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems import figures
from saleve.ems.flights import CABINS, Rail, Trip, by_rail, compute_trip
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.remembering import made_once
from saleve.ems.web import tables
from saleve.ems.web.frame import workspace
from saleve.language import _
from saleve.method.emissions.aviation.parameters import METHODS, AirTravelSettings, Method
from saleve.method.emissions.rules import Rules
from saleve.method.problems import SaleveError
from saleve.reporting.labels import label
from saleve.reporting.methods import method_name

_LONGEST_ROUTE = 60  # signs


class TripForm(forms.Form):
    """Where to, and how."""

    route = forms.CharField(max_length=_LONGEST_ROUTE)
    cabin = forms.ChoiceField(required=False)
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

    def clean_cabin(self) -> str:
        """Return the cabin; the page shows the first as chosen where none was said."""
        return str(self.cleaned_data["cabin"] or CABINS[0])

    def route_flown(self) -> str:
        """Return the route, with the way back where it is asked for."""
        stops = [stop.strip().upper() for stop in self.cleaned_data["route"].split("-")]
        return "-".join(stops + (stops[-2::-1] if self.cleaned_data["way_back"] else []))


@dataclass(frozen=True)
class Computed:
    """A trip by the organisation's method, what every method says of it, and the same by rail."""

    trip: Trip
    methods: tuple[dict[str, Any], ...]
    rail: Rail | None


@require_safe
@needs(Operation.READ_TRAVEL)
def trip(request: HttpRequest) -> HttpResponse:
    """Compute a trip by every method and by rail; nothing is kept."""
    form = TripForm(request.GET if "route" in request.GET else None)
    context: dict[str, Any] = {"area": "travel", "form": form}
    if form.is_valid():
        try:
            found = _computed(form.route_flown(), form.cleaned_data["cabin"])
        except SaleveError as fault:
            form.add_error("route", str(fault))
        else:
            legs, methods = _legs(found), _methods(found)
            for table in (legs, methods):
                if answer := tables.download(request, table):
                    return answer
            one = found.trip
            context |= {
                "trip": one,
                "low_kg": one.co2_kg * (1 - one.low_pct / 100),
                "high_kg": one.co2_kg * (1 + one.high_pct / 100),
                "rail": found.rail,
                "less_kg": one.co2_kg - found.rail.kg_co2e if found.rail else None,
                "rail_qualities": [label("quality", name) for name in found.rail.qualities]
                if found.rail
                else [],
                "legs": tables.page(request, legs),
                "methods": tables.page(request, methods),
            }
    return render(request, "web/travel/trip.html", context)


def _computed(route: str, cabin: str) -> Computed:
    """Compute a trip once for each state of the settings; raises ``SaleveError`` where the own method cannot."""
    held, today = workspace(), _today()
    key = ("trip", held.folder, figures.state_key(held.folder), route, cabin, today)
    return made_once(key, lambda: _compute(route, cabin, today, held.rules))


def _compute(route: str, cabin: str, today: date, rules: Rules) -> Computed:
    own = rules.air_travel
    found = compute_trip(route, cabin=cabin, on=today, settings=own)
    others = [_by_method(route, cabin, today, method) for method in METHODS if method != own.method]
    mine = _row(found, _("The method of this organisation"))
    return Computed(found, (mine, *others), by_rail(found, today, rules))


def _today() -> date:
    return datetime.now(UTC).date()


def _legs(found: Computed) -> tables.Table:
    by_train = found.rail.by_flight if found.rail else (None,) * len(found.trip.legs)
    names = ("distance_km", "corrected_distance_km", "cabin", "quality", "co2_kg")
    rows = [
        {
            "leg": f"{leg['origin']}–{leg['destination']}",
            **{name: leg[name] for name in names},
            "rail_kg": rail,
        }
        for leg, rail in zip(found.trip.legs, by_train, strict=True)
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("cabin").map_elements(lambda name: label("cabin", name), return_dtype=pl.String),
        pl.col("quality").map_elements(lambda name: label("quality", name), return_dtype=pl.String),
        pl.col("rail_kg").cast(pl.Float64),
    )
    columns = (
        tables.Column("leg", _("Flight")),
        tables.Column("distance_km", _("Distance, km"), "number", total=True),
        tables.Column("corrected_distance_km", _("Distance flown, km"), "number", total=True),
        tables.Column("cabin", _("Cabin")),
        tables.Column("quality", _("How it is known")),
        tables.Column("co2_kg", _("Emissions"), "number", "kg_co2e", total=True),
        *(
            (tables.Column("rail_kg", _("By rail"), "number", "kg_co2e", 1, total=True),)
            if found.rail
            else ()
        ),
    )
    return tables.Table("legs", _("Flights of the trip"), frame, columns)


def _methods(found: Computed) -> tables.Table:
    """Return what every method says of the trip; a method that cannot compute it says why."""
    schema = {"method": pl.String, **dict.fromkeys(("kg_co2e", "low_kg", "high_kg"), pl.Float64), "said": pl.String}  # fmt: skip
    columns = (
        tables.Column("method", _("Method"), words={name: method_name(name) for name in METHODS}),
        tables.Column("kg_co2e", _("Emissions"), "number", "kg_co2e"),
        tables.Column("low_kg", _("95% range from"), "number", "kg_co2e"),
        tables.Column("high_kg", _("95% range to"), "number", "kg_co2e"),
        tables.Column("said", _("Remark")),
    )
    frame = pl.DataFrame(found.methods, schema=schema)
    return tables.Table("methods", _("The same trip by every method"), frame, columns)


def _by_method(route: str, cabin: str, today: date, method: Method) -> dict[str, Any]:
    settings = AirTravelSettings(method=method)
    try:
        return _row(compute_trip(route, cabin=cabin, on=today, settings=settings))
    except SaleveError as fault:
        return {"method": method, "said": str(fault)}


def _row(found: Trip, said: str = "") -> dict[str, Any]:
    low, high = (1 - found.low_pct / 100, 1 + found.high_pct / 100)
    return {"method": found.method, "kg_co2e": found.co2_kg, "low_kg": found.co2_kg * low, "high_kg": found.co2_kg * high, "said": said}  # fmt: skip


ADDRESSES = [path("travel/trip/", trip, name="trip")]
