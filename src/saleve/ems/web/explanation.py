"""Where a figure comes from: a sentence, its formula, factors with their clause, how far it is estimated, and the rows of the files."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from saleve.ems import figures
from saleve.ems.audit_log.log import record
from saleve.ems.figures import Figures
from saleve.ems.figures.derived import derived
from saleve.ems.figures.explaining import KEYS, explained, row_of_figure, row_of_keys, sources_of
from saleve.ems.people.gate import ensure, needs
from saleve.ems.people.permissions import Operation, Place, allowed, sees_travellers
from saleve.ems.small_groups import PERSONAL
from saleve.ems.web import tables
from saleve.ems.web.frame import workspace
from saleve.ems.web.parts import explanation_address, view_of
from saleve.ems.web.report_figures import report_figure
from saleve.language import _
from saleve.method.explain import Explanation
from saleve.method.reference.citations import cited_of
from saleve.reporting.formatting import printed, printed_range
from saleve.reporting.labels import label
from saleve.reporting.making import suitable_decimals
from saleve.reporting.parts import figure as figure_of
from saleve.reporting.plain_words import in_words
from saleve.reporting.records import Fact

ROWS_OF_PAGE = 20
MOST_ROWS = 100_000  # of a file: what a spreadsheet opens without trouble
_NAME = re.compile(r"\b\d{4}\.[a-z][a-z0-9_.-]*[a-z0-9]")


@require_safe
@needs(Operation.READ_INVENTORY)
def explain_figure(request: HttpRequest, figure: str) -> HttpResponse:
    """Explain a figure by the name that the reports give it."""
    kept = _kept()
    view = view_of(request, kept)
    row = row_of_figure(view, figure)
    if row is not None:
        return _of_sum(request, kept, row, reverse("explain_figure", kwargs={"figure": figure}))
    fact = derived(kept, figure) or report_figure(kept, view, figure)
    if fact is None:
        raise Http404
    ensure(request.user, Operation.READ_INVENTORY, Place())
    return _shown(request, kept, fact, {"made_of": _made_of(request, kept, fact), "sentence": in_words(fact, None)})  # fmt: skip


@require_safe
@needs(Operation.READ_INVENTORY)
def explain_part(request: HttpRequest) -> HttpResponse:
    """Explain a sum that has no name in the reports, by what it is cut by and narrowed to."""
    keys: dict[str, Any] = {key: request.GET.get(key) for key in KEYS}
    if not keys["by"]:
        return redirect("inventory")
    if not (keys["year"] or "").isdecimal():
        raise Http404
    kept = _kept()
    row = row_of_keys(view_of(request, kept), {**keys, "year": int(keys["year"])})
    if row is None:
        raise Http404
    query = urlencode({key: value for key, value in keys.items() if value is not None})
    return _of_sum(request, kept, row, f"{reverse('explain_part')}?{query}")


def _kept() -> Figures:
    kept = figures.read(settings.WORKSPACE)
    if kept is None:
        raise Http404
    return kept


def _of_sum(request: HttpRequest, kept: Figures, row: Mapping[str, Any], address: str) -> HttpResponse:
    place = _place(row)
    ensure(request.user, Operation.READ_INVENTORY, place)
    travellers = sees_travellers(request.user)
    told = figure_of(row, suitable_decimals(row["kg_co2e"]))
    if told.hidden:
        return _shown(request, kept, told, {"sentence": _("Too few travellers stand behind this figure, so it is not shown.")})  # fmt: skip
    sources = sources_of(kept, row, travellers=travellers)
    readable = {one for one in _categories(sources) if _may_read(request, one, place, sources)}
    first = _first(request)
    page = {"first": 0, "limit": MOST_ROWS} if "rows.as" in request.GET else {"first": first, "limit": ROWS_OF_PAGE}  # fmt: skip
    found = explained(workspace(), kept, row, travellers=travellers, categories=readable, **page)
    if found.rows.height and readable & set(PERSONAL):
        record(request.user.email, "read_personal_rows", told.id or told.label, {"through": "page"})
    if answer := tables.download(request, _table(found.rows, told.label)):
        return answer
    context = {
        "sentence": in_words(told, replace(found, all_rows=found.total.rows)),
        "formulas": found.formulas,
        "factors": [*_factors(found, travellers=travellers)],
        "quality": [*_quality(found, travellers=travellers)],
        "estimated_pct": None if told.estimated_share is None else 100 * told.estimated_share,
        "rows": found.rows.rows(named=True),
        **_paged(found, first, address),
        "exports": [(form, f"{_sign(address)}rows.as={form}") for form in tables.FORMATS],
        "withheld": _why_withheld(sources, readable),
    }
    return _shown(request, kept, told, context)


def _place(row: Mapping[str, Any]) -> Place:
    """Return what a sum touches."""
    named = {row["by"]: row["name"], row["within"]: row["within_name"]}
    return Place(named.get("source"), named.get("unit"), named.get("site"))


def _categories(sources: frozenset[str]) -> set[str]:
    """Return the categories of files of which rows may be in the sources; home leave and figures taken over give rows to others."""
    return {*sources, *({"home_leave"} if "air_travel" in sources else ()), "reported_emissions"}


def _may_read(request: HttpRequest, category: str, place: Place, sources: frozenset[str]) -> bool:
    """Tell whether the person may read rows of a category here; figures of travel that were taken over are of travellers too."""
    if not allowed(request.user, Operation.READ_DATA, replace(place, category=category)):
        return False
    personal = sources & set(PERSONAL) if category == "reported_emissions" else {category} & set(PERSONAL)
    return all(sees_travellers(request.user, one) for one in personal)


def _why_withheld(sources: frozenset[str], readable: set[str]) -> str:
    lacking = sources - readable
    if not lacking:
        return ""
    if lacking <= set(PERSONAL):
        return _("Rows of single travellers are shown to those alone who are charged with travel. What you see here is the sum of them.")  # fmt: skip
    return _("Rows of files are shown to those alone who work with the data of this place.")


def _first(request: HttpRequest) -> int:
    asked = request.GET.get("first", "0")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else 0


def _paged(found: Explanation, first: int, address: str) -> dict[str, Any]:
    earlier, later = max(first - ROWS_OF_PAGE, 0), first + ROWS_OF_PAGE
    return {
        "all_rows": found.all_rows,
        "from_row": first + 1,
        "to_row": first + found.rows.height,
        "earlier": f"{_sign(address)}first={earlier}" if first else "",
        "later": f"{_sign(address)}first={later}" if later < found.all_rows else "",
    }


def _sign(address: str) -> str:
    """Return an address to which a value of the query can be added."""
    return f"{address}{'&' if '?' in address else '?'}"


def _table(rows: pl.DataFrame, title: str) -> tables.Table:
    """Return the rows as a file holds them."""
    columns = (
        tables.Column("source_file", _("File")),
        tables.Column("source_sheet", _("Sheet")),
        tables.Column("source_row", _("Row"), "number"),
        tables.Column("what", _("What")),
        tables.Column("amount", _("Amount"), "number", decimals=1),
        tables.Column("amount_unit", _("Unit")),
        tables.Column("kg_co2e", _("Emissions"), "number", "kg_co2e", 1),
        tables.Column("method", _("Method")),
        tables.Column("quality", _("What it rests on")),
    )
    return tables.Table("rows", title, rows, columns)


def _factors(found: Explanation, *, travellers: bool) -> Any:
    """Yield each factor with its citation; amounts of journeys only for those who may see travellers."""
    for row in found.factors.iter_rows(named=True):
        source = cited_of(row["factor_id"], found.own_factors)
        told = travellers or row["source"] not in PERSONAL
        yield {
            "id": row["factor_id"],
            "cited": source,
            "source": label("source", row["source"]),
            "basis": label("accounting_basis", row["accounting_basis"]) if row["accounting_basis"] else "",
            "t_co2e": row["kg_co2e"] / 1000 if told and row["kg_co2e"] is not None else None,
            "rows": row["rows"] if told else None,
        }


def _quality(found: Explanation, *, travellers: bool) -> Any:
    for row in found.quality.iter_rows(named=True):
        told = travellers or row["source"] not in PERSONAL
        yield {
            "source": label("source", row["source"]),
            "words": label("quality", row["quality"]) if row["quality"] else _("not told"),
            "estimated": row["estimated"],
            "t_co2e": row["kg_co2e"] / 1000 if told and row["kg_co2e"] is not None else None,
            "rows": row["rows"] if told else None,
        }


def _made_of(request: HttpRequest, kept: Figures, fact: Fact) -> list[tuple[str, str, str]]:
    """Return label, value and address of the figures from which this one follows."""
    view, found = view_of(request, kept), []
    for name in dict.fromkeys(_NAME.findall(fact.derivation)):
        row = row_of_figure(view, name)
        part = figure_of(row, suitable_decimals(row["kg_co2e"])) if row else derived(kept, name) or report_figure(kept, view, name)  # fmt: skip
        if part is not None:
            address = explanation_address(row) if row else reverse("explain_figure", kwargs={"figure": name})
            found.append((part.label, printed(part), address))
    return found


def _shown(request: HttpRequest, kept: Figures, fact: Fact, context: Mapping[str, Any]) -> HttpResponse:
    told = {
        "area": "inventory",
        "fact": fact,
        "value": printed(fact),
        "between": printed_range(fact),
        "trail": [(_("Inventory"), reverse("inventory"))],
        "about": kept.about,
        "stale": kept.stale,
    }
    return render(request, "web/inventory/explanation.html", {**told, **context})


ADDRESSES = [
    path("inventory/explain/", explain_part, name="explain_part"),
    path("inventory/explain/<str:figure>/", explain_figure, name="explain_figure"),
]
