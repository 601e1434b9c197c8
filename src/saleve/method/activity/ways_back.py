"""Whether a journey is there and back: a flag, or a return date with a way out; not when the way back is a line of its own."""

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import findings, joined
from saleve.method.problems import Problem, problem_table

MOST = 0.5  # share of trips with a return date above which a trip without any date is taken as there and back


def with_way_back(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``way_back`` (the journey is there and back), ``way_back_assumed`` and ``opposite`` (the file has both ways)."""
    marked = _with_opposite(rows.with_columns(way_back_assumed=_assumed(rows)))
    stated = pl.coalesce("round_trip", pl.col("return_date").is_not_null() | pl.col("way_back_assumed"))
    return marked.with_columns(way_back=stated & ~pl.col("opposite"), opposite=stated & pl.col("opposite"))


def way_back_problems(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a warning for each way back that was assumed, and the number of those that the file states in its own lines."""
    assumed = findings(
        rows,
        pl.col("way_back_assumed") & pl.col("way_back"),
        code="return-assumed",
        severity="warning",
        column="return_date",
        message=_("No date could be read; the trip was taken as there and back, like most in this file."),
        suggestion=_("Fill both dates."),
    )
    return joined([assumed, _both_ways(rows)])


def _assumed(rows: pl.DataFrame) -> pl.Expr:
    """A list of trips with dates of return: a trip of which neither date is known is like the others."""
    trips = rows.filter(pl.col("routing").is_null())
    dated = trips["return_date"].count()
    if not trips.height or dated / trips.height < MOST:
        return pl.lit(value=False)
    no_date = pl.col("departure_date").is_null() & pl.col("return_date").is_null()
    return pl.col("routing").is_null() & pl.col("round_trip").is_null() & no_date


def _with_opposite(rows: pl.DataFrame) -> pl.DataFrame:
    journey = pl.coalesce("document_number", "trip_number")
    start = pl.coalesce(pl.col("routing").str.extract(r"^\s*([A-Za-z]{3})\b"), "origin").str.to_uppercase()
    end = pl.coalesce(pl.col("routing").str.extract(r"\b([A-Za-z]{3})\s*$"), "destination").str.to_uppercase()
    known = rows.select(
        journey=journey, start=start, end=end, file="source_file", row="source_row"
    ).drop_nulls("journey")
    turned = known.select("journey", "file", start="end", end="start")
    both = known.filter(pl.col("start") != pl.col("end")).join(
        turned, on=["journey", "file", "start", "end"], how="semi"
    )
    return rows.with_columns(opposite=pl.col("source_row").is_in(both["row"].implode()))


def _both_ways(rows: pl.DataFrame) -> pl.DataFrame:
    count = rows.filter("opposite").height
    text = _(
        "Lines marked as return whose way back is a line of its own and which were not doubled: {count}."
    )
    return problem_table(
        [Problem("return-in-own-line", "note", text.format(count=count), column="return_date")]
        if count
        else []
    )
