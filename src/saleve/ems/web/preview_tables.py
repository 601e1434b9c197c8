"""The tables of a preview: rows by state with their reasons, what was repaired, what was found."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpRequest

from saleve.ems.previewing import SHOWN_ROWS, Preview
from saleve.ems.web import tables
from saleve.language import _
from saleve.ledger.wording import column_header
from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.repairs import repair_rules
from saleve.method.schema import Kind
from saleve.reporting.formatting import amount

_ROWS_OF_PAGE, _PROBLEMS_OF_PAGE = 25, 10
_STATES = ("rejected", "repaired", "accepted")  # in the order in which a person looks at them


def tables_of(
    request: HttpRequest,
    found: Preview,
    here: str,
    *,
    values: bool,
    fixed: Collection[tuple[str, int]] = (),
    fixable: bool = False,
) -> dict[str, Any]:
    """Return the table of the state that is looked at, those of repairs and problems, and what leads to the others.

    ``here``: the address of the page; without ``values`` no cell of the file is shown. ``fixable``: rejected rows lead to where they
    are corrected; ``fixed``: sheet and number of those that were.
    """
    asked = request.GET.get("rows", "")
    first = next((state for state in _STATES if found.counts[state]), "accepted")
    state = asked if asked in _STATES else first
    names = {"rejected": _("Rejected"), "repaired": _("Repaired"), "accepted": _("Accepted")}
    shown_rows = [_table_of(found, state, names[state])] if values else []
    if values and state == "rejected" and fixable:
        shown_rows = [_with_fixes(one, here, fixed) for one in shown_rows]
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
        "state_shown": state,
        "fixable": fixable,
        "names_settings": any("saleve.toml" in text for text in found.tables["problems"]["suggestion"].drop_nulls()),
    }  # fmt: skip


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
            name,
            known.get(name) or _heading(found, name),
            "number" if name == "source_row" else "text",
            wide=name == "why",
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


def _with_fixes(table: tables.Table, here: str, fixed: Collection[tuple[str, int]]) -> tables.Table:
    """Let the number of each rejected row lead to its correction, and say which are corrected."""
    if table.frame.is_empty():
        return table
    several = "source_sheet" in table.frame.columns
    places = [(str(row.get("source_sheet") or "") if several else "", int(row["source_row"])) for row in table.frame.iter_rows(named=True)]  # fmt: skip
    states = ["fixed" if place in fixed else "waits" for place in places]
    addresses = [f"{here}rows/{row}/?{urlencode({'sheet': sheet})}" for sheet, row in places]
    frame = table.frame.with_columns(pl.Series("_address", addresses), pl.Series("_fixed", states))
    words = {"fixed": _("corrected"), "waits": _("to correct")}
    first, *others = table.columns
    state = tables.Column("_fixed", _("State"), "state", words=words, states={"fixed": "good", "waits": "bad"}, choose=True)  # fmt: skip
    return replace(table, frame=frame, columns=[replace(first, address="_address"), state, *others])


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
                return _with_currency(column_header(category.name, column), name.rpartition("_")[2])
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
        tables.Column("column", _("Column")),
    ]  # fmt: skip
    if values:
        said = [
            tables.Column("message", _("First of its kind")),
            tables.Column("suggestion", _("What to do")),
        ]
    else:
        said = [tables.Column("code", _("What"), choose=True)]
    counted = [tables.Column("row", _("Row"), "number"), tables.Column("count", _("How often"), "number")]
    order = pl.col("severity").replace_strict({"error": 0, "warning": 1}, default=2)
    frame = found.tables["problems"].sort(order, maintain_order=True)
    frame = frame.with_columns(pl.col("code").str.replace_all("-", " "))
    empty = _("Nothing was found that you should know.")
    return tables.Table(
        "problems",
        _("What was found"),
        frame,
        [*shown_columns, *said, *counted],
        rows_of_page=_PROBLEMS_OF_PAGE,
        when_empty=empty,
    )
