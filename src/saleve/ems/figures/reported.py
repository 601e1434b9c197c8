"""Figures of the year's report that no cut holds, gathered from the kept cells: buildings together, gases, shares, quality."""

import polars as pl

from saleve.ems.figures.reading import Figures
from saleve.ems.remembering import made_once
from saleve.ems.small_groups import PERSONAL
from saleve.method.inventory import select
from saleve.reporting.facts import gather
from saleve.reporting.records import Fact, Facts, ReportHeader

_OF_SINGLE_PLACES = ".contribution."  # such figures name single routes


def reported(figures: Figures, figure_id: str, *, travellers: bool) -> Fact | None:
    """Return the figure of this name; None where there is none, or where who may not see travellers could tell some by it.

    What is no sum of rows names in its ``derivation`` what it follows from: that must be shown to the same person too.
    """
    number = figure_id.partition(".")[0]
    if not (number.isascii() and number.isdecimal() and int(number) in figures.about.years):
        return None
    fact = _facts(figures, int(number), travellers=travellers).figures.get(figure_id)
    if fact is None or (not travellers and _OF_SINGLE_PLACES in figure_id):
        return None
    if fact.selection is not None and not travellers and _of_travellers(figures, fact):
        return None
    return fact


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
