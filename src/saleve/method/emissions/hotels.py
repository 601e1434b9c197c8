"""Hotel nights: kg CO2e = rooms x nights x factor of the country, optional, scope 3.

GHG Protocol Scope 3 Standard (2011), category 6 (hotel stays are optional there). A country that is not in the list takes the median
of those that are, which is said and has a wide range; a stay whose country is not known has no figure.
"""

import polars as pl

from saleve.method.emissions.factor_based import emitted, finished, is_own, with_factors, with_quality
from saleve.method.emissions.rules import Rules
from saleve.method.emissions.ways_to_travel import without_year
from saleve.method.reference.countries import folded
from saleve.method.reference.factors import hotel_factors

SOURCE = "hotels"
_LONDON = "GBR:LONDON"  # the one city of which a factor is published


def estimate(activity: pl.DataFrame, rules: Rules | None = None) -> pl.DataFrame:
    """Return the stays with their emissions."""
    chosen = rules or Rules()
    asked = activity.with_columns(_place(activity["city"]), reading=pl.lit(None, pl.String))
    served = emitted(with_factors(asked, hotel_factors(), source=SOURCE), "room_nights")
    good = with_quality(served, own_values=chosen.own_values, over_years=True)
    return _finished(good.with_columns(*_own_range(), *_exact_nights()).drop("reading"))


def _place(cities: pl.Series) -> pl.Expr:
    london = [city for city in cities.drop_nulls().unique() if folded(city) == "london"]
    there = (pl.col("country") == "GBR") & pl.col("city").is_in(london)
    return pl.when(there).then(pl.lit(_LONDON)).otherwise("country").alias("place")


def _own_range() -> list[pl.Expr]:
    """The median has the range of all countries already."""
    median = _is_median()
    return [
        pl.when(median).then(f"{side}_pct").otherwise(f"shared_{side}_pct").alias(f"shared_{side}_pct")
        for side in ("low", "high")
    ]


def _exact_nights() -> list[pl.Expr]:
    """Nights are counted, not measured."""
    return [pl.lit(0.0).alias(f"independent_{side}_pct") for side in ("low", "high")]


def _is_median() -> pl.Expr:
    return (pl.col("level") == "world") & ~is_own()


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    median = pl.col("quality").str.replace("world-average", "median-of-countries")
    return finished(
        rows,
        source=pl.lit(SOURCE),
        category=pl.col("country"),
        scope=pl.lit(3),
        boundary=pl.lit("optional"),
        method=pl.lit("room-nights"),
        quality=pl.when(_is_median()).then(median).otherwise("quality"),
        independent_key=pl.lit(SOURCE),
        shared_key=without_year(pl.col("factor_id")),
        amount=pl.col("room_nights"),
        amount_unit=pl.lit("room-nights"),
    )
