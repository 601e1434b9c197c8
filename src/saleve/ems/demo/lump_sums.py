"""Home leave paid as a lump sum: no ticket, only how many people went to which country."""

import numpy as np
import polars as pl

from saleve.ems.demo.invented import Draws, invented


def lump_sums(seed: int) -> pl.DataFrame:
    """Return travellers by year and home country, as the entitlements office lists them."""
    draws = Draws(seed)
    homes = (
        invented("cities")
        .group_by("country", maintain_order=True)
        .agg(pl.col("home").sum())
        .filter(pl.col("home") > 0)
    )
    years = [
        _of_year(draws, year, count, homes)
        for year, count in invented("years").select("year", "lump_sum_travellers").iter_rows()
    ]
    return (
        pl.concat(years)
        .with_columns(pl.lit("GVA").alias("From"))
        .select("Year", "From", "Destination country", "Travellers")
    )


def _of_year(draws: Draws, year: int, count: int, homes: pl.DataFrame) -> pl.DataFrame:
    chosen = draws.chosen(count, homes["home"].cast(pl.Float64).to_numpy())
    travellers = np.bincount(chosen, minlength=homes.height)
    table = homes.select(
        pl.lit(year).alias("Year"),
        pl.col("country").alias("Destination country"),
        pl.Series("Travellers", travellers),
    )
    return table.filter(pl.col("Travellers") > 0)
