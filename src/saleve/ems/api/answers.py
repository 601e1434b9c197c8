"""What every answer of the API is like: lists in pages, faults in words with what to do."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import polars as pl
from django.http import HttpRequest
from ninja import Field, Query, Schema
from pydantic import create_model

LARGEST_PAGE = 1000


class Paging(Schema):
    """Which part of a list is asked for."""

    limit: int = Field(100, ge=1, le=LARGEST_PAGE, description="Rows of the page.")
    offset: int = Field(0, ge=0, le=1_000_000_000, description="Rows before the page.")


PageQuery = Annotated[Paging, Query()]


class Page(Schema):
    """A page of a list: its rows, how many the whole list has, and the address of the page after it."""

    items: list[Any]
    count: int = Field(description="Rows of the whole list.")
    next: str | None = Field(None, description="Address of the next page; null on the last.")


class Fault(Schema):
    """Why a request was not done and what to do; ``problems`` where there are several."""

    detail: str
    problems: list[dict[str, Any]] = Field(default_factory=list)


FAULTS: Mapping[Any, Any] = dict.fromkeys((400, 401, 403, 404, 422, 429), Fault)
_KINDS: Mapping[type[pl.DataType], Any] = {
    pl.String: str,
    pl.Int64: int,
    pl.Float64: float,
    pl.Boolean: bool,
    pl.Date: date,
}


def list_of(item: type[Schema]) -> type[Schema]:
    """Return the page of a list of such items."""
    items: Any = (list[item], ...)  # type: ignore[valid-type]
    return create_model(f"{item.__name__}Page", __base__=Page, __doc__=Page.__doc__, items=items)


def table_of(name: str, columns: Mapping[str, Any], told: str) -> type[Schema]:
    """Return the page of a table: its rows have the columns that the table declares."""
    fields: Any = {column: (_KINDS[_class(kind)] | None, ...) for column, kind in columns.items()}
    return list_of(create_model(name, __base__=Schema, __doc__=told, **fields))


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


def _class(kind: Any) -> type[pl.DataType]:
    """Return the class of a kind of column, which a table may declare as class or as instance."""
    found: type[pl.DataType] = kind if isinstance(kind, type) else type(kind)
    return found


def _next(request: HttpRequest, offset: int) -> str:
    query = request.GET.copy()
    query["offset"] = str(offset)
    return f"{request.path}?{query.urlencode()}"
