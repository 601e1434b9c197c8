"""Which lines of tickets can have to do with each other at all, told quickly for millions of them.

Most tickets are sold once and flown. A number that is written plainly is compared as a whole number, the ten digits of its
document; only other spellings are read with care, and only the few lines that may settle or be settled go on to ``settling``.
"""

from collections.abc import Iterable

import polars as pl

from saleve.method.activity.ticket_numbers import (
    MOST_CONJUNCTIONS,
    TICKET_NUMBER,
    agree,
    paid,
    range_members,
    spelled,
)
from saleve.method.activity.tickets import with_line_kind

# What tells whether lines are linked, and whether a line may settle another.
LINKING = ("document_number", "original_document", "traveller", "issue_date", "fare", "transaction")

_NUMBERS = {"document_number": "document_key", "original_document": "original_key"}
_PLAIN_NUMBER = r"^\d{10}$|^\d{3}[ -]?\d{10}$"
_KEYS = {"id": pl.UInt32(), "key": pl.Int64(), "own": pl.Boolean()}


def linked(entries: pl.DataFrame, documents: Iterable[str | None]) -> pl.DataFrame:
    """Return the entries that are linked to these document numbers, however written: what must be settled together with them.

    Two lines are linked by the same number, by an original document, by a conjunction ticket, and over any chain of such lines.
    Lines without numbers are linked to nothing; they are settled with their own batch. After a line was withdrawn or corrected, give
    the entries as they were and as they are: what was linked only by the old line is to be settled anew as well.
    """
    lines = entries.with_row_index("id")
    keys = _keys(lines.with_columns(quick_numbers()))
    neighbours = _neighbours(lines, keys).select("id", key="before")
    links, reached = pl.concat([keys.select("id", "key"), neighbours]), _keys_of(documents)
    while True:
        touched = links.join(reached, on="key", how="semi").select("id").unique()
        wider = pl.concat([links.join(touched, on="id", how="semi").select("key"), reached]).unique()
        if wider.height == reached.height:
            return lines.join(touched, on="id", how="semi", maintain_order="left").drop("id")
        reached = wider


def quick_numbers() -> list[pl.Expr]:
    """Return both numbers of a line for ``within_reach``: the ten digits where written plainly, else as they stand."""
    quick: list[pl.Expr] = []
    for name, key in _NUMBERS.items():
        text = pl.col(name).cast(pl.String)
        digits = text.str.tail(10).cast(pl.Int64, strict=False)
        plain = text.str.contains(_PLAIN_NUMBER) & (digits > 0)
        quick += [pl.when(plain).then(digits).alias(key), pl.when(~plain).then(text).alias(name)]
    return quick


def within_reach(lines: pl.DataFrame, documents: Iterable[str | None]) -> pl.DataFrame:
    """Return, of lines with ``quick_numbers``, those that these documents may link at first hand: never one too few."""
    numbered, reached = lines.with_row_index("id"), _keys_of(documents)
    steps = range(-MOST_CONJUNCTIONS, MOST_CONJUNCTIONS + 1)
    near = pl.concat([reached.select(pl.col("key") + step) for step in steps]).unique()
    found = _keys(numbered).join(near, on="key", how="semi").select("id")
    return numbered.join(found, on="id", how="semi", maintain_order="left").drop("id")


def may_settle(entries: pl.DataFrame) -> pl.DataFrame:
    """Return the entries that may settle another or be settled: never one too few.

    Left out are sales of a number that no other line has or names, without a line that may continue them.
    """
    negative = pl.col("fare").list.eval(pl.element().struct.field("amount") < 0).list.any()
    texts = entries.select(LINKING).with_columns(pl.col("transaction").cast(pl.String))
    lines = with_line_kind(texts.with_row_index("id"), negative.fill_null(value=False))
    keys = _keys(lines.with_columns(quick_numbers()))
    pairs = _neighbours(lines, keys)
    special = lines.filter(
        ~pl.col("line").is_in(["sale", "seat"]) | pl.col("original_document").is_not_null()
    )
    several = keys.filter(pl.col("key").is_duplicated())
    found = pl.concat([special["id"], several["id"], pairs["id"], pairs["first"]])
    return entries[found.unique().sort()]


def _keys(lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``id`` and ``key`` of every number that lines with ``quick_numbers`` have (``own``) or name."""
    quick = [
        lines.select("id", pl.col(key).alias("key"), own=pl.lit(name == "document_number"))
        for name, key in _NUMBERS.items()
    ]
    odd = lines.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in _NUMBERS))
    return pl.concat([*quick, *_careful_keys(odd)]).drop_nulls("key")


def _careful_keys(lines: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Yield the keys of numbers that are not written plainly: as they are spelled, and the later numbers of ranges."""
    for name in _NUMBERS:
        told = lines.with_columns(number=spelled(lines[name]))
        yield _as_keys(told, "number", own=name == "document_number")
        yield _as_keys(range_members(told, name, "number"), "member", own=False)


def _as_keys(lines: pl.DataFrame, column: str, *, own: bool) -> pl.DataFrame:
    """Return the ten digits of a document, whatever the airline; of any other number a negative hash."""
    number = pl.col(column)
    digits = number.str.tail(10).cast(pl.Int64, strict=False)
    other = -(number.hash() // 2).cast(pl.Int64) - 1
    key = pl.when(number.str.contains(TICKET_NUMBER)).then(digits).when(number.is_not_null()).then(other)
    return lines.select("id", key.alias("key"), own=pl.lit(own))


def _keys_of(documents: Iterable[str | None]) -> pl.DataFrame:
    texts = pl.Series("document_number", list(documents), dtype=pl.String).unique()
    lines = pl.DataFrame(
        [texts, pl.Series("original_document", [None], pl.String).new_from_index(0, len(texts))]
    )
    return _keys(lines.with_row_index("id").with_columns(quick_numbers())).select("key").unique()


def _neighbours(lines: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of lines that ``conjunction_pairs`` may find (``id``, ``first``) and the number ``before``; airlines are left out."""
    numbers = keys.filter(pl.col("own") & (pl.col("key") >= 0)).select("id", "key")
    told = lines.select("id", "traveller", "issue_date", paid=paid())
    later = told.filter(~pl.col("paid")).join(numbers, on="id")
    steps = [later.with_columns(before=pl.col("key") - step) for step in range(1, MOST_CONJUNCTIONS + 1)]
    found = pl.concat(steps).join(numbers.rename({"id": "first"}), left_on="before", right_on="key")
    both = found.join(told, left_on="first", right_on="id", suffix="_first")
    same = pl.col("traveller") == pl.col("traveller_first")
    return both.filter(agree("traveller"), agree("issue_date"), pl.col("paid_first") | same)
