"""Two years of the kept inventory side by side: any pair, from the cells that are kept; each pair is made once."""

from dataclasses import dataclass

import polars as pl

from saleve.ems.bridging import Bridges
from saleve.ems.explaining import activities_at
from saleve.ems.figures.reading import Figures
from saleve.ems.figures.store import Kept
from saleve.ems.plain_data import from_data
from saleve.ems.workspace import Workspace
from saleve.method.base_year import like_for_like
from saleve.method.bridges import BRIDGE, Bridge
from saleve.method.change import DecompositionError
from saleve.method.inventory import yearly_totals
from saleve.reporting.records import Fact
from saleve.reporting.sureness import with_range_of_trend


@dataclass(frozen=True)
class Pair:
    """Two years: the totals in kg CO2e, the change with its 95 % range, why it moved, and what is complete in both."""

    start_year: int
    end_year: int
    start_kg: float | None
    end_kg: float | None
    change: Fact
    bridge: Bridge | None  # None: a year has no emission figure
    like_for_like: pl.DataFrame


def compared(workspace: Workspace, figures: Figures, start_year: int, end_year: int) -> Pair:
    """Return two years side by side."""
    made = figures.kept.made(_pairs)
    if (start_year, end_year) not in made:
        made[start_year, end_year] = _compared(workspace, figures, start_year, end_year)
    return made[start_year, end_year]


def _pairs(kept: Kept) -> dict[tuple[int, int], Pair]:
    """Return the place for the pairs of these figures."""
    del kept
    return {}


def _compared(workspace: Workspace, figures: Figures, start_year: int, end_year: int) -> Pair:
    inventory = figures.inventory(start_year, end_year)
    totals = yearly_totals(inventory)
    start, end = totals.get(start_year), totals.get(end_year)
    change = Fact(f"{end_year}.change", 100 * (end / start - 1) if start and end is not None else None, "percent", "", decimals=1)  # fmt: skip
    ranged = with_range_of_trend(change, inventory, start_year, end_year, from_data(figures.about.uncertainty))  # fmt: skip
    return Pair(
        start_year=start_year,
        end_year=end_year,
        start_kg=start,
        end_kg=end,
        change=ranged,
        bridge=_kept_bridge(figures, start_year, end_year)
        or _bridge(workspace, figures, start_year, end_year),
        like_for_like=like_for_like(inventory, start_year, end_year),
    )


def _kept_bridge(figures: Figures, start_year: int, end_year: int) -> Bridge | None:
    """Return the bridge to a year from the one before or from the base year, as it was kept."""
    rows = figures.bridges.filter(year=end_year, start_year=start_year)
    if rows.is_empty():
        return None
    steps = rows.filter(since=rows["since"][0]).sort("number").select(BRIDGE.names())
    return Bridge(start_year, end_year, steps["from_kg"][0], steps["to_kg"][-1], steps)


def _bridge(workspace: Workspace, figures: Figures, start_year: int, end_year: int) -> Bridge | None:
    """Return the bridge of two other years; its activity is that of the ledger as it was when the figures were computed."""
    about = figures.about
    bridges = Bridges(
        figures.inventory,
        lambda year: activities_at(workspace, about.ledger_commit, about.spellings, year),
        figures.degree_days,
    )
    try:
        return bridges.between(start_year, end_year)
    except DecompositionError:
        return None
