"""Three series for one trend: as reported, recalculated with one edition and method, and with the factors of the base year.

The third shows what the organisation did itself: activity x factor of the base year, so that a grid that became cleaner, or an
aircraft that burns less, is no merit of its own (GHG Protocol Corporate Standard (2004), ch. 5: comparison over time).
"""

from collections.abc import Mapping

import polars as pl

from saleve.method.emissions.air_travel import SOURCE as AIR_TRAVEL
from saleve.method.emissions.reported_emissions import SUPPLIED
from saleve.method.inventory import Inventory, Selection, select, yearly_totals

SERIES = pl.Schema(
    {
        "year": pl.Int64(),
        "as_reported_kg": pl.Float64(),  # null: nothing was published for the year
        "recalculated_kg": pl.Float64(),  # all years by the rules and editions of this inventory
        "factor_frozen_kg": pl.Float64(),  # frozen part and what could not be frozen, added up
        "not_frozen_kg": pl.Float64(),  # of it, at the year's own factors
        "not_frozen": pl.List(
            pl.String
        ),  # which sources those are; null where there is no inventory for the year
    }
)
# What an implied factor is of: a flight has no site that would change it, a bill has.
_KEYS = ["source", "category", "place", "haul", "cabin", "amount_unit"]


def three_series(
    inventory: Inventory, base_year: int, published_kg: Mapping[int, float] | None = None
) -> pl.DataFrame:
    """Return the three series side by side (``SERIES``), within the minimum boundary, in kg CO2e.

    ``published_kg``: the total of each year as it was published.
    """
    published = dict(published_kg or {})
    recalculated = yearly_totals(inventory)
    years = pl.DataFrame({"year": sorted(recalculated.keys() | published.keys())}, {"year": pl.Int64})
    return (
        years.with_columns(
            as_reported_kg=_of_year(published),
            recalculated_kg=_of_year(recalculated),
        )
        .join(factor_frozen(inventory, base_year), on="year", how="left")
        .select(SERIES.names())
    )


def factor_frozen(inventory: Inventory, base_year: int) -> pl.DataFrame:
    """Return ``year, factor_frozen_kg, not_frozen_kg, not_frozen``: amount of the year x (kg / amount) of the base year, by key.

    Keys are source, category, site (of flights none), haul, cabin and unit. What the base year has no factor for, and what was taken
    over as a total, stays at the year's own factor and is said.
    """
    sums = _sums(inventory)
    base = sums.filter(pl.col("year") == base_year, pl.col("amount") > 0, ~pl.col("supplied"))
    factors = base.select(*_KEYS, factor=pl.col("kg_co2e") / pl.col("amount"))
    joined = sums.join(factors, on=_KEYS, how="left", nulls_equal=True)
    can = pl.col("factor").is_not_null() & pl.col("amount").is_not_null() & ~pl.col("supplied")
    kg = pl.when(can).then(pl.col("amount") * pl.col("factor")).otherwise("kg_co2e")
    left = pl.col("source").cast(pl.String).filter(~can).unique().sort()
    yearly = joined.group_by("year").agg(
        factor_frozen_kg=kg.sum(), not_frozen_kg=pl.col("kg_co2e").filter(~can).sum(), not_frozen=left
    )
    return yearly.sort("year")


def _sums(inventory: Inventory) -> pl.DataFrame:
    """Add up the cells that have a figure by year, key and whether they were taken over; an unknown amount makes no factor."""
    cells = select(inventory, Selection()).filter(pl.col("kg_co2e").is_not_null()).with_columns(
        place=pl.when(pl.col("source") != AIR_TRAVEL).then("site"),
        supplied=(pl.col("quality") == SUPPLIED).fill_null(value=False),
    )  # fmt: skip
    known = pl.col("amount").is_not_null().all()
    return cells.group_by("year", *_KEYS, "supplied").agg(
        pl.when(known).then(pl.col("amount").sum()).alias("amount"), pl.col("kg_co2e").sum()
    )


def _of_year(values: Mapping[int, float | None]) -> pl.Expr:
    known = {year: value for year, value in values.items() if value is not None}
    return pl.col("year").replace_strict(known, default=None, return_dtype=pl.Float64)
