"""The life of an inventory: kept as a run, reviewed, approved, published, restated; what differs from the present, and whether it adds up."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import polars as pl
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from saleve.ems import figures
from saleve.ems.audit_log.log import record
from saleve.ems.figures import Figures
from saleve.ems.jobs.starting import refresh_figures, start
from saleve.ems.manifests import editions, method_version
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation, Role, allowed, role_name
from saleve.ems.run_states import (
    APPROVED,
    COMPUTED,
    PUBLISHED,
    RESTATED,
    REVIEWED,
    RunError,
    Step,
    is_own,
    state_name,
)
from saleve.ems.runs import KINDS, Run, RunRow, difference, list_runs, load, move, open_run
from saleve.ems.web import tables
from saleve.ems.web.frame import workspace, year_of
from saleve.ems.web.parts import pages_beside, sees_whole
from saleve.language import _
from saleve.method.inventory import Inventory
from saleve.method.problems import SaleveError
from saleve.method.reconciliation import reconcile
from saleve.reporting.labels import label
from saleve.reporting.making import suitable_decimals
from saleve.reporting.reconciling import check_lines, line_name
from saleve.reporting.steps import kind_name

STATE_SIGNS = {
    COMPUTED: "plain",
    REVIEWED: "accent",
    APPROVED: "accent",
    PUBLISHED: "good",
    RESTATED: "watch",
}
NEXT = {COMPUTED: REVIEWED, REVIEWED: APPROVED, APPROVED: PUBLISHED}
_PERMITS = {
    REVIEWED: Operation.REVIEW_INVENTORY,
    APPROVED: Operation.APPROVE_INVENTORY,
    PUBLISHED: Operation.PUBLISH_INVENTORY,
}
_ADDRESSES = {REVIEWED: "review_run", APPROVED: "approve_run", PUBLISHED: "publish_run"}


class Side(NamedTuple):
    """One of two inventories that are compared: its heading, and the run that keeps it; none for that of today."""

    inventory: Inventory
    heading: str
    run: Run | None = None


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason")
        self.fields["reason"].help_text = _("It stands in the history for everybody, such as: bills compared with the accounts.")  # fmt: skip


class RestateForm(ReasonForm):
    """Why a published year is computed anew."""

    kind = forms.ChoiceField(widget=forms.RadioSelect)
    field_order = ("kind", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.label, kind.choices = _("What makes another figure"), [(one, kind_name(one)) for one in KINDS]
        kind.help_text = _("Organic growth or a new building is no reason to restate.")
        self.fields["reason"].help_text = _("It stands in the history and in the manifest of the new run.")


@require_safe
@needs(Operation.READ_INVENTORY)
def runs(request: HttpRequest) -> HttpResponse:
    """List the kept inventories, and keep one."""
    year, rows = year_of(request), list_runs(workspace())
    table = _list(rows, totals=sees_whole(request))
    if answer := tables.download(request, table):
        return answer
    of_year = [row for row in rows if row.run.year == year]
    context = {
        "area": "inventory",
        "pages_beside": pages_beside(),
        "table": tables.page(request, table),
        "runs_of_year": [_told(row) for row in reversed(of_year)],
        "published": any(row.state == PUBLISHED for row in of_year),
        "form": ReasonForm(),
    }
    return render(request, "web/inventory/runs.html", context)


@require_POST
@needs(Operation.COMPUTE_INVENTORY)
def keep(request: HttpRequest) -> HttpResponse:
    """Compute the inventory of a year and keep it."""
    form, year = ReasonForm(request.POST), request.POST.get("year", "")
    if not (form.is_valid() and year.isdecimal() and len(year) == 4):
        messages.error(request, _("Say why the inventory is kept. Nothing was started."))
        return redirect("runs")
    reason = form.cleaned_data["reason"]
    job = start("freeze", request.user, then="/inventory/runs/{run}/", year=int(year), by=request.user.email, reason=reason)  # fmt: skip
    return redirect("job", job_id=job.pk)


@require_safe
@needs(Operation.READ_INVENTORY)
def run(request: HttpRequest, year: int, run: str) -> HttpResponse:
    """Show a run: its state and what comes next, what differs from the present, whether it adds up, its history."""
    return _shown(request, _found(year, run))


@require_POST
@needs(Operation.REVIEW_INVENTORY)
def review_run(request: HttpRequest, year: int, run: str) -> HttpResponse:
    """Say that the inventory was reviewed."""
    return _moved(request, _found(year, run), REVIEWED)


@require_POST
@needs(Operation.APPROVE_INVENTORY)
def approve_run(request: HttpRequest, year: int, run: str) -> HttpResponse:
    """Approve the inventory."""
    return _moved(request, _found(year, run), APPROVED)


@require_POST
@needs(Operation.PUBLISH_INVENTORY)
def publish_run(request: HttpRequest, year: int, run: str) -> HttpResponse:
    """Publish the inventory; from then on its year never moves."""
    return _moved(request, _found(year, run), PUBLISHED)


@require_POST
@needs(Operation.RESTATE_INVENTORY)
def restate_run(request: HttpRequest, year: int, run: str) -> HttpResponse:
    """Compute a published year anew, for a reason of a kind."""
    found, form = _found(year, run), RestateForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, restating=form)
    said = form.cleaned_data
    job = start("restate", request.user, then="/inventory/runs/{run}/", run=found.run.name, kind=said["kind"], reason=said["reason"], by=request.user.email)  # fmt: skip
    return redirect("job", job_id=job.pk)


def _found(year: int, run: str) -> RunRow:
    try:
        found = open_run(workspace(), f"{year}/{run}")
    except RunError as fault:
        raise Http404 from fault
    return next(row for row in list_runs(workspace()) if row.run.name == found.name)


def _moved(request: HttpRequest, row: RunRow, state: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, moving=form)
    who, reason = request.user.email, form.cleaned_data["reason"]
    try:
        with transaction.atomic():
            record(who, f"{_ADDRESSES[state]}", row.run.name, {"reason": reason})
            move(workspace(), row.run.name, state, by=who, reason=reason)
    except SaleveError as fault:
        form.add_error(None, str(fault))
        return _shown(request, row, moving=form)
    if state == PUBLISHED:
        refresh_figures(who)  # the series of published totals
    text = _("Run {run} is {state}.").format(run=row.run.name, state=state_name(state))
    messages.success(request, text)
    return redirect("run", year=row.run.year, run=row.run.id)


def _shown(
    request: HttpRequest,
    row: RunRow,
    *,
    moving: ReasonForm | None = None,
    restating: RestateForm | None = None,
) -> HttpResponse:
    whole, kept = sees_whole(request), figures.read(settings.WORKSPACE)
    following = NEXT.get(row.state)
    own = following == APPROVED and is_own(row.steps, request.user.email)
    may_move = bool(following and not own and allowed(request.user, _PERMITS[following]))
    may_restate = row.state == PUBLISHED and allowed(request.user, Operation.RESTATE_INVENTORY)
    context = {
        "area": "inventory",
        "pages_beside": pages_beside(),
        "trail": [(_("Inventory"), reverse("inventory")), (_("Review and publish"), reverse("runs"))],
        "row": _told(row),
        "following": following,
        "move_word": _act(following),
        "move_address": reverse(_ADDRESSES[following], kwargs={"year": row.run.year, "run": row.run.id}) if following else "",
        "moving": moving or ReasonForm() if may_move else None,
        "faults": moving.non_field_errors() if moving and not may_move else [],
        "waits_for": "" if may_move else _waits_for(following, own=own),
        "restating": restating or RestateForm() if may_restate else None,
        "history": [_step(one, row.steps) for one in reversed(row.steps)],
        "restates": row.run.restates,
        "restates_kind": kind_name(row.run.restates["kind"]) if row.run.restates else "",
        "basis": list(_basis(row.run, kept)),
        "whole": whole,
        "explained": _explained(["total"], row.run.year, row.run)[0],
    }  # fmt: skip
    if whole:
        shown = _compared(row.run, kept)
        for table in shown.values():
            if answer := tables.download(request, table):
                return answer
        context |= {name: tables.page(request, table) for name, table in shown.items()}
        context["same_now"] = "now" in shown and not shown["now"].frame["difference_t"].abs().max()
        context["adds_up"] = not (shown["sums"].frame["difference_t"].abs() > 0).any()
    return render(request, "web/inventory/run.html", context)


def _told(row: RunRow) -> dict[str, Any]:
    total = row.total_kg_co2e
    return {
        "name": row.run.name,
        "year": row.run.year,
        "id": row.run.id,
        "state": state_name(row.state) if row.state else _("not in the history"),
        "sign": STATE_SIGNS.get(row.state, "bad"),
        "since": row.steps[-1].at if row.steps else None,
        "by": row.steps[-1].by if row.steps else "",
        "total_t": None if total is None else total / 1000,
        "decimals": suitable_decimals(total),
    }


def _step(one: Step, steps: Iterable[Step]) -> dict[str, Any]:
    alone = one.state == APPROVED and is_own(steps, one.by)
    return {"state": state_name(one.state), "sign": STATE_SIGNS[one.state], "by": one.by, "at": one.at, "reason": one.reason, "alone": alone}  # fmt: skip


def _act(following: str | None) -> str:
    words = {REVIEWED: _("Review"), APPROVED: _("Approve"), PUBLISHED: _("Publish")}
    return words[following] if following else ""


def _waits_for(following: str | None, *, own: bool) -> str:
    """Say who can do what comes next."""
    if own:
        return _("You kept or reviewed this inventory, so another approver must approve it.")
    waits = {
        REVIEWED: _("It waits for a review by: {role}.").format(role=role_name(Role.COORDINATOR)),
        APPROVED: _("It waits for an approval by: {role}.").format(role=role_name(Role.APPROVER)),
        PUBLISHED: _("It waits to be published by: {role}.").format(role=role_name(Role.APPROVER)),
    }
    return waits[following] if following else ""


def _list(rows: list[RunRow], *, totals: bool) -> tables.Table:
    told = [_told(row) | {"address": reverse("run", kwargs={"year": row.run.year, "run": row.run.id})} for row in rows]  # fmt: skip
    schema: dict[str, Any] = {"year": pl.String, "name": pl.String, "state": pl.String, "since": pl.Datetime("us", "UTC"), "by": pl.String, "total_t": pl.Float64, "address": pl.String}  # fmt: skip
    frame = pl.DataFrame([{name: str(one[name]) if name == "year" else one[name] for name in schema} for one in told], schema=schema)  # fmt: skip
    signs = {one["state"]: one["sign"] for one in told}
    decimals = min((one["decimals"] for one in told), default=0)
    columns = [
        tables.Column("year", _("Year"), choose=True),
        tables.Column("name", _("Run"), address="address"),
        tables.Column("state", _("State"), "state", states=signs, choose=True),
        tables.Column("since", _("Since"), "moment"),
        tables.Column("by", _("By")),
    ]
    if totals:
        columns.append(tables.Column("total_t", _("Emissions"), "number", "t_co2e", decimals))
    return tables.Table("runs", _("Kept inventories of all years"), frame, columns, sort="-year", when_empty=_("No inventory is kept yet. Keep one above: then it can be reviewed, approved and published."))  # fmt: skip


def _compared(run: Run, kept: Figures | None) -> dict[str, tables.Table]:
    """Return what differs from the present figures, from the run that it restates, and whether its parts add up."""
    inventory = _inventory(run.folder)
    found = {"sums": _sums(inventory, run.year)}
    if kept is not None and run.year in kept.about.years:
        title = _("What is kept, and what the figures of today say")
        found["now"] = _differences("now", title, Side(inventory, _("Kept"), run), Side(kept.inventory(run.year), _("Today")))  # fmt: skip
    if run.restates:
        old = open_run(workspace(), run.restates["run"])
        title = _("What differs from the run that it restates")
        found["before"] = _differences("before", title, Side(_inventory(old.folder), _("Before"), old), Side(inventory, _("Restated"), run))  # fmt: skip
    return found


@lru_cache(maxsize=16)
def _inventory(folder: Path) -> Inventory:
    """Return the inventory of a run, which never changes."""
    return load(Run(folder))


@lru_cache(maxsize=1)
def _today() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return method and editions, which do not move while the program runs."""
    return method_version(), editions()


def _differences(name: str, title: str, before: Side, after: Side) -> tables.Table:
    """Return what differs by source; each figure leads to its explanation, of its run or of today."""
    names = ("before", "after", "difference")
    rows = difference(before.inventory, after.inventory).with_columns((pl.col(f"{one}_kg_co2e") / 1000).alias(f"{one}_t") for one in names)  # fmt: skip
    rows = rows.with_columns(
        pl.when(pl.col(f"{one}_kg_co2e").is_not_null())
        .then(pl.Series(_explained(rows["source"], max(before.inventory.years), side.run), dtype=pl.String))
        .alias(f"{one}_address")
        for one, side in zip(("before", "after"), (before, after), strict=True)
    )
    decimals = suitable_decimals(float(rows["before_kg_co2e"].sum()))
    columns = (
        tables.Column("source", _("Source"), words={one: label("source", one) for one in rows["source"]}),
        tables.Column(
            "before_t",
            before.heading,
            "number",
            "t_co2e",
            decimals,
            total=True,
            address="before_address",
            panel=True,
        ),
        tables.Column(
            "after_t",
            after.heading,
            "number",
            "t_co2e",
            decimals,
            total=True,
            address="after_address",
            panel=True,
        ),
        tables.Column("difference_t", _("Difference"), "number", "t_co2e", decimals, total=True, signed=True),
    )
    return tables.Table(name, title, rows, columns)


def _explained(sources: Iterable[str], year: int, run: Run | None) -> list[str]:
    """Return where the figure of each source is explained: as a run keeps it, or as it is today."""
    query = f"?{urlencode({'run': run.name})}" if run else ""
    return [f"{reverse('explain_figure', kwargs={'figure': f'{year}.{one}'})}{query}" for one in sources]


def _sums(inventory: Inventory, year: int) -> tables.Table:
    """Return the statement of reconciliation: parts against their whole, a difference named to the line."""
    checks = reconcile(inventory, year)
    lines = [
        (name, _tonnes(whole), _tonnes(parts), _tonnes(apart), "; ".join(line_name(one) for one in words.split("; ") if one))
        for name, whole, parts, apart, words in check_lines(checks)
    ]  # fmt: skip
    schema = {"check": pl.String, "whole_t": pl.Float64, "parts_t": pl.Float64, "difference_t": pl.Float64, "lines": pl.String}  # fmt: skip
    columns = (
        tables.Column("check", _("What adds up to what")),
        tables.Column("whole_t", _("Whole"), "number", "t_co2e", 2),
        tables.Column("parts_t", _("Parts"), "number", "t_co2e", 2),
        tables.Column("difference_t", _("Difference"), "number", "t_co2e", 2),
        tables.Column("lines", _("Lines"), wide=True),
    )
    return tables.Table("sums", _("Reconciliation"), pl.DataFrame(lines, schema=schema, orient="row"), columns)  # fmt: skip


def _tonnes(kg: float | None) -> float | None:
    return None if kg is None else kg / 1000


def _basis(run: Run, kept: Figures | None) -> Iterator[tuple[str, str, str]]:
    """Yield what the run rests on: a name, what it is, and how it differs from today."""
    manifest: Mapping[str, Any] = run.manifest
    commit = manifest["ledger"]["commit"]
    later = kept.about.ledger_commit - commit if kept else 0
    yield _("Version of the ledger"), str(commit), _("{count} changes to the data since").format(count=later) if later else ""  # fmt: skip
    method, now = _today()
    same = manifest["method"] == method
    yield (
        _("Salève"),
        manifest["method"]["saleve"],
        "" if same else _("the code of the methods is another today"),
    )
    changed = [name for name, one in now.items() if manifest["editions"].get(name) != one]
    yield (
        _("Reference data"),
        _("{count} packages").format(count=len(manifest["editions"])),
        ", ".join(changed),
    )


ADDRESSES = [
    path("inventory/runs/", runs, name="runs"),
    path("inventory/keep/", keep, name="keep_inventory"),
    path("inventory/runs/<int:year>/<str:run>/", run, name="run"),
    path("inventory/runs/<int:year>/<str:run>/review/", review_run, name="review_run"),
    path("inventory/runs/<int:year>/<str:run>/approve/", approve_run, name="approve_run"),
    path("inventory/runs/<int:year>/<str:run>/publish/", publish_run, name="publish_run"),
    path("inventory/runs/<int:year>/<str:run>/restate/", restate_run, name="restate_run"),
]
