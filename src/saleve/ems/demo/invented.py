"""The invented world as tables: cities with their weights, hubs, offices, years. Nothing in them is taken from a real body."""

from functools import lru_cache
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@lru_cache
def invented(name: str) -> pl.DataFrame:
    """Return one of the tables of the folder ``world``."""
    content = (files("saleve.ems.demo") / "world" / f"{name}.csv").read_bytes()
    return pl.read_csv(content, infer_schema_length=None)


class Draws:
    """Reproducible random choices from uniform numbers only, so that every platform draws the same."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(seed))

    def uniform(self, count: int, low: float = 0.0, high: float = 1.0) -> NDArray[np.float64]:
        """Return numbers evenly spread between two limits."""
        drawn: NDArray[np.float64] = low + (high - low) * self._generator.random(count)
        return drawn

    def around(self, count: int, spread: float) -> NDArray[np.float64]:
        """Return factors about 1, most of them within the spread (mean of three uniform numbers)."""
        parts = self._generator.random((3, count)).mean(axis=0)
        factors: NDArray[np.float64] = 1 + 2 * spread * (parts - 0.5)
        return factors

    def chosen(self, count: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return indexes drawn in proportion to the weights."""
        limits = np.cumsum(weights, dtype=np.float64)
        at = self._generator.random(count) * limits[-1]
        indexes: NDArray[np.int64] = np.searchsorted(limits, at, side="right").astype(np.int64)
        return indexes

    def chance(self, count: int, probability: float) -> NDArray[np.bool_]:
        """Return true with the given probability."""
        hit: NDArray[np.bool_] = self._generator.random(count) < probability
        return hit

    def rows(self, height: int, count: int) -> NDArray[np.int64]:
        """Return that many different row indexes in random order."""
        return np.argsort(self._generator.random(height), kind="stable")[:count].astype(np.int64)
