"""Small groups of travellers hidden in a document: its lines by unit, site, category, haul, cabin and routes (``method.suppression``).

A line behind which fewer travellers stand than the organisation allows is hidden, and others with it, until what is hidden cannot be
computed from the total and the lines that stay. Hidden lines stand together as one, so that the lines still add up.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from saleve.language import _
from saleve.method.inventory import UNNAMED, Inventory, Selection, select, total
from saleve.method.suppression import SMALLEST_GROUP, TOTAL, Place, hidden_groups, hidden_places, with_totals
from saleve.reporting.making import tonnes
from saleve.reporting.records import Fact

# Who travelled: one row for each traveller and place in the breakdowns of cells; no traveller where no row names one.
TRAVELLERS = pl.Schema(
    {
        "year": pl.Int64, "source": pl.String, "boundary": pl.String, "unit": pl.String, "site": pl.String, "category": pl.String,
        "region": pl.String, "haul": pl.String, "cabin": pl.String, "independent_key": pl.String, "traveller": pl.String,
    }
)  # fmt: skip
PLACES = ("unit", "site")
OF_FLIGHTS = ("category", "haul", "cabin", "region")
_NO_NAME = ""  # of what no row names: null is the name of totals
_WHOLE = (TOTAL, TOTAL)

Groups = dict[str, tuple[Fact, ...]]


@dataclass(frozen=True)
class Hiding:
    """Who travelled (``TRAVELLERS``), and how many different travellers a line needs to be shown."""

    travellers: pl.DataFrame
    smallest: int = SMALLEST_GROUP

    def behind(
        self, by: tuple[str, ...], selection: Selection
    ) -> dict[tuple[str | None, ...], set[Hashable]]:
        """Return the different travellers of each line; those whom no row names count as one in each line."""
        named = {name: getattr(selection, name) for name in ("year", "source", "boundary")}
        chosen = [pl.col(name) == value for name, value in named.items() if value is not None]
        rows = self.travellers.filter(*chosen).select(*by, "traveller").unique()
        found: dict[tuple[str | None, ...], set[Hashable]] = {}
        for *line, traveller in rows.iter_rows():
            place = tuple(line)
            found.setdefault(place, set()).add((place, None) if traveller is None else traveller)
        return found

    def lines(self, by: str, selection: Selection) -> frozenset[str | None]:
        """Return the lines of a breakdown that must not be shown."""
        return frozenset(line for (line,) in hidden_groups(self.behind((by,), selection), self.smallest))

    def few(self, by: tuple[str, ...], selection: Selection) -> list[tuple[str | None, ...]]:
        """Return the lines that rest on too few travellers themselves."""
        return [line for line, who in self.behind(by, selection).items() if len(who) < self.smallest]

    def places(self, inventory: Inventory, selection: Selection) -> frozenset[Place]:
        """Return what of a source by site and category, with its totals, must not be shown; all of it where nothing else is safe."""
        whole = with_totals(_by_place(inventory, selection))
        small = self.few(("site", "category"), selection)
        few: set[Place] = {(site or _NO_NAME, category or _NO_NAME) for site, category in small}
        few |= {(site or _NO_NAME, TOTAL) for site in self.lines("site", selection)}
        few |= {(TOTAL, category or _NO_NAME) for category in self.lines("category", selection)}
        found = frozenset(hidden_places(whole, sorted(few & whole.keys(), key=str)))
        return frozenset(whole) if _WHOLE in found else found


def _by_place(inventory: Inventory, selection: Selection) -> dict[Place, float]:
    summed = (
        select(inventory, selection)
        .group_by(pl.col("site", "category").fill_null(_NO_NAME))
        .agg(pl.col("kg_co2e").sum())
        .sort("site", "category")
    )
    return {(site, category): kg for site, category, kg in summed.iter_rows()}


def without_small_groups(
    inventory: Inventory, groups: Groups, hiding: Hiding, year: int, decimals: int
) -> Groups:
    """Return the groups of figures with small lines hidden: those that stay, then one for the hidden ones together.

    ``<group>_hidden`` holds the hidden lines themselves, without their figures.
    """
    flights = Selection(year=year, source="air_travel")
    chosen = dict.fromkeys(PLACES, Selection(year=year)) | dict.fromkeys(OF_FLIGHTS, flights)
    beside = {
        "site": {line for line, column in hiding.places(inventory, flights) if column is TOTAL},
        "category": {line for row, line in hiding.places(inventory, flights) if row is TOTAL},
    }
    found = dict(groups)
    for name, selection in chosen.items():
        hidden = hiding.lines(name, selection) | {line or None for line in beside.get(name, ())}
        found |= _split(inventory, name, groups[name], hidden, selection=selection, decimals=decimals)
        if name == "unit" and None in hidden:
            found["reconciliation"] = tuple(map(_without_journeys, groups["reconciliation"]))
    return found


def _without_journeys(fact: Fact) -> Fact:
    """Hide what journeys without a unit emit where few made them: buildings beside them are no secret."""
    return _hidden(fact) if fact.id.endswith((".without_unit", ".units-to-organisation")) else fact


def _split(
    inventory: Inventory,
    name: str,
    figures: tuple[Fact, ...],
    hidden: frozenset[Any],
    *,
    selection: Selection,
    decimals: int,
) -> Groups:
    """A single line is the total itself, which is no secret."""
    small = tuple(fact for fact in figures if _line(fact, name) in hidden)
    if not small or len(figures) < 2:
        return {}
    shown = tuple(fact for fact in figures if fact not in small)
    together = _together(inventory, name, small, selection, decimals)
    return {name: (*shown, together), f"{name}_hidden": tuple(map(_hidden, small))}


def _line(fact: Fact, name: str) -> str | None:
    value = getattr(fact.selection, name)
    return None if value == UNNAMED else str(value)


def _together(
    inventory: Inventory, name: str, small: tuple[Fact, ...], selection: Selection, decimals: int
) -> Fact:
    named: dict[str, Any] = {name: tuple(_line(fact, name) for fact in small)}
    chosen = replace(selection, **named)
    found = total(inventory, chosen)
    prefix = small[0].id.rpartition(".")[0]
    text = _("Lines that are hidden, together: {part}, {year}")
    fact = tonnes(
        f"{prefix}.hidden",
        text.format(part=dimension_name(name), year=selection.year),
        found,
        decimals,
        chosen,
    )
    short = _("{count} hidden lines together").format(count=len(small))
    return replace(fact, short_label=short, derivation=" + ".join(one.id for one in small))


def _hidden(fact: Fact) -> Fact:
    return Fact(
        fact.id,
        None,
        fact.unit,
        fact.label,
        fact.short_label,
        decimals=fact.decimals,
        reason=_("Hidden: too few travellers stand behind it, or it would give such a figure away."),
        hidden=True,
    )


def hidden_note(figures: tuple[Fact, ...], smallest: int) -> str:
    """Say what a table or chart hides and why; nothing where it hides nothing."""
    if not figures:
        return ""
    text = _("Hidden, and put together in the last line: {lines}. Fewer than {smallest} different travellers stand behind each (those whom the data do not name count as one), or its figure would give such a one away by subtraction from the total.")  # fmt: skip
    return text.format(lines=", ".join(fact.short_label for fact in figures), smallest=smallest)


def small_keys(hiding: Hiding, year: int) -> pl.DataFrame:
    """Return ``source, key`` of the routes and journeys that too few travellers made: their names would tell whose they are."""
    found = list(_small_keys(hiding, year))
    return pl.DataFrame(found, schema={"source": pl.String, "key": pl.String}, orient="row")


def _small_keys(hiding: Hiding, year: int) -> Iterator[tuple[str, str]]:
    for source in hiding.travellers["source"].unique().sort():
        for (key,) in hiding.few(("independent_key",), Selection(year=year, source=source)):
            if key is not None:
                yield source, key


def dimension_name(name: str) -> str:
    """Return what the lines of a breakdown are."""
    return {
        "unit": _("units"),
        "site": _("sites"),
        "category": _("categories of travellers"),
        "haul": _("hauls"),
        "cabin": _("cabins"),
        "region": _("groups of routes"),
    }[name]
