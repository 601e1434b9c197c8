"""How sure a sum is: approach 1, Monte Carlo, trend and contributions (IPCC 2006 Guidelines, vol. 1, ch. 3)."""

from saleve.method.uncertainty.contributions import contributions
from saleve.method.uncertainty.errors import by_pair_of_keys
from saleve.method.uncertainty.monte_carlo import MonteCarlo, monte_carlo
from saleve.method.uncertainty.propagation import range_of_pairs, range_of_sums
from saleve.method.uncertainty.settings import UncertaintySettings
from saleve.method.uncertainty.trend import SimulatedTrend, Trend, simulated_trend, trend_uncertainty

__all__ = [
    "MonteCarlo",
    "SimulatedTrend",
    "Trend",
    "UncertaintySettings",
    "by_pair_of_keys",
    "contributions",
    "monte_carlo",
    "range_of_pairs",
    "range_of_sums",
    "simulated_trend",
    "trend_uncertainty",
]
