"""Puts into the drawn tickets what real exports hold: refunds, voids, a duplicate, a train, city names, slips of the keyboard."""

import polars as pl

from saleve.ems.demo.invented import Draws

# How often in a year of 6,000 tickets; a year of few tickets has fewer of those that come in numbers, and one of each other.
REFUNDS_PER_THOUSAND = 1.5
LOWER_CASE_PER_THOUSAND = 0.7
CITY_NAMES_PER_THOUSAND = 2.0
CITY_CODES_SHARE = 0.04
UNKNOWN_CODES = ("XQX", "GVAA")
NAMES = {"GVA": "Geneva", "NBO": "Nairobi", "BKK": "Bangkok", "ADD": "Addis Ababa", "CAI": "Cairo", "CDG": "Paris", "VIE": "Vienna",
         "BRU": "Brussels", "MAD": "Madrid", "LIS": "Lisbon", "FCO": "Rome", "JFK": "New York", "LHR": "London", "ZRH": "Zurich",
         "DXB": "Dubai", "FRA": "Frankfurt", "ARN": "Stockholm", "PEK": "Beijing"}  # fmt: skip
CITY_CODES = {
    "LHR": "LON",
    "CDG": "PAR",
    "JFK": "NYC",
    "NRT": "TYO",
    "FCO": "ROM",
    "ARN": "STO",
    "EZE": "BUE",
    "IAD": "WAS",
    "SVO": "MOW",
}
RAIL = {
    "routing": "ZYR-XDT",
    "carrier": "2C",
    "aircraft": "TRN",
    "business": False,
    "fare_rappen": 14_800,
    "category": "staff_mission",
}


def with_slips(tickets: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the lines of one year's export, with ``status`` (issued, refund, void) and ``date_slip``.

    ``tickets`` are of one year, in order of issue.
    """
    draws = Draws(seed)
    codes = _city_codes(_city_names(_rail(tickets, draws), draws), draws)
    typed = _unknown_codes(_typed(_lower_case(codes, draws), draws), draws)
    lines = _void(typed.with_columns(status=pl.lit("issued")), draws)
    return _repeated(_refunded(lines, draws), draws).with_columns(_date_slip(draws, lines))


def _rail(tickets: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    at = _at(draws, tickets, 1)
    return tickets.with_columns(_where(at, name, value) for name, value in RAIL.items())


def _city_names(tickets: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Write some routings in words, where every stop has an everyday name."""
    named = pl.col("routing").str.contains(rf"^(?:{'|'.join(NAMES)})(?:-(?:{'|'.join(NAMES)}))+$")
    rare = pl.Series(draws.chance(tickets.height, 8 * CITY_NAMES_PER_THOUSAND / 1000))
    words = pl.col("routing").str.replace_many(list(NAMES), list(NAMES.values())).str.replace_all("-", " - ")
    return tickets.with_columns(pl.when(named & rare).then(words).otherwise("routing").alias("routing"))


def _city_codes(tickets: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Write a city's code instead of its airport's, as travel agencies do in the price quotation."""
    some = pl.Series(draws.chance(tickets.height, CITY_CODES_SHARE))
    of_city = pl.col("routing").str.replace_many(list(CITY_CODES), list(CITY_CODES.values()))
    return tickets.with_columns(pl.when(some).then(of_city).otherwise("routing").alias("routing"))


def _lower_case(tickets: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    some = pl.Series(draws.chance(tickets.height, LOWER_CASE_PER_THOUSAND / 1000))
    small = pl.col("routing").str.to_lowercase()
    return tickets.with_columns(pl.when(some).then(small).otherwise("routing").alias("routing"))


def _typed(tickets: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Write NB0 for NBO, once."""
    at = _at(draws, tickets.filter(pl.col("routing").str.contains("NBO")), 1)
    digit = pl.col("routing").str.replace("NBO", "NB0")
    return tickets.with_columns(pl.when(_is(at)).then(digit).otherwise("routing").alias("routing"))


def _unknown_codes(tickets: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    for code in UNKNOWN_CODES:
        at = _at(draws, tickets, 1)
        tickets = tickets.with_columns(
            pl.when(_is(at))
            .then(pl.format("{}-{}-{}", "origin", pl.lit(code), "origin"))
            .otherwise("routing")
            .alias("routing")
        )
    return tickets


def _void(lines: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    at = _at(draws, lines, 1)
    return lines.with_columns(_where(at, "status", "void"), _where(at, "fare_rappen", 0))


def _refunded(lines: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Add a line that gives the money back a few weeks later; the ticket's own line stays."""
    count = max(1, round(lines.height * REFUNDS_PER_THOUSAND / 1000))
    numbers = _at(draws, lines.filter(pl.col("status") == "issued", pl.col("carrier") != "2C"), count)
    back = lines.filter(_is(numbers)).with_columns(
        status=pl.lit("refund"),
        fare_rappen=-pl.col("fare_rappen"),
        issue_date=pl.col("departure_date").dt.offset_by("3w"),
    )
    return pl.concat([lines, back]).sort(
        "issue_date", "number", "fare_rappen", descending=[False, False, True]
    )


def _repeated(lines: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Write one line twice."""
    at = int(draws.rows(lines.height - 2, 1)[0]) + 1
    return pl.concat([lines[: at + 1], lines[at : at + 1], lines[at + 1 :]])


def _date_slip(draws: Draws, lines: pl.DataFrame) -> pl.Expr:
    """Mark one line whose date of departure is written with the letter O."""
    return _is(_at(draws, lines.filter(pl.col("status") == "issued"), 1)).alias("date_slip")


def _at(draws: Draws, lines: pl.DataFrame, count: int) -> list[int]:
    return lines["number"].gather(draws.rows(lines.height, count)).to_list()


def _is(numbers: list[int]) -> pl.Expr:
    return pl.col("number").is_in(numbers)


def _where(numbers: list[int], name: str, value: object) -> pl.Expr:
    return pl.when(_is(numbers)).then(pl.lit(value)).otherwise(name).alias(name)
