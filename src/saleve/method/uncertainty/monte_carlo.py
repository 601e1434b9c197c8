"""Approach 2, Monte Carlo (IPCC 2006 Guidelines, vol. 1, ch. 3, section 3.2.3.2): sums drawn many times, and whether often enough."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from saleve.method.reference.assumptions import assumption
from saleve.method.uncertainty.distributions import TAIL, Numbers
from saleve.method.uncertainty.drawing import draw, terms
from saleve.method.uncertainty.errors import known_range
from saleve.method.uncertainty.settings import DRAWS, SEED

_NUMBERS_KEPT = 20_000_000  # sums x draws held at once: 160 MB


@dataclass(frozen=True)
class MonteCarlo:
    """Simulated sums: per group ``kg_co2e`` (as computed), ``mean_kg_co2e``, the bounds and their standard errors, ``converged``."""

    sums: pl.DataFrame
    draws: int
    seed: int
    tolerance_pct: float  # of the sum: what the standard error of a bound may be

    @property
    def converged(self) -> bool:
        """Tell whether the bounds of every sum that has some are known to the tolerance."""
        return bool(self.sums["converged"].drop_nulls().all())


def monte_carlo(
    cells: pl.DataFrame,
    by: list[str],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    tolerance_pct: float | None = None,
) -> MonteCarlo:
    """Draw the sum of ``kg_co2e`` of each group and return its mean and 95 % range, kg CO2e.

    As in approach 1 the range is null where any emission of the group has none of its own.
    """
    tolerance = assumption("monte_carlo_tolerance_pct") if tolerance_pct is None else tolerance_pct
    keys = by or ["everything"]
    computed = cells.filter(pl.col("kg_co2e").is_not_null()).with_columns(everything=pl.lit(0))
    groups = _groups(computed, keys)
    numbered = computed.join(groups.select(*keys, "group"), on=keys, nulls_equal=True)
    parts = [_simulated(numbered, part, draws, seed) for part in _in_parts(groups, draws)]
    rows = pl.concat([*parts, pl.DataFrame(schema=_SUMS)])
    sums = pl.concat([groups, rows], how="horizontal").with_columns(
        converged=pl.max_horizontal("low_error_kg", "high_error_kg")
        <= pl.col("mean_kg_co2e").abs() * tolerance / 100
    )
    unknown = [pl.when("ranges_known").then(name).alias(name) for name in (*_SUMS, "converged")]
    return MonteCarlo(
        sums.with_columns(unknown).select(*by, "kg_co2e", *_SUMS, "converged"), draws, seed, tolerance
    )


_SUMS = {
    name: pl.Float64()
    for name in ("mean_kg_co2e", "low_kg_co2e", "high_kg_co2e", "low_error_kg", "high_error_kg")
}


def percentiles(drawn: Numbers) -> dict[str, Numbers]:
    """Return of each row the 2.5th and 97.5th percentile and their standard errors.

    The errors need no distribution: the rank of a percentile has a binomial standard error, and half of the distance between the
    values at one such error above and below is that of the percentile.
    """
    ordered = np.sort(drawn, axis=1)
    low, high = (np.quantile(ordered, share, axis=1) for share in (TAIL, 1 - TAIL))
    return {
        "low": low,
        "high": high,
        "low_error": _error(ordered, TAIL),
        "high_error": _error(ordered, 1 - TAIL),
    }


def _error(ordered: Numbers, share: float) -> Numbers:
    draws = ordered.shape[1]
    rank, off = share * draws, np.sqrt(draws * share * (1 - share))
    upper, lower = min(draws - 1, int(np.ceil(rank + off))), max(0, int(np.floor(rank - off)))
    half: Numbers = (ordered[:, upper] - ordered[:, lower]) / 2
    return half


def _groups(computed: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return (
        computed.group_by(by)
        .agg(pl.col("kg_co2e").sum(), known_range().all().alias("ranges_known"))
        .sort(by)
        .with_row_index("group")
    )


def _in_parts(groups: pl.DataFrame, draws: int) -> Iterator[pl.DataFrame]:
    return groups.iter_slices(max(1, _NUMBERS_KEPT // draws))


def _simulated(cells: pl.DataFrame, groups: pl.DataFrame, draws: int, seed: int) -> pl.DataFrame:
    first = groups["group"][0]
    here = cells.filter(pl.col("group").is_in(groups["group"].implode())).with_columns(
        pl.col("group") - first
    )
    drawn = draw(terms(here), len(groups), draws, seed)
    found = percentiles(drawn)
    return pl.DataFrame(
        {
            "mean_kg_co2e": drawn.mean(axis=1),
            "low_kg_co2e": found["low"],
            "high_kg_co2e": found["high"],
            "low_error_kg": found["low_error"],
            "high_error_kg": found["high_error"],
        }
    )
