"""Home: is the organisation on its path and how sure is that, what moved since last year and why, what must this person do next."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems import figures
from saleve.ems.figures import Figures
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.remembering import made_once
from saleve.ems.runs import list_runs
from saleve.ems.web import charts, tables
from saleve.ems.web.first_figures import first_figures
from saleve.ems.web.frame import address_of, workspace, year_of
from saleve.ems.web.home_words import key_figures, moved, standing
from saleve.ems.web.kept_facts import facts_of
from saleve.ems.web.next_steps import first_steps, next_steps
from saleve.ems.web.parts import sees_whole
from saleve.language import _
from saleve.reporting.chart import Chart
from saleve.reporting.charts import HEIGHT
from saleve.reporting.page_charts import bridge_chart, years_chart
from saleve.reporting.records import Facts

_LOWER = HEIGHT - 105  # of the chart: three answers stand on one screen


@require_safe
@needs(Operation.READ_OVERVIEW)
def home(request: HttpRequest) -> HttpResponse:
    """Answer the three questions for the chosen year; an empty workspace says how it begins."""
    held, person = workspace(), request.user
    kept, year = figures.read(held.folder), year_of(request)
    if kept is None or year is None or not kept.about.years:
        begins = {"first_steps": list(first_steps(held, person)), "first_figures": "" if kept else first_figures()}  # fmt: skip
        return render(request, "web/home.html", {"area": "home", **begins})
    facts = made_once(("facts", kept.about.key, year), lambda: facts_of(kept, year))
    shown = {table.id: table for table in (_years_table(facts), _steps_table(facts))}
    for table in shown.values():
        if answer := tables.download(request, table):
            return answer
    today = datetime.now(UTC).date()
    context = {
        "area": "home",
        "kept": kept,
        "figures": [one | {"address": _explained(request, one)} for one in key_figures(kept, facts)],
        "standing": standing(kept, year),
        "moved": moved(facts),
        "steps": list(next_steps(held, person, kept, list_runs(held), year=year, today=today)),
        "comparison": address_of("compare_years"),
        **_charts(request, kept, facts, shown),
    }
    return render(request, "web/home.html", context)


def _explained(request: HttpRequest, one: dict[str, str]) -> str:
    """Return where a figure is explained, to who sees the sums of all places."""
    return address_of("explain_figure", one["figure"]) if "figure" in one and sees_whole(request) else ""


def _charts(
    request: HttpRequest, kept: Figures, facts: Facts, shown: dict[str, tables.Table]
) -> dict[str, Any]:
    made: dict[str, Chart | None] = made_once(
        ("home", kept.about.key, facts.year),
        lambda: {"years": _years_chart(facts), "steps": _steps_chart(facts)},
    )
    pages = {name: tables.page(request, table) for name, table in shown.items()}
    return {f"{name}_chart": charts.draw(chart, pages[name]) for name, chart in made.items() if chart}


def _years_chart(facts: Facts) -> Chart | None:
    totals = [facts.figures[f"{year}.total"] for year in facts.years]
    paths = [fact for name, fact in facts.figures.items() if name.endswith(".target.path")]
    title, measure = _("Emissions by year and the path to the target"), _("t CO₂e a year.")
    return years_chart(totals, facts.year, facts.breaks, title=title, subtitle=measure, paths=paths, height=_LOWER)  # fmt: skip


def _steps_chart(facts: Facts) -> Chart | None:
    told = facts.bridges.get("previous")
    if told is None:
        return None
    ends = [facts.figures[f"{year}.total"] for year in (told.start_year, told.end_year)]
    return bridge_chart(ends, facts.groups["bridge_previous"])


def _years_table(facts: Facts) -> tables.Table:
    paths = {year: facts.figures.get(f"{year}.target.path") for year in facts.years}
    rows = [
        {"year": year, "t_co2e": total.value, "low": total.low, "high": total.high, "path": one and one.value}
        for year, one in paths.items()
        for total in [facts.figures[f"{year}.total"]]
    ]
    numbers = dict.fromkeys(("t_co2e", "low", "high", "path"), pl.Float64)
    decimals = facts["total"].decimals
    columns = (
        tables.Column("year", _("Year")),
        tables.Column("t_co2e", _("Emissions"), "number", "t_co2e", decimals),
        tables.Column("low", _("95% range from"), "number", "t_co2e", decimals),
        tables.Column("high", _("95% range to"), "number", "t_co2e", decimals),
        tables.Column("path", _("Path to the target"), "number", "t_co2e", decimals),
    )
    frame = pl.DataFrame(rows, schema={"year": pl.Int64, **numbers})
    return tables.Table("years", _("Emissions and path by year"), frame, columns, sort="-year")


def _steps_table(facts: Facts) -> tables.Table:
    steps = [(fact.short_label, fact.value) for fact in facts.groups.get("bridge_previous", ())]
    columns = (
        tables.Column("step", _("Step")),
        tables.Column("t_co2e", _("Effect"), "number", "t_co2e", facts["total"].decimals, total=True),
    )
    frame = pl.DataFrame(steps, schema={"step": pl.String, "t_co2e": pl.Float64}, orient="row")
    return tables.Table("steps", _("What moved the total since the year before"), frame, columns)


ADDRESSES = [path("", home, name="home")]
