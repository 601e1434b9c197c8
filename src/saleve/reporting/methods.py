"""Air travel by other methods, and figures that came with the tickets: information beside the reported figure, never part of it."""

from typing import Any

import polars as pl

from saleve.language import _
from saleve.method.inventory import Inventory
from saleve.reporting.labels import slug
from saleve.reporting.making import in_tonnes, nothing_computed
from saleve.reporting.records import Fact


def other_methods(inventory: Inventory, year: int, decimals: int) -> tuple[Fact, ...]:
    """Return the year's ticketed flights by each method and distance correction, the reported one first."""
    own = inventory.rules_of(year).air_travel
    reported = (pl.col("method") == own.method) & (pl.col("distance_correction") == own.distance_correction)
    rows = inventory.sensitivities.filter(year=year).with_columns(reported=reported)
    ordered = rows.sort("reported", descending=True, maintain_order=True)
    return tuple(_by_method(row, decimals) for row in ordered.iter_rows(named=True))


def supplied_figures(inventory: Inventory, year: int, decimals: int) -> tuple[Fact, ...]:
    """Return for each method of supplied figures the sum that was supplied, then ours for the same legs."""
    rows = inventory.supplied.filter(year=year).iter_rows(named=True)
    return tuple(fact for row in rows for fact in _beside_ours(row, decimals))


def method_name(method: str, distance_correction: str = "icao") -> str:
    """Return the name of a method as a reader knows it."""
    names = {
        "icao-13.1": _("ICAO calculator, edition 13.1"),
        "icao-9": _("ICAO calculator, edition 9"),
        "tim": _("In the style of the Travel Impact Model"),
        "desnz": _("UK Government factors of the year"),
    }
    name = names.get(method, method)
    if distance_correction == "icao":
        return name
    return _("{method}, smooth distance correction").format(method=name)


def _by_method(row: dict[str, Any], decimals: int) -> Fact:
    name = method_name(row["method"], row["distance_correction"])
    variant = row["method"] if row["distance_correction"] == "icao" else f"{row['method']}-smooth"
    return Fact(
        id=f"{row['year']}.air_travel.method.{slug(variant)}",
        value=in_tonnes(row["kg_co2e"]),
        unit="t_co2e",
        label=_("Ticketed flights, {year}, by: {method}").format(year=row["year"], method=name),
        short_label=_("{method} (reported)").format(method=name) if row["reported"] else name,
        decimals=decimals,
        reason=nothing_computed(),
        derivation=_(
            "The ticketed legs of {year}.air_travel, computed by this method; lump sums are left out."
        ).format(year=row["year"]),
    )


def _beside_ours(row: dict[str, Any], decimals: int) -> tuple[Fact, Fact]:
    named = {"method": row["method"], "year": row["year"]}
    theirs = Fact(
        id=f"{row['year']}.air_travel.supplied.{slug(row['method'])}",
        value=in_tonnes(row["supplied_kg_co2"]),
        unit="t_co2e",
        label=_("Supplied by {method}, {year}").format(**named),
        short_label=row["method"],
        decimals=decimals,
        rows=row["rows"],
        derivation=_("The sum of the figures that came with the tickets."),
    )
    ours = Fact(
        id=f"{theirs.id}.ours",
        value=in_tonnes(row["kg_co2e"]),
        unit="t_co2e",
        label=_("Ours for the legs with a figure by {method}, {year}").format(**named),
        short_label=row["method"],
        decimals=decimals,
        rows=row["rows"],
        reason=nothing_computed(),
        derivation=_("The same legs of {year}.air_travel by our method.").format(**named),
    )
    return theirs, ours
