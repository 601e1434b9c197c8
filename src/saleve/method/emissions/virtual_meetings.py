"""Virtual meetings: kg CO2e = participant-hours x kWh of one participant and hour x grid factor, optional, scope 3.

Published estimates reach from 0.15 to 1.0 kg CO2 an hour and from 0.015 to 0.42 kWh per gigabyte: the range of the result is as wide. The
grid is that of the place that ``places`` gives for the unit, else the world's: participants, network and servers are everywhere.
"""

import polars as pl

from saleve.method.emissions.electricity import with_grid
from saleve.method.emissions.factor_based import (
    emitted,
    finished,
    with_factors,
    with_quality,
)
from saleve.method.emissions.rules import Rules
from saleve.method.reference.factors import WORLD, own_records, virtual_meeting_energy

SOURCE = "virtual_meetings"
_ENERGY_KEY = "virtual meeting energy"


def estimate(activity: pl.DataFrame, rules: Rules | None = None) -> pl.DataFrame:
    """Return the meetings with their emissions."""
    chosen = rules or Rules()
    site = pl.col("unit").replace_strict(dict(chosen.places), default=None, return_dtype=pl.String)
    return finished(
        connected(activity.with_columns(place=site.fill_null(WORLD)), "participant_hours", chosen),
        source=pl.lit(SOURCE),
        category=pl.col("platform"),
        scope=pl.lit(3),
        boundary=pl.lit("optional"),
        independent_key=pl.lit(SOURCE),
        amount=pl.col("participant_hours"),
        amount_unit=pl.lit("participant-hours"),
    )


def connected(rows: pl.DataFrame, hours: str, rules: Rules) -> pl.DataFrame:
    """Return rows with the emission of the participant-hours in the column ``hours`` at the grid of ``place``."""
    asked = rows.with_columns(reading=pl.lit(None, pl.String))
    own = with_factors(asked, own_records(SOURCE), source=SOURCE)
    has_own = own["factor_id"].is_not_null()
    parts = [_by_own(own.filter(has_own), hours, rules), _by_energy(asked.filter(~has_own), hours, rules)]
    return pl.concat(parts, how="diagonal_relaxed").drop("reading")


def _by_own(rows: pl.DataFrame, hours: str, rules: Rules) -> pl.DataFrame:
    """Count by what the platform or the organisation states of one participant and hour."""
    good = with_quality(emitted(rows, hours), own_values=rules.own_values, over_years=True)
    return good.with_columns(
        *[pl.lit(0.0).alias(f"independent_{side}_pct") for side in ("low", "high")],
        shared_key="factor_id",
        method=pl.lit("own-factor"),
    )


def _by_energy(rows: pl.DataFrame, hours: str, rules: Rules) -> pl.DataFrame:
    energy = virtual_meeting_energy().row(0, named=True)
    asked = rows.with_columns(energy_kwh=pl.col(hours) * energy["value"])
    served = with_grid(asked, rules.accounting_basis, rules.grid_factors)
    good = with_quality(emitted(served, "energy_kwh"), own_values=rules.own_values, over_years=True)
    return good.with_columns(
        *[_with_energy(side, energy[f"{side}_pct"]) for side in ("low", "high")],
        *[pl.lit(0.0).alias(f"independent_{side}_pct") for side in ("low", "high")],
        shared_key=pl.lit(_ENERGY_KEY),
        quality=pl.concat_str(_quality(), pl.lit("energy-of-network"), separator="; "),
        estimated=pl.lit(value=True),
        method=pl.lit("participant-hours"),
    ).drop("energy_kwh")


def _quality() -> pl.Expr:
    """The factor of the place WORLD is no factor of a nation."""
    everywhere = pl.col("quality").str.replace("national-factor", "world-average", literal=True)
    return pl.when(pl.col("place") == WORLD).then(everywhere).otherwise("quality")


def _with_energy(side: str, energy_pct: float) -> pl.Expr:
    """Combine the range of the grid with that of the energy; nothing can fall below zero."""
    both = (pl.col(f"shared_{side}_pct").pow(2) + energy_pct**2).sqrt()
    return (both.clip(upper_bound=100.0) if side == "low" else both).alias(f"shared_{side}_pct")
