"""The one bridge between two years of a workspace: what report, pages and ``saleve compare`` show.

Rules that differ by year are exchanged first, one kind at a time; for that the first year is computed again from its activity.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from saleve.method.bridges import Bridge, Swap, bridge, differing, swaps_between
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Inventory

Activities = Mapping[str, pl.DataFrame | pl.LazyFrame]


@dataclass(frozen=True)
class Bridges:
    """The bridges of one inventory, each made once; years of the same rules share what was computed again.

    ``inventory`` returns that of two years, ``activities`` the activity of a year, which is read only where rules differ.
    """

    inventory: Callable[[int, int], Inventory]
    activities: Callable[[int], Activities]
    degree_days: pl.DataFrame
    _made: dict[tuple[int, int], Bridge] = field(default_factory=dict, init=False, repr=False)
    _swapped: dict[int, list[tuple[Rules, list[Swap]]]] = field(default_factory=dict, init=False, repr=False)

    def between(self, start_year: int, end_year: int) -> Bridge:
        """Return why the total moved; raises ``DecompositionError`` for a year without any figure."""
        if (start_year, end_year) not in self._made:
            found = self.inventory(start_year, end_year)
            swaps = self._swaps(start_year, found.rules_of(start_year), found.rules_of(end_year))
            self._made[start_year, end_year] = bridge(
                found, start_year, found, end_year, swaps=swaps, degree_days=self.degree_days
            )
        return self._made[start_year, end_year]

    def _swaps(self, year: int, own: Rules, rules: Rules) -> list[Swap]:
        if not differing(own, rules):
            return []
        known = self._swapped.setdefault(year, [])
        held = next((swaps for others, swaps in known if not differing(others, rules)), None)
        if held is None:
            data = self.activities(year)
            held = swaps_between(year, (data, own), (data, rules))
            known.append((rules, held))
        return held
