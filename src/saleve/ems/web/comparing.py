"""Two years side by side: why the total moved, by source, like for like, and as three series."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems import figures
from saleve.ems.figures import Figures, View
from saleve.ems.figures.comparing import Pair, compared
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.remembering import made_once
from saleve.ems.web import charts, tables
from saleve.ems.web.frame import workspace, year_of
from saleve.ems.web.parts import (
    Asked,
    Part,
    about_figures,
    breaks_of,
    cut_of,
    nothing,
    own_places,
    pages_beside,
    part_words,
    sees_whole,
    view_of,
    whole_of,
)
from saleve.language import _
from saleve.reporting.bridging import bridge_groups
from saleve.reporting.formatting import percent, printed, signed, signed_percent
from saleve.reporting.labels import label, within_sentence
from saleve.reporting.making import in_tonnes, suitable_decimals
from saleve.reporting.page_charts import SeriesRow, bridge_chart, series_chart
from saleve.reporting.parts import part_name
from saleve.reporting.records import Fact
from saleve.reporting.steps import step_name

_NAMED = 3  # steps that the sentence names


@dataclass(frozen=True)
class Years:
    """The two years of a comparison, the earlier first."""

    start: int
    end: int


@require_safe
@needs(Operation.READ_INVENTORY)
def compare(request: HttpRequest) -> HttpResponse:
    """Compare two years: the whole, or the places of the person."""
    kept, year = figures.read(settings.WORKSPACE), year_of(request)
    if kept is None or year is None or len(kept.about.years) < 2:
        return nothing(request, kept, year)
    asked = _years(request, kept, year)
    place = next(iter(own_places(request)), None)
    shown = [_parts_table(request, view_of(request, kept), asked, place)]
    context: dict[str, Any] = {}
    if sees_whole(request):
        pair = compared(workspace(), kept, asked.start, asked.end)
        shown += [_bridge_table(pair), _series_table(kept), _alike_table(pair)]
        key = ("comparison", kept.about.key, asked.start, asked.end)
        context = dict(made_once(key, lambda: _drawn(kept, pair)))
    for table in shown:
        if answer := tables.download(request, table):
            return answer
    pages = {table.id: tables.page(request, table) for table in shown}
    for name in ("bridge", "series"):
        if chart := context.get(f"{name}_chart"):
            context[f"{name}_chart"] = charts.draw(chart, pages[name])
    told = {
        "area": "inventory",
        "asked": asked,
        "known_years": sorted(kept.about.years, reverse=True),
        "pages_beside": pages_beside(),
        "part": part_words(place),
        "sentences": list(_of_place(request, view_of(request, kept), asked, place)),
        "pages": pages,
        **about_figures(kept),
    }
    return render(request, "web/inventory/compare.html", {**told, **context})


def _of_place(request: HttpRequest, view: View, asked: Years, place: Part | None) -> Iterator[str]:
    """Say how much the emissions of a place moved."""
    rows = whole_of(request, view, place, "minimum").select("year", "kg_co2e").drop_nulls()
    kg = dict(rows.iter_rows())
    start, end = kg.get(asked.start), kg.get(asked.end)
    if place is None or not start or end is None:
        return
    decimals = suitable_decimals(end)
    amounts = [printed(Fact("", one / 1000, "t_co2e", "", decimals=decimals)) for one in (start, end)]
    text = _("{part}: {change} from {base} to {year}, from {start} to {end}.")
    change = signed_percent(100 * (end / start - 1), 1)
    yield text.format(part=part_words(place), change=change, base=asked.start, year=asked.end, start=amounts[0], end=amounts[1])  # fmt: skip


def _years(request: HttpRequest, kept: Figures, year: int) -> Years:
    """Return the years that the address asks for; without, the year looked at and the one before it that has an inventory."""
    known = kept.about.years
    end = _known(request.GET.get("to", ""), known) or (year if year in known else max(known))
    earlier = [one for one in known if one < end]
    start = _known(request.GET.get("from", ""), known) or max(earlier, default=known[1])
    if start == end:
        start = max(earlier, default=known[1])
    return Years(min(start, end), max(start, end))


def _known(text: str, known: Sequence[int]) -> int | None:
    return int(text) if text.isdecimal() and len(text) == 4 and int(text) in known else None


def _drawn(kept: Figures, pair: Pair) -> dict[str, Any]:
    decimals = suitable_decimals(pair.end_kg)
    breaks = tuple(breaks_of(kept))
    title = _("Three series of the same years")
    found: dict[str, Any] = {"series_chart": charts.made(series_chart, _series(kept), breaks, title)}
    steps: tuple[Fact, ...] = ()
    if pair.bridge is not None:
        steps = bridge_groups({"pair": pair.bridge}, decimals)["bridge_pair"]
        found["bridge_chart"] = charts.made(bridge_chart, tuple(_ends(pair, decimals)), steps)
    between = [one for one in breaks if pair.start_year < one.year <= pair.end_year]
    return {**found, "sentences": list(_in_words(pair, steps, decimals)), "breaks": between}


def _series(kept: Figures) -> tuple[SeriesRow, ...]:
    names = ("year", "as_reported_kg", "recalculated_kg", "factor_frozen_kg")
    return tuple(kept.series.select(names).sort("year").iter_rows())


def _ends(pair: Pair, decimals: int) -> list[Fact]:
    ends = ((pair.start_year, pair.start_kg), (pair.end_year, pair.end_kg))
    return [Fact(f"{year}.total", in_tonnes(kg), "t_co2e", "", decimals=decimals) for year, kg in ends]


def _in_words(pair: Pair, steps: Sequence[Fact], decimals: int) -> Iterator[str]:
    """Say how much the total moved, how sure that is, why, and what it is like for like."""
    start, end = _ends(pair, decimals)
    if start.value is None or end.value is None or pair.change.value is None:
        yield _("One of the two years has no total, so that they cannot be compared.")
        return
    fell = _("From {base} to {year} emissions fell by {share}: from {start} to {end}.")
    rose = _("From {base} to {year} emissions rose by {share}: from {start} to {end}.")
    text = fell if pair.change.value < 0 else rose
    share = percent(abs(pair.change.value), 1)
    yield text.format(base=pair.start_year, year=pair.end_year, share=share, start=printed(start), end=printed(end))  # fmt: skip
    if pair.change.low is not None and pair.change.high is not None:
        text = _("The change lies between {low} and {high} with 95% probability.")
        yield text.format(low=signed_percent(pair.change.low, 1), high=signed_percent(pair.change.high, 1))
    largest = sorted(steps, key=lambda fact: -abs(fact.value or 0.0))[:_NAMED]
    if largest:
        named = [f"{within_sentence(fact.short_label)}, {signed(fact)}" for fact in largest]
        yield _("Most of it: {steps}.").format(steps="; ".join(named))
    yield from _alike_in_words(pair)


def _alike_in_words(pair: Pair) -> Iterator[str]:
    table = pair.like_for_like
    counted = table.filter("counted")
    before, now = (float(counted[name].sum()) for name in ("start_kg", "end_kg"))
    if counted.height == table.height:
        yield _("Both years rest on the same sources and sites.")
    elif before:
        text = _("Of {count} of {all} sources and sites the data are complete in both years; these changed by {share}.")  # fmt: skip
        yield text.format(count=counted.height, all=table.height, share=signed_percent(100 * (now / before - 1), 1))  # fmt: skip


def _parts_table(request: HttpRequest, view: View, asked: Years, place: Part | None) -> tables.Table:
    by = "category" if place and place[0] == "source" else "source"
    sides = [
        cut_of(request, view, Asked(year, by, "minimum", place, ranges=False)).select("name", t)
        for year, t in (
            (asked.start, (pl.col("kg_co2e") / 1000).alias("start_t")),
            (asked.end, (pl.col("kg_co2e") / 1000).alias("end_t")),
        )
    ]
    joined = sides[0].join(sides[1], on="name", how="full", coalesce=True, nulls_equal=True)
    difference = pl.col("end_t").fill_null(0) - pl.col("start_t").fill_null(0)
    rows = joined.with_columns(
        part=pl.Series([part_name(by, name) for name in joined["name"]], dtype=pl.String),
        difference_t=difference,
        change_pct=pl.when(pl.col("start_t") != 0).then(100 * difference / pl.col("start_t")),
    ).sort(difference.abs(), descending=True)
    decimals = suitable_decimals(1000 * float(joined["end_t"].sum()))
    columns = (
        tables.Column("part", _("Source") if by == "source" else _("Category")),
        tables.Column("start_t", str(asked.start), "number", "t_co2e", decimals, total=True),
        tables.Column("end_t", str(asked.end), "number", "t_co2e", decimals, total=True),
        tables.Column("difference_t", _("Difference"), "number", "t_co2e", decimals, total=True, signed=True),
        tables.Column("change_pct", _("Change"), "number", "percent", signed=True),
    )
    return tables.Table("parts", _("What moved, the largest first"), rows, columns)


def _bridge_table(pair: Pair) -> tables.Table:
    schema = {"subject": pl.String, "step": pl.String, "effect_t": pl.Float64, "to_t": pl.Float64, "note": pl.String}  # fmt: skip
    rows = pl.DataFrame(schema=schema)
    if pair.bridge is not None:
        rows = pair.bridge.steps.select("subject", "step", (pl.col("effect_kg") / 1000).alias("effect_t"), (pl.col("to_kg") / 1000).alias("to_t"), "note")  # fmt: skip
    decimals = suitable_decimals(pair.end_kg)
    columns = (
        tables.Column("subject", _("Of"), words={one: label("source", one) for one in rows["subject"].unique()}),
        tables.Column("step", _("Step"), words={one: step_name(one) for one in rows["step"].unique()}),
        tables.Column("effect_t", _("Effect"), "number", "t_co2e", decimals, total=True, signed=True),
        tables.Column("to_t", _("Total after it"), "number", "t_co2e", decimals),
        tables.Column("note", _("Note"), wide=True),
    )  # fmt: skip
    title = _("Steps from {base} to {year}; their effects add up to the change").format(base=pair.start_year, year=pair.end_year)  # fmt: skip
    return tables.Table("bridge", title, rows, columns)


def _series_table(kept: Figures) -> tables.Table:
    names = ("as_reported", "recalculated", "factor_frozen")
    rows = kept.series.with_columns((pl.col(f"{name}_kg") / 1000).alias(f"{name}_t") for name in names)
    rows = rows.with_columns(pl.col("year").cast(pl.String))
    decimals = suitable_decimals(max(kept.series["recalculated_kg"].drop_nulls(), default=0.0))
    columns = (
        tables.Column("year", _("Year")),
        tables.Column("as_reported_t", _("As published"), "number", "t_co2e", decimals),
        tables.Column("recalculated_t", _("Recalculated"), "number", "t_co2e", decimals),
        tables.Column(
            "factor_frozen_t", _("With the factors of the base year"), "number", "t_co2e", decimals
        ),
        tables.Column("note", _("Note"), wide=True),
    )
    return tables.Table("series", _("Three series"), rows, columns, sort="-year")


def _alike_table(pair: Pair) -> tables.Table:
    rows = pair.like_for_like.with_columns(
        (pl.col("start_kg") / 1000).alias("start_t"),
        (pl.col("end_kg") / 1000).alias("end_t"),
        pl.col("site").fill_null(_("Not assigned to a site")),
        state=pl.when("counted").then(pl.lit("counted")).otherwise(pl.lit("left_out")),
    )
    decimals = suitable_decimals(pair.end_kg)
    columns = (
        tables.Column("source", _("Source"), words={one: label("source", one) for one in rows["source"].unique()}, choose=True),
        tables.Column("site", _("Site")),
        tables.Column("start_t", str(pair.start_year), "number", "t_co2e", decimals),
        tables.Column("end_t", str(pair.end_year), "number", "t_co2e", decimals),
        tables.Column("state", _("Compared"), "state", words={"counted": _("Compared"), "left_out": _("Left out")}, states={"counted": "good", "left_out": "watch"}, choose=True),
        tables.Column("reason", _("Why it is left out"), wide=True),
    )  # fmt: skip
    return tables.Table("alike", _("Like for like: sources and sites that are complete in both years"), rows, columns, rows_of_page=20)  # fmt: skip


ADDRESSES = [path("inventory/compare/", compare, name="compare_years")]
