"""How a figure is made of a sum of the inventory. Units change here, once: kilograms inside, tonnes on paper."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from saleve.language import _
from saleve.method.inventory import UNNAMED, Inventory, Selection, Total, breakdown
from saleve.reporting.labels import label, slug
from saleve.reporting.records import Fact


def tonnes(name: str, text: str, found: Total, decimals: int, selection: Selection | None = None) -> Fact:
    """Return a sum of the inventory as a figure in t CO2e."""
    return Fact(
        id=name,
        value=in_tonnes(found.kg_co2e),
        unit="t_co2e",
        label=text,
        low=in_tonnes(found.low_kg_co2e),
        high=in_tonnes(found.high_kg_co2e),
        decimals=decimals,
        estimated_share=found.estimated_share,
        rows=found.rows,
        reason=nothing_computed(),
        selection=selection,
    )


def kilograms(
    name: str, kg_co2e: float | None, text: str, decimals: int, *, reason: str, derivation: str
) -> Fact:
    """Return kg CO2e as a figure in t CO2e."""
    value = in_tonnes(kg_co2e)
    return Fact(name, value, "t_co2e", text, decimals=decimals, reason=reason, derivation=derivation)


def share(fact: Fact, whole: Fact) -> Fact:
    """Return the part that a figure has in another, in percent."""
    value = fact.value / whole.value * 100 if fact.value is not None and whole.value else None
    text = _("{part}: share of the total").format(part=fact.label)
    derivation = f"{fact.id} ÷ {whole.id}"
    return Fact(f"{fact.id}.share", value, "percent", text, reason=nothing_computed(), derivation=derivation)


def counting(name: str, count: int, text: str) -> Fact:
    """Return a number of things as a figure."""
    return Fact(name, float(count), "count", text)


def ratio(
    name: str,
    text: str,
    found: Total,
    divisor: float | None,
    unit: str,
    *,
    kg: float,
    reason: str,
    derivation: str,
) -> Fact:
    """Return emissions over persons or square metres; ``kg`` is the kilograms in one of the unit's masses."""

    def over(value: float | None) -> float | None:
        return value / kg / divisor if value is not None and divisor else None

    value = over(found.kg_co2e)
    return Fact(
        id=name,
        value=value,
        unit=unit,
        label=text,
        low=over(found.low_kg_co2e),
        high=over(found.high_kg_co2e),
        decimals=1 if value is not None and value >= 10 else 2,
        estimated_share=found.estimated_share,
        rows=found.rows,
        reason=nothing_computed() if divisor else reason,
        derivation=derivation,
    )


def group(
    inventory: Inventory, dimension: str, selection: Selection, prefix: str, decimals: int
) -> tuple[Fact, ...]:
    """Return one figure for each value of the dimension, the largest first; none where no row has a value."""
    rows = breakdown(inventory, dimension, selection).rows(named=True)
    if all(row[dimension] is None for row in rows):
        return ()
    return distinct(_part(row, dimension, selection, prefix, decimals) for row in rows)


def distinct(figures: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the figures with names told apart by a number: ``2025.site.geneve``, ``2025.site.geneve-2``."""
    found: dict[str, Fact] = {}
    for fact in figures:
        number, name = 2, fact.id
        while name in found:
            name, number = f"{fact.id}-{number}", number + 1
        found[name] = replace(fact, id=name)
    return tuple(found.values())


def suitable_decimals(kg_co2e: float | None) -> int:
    """Return the decimals of tonnes that suit an organisation of this size."""
    size = abs(kg_co2e or 0) / 1000
    return 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 1 else 3


def in_tonnes(kg_co2e: float | None) -> float | None:
    """Convert kilograms to tonnes."""
    return None if kg_co2e is None else kg_co2e / 1000


def nothing_computed() -> str:
    """Return why a sum is missing."""
    return _("No row of data gave an emission.")


def _part(row: dict[str, object], dimension: str, selection: Selection, prefix: str, decimals: int) -> Fact:
    code = row.pop(dimension)
    name = label(dimension, code)
    named: dict[str, Any] = {dimension: code}
    part = replace(selection, **(named if code is not None else {dimension: UNNAMED}))
    text = _part_label(dimension, name, selection)
    fact = tonnes(f"{prefix}.{slug(code)}", text, Total(**row), decimals, part)  # type: ignore[arg-type]
    rest = _("The rows of {whole} that name no {dimension}.").format(whole=prefix, dimension=dimension)
    return replace(fact, short_label=name, derivation="" if code is not None else rest)


def _part_label(dimension: str, name: str, selection: Selection) -> str:
    if selection.boundary != "minimum":
        return _("Counted apart: {part}, {year}").format(part=name, year=selection.year)
    if selection.source and dimension != "source":
        source = label("source", selection.source)
        return _("{source}, {part}, {year}").format(source=source, part=name, year=selection.year)
    return _("{part}, {year}").format(part=name, year=selection.year)
