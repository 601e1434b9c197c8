"""Puts into the drawn tickets what real exports hold: refunds, voids, a duplicate, a train, city names, slips of the keyboard."""

import polars as pl

from saleve.ems.demo.invented import Draws

REFUNDS_PER_THOUSAND = 1.5
LOWER_CASE_SHARE = 0.0008
NAMES_SHARE = 0.016  # of routings whose stops all have an everyday name
CITY_CODES_SHARE = 0.04
UNKNOWN_CODES = {"unknown": "XQX", "too_long": "GVAA"}
SINGLE_FAULTS = (*UNKNOWN_CODES, "train", "void", "repeated", "date")
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
    """Return the lines of one year's export, with ``status`` (issued, refund, void) and ``fault`` (what befell the line).

    ``tickets`` are of one year, in order of issue. No line has two faults.
    """
    draws = Draws(seed)
    faulty = tickets.with_columns(fault=pl.Series(_faults(tickets, draws), dtype=pl.String))
    written = faulty.with_columns(_routing(draws, tickets.height), *_void())
    return _repeated(_refunded(written.with_columns(_rail())))


def _faults(tickets: pl.DataFrame, draws: Draws) -> list[str | None]:
    order = draws.rows(tickets.height, tickets.height).tolist()
    nairobi = tickets["routing"].str.contains("NBO").to_list()
    digit = next(row for row in order if nairobi[row])
    refunds = max(1, round(tickets.height * REFUNDS_PER_THOUSAND / 1000))
    kinds = [*SINGLE_FAULTS, *["refunded"] * refunds]
    faults: list[str | None] = [None] * tickets.height
    for row, kind in zip((row for row in order if row != digit), kinds, strict=False):
        faults[row] = kind
    faults[digit] = "digit"
    return faults


def _routing(draws: Draws, count: int) -> pl.Expr:
    """Write routings as people do: in words, with the code of the city, in small letters; and the faulty ones."""
    routing, fault = pl.col("routing"), pl.col("fault")
    names = "|".join(NAMES)
    in_words = routing.str.contains(rf"^(?:{names})(?:-(?:{names}))+$") & pl.Series(
        draws.chance(count, NAMES_SHARE)
    )
    unknown = pl.format("{}-{}-{}", "origin", fault.replace_strict(UNKNOWN_CODES, default=None), "origin")
    return (
        pl.when(fault.is_in(list(UNKNOWN_CODES)))
        .then(unknown)
        .when(fault == "digit")
        .then(routing.str.replace("NBO", "NB0"))
        .when(in_words)
        .then(routing.str.replace_many(list(NAMES), list(NAMES.values())).str.replace_all("-", " - "))
        .when(pl.Series(draws.chance(count, CITY_CODES_SHARE)))
        .then(routing.str.replace_many(list(CITY_CODES), list(CITY_CODES.values())))
        .when(pl.Series(draws.chance(count, LOWER_CASE_SHARE)))
        .then(routing.str.to_lowercase())
        .otherwise(routing)
        .alias("routing")
    )


def _rail() -> list[pl.Expr]:
    """One journey by train stands among the flights."""
    by_train = pl.col("fault") == "train"
    return [pl.when(by_train).then(pl.lit(value)).otherwise(name).alias(name) for name, value in RAIL.items()]


def _void() -> list[pl.Expr]:
    void = pl.col("fault") == "void"
    return [
        pl.when(void).then(pl.lit("void")).otherwise(pl.lit("issued")).alias("status"),
        pl.when(void).then(0).otherwise("fare_rappen").alias("fare_rappen"),
    ]


def _refunded(lines: pl.DataFrame) -> pl.DataFrame:
    """Add a line that gives the money back a few weeks later; the ticket's own line stays."""
    back = lines.filter(pl.col("fault") == "refunded").with_columns(
        status=pl.lit("refund"),
        fare_rappen=-pl.col("fare_rappen"),
        issue_date=pl.col("departure_date").dt.offset_by("3w"),
    )
    return pl.concat([lines, back]).sort(
        "issue_date", "number", "fare_rappen", descending=[False, False, True]
    )


def _repeated(lines: pl.DataFrame) -> pl.DataFrame:
    """Write one line twice, the second right below the first."""
    times = pl.when(pl.col("fault") == "repeated").then(2).otherwise(1)
    return lines.select(pl.all().repeat_by(times)).explode(lines.columns)
