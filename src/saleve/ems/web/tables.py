"""Any table of a page: sorted, filtered, summed and paged by links, and given out as shown (xlsx, csv, parquet).

    TABLE = tables.Table("batches", _("Batches"), frame, (tables.Column("file", _("File")), ...))
    if answer := tables.download(request, table): return answer
    return render(request, "...", {"table": tables.page(request, table)})      {% data_table table %}

Sorting, filter and page are in the address, so that a page can be kept, sent and printed; several tables of a page do not disturb
each other, since each key begins with the id of its table.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from typing import Any, Literal
from urllib.parse import quote

import polars as pl
import xlsxwriter
from babel.dates import format_datetime
from django.http import HttpRequest, HttpResponse, QueryDict

from saleve.language import _
from saleve.reporting.formatting import amount, locale, long_date, unit_name

Kind = Literal["text", "number", "date", "moment", "state"]
FORMATS = ("xlsx", "csv", "parquet")
_ROWS_OF_PAGE = 50
_SEEN_AT_ONCE = 8  # rows that need no filter beside them; the address filters any table
_MOST_SHEET_ROWS = 1_048_575  # of an xlsx sheet, without its heading
_SHEET_NAME = 31  # signs
_FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # by which a spreadsheet takes a text of a csv for a formula


@dataclass(frozen=True)
class Column:
    """One column: its name in the frame, its heading, and how its values are printed."""

    name: str
    label: str
    kind: Kind = "text"
    unit: str = ""
    decimals: int = 0
    total: bool = False  # its sum stands at the foot
    words: Mapping[Any, str] | None = None  # value -> what people read
    states: Mapping[Any, str] | None = None  # value -> state of the badge (kind "state")
    address: str = ""  # name of the column that holds the address of a link
    panel: bool = False  # the link opens beside the page, as explanations do
    choose: bool = False  # a list of its values filters the table
    signed: bool = False  # a rise has its sign
    wide: bool = False  # sentences: the column keeps room for them beside many others
    line: bool = False  # stays on one line
    signs: int = 0  # a longer text is cut in the page; it is found by all of it, and files have it whole

    @property
    def heading(self) -> str:
        """Return the heading with the unit."""
        return f"{self.label}, {unit_name(self.unit)}" if self.unit else self.label


@dataclass(frozen=True)
class Table:
    """A table as a page defines it."""

    id: str
    title: str
    frame: pl.DataFrame
    columns: Sequence[Column]
    sort: str = ""  # the column by which it is sorted at first; "-name" for falling
    rows_of_page: int = _ROWS_OF_PAGE
    when_empty: str = ""
    show_title: bool = True
    exports: bool = True


@dataclass(frozen=True)
class Cell:
    """One cell as it is shown."""

    text: str
    numeric: bool = False
    address: str = ""
    state: str = ""
    look: str = "text"  # how the cell is set: its kind, wide or line
    panel: bool = False


@dataclass(frozen=True)
class Heading:
    """One heading: its text, the query that sorts by it, and how the table is sorted by it now."""

    text: str
    query: str
    sorted: Literal["ascending", "descending", "none"]
    numeric: bool


@dataclass(frozen=True)
class Choice:
    """A list that filters by the values of a column."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Page:
    """A page of a table, ready for its template."""

    table: Table
    headings: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell]
    count: int
    all_count: int
    number: int
    pages: int
    find: str
    searchable: bool
    choices: Sequence[Choice]
    kept: Sequence[tuple[str, str]]  # what the form of the filter carries on
    earlier: str = ""
    later: str = ""
    exports: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def filtered(self) -> bool:
        """Tell whether a filter hides rows."""
        return bool(self.find) or any(choice.chosen for choice in self.choices)

    @property
    def filters(self) -> bool:
        """Tell whether a filter is of use."""
        useful = self.all_count > _SEEN_AT_ONCE and (self.searchable or bool(self.choices))
        return useful or self.filtered


def page(request: HttpRequest, table: Table) -> Page:
    """Return the page of the table that the address asks for."""
    query = request.GET
    shown = _shown(table, query)
    pages = max(1, ceil(shown.height / table.rows_of_page))
    asked = query.get(f"{table.id}.page", "1")
    current = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 10 else 1
    rows = shown.slice((current - 1) * table.rows_of_page, table.rows_of_page)
    return Page(
        table=table,
        headings=[_heading(table, column, query) for column in table.columns],
        rows=[[_cell(column, row) for column in table.columns] for row in rows.iter_rows(named=True)],
        totals=_totals(table, shown),
        count=shown.height,
        all_count=table.frame.height,
        number=current,
        pages=pages,
        find=query.get(f"{table.id}.find", ""),
        searchable=any(column.kind in ("text", "state") for column in table.columns),
        choices=[_choice(table, column, query) for column in table.columns if column.choose],
        kept=_kept(table, query),
        earlier=_query(query, {f"{table.id}.page": current - 1}) if current > 1 else "",
        later=_query(query, {f"{table.id}.page": current + 1}) if current < pages else "",
        exports=[(form, _query(query, {f"{table.id}.as": form})) for form in FORMATS]
        if table.exports
        else (),
    )


def download(request: HttpRequest, table: Table) -> HttpResponse | None:
    """Return the table as a file if the address asks for one: as shown, all pages; else ``None``."""
    form = request.GET.get(f"{table.id}.as", "")
    if form not in FORMATS:
        return None
    content, kind = _WRITERS[form](table, _shown(table, request.GET))
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(table.id)}.{form}"
    return answer


def _shown(table: Table, query: QueryDict) -> pl.DataFrame:
    """Return the rows that the address asks for, in its order."""
    frame = table.frame
    for column in table.columns:
        wanted = query.get(f"{table.id}.{column.name}", "")
        if column.choose and wanted:
            frame = frame.filter(pl.col(column.name).cast(pl.String) == wanted)
    needle = query.get(f"{table.id}.find", "").strip().lower()
    if needle:
        frame = frame.filter(pl.any_horizontal(_contains(table, needle)))
    name, falling = _sort(table, query)
    return frame.sort(name, descending=falling, nulls_last=True, maintain_order=True) if name else frame


def _contains(table: Table, needle: str) -> list[pl.Expr]:
    columns = [column for column in table.columns if column.kind in ("text", "state")]
    return [
        _worded(column).str.to_lowercase().str.contains(needle, literal=True).fill_null(value=False)
        for column in columns
    ] or [pl.lit(value=False)]


def _worded(column: Column) -> pl.Expr:
    """Return the column as people read it."""
    text = pl.col(column.name).cast(pl.String)
    words = {str(value): word for value, word in (column.words or {}).items()}
    return text.replace(words) if words else text


def _sort(table: Table, query: QueryDict) -> tuple[str, bool]:
    wanted = query.get(f"{table.id}.sort", table.sort)
    name = wanted.removeprefix("-")
    known = {column.name for column in table.columns}
    return (name, wanted.startswith("-")) if name in known else ("", False)


def _heading(table: Table, column: Column, query: QueryDict) -> Heading:
    name, falling = _sort(table, query)
    here = name == column.name
    numeric = column.kind == "number"
    next_falling = not falling if here else numeric  # numbers: the largest first
    changes = {f"{table.id}.sort": f"{'-' if next_falling else ''}{column.name}", f"{table.id}.page": None}
    state: Any = ("descending" if falling else "ascending") if here else "none"
    return Heading(column.heading, _query(query, changes), state, numeric)


def _cell(column: Column, row: Mapping[str, Any]) -> Cell:
    value = row[column.name]
    state = (column.states or {}).get(value, "plain") if column.kind == "state" else ""
    address = row.get(column.address) if column.address else ""
    look = "wide" if column.wide else "line" if column.line else column.kind
    return Cell(
        _cut(printed(column, value), column.signs),
        column.kind == "number",
        address or "",
        state,
        look,
        column.panel,
    )


def _cut(text: str, signs: int) -> str:
    return f"{text[: signs - 1].rstrip()}…" if 0 < signs < len(text) else text


def printed(column: Column, value: Any) -> str:
    """Return a value as people read it; a missing one as a dash."""
    if value is None:
        return "–"
    if column.words and value in column.words:
        return column.words[value]
    if column.kind == "number":
        sign = "+" if column.signed and value > 0 else ""
        return sign + amount(float(value), column.decimals, column.unit)
    if column.kind == "moment" and isinstance(value, datetime):
        return str(format_datetime(value, "d MMM y, HH:mm", locale=locale()))
    if column.kind == "date" and isinstance(value, date):
        return long_date(value)
    return str(value)


def _totals(table: Table, shown: pl.DataFrame) -> list[Cell]:
    """Return the cells of the foot; a sum of nothing known is a dash, not a zero."""
    if not any(column.total for column in table.columns):
        return []
    cells = [
        Cell(printed(column, _sum(shown[column.name])), numeric=True) if column.total else Cell("")
        for column in table.columns
    ]
    return cells if table.columns[0].total else [Cell(_("Total")), *cells[1:]]


def _sum(values: pl.Series) -> float | None:
    return float(values.sum()) if values.count() else None


def _choice(table: Table, column: Column, query: QueryDict) -> Choice:
    values = table.frame[column.name].drop_nulls().unique().sort().to_list()
    options = [(str(value), printed(column, value)) for value in values]
    name = f"{table.id}.{column.name}"
    return Choice(name, column.label, options, query.get(name, ""))


def _kept(table: Table, query: QueryDict) -> list[tuple[str, str]]:
    """Return what the form of the filter must send again: all but its own fields, the page and the download."""
    own = {f"{table.id}.find", f"{table.id}.page", f"{table.id}.as"}
    own |= {f"{table.id}.{column.name}" for column in table.columns if column.choose}
    return [(name, value) for name, values in query.lists() if name not in own for value in values]


def _query(query: QueryDict, changes: Mapping[str, object]) -> str:
    changed = query.copy()
    for name in [name for name in changed if name.endswith(".as")]:
        del changed[name]
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"


def _as_read(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that are shown, with their words and under their headings."""
    worded = {column.name for column in table.columns if column.words}
    return frame.select(
        (_worded(column) if column.name in worded else pl.col(column.name)).alias(column.heading)
        for column in table.columns
    )


def _csv(table: Table, frame: pl.DataFrame) -> tuple[bytes, str]:
    """Write csv that a spreadsheet opens as text; a text that it would take for a formula gets an apostrophe."""
    read = _as_read(table, frame)
    texts = [name for name, kind in read.schema.items() if kind == pl.String]
    guarded = [
        pl.when(pl.col(name).str.slice(0, 1).is_in(_FORMULA_STARTS)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name in texts
    ]  # fmt: skip
    return read.with_columns(guarded).write_csv(include_bom=True).encode(), "text/csv; charset=utf-8"


def _parquet(table: Table, frame: pl.DataFrame) -> tuple[bytes, str]:
    """Write the values as they are, under the names of the frame."""
    buffer = io.BytesIO()
    frame.select(column.name for column in table.columns).write_parquet(buffer)
    return buffer.getvalue(), "application/vnd.apache.parquet"


def _xlsx(table: Table, frame: pl.DataFrame) -> tuple[bytes, str]:
    """Write a workbook: numbers as numbers, texts as texts, the heading fixed."""
    buffer = io.BytesIO()
    read = _as_read(table, frame.head(_MOST_SHEET_ROWS))
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "in_memory": True,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        read.write_excel(
            book,
            _sheet_name(table.title),
            autofit=True,
            freeze_panes=(1, 0),
            column_formats={
                column.heading: f"#,##0{'.' + '0' * column.decimals if column.decimals else ''}"
                for column in table.columns
                if column.kind == "number"
            },
        )
    return buffer.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _sheet_name(title: str) -> str:
    return "".join(" " if sign in r"[]:*?/\'" else sign for sign in title)[:_SHEET_NAME].strip() or "1"


_WRITERS: Mapping[str, Callable[[Table, pl.DataFrame], tuple[bytes, str]]] = {
    "xlsx": _xlsx,
    "csv": _csv,
    "parquet": _parquet,
}
