"""Refunds: which flights of a ticket a refund takes away, by the flights or coupons that it names, else by its amount."""

import re
from dataclasses import dataclass

import polars as pl

from saleve.method.activity.journeys import read_journeys
from saleve.method.activity.normalising import Context
from saleve.method.activity.ticket_events import FULL_REFUND, PART_REFUND, Taken, Tickets, settled
from saleve.method.activity.tickets import FLYING

_COUPONS = re.compile(
    r"\s*(?:cpns?|coupons?)?[\s.:#]*([1-4](?:\s*(?:[-,;/&+]|to)?\s*[1-4])*)\s*", re.IGNORECASE
)
_SPAN = re.compile(r"([1-4])\s*(?:-|to)\s*([1-4])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refunds:
    """What refunds take away; refunds that are ``unclear`` or ``alone`` (their ticket is not here), each by ``id``."""

    taken: Taken
    unclear: pl.DataFrame
    alone: pl.DataFrame


def refunds(tickets: Tickets, full_share: float) -> Refunds:
    """Return what refunds do.

    A refund that names some of the ticket's flights, or coupon numbers, takes away exactly those. Any other is judged by its
    amount: at least ``full_share`` of the fare is the whole ticket, less is unclear and takes away nothing. Without amounts to
    compare it is the whole ticket.
    """
    asked, alone = _with_target(tickets)
    reached = tickets.reached(asked.select("target", by="id"))
    named = _named(asked, reached)
    parts = _parts(named, reached)
    others = asked.join(parts, left_on="id", right_on="by", how="anti")
    judged = _judged(others, named, reached, tickets, full_share)
    whole = reached.join(judged.filter("whole"), on="by", how="semi")
    odd = parts.filter("odd").select(id="by").unique()
    unclear = pl.concat([judged.filter(~pl.col("whole")).select(id="by"), odd]).unique()
    return Refunds(_taken(whole, parts, _complete(parts, reached)), unclear, alone)


def coupons_of(text: str) -> list[int]:
    """Return the coupon numbers that a cell holds instead of a routing (``3/4``, ``CPN 2-4``); none in any other text."""
    found = _COUPONS.fullmatch(text)
    if not found:
        return []
    spans = [range(int(one), int(other) + 1) for one, other in _SPAN.findall(found[1])]
    single = [int(number) for number in re.findall(r"[1-4]", found[1])]
    return sorted({*single, *(number for span in spans for number in span)})


def _with_target(tickets: Tickets) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the refunds with their target: their own document where it was sold, else the one that they name as original."""
    sold = tickets.lines.filter(pl.col("line").is_in([*FLYING, "dropped"]))
    known = sold["document"].drop_nulls().unique().implode()
    own, old = (pl.when(pl.col(name).is_in(known)).then(pl.col(name)) for name in ("document", "replaces"))
    told = tickets.lines.filter(pl.col("line") == "refund").with_columns(target=pl.coalesce(own, old))
    return told.drop_nulls("target"), told.filter(pl.col("target").is_null()).select("id")


def _named(asked: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each flight or coupon that a refund names: its ``id`` and ``leg``, null if the ticket lacks it."""
    names = ["by", "target", "id", "leg", "exact"]
    numbered = _coupon_numbers(asked).join(reached, on=["by", "target", "coupon"], how="left")
    placed = _placed(_flights_named(asked), reached)
    return pl.concat([
        numbered.with_columns(exact=pl.lit(value=True)).select(names),
        placed.with_columns(exact=pl.lit(value=False)).select(names),
    ])  # fmt: skip


def _placed(flights: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    """Match flights by their two ends, from the end of the ticket backwards."""
    pair = ["by", "target", "origin", "destination"]
    backwards = reached.sort("position", descending=True).with_columns(
        rank=pl.int_range(1, pl.len() + 1).over(pair), last=pl.len().cast(pl.Int64).over(pair)
    )
    limits = backwards.select(*pair, "last").unique()
    # two refunds of one flight (its fare, its taxes) name the same flight twice
    within = flights.join(limits, on=pair, how="left").with_columns(rank=pl.min_horizontal("rank", "last"))
    return within.drop("last").join(backwards, on=[*pair, "rank"], how="left")


def _coupon_numbers(asked: pl.DataFrame) -> pl.DataFrame:
    texts = asked["routing"].drop_nulls().unique().to_list()
    found = [(text, number) for text in texts for number in coupons_of(text)]
    numbers = pl.DataFrame(found, {"routing": pl.String, "coupon": pl.Int64}, orient="row")
    return asked.select("target", "routing", by="id").join(numbers, on="routing")


def _flights_named(asked: pl.DataFrame) -> pl.DataFrame:
    """Return the flights of the refunds' own routings; ``rank`` counts equal ones of a ticket from the end backwards."""
    texts = asked["routing"].drop_nulls().unique().to_list()
    coupons = pl.Series([text for text in texts if coupons_of(text)], dtype=pl.String)
    ends = pl.col("origin").is_not_null() & pl.col("destination").is_not_null()
    written = ~pl.col("routing").is_in(coupons.implode()).fill_null(value=False)
    placed = asked.filter((pl.col("routing").is_not_null() | ends) & written)
    middle = pl.date(pl.coalesce("year", pl.col("issue_date").dt.year()), 7, 1)
    back = pl.coalesce("round_trip", pl.col("return_date").is_not_null())
    dated = placed.with_columns(on=pl.coalesce("departure_date", middle), way_back=back)
    read = read_journeys(dated, Context())
    flown = read.rows.select("target", "journey", by="id").join(read.legs, on="journey")
    ordered = flown.sort("by", "leg", descending=[False, True])
    rank = pl.int_range(1, pl.len() + 1).over("target", "origin", "destination")
    return ordered.select("by", "target", "origin", "destination", rank=rank)


def _parts(named: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    """Return the flights named by refunds of a part; ``odd``: the refund also names one that the ticket lacks.

    A routing that names all flights is the ticket's own, copied to the line of the refund, and says nothing; coupon numbers do.
    """
    whole = reached.group_by("by").agg(every=pl.len())
    facts = named.group_by("by").agg(
        found=pl.struct("id", "leg").filter(pl.col("id").is_not_null()).n_unique(),
        odd=pl.col("id").is_null().any(),
        exact=pl.col("exact").any(),
    )
    some = (pl.col("found") > 0) & ((pl.col("found") < pl.col("every")) | pl.col("exact"))
    part = facts.join(whole, on="by").filter(some).select("by", "odd")
    return named.drop_nulls("id").select("by", "target", "id", "leg").unique().join(part, on="by")


def _complete(parts: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    """Return the tickets of which refunds of parts name every flight together."""
    named = parts.group_by("target").agg(found=pl.struct("id", "leg").n_unique())
    every = reached.select("target", "id", "leg").unique().group_by("target").agg(every=pl.len())
    return named.join(every, on="target").filter(pl.col("found") == pl.col("every")).select("target")


def _taken(whole: pl.DataFrame, parts: pl.DataFrame, complete: pl.DataFrame) -> Taken:
    full, part = pl.lit("refund"), pl.lit("partial_refund")
    together = parts.join(complete, on="target", how="semi")
    others = parts.join(complete, on="target", how="anti")
    at_once = together.with_columns(by=pl.col("by").min().over("target"))
    flights = [
        whole.select("id", "leg", "by", rank=pl.lit(FULL_REFUND), reason=full),
        at_once.select("id", "leg", "by", rank=pl.lit(FULL_REFUND), reason=full),
        others.select("id", "leg", "by", rank=pl.lit(PART_REFUND), reason=part),
    ]
    lines = [settled(whole, "refund"), settled(together, "refund"), settled(others, "partial_refund")]
    return Taken(
        pl.concat(flights).select("id", "leg", "rank", "reason", "by"),
        pl.concat(lines).select("id", "by", "reason"),
    )


def _judged(
    others: pl.DataFrame, named: pl.DataFrame, reached: pl.DataFrame, tickets: Tickets, full_share: float
) -> pl.DataFrame:
    """Return for each refund (``by``) whether it is of the ``whole`` ticket; else it is unclear.

    Several refunds of one ticket (of its fare, of its taxes) are judged by their sum.
    """
    keys = ["target", "currency"]
    back = (
        _amounts(others.select("target", "id"), tickets).group_by(keys).agg(back=pl.col("amount").abs().sum())
    )
    fares = _amounts(reached.select("target", "id").unique(), tickets).filter(pl.col("amount") > 0)
    sums = back.join(fares.group_by(keys).agg(fare=pl.col("amount").sum()), on=keys, nulls_equal=True)
    share = pl.col("back").cast(pl.Float64) / pl.col("fare").cast(pl.Float64)
    shares = sums.group_by("target").agg(share=share.max())
    strange = named.group_by("by").agg(strange=pl.col("id").is_null().all())
    told = (
        others.select("target", by="id")
        .join(shares, on="target", how="left")
        .join(strange, on="by", how="left")
    )
    silent = pl.col("share").is_null() & ~pl.col("strange").fill_null(value=False)
    return told.select("by", whole=silent | (pl.col("share") >= full_share).fill_null(value=False))


def _amounts(wanted: pl.DataFrame, tickets: Tickets) -> pl.DataFrame:
    paid = (
        wanted.join(tickets.lines.select("id", "fare"), on="id")
        .explode("fare")
        .drop_nulls("fare")
        .unnest("fare")
    )
    return paid.filter(pl.col("amount") != 0)
