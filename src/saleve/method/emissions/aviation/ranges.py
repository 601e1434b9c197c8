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
    found = (
        kinds.pipe(_looked_up, "whole", _case(), _cabin_class())
        .pipe(_looked_up, "layout", pl.lit("layout_part"), _cabin_class())
        .pipe(_looked_up, "place", pl.concat_str(pl.lit("place_"), "place_basis"), pl.lit("any"))
        .pipe(_looked_up, "cabin", pl.lit("cabin_unknown"), pl.col("cabin"))
    )
    ranged = found.select(*_KIND, *_range_columns(method))
    return banded.join(ranged, on=_KIND, how="left", nulls_equal=True).drop("_band_km")


@lru_cache
def _range_columns(method: str) -> tuple[pl.Expr, ...]:
    no_cabin, named = pl.col("cabin") == "average", pl.lit(f"{method} layout")
    columns = [pl.when(no_cabin).then(pl.lit(f"{method} unknown cabin")).otherwise(named).alias("shared_key")]
    for side in SIDES:
        whole, layout = pl.col(f"_whole_{side}"), pl.col(f"_layout_{side}")
        place, cabin = (pl.col(f"_{part}_{side}").fill_null(0) for part in ("place", "cabin"))
        own_part = (whole.pow(2) - layout.pow(2)).clip(lower_bound=0)
        columns += [
            (own_part + place.pow(2)).sqrt().alias(f"independent_{side}"),
            (layout.pow(2) + cabin.pow(2)).sqrt().alias(f"shared_{side}"),
        ]
    return tuple(columns)


def _band_km() -> pl.Expr:
    """Return the lower edge of the band of distance (exclusive) that a flight lies in."""
    return pl.max_horizontal(pl.when(pl.col("distance_km") > edge).then(pl.lit(edge)) for edge in _edges())


def _case() -> pl.Expr:
    known = pl.when(pl.col("own_layout")).then(pl.lit("layout_known")).otherwise(pl.lit("type_known"))
    return pl.when(pl.col("tier").is_in(["ticket", "route_table"])).then(known).otherwise(pl.col("tier"))


def _cabin_class() -> pl.Expr:
    premium = pl.col("cabin").is_in(["business", "first"])
    return pl.when(premium).then(pl.lit("business")).otherwise(pl.lit("economy"))


def _looked_up(kinds: pl.DataFrame, name: str, case: pl.Expr, cabin: pl.Expr) -> pl.DataFrame:
    """Add the half-widths of the record for this case, cabin and distance; null where there is none."""
    widths = _widths().rename({side: f"_{name}_{side}" for side in SIDES})
    asked = kinds.with_columns(_case=case, _class=cabin)
    return asked.join(widths, on=["_case", "_class", "_band_km"], how="left").drop("_case", "_class")


@lru_cache
def _edges() -> list[float]:
    edges: list[float] = ranges()["from_km"].unique().sort().to_list()
    return edges


@lru_cache
def _widths() -> pl.DataFrame:
    """Return the half-widths by case, cabin and band; where two records hold for a band, those of the first."""
    edges = pl.DataFrame({"_band_km": _edges()}, schema={"_band_km": ranges().schema["from_km"]})
    upper = pl.col("to_km").fill_null(float("inf"))
    held = ranges().join(edges, how="cross").filter((pl.col("_band_km") >= pl.col("from_km")) & (pl.col("_band_km") < upper))  # fmt: skip
    first = held.unique(["case", "cabin", "_band_km"], keep="first", maintain_order=True)
    half = [pl.col(side).cast(pl.Float64) for side in SIDES]
    return first.select(pl.col("case").alias("_case"), pl.col("cabin").alias("_class"), "_band_km", *half)
