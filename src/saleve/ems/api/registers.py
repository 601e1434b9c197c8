"""What else an organisation keeps, over the API: factors, sites, data requests, documents."""

from datetime import date, datetime
from typing import Any

import polars as pl
from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from saleve.ems.api.answers import FAULTS, PageQuery, list_of, page_of, table_of
from saleve.ems.documents import list_documents
from saleve.ems.factors import SHOWN, show_factors
from saleve.ems.figures import read
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.tables import within
from saleve.ems.people.permissions import Operation, Place, allowed
from saleve.ems.workspace import open_workspace
from saleve.method.requests import REQUESTS

router = Router(tags=["registers"])


class Factors(Schema):
    """Which factors are asked for; what is left out is open."""

    source: str | None = Field(None, description="Source category, such as electricity.")
    place: str | None = None
    year: int | None = Field(None, ge=1900, le=2200)
    edition: str | None = None


class Site(Schema):
    """A site, and from when to when it was used."""

    site: str
    country: str | None
    opened: date | None
    closed: date | None


class Document(Schema):
    """A document that was made; ``run`` is null where it rests on the data as they were."""

    name: str
    kind: str
    year: int
    run: str | None
    language: str
    made_by: str
    made_at: datetime
    files: dict[str, dict[str, str]] = Field(description="Format: file and sha256.")


_DAYS, _AMOUNTS = ("valid_from", "valid_to", "published"), ("kg_co2e_per_unit", "low_pct", "high_pct")
_KINDS = {**dict.fromkeys(_DAYS, pl.Date), **dict.fromkeys(_AMOUNTS, pl.Float64), "deprecated": pl.Boolean}
FACTORS = table_of("Factor", {name: _KINDS.get(name, pl.String) for name in SHOWN}, "An emission factor; columns that say what it is for are null where they say nothing.")  # fmt: skip
OWED = table_of("Request", {name: kind for name, kind in REQUESTS.items() if name != "overdue_days"}, "Data that lack, who owes them and until when.")  # fmt: skip


@router.get("/factors", response={200: FACTORS, **FAULTS}, summary="Read emission factors")
@needs(Operation.READ_FACTORS)
def factors(request: HttpRequest, asked: Query[Factors], paging: PageQuery) -> Any:
    """Return the factors that are held, shipped ones and those of the organisation, each with source and edition."""
    return page_of(request, show_factors(settings.WORKSPACE, **asked.dict()), paging)


@router.get("/sites", response={200: list_of(Site), **FAULTS}, summary="List the sites")
@needs(Operation.READ_PLACES)
def sites(request: HttpRequest, paging: PageQuery) -> Any:
    """Return the sites that the person may see."""
    held = open_workspace(settings.WORKSPACE).sites
    rows = [
        {"site": one.name, "country": one.country, "opened": one.opened, "closed": one.closed}
        for one in held
        if allowed(request.user, Operation.READ_PLACES, Place(site=one.name))
    ]
    return page_of(request, rows, paging)


@router.get("/requests", response={200: OWED, **FAULTS}, summary="List the data that are owed")
@needs(Operation.READ_DATA)
def requests(request: HttpRequest, paging: PageQuery) -> Any:
    """Return which data lack, who owes them and until when, of the places of the person."""
    figures = read(settings.WORKSPACE)
    found: Any = [] if figures is None else within(figures.requests, request.user, Operation.READ_DATA)
    return page_of(request, found, paging)


@router.get("/documents", response={200: list_of(Document), **FAULTS}, summary="List the documents")
@needs(Operation.READ_REPORTS)
def documents(request: HttpRequest, paging: PageQuery) -> Any:
    """Return the documents that were made, the newest first."""
    rows = [
        {"name": one.name, "kind": one.kind, "year": one.year, "run": one.run, "language": one.language,
         "made_by": one.by, "made_at": one.at, "files": one.files}
        for one in list_documents(settings.WORKSPACE)
    ]  # fmt: skip
    return page_of(request, rows, paging)
