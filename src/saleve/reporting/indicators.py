"""Figures of the environmental indicators: each with what was divided by what, and how many sites are in both."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from saleve.language import _
from saleve.method.indicators import COMMON_SITE
from saleve.reporting.labels import label
from saleve.reporting.records import Fact

OURS, EMAS = "indicator", "emas"  # groups of figures, and how their names begin
# Indicators that the report has under another name already, with their ranges.
NAMED_ELSEWHERE = {"co2e_t": "total", "co2e_t_per_person": "per_person", "co2e_kg_per_m2": "per_m2"}
_UNITS = {"%": "percent", "persons": "person"}


def indicator_figures(indicators: pl.DataFrame, year: int, group: str) -> tuple[Fact, ...]:
    """Return for each indicator of the year its figure, and behind it the amount and the divisor where it has a value."""
    rows = indicators.filter(pl.col("year") == year, pl.col("site").is_null())
    if group == OURS:
        rows = rows.filter(~pl.col("indicator").is_in(list(NAMED_ELSEWHERE)))
    return tuple(fact for row in rows.iter_rows(named=True) for fact in _figures(row, group))


def unit_code(unit: str) -> str:
    """Return the code by which a document names the unit."""
    return _UNITS.get(unit, unit)


def _figures(row: dict[str, Any], group: str) -> Iterator[Fact]:
    name = f"{row['year']}.{group}.{row['indicator']}"
    title = label(group, row["indicator"])
    yield Fact(
        id=name,
        value=row["value"],
        unit=unit_code(row["unit"]),
        label=_("{part}, {year}").format(part=title, year=row["year"]),
        short_label=title,
        decimals=_decimals(row["value"], row["unit"]),
        estimated_share=row["estimated_share"],
        reason=_reason(row),
        derivation=_derivation(row, name),
    )
    if row["value"] is not None and row["denominator"]:
        yield from (_part(row, part, name, title) for part in ("numerator", "denominator"))


def _part(row: dict[str, Any], part: str, name: str, title: str) -> Fact:
    quantity = label("quantity", row[part])
    return Fact(
        id=f"{name}.{part}",
        value=row[f"{part}_amount"],
        unit=unit_code(row[f"{part}_unit"]),
        label=_("{quantity}, for: {indicator}, {year}").format(quantity=quantity, indicator=title, year=row["year"]),
        short_label=quantity,
        derivation=_sites(row),
    )  # fmt: skip


def _derivation(row: dict[str, Any], name: str) -> str:
    if row["value"] is None:
        parts = [row["numerator"], *([row["denominator"]] if row["denominator"] else [])]
        return " ÷ ".join(label("quantity", part) for part in parts)
    quotient = f"{name}.numerator ÷ {name}.denominator"
    parts = [quotient, _sites(row)]
    if row["left_out_rows"]:
        parts.append(_("Rows without an amount, left out: {rows}.").format(rows=row["left_out_rows"]))
    return " ".join(parts)


def _sites(row: dict[str, Any]) -> str:
    if row["sites"] is None:
        return _("Of the whole organisation.")
    return _("Sites that have both parts: {sites}.").format(sites=row["sites"])


def _reason(row: dict[str, Any]) -> str:
    if row["value"] is not None:
        return ""
    if row["lacks"] == COMMON_SITE:
        return _("Both parts are known, but of no site are both.")
    return _("Not known: {quantity}.").format(quantity=label("quantity", row["lacks"]))


def _decimals(value: float | None, unit: str) -> int:
    if unit == "%":
        return 0
    return 0 if value is None or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
