"""Carbon offsets retired: kg CO2e as a positive figure in a ledger of their own; no emission becomes smaller by them.

ISO 14064-1:2018 and Greening the Blue: offsets are reported beside the inventory, never netted.
"""

import polars as pl

from saleve.method.emissions.factor_based import finished

SOURCE = "offsets"
BOUNDARY = "offset"


def estimate(activity: pl.DataFrame) -> pl.DataFrame:
    """Return the certificates retired as rows whose boundary is ``offset``; they have no scope and no factor."""
    kg = pl.col("retired_t_co2e") * 1000
    undated = pl.col("retired_on").is_null()
    return finished(
        activity,
        source=pl.lit(SOURCE),
        category=pl.col("standard"),
        boundary=pl.lit(BOUNDARY),
        unsplit_kg_co2e=kg,
        kg_co2e=kg,
        accounting_basis=pl.lit("certificates_retired"),
        method=pl.lit("offsets-retired"),
        quality=pl.when(undated).then(pl.lit("retirement-date-missing")).otherwise(pl.lit("retired")),
        estimated=undated,
        independent_key=pl.concat_str(pl.lit(SOURCE), "registry", "serial_number", separator="|", ignore_nulls=True),
        independent_low_pct=pl.lit(0.0),
        independent_high_pct=pl.lit(0.0),
        shared_key=pl.lit(SOURCE),
        shared_low_pct=pl.lit(0.0),
        shared_high_pct=pl.lit(0.0),
        amount=pl.col("retired_t_co2e"),
        amount_unit=pl.lit("t CO2e"),
    )  # fmt: skip
