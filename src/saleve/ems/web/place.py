"""One site: its state, its emissions, its buildings, meters, people and areas, and the factors that hold there."""

from typing import Any

import polars as pl
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from saleve.ems import figures
from saleve.ems.figures import Figures
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.tables import cuts_within, within
from saleve.ems.people.permissions import Operation, allowed, sees_travellers
from saleve.ems.web import tables
from saleve.ems.web.factor import level_words, with_addresses
from saleve.ems.web.frame import workspace, year_of
from saleve.ems.web.parts import BOUNDARIES
from saleve.ems.web.places import (
    country_name,
    coverage_by_site,
    emissions_of,
    found_site,
    of_own_places,
    sees_site,
    state_of,
    state_words,
)
from saleve.ems.workspace import Site
from saleve.language import _
from saleve.reporting.labels import label
from saleve.reporting.parts import boundary_name

_PLACED = (
    "electricity",
    "district_energy",
    "fuels",
    "water",
    "waste",
)  # sources whose factor the place decides
_ROWS = 10
_SIGNS = {"open": "good", "planned": "accent"}


@require_safe
@needs(Operation.READ_PLACES)
def site(request: HttpRequest, site: str) -> HttpResponse:
    """Show a site of ``saleve.toml``."""
    found, kept, year = found_site(request, site), figures.read(settings.WORKSPACE), year_of(request)
    shown = _tables(request, found, kept, year)
    for table in shown:
        if answer := tables.download(request, table):
            return answer
    state = state_of(found, timezone.localdate())
    kilograms = emissions_of(request, kept, "site", year).get(found.name)
    context: dict[str, Any] = {
        "area": "places",
        "site": found,
        "kept": kept,
        "country": country_name(found.country),
        "state": state_words()[state],
        "state_sign": _SIGNS.get(state, "plain"),
        "began": [(label("source", name), day) for name, day in found.sources_began.items()],
        "ended": [(label("source", name), day) for name, day in found.sources_ended.items()],
        "t_co2e": None if kilograms is None else kilograms / 1000,
        "persons": _of_year(of_own_places(request, kept.headcount, "headcount"), found, year, "persons")
        if kept
        else None,
        "area_m2": _of_year(of_own_places(request, kept.floor_area, "floor_area"), found, year, "area_m2")
        if kept
        else None,
        "covered_pct": coverage_by_site(request, kept, year).get(found.name),
        "inventory": _inventory(found, year),
        "factors_held": f"{reverse('factors')}?{urlencode({'factors.find': found.country})}",
        "tables_shown": [tables.page(request, table) for table in shown],
        "trail": [(_("Places"), reverse("places"))],
    }
    return render(request, "web/places/site.html", context)


def _inventory(found: Site, year: int | None) -> str:
    try:
        return f"{reverse('inventory')}?{urlencode({'within': f'site:{found.name}', 'year': year})}"
    except NoReverseMatch:  # an installation may leave an area out
        return ""


def _of_year(table: pl.DataFrame, found: Site, year: int | None, amount: str) -> float | None:
    rows = table.filter(pl.col("year") == year, pl.col("site") == found.name)
    return float(rows[amount].sum()) if rows.height else None


def _tables(request: HttpRequest, found: Site, kept: Figures | None, year: int | None) -> list[tables.Table]:
    buildings = [
        one for one in workspace().sites if one.part_of == found.name and sees_site(request, one.name)
    ]
    shown = [_buildings(buildings)] if buildings else []
    if kept is not None and year is not None:
        shown += [_sources(request, found, kept, year), _meters(request, found, kept)]
        shown += [_factors(request, found, kept, year), *_counted(request, found, kept)]
    return shown


def _buildings(buildings: list[Site]) -> tables.Table:
    today = timezone.localdate()
    rows = [{"name": one.name, "address": reverse("site", args=[one.name]), "opened": one.opened, "closed": one.closed, "state": state_of(one, today)} for one in buildings]  # fmt: skip
    columns = (
        tables.Column("name", _("Building"), address="address"),
        tables.Column("opened", _("First day"), "date"),
        tables.Column("closed", _("Last day"), "date"),
        tables.Column("state", _("State"), "state", words=state_words(), states=_SIGNS),
    )
    days = dict.fromkeys(("opened", "closed"), pl.Date)
    schema = {**dict.fromkeys(("name", "address", "state"), pl.String), **days}
    return tables.Table("buildings", _("Buildings"), pl.DataFrame(rows, schema=schema), columns)


def _sources(request: HttpRequest, found: Site, kept: Figures, year: int) -> tables.Table:
    view = kept.view(travellers=sees_travellers(request.user))
    rows = cuts_within(view.cut("source", year=year, within=("site", found.name)), request.user)
    told = rows.with_columns(
        t_co2e=pl.col("kg_co2e") / 1000,
        estimated_pct=pl.col("estimated_share") * 100,
        covered_pct=pl.col("name").replace_strict(
            _covered(kept, found, year), default=None, return_dtype=pl.Float64
        ),
    )
    words = {name: label("source", name) for name in rows["name"].drop_nulls()}
    columns = (
        tables.Column("name", _("Source"), words=words),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", 1, total=True),
        tables.Column("estimated_pct", _("Estimated"), "number", "percent"),
        tables.Column("covered_pct", _("Months with data"), "number", "percent"),
    )
    title = _("Emissions in {year} by source").format(year=year)
    nothing = _(
        "No row of {year} names this site. Load its bills, or give it the name by which they call it."
    )
    return tables.Table("sources", title, told, columns, sort="-t_co2e", when_empty=nothing.format(year=year))


def _covered(kept: Figures, found: Site, year: int) -> dict[str, float]:
    due = kept.coverage.filter(
        pl.col("year") == year, pl.col("site") == found.name, pl.col("state") != "not expected"
    )
    there = pl.col("state").is_in(["complete", "estimated"]).mean() * 100
    return dict(due.group_by("source").agg(there).iter_rows())


def _meters(request: HttpRequest, found: Site, kept: Figures) -> tables.Table:
    rows = (
        of_own_places(request, kept.meters)
        .filter(pl.col("site") == found.name)
        .with_columns(pl.col("meter").fill_null(_("Bills that name no meter")))
    )
    words = {name: label("source", name) for name in rows["source"].unique()}
    columns = (
        tables.Column("source", _("Source"), words=words, choose=True),
        tables.Column("meter", _("Meter")),
        tables.Column("supplier", _("Supplier")),
        tables.Column("first_day", _("Data since"), "date"),
        tables.Column("last_day", _("Data until"), "date"),
        tables.Column("last_amount", _("Last bill"), "number"),
        tables.Column("unit", _("Unit")),
        tables.Column("rows", _("Bills"), "number", total=True),
        tables.Column("estimated_rows", _("Of them estimated"), "number", total=True),
    )
    nothing = _("No bill of this site was loaded. A meter appears here with its first bill.")
    return tables.Table("meters", _("Meters"), rows, columns, rows_of_page=_ROWS, when_empty=nothing)


def _counted(request: HttpRequest, found: Site, kept: Figures) -> list[tables.Table]:
    may_see = allowed(request.user, Operation.READ_DATA)
    people = _with_rows(
        of_own_places(request, kept.counts, "headcount").filter(pl.col("site") == found.name), may_see=may_see
    )
    areas = _with_rows(
        of_own_places(request, kept.areas, "floor_area").filter(pl.col("site") == found.name), may_see=may_see
    )
    definition = tables.Column("definition", _("Who is counted"), wide=True)
    of_people = (
        tables.Column("year", _("Year"), address="address"),
        tables.Column("unit", _("Unit")),
        tables.Column("persons", _("People"), "number", decimals=1),
        definition,
    )
    of_areas = (
        tables.Column("valid_from", _("From"), "date", address="address"),
        tables.Column("valid_to", _("Until"), "date"),
        tables.Column("area_m2", _("Floor area"), "number", "m2"),
        tables.Column("definition", _("How it is measured")),
    )
    no_people = _("Nobody was counted here. Add a count, or load a file.")
    no_areas = _("No floor area is known here. Add one, or load a file.")
    return [
        tables.Table("people", _("People"), people, of_people, sort="-year", rows_of_page=_ROWS, when_empty=no_people),
        tables.Table("areas", _("Floor area"), areas, of_areas, sort="-valid_from", rows_of_page=_ROWS, when_empty=no_areas),
    ]  # fmt: skip


def _with_rows(table: pl.DataFrame, *, may_see: bool) -> pl.DataFrame:
    """Add the address at which each row is seen and corrected, for those who may see rows."""
    addresses = [
        _row_address(*row) if may_see else "" for row in table.select("batch", "source_row").iter_rows()
    ]
    return table.with_columns(pl.Series("address", addresses, pl.String))


def _row_address(batch: str | None, row: int | None) -> str:
    try:
        return reverse("batch_row", kwargs={"name": batch, "row": row})
    except NoReverseMatch:  # a row of an estimate; or an installation without these pages
        return ""


def _factors(request: HttpRequest, found: Site, kept: Figures, year: int) -> tables.Table:
    """Return the factors on which the figures of the site rest in the year."""
    used = kept.uses.filter(pl.col("year") == year, pl.col("site") == found.name)
    seen = within(used, request.user, Operation.READ_INVENTORY)
    sums = seen.group_by("source", "boundary", "factor_id", "factor_level").agg(
        pl.col("rows", "kg_co2e").sum()
    )
    told = with_addresses(sums).with_columns(t_co2e=pl.col("kg_co2e") / 1000)
    words = {name: label("source", name) for name in told["source"].unique()}
    columns = (
        tables.Column("source", _("Source"), words=words),
        tables.Column("factor_id", _("Factor"), address="address"),
        tables.Column("factor_level", _("Chosen as"), words=level_words()),
        tables.Column("boundary", _("Ledger"), words={one: boundary_name(one) for one in BOUNDARIES}),
        tables.Column("rows", _("Rows"), "number"),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", 1),
    )
    title = _("Factors that were used in {year}").format(year=year)
    nothing = _("No factor was used: the year has no row of this site whose emission rests on one.")
    return tables.Table("factors", title, told, columns, sort="-t_co2e", when_empty=nothing)


ADDRESSES = [path("places/sites/<path:site>/", site, name="site")]
