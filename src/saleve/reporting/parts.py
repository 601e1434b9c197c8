"""A sum of an inventory as pages cut it: its figure in t CO2e, and what it is called."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from saleve.language import _
from saleve.method.inventory import Selection, Total
from saleve.reporting.labels import label, within_sentence
from saleve.reporting.making import tonnes
from saleve.reporting.records import Fact
from saleve.reporting.submission_lines import SMALL

_TOTAL_FIELDS = ("kg_co2e", "low_kg_co2e", "high_kg_co2e", "rows", "estimated_share", "not_computed_rows")
_BASIS = "electricity_basis"
TOGETHER = "hidden together"  # the name of what stands in place of parts that are not shown


def figure(row: Mapping[str, Any], decimals: int, selection: Selection | None = None) -> Fact:
    """Return a row of sums (year, boundary, by, name, within, within_name, sums) as a figure."""
    whole = Total(**{name: row[name] for name in _TOTAL_FIELDS})
    fact = tonnes(row["figure_id"] or "", figure_name(row), whole, decimals, selection)
    short = part_name(row["by"], row["name"]) if row["by"] != "all" else ""
    return replace(fact, short_label=short, hidden=row["hidden"] is not None)


def figure_name(row: Mapping[str, Any]) -> str:
    """Return what a figure is of, in a line: source, unit ..., year and, where it is not the total, the boundary."""
    year, boundary = row["year"], row["boundary"]
    part = part_name(row["by"], row["name"]) if row["by"] != "all" else ""
    inside = part_name(row["within"], row["within_name"]) if row["within"] else ""
    names = {"part": part or inside, "whole": inside, "year": year}
    if not part and not inside:
        return whole_name(boundary, year)
    if boundary != "minimum":
        names["boundary"] = boundary_name(boundary)
        if part and inside:
            return _("{boundary}: {whole}, {part}, {year}").format(**names)
        return _("{boundary}: {part}, {year}").format(**names)
    if part and inside:
        return _("{whole}, {part}, {year}").format(**names)
    return _("{part}, {year}").format(**names)


def whole_name(boundary: str, year: int) -> str:
    """Return what the sum of all rows of a boundary is called."""
    names = {
        "minimum": _("Total emissions, {year}"),
        "optional": _("Optional emissions, {year}"),
        "offset": _("Offsets retired, not subtracted, {year}"),
        "memo": _("Memo items, {year}"),
    }
    return names[boundary].format(year=year)


def boundary_name(boundary: str) -> str:
    """Return one of the ledgers that are never netted."""
    return {
        "minimum": _("Minimum boundary"),
        "optional": _("Optional emissions"),
        "offset": _("Offsets retired"),
        "memo": _("Memo items"),
    }[boundary]


def dimension_name(dimension: str) -> str:
    """Return by what an inventory is cut."""
    return {
        "source": _("Source"),
        "scope": _("Scope"),
        "category": _("Category"),
        "unit": _("Unit"),
        "site": _("Site"),
        "region": _("Region of the flight"),
        "haul": _("Length of the flight"),
        "cabin": _("Cabin"),
        _BASIS: _("Basis of electricity"),
    }[dimension]


def part_name(dimension: str, code: object) -> str:
    """Return what a part of a dimension is called; a part that rows do not name is said to be none."""
    if code is None:
        return nameless(dimension)
    if code == TOGETHER:
        return _("Too few or unnamed travellers")
    if dimension == "unit" and code == SMALL:
        return _("Small groups of travellers, put together")
    return label("basis" if dimension == _BASIS else dimension, code)


def nameless(dimension: str) -> str:
    """Return what rows are called that name no part of a dimension."""
    return {
        "unit": _("Not assigned to a unit"),
        "site": _("Not assigned to a site"),
        "category": _("Without a category"),
        "region": _("Not a flight between two regions"),
        "haul": _("Not a flight of known length"),
        "cabin": _("Without a cabin"),
        "scope": _("Without a scope"),
    }.get(dimension, _("Not assigned"))


def capital(words: str) -> str:
    """Return words as they begin a line."""
    return words[:1].upper() + words[1:]


def in_sentence(dimension: str, words: str) -> str:
    """Return what a part is called within a sentence; names that the organisation gave stay as they are."""
    return words if dimension in ("unit", "site", "region") else within_sentence(words)
