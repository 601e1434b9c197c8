"""95 % ranges of a flight's CO2 by what is known of it (docs/method/air-travel.md, uncertainty).

The layout part errs the same way on all flights, so it is the shared part; what is left of the range, and the error of a
stand-in airport, is independent between routes. An unknown cabin is one and the same ignorance for all flights that lack it.
"""

from functools import lru_cache

import polars as pl

from saleve.method.emissions.aviation.parameters import ranges

SIDES = ("low_pct", "high_pct")


_KIND = ["tier", "own_layout", "cabin", "place_basis", "_band_km"]


def with_ranges(flights: pl.DataFrame, method: str) -> pl.DataFrame:
    """Add keys and half-widths (percent) to rows with tier, own_layout, cabin, place_basis and distance_km."""
    banded = flights.with_columns(_band_km=_band_km())
    kinds = banded.select(_KIND).unique()
    ranged = kinds.with_columns(_range_columns(method))
    return banded.join(ranged, on=_KIND, how="left", nulls_equal=True).drop("_band_km")


@lru_cache
def _range_columns(method: str) -> tuple[pl.Expr, ...]:
    no_cabin, named = pl.col("cabin") == "average", pl.lit(f"{method} layout")
    columns = [pl.when(no_cabin).then(pl.lit(f"{method} unknown cabin")).otherwise(named).alias("shared_key")]
    for side in SIDES:
        whole, layout = (
            _lookup(_case(), _cabin_class(), side),
            _lookup(pl.lit("layout_part"), _cabin_class(), side),
        )
        place = _lookup(pl.concat_str(pl.lit("place_"), "place_basis"), pl.lit("any"), side).fill_null(0)
        cabin = _lookup(pl.lit("cabin_unknown"), pl.col("cabin"), side).fill_null(0)
        own_part = (whole.pow(2) - layout.pow(2)).clip(lower_bound=0)
        columns += [
            (own_part + place.pow(2)).sqrt().alias(f"independent_{side}"),
            (layout.pow(2) + cabin.pow(2)).sqrt().alias(f"shared_{side}"),
        ]
    return tuple(columns)


def _band_km() -> pl.Expr:
    """Return the lower edge of the band of distance (exclusive) that a flight lies in."""
    edges = ranges()["from_km"].unique().sort()
    return pl.max_horizontal(pl.when(pl.col("distance_km") > edge).then(pl.lit(edge)) for edge in edges)


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
            & (pl.col("_band_km") >= row["from_km"])
            & (pl.col("_band_km") < (row["to_km"] or float("inf")))
        ).then(pl.lit(row[side], dtype=pl.Float64))
        for row in ranges().iter_rows(named=True)
    ]
    return pl.coalesce(found)
