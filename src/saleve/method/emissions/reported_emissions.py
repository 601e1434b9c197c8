"""Emissions taken over as they were reported: nothing is recomputed, and their uncertainty stays unknown."""

import polars as pl

from saleve.method.emissions.factor_based import finished

SUPPLIED = "supplied"


def estimate(activity: pl.DataFrame) -> pl.DataFrame:
    """Return the reported figures as results: kg CO2e not split by gas, quality "supplied", no range.

    They count in the source category that their label was matched to, so that a year of another inventory stands beside ours.
    """
    reported = pl.col("reported_kg_co2e")
    method = pl.concat_str("method", "method_version", separator=" ", ignore_nulls=True)
    return finished(
        activity,
        unsplit_kg_co2e=reported,
        kg_co2e=reported,
        accounting_basis=pl.lit("as reported"),
        method=pl.when(pl.col("method").is_null()).then(pl.lit("unknown")).otherwise(method),
        quality=pl.lit(SUPPLIED),
        estimated=pl.lit(False),
        factor_id=pl.lit(None, dtype=pl.String),
        amount=reported,
        amount_unit=pl.lit("kg CO2e"),
    )
