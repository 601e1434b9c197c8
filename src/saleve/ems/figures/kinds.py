"""Kinds of flights (category, haul, cabin, region) on which too few travel: hidden wherever they stand, with what would give them away."""

from collections.abc import Iterator

import polars as pl

from saleve.ems.figures.cuts import NUMBERS
from saleve.ems.figures.groups import persons_of
from saleve.method.suppression import suppressed

KINDS = ("category", "haul", "cabin", "region")
_KEYS = ["year", "boundary", "by", "name"]
_FLIGHTS, _SCOPE = "air_travel", "3"
_NO_NAME = ""


def without_few_kinds(cuts: pl.DataFrame, rows: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """Hide kinds of flights of fewer travellers than ``smallest`` (``rows``: ``TRAVELLERS``).

    What is hidden of all flights is hidden within units, sites and the scope too, and beside other sources: else the difference
    would tell it.
    """
    few = pl.concat([pl.DataFrame(schema={**{key: cuts.schema[key] for key in _KEYS}, "_why": pl.String}), *_few(cuts, rows, smallest)])  # fmt: skip
    marked = cuts.join(few, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
    why = pl.when(_tells_of_flights()).then("_why")
    seen = pl.coalesce("hidden", why).is_null()
    return marked.with_columns(
        pl.coalesce("hidden", why).alias("hidden"),
        *(pl.when(seen).then(name).alias(name) for name in (*NUMBERS, "figure_id")),
    ).drop("_why")


def _few(cuts: pl.DataFrame, rows: pl.DataFrame, smallest: int) -> Iterator[pl.DataFrame]:
    """Yield ``_KEYS`` and why of what is hidden of all flights of a year, one kind after another."""
    of_flights = cuts.filter(pl.col("by").is_in(KINDS), within="source", within_name=_FLIGHTS)
    for (year, boundary, by), table in of_flights.partition_by(
        "year", "boundary", "by", as_dict=True
    ).items():
        flown = rows.filter(pl.col("year") == year, pl.col("boundary") == boundary)
        persons = persons_of(flown.with_columns(_named(str(by)).alias("name")), ["name"])
        plain = table.select(
            _named("name").alias("name"), pl.lit(_FLIGHTS).alias("row"), pl.col("kg_co2e").fill_null(0.0)
        )
        counted = plain.join(persons, on="name", how="left").with_columns(pl.col("persons").fill_null(0))
        told = suppressed(
            counted, row="row", column="name", value="kg_co2e", persons="persons", smallest=smallest
        )
        hidden = told.filter(
            pl.col("row").is_not_null(), pl.col("name").is_not_null(), pl.col("hidden").is_not_null()
        )
        yield hidden.select(
            year=pl.lit(year, pl.Int64),
            boundary=pl.lit(boundary),
            by=pl.lit(by),
            name=pl.when(pl.col("name") != _NO_NAME).then("name"),
            _why="hidden",
        )  # fmt: skip


def _tells_of_flights() -> pl.Expr:
    """Tell whether a sum adds up flights, alone or with others."""
    within, inside = pl.col("within"), pl.col("within_name")
    return (
        within.is_null()
        | within.is_in(["unit", "site"])
        | ((within == "scope") & (inside == _SCOPE))
        | ((within == "source") & (inside == _FLIGHTS))
    ).fill_null(value=False)


def _named(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null(_NO_NAME)
