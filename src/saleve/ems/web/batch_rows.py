"""The rows of a batch by state, as many as a page can hold; those of travellers only for who may read them."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote_plus

import polars as pl
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from saleve.ems import batches as held
from saleve.ems.people.gate import needs
from saleve.ems.people.own_places.ledger import own_rows, sees_all_rows
from saleve.ems.people.permissions import Operation, may_read_persons
from saleve.ems.web import tables
from saleve.ems.web.batch_account import row_address
from saleve.ems.web.batch_pages import Found, about, find, note_reading
from saleve.ems.web.data_pages import ROW_SIGNS, netted_because, row_states
from saleve.language import _
from saleve.ledger.entering import category_of
from saleve.ledger.schemas import STATES
from saleve.ledger.wording import choice_label, column_header
from saleve.method.schema import Column, Kind
from saleve.reporting.formatting import amount, long_date
from saleve.reporting.labels import label

WINDOW = 5000  # rows that a page reads at most; what lies beyond has a page of its own
_NUMBERS = (Kind.NUMBER, Kind.INTEGER)
_FINEST = 2  # decimals of a number in a table of rows


@require_safe
@needs(Operation.READ_DATA)
def batch_rows(request: HttpRequest, name: str) -> HttpResponse:
    """List the rows of a batch, of one category and state or of all."""
    found = find(request, name)
    if not found.categories:
        raise Http404
    asked = request.GET.get("category", "")
    category = asked if asked in found.categories else found.categories[0]
    refuse_personal(request, category)
    state = request.GET.get("state", "")
    index = index_of(request, found, category)
    wanted = index.filter(state=state) if state in STATES else index
    start = _start(request.GET.get("from", ""), wanted.height)
    table = _table(found, category, wanted.slice(start, WINDOW), _("Rows"))
    note_reading(request, found, category, min(WINDOW, wanted.height - start))
    if answer := tables.download(request, table):
        return answer
    context = {
        **about(found),
        "category": category,
        "choices": [(one, label("source", one)) for one in found.categories],
        "states": list(_states(index)),
        "chosen": state if state in STATES else "",
        "windows": list(_windows(wanted.height, start)),
        "table": tables.page(request, table),
    }
    return render(request, "web/data/rows.html", context)


def index_of(request: HttpRequest, found: Found, category: str) -> pl.DataFrame:
    """Return sheet, number and state of the rows that the person may see."""
    if sees_all_rows(request.user, category, found.load.by):
        return held.row_index(found.ledger, category, found.name)
    placed = held.row_index(found.ledger, category, found.name, held.site_names(found.workspace))
    return placed.filter(own_rows(request.user, category)).drop("place_unit", "place_site")


def rejected_tables(request: HttpRequest, found: Found) -> list[tables.Table]:
    """Return the rows of a batch that wait for a correction, as far as the person may read them."""
    return list(_rejected(request, found))


def own_counts(request: HttpRequest, found: Found) -> Mapping[str, int]:
    """Return how many of the rows that the person may see are in which state."""
    indexes = [
        index_of(request, found, one) for one in found.categories if may_read_persons(request.user, one)
    ]
    states = [state for one in indexes for state in one["state"]]
    return {"rows": len(states), **{state: states.count(state) for state in STATES}}


def refuse_personal(request: HttpRequest, category: str) -> None:
    """Let nobody read rows of travellers but those whom the table of permissions lets."""
    if not may_read_persons(request.user, category):
        text = _("These are rows of single travellers. The coordinator and the focal point of travel may read them.")  # fmt: skip
        raise PermissionDenied(text)


def shown_cell(column: Column, value: Any) -> str:
    """Return a cell as people read it."""
    if value is None:
        return "–"
    if column.kind is Kind.MONEY:
        return "; ".join(f"{amount(float(one['amount']), 2)} {one['currency']}" for one in value) or "–"
    if column.kind is Kind.CHOICE:
        return choice_label(value)
    if column.kind is Kind.YES_NO:
        return _("yes") if value else _("no")
    if column.kind is Kind.NUMBER:
        return amount(value, 0 if value == round(value) else _FINEST)
    return long_date(value) if isinstance(value, date) else str(value)


def _rejected(request: HttpRequest, found: Found) -> Iterator[tables.Table]:
    for category in found.categories:
        if not may_read_persons(request.user, category):
            continue
        wanted = index_of(request, found, category).filter(state="rejected")
        if wanted.height:
            title = _("Rows that wait for a correction")
            several = len(found.categories) > 1
            shown = f"{title}: {label('source', category)}" if several else title
            note_reading(request, found, category, min(WINDOW, wanted.height))
            yield _table(found, category, wanted.head(WINDOW), shown)


def _table(found: Found, category: str, wanted: pl.DataFrame, title: str) -> tables.Table:
    rows = held.rows_of(found.ledger, category, found.name, wanted)
    faults = held.why_rejected(found.ledger, category, found.name, rows["source_row"])
    wrong = named_columns(found, category, faults["headers"].explode().drop_nulls().unique().to_list())
    known = [one for one in category_of(category).columns if one.name in rows.columns and not one.personal]
    filled = [one for one in known if rows[one.name].null_count() < rows.height]
    filled.sort(key=lambda one: one.name not in wrong)  # what needs a correction stands first
    frame = rows.select(
        "source_row",
        "source_sheet",
        "state",
        _why(faults, rows),
        *map(_cell, filled),
        address=_addresses(found.name),
    )
    sheets = rows["source_sheet"].n_unique() > 1
    columns = (
        tables.Column("source_row", _("Row"), "number", address="address"),
        *([tables.Column("source_sheet", _("Sheet"), choose=True)] if sheets else []),
        tables.Column("state", _("State"), "state", words=row_states(), states=ROW_SIGNS),
        *([tables.Column("why", _("Why"), wide=True)] if frame["why"].count() else []),
        *(_heading(category, column, frame) for column in filled),
    )
    table_id = f"rows-{category.replace('_', '-')}"
    empty = _("There is no such row.")
    return tables.Table(table_id, title, frame, columns, rows_of_page=50, when_empty=empty)


def _why(faults: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Say of each row why it is not accepted as it came: its faults, the rules that changed it, or what settled it."""
    of_sheet = rows.select("source_sheet", "source_row").join(faults.drop("headers"), on=["source_sheet", "source_row"], how="left", maintain_order="left")  # fmt: skip
    of_file = faults.filter(source_sheet="").select("source_row", "why")
    told = rows.select("source_row").join(of_file, on="source_row", how="left", maintain_order="left")
    fault = pl.coalesce(of_sheet["why"], told["why"])
    reason = pl.col("reason").replace(netted_because())
    rules = pl.col("rules").list.join(", ").replace("", None)
    state = pl.col("state")
    said = pl.when(state == "rejected").then(fault).when(state == "netted").then(reason).otherwise(rules)
    return rows.select(said.alias("why")).to_series()


def _addresses(batch: str) -> pl.Expr:
    """Return the address of each row, made of one address and the parts that differ."""
    start, end = row_address(batch, 0).rsplit("0", 1)
    sheet = pl.col("source_sheet")
    asked = pl.format("?sheet={}", sheet.map_batches(_quoted, return_dtype=pl.String))
    return pl.concat_str(pl.lit(start), pl.col("source_row"), pl.lit(end), pl.when(sheet != "").then(asked).otherwise(pl.lit("")))  # fmt: skip


def _quoted(sheets: pl.Series) -> pl.Series:
    known = {sheet: quote_plus(sheet) for sheet in sheets.unique()}
    return sheets.replace_strict(known, return_dtype=pl.String)


def _cell(column: Column) -> pl.Expr:
    """Return a column as a table of the page takes it: amounts of money as texts, each with its currency."""
    if column.kind is not Kind.MONEY:
        return pl.col(column.name)
    one = pl.element().struct
    text = pl.format("{}\u00a0{}", one.field("amount").round(2), one.field("currency"))
    return pl.col(column.name).list.eval(text).list.join("; ")


def _heading(category: str, column: Column, frame: pl.DataFrame) -> tables.Column:
    text = column_header(category, column)
    if column.kind in _NUMBERS:
        values = frame[column.name].drop_nulls()
        whole = bool((values == values.round()).all())
        return tables.Column(column.name, text, "number", decimals=0 if whole else _FINEST)
    words: Mapping[Any, str] | None = None
    if column.kind is Kind.CHOICE:
        words = {value: choice_label(value) for value in frame[column.name].drop_nulls().unique()}
    if column.kind is Kind.YES_NO:
        words = {True: _("yes"), False: _("no")}
    return tables.Column(column.name, text, "date" if column.kind is Kind.DATE else "text", words=words)


def _states(index: pl.DataFrame) -> Iterator[tuple[str, str, int]]:
    """Yield code, word and number of rows of each state that occurs."""
    yield "", _("All"), index.height
    counts = dict(index.group_by("state").len().iter_rows())
    yield from ((state, word, counts[state]) for state, word in row_states().items() if state in counts)


def _start(asked: str, rows: int) -> int:
    """Return the first row of the window that the address asks for."""
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
    return min(number, max(rows - 1, 0)) // WINDOW * WINDOW


def _windows(rows: int, start: int) -> Iterator[tuple[int, int, int, bool]]:
    """Yield first row, its number, last number, and whether it is this one; nothing where all rows are on the page."""
    if rows > WINDOW:
        for first in range(0, rows, WINDOW):
            yield first, first + 1, min(first + WINDOW, rows), first == start


def named_columns(found: Found, category: str, headers: Collection[str]) -> set[str]:
    """Return the columns of the category that headers of the file stand for."""
    readings = [one for one in found.load.account["readings"] if one["category"] == category]
    known = {header: column for one in readings for header, column in one["columns"].items()}
    return {str(known.get(header, header)).partition(":")[0] for header in headers}


ADDRESSES = [path("data/batches/<slug:name>/rows/", batch_rows, name="batch_rows")]
