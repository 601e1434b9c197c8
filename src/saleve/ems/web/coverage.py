"""Coverage of a year: a map of every category and site by month, shaded by how much of its data is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import polars as pl
from babel.dates import get_month_names
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from saleve.ems.figures import read
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.ledger import everywhere, owes
from saleve.ems.people.permissions import Operation
from saleve.ems.web import tables
from saleve.ems.web.data_pages import coverage_states, tabs
from saleve.ems.web.frame import year_of
from saleve.language import _
from saleve.method.coverage import GAPS
from saleve.reporting.formatting import amount, locale
from saleve.reporting.labels import label

MONTHS = range(1, 13)
_STEPS = 4  # of shade between nothing and all


@dataclass(frozen=True)
class Cell:
    """One month of a category at a site: its shade, sign and words, and where its request is."""

    step: str
    sign: str
    words: str
    address: str = ""


@dataclass(frozen=True)
class Line:
    """One site of a category, month by month."""

    site: str
    cells: tuple[Cell, ...]
    complete: int
    expected: int


@require_safe
@needs(Operation.READ_DATA)
def coverage(request: HttpRequest) -> HttpResponse:
    """Show which month of which category and site has its data."""
    figures, year = read(settings.WORKSPACE), year_of(request)
    context: dict[str, Any] = {"area": "data", "tabs": tabs(), "here": reverse("coverage"), "shown_year": year}  # fmt: skip
    if figures is None:
        return render(request, "web/data/coverage.html", context)
    found = _own(request, figures.coverage.filter(year=year))
    table = _table(found, year)
    if answer := tables.download(request, table):
        return answer
    expected = found.filter(pl.col("state") != "not expected")
    context |= {
        "computed": True,
        "months": _months("abbreviated"),
        "parts": list(_parts(found, year)),
        "legend": _legend(),
        "expected": expected.height,
        "complete": expected.filter(state="complete").height,
        "table": tables.page(request, table),
    }
    return render(request, "web/data/coverage.html", context)


def _own(request: HttpRequest, found: pl.DataFrame) -> pl.DataFrame:
    if everywhere(request.user, Operation.READ_DATA):
        return found
    pairs = found.select("source", "site").unique().rows()
    own = [pair for pair in pairs if owes(request.user, Operation.READ_DATA, *pair)]
    kept = pl.DataFrame(own, schema={name: found.schema[name] for name in ("source", "site")}, orient="row")
    return found.join(kept, on=["source", "site"], how="semi", nulls_equal=True)


def _parts(found: pl.DataFrame, year: int | None) -> Iterator[tuple[str, list[Line]]]:
    """Yield each category with its lines, in the order of their names."""
    groups = found.sort("site", "month", nulls_last=False).partition_by("source", as_dict=True)
    named = sorted((label("source", source), source) for (source,) in groups)
    names = _months("wide")
    for text, source in named:
        sites = groups[source,].partition_by("site", maintain_order=True)
        yield text, [_line(rows, text, names, year) for rows in sites]


def _line(rows: pl.DataFrame, category: str, names: list[str], year: int | None) -> Line:
    months = {row["month"]: row for row in rows.iter_rows(named=True)}
    site = rows["site"][0]
    expected = rows.filter(pl.col("state") != "not expected").height
    complete = rows.filter(state="complete").height
    where = site or category
    cells = tuple(_cell(months.get(month), where, names[month - 1], year) for month in MONTHS)
    return Line(site or _("All sites together"), cells, complete, expected)


def _cell(row: dict[str, Any] | None, where: str, month: str, year: int | None) -> Cell:
    state = row["state"] if row else "not expected"
    share = (row["days_share"] or 0.0) if row else 0.0
    said = coverage_states()[state]
    words = _("{where}, {month} {year}: {state}").format(where=where, month=month, year=year, state=said)
    if state == "not expected" or row is None:
        return Cell("none", "–", words)
    if state == "complete":
        return Cell("full", "✓", words)
    if state == "estimated":
        return Cell("estimated", "≈", words)
    percent = amount(100 * share, 0, "percent")
    step = min(_STEPS - 1, 1 + int(share * (_STEPS - 1))) if share else 0
    told = _("{words}, {percent} of the days").format(words=words, percent=percent)
    address = _request_address(row, year) if state in GAPS else ""
    return Cell(f"step-{step}", percent, told, address)


def _request_address(row: dict[str, Any], year: int | None) -> str:
    asked = {"requests.source": row["source"], "requests.year": str(year), **({"requests.site": row["site"]} if row["site"] else {})}  # fmt: skip
    return f"{reverse('requests')}?{urlencode(asked)}"


def _legend() -> list[Cell]:
    states = coverage_states()
    return [
        Cell("full", "✓", states["complete"]),
        Cell("estimated", "≈", states["estimated"]),
        Cell(
            "step-2", amount(50, 0, "percent"), _("Some days lack; the figure says how many days there are")
        ),
        Cell("step-0", amount(0, 0, "percent"), states["missing"]),
        Cell("none", "–", states["not expected"]),
    ]


def _months(width: Literal["abbreviated", "wide"]) -> list[str]:
    names = get_month_names(width, "stand-alone", locale())
    return [str(names[month]) for month in MONTHS]


def _table(found: pl.DataFrame, year: int | None) -> tables.Table:
    names = dict(zip(MONTHS, _months("wide"), strict=True))
    rows = found.select(
        "source", "site", "month", "state", days_pct=pl.col("days_share") * 100
    ).sort("source", "site", "month")  # fmt: skip
    signs = {"complete": "good", "estimated": "accent", "partial": "watch", "missing": "bad"}
    columns = (
        tables.Column("source", _("Category"), words={one: label("source", one) for one in rows["source"].unique()}, choose=True),
        tables.Column("site", _("Site"), choose=True),
        tables.Column("month", _("Month"), words=names),
        tables.Column("state", _("State"), "state", words=coverage_states(), states=signs, choose=True),
        tables.Column("days_pct", _("Days with data"), "number", "percent"),
    )  # fmt: skip
    return tables.Table("coverage", _("Coverage {year}").format(year=year), rows, columns, show_title=False)


ADDRESSES = [path("data/coverage/", coverage, name="coverage")]
