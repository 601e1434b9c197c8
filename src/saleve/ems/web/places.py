"""Places: where the organisation works, its units, the people who are counted; and forms to change what ``saleve.toml`` says of them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from saleve.ems import figures
from saleve.ems.amending import NEW, Amendment
from saleve.ems.figures import Figures
from saleve.ems.people.accounts import follow_site
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.tables import cuts_within, within
from saleve.ems.people.permissions import EVERYWHERE, Operation, scopes, sees_travellers
from saleve.ems.web import tables
from saleve.ems.web.amendments import AmendForm, Asked, amended, said_of
from saleve.ems.web.first_figures import first_figures
from saleve.ems.web.frame import workspace, year_of
from saleve.ems.workspace import Site, Unit, Workspace
from saleve.language import _
from saleve.method.reference.countries import country_table
from saleve.reporting.formatting import locale

_ROWS = 20


@require_safe
@needs(Operation.READ_PLACES)
def places(request: HttpRequest) -> HttpResponse:
    """List the sites with what is known of them; the units; the people counted by year."""
    held, kept, year = workspace(), figures.read(settings.WORKSPACE), year_of(request)
    whole = sees_all_places(request)
    sites = [site for site in held.sites if sees_site(request, site.name)]
    rows = _site_rows(request, sites, kept, year)
    shown = {"sites": _sites_table(rows)}
    if kept and whole:
        shown["people"] = _people_table(kept)
    for table in shown.values():
        if answer := tables.download(request, table):
            return answer
    context = {
        "area": "places",
        "whole": whole,
        "kept": kept,
        "first_figures": "" if kept else first_figures(),
        "pages": {name: tables.page(request, table) for name, table in shown.items()},
        "countries": rows["country"].n_unique(),
        "open": rows.filter(state="open").height,
        "persons": _sum(rows["persons"]),
        "area_m2": _sum(rows["area_m2"]),
        "units": _tree(held, kept, request, year) if whole else [],
        "unlisted": _unlisted(held, kept) if whole else [],
    }
    return render(request, "web/places/places.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.CHANGE_PLACES)
def add_site(request: HttpRequest) -> HttpResponse:
    """Ask for a new site and write it into ``saleve.toml``."""
    start = {name: request.GET[name] for name in ("name", "part_of") if name in request.GET}
    form = AmendForm(request.POST or None, "sites", _site_fields(), start)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        change = [Amendment("sites", values, NEW)]
        if amended(request, [form], change, Operation.CHANGE_PLACES, f"site {values['name']}"):
            messages.success(request, _("The site {site} was added.").format(site=values["name"]))
            return redirect("site", site=values["name"])
    title = _("Add a site")
    return render(request, "web/places/change.html", {"area": "places", "form": form, "title": title})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.CHANGE_PLACES)
def change_site(request: HttpRequest, site: str) -> HttpResponse:
    """Show what ``saleve.toml`` says of a site, and change it."""
    entries = said_of("sites") or []
    number = number_of(entries, site)
    form = AmendForm(request.POST or None, "sites", _site_fields(site), entries[number - 1])
    if request.method == "POST" and form.is_valid():
        change = list(_renamed(entries, number, form.values()))
        name = form.values()["name"]

        def follow() -> None:
            follow_site(site, name)

        if amended(request, [form], change, Operation.CHANGE_PLACES, f"site {site}", also=follow):
            messages.success(request, _("The site {site} was changed.").format(site=name))
            return redirect("site", site=name)
    title = _("Change {site}").format(site=site)
    trail = [(_("Places"), reverse("places")), (site, reverse("site", args=[site]))]
    context = {"area": "places", "form": form, "title": title, "trail": trail, "current": _("Change")}
    return render(request, "web/places/change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.CHANGE_PLACES)
def add_unit(request: HttpRequest) -> HttpResponse:
    """Ask for a unit and write it into ``saleve.toml``."""
    start = {"name": request.GET.get("name", "")}
    form = AmendForm(request.POST or None, "units", _unit_fields(), start)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        change = [Amendment("units", values, NEW)]
        if amended(request, [form], change, Operation.CHANGE_PLACES, f"unit {values['name']}"):
            messages.success(request, _("The unit {unit} was added.").format(unit=values["name"]))
            return redirect("places")
    title = _("Add a unit")
    return render(request, "web/places/change.html", {"area": "places", "form": form, "title": title})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.CHANGE_PLACES)
def change_unit(request: HttpRequest, unit: str) -> HttpResponse:
    """Change a unit, or take it out of ``saleve.toml``."""
    entries = said_of("units") or []
    number = number_of(entries, unit)
    form = AmendForm(request.POST or None, "units", _unit_fields(unit), entries[number - 1])
    if request.method == "POST" and form.is_valid():
        gone = "take_out" in request.POST
        change = [Amendment("units", None if gone else form.values(), number)]
        if not gone:
            parts = _parts_follow("units", entries, unit, form.values()["name"])
            change += parts
        if amended(request, [form], change, Operation.CHANGE_PLACES, f"unit {unit}"):
            done = _("The unit {unit} was taken out.") if gone else _("The unit {unit} was changed.")
            messages.success(request, done.format(unit=unit))
            return redirect("places")
    context = {
        "area": "places",
        "form": form,
        "title": _("Change {unit}").format(unit=unit),
        "trail": [(_("Places"), reverse("places"))],
        "current": unit,
        "may_take_out": True,
    }
    return render(request, "web/places/change.html", context)


def sees_all_places(request: HttpRequest) -> bool:
    """Tell whether the person sees the sums of all places."""
    return EVERYWHERE in scopes(request.user, Operation.READ_PLACES)


def sees_site(request: HttpRequest, name: str) -> bool:
    """Tell whether a site is among the places of the person; a role that names no site shows all."""
    found = scopes(request.user, Operation.READ_PLACES)
    return any(not scope.sites or name in scope.sites for scope in found)


def found_site(request: HttpRequest, name: str) -> Site:
    """Return a site of ``saleve.toml``; refuses what is not a place of the person."""
    if not sees_site(request, name):
        raise PermissionDenied
    for site in workspace().sites:
        if site.name == name:
            return site
    raise Http404


def number_of(entries: Iterable[Mapping[str, Any]], name: str) -> int:
    """Return which entry of a list is called so."""
    for number, entry in enumerate(entries, start=1):
        if entry.get("name") == name:
            return number
    raise Http404


def country_name(iso3: str) -> str:
    """Return the country in the person's language."""
    codes = dict(country_table().select("iso3", "iso2").iter_rows())
    return str(locale().territories.get(codes.get(iso3, ""), iso3))


def state_of(site: Site, today: date) -> str:
    """Return whether the site is open, closed or still to come."""
    if site.closed and site.closed < today:
        return "closed"
    return "planned" if site.opened and site.opened > today else "open"


def state_words() -> dict[str, str]:
    """Return the states of a site as people read them."""
    return {"open": _("Open"), "closed": _("Closed"), "planned": _("To come")}


def emissions_of(request: HttpRequest, kept: Figures | None, by: str, year: int | None) -> dict[Any, Any]:
    """Return name -> kg CO2e of the sums that the person may see."""
    if kept is None or year is None:
        return {}
    view = kept.view(travellers=sees_travellers(request.user))
    return dict(cuts_within(view.cut(by, year=year), request.user).select("name", "kg_co2e").iter_rows())


def of_own_places(request: HttpRequest, table: pl.DataFrame, source: str | None = None) -> pl.DataFrame:
    """Return the rows of the places of the person; ``source`` is that of a table that names none."""
    named = table if source is None else table.with_columns(source=pl.lit(source))
    return within(named, request.user, Operation.READ_PLACES).select(table.columns)


def coverage_by_site(request: HttpRequest, kept: Figures | None, year: int | None) -> dict[str, float]:
    """Return for each site the share of months, of the sources that it has, that have data; in percent."""
    if kept is None:
        return {}
    due = of_own_places(request, kept.coverage).filter(
        pl.col("year") == year, pl.col("state") != "not expected", pl.col("site").is_not_null()
    )
    there = pl.col("state").is_in(["complete", "estimated"]).mean() * 100
    return dict(due.group_by("site").agg(there).iter_rows())


def _site_rows(
    request: HttpRequest, sites: Iterable[Site], kept: Figures | None, year: int | None
) -> pl.DataFrame:
    emitted, covered = emissions_of(request, kept, "site", year), coverage_by_site(request, kept, year)
    persons = _by_site(of_own_places(request, kept.headcount, "headcount"), "persons", year) if kept else {}
    areas = _by_site(of_own_places(request, kept.floor_area, "floor_area"), "area_m2", year) if kept else {}
    rows = [
        {
            "name": site.name,
            "address": reverse("site", args=[site.name]),
            "part_of": site.part_of or None,
            "city": site.city or None,
            "country": country_name(site.country),
            "persons": persons.get(site.name),
            "area_m2": areas.get(site.name),
            "t_co2e": emitted[site.name] / 1000 if emitted.get(site.name) is not None else None,
            "covered_pct": covered.get(site.name),
            "state": state_of(site, timezone.localdate()),
        }
        for site in sites
    ]
    texts = ("name", "address", "part_of", "city", "country", "state")
    numbers = ("persons", "area_m2", "t_co2e", "covered_pct")
    schema = {**dict.fromkeys(texts, pl.String), **dict.fromkeys(numbers, pl.Float64)}
    return pl.DataFrame(rows, schema=schema)


def _by_site(table: pl.DataFrame, amount: str, year: int | None) -> dict[str, float]:
    found = table.filter(pl.col("year") == year, pl.col("site").is_not_null())
    return dict(found.group_by("site").agg(pl.col(amount).sum()).iter_rows())


def _sites_table(rows: pl.DataFrame) -> tables.Table:
    inside = [tables.Column("part_of", _("Building of"))] if rows["part_of"].count() else []
    cities = [tables.Column("city", _("City"))] if rows["city"].count() else []
    states = {"open": "good", "planned": "accent"}
    columns = (
        tables.Column("name", _("Site"), address="address"),
        *inside,
        *cities,
        tables.Column("country", _("Country"), choose=True),
        tables.Column("persons", _("People"), "number", total=True),
        tables.Column("area_m2", _("Floor area"), "number", "m2", total=True),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", 1, total=True),
        tables.Column("covered_pct", _("Months with data"), "number", "percent"),
        tables.Column("state", _("State"), "state", words=state_words(), states=states),
    )
    nothing = _("No site is listed yet. Add the first one.")
    return tables.Table("sites", _("Sites"), rows, columns, when_empty=nothing)


def _people_table(kept: Figures) -> tables.Table:
    rows = kept.counts.group_by("year", "definition").agg(pl.col("persons").sum(), pl.col("site").drop_nulls().n_unique().alias("sites"))  # fmt: skip
    columns = (
        tables.Column("year", _("Year")),
        tables.Column("persons", _("People"), "number", decimals=1),
        tables.Column("sites", _("Sites"), "number"),
        tables.Column("definition", _("Who is counted"), wide=True),
    )
    nothing = _("No count of people was loaded. Add one, or load a file.")
    return tables.Table(
        "people",
        _("People by year"),
        rows,
        columns,
        sort="-year",
        rows_of_page=_ROWS,
        when_empty=nothing,
        show_title=False,
    )


def _tree(
    held: Workspace, kept: Figures | None, request: HttpRequest, year: int | None
) -> list[dict[str, Any]]:
    """Return the units from the top, each with how deep it stands; those that rows alone name come last."""
    emitted = emissions_of(request, kept, "unit", year)
    below: dict[str, list[Unit]] = {}
    for unit in held.units:
        below.setdefault(unit.part_of, []).append(unit)

    def walk(parent: str, depth: int) -> Iterable[dict[str, Any]]:
        for unit in below.get(parent, []):
            yield {"name": unit.name, "title": unit.title, "depth": depth, "listed": True}
            yield from walk(unit.name, depth + 1)

    listed = list(walk("", 0))
    names = {one["name"] for one in listed}
    counted = set(kept.counts["unit"].drop_nulls()) if kept else set()
    others = sorted({name for name in emitted if name} | counted - {None})
    listed += [
        {"name": name, "title": "", "depth": 0, "listed": False} for name in others if name not in names
    ]
    return [one | {"t_co2e": _tonnes(emitted.get(one["name"]))} for one in listed]


def _unlisted(held: Workspace, kept: Figures | None) -> list[str]:
    """Return the sites that rows name and ``saleve.toml`` does not."""
    if kept is None:
        return []
    named = kept.view(travellers=False).cut("site")["name"].drop_nulls().unique().to_list()
    return sorted(set(named) - {site.name for site in held.sites})


def _site_fields(own: str = "") -> list[Asked]:
    others = [(site.name, site.name) for site in workspace().sites if site.name != own]
    return [
        Asked("name", _("Name"), _("As reports print it. The name before stays known as another name.")),
        Asked("country", _("Country"), _("Its name or code. It decides the factor of electricity.")),
        Asked("city", _("City")),
        Asked("part_of", _("Building of"), _("The site to which this building belongs."), choices=others, empty=_("No other site")) if others else Asked("part_of", _("Building of"), _("The site to which this building belongs.")),
        Asked("aliases", _("Other names"), _("By which bills and tickets call it, one in each line.")),
        Asked("opened", _("First day"), _("Before it nothing is missing. Empty: always there.")),
        Asked("closed", _("Last day"), _("After it nothing is missing. Empty: still there.")),
        Asked("sources_began", _("Sources that began"), _("In each line a source and its first day, such as district_energy 2018-10-01. Nothing lacks before.")),
        Asked("sources_ended", _("Sources that ended"), _("In each line a source and its last day, such as fuels 2018-10-31.")),
    ]  # fmt: skip


def _unit_fields(own: str = "") -> list[Asked]:
    others = [(unit.name, unit.name) for unit in workspace().units if unit.name != own]
    parent = Asked("part_of", _("Part of"), choices=others, empty=_("No other unit"))
    return [
        Asked("name", _("Name"), _("As rows of your files give it.")),
        Asked("title", _("Full name")),
        *([parent] if others else []),
    ]


def _renamed(entries: list[dict[str, Any]], number: int, values: dict[str, Any]) -> Iterable[Amendment]:
    """Yield the change of a site; under a new name it stays known by the one before, also to its buildings."""
    before = entries[number - 1]["name"]
    if values["name"] != before:
        values = values | {"aliases": list(dict.fromkeys([*(values["aliases"] or []), before]))}
    yield Amendment("sites", values, number)
    yield from _parts_follow("sites", entries, before, values["name"])


def _parts_follow(table: str, entries: list[dict[str, Any]], before: str, after: str) -> list[Amendment]:
    """Return the changes of what is a part of something that gets another name."""
    if before == after:
        return []
    return [
        Amendment(table, {"part_of": after}, number)
        for number, entry in enumerate(entries, start=1)
        if entry.get("part_of") == before
    ]


def _tonnes(kilograms: float | None) -> float | None:
    return None if kilograms is None else kilograms / 1000


def _sum(values: pl.Series) -> float | None:
    return float(values.sum()) if values.count() else None


ADDRESSES = [
    path("places/", places, name="places"),
    path("places/add/", add_site, name="add_site"),
    path("places/change/<path:site>/", change_site, name="change_site"),
    path("places/units/add/", add_unit, name="add_unit"),
    path("places/units/<path:unit>/", change_unit, name="change_unit"),
]
