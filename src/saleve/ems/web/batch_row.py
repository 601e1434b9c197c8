"""One row of a batch: what it says, what was found, how to correct it in place or withdraw it, each with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl
from django import forms
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
from saleve.ems.web.data_pages import ROW_SIGNS, SEVERITY_SIGNS, netted_because, row_states, severities
from saleve.language import _
from saleve.ledger.correcting import refuse_unsuited, texts_of
from saleve.ledger.entering import category_of
from saleve.ledger.errors import LedgerError
from saleve.ledger.wording import choice_label, column_header, column_meaning
from saleve.method.problems import SaleveError
from saleve.method.schema import Column, Kind

_MOST_SIGNS = 2000  # of a cell


@dataclass(frozen=True)
class Row:
    """One row of a batch that the person may see, with its cells as a person would write them."""

    found: Found
    category: str
    entry: Mapping[str, Any]

    @property
    def number(self) -> int:
        """The number of the row in its file."""
        return int(self.entry["source_row"])

    @property
    def sheet(self) -> str:
        """The sheet of the file."""
        return str(self.entry["source_sheet"])

    @property
    def state(self) -> str:
        """The state in which the row is."""
        return str(self.entry["state"])

    @property
    def place(self) -> Place:
        """Where the row belongs."""
        return Place(self.category, self.entry["place_unit"], self.entry["place_site"])

    def columns(self) -> list[Column]:
        """Return the columns that a person can correct: not names, which are never kept, nor amounts in several currencies."""
        several = {column.name for column in category_of(self.category).columns if column.kind is Kind.MONEY and len(self.entry[column.name] or ()) > 1}  # fmt: skip
        return [one for one in category_of(self.category).columns if not one.personal and one.name not in several]  # fmt: skip

    def written(self) -> dict[str, str]:
        """Return each of these cells as a person would write it."""
        texts = texts_of(self.entry, category_of(self.category))
        plain = {name.partition(":")[0]: text for name, text in texts.items()}
        return {one.name: _short(one, plain.get(one.name, "")) for one in self.columns()}


class CellsForm(forms.Form):
    """The cells of one row, each as a person writes it in a file, and why they are changed."""

    def __init__(self, row: Row, found: pl.DataFrame, data: Any = None) -> None:
        self.before = row.written()
        super().__init__(data, initial={**self.before, "revision": row.entry["revision"], "sheet": row.sheet})
        faults = dict(_faults(row, found)) if row.state == "rejected" else {}
        for column in row.columns():
            text = self.before[column.name]
            self.fields[column.name] = _field(row, column, text, faults.get(column.name))
        self.fields["reason"] = forms.CharField(max_length=500, label=_("Reason"), help_text=_("It is kept in the ledger with your name and the time."))  # fmt: skip
        self.fields["revision"] = forms.IntegerField(widget=forms.HiddenInput)
        self.fields["sheet"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.groups = _groups(row, self.before, faults)

    def wrong(self) -> list[forms.BoundField]:
        """Return the fields of the cells that a fault names."""
        return [self[name] for name in self.groups["wrong"]]

    def filled(self) -> list[forms.BoundField]:
        """Return the fields of the other cells that say something, or must."""
        return [self[name] for name in self.groups["filled"]]

    def empty(self) -> list[forms.BoundField]:
        """Return the fields of cells that say nothing and need not."""
        return [self[name] for name in self.groups["empty"]]

    def changed(self) -> dict[str, str]:
        """Return the cells that say something else than before."""
        said = {name: str(self.cleaned_data.get(name) or "").strip() for name in self.before}
        return {name: text for name, text in said.items() if text != self.before[name]}


@require_safe
@needs(Operation.READ_DATA)
def batch_row(request: HttpRequest, name: str, row: int) -> HttpResponse:
    """Show one row."""
    one = _row(request, find(request, name), row, request.GET.get("sheet"))
    found = _found(one)
    return _shown(request, one, found, CellsForm(one, found))


@require_POST
@needs(Operation.CORRECT_DATA)
def correct_row(request: HttpRequest, name: str, row: int) -> HttpResponse:
    """Give cells of a row other values."""
    one = _row(request, find(request, name), row, request.POST.get("sheet", ""))
    found = _found(one)
    form = CellsForm(one, found, request.POST)
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
            return Row(found, category, own.row(0, named=True))
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


def _faults(one: Row, found: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield column and fault, of the errors that name a column of the file."""
    errors = found.filter(pl.col("severity") == "error").drop_nulls("column")
    for header, message, advice in errors.select("column", "message", "suggestion").iter_rows():
        for name in named_columns(one.found, one.category, [header]):
            yield name, " ".join(filter(None, (message, advice)))


def _groups(row: Row, before: Mapping[str, str], faults: Mapping[str, str]) -> dict[str, list[str]]:
    needed = {one.name for one in row.columns() if one.required}
    wrong = [name for name in before if name in faults]
    filled = [name for name, text in before.items() if name not in faults and (text or name in needed)]
    return {"wrong": wrong, "filled": filled, "empty": [one for one in before if one not in (*wrong, *filled)]}  # fmt: skip


def _field(one: Row, column: Column, before: str, fault: str | None) -> forms.Field:
    heading = column_header(one.category, column)
    money = one.entry[column.name] if column.kind is Kind.MONEY else None
    text = f"{heading} ({money[0]['currency']})" if money else heading
    meaning = column_meaning(one.category, column)
    help_text = fault or meaning[:1].upper() + meaning[1:]
    if column.kind is Kind.MONEY and not money:
        help_text = _("Write the currency beside the amount: 350 CHF.")
    options = _options(column)
    if not options or (before and before not in options):
        return forms.CharField(label=text, help_text=help_text, required=False, max_length=_MOST_SIGNS)
    choices = [("", _("Nothing")), *options.items()]
    return forms.ChoiceField(label=text, help_text=help_text, required=False, choices=choices)


def _options(column: Column) -> dict[str, str]:
    """Return what a cell can say, where it is one of a few words."""
    if column.kind is Kind.YES_NO:
        return {"yes": _("yes"), "no": _("no")}
    return {value: choice_label(value) for value in column.choices} if column.kind is Kind.CHOICE else {}


def _short(column: Column, text: str) -> str:
    """Leave the zeros away that a number does not need."""
    if column.kind in (Kind.MONEY, Kind.NUMBER) and "." in text and "e" not in text:
        return text.rstrip("0").rstrip(".")
    return text


ADDRESSES = [
    path("data/batches/<slug:name>/rows/<int:row>/", batch_row, name="batch_row"),
    path("data/batches/<slug:name>/rows/<int:row>/correct/", correct_row, name="correct_row"),
    path("data/batches/<slug:name>/rows/<int:row>/withdraw/", withdraw_row, name="withdraw_row"),
]
