"""Voids and exchanges: which flights of which tickets they take away.

The words of these tables: ``id`` is a line's place among all lines by batch, sheet and row; ``leg`` a flight within its line, null
for a line without flights; ``by`` the line that takes it away; ``target`` the document that a line speaks of.
"""

from dataclasses import dataclass

import polars as pl

from saleve.method.activity.tickets import FLYING

VOID, FULL_REFUND, EXCHANGE, PART_REFUND = range(
    4
)  # where several lines take one flight away, the first of these is named


@dataclass(frozen=True, slots=True)
class Taken:
    """``flights`` (id, leg, rank, reason, by) that no longer count, and ``lines`` (id, by, reason): what took them, settled itself."""

    flights: pl.DataFrame
    lines: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Tickets:
    """Lines that repeat no other, their flights in order of travel, and conjunction tickets by their first document."""

    lines: pl.DataFrame
    flights: (
        pl.DataFrame
    )  # id, document, position, coupon, leg, origin, destination, departure_date, year, line, open
    families: pl.DataFrame  # root, document

    def reached(self, events: pl.DataFrame) -> pl.DataFrame:
        """Return the open flights of each event's ``target`` and of the conjunction tickets that follow it."""
        itself = events.select("target").unique().select("target", document="target")
        later = itself.join(self.families, left_on="target", right_on="root", suffix="_later")
        reach = pl.concat([itself, later.select("target", document="document_later")]).unique()
        return events.join(reach, on="target").join(self.flights.filter("open"), on="document")


def tickets_of(lines: pl.DataFrame, flights: pl.DataFrame, families: pl.DataFrame) -> Tickets:
    """Return the tickets; coupons that their own line calls flown are not ``open`` where the ticket has others beside them."""
    flying = lines.filter(pl.col("line").is_in(FLYING)).select(
        "id", "document", "line", "flown", day="departure_date"
    )
    every = flying.drop_nulls("document").join(flights, on="id")
    some_flown = (pl.col("flown").any() & ~pl.col("flown").all()).over("document")
    marked = every.with_columns(open=~(pl.col("flown") & some_flown))
    ordered = marked.sort("document", "day", "id", "leg").with_row_index("position")
    coupon = pl.int_range(1, pl.len() + 1).over("document")
    return Tickets(lines, ordered.with_columns(pl.col("position").cast(pl.Int64), coupon=coupon), families)


def voids(tickets: Tickets) -> Taken:
    """Return what voids take away: all of the document, and the void itself."""
    events = tickets.lines.filter(pl.col("line") == "void").select(by="id", target="document").drop_nulls()
    reached = tickets.reached(events)
    return Taken(
        reached.select("id", "leg", rank=pl.lit(VOID), reason=pl.lit("void"), by="by"),
        settled(reached, "void"),
    )


def settled(reached: pl.DataFrame, reason: str) -> pl.DataFrame:
    """Return the lines that took flights away, each settled by the first line that it took them from."""
    firsts = reached.group_by("by").agg(first=pl.col("id").min())
    return firsts.select(id="by", by="first", reason=pl.lit(reason))


def exchanges(tickets: Tickets, void_lines: pl.DataFrame) -> Taken:
    """Return what exchanges take away: the whole old document, or its flights from where the new one begins.

    A new ticket that begins within the old journey, and was not issued before that journey began, says that the flights before were
    flown. An exchange that was made void takes nothing away.
    """
    events = _exchange_lines(tickets).join(void_lines.select("id").unique(), on="id", how="anti")
    new = events.join(_starts(events, tickets), on="event", how="left")
    asked = _not_both_ways(new).group_by("event", "target").agg(
        pl.col("id").min().alias("by"), pl.col("document").first().alias("new"),
        pl.col("start").first(), pl.col("issue_date").min().alias("issued"),
    )  # fmt: skip
    old = tickets.reached(asked).filter(
        (pl.col("document") != pl.col("new")).fill_null(value=True) | (pl.col("line") != "exchange")
    )
    unused = old.filter(pl.col("position") >= _first_unused())
    taken = unused.select("id", "leg", rank=pl.lit(EXCHANGE), reason=pl.lit("exchange"), by="by")
    return Taken(taken, taken.select("id", "by", "reason").clear())


def exchanges_alone(tickets: Tickets) -> pl.DataFrame:
    """Return the exchanges (``id``) whose old document is not here or not named."""
    known = tickets.lines.filter(pl.col("line").is_in([*FLYING, "dropped"]))["document"].drop_nulls().unique()
    lines = _exchange_lines(tickets)
    other = (pl.col("target") != pl.col("document")).fill_null(value=True)
    found = lines.filter(pl.col("target").is_in(known.implode()) & other)
    own = tickets.flights.filter(pl.col("line") != "exchange")["document"].unique()
    itself = lines.filter(pl.col("target").is_in(own.implode()))
    return lines.join(pl.concat([found, itself]).select("id"), on="id", how="anti").select("id")


def _exchange_lines(tickets: Tickets) -> pl.DataFrame:
    """An exchange that names no original replaces the sale of its own number."""
    lines = tickets.lines.filter(pl.col("line") == "exchange")
    unnumbered = pl.concat_str([pl.lit("line "), pl.col("id").cast(pl.String)])
    return lines.select(
        "id", "document", "issue_date",
        target=pl.coalesce("replaces", "document"), event=pl.coalesce("document", unnumbered),
    )  # fmt: skip


def _starts(events: pl.DataFrame, tickets: Tickets) -> pl.DataFrame:
    """Return where each new ticket begins."""
    flights = tickets.flights.filter(pl.col("line") == "exchange").sort("position")
    of_event = (
        events.select("id", "event")
        .unique()
        .join(flights.select("id", "position", "origin"), on="id")
        .sort("position")
    )
    return of_event.drop_nulls("origin").group_by("event").agg(start=pl.col("origin").first())


def _not_both_ways(events: pl.DataFrame) -> pl.DataFrame:
    """Leave out the older of two tickets that name each other: a file may write the new number beside the old ticket too."""
    pairs = events.select("document", "target", "issue_date").filter(pl.col("document") != pl.col("target"))
    dated = pairs.group_by("document", "target").agg(pl.col("issue_date").min())
    both = dated.join(dated, left_on=["document", "target"], right_on=["target", "document"], suffix="_other")
    earlier = pl.col("issue_date") < pl.col("issue_date_other")
    same = (pl.col("issue_date") == pl.col("issue_date_other")).fill_null(value=True)
    older = both.filter(earlier.fill_null(value=False) | (same & (pl.col("document") < pl.col("target"))))
    return events.join(older, on=["document", "target"], how="anti")


def _first_unused() -> pl.Expr:
    """The place of the first flight of the old ticket that the new one replaces."""
    keys = ["event", "target"]
    here = pl.col("origin") == pl.col("start")
    to_come = (pl.col("departure_date") >= pl.col("issued")).fill_null(value=True)
    arrived = pl.col("position").filter(pl.col("destination") == pl.col("start")).max() + 1
    first, last = pl.col("position").min(), pl.col("position").max()
    begins = pl.coalesce(
        pl.col("position").filter(here & to_come).min(),
        pl.col("position").filter(here).min(),
        pl.when(arrived <= last).then(arrived),
        first,
    )
    before = (pl.col("issued").first() < pl.col("departure_date").min()).fill_null(value=False)
    return pl.when(before).then(first).otherwise(begins).over(keys)
