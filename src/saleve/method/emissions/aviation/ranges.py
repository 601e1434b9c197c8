"""95 % ranges of a flight's CO2 by what is known of it (docs/method/air-travel.md, uncertainty).

The layout part errs the same way on all flights, so it is the shared part; what is left of the range, and the error of a
stand-in airport, is independent between routes. An unknown cabin is one and the same ignorance for all flights that lack it.
"""

import polars as pl

from saleve.method.emissions.aviation.parameters import ranges

SIDES = ("low_pct", "high_pct")


def range_columns(method: str) -> list[pl.Expr]:
    """Return the keys and half-widths (percent) for rows with tier, own_layout, cabin, place_basis and distance_km."""
    no_cabin = pl.col("cabin") == "average"
    columns = [
        pl.concat_str("origin", "destination", separator="-").alias("independent_key"),
        pl.when(no_cabin)
        .then(pl.lit(f"{method} unknown cabin"))
        .otherwise(pl.lit(f"{method} layout"))
        .alias("shared_key"),
    ]
    for side in SIDES:
        whole, layout = _lookup(_case(), _cabin_class(), side), _lookup(pl.lit("layout_part"), _cabin_class(), side)
        place = _lookup(pl.concat_str(pl.lit("place_"), "place_basis"), pl.lit("any"), side).fill_null(0)
        cabin = _lookup(pl.lit("cabin_unknown"), pl.col("cabin"), side).fill_null(0)
        own_part = (whole.pow(2) - layout.pow(2)).clip(lower_bound=0)
        columns += [
            (own_part + place.pow(2)).sqrt().alias(f"independent_{side}"),
            (layout.pow(2) + cabin.pow(2)).sqrt().alias(f"shared_{side}"),
        ]
    return columns


def _case() -> pl.Expr:
    known = pl.when(pl.col("own_layout")).then(pl.lit("layout_known")).otherwise(pl.lit("type_known"))
    return pl.when(pl.col("tier").is_in(["ticket", "route_table"])).then(known).otherwise(pl.col("tier"))


def _cabin_class() -> pl.Expr:
    premium = pl.col("cabin").is_in(["business", "first"])
    return pl.when(premium).then(pl.lit("business")).otherwise(pl.lit("economy"))


def _lookup(case: pl.Expr, cabin: pl.Expr, side: str) -> pl.Expr:
    """Return the half-width of the record for this case, cabin and distance; null where there is none."""
    found = [
        pl.when(
            (case == row["case"])
            & (cabin == row["cabin"])
            & (pl.col("distance_km") > row["from_km"])
            & (pl.col("distance_km") <= (row["to_km"] or float("inf")))
        ).then(pl.lit(row[side], dtype=pl.Float64))
        for row in ranges().iter_rows(named=True)
    ]
    return pl.coalesce(found)
