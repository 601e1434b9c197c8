"""Refrigerants: kg CO2e = kg lost x warming potential, scope 1; the Kyoto gases of a blend and its other gases apart.

GHG Protocol Corporate Standard (2004), chapter 4 (fugitive emissions); what was refilled and not recovered is what was lost
(IPCC 2006 Guidelines, vol. 3, ch. 7, mass balance of servicing). United Nations inventories held HCFCs apart as optional until the
rule of the 2021-2023 reports, which counts every refrigerant: ``scope_of_gases`` chooses.
"""

from collections.abc import Mapping
from typing import Literal

import polars as pl

from saleve.method.emissions.factor_based import NO_FACTOR, finished
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.factors import own_records
from saleve.method.reference.gwp import refrigerants

SOURCE = "refrigerants"


def estimate(
    activity: pl.DataFrame,
    *,
    gwp_set: str = "AR5",
    scope_of_gases: Literal["all", "kyoto"] = "all",
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return one row for the Kyoto gases of each loss and one for its other gases, where it has both.

    ``scope_of_gases``: with "kyoto" the other gases are optional emissions; with "all" they are in the minimum boundary.
    """
    potentials = refrigerants().filter(pl.col("gwp_set") == gwp_set).select(
        "refrigerant", "factor_id", "kyoto_kg_co2e_per_kg", "other_kg_co2e_per_kg", "low_pct", "high_pct"
    )  # fmt: skip
    rows = activity.join(_with_own(potentials, gwp_set), on="refrigerant", how="left", maintain_order="left")
    has_other = (pl.col("other_kg_co2e_per_kg") > 0).fill_null(False)
    only_other = has_other & (pl.col("kyoto_kg_co2e_per_kg") == 0)
    kyoto = _finished(rows.filter(~only_other), "kyoto", "minimum", gwp_set, own_values)
    boundary = "minimum" if scope_of_gases == "all" else "optional"
    other = _finished(rows.filter(has_other), "other", boundary, gwp_set, own_values)
    # A row of the file counts once, whichever of its gases are apart.
    once = other.with_columns((pl.col("kyoto_kg_co2e_per_kg") == 0).cast(pl.Int64).alias("rows"))
    return pl.concat([kyoto, once]).drop(
        "kyoto_kg_co2e_per_kg", "other_kg_co2e_per_kg", "low_pct", "high_pct"
    )


def _with_own(potentials: pl.DataFrame, gwp_set: str) -> pl.DataFrame:
    """Put the organisation's own total of a gas, where it has one, in the place of ours; the parts keep their shares."""
    own = own_records(SOURCE).filter(pl.col("gwp_set") == gwp_set)
    if own.is_empty():
        return potentials
    newest = own.sort("published").unique("refrigerant", keep="last", maintain_order=True)
    named = newest.select("refrigerant", own_id="factor_id", total="kg_co2e_per_unit")
    joined = potentials.join(named, on="refrigerant", how="left", maintain_order="left")
    shipped = pl.col("kyoto_kg_co2e_per_kg") + pl.col("other_kg_co2e_per_kg")
    times = pl.when(shipped > 0).then(pl.col("total") / shipped).fill_null(1.0)
    return joined.with_columns(
        (pl.col("kyoto_kg_co2e_per_kg") * times).alias("kyoto_kg_co2e_per_kg"),
        (pl.col("other_kg_co2e_per_kg") * times).alias("other_kg_co2e_per_kg"),
        pl.coalesce("own_id", "factor_id").alias("factor_id"),
    ).drop("own_id", "total")


def _finished(
    rows: pl.DataFrame, gases: str, boundary: str, gwp_set: str, own_values: Mapping[str, float] | None
) -> pl.DataFrame:
    is_co2 = pl.col("refrigerant") == "R-744"
    kg_co2e = pl.col("leaked_kg") * pl.col(f"{gases}_kg_co2e_per_kg")
    width = pl.lit(assumption("refill_amount_half_width_pct", own_values))
    return finished(
        rows,
        source=pl.lit(SOURCE),
        category=pl.col("refrigerant"),
        scope=pl.lit(1),
        boundary=pl.lit(boundary),
        co2_kg=pl.when(is_co2).then(kg_co2e),
        fgas_kg_co2e=pl.when(~is_co2 & pl.lit(gases == "kyoto")).then(kg_co2e),
        unsplit_kg_co2e=pl.when(pl.lit(gases == "other")).then(kg_co2e),
        kg_co2e=kg_co2e,
        accounting_basis=pl.lit("direct_release"),
        method=pl.lit(f"mass-balance-{gwp_set}-{gases}"),
        quality=pl.when(kg_co2e.is_null()).then(pl.lit(NO_FACTOR)).otherwise(pl.lit("refill")),
        estimated=kg_co2e.is_null(),
        independent_key=pl.concat_str(pl.lit(SOURCE), "site", "equipment", "refrigerant", separator="|", ignore_nulls=True),
        independent_low_pct=width,
        independent_high_pct=width,
        shared_key=pl.col("factor_id"),
        shared_low_pct=pl.col("low_pct"),
        shared_high_pct=pl.col("high_pct"),
        amount=pl.col("leaked_kg"),
        amount_unit=pl.lit("kg"),
    )  # fmt: skip
