"""Lines of a ticket file: what each does (sale, refund, void, exchange, fee), told from its words and the sign of its fare.

What a refund or an exchange does to the flights of other lines is decided over all files, in ``settling``.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import joined
from saleve.method.activity.ticket_words import FLOWN, TRANSACTIONS, meaning_of, modes_of
from saleve.method.problems import Problem, problem_table
from saleve.method.reference.countries import folded

FLYING = ("sale", "exchange", "seat")  # kinds of lines that have flights


def with_line_kind(rows: pl.DataFrame, negative: pl.Expr) -> pl.DataFrame:
    """Add ``line``: sale, exchange, seat, refund, void, dropped or cost, and ``flown``: the line says that it was used.

    A sale whose fare is ``negative`` is a refund.
    """
    texts = rows["transaction"].drop_nulls().unique().to_list()
    meanings = {text: meaning_of(text, TRANSACTIONS) or "sale" for text in texts}
    used = [text for text in texts if folded(text) in FLOWN]
    line = pl.lit("sale") if not meanings else pl.col("transaction").replace_strict(meanings, default="sale")
    marked = rows.with_columns(line=line, flown=pl.col("transaction").is_in(used).fill_null(value=False))
    refund = (pl.col("line") == "sale") & negative
    return marked.with_columns(line=pl.when(refund).then(pl.lit("refund")).otherwise("line"))


def ticket_problems(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the counts of lines without flights (notes), and words that we do not know (warnings)."""
    return joined([_counts(rows), _unknown_words(rows)])


def _counts(rows: pl.DataFrame) -> pl.DataFrame:
    texts = {
        "refund": _(
            "Refund lines: {count}. They have no flights; they take away those of their documents, in whatever file these are."
        ),
        "void": _(
            "Void lines: {count}. They have no flights; they take away those of their documents, in whatever file these are."
        ),
        "dropped": _("Coupons exchanged, refunded or not flown: {count}. They have no flights."),
        "cost": _("Fees, baggage and memos: {count}. They are cost without flights."),
    }
    lines = dict(rows.group_by("line").len().iter_rows())
    told = [(f"line-{kind}", text, lines.get(kind, 0)) for kind, text in texts.items()]
    return problem_table([
        Problem(code, "note", text.format(count=count), column="transaction") for code, text, count in told if count
    ])  # fmt: skip


def _unknown_words(rows: pl.DataFrame) -> pl.DataFrame:
    counts = rows.drop_nulls("transaction").group_by("transaction").len().sort("transaction")
    modes = modes_of(rows["transaction"])
    message = _("'{word}' is no transaction that we know; rows taken as sales for that reason: {count}.")
    return problem_table([
        Problem("transaction-unknown", "warning", message.format(word=word, count=count), column="transaction")
        for word, count in counts.iter_rows()
        if meaning_of(word, TRANSACTIONS) is None and word not in modes
    ])  # fmt: skip
