"""The charts of the report: pure functions from its figures to Vega-Lite, labelled directly, zero-based, with ranges.

The title says what the chart shows, the subtitle measure and unit; both stand in the text, not in the picture. The part of a bar that
rests on estimates is lighter. One specification serves the page and the print.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import altair as alt

from saleve.language import _
from saleve.method.base_year import Break
from saleve.reporting.chart import Chart
from saleve.reporting.formatting import number_symbols, percent, printed, printed_part, signed
from saleve.reporting.hiding import hidden_note
from saleve.reporting.labels import within_sentence
from saleve.reporting.palette import ACCENT, EARLIER, INK, LINE, OTHER, PAPER, QUIET, TARGET, colour_of
from saleve.reporting.records import Fact, Facts
from saleve.reporting.steps import break_name

FONT = "Noto Sans, system-ui, sans-serif"
WIDTH, HEIGHT = 720, 315  # 16:7
_BAR_HEIGHT = 38
_STEP_HEIGHT = 25
MOST_BARS = 7
_MOST_YEARS = 16  # named under a chart; of more, those five or ten years apart
_LIGHTER = 0.45
_ABOVE: dict[str, Any] = {"dy": -8, "fontWeight": "bold"}


def charts(facts: Facts) -> dict[str, Chart]:
    """Return the charts that this report's figures allow, numbered in the order of the text."""
    made = (make(facts) for make in _MAKERS)
    return {
        chart.id: replace(chart, title=_("Figure {number}. {title}").format(number=number, title=chart.title))
        for number, chart in enumerate((chart for chart in made if chart), start=1)
    }


def _bridge(name: str) -> Callable[[Facts], Chart | None]:
    """Return the maker of the waterfall from an earlier year's total to this year's."""

    def make(facts: Facts) -> Chart | None:
        told = facts.bridges.get(name)
        steps = facts.groups.get(f"bridge_{name}", ())
        if told is None or len(steps) < 2:
            return None
        ends = [facts.figures[f"{year}.total"] for year in (told.start_year, told.end_year)]
        rows = waterfall_rows(ends, steps)
        subtitle = _(
            "From the total of {base} to that of {year}, t CO₂e. The scale does not begin at zero; the lengths of the bars compare."
        )
        title = bridge_finding(told.start_year, told.end_year, steps)
        words = "; ".join(f"{row['name']}: {row['label']}" for row in rows)
        text = subtitle.format(base=told.start_year, year=told.end_year)
        return Chart(f"bridge_{name}", title, text, f"{title}. {words}.", waterfall(rows))

    return make


def bridge_finding(start_year: int, end_year: int, steps: Sequence[Fact]) -> str:
    """Say which step moved the total most."""
    largest = max(steps, key=lambda fact: abs(fact.value or 0.0))
    text = _("Between {base} and {year} this moved emissions most: {step}, {amount}")
    return text.format(
        base=start_year,
        year=end_year,
        step=within_sentence(largest.short_label),
        amount=signed(largest),
    )


def waterfall_rows(ends: Sequence[Fact], steps: Sequence[Fact]) -> list[dict[str, Any]]:
    """Return the first total, each step from where the one before ended, and the last total."""
    first, last = (fact.value or 0.0 for fact in ends)
    rows = [_end(ends[0], first)]
    reached = first
    for fact in steps:
        effect = fact.value or 0.0
        low, high = sorted((reached, reached + effect))
        reached += effect
        rows.append({
            "name": fact.short_label, "low": low, "high": high, "reached": reached,
            "label": signed(replace(fact, unit="")), "colour": TARGET if effect > 0 else ACCENT, "end": None,
        })  # fmt: skip
    return [*rows, _end(ends[1], last)]


def _end(fact: Fact, value: float) -> dict[str, Any]:
    """A total is a mark and no bar: a bar would have to begin at zero."""
    return {
        "name": _("Total of {year}").format(year=_year_of(fact)),
        "low": value,
        "high": value,
        "reached": value,
        "label": printed_part(fact),
        "colour": INK,
        "end": value,
    }


def waterfall(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the bars of ``waterfall_rows``, each where the one above it ended."""
    least, most = min(row["low"] for row in rows), max(row["high"] for row in rows)
    span = (most - least) or 1
    scale = alt.Scale(domain=[least - 0.03 * span, most + 0.16 * span], nice=False, zero=False)
    links = [
        {"name": below["name"], "above": above["name"], "at": above["reached"]}
        for above, below in pairwise(rows)
    ]
    names = [row["name"] for row in rows]
    axis = alt.Axis(labelLimit=330, labelPadding=8)
    y = alt.Y("name:N", sort=names, scale=alt.Scale(domain=names), title=None, axis=axis)
    base = alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]
    linked = alt.Chart(alt.Data(values=links))  # type: ignore[no-untyped-call]
    link = linked.mark_rule(color=QUIET, strokeWidth=1, strokeDash=[2, 2]).encode(
        x=alt.X("at:Q", scale=scale, axis=None), y=alt.Y("above:N", sort=names), y2="name:N"
    )
    bars = base.mark_bar(height=15).encode(
        x=alt.X("low:Q", scale=scale, axis=None), x2="high:Q", y=y, color=alt.Color("colour:N", scale=None)
    )
    marks = base.mark_tick(color=INK, thickness=4, size=18).encode(x=alt.X("end:Q", scale=scale), y=y)
    text = base.mark_text(align="left", dx=8, color=INK).encode(
        x=alt.X("high:Q", scale=scale), y=y, text="label:N"
    )
    return finished(alt.layer(link, bars, marks, text).properties(height=_STEP_HEIGHT * len(rows) + 8))


def _total_by_year(facts: Facts) -> Chart | None:
    totals = [facts.figures[f"{year}.total"] for year in facts.years]
    if sum(fact.value is not None for fact in totals) < 2:
        return None
    paths = [fact for name, fact in facts.figures.items() if name.endswith(".target.path")]
    title = _total_finding(facts)
    subtitle = with_legend(_("Emissions within the minimum boundary, t CO₂e a year."), totals)
    if paths:
        subtitle += " " + _("The dashed line is the path to the target.")
    subtitle = _with_breaks(facts, subtitle)
    return Chart(
        "total_by_year",
        title,
        subtitle,
        series_in_words(title, totals),
        by_years(totals, facts.year, facts.years, facts.breaks, paths=paths),
    )


def _total_finding(facts: Facts) -> str:
    change = facts.get("change.base")
    gap = facts.get("target.gap")
    if gap and gap.value is not None:
        size = printed(replace(gap, value=abs(gap.value)))
        text = _("In {year} emissions were {size} above the path to the target")
        if gap.value <= 0:
            text = _("In {year} emissions were {size} below the path to the target")
        return text.format(year=facts.year, size=size)
    previous = facts.get("change.previous")
    change = change if change and change.value is not None else previous
    if change is None or change.value is None:
        return _("Emissions by year")
    size = percent(abs(change.value), 1)
    if change.value > 0:
        return _("In {year} emissions were {size} higher than the year before").format(
            year=facts.year, size=size
        )
    return _("In {year} emissions were {size} lower than the year before").format(year=facts.year, size=size)


def _per_person(facts: Facts) -> Chart | None:
    figures = [facts.figures[f"{year}.per_person"] for year in facts.years]
    known = [fact for fact in figures if fact.value is not None]
    now = facts["per_person"]
    if len(known) < 2 or now.value is None:
        return None
    title = _("Emissions came to {amount} in {year}").format(amount=printed(now), year=facts.year)
    subtitle = _("Emissions within the minimum boundary over persons, t CO₂e per person and year.")
    subtitle = _with_breaks(facts, with_legend(subtitle, figures))
    spec = by_years(figures, facts.year, facts.years, facts.breaks, height=HEIGHT - 75)
    return Chart("per_person", title, subtitle, series_in_words(title, known), spec)


def _by_source(facts: Facts) -> Chart | None:
    figures = facts.groups["source"]
    colours = [colour_of(fact.id.partition(".")[2]) for fact in figures]
    finding = _("{part} made up {share} of all emissions")
    subtitle = _("Emissions of {year} by source, t CO₂e and share of the total.").format(year=facts.year)
    return _bars("by_source", facts, figures, colours, finding=finding, subtitle=subtitle)


def _air_by_category(facts: Facts) -> Chart | None:
    subtitle = _("Air travel in {year} by category of traveller, t CO₂e and share of all emissions.")
    return _air_bars("category", facts, subtitle.format(year=facts.year))


def _air_by_haul(facts: Facts) -> Chart | None:
    subtitle = _("Air travel in {year} by haul, t CO₂e and share of all emissions.")
    return _air_bars("haul", facts, subtitle.format(year=facts.year))


def _air_bars(dimension: str, facts: Facts, subtitle: str) -> Chart | None:
    figures = facts.groups[dimension]
    hidden = facts.groups.get(f"{dimension}_hidden", ())
    colours = [colour_of("air_travel")] * len(figures)
    finding = _("The largest part of air travel, {part}, made up {share} of all emissions")
    if hidden:  # a line that is hidden may be larger
        finding = _("Of what is shown of air travel {part} is the largest part, {share} of all emissions")
        subtitle += " " + hidden_note(hidden, facts.smallest_group)
    return _bars(f"air_by_{dimension}", facts, figures, colours, finding=finding, subtitle=subtitle)


def _bars(
    name: str,
    facts: Facts,
    figures: Sequence[Fact],
    colours: Sequence[str],
    *,
    finding: str,
    subtitle: str,
) -> Chart | None:
    """Return horizontal bars with name, whisker and value; what is left after the largest stands together at the end."""
    known = [(fact, colour) for fact, colour in zip(figures, colours, strict=True) if fact.value is not None]
    if len(known) < 2:
        return None
    rows = [_bar(facts, fact, colour) for fact, colour in known[:MOST_BARS]]
    rest = [fact for fact, _colour in known[MOST_BARS:]]
    if rest:
        rows.append(_rest(rest))
    title = _finding(facts, known[0][0], finding)
    words = "; ".join(f"{row['name']}: {row['label']}" for row in rows)
    return Chart(name, title, with_legend(subtitle, figures), f"{title}. {words}.", horizontal(rows))


def _finding(facts: Facts, largest: Fact, finding: str) -> str:
    part = largest.short_label
    first = part if finding.startswith("{part}") else within_sentence(part)
    return finding.format(part=first, share=printed(facts.figures[f"{largest.id}.share"]))


def with_legend(subtitle: str, figures: Sequence[Fact]) -> str:
    """Say what whiskers and lighter parts mean, where the chart has them."""
    if any(fact.low is not None for fact in figures):
        subtitle += " " + _("The whisker is the 95% range.")
    if any(fact.estimated_share for fact in figures):
        subtitle += " " + _("The lighter part rests on estimates.")
    return subtitle


def _with_breaks(facts: Facts, subtitle: str) -> str:
    """Say what the dotted rules mean, where the chart has them."""
    if any(facts.years[0] <= one.year <= facts.years[-1] for one in facts.breaks):
        subtitle += " " + _("A dotted rule marks a break of the series.")
    return subtitle


def _bar(facts: Facts, fact: Fact, colour: str) -> dict[str, Any]:
    value = fact.value or 0.0
    estimated = value * (fact.estimated_share or 0.0)
    share = printed(facts.figures[f"{fact.id}.share"])
    return {
        "name": fact.short_label,
        "known": value - estimated,
        "value": value,
        "low": fact.low,
        "high": fact.high,
        "end": max(value, fact.high or value),
        "label": f"{printed_part(fact)} · {share}",
        "colour": colour,
    }


def _rest(figures: Sequence[Fact]) -> dict[str, Any]:
    whole = sum(fact.value or 0.0 for fact in figures)
    together = Fact("rest", whole, "t_co2e", "", decimals=figures[0].decimals)
    text = _("{count} others").format(count=len(figures))
    return {
        "name": text,
        "known": whole,
        "value": whole,
        "low": None,
        "high": None,
        "end": whole,
        "label": printed_part(together),
        "colour": OTHER,
    }


def horizontal(rows: list[dict[str, Any]], height: int | None = None) -> dict[str, Any]:
    """Return bars beside each other: name, the part that is known, the estimated part, whisker and label."""
    data = alt.Data(values=rows)  # type: ignore[no-untyped-call]
    room = max(row["end"] for row in rows) * 1.22 or 1
    least = min(0.0, *(row["value"] for row in rows))
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=190, labelPadding=8))
    scale = alt.Scale(domain=[least, room], nice=False)
    colour = alt.Color("colour:N", scale=None)
    base = alt.Chart(data)
    known = base.mark_bar(height=18).encode(x=alt.X("known:Q", scale=scale, axis=None), y=y, color=colour)
    estimated = base.mark_bar(height=18, opacity=_LIGHTER).encode(
        x="known:Q", x2="value:Q", y=y, color=colour
    )
    whisker = base.mark_rule(color=INK, strokeWidth=1.2).encode(x="low:Q", x2="high:Q", y=y)
    ends = [
        base.mark_tick(color=INK, size=7, thickness=1.2).encode(x=f"{side}:Q", y=y)
        for side in ("low", "high")
    ]
    text = base.mark_text(align="left", dx=8, color=INK).encode(x="end:Q", y=y, text="label:N")
    tall = height or min(HEIGHT, _BAR_HEIGHT * len(rows) + 8)
    return finished(alt.layer(known, estimated, whisker, *ends, text).properties(height=tall))


def by_years(
    totals: Sequence[Fact],
    year: int,
    years: Sequence[int],
    breaks: Sequence[Break],
    *,
    paths: Sequence[Fact] = (),
    height: int = HEIGHT,
) -> dict[str, Any]:
    """Return bars by year, the year looked at in full colour, with the path as a dashed line and its goal at the end."""
    named = {year, years[0]}
    rows = [_year(fact, year, named) for fact in totals if fact.value is not None]
    last = max([years[-1], *(_year_of(fact) for fact in paths)])
    domain = [str(one) for one in range(years[0], last + 1)]
    base = alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]
    every = next((step for step in (1, 5) if len(domain) <= _MOST_YEARS * step), 10)
    shown = [one for one in domain if (int(one) - year) % every == 0]
    x = alt.X(
        "year:O",
        scale=alt.Scale(domain=domain, paddingInner=0.12, paddingOuter=0.4),
        title=None,
        axis=alt.Axis(values=shown, labelAngle=0, labelFontSize=12),
    )
    y = alt.Y("known:Q", title=None, axis=alt.Axis(tickCount=5, grid=True))
    colour = alt.Color("colour:N", scale=None)
    layers: list[Any] = [
        base.mark_bar().encode(x=x, y=y, color=colour),
        base.mark_bar(opacity=_LIGHTER).encode(x=x, y="known:Q", y2="value:Q", color=colour),
        base.mark_rule(color=INK, strokeWidth=1).encode(x=x, y="low:Q", y2="high:Q"),
    ]
    named_bars = base.transform_filter("datum.label != ''").encode(x=x, y="end:Q", text="label:N")
    # A light rim keeps the figure readable where the whisker of the next bar crosses it.
    layers += [
        named_bars.mark_text(**_ABOVE, stroke=PAPER, strokeWidth=4),
        named_bars.mark_text(**_ABOVE, color=INK),
    ]
    if paths:
        layers += _path(paths, x)
    layers += break_marks(breaks, domain)
    return finished(alt.layer(*layers).properties(height=height))


def break_marks(breaks: Sequence[Break], domain: Sequence[str]) -> list[Any]:
    """Return a rule before each year from which on the series is another, with the kind of break beside it."""
    kinds: dict[str, list[str]] = {}
    for one in breaks:
        if str(one.year) in domain:
            kinds.setdefault(str(one.year), []).append(break_name(one.kind))
    if not kinds:
        return []
    rows = [{"year": year, "label": ", ".join(dict.fromkeys(names))} for year, names in kinds.items()]
    base = alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]
    x = alt.X("year:O", bandPosition=0)
    rule = base.mark_rule(color=QUIET, strokeDash=[2, 3], strokeWidth=1.5).encode(x=x)
    at_top: dict[str, Any] = {
        "align": "left",
        "baseline": "top",
        "dx": 4,
        "fontSize": 12,
        "fontStyle": "italic",
    }
    label = base.encode(x=x, y=alt.value(0), text="label:N")
    rim = label.mark_text(**at_top, stroke=PAPER, strokeWidth=4)
    return [rule, rim, label.mark_text(**at_top, color=QUIET)]


def _year(fact: Fact, year: int, named: set[int]) -> dict[str, Any]:
    value = fact.value or 0.0
    mine = _year_of(fact) == year
    return {
        "year": str(_year_of(fact)),
        "known": value * (1 - (fact.estimated_share or 0.0)),
        "value": value,
        "low": fact.low,
        "high": fact.high,
        "end": max(value, fact.high or value),
        "label": printed_part(fact) if _year_of(fact) in named else "",
        "colour": ACCENT if mine else EARLIER,
    }


def _path(paths: Sequence[Fact], x: alt.X) -> list[Any]:
    rows: list[dict[str, Any]] = [
        {"year": str(_year_of(fact)), "path": fact.value, "label": ""} for fact in paths
    ]
    rows[-1]["label"] = _("target {amount}").format(amount=printed_part(paths[-1]))
    base = alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]
    line = base.mark_line(color=TARGET, strokeDash=[5, 4], strokeWidth=2).encode(x=x, y="path:Q")
    text = base.mark_text(align="right", dy=13, dx=12, color=TARGET, fontWeight="bold")
    return [line, text.encode(x=x, y="path:Q", text="label:N")]


def _year_of(fact: Fact) -> int:
    return int(fact.id.partition(".")[0])


def series_in_words(title: str, figures: Sequence[Fact]) -> str:
    """Return the alternative text of a series of years."""
    words = "; ".join(f"{_year_of(fact)}: {printed(fact)}" for fact in figures)
    return f"{title}. {words}."


def finished(chart: alt.LayerChart | alt.FacetChart) -> dict[str, Any]:
    """Return the specification in the look of all our charts."""
    shown = chart.properties(width=WIDTH, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
    spec: dict[str, Any] = shown.configure(**_LOOK).to_dict()
    spec["config"]["locale"] = {"number": number_symbols()}
    return spec


_LOOK: dict[str, Any] = {
    "font": FONT,
    "background": "transparent",
    "padding": {"left": 2, "right": 2, "top": 12, "bottom": 2},
    "view": {"stroke": None},
    "text": {"fontSize": 13},
    "axis": {
        "labelFontSize": 13,
        "labelColor": INK,
        "domainColor": QUIET,
        "ticks": False,
        "domain": False,
        "gridColor": LINE,
        "labelPadding": 6,
    },
}

_MAKERS: tuple[Callable[[Facts], Chart | None], ...] = (
    _total_by_year,
    _by_source,
    _per_person,
    _bridge("previous"),
    _bridge("base"),
    _air_by_category,
    _air_by_haul,
)
