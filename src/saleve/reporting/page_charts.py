"""Charts of the page of an inventory: a cut of a year, a part over the years, the bridge of two years, the three series."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from saleve.language import _
from saleve.method.base_year import Break
from saleve.reporting.chart import Chart
from saleve.reporting.charts import (
    HEIGHT,
    break_marks,
    bridge_finding,
    by_years,
    finished,
    horizontal,
    series_in_words,
    waterfall,
    waterfall_rows,
    with_legend,
)
from saleve.reporting.formatting import percent, printed, printed_part
from saleve.reporting.palette import ACCENT, INK, OTHER, TARGET
from saleve.reporting.records import Fact

SeriesRow = tuple[
    int, float | None, float | None, float | None
]  # year; as published, recalculated, with frozen factors, in kg CO2e
MOST_BARS = 12
_BAR_HEIGHT = 30
_LABELS_APART = 0.07  # of the height of the chart


def cut_chart(figures: Sequence[Fact], colours: Sequence[str], title: str, subtitle: str) -> Chart | None:
    """Return a bar for each part of a year, the largest first; what is left after the largest stands together."""
    known = [(fact, colour) for fact, colour in zip(figures, colours, strict=True) if fact.value is not None]
    if not known:
        return None
    whole = sum(fact.value or 0.0 for fact, _colour in known)
    rows = [_bar(fact, colour, whole) for fact, colour in known[:MOST_BARS]]
    rest = [fact for fact, _colour in known[MOST_BARS:]]
    if rest:
        together = Fact("", sum(fact.value or 0.0 for fact in rest), "t_co2e", "", _("{count} others").format(count=len(rest)), decimals=rest[0].decimals)  # fmt: skip
        rows.append(_bar(together, OTHER, whole))
    words = "; ".join(f"{row['name']}: {row['label']}" for row in rows)
    spec = horizontal(rows, height=_BAR_HEIGHT * len(rows) + 8)
    return Chart("cut", title, with_legend(subtitle, figures), f"{title}. {words}.", spec)


def years_chart(
    totals: Sequence[Fact],
    year: int,
    breaks: Sequence[Break],
    *,
    title: str,
    subtitle: str,
    paths: Sequence[Fact] = (),
    height: int = HEIGHT - 40,
) -> Chart | None:
    """Return a bar for each year, with breaks of the series and, where there is one, the path to the target."""
    known = [fact for fact in totals if fact.value is not None]
    years = [int(fact.id.partition(".")[0]) for fact in known]
    if len(known) < 2:
        return None
    text = with_legend(subtitle, known)
    if paths:
        text += " " + _("The dashed line is the path to the target.")
    if any(years[0] <= one.year <= years[-1] for one in breaks):
        text += " " + _("A dotted rule marks a break of the series.")
    spec = by_years(known, year, years, breaks, paths=paths, height=height)
    return Chart("years", title, text, series_in_words(title, known), spec)


def bridge_chart(ends: Sequence[Fact], steps: Sequence[Fact]) -> Chart | None:
    """Return the bars from the total of one year to that of another."""
    if not steps:
        return None
    start, end = (int(fact.id.partition(".")[0]) for fact in ends)
    rows = waterfall_rows(ends, steps)
    subtitle = _(
        "From the total of {base} to that of {year}, t CO₂e. The scale does not begin at zero; the lengths of the bars compare."
    )
    title = bridge_finding(start, end, steps)
    words = "; ".join(f"{row['name']}: {row['label']}" for row in rows)
    return Chart("bridge", title, subtitle.format(base=start, year=end), f"{title}. {words}.", waterfall(rows))  # fmt: skip


def series_chart(series: Sequence[SeriesRow], breaks: Sequence[Break], title: str) -> Chart | None:
    """Return the three series as lines with their names at the end."""
    names = ((_("As published"), INK), (_("Recalculated"), ACCENT), (_("Factors of the base year"), TARGET))
    lines = [
        (text, colour, [(row[0], kg) for row in series if (kg := row[number]) is not None])
        for number, (text, colour) in enumerate(names, start=1)
    ]
    if not any(len(line) > 1 for _text, _colour, line in lines):
        return None
    rows = [
        {"year": str(year), "t": kg / 1000, "series": text, "colour": colour}
        for text, colour, line in lines
        for year, kg in line
    ]
    words = "; ".join(_line_in_words(text, line) for text, _colour, line in lines if line)
    subtitle = _("Emissions within the minimum boundary, t CO₂e a year.")
    return Chart("series", title, subtitle, f"{title}. {words}.", _lines(rows, breaks))


def _bar(fact: Fact, colour: str, whole: float) -> dict[str, Any]:
    value = fact.value or 0.0
    estimated = value * (fact.estimated_share or 0.0)
    share = f" · {percent(100 * value / whole)}" if whole else ""
    return {
        "name": fact.short_label,
        "known": value - estimated,
        "value": value,
        "low": fact.low,
        "high": fact.high,
        "end": max(value, fact.high or value, 0.0),
        "label": f"{printed_part(fact)}{share}",
        "colour": colour,
    }


def _line_in_words(text: str, line: Sequence[tuple[int, float]]) -> str:
    first, last = line[0], line[-1]
    said = _("{series}: from {start} in {base} to {end} in {year}")
    amounts = [printed(Fact("", kg / 1000, "t_co2e", "")) for _year, kg in (first, last)]
    return said.format(series=text, start=amounts[0], base=first[0], end=amounts[1], year=last[0])


def _lines(rows: list[dict[str, Any]], breaks: Sequence[Break]) -> dict[str, Any]:
    years = sorted({row["year"] for row in rows})
    domain = [str(year) for year in range(int(years[0]), int(years[-1]) + 1)]
    most = max(row["t"] for row in rows)
    x = alt.X(
        "year:O",
        scale=alt.Scale(domain=domain),
        title=None,
        axis=alt.Axis(values=domain[:: 1 + len(domain) // 15], labelAngle=0, labelFontSize=12),
    )
    y = alt.Y("t:Q", title=None, scale=alt.Scale(domain=[0, most * 1.08]), axis=alt.Axis(tickCount=5, grid=True))  # fmt: skip
    base = alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]
    colour = alt.Color("colour:N", scale=None)
    labels = alt.Chart(alt.Data(values=_ends(rows, most * _LABELS_APART)))  # type: ignore[no-untyped-call]
    layers = [
        base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, detail="series:N"),
        base.mark_point(filled=True, size=28).encode(x=x, y=y, color=colour),
        labels.mark_text(align="left", dx=10, fontWeight="bold").encode(x=x, y=alt.Y("at:Q"), text="series:N", color=colour),
        *break_marks(breaks, domain),
    ]  # fmt: skip
    return finished(alt.layer(*layers).properties(height=HEIGHT - 40))


def _ends(rows: list[dict[str, Any]], apart: float) -> list[dict[str, Any]]:
    """Return the last point of each line with a place for its name that leaves room for the others."""
    last = {row["series"]: row for row in rows}
    placed: list[dict[str, Any]] = []
    for row in sorted(last.values(), key=lambda one: float(one["t"])):
        at = max(row["t"], placed[-1]["at"] + apart) if placed else row["t"]
        placed.append({**row, "at": at})
    return placed
