"""The figures of one year's report, gathered from the inventory. Their names are listed in docs/reference/figures.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isclose

import polars as pl

from saleve.language import _
from saleve.method.base_year import Break
from saleve.method.bridges import Bridge
from saleve.method.emissions.rules import Boundary
from saleve.method.inventory import (
    FACILITIES,
    Inventory,
    Selection,
    by_gas,
    persons,
    total,
)
from saleve.method.planning.target_path import Position, Target
from saleve.method.uncertainty import UncertaintySettings
from saleve.reporting.areas import per_area
from saleve.reporting.bridging import bridge_groups, changes_like_for_like, compared_years
from saleve.reporting.certainty import certainty, citations, gaps, qualities
from saleve.reporting.hiding import Hiding, small_keys, without_small_groups
from saleve.reporting.indicators import EMAS, OURS, indicator_figures
from saleve.reporting.labels import label
from saleve.reporting.likeness import likeness
from saleve.reporting.making import (
    distinct,
    group,
    in_tonnes,
    ratio,
    share,
    suitable_decimals,
    tonnes,
)
from saleve.reporting.methods import other_methods, supplied_figures
from saleve.reporting.reconciling import reconciliation_figures
from saleve.reporting.records import Fact, Facts, ReportHeader
from saleve.reporting.standing import standing
from saleve.reporting.sureness import contributors, simulated_total, with_range_of_trend
from saleve.reporting.tables import tables

_AIR_TRAVEL_DIMENSIONS = ("category", "haul", "cabin", "region")

Groups = dict[str, tuple[Fact, ...]]


def gather(
    inventory: Inventory,
    target: Target | None,
    positions: Sequence[Position],
    organisation: ReportHeader,
    year: int,
    *,
    uncertainty: UncertaintySettings | None = None,
    breaks: Sequence[Break] = (),
    indicators: pl.DataFrame | None = None,
    emas: pl.DataFrame | None = None,
    bridges: Mapping[str, Bridge] | None = None,
    hiding: Hiding | None = None,
) -> Facts:
    """Return every figure of the year's report, in the active language. Nothing is rounded here.

    ``indicators``, ``emas``: as of ``method.indicators``; none where the report has no section of them. ``bridges``: from ``previous``
    and ``base`` to the year. ``hiding``: who travelled, for documents that leave the organisation; without it nothing is hidden.
    """
    settings = uncertainty or UncertaintySettings()
    decimals = suitable_decimals(total(inventory, Selection(year=year)).kg_co2e)
    told = bridges or {}
    groups = _groups(inventory, target, year, decimals) | bridge_groups(told, decimals)
    groups["contribution"] = contributors(inventory, year, small_keys(hiding, year) if hiding else None)
    if hiding:
        groups = without_small_groups(inventory, groups, hiding, year, decimals)
    given = {OURS: indicators, EMAS: emas}
    measured = {
        name: () if rows is None else indicator_figures(rows, year, name) for name, rows in given.items()
    }
    figures = [
        *_year(inventory, target, positions, groups, settings, year=year, decimals=decimals),
        *_series(inventory, year, decimals),
        *(fact for one in measured.values() for fact in one),
    ]
    facts = Facts(
        header=organisation,
        year=year,
        years=tuple(sorted(inventory.years)),
        figures=_by_name(figures),
        tables={},
        target=target,
        position=next((found for found in positions if found.year == year), None),
        rules=inventory.rules_of(year),
        rule_set=inventory.book.rule_set if inventory.book else None,
        gaps=gaps(inventory, year),
        citations=citations(inventory, year),
        groups={**groups, **measured},
        bridges=told,
        breaks=tuple(sorted(breaks, key=lambda one: one.year)),
        smallest_group=hiding.smallest if hiding else 1,
    )
    return replace(facts, tables=tables(facts))


def _year(
    inventory: Inventory,
    target: Target | None,
    positions: Sequence[Position],
    groups: Groups,
    settings: UncertaintySettings,
    *,
    year: int,
    decimals: int,
) -> Iterator[Fact]:
    headline = _total(inventory, year, decimals)
    yield headline
    yield from simulated_total(inventory, year, decimals, settings)
    yield from _change(inventory, year, settings)
    yield from _per_person(inventory, year)
    yield from per_area(inventory, FACILITIES, year)
    yield from likeness(inventory, target, year)
    yield from changes_like_for_like(inventory, compared_years(inventory.years, target, year), year)
    if target:
        for fact in standing(target, positions, year, decimals):
            yield _since_base(fact, inventory, target, year, settings)
    for name, parts in groups.items():
        for fact in parts:
            yield fact
            if name not in _WITHOUT_SHARE and not fact.hidden:
                yield share(fact, headline)
    yield from _electricity_bases(inventory, year, decimals)
    yield from certainty(inventory, year, decimals)


_WITHOUT_SHARE = {
    "quality",
    "change",
    "previous",
    "base",
    "optional",
    "offset",
    "memo",
    "method",
    "supplied",
    "contribution",
    "reconciliation",
    "bridge_previous",
    "bridge_previous_small",
    "bridge_base",
    "bridge_base_small",
}


def _groups(inventory: Inventory, target: Target | None, year: int, decimals: int) -> Groups:
    """Return the figures that belong in one table each, the largest first."""
    plain, flights = Selection(year=year), Selection(year=year, source="air_travel")
    found: Groups = {"source": group(inventory, "source", plain, f"{year}", decimals)}
    found["facilities"] = _facilities(inventory, year, decimals)
    for dimension in ("scope", "unit", "site"):
        found[dimension] = group(inventory, dimension, plain, f"{year}.{dimension}", decimals)
    found["gas"] = _gases(inventory, year, decimals)
    for dimension in _AIR_TRAVEL_DIMENSIONS:
        found[dimension] = group(inventory, dimension, flights, f"{year}.air_travel.{dimension}", decimals)
    for source in FACILITIES:
        chosen = replace(plain, source=source)
        found[source] = group(inventory, "category", chosen, f"{year}.{source}.category", decimals)
    for name, other in compared_years(inventory.years, target, year).items():
        found[name] = group(inventory, "source", Selection(year=other), f"{other}", decimals)
    found["change"] = _changes_by_source(found, year)
    found["method"] = other_methods(inventory, year, decimals)
    found["supplied"] = supplied_figures(inventory, year, decimals)
    found["quality"] = distinct(qualities(inventory, year, decimals))
    found["optional"] = _apart(inventory, year, "optional", decimals)
    found["offset"] = _apart(inventory, year, "offset", decimals)
    found["memo"] = _apart(inventory, year, "memo", decimals)
    found["reconciliation"] = reconciliation_figures(inventory, year, decimals)
    return found


def _changes_by_source(groups: Groups, year: int) -> tuple[Fact, ...]:
    """Return by how many tonnes each source moved since the year before, the largest rise first."""
    before = {fact.id.partition(".")[2]: fact for fact in groups.get("previous", ())}
    pairs = [(before.get(fact.id.partition(".")[2]), fact) for fact in groups["source"]]
    moved = [_moved(old, new, year) for old, new in pairs if old is not None]
    return tuple(sorted(moved, key=lambda fact: -(fact.value or 0.0)))


def _moved(old: Fact, new: Fact, year: int) -> Fact:
    known = old.value is not None and new.value is not None
    earlier = old.id.partition(".")[0]
    return Fact(
        id=f"{new.id}.change",
        value=(new.value or 0.0) - (old.value or 0.0) if known else None,
        unit="t_co2e",
        label=_("{part}: change from {base} to {year}").format(part=new.short_label, base=earlier, year=year),
        short_label=new.short_label,
        decimals=new.decimals,
        reason=_("One of the two years has no figure."),
        derivation=f"{new.id} − {old.id}",
    )


def _total(inventory: Inventory, year: int, decimals: int) -> Fact:
    selection = Selection(year=year)
    text = _("Emissions within the minimum boundary, {year}").format(year=year)
    fact = tonnes(f"{year}.total", text, total(inventory, selection), decimals, selection)
    return replace(fact, short_label=_("Total"))


def _facilities(inventory: Inventory, year: int, decimals: int) -> tuple[Fact, ...]:
    """Return the emissions of all buildings together; what their ranges share stays shared."""
    selection = Selection(year=year, source=FACILITIES)
    found = total(inventory, selection)
    if not found.rows:
        return ()
    text = _("Facilities, {year}").format(year=year)
    fact = tonnes(f"{year}.facilities", text, found, decimals, selection)
    present = inventory.cells_of(year).filter(boundary="minimum")["source"].unique()
    parts = " + ".join(f"{year}.{source}" for source in FACILITIES if source in present)
    return (replace(fact, short_label=_("Facilities"), derivation=parts),)


def _gases(inventory: Inventory, year: int, decimals: int) -> tuple[Fact, ...]:
    sums = by_gas(inventory, Selection(year=year))
    return tuple(
        _gas(column.split("_")[0], kg_co2e, year, decimals) for column, kg_co2e in sums.items() if kg_co2e
    )


def _gas(gas: str, kg_co2e: float, year: int, decimals: int) -> Fact:
    name = label("gas", gas)
    text = _("{part}, {year}").format(part=name, year=year)
    value = in_tonnes(kg_co2e)
    derivation = _("The part of {year}.total that its methods report as this gas.").format(year=year)
    return Fact(f"{year}.gas.{gas}", value, "t_co2e", text, name, decimals=decimals, derivation=derivation)


def _apart(inventory: Inventory, year: int, boundary: Boundary, decimals: int) -> tuple[Fact, ...]:
    """Return what is counted apart, by source; never added to the total nor taken from it."""
    selection = Selection(year=year, boundary=boundary)
    found = total(inventory, selection)
    if found.kg_co2e is None and not found.rows:
        return ()
    names = {
        "optional": _("Optional emissions, {year}"),
        "offset": _("Offsets retired, not subtracted, {year}"),
        "memo": _("Memo items, {year}"),
    }
    prefix = f"{year}.{boundary}"
    text = names[boundary].format(year=year)
    whole = replace(tonnes(prefix, text, found, decimals, selection), short_label=_("all together"))
    parts = group(inventory, "source", selection, prefix, decimals)
    return (*parts, whole)


def _since_base(
    fact: Fact, inventory: Inventory, target: Target, year: int, settings: UncertaintySettings
) -> Fact:
    """Give the change since the base year its range, where the base year's cells are there and make up its figure."""
    if fact.id != f"{year}.change.base" or year == target.base_year:
        return fact
    held = total(inventory, Selection(year=target.base_year)).kg_co2e
    if held is None or not isclose(held, target.base_kg_co2e or 0.0, rel_tol=1e-9):
        return fact
    return with_range_of_trend(fact, inventory, target.base_year, year, settings)


def _change(inventory: Inventory, year: int, settings: UncertaintySettings) -> Iterator[Fact]:
    """Yield the change of the total since the latest earlier year with an inventory."""
    earlier = max((other for other in inventory.years if other < year), default=None)
    if earlier is None:
        return
    before, now = (total(inventory, Selection(year=each)).kg_co2e for each in (earlier, year))
    change = Fact(
        id=f"{year}.change.previous",
        value=(now / before - 1) * 100 if now is not None and before else None,
        unit="percent",
        label=_("Change of total emissions from {base} to {year}").format(base=earlier, year=year),
        short_label=_("Change since {year}").format(year=earlier),
        decimals=1,
        reason=_("One of the two years has no total."),
        derivation=f"{year}.total ÷ {earlier}.total − 1",
    )
    yield with_range_of_trend(change, inventory, earlier, year, settings)


def _per_person(inventory: Inventory, year: int) -> Iterator[Fact]:
    number = persons(inventory, year)
    if number is not None:
        text = _("Persons, {year}").format(year=year)
        yield Fact(f"{year}.headcount", number, "person", text, short_label=_("Persons"))
    text = _("Emissions per person, {year}").format(year=year)
    reason = _("The number of persons in {year} is not known.").format(year=year)
    found = total(inventory, Selection(year=year))
    derivation = f"{year}.total ÷ {year}.headcount"
    yield ratio(
        f"{year}.per_person",
        text,
        found,
        number,
        "t_co2e_per_person",
        kg=1000,
        reason=reason,
        derivation=derivation,
    )


def _electricity_bases(inventory: Inventory, year: int, decimals: int) -> Iterator[Fact]:
    """Yield electricity on both bases, where the data give both (GHG Protocol Scope 2 Guidance, ch. 7)."""
    bases = inventory.cells_of(year).filter(source="electricity")["electricity_basis"].drop_nulls().unique()
    for basis in sorted(bases) if len(bases) > 1 else ():
        selection = Selection(year=year, source="electricity", electricity_basis=basis)
        text = _("Electricity, {basis}, {year}").format(basis=label("basis", basis), year=year)
        name = _("Electricity, {basis}").format(basis=label("basis", basis))
        fact = tonnes(f"{year}.electricity.{basis}", text, total(inventory, selection), decimals, selection)
        yield replace(fact, short_label=name)


def _series(inventory: Inventory, year: int, decimals: int) -> Iterator[Fact]:
    """Yield the other years' totals, flights, facilities and emissions per person, for comparison."""
    for other in sorted(set(inventory.years) - {year}):
        yield _total(inventory, other, decimals)
        selection = Selection(year=other, source="air_travel")
        found = total(inventory, selection)
        if found.rows:
            text = _("Air travel, {year}").format(year=other)
            fact = tonnes(f"{other}.air_travel", text, found, decimals, selection)
            yield replace(fact, short_label=_("Air travel"))
        yield from _facilities(inventory, other, decimals)
        yield from _per_person(inventory, other)


def _by_name(figures: Iterable[Fact]) -> dict[str, Fact]:
    """Return the figures by name; a figure yielded twice stands once, where it came first."""
    found: dict[str, Fact] = {}
    for fact in figures:
        found.setdefault(fact.id, fact)
    return found
