"""Figures of the year's report that no cut holds, gathered from the kept cells: buildings together, gases, shares, quality."""

import polars as pl

from saleve.ems.figures.reading import Figures
from saleve.ems.remembering import made_once
from saleve.ems.small_groups import PERSONAL
from saleve.method.bridges import BRIDGE, Bridge
from saleve.method.inventory import select
from saleve.reporting.bridging import bridge_groups
from saleve.reporting.facts import gather
from saleve.reporting.making import suitable_decimals
from saleve.reporting.records import Fact, Facts, ReportHeader

_OF_SINGLE_PLACES = ".contribution."  # such figures name single routes


def reported(figures: Figures, figure_id: str, *, travellers: bool) -> Fact | None:
    """Return the figure of this name; None where there is none, or where who may not see travellers could tell some by it.

    What is no sum of rows names in its ``derivation`` what it follows from: that must be shown to the same person too.
    """
    number = figure_id.partition(".")[0]
    if not (number.isascii() and number.isdecimal() and int(number) in figures.about.years):
        return None
    fact = _bar(figures, int(number), figure_id) or _facts(figures, int(number), travellers=travellers).figures.get(figure_id)  # fmt: skip
    if fact is None or (not travellers and _OF_SINGLE_PLACES in figure_id):
        return None
    if fact.selection is not None and not travellers and _of_travellers(figures, fact):
        return None
    return fact


def bridges_of(figures: Figures, year: int) -> dict[str, Bridge]:
    """Return the kept bars of why the total moved to a year, from the year before and from the base year."""
    parts = figures.bridges.filter(year=year).partition_by("since", as_dict=True)
    return {
        str(since): Bridge(
            start, year, _total(figures, start), _total(figures, year), steps.select(BRIDGE.names())
        )
        for (since,), steps in parts.items()
        for start in [int(steps["start_year"][0])]
    }


def _total(figures: Figures, year: int) -> float:
    return figures.shown.total(year).kg_co2e or 0.0


def _bar(figures: Figures, year: int, figure_id: str) -> Fact | None:
    """Return a bar of why the total moved: a sum over all travellers, which the first page shows to everybody."""
    if not figure_id.startswith(f"{year}.bridge."):
        return None
    groups = bridge_groups(bridges_of(figures, year), suitable_decimals(_total(figures, year)))
    return next((fact for bars in groups.values() for fact in bars if fact.id == figure_id), None)


def _of_travellers(figures: Figures, fact: Fact) -> bool:
    """Tell whether a sum holds journeys: what of them is safe to show stands among the cuts."""
    if fact.selection is None:
        return False
    year = fact.selection.year
    inventory = figures.inventory(*([year] if year else figures.about.years), travellers=False)
    return bool(select(inventory, fact.selection)["source"].is_in(PERSONAL).any())


def _facts(figures: Figures, year: int, *, travellers: bool) -> Facts:
    return made_once(
        ("reported", figures.about.key, year, travellers),
        lambda: gather(
            figures.inventory(*figures.about.years, travellers=travellers),
            None,
            (),
            ReportHeader(figures.about.organisation),
            year,
            indicators=_indicators(figures, "indicators"),
            emas=_indicators(figures, "emas_core_indicators"),
        ),
    )


def _indicators(figures: Figures, package: str) -> pl.DataFrame:
    return figures.indicators.filter(pl.col("package") == package).drop("package")
