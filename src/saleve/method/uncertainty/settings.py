"""What an organisation may choose about uncertainty: ``[uncertainty]`` of ``saleve.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

DRAWS = 10_000
SEED = 2026


@dataclass(frozen=True, slots=True)
class UncertaintySettings:
    """Approach 1 (error propagation) or 2 (Monte Carlo as well), its draws and seed, and correlations between years by class."""

    approach: int = 1
    draws: int = DRAWS
    seed: int = SEED
    year_correlation: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
