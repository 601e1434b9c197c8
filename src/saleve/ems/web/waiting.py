"""One file that waits: its columns are looked at, its rows previewed, then it is loaded or discarded."""

from collections.abc import Mapping
from typing import Any

import polars as pl
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
from saleve.ems.ledgers import BatchRow, list_batches
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places import OtherPlaceError, refuse_other_places
from saleve.ems.people.permissions import PERSONAL_CATEGORIES, Operation, allowed, may_read_persons
from saleve.ems.previewing import SHOWN_ROWS, Preview, previewed
from saleve.ems.staging import Staged, StagingError
from saleve.ems.web import tables
from saleve.ems.web.columns import ColumnsForm
from saleve.ems.web.frame import address_of, workspace
from saleve.ems.web.jobs import shown
from saleve.language import _
from saleve.ledger.wording import column_header
from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.repairs import repair_rules
from saleve.method.schema import Kind
from saleve.reporting.formatting import amount, long_date
from saleve.reporting.labels import label

_ROWS_OF_PAGE, _PROBLEMS_OF_PAGE = 25, 10
_STATES = ("rejected", "repaired", "accepted")  # in the order in which a person looks at them


@require_safe
@needs(Operation.LOAD_DATA)
def waiting(request: HttpRequest, name: str) -> HttpResponse:
    """Show what would become of the rows of a file; nothing is loaded."""
    staged = _found(request, name)
    if isinstance(staged, HttpResponse):
        return staged
    job, found = _job(staged), previewed(staged, rows=True)
    context = _context(request, staged, job, found)
    if found and not found.fault and not (job and job.open):
        rows = _rows(request, staged, found)
        for table in (*rows["tables"], rows["problems"]):
            if answer := tables.download(request, table):
                return answer
        context |= rows | {"tables": [tables.page(request, table) for table in rows["tables"]]}
        context["problems"] = tables.page(request, rows["problems"])
        places = _places(request, staged, found)
        context["places"] = places
        context["same_name"] = any(one["same"] for one in places)
    return render(request, "web/data/waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.LOAD_DATA)
def columns(request: HttpRequest, name: str) -> HttpResponse:
    """Show what each header is taken for; change it, and have the file read so."""
    staged = _found(request, name)
    if isinstance(staged, HttpResponse):
        return staged
    job, found = _job(staged), previewed(staged)
    if found is None or (job and job.open):
        return redirect("waiting", name=name)
    form = ColumnsForm(request.POST or None, staged=staged, headers=found.headers, workspace=workspace(), person=request.user)  # fmt: skip
    if request.method == "POST" and form.is_valid():
        _read_so(request, staged, form)
        return redirect("waiting", name=name)
    context = _context(request, staged, job, found)
    context |= {"form": form, "headers": found.headers, "values": _reads_values(request, staged, found)}
    context["missing"] = ", ".join(found.headers.missing) if found.headers else ""
    return render(request, "web/data/columns.html", context)


@require_POST
@needs(Operation.LOAD_DATA)
def confirm_headers(request: HttpRequest, name: str) -> HttpResponse:
    """Take headers that changed as they are: what was taught holds for those that remain."""
    staged = _found(request, name)
    if isinstance(staged, HttpResponse):
        return staged
    staging.change(staged, confirmed=True)
    with transaction.atomic():
        record(request.user.email, "confirm_headers", staged.id, {"file": staged.name})
        _start("preview", request, staged)
    return redirect("waiting", name=name)


@require_POST
@needs(Operation.LOAD_DATA)
def read_file(request: HttpRequest, name: str) -> HttpResponse:
    """Have a file read whose reading was stopped or failed."""
    staged = _found(request, name)
    if isinstance(staged, HttpResponse):
        return staged
    job = _job(staged)
    if not (job and job.open):
        _start("preview", request, staged)
    return redirect("waiting", name=name)


@require_POST
@needs(Operation.LOAD_DATA)
def load_file(request: HttpRequest, name: str) -> HttpResponse:
    """Load a file that was previewed, all of it or nothing."""
    staged = _found(request, name)
    if isinstance(staged, HttpResponse):
        return staged
    job, found = _job(staged), previewed(staged)
    if found is None or found.fault or (job and job.open):
        messages.error(request, _("The file is not ready to be loaded. See what is said of it here."))
        return redirect("waiting", name=name)
    replaces = request.POST.get("replaces", "")
    if replaces and replaces not in {one.load.batch for one in _replaceable(request, staged, found)}:
        messages.error(request, _("The batch that the file should replace does not stand any more."))
        return redirect("waiting", name=name)
    try:
        refuse_other_places(request.user, found.places)
    except OtherPlaceError as fault:
        messages.error(request, str(fault))
        return redirect("waiting", name=name)
    staging.change(staged, replaces=replaces or None)
    _start("load", request, staged)
    return redirect("waiting", name=name)


@require_POST
@needs(Operation.LOAD_DATA)
def discard_file(request: HttpRequest, name: str) -> HttpResponse:
    """Throw a file away that was not loaded."""
    staged = _found(request, name)
    if isinstance(staged, HttpResponse):
        return staged
    job = _job(staged)
    if job and job.open and job.operation == "load":
        messages.error(request, _("The file is being loaded. Stop that first."))
        return redirect("waiting", name=name)
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
    return [{"staged": one, **_state(request, jobs.get(one.id), previewed(one))} for one in seen]


def _found(request: HttpRequest, name: str) -> Staged | HttpResponse:
    """Return the file; where it was loaded meanwhile, the way to what became of it."""
    try:
        staged = staging.find(settings.WORKSPACE, name)
    except StagingError as fault:
        job = _jobs([name]).filter(operation="load", state=DONE, who=request.user.email).last()
        if job is None:
            raise Http404(str(fault)) from fault
        return _away(request, job.address or reverse("job", args=[job.pk]))
    if not _sees(request, staged):
        raise Http404
    return staged


def _sees(request: HttpRequest, staged: Staged) -> bool:
    return _sees_all(request) or staged.by == request.user.email


def _sees_all(request: HttpRequest) -> bool:
    return allowed(request.user, Operation.COMPUTE_INVENTORY)  # the coordinator


def _away(request: HttpRequest, address: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _jobs(names: list[str]) -> Any:
    return Job.objects.filter(arguments__staged__in=names).order_by("made")


def _job(staged: Staged) -> Job | None:
    return _jobs([staged.id]).last()


def _start(operation: str, request: HttpRequest, staged: Staged, **more: str) -> None:
    then = reverse("waiting", args=[staged.id])
    if operation == "load":
        then = address_of("batch", "BATCH").replace("BATCH", "{batch}")
    start(operation, request.user, then=then, staged=staged.id, **more)


def _read_so(request: HttpRequest, staged: Staged, form: ColumnsForm) -> None:
    said = form.said()
    staging.change(staged, **said)
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
        "refusal": _refusal(request, found) if found else "",
        "here": request.path,
        "step": request.path,
        **_state(request, job, found),
    }


def _state(request: HttpRequest, job: Job | None, found: Preview | None) -> dict[str, Any]:
    """Return a file's state in a word, its sign, and a sentence."""
    told: dict[str, Any] = {"job": job, "work": shown(job) if job else None}
    if job and job.open:
        word = _("Is being loaded") if job.operation == "load" else _("Is being read")
        return told | {"state": word, "sign": "accent", "sentence": job.sentence}
    if job and job.state != DONE:
        return told | {"state": told["work"]["state"], "sign": told["work"]["sign"], "sentence": job.sentence}
    if found is None:
        return told | {"state": _("Not read yet"), "sign": "plain", "sentence": ""}
    if found.fault:
        return told | {"state": _("Needs your answer"), "sign": "watch", "sentence": found.fault}
    sentence = _("{rows} rows: {accepted} accepted, {repaired} repaired, {rejected} rejected.")
    told["sentence"] = sentence.format(
        rows=amount(found.rows, 0), **{name: amount(count, 0) for name, count in found.counts.items()}
    )
    if _refusal(request, found):
        return told | {"state": _("Not yours to load"), "sign": "bad"}
    return told | {"state": _("Ready to load"), "sign": "good"}


def _refusal(request: HttpRequest, found: Preview) -> str:
    try:
        refuse_other_places(request.user, found.places)
    except OtherPlaceError as fault:
        return str(fault)
    return ""


def _reads_values(request: HttpRequest, staged: Staged, found: Preview) -> bool:
    """Tell whether the person may see cells of the file, and log that she does: rows of travellers are for few."""
    guessed = found.headers.category if found.headers else None
    names = PERSONAL_CATEGORIES & {*found.categories, guessed or ""}
    permitted = all(may_read_persons(request.user, name) for name in names)
    if names and permitted:
        told = {"file": staged.name, "through": "preview"}
        record(request.user.email, "read_personal_rows", staged.id, told)
    return permitted


def _rows(request: HttpRequest, staged: Staged, found: Preview) -> dict[str, Any]:
    """Return the table of the state that is looked at, those of repairs and problems, and what leads to the others."""
    values = _reads_values(request, staged, found)
    asked = request.GET.get("rows", "")
    first = next((state for state in _STATES if found.counts[state]), "accepted")
    state = asked if asked in _STATES else first
    names = {"rejected": _("Rejected"), "repaired": _("Repaired"), "accepted": _("Accepted")}
    here = reverse("waiting", args=[staged.id])
    shown_rows = [_table_of(found, state, names[state])] if values else []
    if values and state == "repaired":
        shown_rows.insert(0, _repairs(found))
    return {
        "tables": shown_rows,
        "problems": _problems(found, values=values),
        "values": values,
        "tabs": [(f"{names[one]} ({amount(found.counts[one], 0)})", f"{here}?rows={one}") for one in _STATES],
        "tab": f"{here}?rows={state}",
        "shown_rows": SHOWN_ROWS,
        "cut": found.counts[state] > SHOWN_ROWS,
        "problems_cut": found.tables["problems"].height >= SHOWN_ROWS,
        "state_shown": state,
    }


def _table_of(found: Preview, state: str, title: str) -> tables.Table:
    frame = found.tables[state]
    known: Mapping[str, str] = {
        "source_row": _("Row"),
        "source_sheet": _("Sheet"),
        "why": _("Why it is rejected"),
    }
    names = [name for name in known if name in frame.columns]
    others = [name for name in frame.columns if name not in known and not _made(found, name)]
    shown_columns = [
        tables.Column(
            name, known.get(name) or _heading(found, name), "number" if name == "source_row" else "text"
        )
        for name in [*names, *others]
    ]
    empty = {
        "rejected": _("No row is rejected."),
        "repaired": _("No row was repaired."),
        "accepted": _("No row is accepted as it is."),
    }
    return tables.Table(
        state,
        title,
        frame,
        shown_columns,
        rows_of_page=_ROWS_OF_PAGE,
        when_empty=empty[state],
        show_title=False,
    )


def _made(found: Preview, name: str) -> bool:
    """Tell whether reading made the column for itself: the year of a date."""
    columns = [column for one in found.categories for column in CATEGORIES[one].CATEGORY.columns]
    return any(column.kind is Kind.DATE and name == f"{column.name}_year" for column in columns)


def _heading(found: Preview, name: str) -> str:
    """Return a column in words: as its category calls it, with its currency behind; a header of the file as it is."""
    for category in (CATEGORIES[one].CATEGORY for one in found.categories):
        for column in category.columns:
            if column.name == name:
                return column_header(category.name, column)
            if column.kind is Kind.MONEY and name.startswith(f"{column.name}_"):
                return (
                    f"{column_header(category.name, column)} ({name.removeprefix(column.name)[1:].upper()})"
                )
    return name


def _with_currency(text: str, currency: str) -> str:
    if currency == "xxx":
        return _("{column} (currency not stated)").format(column=text)
    return f"{text} ({currency.upper()})"


def _repairs(found: Preview) -> tables.Table:
    rules = {name: rule.changes for name, rule in repair_rules().items()}
    shown_columns = (
        tables.Column("row", _("Row"), "number"),
        tables.Column("column", _("Column")),
        tables.Column("before", _("In the file")),
        tables.Column("after", _("Read as")),
        tables.Column("rule", _("Rule"), words=rules, choose=True),
    )
    frame = found.tables["repairs"]
    return tables.Table("repairs", _("What was repaired"), frame, shown_columns)


def _problems(found: Preview, *, values: bool) -> tables.Table:
    words = {"error": _("Error"), "warning": _("Warning"), "note": _("Note")}
    shown_columns = [
        tables.Column("severity", _("Kind"), "state", words=words, states={"error": "bad", "warning": "watch"}, choose=True),
        tables.Column("row", _("Row"), "number"),
        tables.Column("column", _("Column")),
    ]  # fmt: skip
    if values:
        shown_columns += [tables.Column("message", _("What")), tables.Column("suggestion", _("What to do"))]
    else:
        shown_columns += [tables.Column("code", _("What"), choose=True)]
    order = pl.col("severity").replace_strict({"error": 0, "warning": 1}, default=2)
    frame = found.tables["problems"].sort(order, maintain_order=True)
    frame = frame.with_columns(pl.col("code").str.replace_all("-", " "))
    empty = _("Nothing was found that you should know.")
    return tables.Table(
        "problems",
        _("What was found"),
        frame,
        shown_columns,
        rows_of_page=_PROBLEMS_OF_PAGE,
        when_empty=empty,
    )


def _places(request: HttpRequest, staged: Staged, found: Preview) -> list[dict[str, Any]]:
    """Return the batches whose place the file may take."""
    text = _("{file}, loaded on {day} by {who}: {rows} rows, {rejected} rejected")
    return [
        {
            "batch": str(one.load.batch),
            "text": text.format(
                file=one.load.account["file"],
                day=long_date(one.load.at.date()),
                who=one.load.by,
                rows=one.rows,
                rejected=one.rejected,
            ),
            "same": one.load.account["file"] == staged.name,
        }
        for one in _replaceable(request, staged, found)
    ]


def _replaceable(request: HttpRequest, staged: Staged, found: Preview) -> list[BatchRow]:
    """Return standing batches of the same name, then those of the same category whose rows wait for a correction."""
    if found.completes:
        return []
    standing = [one for one in list_batches(workspace()) if one.withdrawal is None]
    own = [one for one in standing if _sees_all(request) or one.load.by == request.user.email]
    same = [one for one in own if one.load.account["file"] == staged.name]
    categories = set(found.categories)
    waits = [
        one
        for one in own
        if one.rejected
        and one not in same
        and categories & {reading["category"] for reading in one.load.account["readings"]}
    ]
    return [*reversed(same), *reversed(waits)]


ADDRESSES = [
    path("data/waiting/<str:name>/", waiting, name="waiting"),
    path("data/waiting/<str:name>/columns/", columns, name="columns"),
    path("data/waiting/<str:name>/confirm/", confirm_headers, name="confirm_headers"),
    path("data/waiting/<str:name>/read/", read_file, name="read_file"),
    path("data/waiting/<str:name>/load/", load_file, name="load_file"),
    path("data/waiting/<str:name>/discard/", discard_file, name="discard_file"),
]
