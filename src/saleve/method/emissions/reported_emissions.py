"""Emissions taken over as they were reported: nothing is recomputed; their range is the one their author states, or unknown."""

import polars as pl

from saleve.method.emissions.factor_based import finished

SUPPLIED = "supplied"


def estimate(activity: pl.DataFrame) -> pl.DataFrame:
    """Return the reported figures as results: kg CO2e not split by gas, quality "supplied".

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
        estimated=pl.lit(None, dtype=pl.Boolean),  # whoever computed them knows
        factor_id=pl.lit(None, dtype=pl.String),
        independent_key=pl.concat_str("source_file", pl.col("source_row").cast(pl.String), separator=" row "),
        independent_low_pct=pl.col("uncertainty_pct"),
        independent_high_pct=pl.col("uncertainty_pct"),
        shared_key=pl.lit(SUPPLIED),
        shared_low_pct=pl.when(pl.col("uncertainty_pct").is_not_null()).then(0.0),
        shared_high_pct=pl.when(pl.col("uncertainty_pct").is_not_null()).then(0.0),
        amount=reported,
        amount_unit=pl.lit("kg CO2e"),
    )
