"""Figures that follow from others: changes, per person, the place against the target; read from what is kept, with how they follow."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from saleve.ems.figures.reading import Figures
from saleve.language import _
from saleve.reporting.making import in_tonnes, suitable_decimals
from saleve.reporting.records import Fact


def derived(figures: Figures, figure_id: str) -> Fact | None:
    """Return the figure of this name, with its derivation; None where there is none."""
    number, _dot, name = figure_id.partition(".")
    made = _MAKERS.get(name)
    return made(figures, int(number), figure_id) if made and number.isdecimal() and number.isascii() else None


def _change(figures: Figures, year: int, figure_id: str) -> Fact | None:
    row = _only(figures.changes, year, since=figure_id.rpartition(".")[2])
    if row is None:
        return None
    start = row["start_year"]
    return Fact(
        id=figure_id,
        value=row["change_pct"],
        unit="percent",
        label=_("Change of total emissions from {base} to {year}").format(base=start, year=year),
        low=row["low_pct"],
        high=row["high_pct"],
        decimals=1,
        reason=_("One of the two years has no total."),
        derivation=f"{year}.total ÷ {start}.total − 1",
    )


def _per_person(figures: Figures, year: int, figure_id: str) -> Fact | None:
    row = _only(figures.indicators.filter(pl.col("site").is_null()), year, package="indicators", indicator="co2e_t_per_person")  # fmt: skip
    if row is None:
        return None
    text = _("Emissions per person, {year}").format(year=year)
    reason = _("The number of persons in {year} is not known.").format(year=year)
    derivation = f"{year}.total ÷ {year}.headcount"
    return Fact(figure_id, row["value"], "t_co2e_per_person", text, decimals=2, reason=reason, derivation=derivation)  # fmt: skip


def _headcount(figures: Figures, year: int, figure_id: str) -> Fact | None:
    persons = figures.headcount.filter(pl.col("year") == year)["persons"]
    text = _("Persons, {year}").format(year=year)
    return Fact(figure_id, float(persons.sum()), "person", text) if persons.count() else None


def _path(figures: Figures, year: int, figure_id: str) -> Fact | None:
    row, target = _only(figures.path, year), figures.about.target
    if row is None or target is None:
        return None
    text = _("Straight path to the target, {year}").format(year=year)
    words = _("A straight line from {base} to {percent}% below it in {goal}").format(base=f"{target.base_year}.total", percent=f"{target.reduction_pct:g}", goal=target.target_year)  # fmt: skip
    return _amount(figure_id, row["path_kg_co2e"], text, words)


def _gap(figures: Figures, year: int, figure_id: str) -> Fact | None:
    row = _only(figures.positions, year)
    text = _("Distance to the path, above it positive, {year}").format(year=year)
    return _amount(figure_id, row["gap_kg_co2e"], text, f"{year}.total − {year}.target.path") if row else None


def _amount(figure_id: str, kg_co2e: float | None, text: str, derivation: str) -> Fact:
    decimals = suitable_decimals(kg_co2e)
    return Fact(figure_id, in_tonnes(kg_co2e), "t_co2e", text, decimals=decimals, derivation=derivation)


def _only(table: pl.DataFrame, year: int, **named: str) -> Mapping[str, Any] | None:
    found = table.filter(pl.col("year") == year, *(pl.col(key) == value for key, value in named.items()))
    return found.row(0, named=True) if found.height else None


_MAKERS: Mapping[str, Callable[[Figures, int, str], Fact | None]] = {
    "change.previous": _change,
    "change.base": _change,
    "per_person": _per_person,
    "headcount": _headcount,
    "target.path": _path,
    "target.gap": _gap,
}
