"""Batches over the API: the list of what was loaded, and loading a file."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from saleve.ems import batches as held
from saleve.ems import staging
from saleve.ems.acts import acting_as
from saleve.ems.api.answers import FAULTS, PageQuery, list_of, page_of, plain
from saleve.ems.api.long_work import LongWork
from saleve.ems.api.long_work import told as work_told
from saleve.ems.audit_log.log import record
from saleve.ems.deliveries import Wishes
from saleve.ems.intake import load_files
from saleve.ems.jobs.models import Job
from saleve.ems.jobs.starting import refresh_figures, start
from saleve.ems.ledgers import BatchRow, batch_rows
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.files import OtherPlaceError, own_places_only
from saleve.ems.people.own_places.ledger import Share, share
from saleve.ems.people.permissions import Operation, scopes
from saleve.ems.workspace import Workspace, open_workspace
from saleve.language import _
from saleve.ledger.loading import Loaded
from saleve.method.activity.categories import CATEGORIES
from saleve.reporting.labels import label

router = Router(tags=["batches"])
LARGE_BYTES = 2 * 2**20  # our choice: what takes longer than an answer should; the worker loads it


class Wished(Schema):
    """What is said of the file."""

    category: str = Field(
        description="Source category of its rows, such as electricity.",
        json_schema_extra={"enum": list(CATEGORIES)},
    )
    year: int | None = Field(
        None, ge=1900, le=2200, description="Year of its rows, where they do not say it."
    )
    confirmed: bool = Field(
        False, description="Headers that changed since a mapping was taught were looked at."
    )


class Batch(Schema):
    """A file that was loaded, and in which states its rows are."""

    batch: str
    file: str
    categories: list[str]
    loaded_at: datetime
    loaded_by: str
    rows: int
    accepted: int
    repaired: int
    rejected: int
    netted: int
    withdrawn_at: datetime | None


class LoadedFile(Schema):
    """What became of a file."""

    file: str
    status: str
    batch: str | None
    problems: list[dict[str, Any]]


@router.get("/batches", response={200: list_of(Batch), **FAULTS}, summary="List the batches")
@needs(Operation.READ_DATA)
def batches(request: HttpRequest, paging: PageQuery) -> Any:
    """Return the batches that are the person's as a whole, the newest first: by their places, or because the person loaded them."""
    return page_of(request, list(_seen(request.user, open_workspace(settings.WORKSPACE))), paging)


@router.post(
    "/batches", response={200: LoadedFile, 201: LoadedFile, 202: LongWork, **FAULTS}, summary="Load a file"
)
@needs(Operation.LOAD_DATA)
def load_batch(
    request: HttpRequest, file: Annotated[UploadedFile, File()], wished: Annotated[Wished, Form()]
) -> Any:
    """Load one file of one category as one batch, all of it or nothing; the same file twice adds nothing.

    201: it was loaded; 200: it was loaded before; 202: it is large, and ``address`` tells how far its loading is.
    """
    if refusal := _refusal(request.user, wished.category):
        return refusal
    if (file.size or 0) > LARGE_BYTES:
        return Status(202, work_told(_load_later(file, wished, request.user)))
    try:
        loaded = _load(file, wished, request.user)
    except OtherPlaceError as fault:
        return Status(403, {"detail": str(fault)})
    if loaded.status == "refused":
        return Status(422, {"detail": loaded.reason or "", "problems": _problems(loaded)})
    told = {
        "file": loaded.file,
        "status": loaded.status,
        "batch": loaded.batch,
        "problems": _problems(loaded),
    }
    if loaded.status != "committed":
        return Status(200, told)
    record(
        request.user.email,
        "load_batch",
        str(loaded.batch),
        {"file": loaded.file, "category": wished.category},
    )
    refresh_figures(request.user.email)
    return Status(201, told)


def _refusal(person: Any, category: str) -> Status[dict[str, str]] | None:
    """Return why the person cannot load rows of this category at all."""
    if category not in CATEGORIES:
        text = _("The category {category} is not known. It can be: {known}.")
        return Status(422, {"detail": text.format(category=category, known=", ".join(CATEGORIES))})
    if any(not one.categories or category in one.categories for one in scopes(person, Operation.LOAD_DATA)):
        return None
    return Status(
        403, {"detail": _("You do not load {category}.").format(category=label("source", category))}
    )


def _load_later(file: UploadedFile, wished: Wished, person: Any) -> Job:
    """Let the worker load the file, as it does for the pages."""
    staged = staging.stage(settings.WORKSPACE, str(file.name or ""), file.chunks(), person.email)
    staging.change(staged, category=wished.category, year=wished.year, confirmed=wished.confirmed)
    return start("load", person, staged=staged.id)


def _load(file: UploadedFile, wished: Wished, person: Any) -> Loaded:
    name = Path(str(file.name or "").replace("\\", "/").replace("\0", "")).name or "file"
    with tempfile.TemporaryDirectory(prefix="saleve-") as place, acting_as(person.email):
        path = Path(place, name)
        with path.open("wb") as kept:
            for part in file.chunks():
                kept.write(part)
        wishes = Wishes(category=wished.category, year=wished.year, confirmed=wished.confirmed)
        workspace = open_workspace(settings.WORKSPACE)
        return load_files(workspace, [path], wishes, confirm=own_places_only(person))[0]


def _problems(loaded: Loaded) -> list[dict[str, Any]]:
    return plain(loaded.problems.select("severity", "row", "column", "message").head(1000))


def _seen(person: Any, workspace: Workspace) -> Iterator[dict[str, Any]]:
    ledger = held.opened(workspace)
    touched = held.places(ledger, held.site_names(workspace))
    for row in reversed(batch_rows(ledger)):
        if share(person, touched[str(row.load.batch)], row.load.by) is Share.WHOLE:
            yield _told(row, sorted(held.categories_of(row.load)))


def _told(row: BatchRow, categories: list[str]) -> dict[str, Any]:
    return {
        "batch": row.load.batch,
        "file": row.load.account["file"],
        "categories": categories,
        "loaded_at": row.load.at,
        "loaded_by": row.load.by,
        **{name: getattr(row, name) for name in ("rows", "accepted", "repaired", "rejected", "netted")},
        "withdrawn_at": row.withdrawal.at if row.withdrawal else None,
    }
