"""Water: kg CO2e = m3 supplied x factor of supply + m3 of sewage x factor of treatment, scope 3.

GHG Protocol Corporate Value Chain Standard (2011), categories 1 (water bought) and 5 (sewage). Water from the organisation's own well,
roof or lake is pumped with its own electricity, which the bills count.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from saleve.method.emissions.factor_based import with_places
from saleve.method.emissions.indirect import computed, indirect, unknown_because, with_own_range, zero_by_rule
from saleve.method.reference.factors import FINE, water_factors

SOURCE = "water"
OWN_SOURCES = ("well", "surface", "rain", "reused")

_STAND_IN = "GBR"
_NOBODY: Mapping[str, str] = MappingProxyType({})


def estimate(
    activity: pl.DataFrame,
    *,
    places: Mapping[str, str] = _NOBODY,
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return one row for the water supplied and one for the sewage of each bill, where it has both; ``places``: site -> ISO alpha-3."""
    rows = _services(with_places(activity, places))
    own = (pl.col("service") == "supply") & pl.col("water_source").is_in(OWN_SOURCES)
    factors = with_own_range(water_factors(), "water_factor_half_width_pct", own_values)
    bought = computed(
        rows.filter(~own),
        factors,
        source=SOURCE,
        amount="water_m3",
        key=("service",),
        stand_in=_STAND_IN,
        own_values=own_values,
    )
    pumped = zero_by_rule(rows.filter(own), "own-water-source")
    return pl.concat([_finished(_without_tankers(bought)), _finished(pumped)], how="diagonal")


def _services(rows: pl.DataFrame) -> pl.DataFrame:
    """Return supply and sewage apart; a row of the file counts once, whichever of the two it has."""
    supply = rows.filter(pl.col("supply_m3").is_not_null() | pl.col("sewage_m3").is_null())
    sewage = rows.filter(pl.col("sewage_m3").is_not_null())
    alone = pl.col("supply_m3").is_null().cast(pl.Int64)
    return pl.concat(
        [
            supply.with_columns(service=pl.lit("supply"), water_m3="supply_m3", counted=pl.lit(1, pl.Int64)),
            sewage.with_columns(service=pl.lit("sewage"), water_m3="sewage_m3", counted=alone),
        ]
    )


def _without_tankers(rows: pl.DataFrame) -> pl.DataFrame:
    """Water that came by lorry or in bottles is not that of a network: only its site or supplier has a factor for it."""
    by_network = ~pl.col("level").is_in(FINE).fill_null(value=False)
    carried = (pl.col("service") == "supply") & (pl.col("water_source") == "tanker") & by_network
    emissions = ("co2_kg", "ch4_kg_co2e", "n2o_kg_co2e", "unsplit_kg_co2e", "kg_co2e")
    blank = rows.with_columns(
        *[pl.when(~carried).then(name).alias(name) for name in emissions],
        pl.when(~carried).then("factor_id").alias("factor_id"),
        (pl.col("estimated") | carried).alias("estimated"),
    )
    return unknown_because(blank, pl.when(carried).then(pl.lit("water-by-lorry-or-bottle")))


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    method = pl.col("method") if "method" in rows.columns else pl.lit("water-by-volume")
    done = indirect(
        rows.drop("counted", "water_m3"),
        SOURCE,
        category=pl.col("service"),
        method=method,
        independent_key=pl.concat_str(pl.lit(SOURCE), "site", "meter", separator="|", ignore_nulls=True),
        amount=pl.when(pl.col("service") == "supply").then("supply_m3").otherwise("sewage_m3"),
        amount_unit=pl.lit("m3"),
    )
    return done.with_columns(rows["counted"].alias("rows"))
