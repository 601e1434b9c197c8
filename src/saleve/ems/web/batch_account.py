"""What became of a batch, as tables: rows and money by state, what was found, what rules changed, what was done since."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.urls import reverse

from saleve.ems.batches import categories_of
from saleve.ems.batches import history as commits_of
from saleve.ems.people.own_places.ledger import sees_all_rows
from saleve.ems.web.data_pages import SEVERITY_SIGNS, severities
from saleve.ems.web.tables import Column, Table
from saleve.language import _
from saleve.ledger.entering import category_of
from saleve.ledger.intake.codes import code_book
from saleve.ledger.journal import CORRECTION, LOAD, WITHDRAWAL, Commit
from saleve.ledger.reconciling import Line, Statement
from saleve.ledger.schemas import STATES
from saleve.ledger.store import Ledger
from saleve.ledger.wording import column_header
from saleve.method.activity.repairs import repair_rules
from saleve.reporting.labels import label

_PLACEHOLDER = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Step:
    """One thing that was done to a batch."""

    text: str
    at: datetime
    by: str
    reason: str = ""
    address: str = ""  # of the row, or the batch, that it was done to
    changes: tuple[tuple[str, str, str], ...] = ()  # column, before, after


def rows_table(statement: Statement) -> Table:
    """Return the rows of a batch by state, one line for each category."""
    lines = [line for line in statement.lines if line.what == "rows"]
    frame = pl.DataFrame(
        [(label("source", line.category), *_whole(line)) for line in lines],
        schema={"category": pl.String, **dict.fromkeys(("total", *STATES, "difference"), pl.Int64)},
        orient="row",
    )
    return Table("rows", _("Rows"), frame, (Column("category", _("Category")), *_sums(0, total=len(lines) > 1)))  # fmt: skip


def money_table(statement: Statement, open_to: Collection[str]) -> Table | None:
    """Return the money of a batch by state, one line for each currency: of categories whose rows the person may read.

    A sum over one ticket is its fare. None where there is nothing to show.
    """
    lines = [line for line in statement.lines if line.currency and line.category in open_to]
    if not lines:
        return None
    names = ("total", *STATES, "corrected", "difference")
    frame = pl.DataFrame(
        [(_headed(line), line.currency, *map(float, _amounts(line))) for line in lines],
        schema={"what": pl.String, "currency": pl.String, **dict.fromkeys(names, pl.Float64)},
        orient="row",
    )
    corrected = Column("corrected", _("Corrected"), "number", decimals=2)
    sums = _sums(2)
    columns = (Column("what", _("Amount")), Column("currency", _("Currency")), *sums[:-1], corrected, sums[-1])  # fmt: skip
    return Table("money", _("Money"), frame, columns)


def findings(found: pl.DataFrame, open_to: Collection[str], batch: str) -> Table:
    """Return what was found by kind; of categories whose rows the person may not read, the kind alone without any value."""
    seen = pl.col("category").is_in(list(open_to))
    kinds = {code: _without_values(one.message) for code, one in code_book().items()}
    plain = pl.col("code").str.replace_all("-", " ")
    words = plain.str.head(1).str.to_uppercase() + plain.str.slice(1)
    kind = pl.col("code").replace_strict(kinds, default=words, return_dtype=pl.String)
    rows = found.with_columns(
        message=pl.when(seen).then("message").otherwise(kind),
        suggestion=pl.when(seen).then("suggestion"),
        address=_row_addresses(found, open_to, batch),
    )
    columns = (
        Column("severity", _("Weight"), "state", words=severities(), states=SEVERITY_SIGNS, choose=True),
        Column("column", _("Column")),
        Column("message", _("First of its kind"), wide=True),
        *([Column("suggestion", _("What to do"))] if rows["suggestion"].count() else []),
        Column("first_row", _("Row"), "number", address="address"),
        Column("count", _("How often"), "number"),
    )
    empty = _("Reading and settling found nothing.")
    return Table("found", _("What was found"), rows, columns, rows_of_page=20, when_empty=empty)


def changes(changed: pl.DataFrame, open_to: Collection[str], batch: str) -> Table:
    """Return what rules changed, by rule; the values only of categories whose rows the person may read."""
    seen = pl.col("category").is_in(list(open_to))
    named = {name: rule_words(name) for name in changed["rule"].unique()}
    told = pl.col("rule").replace_strict(named, return_dtype=pl.String)
    rows = changed.with_columns(
        told.alias("told"),
        pl.when(seen).then("before").alias("before"),
        pl.when(seen).then("after").alias("after"),
        address=_row_addresses(changed, open_to, batch),
    )
    values = (Column("before", _("First value before")), Column("after", _("and after"))) if open_to else ()
    columns = (
        Column("told", _("Rule"), wide=True),
        Column("column", _("Column")),
        *values,
        Column("first_row", _("Row"), "number", address="address"),
        Column("count", _("How often"), "number"),
    )
    empty = _("No rule changed a value.")
    return Table("changed", _("What rules changed"), rows, columns, rows_of_page=20, when_empty=empty)


def history(person: Any, ledger: Ledger, load: Commit) -> list[Step]:
    """Return what was done to a batch, the newest first; the cells of corrections only for who sees all its rows."""
    open_to = {one for one in categories_of(load) if sees_all_rows(person, one, load.by)}
    return [_step(one, str(load.batch), open_to) for one in commits_of(ledger, str(load.batch))]


def _step(commit: Commit, batch: str, open_to: Collection[str]) -> Step:
    said = _said(commit, batch)
    step = Step(said, commit.at, commit.by, commit.reason or "")
    if commit.kind == LOAD and commit.batch != batch:
        return replace(step, address=reverse("batch", args=[commit.batch]))
    if commit.kind != CORRECTION or "row" not in commit.account:
        return step
    if commit.account["category"] not in open_to:
        return replace(step, text=_("A row was corrected"))
    address = row_address(batch, commit.account["row"], commit.account["sheet"])
    return replace(step, address=address, changes=tuple(_cells(commit.account)))


def _said(commit: Commit, batch: str) -> str:
    """Return what was done, in a few words."""
    told = commit.account
    if commit.kind == LOAD:
        return _("Loaded") if commit.batch == batch else _("Replaced by another batch")
    if commit.kind == WITHDRAWAL:
        return _("Withdrawn")
    if "entries" in told:
        rows = ", ".join(str(one["row"]) for one in told["entries"])
        return _("Rows withdrawn: {rows}").format(rows=rows)
    return _("Row {row} corrected").format(row=told["row"])


def rule_words(name: str) -> str:
    """Return what a rule of repair does; one that is not listed by its name."""
    rule = repair_rules().get(name)
    return rule.changes if rule else name


def row_address(batch: str, row: int, sheet: str = "") -> str:
    """Return the address of one row of a batch."""
    address = reverse("batch_row", args=[batch, row])
    return f"{address}?{urlencode({'sheet': sheet})}" if sheet else address


def _cells(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    columns = {column.name: column for column in category_of(told["category"]).columns}
    for name in dict.fromkeys((*told["before"], *told["after"])):
        plain, _colon, currency = name.partition(":")
        heading = column_header(told["category"], columns[plain]) if plain in columns else plain
        shown = f"{heading} {currency}".strip()
        yield shown, told["before"].get(name) or "–", told["after"].get(name) or "–"


def _row_addresses(frame: pl.DataFrame, open_to: Collection[str], batch: str) -> pl.Series:
    """Return where the first row of each kind is looked at."""
    found = [
        row_address(batch, row, sheet or "") if row and category in open_to else ""
        for category, row, sheet in frame.select("category", "first_row", "first_sheet").iter_rows()
    ]
    return pl.Series(found, dtype=pl.String)


def _sums(decimals: int, *, total: bool = False) -> tuple[Column, ...]:
    labels = {
        "total": _("Came in"),
        "accepted": _("Accepted"),
        "repaired": _("Repaired"),
        "rejected": _("Rejected"),
        "netted": _("Netted"),
        "difference": _("In no state"),
    }
    return tuple(Column(name, text, "number", decimals=decimals, total=total) for name, text in labels.items())  # fmt: skip


def _whole(line: Line) -> list[int]:
    return [int(line.total), *(int(line.states[one]) for one in STATES), int(line.difference)]


def _amounts(line: Line) -> list[Decimal]:
    return [line.total, *(line.states[one] for one in STATES), line.corrected, line.difference]


def _headed(line: Line) -> str:
    return column_header(line.category, category_of(line.category).column(line.what))


def _without_values(message: str) -> str:
    return _PLACEHOLDER.sub("…", message)
