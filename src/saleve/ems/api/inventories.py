"""Inventories over the API: sums of every year, runs with their cells, and where a figure comes from."""

from datetime import datetime
from typing import Any, Literal

import polars as pl
from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from saleve.ems.api.answers import FAULTS, PageQuery, list_of, page_of, plain, table_of
from saleve.ems.audit_log.log import record
from saleve.ems.figures import Figures, read
from saleve.ems.figures.cuts import CUTS
from saleve.ems.people.gate import ensure, needs
from saleve.ems.people.own_places.tables import cuts_within, within
from saleve.ems.people.permissions import Operation, Place, allowed, sees_travellers
from saleve.ems.run_figures import activities_of_run, fact_of_run, inventory_of_run
from saleve.ems.run_states import RunError
from saleve.ems.runs import Run, list_runs, open_run, published_run
from saleve.ems.small_groups import PERSONAL
from saleve.ems.workspace import Workspace, open_workspace
from saleve.language import _
from saleve.method.emissions.result import CELL
from saleve.method.explain import explain
from saleve.method.inventory import select
from saleve.reporting.plain_words import in_words

router = Router(tags=["inventories"])


class Cut(Schema):
    """Which sums are asked for; see the list of cuts in the reference."""

    by: str = Field("all", description="all, source, category, unit, site, region, haul, cabin, scope")
    boundary: Literal["minimum", "optional", "offset", "memo"] = "minimum"
    within: Literal["source", "scope", "unit", "site"] | None = None
    within_name: str | None = None


class Explained(Schema):
    """A figure and what it rests on; amounts in kg CO2e unless a unit stands beside."""

    figure: str
    run: str
    value: float | None
    unit: str
    label: str
    sentence: str
    total: dict[str, Any] | None
    formulas: list[str]
    factors: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    all_rows: int
    rows_withheld: bool = Field(
        description="Rows of persons, or of other places, are not shown to this person."
    )


class Year(Schema):
    """The total of a year within the minimum boundary, with its 95 % range."""

    year: int
    kg_co2e: float | None
    low_kg_co2e: float | None
    high_kg_co2e: float | None
    estimated_share: float | None
    stale: bool = Field(description="Data, settings or factors moved since; the figures are being computed.")


class StepTaken(Schema):
    """A run moved to a state."""

    state: str
    by: str
    at: datetime
    reason: str


class KeptRun(Schema):
    """A kept inventory: ``year/name``, its state and how it came there."""

    run: str
    year: int
    state: str
    total_kg_co2e: float | None
    steps: list[StepTaken]


SUMS = table_of("Sum", CUTS, "A sum of emissions: of a year, a boundary and a part, within a part of another dimension.")  # fmt: skip
CELLS = table_of("Cell", CELL, "The smallest part of an inventory that is kept: one source, category, place, factor and method.")  # fmt: skip


@router.get("/inventories", response={200: list_of(Year), **FAULTS}, summary="List the years")
@needs(Operation.READ_INVENTORY)
def inventories(request: HttpRequest, paging: PageQuery) -> Any:
    """Return every year with its total in kg CO2e and 95 % range; for a person of some places, without totals of the whole."""
    figures = _figures()
    whole = cuts_within(_view(request, figures).cut("all"), request.user)
    years = pl.DataFrame({"year": list(figures.about.years)}, schema={"year": pl.Int64})
    wanted = whole.select("year", "kg_co2e", "low_kg_co2e", "high_kg_co2e", "estimated_share")
    rows = years.join(wanted, on="year", how="left", maintain_order="left")
    return page_of(request, rows.with_columns(stale=pl.lit(figures.stale)), paging)


@router.get("/inventories/{int:year}/cuts", response={200: SUMS, **FAULTS}, summary="Read the sums of a year")
@needs(Operation.READ_INVENTORY)
def cuts(request: HttpRequest, year: int, cut: Query[Cut], paging: PageQuery) -> Any:
    """Return the sums of a year, the largest first: cut by a dimension, and within a part of another."""
    figures = _figures()
    if year not in figures.about.years:
        return Status(
            404, {"detail": _("There is no inventory of {year}. See /api/inventories.").format(year=year)}
        )
    inside = (cut.within, cut.within_name) if cut.within else None
    if inside and cut.by in ("all", cut.within):
        return Status(422, {"detail": _("Name in by another dimension than in within.")})
    view = _view(request, figures)
    found = view.cut(cut.by, year=year, boundary=cut.boundary, within=inside)
    return page_of(request, cuts_within(found, request.user), paging)


@router.get("/runs", response={200: list_of(KeptRun), **FAULTS}, summary="List the kept inventories")
@needs(Operation.READ_INVENTORY)
def runs(request: HttpRequest, paging: PageQuery) -> Any:
    """Return every run with its state; its total for those who see the whole."""
    whole = allowed(request.user, Operation.READ_INVENTORY, Place())
    rows = [
        {
            "run": row.run.name,
            "year": row.run.year,
            "state": row.state,
            "total_kg_co2e": row.total_kg_co2e if whole else None,
            "steps": [
                {"state": one.state, "by": one.by, "at": one.at, "reason": one.reason} for one in row.steps
            ],
        }
        for row in list_runs(_workspace())
    ]
    return page_of(request, rows, paging)


@router.get(
    "/runs/{int:year}/{run}/cells", response={200: CELLS, **FAULTS}, summary="Read the cells of a run"
)
@needs(Operation.READ_INVENTORY)
def cells(request: HttpRequest, year: int, run: str, paging: PageQuery) -> Any:
    """Return the cells of a run; groups of few travellers are put together for those who may not see travellers."""
    found, held = _workspace(), open_run(_workspace(), f"{year}/{run}")
    inventory = inventory_of_run(found, held, travellers=sees_travellers(request.user))
    return page_of(request, within(inventory.cells, request.user, Operation.READ_INVENTORY), paging)


@router.get("/explanations/{figure}", response={200: Explained, **FAULTS}, summary="Explain a figure")
@needs(Operation.READ_INVENTORY)
def explanation(request: HttpRequest, figure: str, paging: PageQuery, run: str | None = None) -> Any:
    """Return where a figure of a kept inventory comes from: of the run named, else of the published run of its year."""
    workspace = _workspace()
    kept = open_run(workspace, run) if run else _published(workspace, figure)
    travellers = sees_travellers(request.user)
    fact = fact_of_run(workspace, kept, figure, travellers=travellers)
    chosen = fact.selection
    place = Place(*(one if isinstance(one, str) else None for one in (chosen.source, chosen.unit, chosen.site))) if chosen else Place()  # fmt: skip
    ensure(request.user, Operation.READ_INVENTORY, place)
    value = None if fact.hidden else fact.value
    told = {"figure": fact.id, "run": kept.name, "value": value, "unit": fact.unit, "label": fact.label}
    if chosen is None or fact.hidden:
        empty: dict[str, Any] = {
            "total": None,
            "formulas": [],
            "factors": [],
            "rows": [],
            "all_rows": 0,
            "rows_withheld": fact.hidden,
        }
        return {**told, **empty, "sentence": in_words(fact, None)}
    inventory = inventory_of_run(workspace, kept, travellers=travellers)
    personal = set(select(inventory, chosen)["source"].unique()) & set(PERSONAL)
    shown = allowed(request.user, Operation.READ_DATA, place) and all(sees_travellers(request.user, one) for one in personal)  # fmt: skip
    found = explain(inventory, activities_of_run(workspace, kept, travellers=travellers), chosen, first=paging.offset, limit=paging.limit if shown else 0)  # fmt: skip
    if shown and personal:
        record(request.user.email, "read_personal_rows", figure, {"run": kept.name, "through": "api"})
    return {
        **told,
        "sentence": in_words(fact, found),
        "total": {"kg_co2e": found.total.kg_co2e, "low_kg_co2e": found.total.low_kg_co2e, "high_kg_co2e": found.total.high_kg_co2e},
        "formulas": list(found.formulas),
        "factors": plain(found.factors),
        "rows": plain(found.rows) if shown else [],
        "all_rows": found.all_rows,
        "rows_withheld": not shown,
    }  # fmt: skip


def _figures() -> Figures:
    """Return the figures; raises ``RunError`` saying what to do where none were computed."""
    figures = read(settings.WORKSPACE)
    if figures is None:
        raise RunError(
            _("No figures were computed yet. Load data; then compute the inventory on the page Inventory.")
        )
    return figures


def _workspace() -> Workspace:
    return open_workspace(settings.WORKSPACE)


def _view(request: HttpRequest, figures: Figures) -> Any:
    return figures.view(travellers=sees_travellers(request.user))


def _published(workspace: Workspace, figure: str) -> Run:
    year = figure.partition(".")[0]
    found = (
        published_run(workspace, int(year)) if year.isascii() and year.isdigit() and len(year) == 4 else None
    )
    if found is None:
        raise RunError(_("No published inventory holds {figure}. Name a run: ?run=YEAR/RUN; see /api/runs.").format(figure=figure))  # fmt: skip
    return found
