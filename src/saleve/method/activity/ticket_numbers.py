"""Numbers of tickets: one spelling for all, and the ranges of conjunction tickets.

A ticket number has 13 digits: three of the airline, ten of the document. Blanks, dashes, an apostrophe and
the ``.0`` of a spreadsheet do not count; eleven or twelve digits lost their leading zeros; a fourteenth that is the first
thirteen modulo 7 is the check digit.
"""

import polars as pl

from saleve.method.activity.tickets import FLYING

TICKET_NUMBER = r"^\d{10}$|^\d{13}$"
WHOLE_NUMBER = r"^\d{13}$"
MOST_CONJUNCTIONS = 3  # documents after the first: sixteen coupons, four on each

_RANGE_HEAD = r"^(.*\d)\s*(?:/\s*\d{1,3}|-\s*\d{2,3})$"
_RANGE_TAIL = r"[/-]\s*(\d{1,3})$"
_MARKED_NUMBER = r"^(?:E?TKT|ET|E?TICKET)?(?:NO|NR)?\d+$"
_PLAIN_NUMBER = r"^\d{3}[ -]?\d{10}$"
_RUNNING_NUMBER = r"^\d{1,7}(?: |$)"  # a register's own count, which starts again in the next file


def with_documents(lines: pl.DataFrame) -> pl.DataFrame:
    """Add ``number`` and ``original`` in one spelling, ``ticket`` that the number stands for, ``document`` and ``replaces``.

    A number of ten digits stands for the one ticket of thirteen that ends so, if the airlines do not differ. A number of a written
    range (``7241234567890/91``) stands for the first. A short count (to 7 digits) names a ticket only within its batch. A number of
    less than thirteen digits that several travellers share names a ticket for each of them.
    """
    told = lines.with_columns(
        number=spelled(lines["document_number"]), original=spelled(lines["original_document"])
    ).with_columns(number=_with_airline())
    known = _same_tickets(_with_carriers(told))
    first = _firsts(told, known)
    renamed = told.with_columns(_renamed("number", known), _renamed("original", known))
    named = renamed.with_columns(ticket=_renamed("number", first), replaces=_renamed("original", first))
    shared = _shared(named).implode()
    own = named.with_columns(_of_traveller("ticket", shared), _of_traveller("replaces", shared))
    return own.with_columns(document=_in_batch("ticket"), replaces=_in_batch("replaces"))


def paid() -> pl.Expr:
    """Tell whether a line has a price that is not zero; an empty or zero fare says nothing."""
    amounts = pl.col("fare").list.eval(pl.element().struct.field("amount") != 0)
    return amounts.list.any().fill_null(value=False)


def negative() -> pl.Expr:
    """Tell whether an amount of a line's price is below zero."""
    amounts = pl.col("fare").list.eval(pl.element().struct.field("amount") < 0)
    return amounts.list.any().fill_null(value=False)


def conjunction_pairs(lines: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of lines (``id`` of a later document, ``first`` with the earlier one) that may be conjunction tickets.

    The numbers follow each other, the later one is without a price and nothing speaks against one traveller and one sale; either
    the earlier one has a price or the traveller is known to be the same. Colleagues' tickets follow each other too.
    """
    asked = lines.filter(pl.col("number").str.contains(TICKET_NUMBER)).select(
        "id", "number", "traveller", "issue_date", pl.col("number").cast(pl.Int64).alias("count"), paid=paid()
    )
    later = asked.filter(~pl.col("paid"))
    steps = [
        later.with_columns(step=pl.lit(step), before=pl.col("count") - step)
        for step in range(1, MOST_CONJUNCTIONS + 1)
    ]
    pairs = pl.concat(steps).join(asked, left_on="before", right_on="count", suffix="_first")
    return pairs.filter(
        pl.col("count") % 10**10 >= pl.col("step"),  # not into the numbers of the next airline
        pl.col("number").str.len_chars() == pl.col("number_first").str.len_chars(),
        agree("traveller"),
        agree("issue_date"),
        pl.col("paid_first") | (pl.col("traveller") == pl.col("traveller_first")),
    ).select("id", "step", first="id_first")  # fmt: skip


def spelled(texts: pl.Series) -> pl.Series:
    """Return the numbers in one spelling; most are written plainly and need no second look."""
    different = pl.DataFrame({"text": texts.cast(pl.String).unique()}).drop_nulls()
    plain = pl.col("text").str.contains(_PLAIN_NUMBER)
    quick = different.filter(plain & pl.col("text").str.contains("[1-9]")).select(
        "text", number=pl.col("text").str.replace("[ -]", "")
    )
    read = pl.concat([quick, different.filter(~plain).select("text", number=_number("text"))])
    return pl.DataFrame({"text": texts}).join(read, on="text", how="left", maintain_order="left")["number"]


def range_members(lines: pl.DataFrame, column: str, number: str) -> pl.DataFrame:
    """Return each later ``member`` of the ranges written in a column, with the first ``number`` and the ``id`` of the line."""
    return _members(_range(lines, column, number))


def agree(name: str) -> pl.Expr:
    """Tell whether nothing speaks against two lines of a pair having the same; an empty cell says nothing."""
    return (pl.col(name) == pl.col(f"{name}_first")).fill_null(value=True)


def _text(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars(" \t\u00a0'’`").str.replace(r"\.0$", "").str.to_uppercase()


def _head(column: str) -> pl.Expr:
    """The number before the end of a written range; null where no range is written."""
    head = _text(column).str.extract(_RANGE_HEAD, 1).str.replace_all(r"\D", "")
    return pl.when(head.str.len_chars().is_in([10, 13, 14])).then(head)


def _number(column: str) -> pl.Expr:
    """One spelling: 10 or 13 digits; a number of another length or with other letters as it is, without blanks and signs."""
    text = pl.coalesce(_head(column), _text(column))
    digits = text.str.replace_all(r"\D", "")
    signs = text.str.replace_all(r"[^\p{L}\d]", "")
    length = digits.str.len_chars()
    whole = digits.str.head(13)
    checked = (length == 14) & (
        whole.cast(pl.Int64, strict=False) % 7 == digits.str.tail(1).cast(pl.Int64, strict=False)
    )
    plain = signs.str.contains(_MARKED_NUMBER)
    number = (
        pl.when(plain & checked).then(whole)
        .when(plain & length.is_in([11, 12])).then(digits.str.zfill(13))
        .when(plain & length.is_in([10, 13])).then(digits)
        .otherwise(signs)
    )  # fmt: skip
    return pl.when(number.str.contains("[1-9]")).then(number)  # "n/a" and "0000" fill a cell and name nothing


def _with_airline() -> pl.Expr:
    """Put the airline's three digits before ten digits where the carrier is written so."""
    number = pl.col("number")
    airline = pl.col("carrier").str.strip_chars().str.extract(r"^(\d{3})$")
    return pl.when(number.str.len_chars() == 10).then(pl.coalesce(airline + number, number)).otherwise(number)


def _with_carriers(lines: pl.DataFrame) -> pl.DataFrame:
    """Return each ticket number with the carriers of its lines; an original document's carrier is not stated."""
    own = lines.select(number="number", carrier=pl.col("carrier").str.strip_chars().str.to_uppercase())
    old = lines.select(number="original", carrier=pl.lit(None, pl.String))
    numbers = pl.concat([own, old]).filter(pl.col("number").str.contains(TICKET_NUMBER))
    return numbers.group_by("number").agg(pl.col("carrier").drop_nulls().unique())


def _same_tickets(numbers: pl.DataFrame) -> dict[str, str]:
    """Return the numbers of ten digits for which exactly one ticket of thirteen stands, of no other airline."""
    short = numbers.filter(pl.col("number").str.len_chars() == 10)
    whole = numbers.filter(pl.col("number").str.len_chars() == 13).with_columns(
        end=pl.col("number").str.tail(10)
    )
    pairs = short.join(whole, left_on="number", right_on="end", suffix="_whole")
    stated = (pl.col("carrier").list.len() > 0) & (pl.col("carrier_whole").list.len() > 0)
    apart = stated & (pl.col("carrier").list.set_intersection("carrier_whole").list.len() == 0)
    one = pairs.filter(~apart).filter(pl.len().over("number") == 1)
    return dict(one.select("number", "number_whole").iter_rows())


def _firsts(lines: pl.DataFrame, known: dict[str, str]) -> dict[str, str]:
    """Return the later numbers of written ranges, each with the first number of its range."""
    ranges = [_range(lines, "document_number", "number"), _range(lines, "original_document", "original")]
    told = pl.concat(ranges).with_columns(_renamed("number", known))
    later = _members(told).group_by("member").agg(pl.col("number").min())
    return dict(later.select("member", "number").iter_rows())


def _range(lines: pl.DataFrame, column: str, number: str) -> pl.DataFrame:
    """Return lines whose cell holds a written range: first ``number`` and the ``end`` as written."""
    written = lines.filter(_head(column).is_not_null())
    return written.select("id", number=number, end=_text(column).str.extract(_RANGE_TAIL, 1))


def _members(ranges: pl.DataFrame) -> pl.DataFrame:
    """Return ``number`` and each later ``member`` of a range of at most four documents."""
    size = pl.lit(10, pl.Int64).pow(pl.col("end").str.len_chars().cast(pl.Int64))
    numeric = ranges.filter(pl.col("number").str.contains(r"^\d+$")).with_columns(
        count=pl.col("number").cast(pl.Int64)
    )
    steps = numeric.with_columns(steps=(pl.col("end").cast(pl.Int64) - pl.col("count")) % size)
    short = steps.filter(pl.col("steps").is_between(1, MOST_CONJUNCTIONS))
    spread = short.with_columns(step=pl.int_ranges(1, pl.col("steps") + 1)).explode("step")
    length = pl.col("number").str.len_chars().cast(pl.Int64)
    member = (pl.col("count") + pl.col("step")).cast(pl.String)
    return spread.with_columns(
        member=pl.when(length == 13).then(member.str.zfill(13)).otherwise(member.str.zfill(10))
    )


def _renamed(column: str, names: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace(names) if names else pl.col(column)


def _shared(lines: pl.DataFrame) -> pl.Series:
    """Return the numbers sold to several travellers: invoices, bookings. A whole ticket number has one traveller."""
    sold = lines.filter(pl.col("line").is_in(FLYING), ~pl.col("ticket").str.contains(WHOLE_NUMBER))
    names = sold.group_by("ticket").agg(first=pl.col("traveller").min(), last=pl.col("traveller").max())
    return names.filter(pl.col("first") != pl.col("last"))["ticket"]


def _of_traveller(column: str, shared: pl.Series) -> pl.Expr:
    own = pl.col(column).is_in(shared) & pl.col("traveller").is_not_null()
    joined = pl.concat_str(column, "traveller", separator=" ")
    return pl.when(own).then(joined).otherwise(pl.col(column)).alias(column)


def _in_batch(column: str) -> pl.Expr:
    """Put the batch before a running number, whether or not a traveller stands behind it."""
    running = pl.col(column).str.contains(_RUNNING_NUMBER)
    return pl.when(running).then(pl.concat_str("batch", column, separator=" ")).otherwise(pl.col(column))
