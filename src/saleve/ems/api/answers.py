"""What every answer of the API is like: lists in pages, faults in words with what to do."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import polars as pl
from django.http import HttpRequest
from ninja import Field, Query, Schema

LARGEST_PAGE = 1000


class Paging(Schema):
    """Which part of a list is asked for."""

    limit: int = Field(100, ge=1, le=LARGEST_PAGE, description="Rows of the page.")
    offset: int = Field(0, ge=0, le=1_000_000_000, description="Rows before the page.")


PageQuery = Annotated[Paging, Query()]


class Page(Schema):
    """A page of a list; ``next`` is the address of the page after it."""

    items: list[dict[str, Any]]
    count: int
    next: str | None = None


class Fault(Schema):
    """Why a request was not done and what to do; ``problems`` where there are several."""

    detail: str
    problems: list[dict[str, Any]] = Field(default_factory=list)


FAULTS: Mapping[Any, Any] = {401: Fault, 403: Fault, 404: Fault, 422: Fault}


def page_of(
    request: HttpRequest, rows: pl.DataFrame | Sequence[dict[str, Any]], paging: Paging
) -> dict[str, Any]:
    """Return the page that is asked for."""
    count, end = len(rows), paging.offset + paging.limit
    part = rows[paging.offset : end]
    items = plain(part) if isinstance(part, pl.DataFrame) else part
    return {"items": items, "count": count, "next": _next(request, end) if end < count else None}


def plain(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON can say them: what is no number is null."""
    return table.with_columns(pl.selectors.float().fill_nan(None)).to_dicts()


def _next(request: HttpRequest, offset: int) -> str:
    query = request.GET.copy()
    query["offset"] = str(offset)
    return f"{request.path}?{query.urlencode()}"
