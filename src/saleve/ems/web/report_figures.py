"""Figures that a year's report has and no cut of the kept figures holds: facilities, gases, areas, indicators, shares, bars of the bridge."""

import re
from itertools import chain

from saleve.ems.figures import Figures
from saleve.ems.figures.explaining import row_of_figure
from saleve.ems.figures.reading import View
from saleve.ems.web.kept_facts import bridges_of
from saleve.reporting.bridging import bridge_groups
from saleve.reporting.facts import gather
from saleve.reporting.making import share, suitable_decimals
from saleve.reporting.parts import figure as figure_of
from saleve.reporting.records import Fact, ReportHeader

# Of the whole organisation, so that no traveller can be told from them. Other lines of a report stand in the cuts, where small groups are hidden.
_OF_THE_WHOLE = re.compile(
    r"(facilities|gas\.\w+)(\.share)?|floor_area(\.with_data)?|per_m2|estimated_share|rows|not_computed_rows|with_range|without_range"
    r"|completeness\.\w+|(indicator|emas)\.\w+(\.numerator|\.denominator)?"
)


def report_figure(kept: Figures, view: View, figure_id: str) -> Fact | None:
    """Return the figure of this name as the report has it; None where there is none, or where the report alone can tell it."""
    number, _dot, name = figure_id.partition(".")
    if not (number.isdecimal() and number.isascii()) or int(number) not in kept.about.years:
        return None
    if name.startswith("bridge."):
        return _bar(kept, int(number), figure_id)
    if _OF_THE_WHOLE.fullmatch(name):
        return _of_the_whole(kept, int(number), figure_id)
    return _share(view, int(number), figure_id) if name.endswith(".share") else None


def _of_the_whole(kept: Figures, year: int, figure_id: str) -> Fact | None:
    ours, emas = (
        kept.indicators.filter(package=package).drop("package")
        for package in ("indicators", "emas_core_indicators")
    )
    inventory = kept.inventory(year, travellers=False)
    header = ReportHeader(kept.about.organisation)
    facts = gather(inventory, None, (), header, year, indicators=ours, emas=emas)  # fmt: skip
    return facts.figures.get(figure_id)


def _bar(kept: Figures, year: int, figure_id: str) -> Fact | None:
    decimals = suitable_decimals(kept.shown.total(year).kg_co2e)
    bars = chain.from_iterable(bridge_groups(bridges_of(kept, year), decimals).values())
    return next((fact for fact in bars if fact.id == figure_id), None)


def _share(view: View, year: int, figure_id: str) -> Fact | None:
    part, whole = (row_of_figure(view, name) for name in (figure_id.removesuffix(".share"), f"{year}.total"))
    if part is None or whole is None or part["hidden"]:
        return None
    facts = [figure_of(row, suitable_decimals(row["kg_co2e"])) for row in (part, whole)]
    return share(*facts)
