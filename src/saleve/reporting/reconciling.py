"""Whether the sums of an inventory agree, as a statement says it: words, figures, and the lines of a table."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from saleve.language import _
from saleve.method.inventory import FACILITIES, UNNAMED, Inventory, Selection
from saleve.method.reconciliation import JOURNEYS, TOLERANCE, differences, reconcile
from saleve.reporting.labels import label
from saleve.reporting.making import in_tonnes
from saleve.reporting.records import Fact

_SOURCES = {"not_assigned": FACILITIES, "without_unit": JOURNEYS}
Line = tuple[
    str, float | None, float | None, float | None, str
]  # name, whole, parts, difference in kg; lines


def check_name(check: str) -> str:
    """Return a check of the reconciliation in words."""
    return {
        "sources-to-scope": _("Sources add up to the scope"),
        "scopes-to-total": _("Scopes add up to the total"),
        "sources-to-total": _("Sources add up to the total"),
        "units-to-organisation": _("Units add up to the organisation"),
    }[check]


def check_lines(checks: pl.DataFrame) -> Iterator[Line]:
    """Yield a line for each check, and below that of the units what names none."""
    for row in checks.iter_rows(named=True):
        sums = (row["whole_kg_co2e"], row["parts_kg_co2e"], row["difference_kg_co2e"])
        name = check_name(row["check"])
        of = name if row["line"] == "total" else f"{name}: {row['line']}"
        rounded = 0.0 < abs(row["difference_kg_co2e"]) <= row["rounding_kg_co2e"] * (1 + TOLERANCE)
        yield of, *sums, _("no more than rounding makes") if rounded else "; ".join(row["lines"])
        for kind, text in remainder_names().items():
            if row[f"{kind}_kg_co2e"] is not None:
                yield text, None, row[f"{kind}_kg_co2e"], None, "; ".join(row[f"lines_{kind}"])


def remainder_names() -> dict[str, str]:
    """Return what stands beside the units: buildings, which are of none by nature, and journeys whose rows name none."""
    return {"not_assigned": _("not assigned to a unit"), "without_unit": _("journeys that name no unit")}


def reconciliation_figures(inventory: Inventory, year: int, decimals: int) -> tuple[Fact, ...]:
    """Return the difference of each check that does not agree, and what names no unit, in t CO2e."""
    checks = reconcile(inventory, year)
    apart = (
        _figure(year, row["check"], row["difference_kg_co2e"], row["lines"], check_name(row["check"]))
        for row in differences(checks).iter_rows(named=True)
    )
    beside = (
        replace(
            _figure(year, kind, row[f"{kind}_kg_co2e"], row[f"lines_{kind}"], text),
            selection=Selection(year, _SOURCES[kind], unit=UNNAMED),
        )
        for kind, text in remainder_names().items()
        for row in checks.drop_nulls(f"{kind}_kg_co2e").iter_rows(named=True)
    )
    return tuple(replace(fact, decimals=decimals) for fact in (*apart, *beside))


def _figure(year: int, name: str, kg_co2e: float, lines: list[str], short: str) -> Fact:
    return Fact(
        id=f"{year}.reconciliation.{name}",
        value=in_tonnes(kg_co2e),
        unit="t_co2e",
        label=_("Reconciliation of {year}: {part}").format(year=year, part=short),
        short_label=short,
        derivation="; ".join(map(line_name, lines)) or _("No line can be named."),
    )


def line_name(line: str) -> str:
    """Return source and category of a cell in words."""
    source, _comma, category = line.partition(", ")
    return ", ".join(filter(None, (label("source", source), label("category", category) if category else "")))
