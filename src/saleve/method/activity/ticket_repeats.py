"""Lines that say once more what another line says: the same document in two files, and a conjunction ticket's whole itinerary."""

from dataclasses import dataclass

import polars as pl

from saleve.method.activity.ticket_numbers import WHOLE_NUMBER, conjunction_pairs, paid
from saleve.method.activity.tickets import FLYING

COUPONS = 4  # of one document; a longer journey goes on in the next number

_HARD = ("ticket", "does", "path", "departure_date", "year")
_SOFT = ("cabins", "person", "passengers", "return_date", "flight", "price", "issued")


@dataclass(frozen=True, slots=True)
class Repeats:
    """``repeated``: lines with the line that stands for them (id, by, reason); ``differing``: lines that differ (id, by).

    ``families``: conjunction tickets, each ``document`` with its first one (``root``).
    """

    repeated: pl.DataFrame
    differing: pl.DataFrame
    families: pl.DataFrame


def find_repeats(lines: pl.DataFrame, flights: pl.DataFrame) -> Repeats:
    """Return which lines repeat another one. Empty cells and zero fares say nothing; any other difference makes two lines.

    Of equal lines the one that says most stands; of those the first by batch, sheet and row (``id``).
    """
    shaped = _shaped(lines, flights)
    told = _grouped(shaped)
    same = told.filter(pl.col("id") != pl.col("by")).select("id", "by", _reason())
    standing = shaped.join(same, on="id", how="anti")
    pairs = _conjunctions(standing, flights)
    again = _first_of(pairs.filter("again")).with_columns(reason=pl.lit("conjunction"))
    return Repeats(pl.concat([same, again.select(same.columns)]), _differing(told), _families(pairs))


def _shaped(lines: pl.DataFrame, flights: pl.DataFrame) -> pl.DataFrame:
    """Add what lines are compared by; the path in airports where a line flies, else in the words of its cells."""
    legs = flights.drop_nulls("leg").sort("id", "leg")
    cabin = pl.when(pl.col("cabin_basis") != "default").then("cabin")
    paths = legs.group_by("id").agg(
        pl.concat_str("origin", "destination", separator="-", ignore_nulls=True).str.join(" ").alias("path"),
        pl.when(cabin.is_not_null().all()).then(cabin.str.join(" ")).alias("cabins"),
        pl.col("year").min(),
        pl.len().alias("coupons"),
    )
    words = pl.concat_str("routing", "origin", "destination", separator=" ", ignore_nulls=True)
    return (
        lines.drop("year")
        .join(paths, on="id", how="left", maintain_order="left")
        .with_columns(
            path=pl.coalesce("path", words.str.to_uppercase().str.replace_all(r"[^\p{L}\d]+", " ")),
            does=pl.when(pl.col("line").is_in(["sale", "exchange"])).then(pl.lit("flies")).otherwise("line"),
            flight=_flight(),
            # a ticket has one traveller, however two systems spell the name; an invoice or a booking may have several
            person=pl.when(~pl.col("number").str.contains(WHOLE_NUMBER)).then("traveller"),
            price=_price(),
            issued=pl.when(~pl.col("line").is_in(FLYING)).then("issue_date"),
        )
    )


def _flight() -> pl.Expr:
    """The number without its airline and leading zeros: LX 0100 is 100."""
    signs = pl.col("flight_number").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    number = signs.str.replace(r"^(?:[A-Z][A-Z0-9]|[0-9][A-Z])", "").str.strip_chars_start("0")
    return pl.when(number != "").then(number)


def _price() -> pl.Expr:
    element = pl.element().struct
    amount = pl.concat_str(
        element.field("currency").fill_null("?"), element.field("amount").cast(pl.String), separator=" "
    )
    return pl.when(paid()).then(
        pl.col("fare").list.eval(amount).list.drop_nulls().list.sort().list.join("; ")
    )


def _grouped(shaped: pl.DataFrame) -> pl.DataFrame:
    """Add ``by``, the line that stands for this one, and ``head``, the line that stands first among those of its path and day."""
    alike = _alike(shaped.drop_nulls("ticket"))
    said = pl.sum_horizontal([pl.col(name).is_not_null().cast(pl.Int64) for name in _SOFT])
    other = (pl.col("replaces") != pl.col("document")).fill_null(value=True)
    ranked = alike.with_columns(said=said, replacing=pl.col("replaces").is_not_null() & other)
    best_first = ranked.sort(["replacing", "said", "id"], descending=[True, True, False])
    one = ["group", "same"]
    stands = best_first.group_by(one, maintain_order=True).agg(
        by=pl.col("id").first(), stands_for=pl.col("number").first()
    )
    heads = stands.group_by("group").agg(head=pl.col("by").min())
    return best_first.join(stands, on=one).join(heads, on="group")


def _alike(numbered: pl.DataFrame) -> pl.DataFrame:
    """Return the lines whose number, kind, path and day another line has: ``group``, and ``same`` for those that are one line.

    Where all of a group agree as far as they speak, they are one line; else only lines that are equal in everything are.
    """
    groups = numbered.group_by(_HARD).agg(
        pl.len(), conflict=pl.any_horizontal([pl.col(name).min() != pl.col(name).max() for name in _SOFT])
    )
    several = groups.filter(pl.col("len") > 1).drop("len").with_row_index("group")
    lines = numbered.join(several, on=_HARD, nulls_equal=True)
    spelled = pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in _SOFT], separator="\x1f")
    conflict = pl.col("conflict").fill_null(value=False)
    return lines.with_columns(same=pl.when(conflict).then(spelled).otherwise(pl.lit("")))


def _reason() -> pl.Expr:
    other = (pl.col("number") != pl.col("stands_for")).fill_null(value=False)
    return pl.when(other).then(pl.lit("conjunction")).otherwise(pl.lit("duplicate")).alias("reason")


def _differing(told: pl.DataFrame) -> pl.DataFrame:
    standing = told.filter((pl.col("id") == pl.col("by")) & (pl.col("id") != pl.col("head")))
    return standing.filter(pl.col("line").is_in(["sale", "exchange"])).select("id", by="head")


def _conjunctions(standing: pl.DataFrame, flights: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of conjunction tickets: the later repeats the whole path (``again``), or goes on where the first ended."""
    sold = standing.filter(pl.col("line").is_in(["sale", "exchange"]))
    pairs = conjunction_pairs(sold)
    facts = sold.select("id", "document", "path", "departure_date", "coupons")
    ends = _ends(sold, flights)
    both = pairs.join(facts, on="id").join(facts.rename({"id": "first"}), on="first", suffix="_first")
    known = both.join(ends, on="document").join(
        ends, left_on="document_first", right_on="document", suffix="_first"
    )
    same_day = pl.col("departure_date").eq_missing(pl.col("departure_date_first"))
    again = (
        (pl.col("path") == pl.col("path_first")) & same_day & (pl.col("coupons") > COUPONS * pl.col("step"))
    )
    goes_on = (
        (pl.col("step") == 1) & (pl.col("legs_first") == COUPONS) & (pl.col("start") == pl.col("end_first"))
    )
    told = known.with_columns(again=again.fill_null(value=False), goes_on=goes_on.fill_null(value=False))
    apart = pl.col("document") != pl.col("document_first")
    return told.filter((pl.col("again") | pl.col("goes_on")) & apart)


def _ends(sold: pl.DataFrame, flights: pl.DataFrame) -> pl.DataFrame:
    ordered = flights.join(sold.select("id", "document", day="departure_date"), on="id").sort(
        "document", "day", "id", "leg"
    )
    return ordered.group_by("document").agg(
        start=pl.col("origin").first(), end=pl.col("destination").last(), legs=pl.col("leg").count()
    )


def _first_of(pairs: pl.DataFrame) -> pl.DataFrame:
    return (
        pairs.sort("id", "step", "first", descending=[False, True, False])
        .group_by("id")
        .agg(by=pl.col("first").first())
    )


def _families(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return each later document with the first of its chain; a chain has at most four documents."""
    step = pairs.group_by("document").agg(root=pl.col("document_first").min())
    up = step.rename({"document": "root", "root": "higher"})
    for _jump in range(2):
        step = step.join(up, on="root", how="left").select("document", root=pl.coalesce("higher", "root"))
    return step
