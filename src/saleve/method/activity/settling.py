"""The life of a ticket: which lines of all batches settle which others (refunds, voids, exchanges, repeats).

A function of the set of entries alone: neither the order of rows nor that of loading shows in the answer (decision record 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from saleve.method.activity.settling_problems import SETTLING_PROBLEMS, settling_problems
from saleve.method.activity.ticket_events import Taken, exchanges, exchanges_alone, tickets_of, voids
from saleve.method.activity.ticket_links import SIGNS, linked, may_settle
from saleve.method.activity.ticket_numbers import conjunction_pairs, negative, with_documents
from saleve.method.activity.ticket_refunds import refunds
from saleve.method.activity.ticket_repeats import find_repeats
from saleve.method.activity.tickets import with_line_kind
from saleve.method.reference.assumptions import assumption

__all__ = ["KEY", "NETTED", "SETTLING_PROBLEMS", "Settled", "linked", "may_settle", "settle"]

KEY = ("batch", "source_sheet", "source_row")  # the name of an entry; also the order in which ties are broken

NETTED = pl.Schema(
    {
        "batch": pl.String(),
        "source_sheet": pl.String(),
        "source_row": pl.Int64(),
        "legs": pl.List(pl.Int64()),  # null: the whole entry; else only these legs do not count
        "reason": pl.String(),  # duplicate, conjunction, void, refund, partial_refund, exchange
        "by_batch": pl.String(),
        "by_sheet": pl.String(),
        "by_row": pl.Int64(),
    }
)


@dataclass(frozen=True, slots=True)
class Settled:
    """``netted`` (``NETTED``): what no longer counts, each with the line that settles it; ``problems`` (``SETTLING_PROBLEMS``)."""

    netted: pl.DataFrame
    problems: pl.DataFrame


def settle(
    entries: pl.DataFrame, legs: pl.DataFrame, own_values: Mapping[str, float] | None = None
) -> Settled:
    """Return what the lines of tickets settle among each other.

    ``entries``: one row per line, named by ``KEY``, with the columns of ``CATEGORY`` and ``fare`` as a list of currency and amount.
    ``legs``: their flights (``LEGS`` and ``batch``). ``own_values``: the organisation's own assumptions.
    """
    lines = _concerned(_lines(may_settle(entries.with_columns(**SIGNS)).drop(*SIGNS)))
    flights = _flights(lines, legs)
    repeats = find_repeats(lines, flights)
    standing = lines.join(repeats.repeated, on="id", how="anti", maintain_order="left")
    tickets = tickets_of(standing, flights, repeats.families)
    void = voids(tickets)
    exchanged = exchanges(tickets, void.flights)
    refunded = refunds(tickets, assumption("full_refund_share", own_values))
    taken = _once([void, refunded.taken, exchanged])
    rows = pl.concat(
        [_whole(repeats.repeated), _by_line(taken, flights), *map(_settled_lines, (void, refunded.taken))]
    )
    problems = settling_problems(
        tickets, taken, refunded, exchanges_alone(tickets), repeats.differing,
        days_after_issue=assumption("void_after_issue_days", own_values),
    )  # fmt: skip
    return Settled(_named(rows, lines), problems)


def _lines(entries: pl.DataFrame) -> pl.DataFrame:
    """Return the lines in the order of their names, with what each does and the document it stands for."""
    ordered = entries.with_columns(pl.col("source_sheet").fill_null("")).sort(KEY).with_row_index("id")
    kinds = with_documents(with_line_kind(ordered, negative()))
    other = (pl.col("replaces") != pl.col("document")).fill_null(value=True)
    replacing = (pl.col("line") == "sale") & pl.col("replaces").is_not_null() & other
    return kinds.with_columns(line=pl.when(replacing).then(pl.lit("exchange")).otherwise("line"))


def _concerned(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that may settle or be settled; most tickets are sold once and flown."""
    twice = pl.col("ticket").is_not_null() & (pl.len().over("ticket") > 1)
    pairs = conjunction_pairs(lines)
    paired = pl.concat([pairs["id"], pairs["first"]]).unique()
    asked = pl.col("document").is_in(lines["replaces"].drop_nulls().unique().implode())
    plain = pl.col("line").is_in(["sale", "seat"])
    return lines.filter(~plain | twice | asked.fill_null(value=False) | pl.col("id").is_in(paired.implode()))


def _flights(lines: pl.DataFrame, legs: pl.DataFrame) -> pl.DataFrame:
    """Return the legs of the lines by ``id``; a line without flights has one row without ``leg``."""
    told = legs.select(
        "batch", pl.col("source_sheet").fill_null(""), "source_row", pl.col("leg").cast(pl.Int64),
        "origin", "destination", "departure_date", "year", "cabin", "cabin_basis",
    )  # fmt: skip
    return lines.select("id", *KEY).join(told, on=KEY, how="left").drop(KEY)


def _once(taken: list[Taken]) -> pl.DataFrame:
    """Where several lines take one flight away, name one: voids first, then refunds of all, exchanges, refunds of a part."""
    flights = pl.concat([one.flights for one in taken])
    return flights.sort("id", "leg", "rank", "by").unique(["id", "leg"], keep="first", maintain_order=True)


def _by_line(taken: pl.DataFrame, flights: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each line and what took its flights away; ``legs`` is null where that is all of them."""
    rows = taken.group_by("id", "reason", "by").agg(pl.col("leg").sort().alias("legs"))
    every = flights.group_by("id").agg(every=pl.len())
    whole = pl.col("legs").list.len() == pl.col("every")
    told = rows.join(every, on="id").with_columns(legs=pl.when(~whole).then("legs"))
    return told.select("id", "legs", "reason", "by")


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("id", pl.lit(None, pl.List(pl.Int64)).alias("legs"), "reason", "by")


def _settled_lines(taken: Taken) -> pl.DataFrame:
    return _whole(taken.lines)


def _named(rows: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    names = lines.select("id", *KEY)
    by = lines.select(by="id", by_batch="batch", by_sheet="source_sheet", by_row="source_row")
    ordered = rows.sort("id", "by", "reason").join(names, on="id", maintain_order="left")
    return ordered.join(by, on="by", maintain_order="left").select(NETTED.names()).cast(NETTED)
