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
    negative,
    paid,
    range_members,
    spelled,
)
from saleve.method.activity.tickets import with_line_kind

# What tells whether lines are linked, and whether a line may settle another; of an amount its sign alone, which is far smaller.
SIGNS = {"paid": paid(), "negative": negative()}
LINKING: tuple[str | pl.Expr, ...] = (
    "document_number", "original_document", "traveller", "issue_date", "transaction",
    *(sign.alias(name) for name, sign in SIGNS.items()),
)  # fmt: skip

NUMBERS = {"document_number": "document_key", "original_document": "original_key"}
_PLAIN_NUMBER = r"^\d{10}$|^\d{3}[ -]?\d{10}$"
_KEYS = {"id": pl.UInt32(), "key": pl.Int64(), "own": pl.Boolean()}


def linked(entries: pl.DataFrame, documents: Iterable[str | None]) -> pl.DataFrame:
    """Return the entries (with the columns of ``LINKING``) that are linked to these document numbers, however written: what must be settled together with them.

    Two lines are linked by the same number, by an original document, by a conjunction ticket, and over any chain of such lines.
    Lines without numbers are linked to nothing; they are settled with their own batch. After a line was withdrawn or corrected, give
    the entries as they were and as they are: what was linked only by the old line is to be settled anew as well.
    """
    lines = entries.with_row_index("id")
    keys = keys_of(lines)
    neighbours = _neighbours(lines, keys).select("id", key="before")
    links, reached = pl.concat([keys.select("id", "key"), neighbours]), _reached(documents)
    while True:
        touched = links.join(reached, on="key", how="semi").select("id").unique()
        wider = pl.concat([links.join(touched, on="id", how="semi").select("key"), reached]).unique()
        if wider.height == reached.height:
            return lines.join(touched, on="id", how="semi", maintain_order="left").drop("id")
        reached = wider


def with_document_keys(lines: pl.DataFrame) -> pl.DataFrame:
    """Add ``document_key`` and ``original_key``: the ten digits of a number written plainly, 0 for none, null for any other."""
    none = pl.lit(0, pl.Int64)
    return lines.with_columns(
        (
            _quick_key(name).fill_null(pl.when(_text(name).is_null()).then(none))
            if name in lines.columns
            else none
        ).alias(key)
        for name, key in NUMBERS.items()
    )


def keys_of(lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``id`` and ``key`` of every number that the lines have (``own``) or name."""
    numbers = lines.select("id", *NUMBERS, *(_quick_key(name).alias(key) for name, key in NUMBERS.items()))
    quick = [
        numbers.select("id", pl.col(key).alias("key"), own=pl.lit(name == "document_number"))
        for name, key in NUMBERS.items()
    ]
    odd = [pl.col(key).is_null() & pl.col(name).is_not_null() for name, key in NUMBERS.items()]
    unlike = numbers.filter(pl.any_horizontal(odd))
    careful = _careful_keys(unlike) if unlike.height else []
    return pl.concat([*quick, *careful]).drop_nulls("key")


def keys_near(documents: Iterable[str | None]) -> pl.Series:
    """Return every ``document_key`` or ``original_key`` by which a line is linked to these documents at first hand."""
    reached = _reached(documents)
    steps = range(-MOST_CONJUNCTIONS, MOST_CONJUNCTIONS + 1)
    return pl.concat([reached["key"] + step for step in steps]).unique()


def may_settle(entries: pl.DataFrame) -> pl.DataFrame:
    """Return the entries (with the columns of ``LINKING``) that may settle another or be settled: never one too few.

    Left out are sales of a number that no other line has or names, without a line that may continue them.
    """
    texts = entries.with_columns(pl.col("transaction").cast(pl.String)).with_row_index("id")
    lines = with_line_kind(texts, pl.col("negative"))
    keys = keys_of(lines)
    pairs = _neighbours(lines, keys)
    special = lines.filter(
        ~pl.col("line").is_in(["sale", "seat"]) | pl.col("original_document").is_not_null()
    )
    several = keys.filter(pl.col("key").is_duplicated())
    found = pl.concat([special["id"], several["id"], pairs["id"], pairs["first"]])
    return entries[found.unique().sort()]


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String)


def _quick_key(name: str) -> pl.Expr:
    """The ten digits of a number that is written plainly; null for any other."""
    digits = _text(name).str.tail(10).cast(pl.Int64, strict=False)
    return pl.when(_text(name).str.contains(_PLAIN_NUMBER) & (digits > 0)).then(digits)


def _careful_keys(lines: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Yield the keys of numbers that are not written plainly: as they are spelled, and the later numbers of ranges."""
    for name in NUMBERS:
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


def _reached(documents: Iterable[str | None]) -> pl.DataFrame:
    """Return the keys of documents, each once."""
    texts = pl.Series("document_number", list(documents), dtype=pl.String).unique()
    lines = pl.DataFrame([texts]).with_columns(original_document=pl.lit(None, pl.String))
    return keys_of(lines.with_row_index("id")).select("key").unique()


def _neighbours(lines: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of lines that ``conjunction_pairs`` may find (``id``, ``first``) and the number ``before``; airlines are left out."""
    numbers = keys.filter(pl.col("own") & (pl.col("key") >= 0)).select("id", "key")
    told = lines.select("id", "traveller", "issue_date", "paid")
    later = told.filter(~pl.col("paid")).join(numbers, on="id")
    steps = [later.with_columns(before=pl.col("key") - step) for step in range(1, MOST_CONJUNCTIONS + 1)]
    found = pl.concat(steps).join(numbers.rename({"id": "first"}), left_on="before", right_on="key")
    both = found.join(told, left_on="first", right_on="id", suffix="_first")
    same = pl.col("traveller") == pl.col("traveller_first")
    return both.filter(agree("traveller"), agree("issue_date"), pl.col("paid_first") | same)
