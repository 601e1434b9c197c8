"""One rejected row of a file that waits: corrected in place, before anything is loaded."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from saleve.ems.audit_log.log import record
from saleve.ems.batches import site_names
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.ledger import may_correct
from saleve.ems.people.permissions import Operation, Place
from saleve.ems.previewing import Preview, previewed
from saleve.ems.staging import Staged
from saleve.ems.waiting_rows import Fix, fix_row, fixes_of, rejected_row, unfix_row
from saleve.ems.web.cells import Cells, CellsForm
from saleve.ems.web.frame import workspace
from saleve.ems.web.waiting import job_of, of_file, reads_values
from saleve.language import _
from saleve.method.problems import SaleveError


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.CORRECT_DATA)
@of_file
def waiting_row(request: HttpRequest, staged: Staged, row: int) -> HttpResponse:
    """Show a rejected row with its faults, and keep what it should say."""
    found = _preview(request, staged)
    sheet = (request.POST if request.method == "POST" else request.GET).get("sheet", "")
    told = rejected_row(staged, found, row, sheet)
    if told is None:
        raise Http404
    one = Cells(*told)
    known = fixes_of(staged).get((sheet, row))
    form = CellsForm(one, _faults(found, one), request.POST or None)
    if request.method == "POST" and form.is_valid() and _kept(request, staged, one, form):
        messages.success(request, _("Row {row} is corrected. It counts once the file is loaded.").format(row=row))  # fmt: skip
        return redirect(f"{reverse('waiting', args=[staged.id])}?rows=rejected")
    if known and request.method != "POST":
        form.initial |= {**known.cells, "reason": known.reason}
    context = {
        "area": "data",
        "staged": staged,
        "trail": [(_("Data"), reverse("data")), (staged.name, reverse("waiting", args=[staged.id]))],
        "row": one,
        "form": form,
        "faults": one.entry["faults"] or [],
        "known": known,
    }
    return render(request, "web/data/waiting_row.html", context)


@require_POST
@needs(Operation.CORRECT_DATA)
@of_file
def unfix(request: HttpRequest, staged: Staged, row: int) -> HttpResponse:
    """Take the correction of a row back."""
    with transaction.atomic():
        record(request.user.email, "unfix_row", staged.id, {"file": staged.name, "row": row})
        unfix_row(staged, row, request.POST.get("sheet", ""))
    messages.success(request, _("The correction of row {row} was taken back.").format(row=row))
    return redirect("waiting", name=staged.id)


def _preview(request: HttpRequest, staged: Staged) -> Preview:
    """Return the preview of a file whose cells the person may see and whose rows are not loaded yet."""
    found, job = previewed(staged), job_of(staged)
    if found is None or found.fault or found.completes or found.known or (job and job.open):
        raise Http404
    if not reads_values(request, staged, found):
        raise Http404
    return found


def _faults(found: Preview, one: Cells) -> dict[str, str]:
    """Return the faults of the row by column: headers are named in the file, columns on the page."""
    known = {each.header: each.column for each in found.headers.headers} if found.headers else {}
    told: dict[str, str] = {}
    for header, text in zip(one.entry["headers"] or (), one.entry["faults"] or (), strict=True):
        name = str(known.get(header) or header).partition(":")[0]
        told[name] = " ".join(filter(None, (told.get(name), text)))
    return told


def _kept(request: HttpRequest, staged: Staged, one: Cells, form: CellsForm) -> bool:
    cells = form.changed()
    if not cells:
        form.add_error(None, _("No cell was changed. Change what is wrong, then save."))
        return False
    if not may_correct(request.user, _place(one, form.cleaned_data), request.user.email):
        form.add_error(None, _("The row would belong to a place that is not yours. Nothing was changed."))
        return False
    fix = Fix(one.number, one.sheet, one.category, cells, form.cleaned_data["reason"])
    try:
        with transaction.atomic():
            fix_row(workspace(), staged, one.entry, fix)
            record(request.user.email, "fix_row", staged.id, {"file": staged.name, "row": one.number, "columns": sorted(cells), "reason": fix.reason})  # fmt: skip
    except SaleveError as fault:
        for line in filter(None, map(str.strip, str(fault).splitlines())):
            form.add_error(None, line.removeprefix("- "))
        return False
    return True


def _place(one: Cells, said: dict[str, Any]) -> Place:
    """Return where the corrected row would belong."""
    names, site = site_names(workspace()), str(said.get("site") or "")
    return Place(one.category, said.get("unit") or None, names.get(site.lower(), site) or None)


ADDRESSES = [
    path("data/waiting/<str:name>/rows/<int:row>/", waiting_row, name="waiting_row"),
    path("data/waiting/<str:name>/rows/<int:row>/unfix/", unfix, name="unfix_row"),
]
