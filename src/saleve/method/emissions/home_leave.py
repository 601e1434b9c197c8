"""CO2 of home leave paid as a lump sum, always an estimate.

With a home place: a round trip by the air travel method. Without, or where no aircraft flies so far in one leg: travellers x the organisation's own average rate, else x the
average of its ticketed home leave of the same year; else it stays uncomputed and is counted as missing.
"""

from collections.abc import Mapping

import polars as pl

from saleve.method.emissions import air_travel
from saleve.method.emissions.aviation.parameters import AirTravelSettings
from saleve.method.reference.assumptions import assumption


def estimate(
    lump_sums: pl.DataFrame,
    tickets: pl.DataFrame | pl.LazyFrame | None,
    settings: AirTravelSettings,
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return the lump sums with the columns of ``emissions.result``; they count as air travel of the category home leave.

    ``tickets``: the legs of air travel, from which the average per traveller of each year is taken.
    """
    counted = lump_sums.with_columns(rows=pl.lit(1, dtype=pl.Int64))
    estimated = air_travel.estimate(counted, settings)
    row = ["source_file", "source_sheet", "source_row"]
    uncomputed = estimated.filter(pl.col("kg_co2e").is_null()).select(row)
    journeys = estimated.join(uncomputed, on=row, how="anti", nulls_equal=True).with_columns(
        quality=pl.concat_str(pl.lit("lump-sum-journey; "), "quality"), estimated=pl.lit(value=True)
    )
    others = counted.join(uncomputed, on=row, how="semi", nulls_equal=True).unique(
        row, keep="first", maintain_order=True
    )
    averaged = others.join(average_per_traveller(tickets, settings), on="year", how="left")
    return pl.concat([journeys, _at_average(averaged, settings, own_values)], how="diagonal")


def average_per_traveller(
    tickets: pl.DataFrame | pl.LazyFrame | None, settings: AirTravelSettings
) -> pl.DataFrame:
    """Return ``year, average_kg_co2``: CO2 per traveller of the home leave tickets whose legs are all computed."""
    if tickets is None:
        return pl.DataFrame(schema={"year": pl.Int64, "average_kg_co2": pl.Float64})
    legs = (
        tickets.lazy().filter(pl.col("category") == "home_leave", pl.col("boundary") == "minimum").collect()
    )
    flown = air_travel.estimate(legs.with_columns(rows=pl.lit(1, dtype=pl.Int64)), settings)
    ticket = pl.struct("source_file", "source_sheet", "source_row").alias("ticket")
    tickets_flown = flown.group_by("year", ticket).agg(
        pl.col("passengers").max(), pl.col("kg_co2e").sum(), computed=pl.col("kg_co2e").is_not_null().all()
    )
    return (
        tickets_flown.filter("computed")
        .group_by("year")
        .agg(average_kg_co2=pl.col("kg_co2e").sum() / pl.col("passengers").sum())
    )


def _at_average(
    rows: pl.DataFrame, settings: AirTravelSettings, own_values: Mapping[str, float] | None
) -> pl.DataFrame:
    own = pl.col("kg_co2_per_traveller").is_not_null()
    rate = pl.coalesce("kg_co2_per_traveller", "average_kg_co2")
    half_width = assumption("home_leave_average_half_width_pct", own_values)
    kg = pl.col("travellers") * rate
    named = (
        pl.when(own)
        .then(pl.lit("lump-sum-own-average"))
        .when(rate.is_not_null())
        .then(pl.lit("lump-sum-ticket-average"))
        .otherwise(pl.lit("lump-sum-without-average"))
    )
    return rows.with_columns(
        source=pl.lit(air_travel.SOURCE),
        scope=pl.lit(3, dtype=pl.Int64),
        co2_kg=kg,
        kg_co2e=kg,
        factor_id=pl.lit("home-leave-average"),
        accounting_basis=pl.lit("direct"),
        method=pl.lit(settings.method),
        quality=named,
        estimated=pl.lit(value=True),
        independent_key=pl.lit("home leave"),
        independent_low_pct=pl.lit(0.0),
        independent_high_pct=pl.lit(0.0),
        shared_key=pl.lit("home leave average"),
        shared_low_pct=pl.lit(half_width),
        shared_high_pct=pl.lit(half_width),
        amount=pl.col("travellers"),
        amount_unit=pl.lit("travellers"),
    )
