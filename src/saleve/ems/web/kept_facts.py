"""The kept figures of a year as the charts of the reports take them; nothing is computed."""

from collections.abc import Iterator

from saleve.ems.figures import Figures
from saleve.ems.figures.reported import bridges_of
from saleve.language import _
from saleve.method.base_year import Break
from saleve.method.emissions.rules import Rules
from saleve.method.inventory import Selection
from saleve.reporting.bridging import bridge_groups
from saleve.reporting.making import kilograms, suitable_decimals, tonnes
from saleve.reporting.records import Fact, Facts, ReportHeader

SHOWN_STEPS = 5  # of a bridge on a page that tells the most important alone


def facts_of(kept: Figures, year: int, most: int | None = SHOWN_STEPS) -> Facts:
    """Return totals, path, changes and bridge of a year; ``most``: steps of the bridge that stand by themselves."""
    decimals = suitable_decimals(kept.shown.total(year).kg_co2e)
    found = bridges_of(kept, year)
    return Facts(
        header=ReportHeader(kept.about.organisation),
        year=year,
        years=kept.about.years,
        figures={fact.id: fact for fact in _figures(kept, year, decimals)},
        tables={},
        target=kept.about.target,
        position=None,
        rules=Rules(),
        groups=bridge_groups(found, decimals, most),
        bridges=found,
        breaks=tuple(Break(**row) for row in kept.breaks.iter_rows(named=True)),
    )


def _figures(kept: Figures, year: int, decimals: int) -> Iterator[Fact]:
    for one in sorted({*kept.about.years, year}):
        text = _("Emissions within the minimum boundary, {year}").format(year=one)
        yield tonnes(f"{one}.total", text, kept.shown.total(one), decimals, Selection(year=one))
    for one, kg_co2e in kept.path.iter_rows():
        if one >= kept.about.years[0]:
            text = _("Path to the target, {year}").format(year=one)
            yield kilograms(f"{one}.target.path", kg_co2e, text, decimals, reason="", derivation="")
    for row in kept.positions.filter(year=year).iter_rows(named=True):
        text = _("Distance to the path in {year} (above it is positive)").format(year=year)
        yield kilograms(f"{year}.target.gap", row["gap_kg_co2e"], text, decimals, reason="", derivation="")
        text = _("Yearly fall needed after {year} to meet the target").format(year=year)
        yield Fact(f"{year}.target.required_rate", row["required_rate_pct_per_year"], "percent_per_year", text, decimals=1)  # fmt: skip
    for row in kept.changes.filter(year=year).iter_rows(named=True):
        text = _("Change of total emissions from {base} to {year}").format(base=row["start_year"], year=year)
        yield Fact(f"{year}.change.{row['since']}", row["change_pct"], "percent", text, low=row["low_pct"], high=row["high_pct"], decimals=1)  # fmt: skip
