"""The rows of a batch over the API: each with its cells, its state and why; those of travellers for few."""

from typing import Any, Literal

import polars as pl
from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from saleve.ems import batches as held
from saleve.ems.api.answers import FAULTS, PageQuery, list_of, page_of
from saleve.ems.audit_log.log import record
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.ledger import Share, own_rows, sees_all_rows, share
from saleve.ems.people.permissions import PERSONAL_CATEGORIES, Operation, may_read_persons
from saleve.ems.workspace import Workspace, open_workspace
from saleve.language import _
from saleve.ledger.entering import category_of
from saleve.ledger.journal import Commit
from saleve.ledger.store import Ledger

router = Router(tags=["batches"])


class Wanted(Schema):
    """Which rows are asked for."""

    category: str | None = Field(None, description="Where the file has rows of several; else its only one.")
    state: Literal["accepted", "repaired", "rejected", "netted"] | None = None


class Row(Schema):
    """A row of a file, as it stands in the ledger."""

    row: int
    sheet: str | None
    state: str
    why: str | None = Field(description="Why a row is rejected, or does not count beside another.")
    what_to_do: str | None
    cells: dict[str, Any] = Field(description="Columns of the category; names of persons are never kept.")


@router.get("/batches/{batch}/rows", response={200: list_of(Row), **FAULTS}, summary="Read the rows of a batch")  # fmt: skip
@needs(Operation.READ_DATA)
def rows(request: HttpRequest, batch: str, wanted: Query[Wanted], paging: PageQuery) -> Any:
    """Return the rows of a batch that the person may see, in the order of the file."""
    workspace = open_workspace(settings.WORKSPACE)
    ledger = held.opened(workspace)
    load = _found(request.user, workspace, ledger, batch)
    categories = held.categories_of(load)
    category = wanted.category or next(iter(categories), "")
    if category not in categories:
        text = _("This batch has no rows of {category}. It has: {known}.")
        return Status(422, {"detail": text.format(category=category, known=", ".join(categories))})
    if not may_read_persons(request.user, category):
        return Status(403, {"detail": _("These are rows of single travellers. The coordinator and the focal point of travel may read them.")})  # fmt: skip
    index = _index(request.user, workspace, ledger, load, category)
    chosen = index if wanted.state is None else index.filter(state=wanted.state)
    page = page_of(request, chosen, paging)
    shown = chosen.slice(paging.offset, paging.limit)
    if category in PERSONAL_CATEGORIES and shown.height:
        details = {"category": category, "rows": shown.height, "through": "api"}
        record(request.user.email, "read_personal_rows", batch, details)
    return {**page, "items": _told(ledger, category, batch, shown)}


def _found(person: Any, workspace: Workspace, ledger: Ledger, batch: str) -> Commit:
    """Return a batch that the person may see; for others it is not there."""
    load = ledger.batches.get(batch)
    touched = held.places(ledger, held.site_names(workspace)).get(batch, frozenset())
    if load is None or share(person, touched, load.by) is Share.NOTHING:
        raise Http404
    return load


def _index(person: Any, workspace: Workspace, ledger: Ledger, load: Commit, category: str) -> pl.DataFrame:
    """Return sheet, number and state of the rows that the person may see."""
    if sees_all_rows(person, category, load.by):
        return held.row_index(ledger, category, str(load.batch))
    placed = held.row_index(ledger, category, str(load.batch), held.site_names(workspace))
    return placed.filter(own_rows(person, category)).drop("place_unit", "place_site")


def _told(ledger: Ledger, category: str, batch: str, wanted: pl.DataFrame) -> list[dict[str, Any]]:
    found = held.rows_of(ledger, category, batch, wanted)
    why = held.why_rejected(ledger, category, batch, found["source_row"])
    reasons = {(one["source_sheet"], one["source_row"]): one for one in why.to_dicts()}
    columns = [one.name for one in category_of(category).columns if one.name in found.columns and not one.personal]  # fmt: skip
    return [_row(one, reasons, columns) for one in found.to_dicts()]


def _row(row: dict[str, Any], reasons: dict[tuple[str, int], dict[str, Any]], columns: list[str]) -> dict[str, Any]:  # fmt: skip
    number, sheet = row["source_row"], row["source_sheet"]
    reason = reasons.get((sheet or "", number), {}) if row["state"] == "rejected" else {}
    return {
        "row": number,
        "sheet": sheet,
        "state": row["state"],
        "why": reason.get("why") or row["reason"],
        "what_to_do": reason.get("what_to_do"),
        "cells": {name: row[name] for name in columns if row[name] is not None},
    }
