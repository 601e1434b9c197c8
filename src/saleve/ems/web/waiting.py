"""One file that waits: its columns are looked at, its rows previewed, then it is loaded or discarded."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saleve.ems import staging
from saleve.ems.audit_log.log import record
from saleve.ems.jobs.models import DONE, Job
from saleve.ems.jobs.starting import cancel, start
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.files import OtherPlaceError, refuse_other_places
from saleve.ems.people.permissions import PERSONAL_CATEGORIES, Operation, allowed, may_read_persons
from saleve.ems.previewing import Preview, previewed
from saleve.ems.staging import Staged, StagingError
from saleve.ems.waiting_rows import fixes_of
from saleve.ems.web import tables
from saleve.ems.web.columns import ColumnsForm
from saleve.ems.web.frame import workspace
from saleve.ems.web.preview_tables import tables_of
from saleve.ems.web.replacing import places_in_words, replaceable, sees_all
from saleve.ems.web.waiting_words import refusal_of, state_of
from saleve.language import _
from saleve.reporting.labels import label


def of_file(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the file that its address names; where that was loaded meanwhile, lead to what became of it."""

    @wraps(view)
    def found(request: HttpRequest, name: str, **more: Any) -> HttpResponse:
        try:
            staged = staging.find(settings.WORKSPACE, name)
        except StagingError as fault:
            job = _jobs([name]).filter(operation="load", state=DONE, who=request.user.email).last()
            if job is None:
                raise Http404(str(fault)) from fault
            return _away(request, job.address or reverse("job", args=[job.pk]))
        if not _sees(request, staged):
            raise Http404
        return view(request, staged, **more)

    return found


@require_safe
@needs(Operation.LOAD_DATA)
@of_file
def waiting(request: HttpRequest, staged: Staged) -> HttpResponse:
    """Show what would become of the rows of a file; nothing is loaded."""
    job, found = job_of(staged), previewed(staged, rows=True)
    context = _context(request, staged, job, found)
    if found and not found.fault and not (job and job.open):
        values = reads_values(request, staged, found)
        fixed = fixes_of(staged)
        rows = tables_of(request, found, reverse("waiting", args=[staged.id]), values=values, fixed=fixed, fixable=_fixable(request, found))  # fmt: skip
        context |= {"fixed": len(fixed), "all_fixed": len(fixed) == found.counts["rejected"]}
        for table in (*rows["tables"], rows["problems"]):
            if answer := tables.download(request, table):
                return answer
        context |= rows | {"tables": [tables.page(request, table) for table in rows["tables"]]}
        context["problems"] = tables.page(request, rows["problems"])
        places = places_in_words(request, staged, found)
        context["places"] = places
        if found.known and sees_all(request):
            context["batch_address"] = reverse("batch", args=[found.known])
        context["same_name"] = any(one["same"] for one in places)
    return render(request, "web/data/waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.LOAD_DATA)
@of_file
def columns(request: HttpRequest, staged: Staged) -> HttpResponse:
    """Show what each header is taken for; change it, and have the file read so."""
    job, found = job_of(staged), previewed(staged)
    if found is None or (job and job.open):
        return redirect("waiting", name=staged.id)
    form = ColumnsForm(request.POST or None, staged=staged, headers=found.headers, workspace=workspace(), person=request.user)  # fmt: skip
    if request.method == "POST" and form.is_valid():
        _read_so(request, staged, form)
        return redirect("waiting", name=staged.id)
    context = _context(request, staged, job, found)
    context |= {"form": form, "headers": found.headers, "values": reads_values(request, staged, found)}
    context["missing"] = ", ".join(found.headers.missing) if found.headers else ""
    return render(request, "web/data/columns.html", context)


@require_POST
@needs(Operation.LOAD_DATA)
@of_file
def confirm_headers(request: HttpRequest, staged: Staged) -> HttpResponse:
    """Take headers that changed as they are: what was taught holds for those that remain."""
    staging.change(staged, confirmed=True)
    with transaction.atomic():
        record(request.user.email, "confirm_headers", staged.id, {"file": staged.name})
        _start("preview", request, staged)
    return redirect("waiting", name=staged.id)


@require_POST
@needs(Operation.LOAD_DATA)
@of_file
def read_file(request: HttpRequest, staged: Staged) -> HttpResponse:
    """Have a file read whose reading was stopped or failed."""
    job = job_of(staged)
    if not (job and job.open):
        _start("preview", request, staged)
    return redirect("waiting", name=staged.id)


@require_POST
@needs(Operation.LOAD_DATA)
@of_file
def load_file(request: HttpRequest, staged: Staged) -> HttpResponse:
    """Load a file that was previewed, all of it or nothing."""
    job, found = job_of(staged), previewed(staged)
    if found is None or found.fault or (job and job.open):
        messages.error(request, _("The file is not ready to be loaded. See what is said of it here."))
        return redirect("waiting", name=staged.id)
    replaces = request.POST.get("replaces", "")
    if replaces and replaces not in {one.load.batch for one in replaceable(request, staged, found)}:
        messages.error(request, _("The batch that the file should replace does not stand any more."))
        return redirect("waiting", name=staged.id)
    try:
        refuse_other_places(request.user, found.places)
    except OtherPlaceError as fault:
        messages.error(request, str(fault))
        return redirect("waiting", name=staged.id)
    staging.change(staged, replaces=replaces or None)
    _start("load", request, staged)
    return redirect("waiting", name=staged.id)


@require_POST
@needs(Operation.LOAD_DATA)
@of_file
def discard_file(request: HttpRequest, staged: Staged) -> HttpResponse:
    """Throw a file away that was not loaded."""
    job = job_of(staged)
    if job and job.open and job.operation == "load":
        messages.error(request, _("The file is being loaded. Stop that first."))
        return redirect("waiting", name=staged.id)
    if job and job.open:
        cancel(job, request.user)
    with transaction.atomic():
        record(request.user.email, "discard_file", staged.id, {"file": staged.name})
        staging.discard(staged)
    messages.success(request, _("{file} was discarded. Nothing of it was loaded.").format(file=staged.name))
    return redirect("data")


def all_told(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the files that wait and that the person may see, the newest first, each with its state in words."""
    seen = [one for one in staging.all_staged(settings.WORKSPACE) if _sees(request, one)]
    jobs = {one.arguments["staged"]: one for one in _jobs([one.id for one in seen])}
    return [{"staged": one, **state_of(request, jobs.get(one.id), previewed(one))} for one in seen]


def _sees(request: HttpRequest, staged: Staged) -> bool:
    return sees_all(request) or staged.by == request.user.email


def _away(request: HttpRequest, address: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _jobs(names: list[str]) -> Any:
    return Job.objects.filter(arguments__staged__in=names).order_by("made")


def job_of(staged: Staged) -> Job | None:
    """Return the last work on a file."""
    return _jobs([staged.id]).last()


def _start(operation: str, request: HttpRequest, staged: Staged, **more: str) -> None:
    then = reverse("waiting", args=[staged.id])
    if operation == "load":
        then = reverse("batch", args=["BATCH"]).replace("BATCH", "{batch}")  # braces would be quoted
    start(operation, request.user, then=then, staged=staged.id, **more)


def _read_so(request: HttpRequest, staged: Staged, form: ColumnsForm) -> None:
    said = form.said()
    staging.change(staged, **said, fixes=None)  # cells that were corrected may be of other columns now
    with transaction.atomic():
        record(request.user.email, "say_columns", staged.id, {"file": staged.name, **said})
        remember = {"remember": form.remembered_as} if form.remembered_as else {}
        _start("preview", request, staged, **remember)


def _context(request: HttpRequest, staged: Staged, job: Job | None, found: Preview | None) -> dict[str, Any]:
    steps = [(_("Rows"), reverse("waiting", args=[staged.id]))]
    if found and not found.completes:
        steps.append((_("Columns"), reverse("columns", args=[staged.id])))
    return {
        "area": "data",
        "staged": staged,
        "trail": [(_("Data"), reverse("data"))],
        "steps": steps,
        "preview": found,
        "sources": ", ".join(label("source", name) for name in found.categories) if found else "",
        "refusal": refusal_of(request, found) if found else "",
        "here": request.path,
        "step": request.path,
        **state_of(request, job, found),
    }


def reads_values(request: HttpRequest, staged: Staged, found: Preview) -> bool:
    """Tell whether the person may see cells of the file, and log that she does: rows of travellers are for few."""
    guessed = found.headers.category if found.headers else None
    names = PERSONAL_CATEGORIES & {*found.categories, guessed or ""}
    permitted = all(may_read_persons(request.user, name) for name in names)
    if names and permitted:
        told = {"file": staged.name, "through": "preview"}
        record(request.user.email, "read_personal_rows", staged.id, told)
    return permitted


def _fixable(request: HttpRequest, found: Preview) -> bool:
    """Tell whether rejected rows can be corrected on the page before the file is loaded."""
    return not (found.completes or found.known) and allowed(request.user, Operation.CORRECT_DATA)


ADDRESSES = [
    path("data/waiting/<str:name>/", waiting, name="waiting"),
    path("data/waiting/<str:name>/columns/", columns, name="columns"),
    path("data/waiting/<str:name>/confirm/", confirm_headers, name="confirm_headers"),
    path("data/waiting/<str:name>/read/", read_file, name="read_file"),
    path("data/waiting/<str:name>/load/", load_file, name="load_file"),
    path("data/waiting/<str:name>/discard/", discard_file, name="discard_file"),
]
