"""Where a figure comes from: a sentence, its formula, factors with their clause, how far it is estimated, and the rows of the files."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
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
from saleve.ems.figures.explaining import (
    KEYS,
    activities_of_figures,
    explained,
    row_of_figure,
    row_of_keys,
    sources_of,
)
from saleve.ems.figures.reported import reported
from saleve.ems.people.gate import ensure, needs
from saleve.ems.people.permissions import Operation, Place, allowed, sees_travellers
from saleve.ems.run_figures import activities_of_run, fact_of_run, inventory_of_run
from saleve.ems.run_states import RunError, state_name
from saleve.ems.runs import Run, open_run, published_run, state_of
from saleve.ems.settings import WorkspaceError
from saleve.ems.small_groups import PERSONAL
from saleve.ems.web import tables
from saleve.ems.web.frame import workspace
from saleve.ems.web.parts import explanation_address, view_of
from saleve.ems.web.templatetags.saleve import moment
from saleve.language import _
from saleve.method.emissions.compute import Activities
from saleve.method.explain import Explanation, explain
from saleve.method.inventory import Inventory, Selection, select
from saleve.method.reference.citations import cited_of
from saleve.reporting.formatting import printed, printed_range
from saleve.reporting.labels import label
from saleve.reporting.making import suitable_decimals
from saleve.reporting.parts import figure as figure_of
from saleve.reporting.plain_words import in_words
from saleve.reporting.records import Fact

ROWS_OF_PAGE = 20
MOST_ROWS = 100_000  # of a file: what a spreadsheet opens without trouble


@dataclass(frozen=True)
class Sum:
    """A sum that is explained: the figure, where it is, the sources in it, and how its rows are read (categories, first, limit)."""

    fact: Fact
    place: Place
    sources: frozenset[str]
    rows: Callable[[Collection[str], int, int], Explanation]


_NAME = re.compile(r"\b\d{4}\.[a-z][a-z0-9_.-]*[a-z0-9]")


@require_safe
@needs(Operation.READ_INVENTORY)
def explain_figure(request: HttpRequest, figure: str) -> HttpResponse:
    """Explain a figure by the name that the reports give it: as it is today, or as a kept run has it (``?run=2025/1234``)."""
    address = reverse("explain_figure", kwargs={"figure": figure})
    if "run" not in request.GET:
        return _of_today(request, figure, address)
    run = _run(request.GET["run"])
    travellers = sees_travellers(request.user)
    try:
        fact = fact_of_run(workspace(), run, figure, travellers=travellers)
    except WorkspaceError:  # what compares years is in no run of one year
        text = _("Run {run} keeps one year and does not hold this figure. It is explained from the figures of today.")  # fmt: skip
        return _of_today(request, figure, address, text.format(run=run.name))
    return _of_run(request, run, fact, address)


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
    address = f"{reverse('explain_part')}?{query}"
    return _of_row(request, kept, row, address, _about_today(kept, row["figure_id"] or ""))


def _kept() -> Figures:
    kept = figures.read(settings.WORKSPACE)
    if kept is None:
        raise Http404
    return kept


def _of_today(request: HttpRequest, figure: str, address: str, said: str = "") -> HttpResponse:
    kept, travellers = _kept(), sees_travellers(request.user)
    about = {**_about_today(kept, figure), "said": said}
    row = row_of_figure(view_of(request, kept), figure)
    if row is not None:
        return _of_row(request, kept, row, address, about)
    fact = derived(kept, figure) or reported(kept, figure, travellers=travellers)
    if fact is None:
        raise Http404
    if fact.selection is not None:
        parts = (kept.inventory(_year(figure), travellers=travellers), lambda: activities_of_figures(workspace(), kept, _year(figure)))  # fmt: skip
        return _of_selection(request, fact, parts, address, about)
    ensure(request.user, Operation.READ_INVENTORY, Place())
    made_of = _made_of(request, kept, fact)
    if made_of is None:
        return _shown(request, replace(fact, value=None, hidden=True), {**about, "sentence": _too_few()})
    return _shown(request, fact, {**about, "made_of": made_of, "sentence": in_words(fact, None)})


def _of_run(request: HttpRequest, run: Run, fact: Fact, address: str) -> HttpResponse:
    """Explain a figure from the cells of a run, for whoever may see its place."""
    travellers, query = sees_travellers(request.user), urlencode({"run": run.name})
    about = _about_run(run)
    if fact.hidden:
        ensure(request.user, Operation.READ_INVENTORY, _place_of(fact))
        return _shown(request, fact, {**about, "sentence": _too_few()})
    if fact.selection is None:
        ensure(request.user, Operation.READ_INVENTORY, Place())
        made_of = [*_made_of_run(run, fact, travellers=travellers)]
        return _shown(request, fact, {**about, "made_of": made_of, "sentence": in_words(fact, None)})
    inventory = inventory_of_run(workspace(), run, travellers=travellers)
    parts = (inventory, lambda: activities_of_run(workspace(), run, travellers=travellers))
    return _of_selection(request, fact, parts, f"{address}?{query}", about)


def _of_selection(
    request: HttpRequest,
    fact: Fact,
    parts: tuple[Inventory, Callable[[], Activities]],
    address: str,
    about: Mapping[str, Any],
) -> HttpResponse:
    """Explain a sum of the cells of an inventory; its rows are read where the person may see any of them."""
    (inventory, activities), chosen = parts, fact.selection or Selection()
    sources = frozenset(select(inventory, chosen)["source"].unique())

    def rows(categories: Collection[str], first: int, limit: int) -> Explanation:
        read = activities() if categories else {}
        return explain(inventory, read, chosen, first=first, limit=limit, categories=categories)

    return _of_sum(request, Sum(fact, _place_of(fact), sources, rows), address, about)


def _of_row(
    request: HttpRequest, kept: Figures, row: Mapping[str, Any], address: str, about: Mapping[str, Any]
) -> HttpResponse:
    """Explain a row of the kept sums."""
    travellers = sees_travellers(request.user)
    told = figure_of(row, suitable_decimals(row["kg_co2e"]))
    sources = frozenset() if told.hidden else sources_of(kept, row, travellers=travellers)

    def rows(categories: Collection[str], first: int, limit: int) -> Explanation:
        return explained(workspace(), kept, row, travellers=travellers, categories=categories, first=first, limit=limit)  # fmt: skip

    return _of_sum(request, Sum(told, _place(row), sources, rows), address, about)


def _of_sum(request: HttpRequest, found_sum: Sum, address: str, about: Mapping[str, Any]) -> HttpResponse:
    told, place, sources = found_sum.fact, found_sum.place, found_sum.sources
    ensure(request.user, Operation.READ_INVENTORY, place)
    travellers = sees_travellers(request.user)
    if told.hidden:
        return _shown(request, told, {**about, "sentence": _too_few()})
    readable = {one for one in _categories(sources) if _may_read(request, one, place, sources)}
    first = _first(request)
    page = (0, MOST_ROWS) if "rows.as" in request.GET else (first, ROWS_OF_PAGE)
    found = found_sum.rows(readable, *page)
    if found.rows.height and readable & set(PERSONAL):
        record(request.user.email, "read_personal_rows", told.id or told.label, {"through": "page"})
    if answer := tables.download(request, _table(found.rows, told.label)):
        return answer
    context = {
        **about,
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
    return _shown(request, told, context)


def _too_few() -> str:
    return _("Too few travellers stand behind this figure, so it is not shown.")


def _place_of(fact: Fact) -> Place:
    """Return what a selection touches: places that it names alone, not with others."""
    chosen = fact.selection or Selection()
    return Place(*(one if isinstance(one, str) else None for one in (chosen.source, chosen.unit, chosen.site)))  # fmt: skip


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


def _made_of(request: HttpRequest, kept: Figures, fact: Fact) -> list[tuple[str, str, str]] | None:
    """Return label, value and address of the figures from which this one follows; None where one of them must stay hidden."""
    view, found = view_of(request, kept), []
    for name in dict.fromkeys(_NAME.findall(fact.derivation)):
        row = row_of_figure(view, name)
        if row is None and _is_hidden(request, kept, name):
            return None
        part = figure_of(row, suitable_decimals(row["kg_co2e"])) if row else derived(kept, name) or reported(kept, name, travellers=sees_travellers(request.user))  # fmt: skip
        if part is not None:
            address = explanation_address(row) if row else reverse("explain_figure", kwargs={"figure": name})
            found.append((part.label, printed(part), address))
    return found


def _is_hidden(request: HttpRequest, kept: Figures, name: str) -> bool:
    """Tell whether a sum is known to those alone who may see travellers: cuts that are hidden have no name."""
    return not sees_travellers(request.user) and row_of_figure(kept.full, name) is not None


def _made_of_run(run: Run, fact: Fact, *, travellers: bool) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys(_NAME.findall(fact.derivation)):
        try:
            part = fact_of_run(workspace(), run, name, travellers=travellers)
        except WorkspaceError:
            continue
        address = f"{reverse('explain_figure', kwargs={'figure': name})}?{urlencode({'run': run.name})}"
        yield part.label, printed(part), address


def _run(name: str) -> Run:
    try:
        return open_run(workspace(), name)
    except RunError as fault:
        raise Http404 from fault


def _year(figure: str) -> int:
    return int(figure.partition(".")[0])


def _about_today(kept: Figures, figure: str) -> dict[str, Any]:
    """Return of which state the figure is, and the run that is published for its year, where it may say something else."""
    number = figure.partition(".")[0]
    published = published_run(workspace(), int(number)) if number.isascii() and number.isdecimal() else None
    basis = _("As it is today: computed on {moment} UTC from version {commit} of the ledger.")
    cited = _("version {commit} of the ledger, state {key}, Salève {method}")
    words = {"commit": kept.about.ledger_commit, "key": kept.about.key, "method": kept.about.method}
    return {
        "basis": basis.format(moment=moment(kept.about.computed_at), **words),
        "cited": cited.format(**words),
        "stale": kept.stale,
        "elsewhere": _of_published(published, figure) if published else "",
    }


def _about_run(run: Run) -> dict[str, Any]:
    """Return which run the figure is of, and in which state that is."""
    state = state_of(run)
    basis = _("As kept in run {run}, which is {state}: from version {commit} of the ledger.")
    cited = _("run {run}, version {commit} of the ledger, Salève {method}")
    words = {"run": run.name, "commit": run.manifest["ledger"]["commit"], "method": run.manifest["method"]["saleve"]}  # fmt: skip
    said = state_name(state) if state else _("not in the history")
    return {"basis": basis.format(state=said, **words), "cited": cited.format(**words), "of_run": run}


def _of_published(run: Run, figure: str) -> str:
    """Return where the same figure of the published run is explained."""
    return f"{reverse('explain_figure', kwargs={'figure': figure})}?{urlencode({'run': run.name})}"


def _shown(request: HttpRequest, fact: Fact, context: Mapping[str, Any]) -> HttpResponse:
    told = {
        "area": "inventory",
        "fact": fact,
        "value": printed(fact),
        "between": printed_range(fact),
        "trail": [(_("Inventory"), reverse("inventory"))],
    }
    return render(request, "web/inventory/explanation.html", {**told, **context})


ADDRESSES = [
    path("inventory/explain/", explain_part, name="explain_part"),
    path("inventory/explain/<str:figure>/", explain_figure, name="explain_figure"),
]
