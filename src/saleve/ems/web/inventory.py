"""The inventory of a year: its total, cut in every way, over the years, and what is counted apart; each figure opens its explanation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isclose
from typing import Any

import polars as pl
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from saleve.ems import figures
from saleve.ems.comparing import TOLERANCE
from saleve.ems.figures import Figures, View
from saleve.ems.figures.cuts import BASIS
from saleve.ems.jobs.starting import start
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.tables import cuts_within
from saleve.ems.people.permissions import Operation
from saleve.ems.run_states import state_name
from saleve.ems.runs import newest_state
from saleve.ems.web import charts, tables
from saleve.ems.web.frame import year_of
from saleve.ems.web.parts import (
    BOUNDARIES,
    Asked,
    about_figures,
    asked,
    breaks_of,
    cut_of,
    dimensions,
    explanation_address,
    inside_address,
    names_within,
    nothing,
    own_places,
    pages_beside,
    part_words,
    sees_whole,
    value_of,
    view_of,
    whole_of,
    with_addresses,
    within_choices,
)
from saleve.ems.web.runs import STATE_SIGNS
from saleve.language import _
from saleve.method.base_year import Break
from saleve.reporting.formatting import percent, printed, signed, signed_percent
from saleve.reporting.labels import label, within_sentence
from saleve.reporting.making import suitable_decimals
from saleve.reporting.page_charts import cut_chart, years_chart
from saleve.reporting.palette import ACCENT, OTHER, colour_of
from saleve.reporting.parts import (
    TOGETHER,
    boundary_name,
    capital,
    dimension_name,
    figure,
    in_sentence,
    nameless,
    part_name,
    whole_name,
)
from saleve.reporting.records import Fact
from saleve.reporting.steps import step_name

_NAMED = 5  # steps of the change that stand beside the chart


@require_safe
@needs(Operation.READ_INVENTORY)
def inventory(request: HttpRequest) -> HttpResponse:
    """Show the inventory of a year, or a part of it."""
    kept, year = figures.read(settings.WORKSPACE), year_of(request)
    if kept is None or year is None or year not in kept.about.years:
        return nothing(request, kept, year)
    view = view_of(request, kept)
    wanted = asked(request, view, year)
    shown = _tables(request, view, wanted)
    for table in shown.values():
        if answer := tables.download(request, table):
            return answer
    context = {
        "area": "inventory",
        "asked": wanted,
        "pages_beside": pages_beside(),
        **about_figures(kept),
        **state_of_year(year),
        **(_published(kept, view, wanted) if sees_whole(request) else {}),
        **_choices(request, view, wanted),
        **_headline(request, kept, view, wanted),
        **(_steps(kept, wanted) if sees_whole(request) else {}),
        **_drawn(request, kept, view, wanted, shown),
    }
    return render(request, "web/inventory/inventory.html", context)


@require_POST
@needs(Operation.COMPUTE_INVENTORY)
def compute(request: HttpRequest) -> HttpResponse:
    """Have the figures computed anew."""
    return redirect("job", job_id=start("compute", request.user, then=reverse("inventory")).pk)


def state_of_year(year: int) -> dict[str, Any]:
    """Return how far the inventory of the year has come."""
    found = newest_state(settings.WORKSPACE, year)
    if found is None:
        return {"state": _("computed, not kept"), "state_sign": "plain"}
    return {"state": state_name(found), "state_sign": STATE_SIGNS.get(found, "plain")}


def _published(kept: Figures, view: View, wanted: Asked) -> dict[str, Any]:
    """Return the published total where the figures of today are others."""
    rows = kept.series.filter(pl.col("year") == wanted.year)["as_reported_kg"].drop_nulls()
    now = view.total(wanted.year).kg_co2e
    if rows.is_empty() or now is None or isclose(rows[0], now, rel_tol=TOLERANCE):
        return {}
    return {"published_t": rows[0] / 1000, "now_t": now / 1000, "published_decimals": suitable_decimals(now)}


def _choices(request: HttpRequest, view: View, wanted: Asked) -> dict[str, Any]:
    places = own_places(request)
    parts = places or names_within(view, wanted.year, wanted.boundary)
    return {
        "whole": not places,
        "within": value_of(wanted.within),
        "within_choices": within_choices(parts),
        "by_choices": [(one, dimension_name(one)) for one in dimensions(wanted.within)],
        "boundary_choices": [(one, boundary_name(one)) for one in BOUNDARIES],
        "part": part_words(wanted.within),
    }


def _headline(request: HttpRequest, kept: Figures, view: View, wanted: Asked) -> dict[str, Any]:
    years = whole_of(request, view, wanted.within, wanted.boundary)
    rows = {row["year"]: row for row in years.iter_rows(named=True)}
    now = rows.get(wanted.year)
    if now is None:
        return {"total": None}
    earlier = max((year for year in rows if year < wanted.year), default=None)
    decimals = suitable_decimals(now["kg_co2e"])
    return {
        "total": figure(now, decimals),
        "total_address": explanation_address(now),
        "estimated_pct": _percent(now["estimated_share"]),
        "not_computed": now["not_computed_rows"],
        "changes": list(_changes(kept, wanted, rows, earlier)),
        "per_person": _per_person(kept, wanted),
    }


def _changes(
    kept: Figures, wanted: Asked, rows: Mapping[int, Mapping[str, Any]], earlier: int | None
) -> Iterator[dict[str, Any]]:
    """Yield the change since the year before and since the base year; of the total with its range and explanation."""
    target = kept.about.target
    if wanted.within is None and wanted.boundary == "minimum":
        told = {row["since"]: row for row in kept.changes.filter(year=wanted.year).iter_rows(named=True)}
        for since in ("previous", "base"):
            if row := told.get(since):
                address = reverse("explain_figure", kwargs={"figure": f"{wanted.year}.change.{since}"})
                yield {"start": row["start_year"], "pct": row["change_pct"], "low": row["low_pct"], "high": row["high_pct"], "address": address}  # fmt: skip
        return
    base = target.base_year if target and target.base_year < wanted.year else None
    for start_year in dict.fromkeys(one for one in (earlier, base) if one is not None and one in rows):
        before, now = rows[start_year]["kg_co2e"], rows[wanted.year]["kg_co2e"]
        pct = 100 * (now / before - 1) if before and now is not None else None
        yield {
            "start": start_year,
            "pct": pct,
            "low": None,
            "high": None,
            "address": "",
            "before_t": None if before is None else before / 1000,
        }


def _per_person(kept: Figures, wanted: Asked) -> dict[str, Any] | None:
    """Return the emissions per person of the whole, or of a site."""
    site = wanted.within[1] if wanted.within and wanted.within[0] == "site" else None
    if wanted.boundary != "minimum" or (wanted.within and not site):
        return None
    found = kept.indicators.filter(
        pl.col("package") == "indicators",
        pl.col("indicator") == "co2e_t_per_person",
        pl.col("year") == wanted.year,
        pl.col("site").eq_missing(pl.lit(site)),
    )
    row = found.row(0, named=True) if found.height else None
    if row is None or row["value"] is None:
        return None
    address = reverse("explain_figure", kwargs={"figure": f"{wanted.year}.per_person"}) if not site else ""
    return {"value": row["value"], "persons": row["denominator_amount"], "address": address}


def _tables(request: HttpRequest, view: View, wanted: Asked) -> dict[str, tables.Table]:
    cut = cut_of(request, view, wanted)
    years = whole_of(request, view, wanted.within, wanted.boundary)
    found = {
        "cut": _table("cut", _cut_title(wanted), cut, wanted, dimension_name(wanted.by)),
        "years": _years_table(years, wanted),
    }
    if wanted.within in (None, ("source", "electricity"), ("scope", "2")) and wanted.boundary == "minimum":
        rows = view.cut(BASIS, year=wanted.year, within=("source", "electricity"))
        bases = cuts_within(rows, request.user)
        found["bases"] = _table("bases", _("Electricity on both bases"), bases, wanted, dimension_name(BASIS))
    if wanted.within is None:
        found["apart"] = _apart_table(view, wanted)
    return found


def _cut_title(wanted: Asked) -> str:
    names = {
        "by": within_sentence(dimension_name(wanted.by)),
        "year": wanted.year,
        "part": part_words(wanted.within),
    }
    if wanted.boundary != "minimum":
        return _("{boundary} of {year} by {by}: {part}").format(boundary=boundary_name(wanted.boundary), **names)  # fmt: skip
    return _("Emissions of {year} by {by}: {part}").format(**names)


def _table(name: str, title: str, rows: pl.DataFrame, wanted: Asked, heading: str) -> tables.Table:
    whole = float(rows["kg_co2e"].sum()) if rows["kg_co2e"].count() else None
    told = with_addresses(rows).with_columns(
        *_tonnes(),
        share_pct=pl.col("kg_co2e") / whole * 100 if whole else pl.lit(None, pl.Float64),
        estimated_pct=pl.col("estimated_share") * 100,
        part=pl.Series([part_name(by, code) for by, code in rows.select("by", "name").iter_rows()], dtype=pl.String),
        inside=pl.Series([inside_address(wanted, by, code) for by, code in rows.select("by", "name").iter_rows()], dtype=pl.String),
    )  # fmt: skip
    decimals = suitable_decimals(whole)
    share = tables.Column("share_pct", _("Share"), "number", "percent", total=True)
    columns = [
        tables.Column("part", heading, address="inside"),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", decimals, total=name == "cut", address="address", panel=True),
        *(_range_columns(decimals) if wanted.ranges else ()),
        *((share,) if name == "cut" else ()),
        tables.Column("estimated_pct", _("Estimated"), "number", "percent"),
        tables.Column("rows", _("Rows"), "number", total=name == "cut"),
    ]  # fmt: skip
    return tables.Table(name, title, told, columns, show_title=True)


def _years_table(years: pl.DataFrame, wanted: Asked) -> tables.Table:
    told = with_addresses(years).with_columns(*_tonnes(), pl.col("year").cast(pl.String), estimated_pct=pl.col("estimated_share") * 100)  # fmt: skip
    decimals = suitable_decimals(max(years["kg_co2e"].drop_nulls(), default=0.0))
    columns = (
        tables.Column("year", _("Year")),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", decimals, address="address", panel=True),
        *(_range_columns(decimals) if wanted.ranges else ()),
        tables.Column("estimated_pct", _("Estimated"), "number", "percent"),
        tables.Column("rows", _("Rows"), "number"),
    )
    return tables.Table("years", _("All years"), told, columns, sort="-year")


def _apart_table(view: View, wanted: Asked) -> tables.Table:
    """Return the ledgers beside each other: they are never added up."""
    found = [view.cut("all", year=wanted.year, boundary=one) for one in BOUNDARIES]
    rows = with_addresses(pl.concat(found))
    names = [whole_name(one, wanted.year) for one in rows["boundary"]]
    told = rows.with_columns(*_tonnes(), part=pl.Series(names, dtype=pl.String), estimated_pct=pl.col("estimated_share") * 100)  # fmt: skip
    decimals = suitable_decimals(max(rows["kg_co2e"].drop_nulls(), default=0.0))
    columns = (
        tables.Column("part", _("Ledger")),
        tables.Column("t_co2e", _("Amount"), "number", "t_co2e", decimals, address="address", panel=True),
        *(_range_columns(decimals) if wanted.ranges else ()),
        tables.Column("rows", _("Rows"), "number"),
    )
    return tables.Table("apart", _("Counted apart, never netted"), told, columns)


def _tonnes() -> list[pl.Expr]:
    pairs = (("t_co2e", "kg_co2e"), ("low_t", "low_kg_co2e"), ("high_t", "high_kg_co2e"))
    return [(pl.col(kg) / 1000).alias(tonnes) for tonnes, kg in pairs]


def _range_columns(decimals: int) -> tuple[tables.Column, ...]:
    return (
        tables.Column("low_t", _("95% range from"), "number", "t_co2e", decimals),
        tables.Column("high_t", _("95% range to"), "number", "t_co2e", decimals),
    )


def _drawn(
    request: HttpRequest, kept: Figures, view: View, wanted: Asked, shown: Mapping[str, tables.Table]
) -> dict[str, Any]:
    """Return the charts, each with its table behind it."""
    pages = {name: tables.page(request, table) for name, table in shown.items()}
    cut = _cut_chart(request, view, wanted)
    years = _years_chart(request, kept, view, wanted)
    return {
        "cut": pages["cut"],
        "cut_chart": charts.draw(cut) if cut else None,
        "years_chart": charts.draw(years, pages["years"]) if years else None,
        "bases": pages["bases"] if "bases" in shown and shown["bases"].frame.height else None,
        "apart": pages.get("apart"),
    }


def _cut_chart(request: HttpRequest, view: View, wanted: Asked) -> Any:
    rows = cut_of(request, view, wanted).drop_nulls("kg_co2e").rows(named=True)
    decimals = suitable_decimals(sum(abs(row["kg_co2e"]) for row in rows))
    found = [_as_asked(figure(row, decimals), wanted) for row in rows]
    own = wanted.within[1] if wanted.within and wanted.within[0] == "source" else None
    colours = [_colour(row, own) for row in rows]
    subtitle = _("t CO₂e and share of what is shown: {part}, {year}.").format(part=part_words(wanted.within), year=wanted.year)  # fmt: skip
    return charts.made(cut_chart, tuple(found), tuple(colours), _finding(found, wanted), subtitle)


def _colour(row: Mapping[str, Any], own: str | None) -> str:
    if row["name"] == TOGETHER:
        return OTHER
    source = row["name"] if row["by"] == "source" else own
    return colour_of(source) if source else ACCENT


def _finding(found: Sequence[Fact], wanted: Asked) -> str:
    """Say what the cut shows: the largest part and its share."""
    whole = sum(fact.value or 0.0 for fact in found)
    unnamed = (nameless(wanted.by), part_name(wanted.by, TOGETHER))
    named = found and found[0].short_label not in unnamed
    if len(found) < 2 or not whole or not found[0].value or not named:
        return _cut_title(wanted)
    share = percent(100 * found[0].value / whole)
    inside = wanted.within[0] if wanted.within else "source"
    names = {
        "part": in_sentence(wanted.by, found[0].short_label),
        "whole": in_sentence(inside, part_words(wanted.within)),
    }
    return _("Largest part: {part}, {share} of {whole}").format(share=share, **names)


def _years_chart(request: HttpRequest, kept: Figures, view: View, wanted: Asked) -> Any:
    rows = whole_of(request, view, wanted.within, wanted.boundary).drop_nulls("kg_co2e").rows(named=True)
    decimals = suitable_decimals(max((row["kg_co2e"] for row in rows), default=0.0))
    # charts of years read the year from the name of a figure
    found = [replace(_as_asked(figure(row, decimals), wanted), id=f"{row['year']}.total") for row in rows]
    whole = wanted.within is None and wanted.boundary == "minimum"
    own = [one for one in breaks_of(kept) if whole or _touches(one, wanted)]
    title = _over_the_years(found, wanted)
    paths = tuple(_path(kept)) if whole else ()
    return charts.made(years_chart, tuple(found), wanted.year, tuple(own), title=title, subtitle=_("t CO₂e a year."), paths=paths)  # fmt: skip


def _over_the_years(found: Sequence[Fact], wanted: Asked) -> str:
    """Say what the years show: how much in the year looked at, and how that compares with the first."""
    now = next((fact for fact in found if fact.id == f"{wanted.year}.total"), None)
    if now is None or now.value is None or not found[0].value or now is found[0]:
        return _("{part} over the years").format(part=capital(part_words(wanted.within)))
    change = signed_percent(100 * (now.value / found[0].value - 1))
    names = {"part": capital(part_words(wanted.within)), "amount": printed(now), "year": wanted.year}
    return _("{part}: {amount} in {year}, {change} since {base}").format(**names, change=change, base=found[0].id.partition(".")[0])  # fmt: skip


def _steps(kept: Figures, wanted: Asked) -> dict[str, Any]:
    """Return what moved the total most since the year before."""
    if wanted.within is not None or wanted.boundary != "minimum":
        return {}
    rows = kept.bridges.filter(year=wanted.year, since="previous")
    largest = rows.sort(pl.col("effect_kg").abs(), descending=True).head(_NAMED).rows(named=True)
    if not largest:
        return {}
    decimals = suitable_decimals(max(abs(row["effect_kg"]) for row in largest))
    told = [
        (label("source", row["subject"]), within_sentence(step_name(row["step"])), signed(Fact("", row["effect_kg"] / 1000, "t_co2e", "", decimals=decimals)))
        for row in largest
    ]  # fmt: skip
    return {"steps": told, "steps_since": largest[0]["start_year"]}


def _touches(one: Break, wanted: Asked) -> bool:
    """Tell whether a break concerns what is looked at: a break that names no place concerns all."""
    if wanted.within is None:
        return True
    dimension, name = wanted.within
    said = {"source": one.source, "site": one.site}.get(dimension, "")
    return said in ("", name)


def _path(kept: Figures) -> list[Fact]:
    return [
        Fact(f"{year}.target.path", kg / 1000, "t_co2e", "")
        for year, kg in kept.path.drop_nulls().iter_rows()
    ]


def _as_asked(fact: Fact, wanted: Asked) -> Fact:
    """Take the range away where it is not asked for."""
    return fact if wanted.ranges else replace(fact, low=None, high=None)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


ADDRESSES = [
    path("inventory/", inventory, name="inventory"),
    path("inventory/compute/", compute, name="compute_inventory"),
]
