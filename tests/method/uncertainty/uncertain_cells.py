"""Cells for the tests of uncertainty: one tuple per cell says what matters."""

import polars as pl

SCHEMA = {
    "kg_co2e": pl.Float64,
    "source": pl.String,
    "estimated": pl.Boolean,
    "shared_key": pl.String,
    "shared_low_pct": pl.Float64,
    "shared_high_pct": pl.Float64,
    "shared_class": pl.String,
    "independent_key": pl.String,
    "independent_low_pct": pl.Float64,
    "independent_high_pct": pl.Float64,
    "independent_class": pl.String,
}


def cells(*rows, shared_class="factor", independent_class="activity", source="fuels"):
    """Build cells from (kg, shared key, shared %, independent key, independent %); a % may be a pair (low, high)."""
    return pl.DataFrame(
        [
            {
                "kg_co2e": kg,
                "source": source,
                "estimated": False,
                "shared_key": shared,
                **_bounds("shared", shared_pct),
                "shared_class": shared_class,
                "independent_key": independent,
                **_bounds("independent", independent_pct),
                "independent_class": independent_class,
            }
            for kg, shared, shared_pct, independent, independent_pct in rows
        ],
        schema=SCHEMA,
    )


def _bounds(part, percent):
    low, high = percent if isinstance(percent, tuple) else (percent, percent)
    return {f"{part}_low_pct": low, f"{part}_high_pct": high}
