"""Lines of a ticket file that are not flights of their own: refunds, voids, exchanges, fees, duplicates.

A refund or void removes the flights of the same document in the same file; an exchange those of the document it replaces. A
partial refund cannot be told from a full one by the line alone: the note names the rule.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import findings, joined
from saleve.method.activity.ticket_words import TRANSACTIONS, meaning_of
from saleve.method.problems import Problem, problem_table

_SAME_LINE = (
    "document_number",
    "transaction",
    "routing",
    "origin",
    "destination",
    "departure_date",
    "return_date",
    "cabin",
    "booking_class",
    "flight_number",
    "traveller",
    "passengers",
)


def with_line_kind(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``line``: sale, exchange, refund, void, dropped or cost. A negative fare on a sale is a refund."""
    texts = rows["transaction"].drop_nulls().unique().to_list()
    meanings = {text: meaning_of(text, TRANSACTIONS) or "sale" for text in texts}
    line = pl.lit("sale") if not meanings else pl.col("transaction").replace_strict(meanings, default="sale")
    fares = [pl.col(name) < 0 for name in rows.columns if name.startswith("fare_")]
    negative = pl.any_horizontal(fares).fill_null(value=False) if fares else pl.lit(value=False)
    marked = rows.with_columns(line=line)
    refund = (pl.col("line") == "sale") & negative
    return marked.with_columns(line=pl.when(refund).then(pl.lit("refund")).otherwise("line"))


def with_flown(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``removed``: why the line's flights do not count (refund, void, exchange), null when they do."""
    document = pl.col("document_number")
    undone = {kind: _documents(rows, kind, "document_number") for kind in ("refund", "void")}
    replaced = _documents(rows, "exchange", "original_document")
    sold = pl.col("line").is_in(["sale", "exchange"])
    return rows.with_columns(
        removed=pl.when(sold & document.is_in(undone["refund"]))
        .then(pl.lit("refund"))
        .when(sold & document.is_in(undone["void"]))
        .then(pl.lit("void"))
        .when(sold & document.is_in(replaced))
        .then(pl.lit("exchange"))
    )


def ticket_problems(rows: pl.DataFrame) -> pl.DataFrame:
    """Return duplicates (errors), refunds without their ticket (warnings) and counts of lines without flights (notes)."""
    return joined([_duplicates(rows), _lonely_refunds(rows), _counts(rows), _unknown_words(rows)])


def _documents(rows: pl.DataFrame, kind: str, column: str) -> list[str]:
    found: list[str] = rows.filter(pl.col("line") == kind)[column].drop_nulls().unique().to_list()
    return found


def _duplicates(rows: pl.DataFrame) -> pl.DataFrame:
    twice = rows.filter(pl.col("document_number").is_not_null() & pl.col("document_number").is_duplicated())
    money = [name for name in rows.columns if name.startswith("fare_")]
    same = [*_SAME_LINE, "source_file", "source_sheet", *money]
    first = twice.with_columns(first_row=pl.col("source_row").min().over(same))
    return findings(
        first,
        pl.col("source_row") > pl.col("first_row"),
        code="duplicate-document",
        severity="error",
        column="document_number",
        message=_("This line is a duplicate of row {row}: same document, routing, date, cabin and fare."),
        suggestion=_("Remove one of the two."),
        values={"row": "first_row"},
    )


def _lonely_refunds(rows: pl.DataFrame) -> pl.DataFrame:
    refunds = rows.filter(pl.col("line") == "refund")
    sold = rows.filter(pl.col("line").is_in(["sale", "exchange"])).select("document_number").drop_nulls()
    alone = refunds.join(sold, on="document_number", how="anti", maintain_order="left")
    return findings(
        alone,
        pl.lit(value=True),
        code="refund-without-ticket",
        severity="warning",
        column="document_number",
        message=_("This line refunds a document that is not in this file, so no flight was removed."),
        suggestion=_("If the flight was counted in an earlier year, tell the coordinator."),
    )


def _counts(rows: pl.DataFrame) -> pl.DataFrame:
    texts = {
        "refund": _(
            "Refund lines: {count}. A refund removes the flights of its document in this file and has none of its own."
        ),
        "void": _(
            "Void lines: {count}. A void removes the flights of its document in this file and has none of its own."
        ),
        "dropped": _("Coupons exchanged, refunded or not flown: {count}. They have no flights."),
        "cost": _("Fees, baggage and memos: {count}. They are cost without flights."),
    }
    removed = {
        "refund": _(
            "Lines of tickets refunded in full or in part: {count}. None of their flights are counted."
        ),
        "void": _("Lines of tickets made void: {count}. Their flights are not counted."),
        "exchange": _("Lines of exchanged tickets: {count}. The flights of the new ticket count instead."),
    }
    lines = dict(rows.group_by("line").len().iter_rows())
    undone = dict(rows.drop_nulls("removed").group_by("removed").len().iter_rows())
    told = [(f"line-{kind}", text, lines.get(kind, 0)) for kind, text in texts.items()]
    told += [(f"removed-by-{kind}", text, undone.get(kind, 0)) for kind, text in removed.items()]
    return problem_table([
        Problem(code, "note", text.format(count=count), column="transaction") for code, text, count in told if count
    ])  # fmt: skip


def _unknown_words(rows: pl.DataFrame) -> pl.DataFrame:
    counts = rows.drop_nulls("transaction").group_by("transaction").len().sort("transaction")
    message = _("'{word}' is no transaction that we know; rows taken as sales for that reason: {count}.")
    return problem_table([
        Problem("transaction-unknown", "warning", message.format(word=word, count=count), column="transaction")
        for word, count in counts.iter_rows()
        if meaning_of(word, TRANSACTIONS) is None
    ])  # fmt: skip
