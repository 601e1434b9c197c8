"""Figures of the position against the target: base, goal, path, distance, yearly fall needed, area above the path."""

from collections.abc import Iterator, Sequence

from saleve.language import _
from saleve.method.planning.target_path import Position, Target, path
from saleve.reporting.making import kilograms
from saleve.reporting.records import Fact


def standing(target: Target, positions: Sequence[Position], year: int, decimals: int) -> Iterator[Fact]:
    """Yield the figures of the target; without a base year they are there, missing, with the reason."""
    reason = _("The emissions of the base year {year} are not known.").format(year=target.base_year)
    text = _("Emissions of the base year {year}").format(year=target.base_year)
    derivation = _("base_t_co2e of saleve.toml where it is given, else {year}.total").format(
        year=target.base_year
    )
    yield kilograms("target.base", target.base_kg_co2e, text, decimals, reason=reason, derivation=derivation)
    text = _("Emissions allowed in the target year {year}").format(year=target.target_year)
    derivation = "target.base × (1 − target.reduction)"
    yield kilograms(
        "target.goal", target.target_kg_co2e, text, decimals, reason=reason, derivation=derivation
    )
    text = _("Reduction aimed at from {base} to {year}").format(
        base=target.base_year, year=target.target_year
    )
    stated = _("reduction_pct of saleve.toml")
    yield Fact("target.reduction", target.reduction_pct, "percent", text, derivation=stated)
    for position in positions:
        if position.year == year:
            yield from _position(target, position, decimals, reason)
    yield from _path(target, decimals, reason)


def _position(target: Target, position: Position, decimals: int, reason: str) -> Iterator[Fact]:
    year = position.year
    yield Fact(
        id=f"{year}.change.base",
        value=position.change_since_base_pct,
        unit="percent",
        label=_("Change of total emissions from {base} to {year}").format(base=target.base_year, year=year),
        short_label=_("Change since {year}").format(year=target.base_year),
        decimals=1,
        reason=reason,
        derivation=f"{year}.total ÷ target.base − 1",
    )
    text = _("Distance to the path in {year} (above it is positive)").format(year=year)
    yield kilograms(
        f"{year}.target.gap",
        position.gap_kg_co2e,
        text,
        decimals,
        reason=reason,
        derivation=f"{year}.total − {year}.target.path",
    )
    text = _("Emitted above the path from {base} to {year}, all years added up").format(
        base=target.base_year, year=year
    )
    derivation = _("Sum of total − target.path over the years from {base} to {year}").format(
        base=target.base_year, year=year
    )
    area = position.area_above_path_kg_co2e
    yield kilograms(f"{year}.target.area_above", area, text, decimals, reason=reason, derivation=derivation)
    yield Fact(
        id=f"{year}.target.required_rate",
        value=position.required_rate_pct_per_year,
        unit="percent_per_year",
        label=_("Yearly fall needed after {year} to meet the target").format(year=year),
        decimals=1,
        reason=reason if target.base_kg_co2e is None else _("No year is left before the target year."),
        derivation=f"1 − (target.goal ÷ {year}.total) ^ (1 ÷ {target.target_year - year})",
    )


def _path(target: Target, decimals: int, reason: str) -> Iterator[Fact]:
    for year, kg_co2e in path(target).iter_rows():
        text = _("Path to the target, {year}").format(year=year)
        passed, span = year - target.base_year, target.target_year - target.base_year
        derivation = f"target.base − (target.base − target.goal) × {passed} ÷ {span}"
        yield kilograms(f"{year}.target.path", kg_co2e, text, decimals, reason=reason, derivation=derivation)
