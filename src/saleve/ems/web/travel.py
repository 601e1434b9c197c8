"""Travel: where the organisation flies, how, who, when, how well it is known; and what a single trip emits."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems import figures
from saleve.ems.figures import Figures, View
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import EVERYWHERE, Operation, scopes, sees_travellers
from saleve.ems.remembering import made_once
from saleve.ems.web import charts, tables
from saleve.ems.web.first_figures import first_figures
from saleve.ems.web.frame import workspace, year_of
from saleve.ems.web.parts import explanation_address
from saleve.ems.web.route_map import route_map
from saleve.language import _
from saleve.reporting.chart import Chart
from saleve.reporting.formatting import month_name
from saleve.reporting.labels import label

_MONTHS = range(1, 13)
_MIXES = ("haul", "cabin", "category")
_LEAST_TOLD = 0.05  # t CO2e: less is not seen in the tables


@require_safe
@needs(Operation.READ_TRAVEL)
def travel(request: HttpRequest) -> HttpResponse:
    """Show the flights of a year."""
    kept, year = figures.read(workspace().folder), year_of(request)
    if kept is None or year is None:
        return render(request, "web/travel/travel.html", {"area": "travel", "first_figures": "" if kept else first_figures()})  # fmt: skip
    everywhere = sees_everywhere(request)
    view = kept.view(travellers=sees_travellers(request.user))
    shown = [_units_table(request, view, year)]
    if everywhere:
        shown = [*_tables(request, view, year), _quality_table(kept, year)]
    for table in shown:
        if answer := tables.download(request, table):
            return answer
    context = {
        "area": "travel",
        "kept": kept,
        "everywhere": everywhere,
        "smallest": kept.about.smallest_group,
        **(_figures(view, year) if everywhere else {}),
        **_drawn(
            request,
            shown,
            lambda: made_once(
                ("map", kept.about.key, year, view is kept.full),
                lambda: route_map(_of(view.routes, year), year),
            ),
        ),
    }
    return render(request, "web/travel/travel.html", context)


def sees_everywhere(request: HttpRequest) -> bool:
    """Tell whether the person sees the sums of all places, not of the own alone."""
    return EVERYWHERE in scopes(request.user, Operation.READ_TRAVEL)


def _of(frame: pl.DataFrame, year: int) -> pl.DataFrame:
    """Return the rows of a year that count in the total, with t CO2e."""
    found = frame.filter(pl.col("year") == year, pl.col("boundary") == "minimum")
    return found.with_columns(t_co2e=pl.col("kg_co2e") / 1000)


def _figures(view: View, year: int) -> dict[str, Any]:
    flown = _of(view.mix, year)
    source = view.cut("source", year=year).filter(pl.col("name") == "air_travel")
    kilograms = source["kg_co2e"].item() if source.height else None
    earlier = view.cut("source", year=year - 1).filter(pl.col("name") == "air_travel")
    before = earlier["kg_co2e"].item() if earlier.height else None
    return {
        "t_co2e": None if kilograms is None else kilograms / 1000,
        "explained": explanation_address(source.row(0, named=True)) if source.height else "",
        "apart_t": _apart(kilograms, flown),
        "change_pct": 100 * (kilograms / before - 1) if kilograms is not None and before else None,
        "estimated_pct": _percent(source["estimated_share"].item() if source.height else None),
        "low_t": source["low_kg_co2e"].item() / 1000 if kilograms is not None else None,
        "high_t": source["high_kg_co2e"].item() / 1000 if kilograms is not None else None,
        "legs": flown["legs"].sum() if flown.height else None,
        "passenger_km": flown["passenger_km"].sum() if flown["passenger_km"].count() else None,
        "not_computed": source["not_computed_rows"].item() if source.height else None,
    }


def _apart(kilograms: float | None, flown: pl.DataFrame) -> float | None:
    """Return the t CO2e of the total that stand in no table of flights, such as those of tickets without a route."""
    apart = (kilograms or 0) / 1000 - float(flown["t_co2e"].sum() or 0)
    return apart if abs(apart) >= _LEAST_TOLD else None


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _tables(request: HttpRequest, view: View, year: int) -> list[tables.Table]:
    return [
        _routes_table(view, year),
        *(_mix_table(view, year, by) for by in _MIXES),
        _months_table(view, year),
        _units_table(request, view, year),
    ]


def _drawn(
    request: HttpRequest, shown: Sequence[tables.Table], map_of: Callable[[], Chart | None]
) -> dict[str, Any]:
    pages = {table.id: tables.page(request, table) for table in shown}
    if "routes" not in pages:
        return {"pages": pages, "tables_shown": list(pages.values())}
    drawing = map_of()
    chart = charts.draw(drawing, pages["routes"]) if drawing else None
    others = [page for name, page in pages.items() if chart is None or name != "routes"]
    return {"pages": pages, "tables_shown": others, "chart": chart}


def _sums() -> tuple[tables.Column, ...]:
    return (
        tables.Column("legs", _("Flights"), "number", total=True),
        tables.Column("passenger_km", _("Passenger-km"), "number", total=True),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", 1, total=True),
    )


def _routes_table(view: View, year: int) -> tables.Table:
    named = pl.concat_str("origin", pl.lit("–"), "destination")
    rows = _of(view.routes, year).with_columns(route=named.fill_null(_rest("group")))
    distance = tables.Column("distance_km", _("Distance, km"), "number")
    columns = (tables.Column("route", _("Route")), distance, *_sums())
    return tables.Table("routes", _("Routes, in the direction flown"), rows, columns, sort="-t_co2e", rows_of_page=20)  # fmt: skip


def _mix_table(view: View, year: int, by: str) -> tables.Table:
    rows = _of(view.mix, year)
    titles = {
        "haul": _("By length of flight"),
        "cabin": _("By cabin"),
        "category": _("By category of travel"),
    }
    parts = rows.group_by(by, "group").agg(pl.col("legs", "passenger_km", "t_co2e").sum())
    named = parts.with_columns(name=pl.col(by).fill_null(_rest("group")))
    words = {code: label(by, code) for code in rows[by].drop_nulls().unique()}
    columns = (tables.Column("name", titles[by], words=words), *_sums())
    return tables.Table(f"by_{by}", titles[by], named, columns, sort="-t_co2e")


def _units_table(request: HttpRequest, view: View, year: int) -> tables.Table:
    rows = _of(view.units, year)
    rows = rows.filter(_own_places(request)).with_columns(pl.col("unit", "site").fill_null(_("Not assigned")))
    people = tables.Column("persons", _("Travellers"), "number")
    columns = (tables.Column("unit", _("Unit")), tables.Column("site", _("Site"), choose=True), people, *_sums())  # fmt: skip
    return tables.Table("units", _("By unit"), rows, columns, sort="-t_co2e", rows_of_page=20)


def _quality_table(kept: Figures, year: int) -> tables.Table:
    """Return on what the emission of flights rests: known from the ticket, or what stood in for a fact."""
    rows = _of(kept.quality.filter(pl.col("source") == "air_travel"), year)
    named = rows.with_columns(share=100 * pl.col("kg_co2e") / pl.col("kg_co2e").sum())
    words = {one: label("quality", one) for one in rows["quality"].drop_nulls().unique()}
    known = {True: _("estimated"), False: _("known")}
    columns = (
        tables.Column("quality", _("What it rests on"), words=words, wide=True),
        tables.Column("estimated", _("State"), "state", words=known, states={True: "watch", False: "good"}),
        tables.Column("rows", _("Rows"), "number", total=True),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", 1, total=True),
        tables.Column("share", _("Share"), "number", "percent", 0),
    )
    return tables.Table("quality", _("Data quality: what the emissions rest on"), named, columns, sort="-t_co2e", rows_of_page=20)  # fmt: skip


def _own_places(request: HttpRequest) -> pl.Expr:
    """Keep rows of the places of the person."""
    found = scopes(request.user, Operation.READ_TRAVEL)
    return pl.any_horizontal(
        pl.all_horizontal(
            pl.lit(value=not one.categories or "air_travel" in one.categories),
            pl.lit(value=True) if not one.units else pl.col("unit").is_in(list(one.units)).fill_null(value=False),
            pl.lit(value=True) if not one.sites else pl.col("site").is_in(list(one.sites)).fill_null(value=False),
        )
        for one in found
    )  # fmt: skip


def _months_table(view: View, year: int) -> tables.Table:
    known = _of(view.months, year)
    every = pl.DataFrame({"month": list(_MONTHS)}, schema={"month": pl.Int64})
    rows = pl.concat([every.join(known, on="month", how="left"), known.filter(pl.col("month").is_null()).select("month", pl.exclude("month"))], how="diagonal_relaxed")  # fmt: skip
    names = {month: month_name(month) for month in _MONTHS}
    columns = (tables.Column("month", _("Month of departure"), words=names), *_sums())
    return tables.Table("months", _("By month; – is not known, or too few travellers"), rows, columns)


def _rest(group: str) -> pl.Expr:
    """Say what a row without a name is: small groups put together, or what names none."""
    few = pl.lit(_("Too few travellers to show alone"))
    return pl.when(pl.col(group).is_not_null()).then(few).otherwise(pl.lit(_("Not known")))


ADDRESSES = [path("travel/", travel, name="travel")]
