"""One row of a batch: what it says, what was found, how to correct it in place or withdraw it, each with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from saleve.ems import batches as held
from saleve.ems import ledgers
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.ledger import may_correct, own_rows, sees_all_rows
from saleve.ems.people.permissions import Operation, Place, allowed
from saleve.ems.web.batch_account import row_address, rule_words
from saleve.ems.web.batch_pages import Found, ReasonForm, about, done, find, note_reading
from saleve.ems.web.batch_rows import index_of, named_columns, refuse_personal, shown_cell
from saleve.ems.web.cells import Cells, CellsForm
from saleve.ems.web.data_pages import ROW_SIGNS, SEVERITY_SIGNS, netted_because, row_states, severities
from saleve.language import _
from saleve.ledger.correcting import refuse_unsuited
from saleve.ledger.entering import category_of
from saleve.ledger.errors import LedgerError
from saleve.ledger.wording import column_header
from saleve.method.problems import SaleveError


@dataclass(frozen=True)
class Row(Cells):
    """One row of a batch that the person may see."""

    found: Found

    @property
    def place(self) -> Place:
        """Where the row belongs."""
        return Place(self.category, self.entry["place_unit"], self.entry["place_site"])


@require_safe
@needs(Operation.READ_DATA)
def batch_row(request: HttpRequest, name: str, row: int) -> HttpResponse:
    """Show one row."""
    one = _row(request, find(request, name), row, request.GET.get("sheet"))
    found = _found(one)
    return _shown(request, one, found, CellsForm(one, _faults_of(one, found)))


@require_POST
@needs(Operation.CORRECT_DATA)
def correct_row(request: HttpRequest, name: str, row: int) -> HttpResponse:
    """Give cells of a row other values."""
    one = _row(request, find(request, name), row, request.POST.get("sheet", ""))
    found = _found(one)
    form = CellsForm(one, _faults_of(one, found), request.POST)
    if form.is_valid() and _corrected(request, one, form):
        messages.success(request, _("Row {row} was corrected and counts now.").format(row=row))
        return redirect(row_address(name, row, one.sheet))
    return _shown(request, one, found, form)


@require_POST
@needs(Operation.WITHDRAW_DATA)
def withdraw_row(request: HttpRequest, name: str, row: int) -> HttpResponse:
    """Withdraw one row: it stays in the ledger and no longer counts."""
    one = _row(request, find(request, name), row, request.POST.get("sheet", ""))
    form = ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise LedgerError(_("Say why the row is withdrawn. Nothing was changed."))
        reason = form.cleaned_data["reason"]
        do = partial(ledgers.withdraw, one.found.workspace, name, reason=reason, rows=[row], sheet=one.sheet)
        done(request, do, "withdraw_row", name, {"row": row, "sheet": one.sheet, "reason": reason})
    except SaleveError as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("Row {row} was withdrawn and no longer counts.").format(row=row))
    return redirect(row_address(name, row, one.sheet))


def _row(request: HttpRequest, found: Found, number: int, sheet: str | None) -> Row:
    """Return a row that the person may see; for others it is not there."""
    names = held.site_names(found.workspace)
    for category in found.categories:
        rows = held.rows_numbered(found.ledger, category, found.name, number, names)
        asked = rows if sheet is None else rows.filter(source_sheet=sheet)
        if asked.is_empty():
            continue
        refuse_personal(request, category)
        whole = sees_all_rows(request.user, category, found.load.by)
        own = asked if whole else asked.filter(own_rows(request.user, category))
        if own.height:
            return Row(category, own.row(0, named=True), found)
    raise Http404


def _found(one: Row) -> pl.DataFrame:
    """Return what was found of a row."""
    rows = held.findings_of_rows(one.found.ledger, one.category, one.found.name, [one.number])
    return rows.filter(pl.col("source_sheet").fill_null("").is_in(["", one.sheet]))


def _corrected(request: HttpRequest, one: Row, form: CellsForm) -> bool:
    cells, reason = form.changed(), form.cleaned_data["reason"]
    if not cells:
        form.add_error(None, _("No cell was changed. Change what is wrong, then save."))
        return False
    if form.cleaned_data["revision"] != one.entry["revision"]:
        form.add_error(None, _("Somebody corrected this row meanwhile. Open it again, look at what it says now, and correct that."))  # fmt: skip
        return False
    if not may_correct(request.user, _place_after(one, cells), one.found.load.by):
        form.add_error(None, _("The row would belong to a place that is not yours. Nothing was changed."))
        return False
    do = partial(ledgers.correct_entry, one.found.workspace, one.found.name, one.number, cells, reason=reason, sheet=one.sheet)  # fmt: skip
    details = {"row": one.number, "sheet": one.sheet, "columns": sorted(cells), "reason": reason}
    try:
        done(request, do, "correct_row", one.found.name, details)
    except SaleveError as fault:
        for line in filter(None, map(str.strip, str(fault).splitlines())):
            form.add_error(None, line.removeprefix("- "))
        return False
    return True


def _place_after(one: Row, cells: Mapping[str, str]) -> Place:
    names = held.site_names(one.found.workspace)
    site = cells.get("site")
    named = names.get(site.lower(), site) if site else None
    return Place(
        one.category,
        cells["unit"] or None if "unit" in cells else one.place.unit,
        named if "site" in cells else one.place.site,
    )


def _shown(request: HttpRequest, one: Row, found: pl.DataFrame, form: CellsForm) -> HttpResponse:
    note_reading(request, one.found, one.category, 1)
    context = about(one.found)
    why_not = _why_not(one)
    netted = one.entry["by_batch"]
    context |= {
        "row": one,
        "row_state": row_states()[one.state],
        "row_sign": ROW_SIGNS.get(one.state, "plain"),
        "trail": [*context["trail"], (one.found.file, reverse("batch", args=[one.found.name]))],
        "faults": [(severities()[each["severity"]], SEVERITY_SIGNS.get(each["severity"], "plain"), each) for each in found.to_dicts()],
        "repairs": [{**each, "told": rule_words(each["rule"])} for each in held.repairs_of_row(one.found.ledger, one.category, one.found.name, one.number).to_dicts()],
        "cells": [(column_header(one.category, each), shown_cell(each, one.entry[each.name])) for each in category_of(one.category).columns if not each.personal and one.entry[each.name] is not None],
        "form": form,
        "why_not": why_not,
        "may_correct": not why_not and allowed(request.user, Operation.CORRECT_DATA) and may_correct(request.user, one.place, one.found.load.by),
        "may_withdraw": one.state != "netted" and allowed(request.user, Operation.WITHDRAW_DATA) and one.found.name not in one.found.ledger.withdrawn,
        "next": _next_waiting(request, one),
        "reason_form": ReasonForm(auto_id="withdraw_%s"),
        "netted": netted_because().get(one.entry["reason"], one.entry["reason"]) if one.state == "netted" else "",
        "netted_by": row_address(netted, one.entry["by_row"], one.entry["by_sheet"] or "") if netted else "",
    }  # fmt: skip
    return render(request, "web/data/row.html", context)


def _next_waiting(request: HttpRequest, one: Row) -> str:
    """Return the address of the next row of the batch that waits for a correction; after the last the first."""
    waiting = index_of(request, one.found, one.category).filter(state="rejected")
    others = [(sheet, row) for sheet, row, _state in waiting.iter_rows() if (sheet, row) != (one.sheet, one.number)]  # fmt: skip
    later = [place for place in others if place > (one.sheet, one.number)]
    sheet, row = next(iter([*later, *others]), ("", 0))
    return row_address(one.found.name, row, sheet) if row else ""


def _why_not(one: Row) -> str:
    """Say why a row cannot be corrected; empty where it can."""
    if one.found.name in one.found.ledger.withdrawn:
        return _("The batch no longer counts, so its rows need no correction.")
    try:
        refuse_unsuited(one.category, one.entry)
    except LedgerError as fault:
        return str(fault)
    return ""


def _faults_of(one: Row, found: pl.DataFrame) -> dict[str, str]:
    return dict(_faults(one, found)) if one.state == "rejected" else {}


def _faults(one: Row, found: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield column and fault, of the errors that name a column of the file."""
    errors = found.filter(pl.col("severity") == "error").drop_nulls("column")
    for header, message, advice in errors.select("column", "message", "suggestion").iter_rows():
        for name in named_columns(one.found, one.category, [header]):
            yield name, " ".join(filter(None, (message, advice)))


ADDRESSES = [
    path("data/batches/<slug:name>/rows/<int:row>/", batch_row, name="batch_row"),
    path("data/batches/<slug:name>/rows/<int:row>/correct/", correct_row, name="correct_row"),
    path("data/batches/<slug:name>/rows/<int:row>/withdraw/", withdraw_row, name="withdraw_row"),
]
