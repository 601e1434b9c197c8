"""Batches: the list of what was loaded, and each with its statement, its findings, its file and its history."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from saleve.ems import batches as held
from saleve.ems import ledgers
from saleve.ems.audit_log.log import record
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.ledger import Share, everywhere, own_rows, reads_file, sees_all_rows, share
from saleve.ems.people.permissions import Operation, allowed, may_read_persons
from saleve.ems.web import tables
from saleve.ems.web.batch_account import changes, findings, history, money_table, rows_table
from saleve.ems.web.batch_pages import Found, ReasonForm, about, done, find
from saleve.ems.web.batch_rows import own_counts, rejected_tables
from saleve.ems.web.data_pages import BATCH_SIGNS, batch_states, netted_because, tabs
from saleve.ems.web.frame import workspace
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.ledger.errors import EvidenceError, LedgerError
from saleve.ledger.evidence import Evidence
from saleve.ledger.store import Ledger
from saleve.method.problems import SaleveError
from saleve.reporting.labels import label

_COUNTS = ("rows", "accepted", "repaired", "rejected", "netted")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@needs(Operation.READ_DATA)
def batches(request: HttpRequest) -> HttpResponse:
    """List the batches that the person may see, the newest first."""
    place = workspace()
    ledger = held.opened(place)
    seen = _seen(request.user, ledger, place)
    table = _table(seen)
    if answer := tables.download(request, table):
        return answer
    context = {
        "area": "data",
        "tabs": tabs(),
        "here": reverse("batches"),
        "part": "part" in seen.columns and bool(seen["part"].any()),
        "table": tables.page(request, table),
    }
    return render(request, "web/data/batches.html", context)


@require_safe
@needs(Operation.READ_DATA)
def batch(request: HttpRequest, name: str) -> HttpResponse:
    """Show a batch: what came in and became of it, what was found, its file, who did what to it."""
    found = find(request, name)
    whole = found.share is Share.WHOLE
    waiting = rejected_tables(request, found)
    made = _account(request, found) if whole else []
    for table in (*waiting, *made):
        if answer := tables.download(request, table):
            return answer
    stands = found.name not in found.ledger.withdrawn
    context = {
        **about(found),
        **(_statement(request, found) if whole else {"counts": own_counts(request, found)}),
        **_file(request, found),
        "waiting": [tables.page(request, table) for table in waiting],
        "tables": [tables.page(request, table) for table in made],
        "reason_form": ReasonForm(auto_id="withdraw_%s"),
        "may_withdraw": stands and allowed(request.user, Operation.WITHDRAW_DATA),
        "may_correct": stands and allowed(request.user, Operation.CORRECT_DATA),
        "may_read_rows": any(may_read_persons(request.user, one) for one in found.categories),
        "history": history(request.user, found.ledger, found.load) if whole else [],
    }
    return render(request, "web/data/batch.html", context)


@require_POST
@needs(Operation.WITHDRAW_DATA)
def withdraw_batch(request: HttpRequest, name: str) -> HttpResponse:
    """Withdraw a batch: nothing of it counts any more."""
    found = find(request, name)
    form = ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise LedgerError(_("Say why the batch is withdrawn. Nothing was changed."))
        reason = form.cleaned_data["reason"]
        do = partial(ledgers.withdraw, found.workspace, name, reason=reason)
        done(request, do, "withdraw_batch", name, {"file": found.file, "reason": reason})
    except SaleveError as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("The batch was withdrawn: nothing of it counts any more."))
    return redirect("batch", name=name)


@require_safe
@needs(Operation.READ_DATA)
def batch_rejects(request: HttpRequest, name: str) -> HttpResponse:
    """Give the rejected rows as a workbook to correct and load again."""
    found = find(request, name)
    if not all(sees_all_rows(request.user, one, found.load.by) for one in found.categories):
        raise PermissionDenied(_("The workbook holds rows that are not yours to read."))
    with tempfile.TemporaryDirectory(prefix="saleve-") as folder:
        try:
            written, count = ledgers.write_rejects(found.workspace, name, Path(folder, "rejects.xlsx"))
        except SaleveError as fault:
            messages.error(request, str(fault))
            return redirect("batch", name=name)
        content = written.read_bytes()
    record(request.user.email, "read_rejects", name, {"file": found.file, "rows": count})
    answer = HttpResponse(content, content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="rejects-{name}.xlsx"'
    return answer


@require_safe
@needs(Operation.READ_DATA)
def batch_file(request: HttpRequest, name: str) -> HttpResponse:
    """Give the file of a batch back as it came."""
    found = find(request, name)
    evidence = ledgers.evidence_of(found.workspace, name)
    if found.share is not Share.WHOLE or not _may_have(request, found, evidence):
        raise PermissionDenied(_("The file holds names, journeys or rows that are not yours to read."))
    try:
        source = found.workspace.stores.evidence.path(evidence.sha256)
    except EvidenceError as fault:
        messages.error(request, str(fault))
        return redirect("batch", name=name)
    record(request.user.email, "read_file", name, {"file": evidence.name, "sha256": evidence.sha256})
    return FileResponse(source.open("rb"), as_attachment=True, filename=Path(evidence.name).name, content_type="application/octet-stream")  # fmt: skip


def _seen(person: Any, ledger: Ledger, place: Workspace) -> pl.DataFrame:
    """Return the batches of the person; of one that is not theirs as a whole their own rows are counted, as far as they may read them."""
    rows = held.listed(ledger)
    if everywhere(person, Operation.READ_DATA):
        return rows
    touched = held.places(ledger, held.site_names(place))
    shares = [share(person, touched[batch], by) for batch, by in rows.select("batch", "loaded_by").iter_rows()]  # fmt: skip
    part = pl.Series([one is Share.PART for one in shares], dtype=pl.Boolean)
    seen = pl.Series([one is not Share.NOTHING for one in shares], dtype=pl.Boolean)
    own = _own_counts(person, held.placed_counts(ledger, held.site_names(place)))
    counted = rows.with_columns(part=part).join(own, on="batch", how="left", suffix="_own", maintain_order="left")  # fmt: skip
    shown = [pl.when("part").then(f"{name}_own").otherwise(name).alias(name) for name in _COUNTS]
    return counted.with_columns(shown).filter(seen).select(*rows.columns, "part")


def _own_counts(person: Any, placed: pl.DataFrame) -> pl.DataFrame:
    """Return how many rows of each batch the person may see are in which state."""
    readable = [one for one in placed["category"].unique() if may_read_persons(person, one)]
    mine = [placed.filter(pl.col("category") == one).filter(own_rows(person, one)) for one in sorted(readable)]  # fmt: skip
    states = {name: pl.col("rows").filter(pl.col("state") == name).sum() for name in _COUNTS[1:]}
    return pl.concat([placed.clear(), *mine]).group_by("batch").agg(rows=pl.col("rows").sum(), **states)


def _table(rows: pl.DataFrame) -> tables.Table:
    named = {one: label("source", one) for one in rows["categories"].explode().drop_nulls().unique()}
    shown = rows.with_columns(
        pl.col("categories").list.eval(pl.element().replace_strict(named, return_dtype=pl.String)).list.join(", "),
        address=pl.Series([reverse("batch", args=[one]) for one in rows["batch"]], dtype=pl.String),
    )  # fmt: skip
    columns = (
        tables.Column("file", _("File"), address="address"),
        tables.Column("categories", _("Category"), choose=True),
        tables.Column("loaded_at", _("Loaded (UTC)"), "moment"),
        tables.Column("loaded_by", _("By")),
        tables.Column("rows", _("Rows"), "number", total=True),
        tables.Column("accepted", _("Accepted"), "number", total=True),
        tables.Column("repaired", _("Repaired"), "number", total=True),
        tables.Column("rejected", _("Rejected"), "number", total=True),
        tables.Column("netted", _("Netted"), "number", total=True),
        tables.Column("state", _("State"), "state", words=batch_states(), states=BATCH_SIGNS, choose=True),
    )
    empty = _("Nothing was loaded yet. Load a file: it becomes a batch here, with an account of every row.")
    return tables.Table("batches", _("Batches"), shown, columns, sort="-loaded_at", when_empty=empty, show_title=False)  # fmt: skip


def _account(request: HttpRequest, found: Found) -> list[tables.Table]:
    """Return statement, findings and changes; values of rows of travellers only for who may read them."""
    account = held.account_of(found.ledger, found.name)
    open_to = [one for one in found.categories if may_read_persons(request.user, one)]
    money = money_table(account.statement, open_to)
    return [
        rows_table(account.statement),
        *([money] if money else []),
        findings(account.found, open_to, found.name),
        changes(account.changed, open_to, found.name),
    ]


def _statement(request: HttpRequest, found: Found) -> dict[str, Any]:
    told = held.account_of(found.ledger, found.name).statement
    words = netted_because()
    return {
        "statement": told,
        "reasons": [(words.get(reason, reason), count) for reason, count in told.reasons.items()],
        "hidden_values": not all(may_read_persons(request.user, one) for one in found.categories),
    }


def _file(request: HttpRequest, found: Found) -> dict[str, Any]:
    try:
        evidence = ledgers.evidence_of(found.workspace, found.name)
    except EvidenceError:
        return {"evidence": None}
    whole = found.share is Share.WHOLE
    reads = whole and all(sees_all_rows(request.user, one, found.load.by) for one in found.categories)
    return {
        "evidence": evidence,
        "may_have_file": whole and not evidence.deletion and _may_have(request, found, evidence),
        "may_have_rejects": reads and not evidence.deletion,
    }


def _may_have(request: HttpRequest, found: Found, evidence: Evidence) -> bool:
    return reads_file(request.user, found.categories, names_persons=evidence.personal)


ADDRESSES = [
    path("data/batches/", batches, name="batches"),
    path("data/batches/<slug:name>/", batch, name="batch"),
    path("data/batches/<slug:name>/withdraw/", withdraw_batch, name="withdraw_batch"),
    path("data/batches/<slug:name>/rejects/", batch_rejects, name="batch_rejects"),
    path("data/batches/<slug:name>/file/", batch_file, name="batch_file"),
]
