"""What settling asks a person to look at; the lines stay as they are until somebody answers or the missing ticket comes."""

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import findings
from saleve.method.activity.ticket_events import VOID, Tickets
from saleve.method.activity.ticket_refunds import Refunds
from saleve.method.problems import PROBLEM_SCHEMA

SETTLING_PROBLEMS = pl.Schema(
    [*PROBLEM_SCHEMA.items(), ("batch", pl.String()), ("source_sheet", pl.String())]
)


def settling_problems(
    tickets: Tickets,
    taken: pl.DataFrame,
    refunded: Refunds,
    exchanges_alone: pl.DataFrame,
    differing: pl.DataFrame,
    *,
    days_after_issue: float,
) -> pl.DataFrame:
    """Return all warnings, by batch, sheet and row."""
    left = tickets.flights.join(taken.select("id", "leg"), on=["id", "leg"], how="anti", nulls_equal=True)
    apart = _apart(differing, left, tickets)
    told = [
        *_of_refunds(tickets, refunded),
        _later_years(tickets, taken),
        _exchange_alone(tickets, exchanges_alone),
        _late_voids(tickets, taken, days_after_issue),
        _differs(apart),
        _overlaps(left, apart, tickets),
    ]
    order = ["batch", "source_sheet", "row", "code", "message"]
    return (
        pl.concat([table.select(SETTLING_PROBLEMS.names()) for table in told])
        .cast(SETTLING_PROBLEMS)
        .sort(order)
    )


def _placed(problems: pl.DataFrame, hit: pl.DataFrame) -> pl.DataFrame:
    """Add batch and sheet; ``findings`` answers row by row in the order of ``hit``."""
    return (
        pl.concat([problems, hit.select("batch", "source_sheet")], how="horizontal")
        if hit.height
        else SETTLING_PROBLEMS.to_frame()
    )


def _of_refunds(tickets: Tickets, refunded: Refunds) -> list[pl.DataFrame]:
    alone = tickets.lines.join(refunded.alone, on="id", how="semi", maintain_order="left")
    unclear = tickets.lines.join(refunded.unclear, on="id", how="semi", maintain_order="left")
    return [
        _placed(findings(
            alone,
            pl.lit(value=True),
            code="refund-without-ticket",
            severity="warning",
            column="document_number",
            message=_("This line refunds a ticket that has not been loaded, so no flight was taken away. It waits for its ticket."),
            suggestion=_("Load the file that holds the ticket, or check its number."),
        ), alone),
        _placed(findings(
            unclear,
            pl.lit(value=True),
            code="partial-refund-unclear",
            severity="warning",
            column="fare",
            message=_("This refund is smaller than the fare, or names a flight that the ticket does not have; it does not say which flights were not flown."),
            suggestion=_("Write the refunded flights into its routing, such as NBO-GVA, or their coupon numbers, such as 3/4."),
        ), unclear),
    ]  # fmt: skip


def _later_years(tickets: Tickets, taken: pl.DataFrame) -> pl.DataFrame:
    refunds = taken.filter(pl.col("reason").is_in(["refund", "partial_refund"]))
    flown = refunds.join(tickets.flights.select("id", "leg", "year"), on=["id", "leg"], nulls_equal=True)
    years = flown.select("by", flight_year="year").drop_nulls().unique()
    dated = tickets.lines.join(years, left_on="id", right_on="by").with_columns(
        issued=pl.col("issue_date").dt.year()
    )
    late = dated.filter(pl.col("issued") > pl.col("flight_year")).sort("id", "flight_year")
    return _placed(findings(
        late,
        pl.lit(value=True),
        code="refund-in-a-later-year",
        severity="warning",
        column="issue_date",
        message=_("This refund of {issued} takes away flights of {year}: the inventory of {year} changes."),
        suggestion=_("If that inventory is published, tell the coordinator."),
        values={"issued": "issued", "year": "flight_year"},
    ), late)  # fmt: skip


def _exchange_alone(tickets: Tickets, alone: pl.DataFrame) -> pl.DataFrame:
    hit = tickets.lines.join(alone, on="id", how="semi", maintain_order="left")
    return _placed(findings(
        hit,
        pl.lit(value=True),
        code="exchange-without-original",
        severity="warning",
        column="original_document",
        message=_("This exchange does not name the ticket that it replaces, or that ticket has not been loaded. The new ticket counts; the old one cannot be taken away."),
        suggestion=_("Fill the number of the old ticket, or load the file that holds it."),
    ), hit)  # fmt: skip


def _late_voids(tickets: Tickets, taken: pl.DataFrame, days: float) -> pl.DataFrame:
    pairs = taken.filter(pl.col("rank") == VOID).select("id", "by").unique()
    issued = tickets.lines.select("id", issued="issue_date")
    void = tickets.lines.join(pairs.rename({"id": "sale"}), left_on="id", right_on="by").join(
        issued, left_on="sale", right_on="id"
    )
    after = void.with_columns(days=(pl.col("issue_date") - pl.col("issued")).dt.total_days())
    late = (
        after.filter(pl.col("days") > days).sort("id", "sale").unique("id", keep="first", maintain_order=True)
    )
    return _placed(findings(
        late,
        pl.lit(value=True),
        code="void-days-after-issue",
        severity="warning",
        column="issue_date",
        message=_("This void came {days} days after the ticket was issued. Its flights were taken away."),
        suggestion=_("A ticket can be voided on the day of issue. Check that this is not the end of a trip that was flown."),
        values={"days": "days"},
    ), late)  # fmt: skip


def _apart(differing: pl.DataFrame, left: pl.DataFrame, tickets: Tickets) -> pl.DataFrame:
    """Return the differing lines of which both still count."""
    counts = left["id"].unique().implode()
    both = differing.filter(pl.col("id").is_in(counts) & pl.col("by").is_in(counts))
    other = tickets.lines.select(by="id", other_row="source_row", other_batch="batch")
    return tickets.lines.join(both, on="id").join(other, on="by").sort("id")


def _differs(apart: pl.DataFrame) -> pl.DataFrame:
    return _placed(findings(
        apart,
        pl.lit(value=True),
        code="duplicate-differs",
        severity="warning",
        column="document_number",
        message=_("Row {row} of batch {batch} has the same document, routing and day, but another fare, cabin or traveller. Both lines are counted."),
        suggestion=_("If they are one ticket, remove or correct one of the two."),
        values={"row": "other_row", "batch": "other_batch"},
    ), apart)  # fmt: skip


def _overlaps(left: pl.DataFrame, apart: pl.DataFrame, tickets: Tickets) -> pl.DataFrame:
    """One flight of one document in two lines that are not the same, such as there and back in one and back in the other."""
    flights = left.filter(pl.col("line") != "seat").drop_nulls("leg")
    same = ["document", "origin", "destination", "departure_date"]
    firsts = flights.with_columns(first=pl.col("id").min().over(same)).filter(pl.col("id") > pl.col("first"))
    new = (
        firsts.select("id", "first")
        .group_by("id")
        .agg(pl.col("first").min())
        .join(apart, on="id", how="anti")
    )
    other = tickets.lines.select(first="id", other_row="source_row", other_batch="batch")
    hit = tickets.lines.join(new, on="id").join(other, on="first").sort("id")
    return _placed(findings(
        hit,
        pl.lit(value=True),
        code="coupon-overlap",
        severity="warning",
        column="routing",
        message=_("A flight of this line stands in row {row} of batch {batch} too, for the same document and day. Both are counted."),
        suggestion=_("If it was flown once, remove it from one of the two lines."),
        values={"row": "other_row", "batch": "other_batch"},
    ), hit)  # fmt: skip
