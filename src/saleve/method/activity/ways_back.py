"""Whether a journey is there and back: a flag, or a return date with a way out; not when the way back is a line of its own."""

from collections.abc import Collection

import polars as pl

from saleve.language import _
from saleve.method.problems import Problem, problem_table


def with_way_back(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``way_back`` (the journey is there and back) and ``opposite`` (it is, but the way back is a line of its own).

    A return date of which only the year is sure (``return_date_year``) says as much as a whole one.
    """
    dated = pl.any_horizontal(pl.col("return_date", "return_date_year").is_not_null())
    stated = pl.coalesce("round_trip", dated)
    return _with_opposite(rows).with_columns(
        way_back=stated & ~pl.col("opposite"), opposite=stated & pl.col("opposite")
    )


def needs_whole_file(filled: Collection[str]) -> bool:
    """Say whether a file with values in these columns may have a way back in a line far from its way out."""
    return bool({"document_number", "trip_number"} & set(filled)) and bool(
        {"round_trip", "return_date"} & set(filled)
    )


def way_back_problems(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the number of lines whose way back the file states in a line of its own."""
    count = rows.filter("opposite").height
    text = _(
        "Lines marked as return whose way back is a line of its own and which were not doubled: {count}."
    )
    told = Problem("return-in-own-line", "note", text.format(count=count), column="return_date")
    return problem_table([told] if count else [])


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
