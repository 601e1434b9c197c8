"""Whether two years rest on the same data: a total that moves because a meter came or went is no rise and no saving."""

from collections.abc import Iterator

import polars as pl

from saleve.language import _
from saleve.method.inventory import Inventory
from saleve.method.planning.target_path import Target
from saleve.reporting.making import counting
from saleve.reporting.records import Fact

_THERE = ("complete", "partial")


def likeness(inventory: Inventory, target: Target | None, year: int) -> Iterator[Fact]:
    """Yield how many data sets (a source at a site) only one of two compared years has: with the year before, with the base year."""
    earlier = max((other for other in inventory.years if other < year), default=None)
    if earlier is not None:
        yield from _between(inventory, year, earlier, "previous")
    if target and target.base_year in inventory.years and target.base_year != year:
        yield from _between(inventory, year, target.base_year, "base")


def _between(inventory: Inventory, year: int, other: int, name: str) -> Iterator[Fact]:
    """What the completeness does not list, such as a site not yet open, is no lack of data."""
    now, before = _states(inventory, year), _states(inventory, other)
    lost = sum(before[key] in _THERE and now.get(key) == "missing" for key in before)
    new = sum(now[key] in _THERE and before.get(key) == "missing" for key in now)
    if lost or new:
        text = _("Data sets of {other} that are missing in {year}")
        yield counting(f"{year}.change.{name}.lost", lost, text.format(other=other, year=year))
        yield counting(f"{year}.change.{name}.new", new, text.format(other=year, year=other))


def _states(inventory: Inventory, year: int) -> dict[tuple[str, str], str]:
    if inventory.completeness.is_empty():
        return {}
    rows = inventory.completeness.filter(pl.col("year") == year).select("source", "site", "state")
    return {(source, site or ""): state for source, site, state in rows.iter_rows()}
