"""Emissions of facilities per square metre: only sites of which both the energy and the area are known count, in both numbers."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from saleve.language import _
from saleve.method.inventory import Inventory, Selection, area_m2, total
from saleve.reporting.making import ratio
from saleve.reporting.records import Fact


def per_area(inventory: Inventory, facilities: tuple[str, ...], year: int) -> Iterator[Fact]:
    """Yield the floor area, the part of it that the ratio counts where it is not all, and the ratio."""
    whole = area_m2(inventory, year)
    counted = _of_sites_with_both(inventory, facilities, year)
    area = area_m2(counted, year)
    if whole is not None:
        text = _("Floor area, {year}").format(year=year)
        yield Fact(f"{year}.floor_area", whole, "m2", text, short_label=_("Floor area"))
    if area is not None and area != whole:
        text = _("Floor area of sites with data of energy, {year}").format(year=year)
        yield Fact(f"{year}.floor_area.with_data", area, "m2", text, short_label=_("Floor area with data"))
    text = _("Emissions of facilities per square metre, {year}").format(year=year)
    reason = _("The floor area of {year} is not known.").format(year=year)
    found = total(counted, Selection(year=year))
    derivation = f"{year}.facilities ÷ {year}.floor_area"
    if area != whole:
        derivation = _("Facilities of the sites with data ÷ {year}.floor_area.with_data").format(year=year)
    yield ratio(
        f"{year}.per_m2", text, found, area, "kg_co2e_per_m2", kg=1, reason=reason, derivation=derivation
    )


def _of_sites_with_both(inventory: Inventory, facilities: tuple[str, ...], year: int) -> Inventory:
    """Return the facilities' cells and areas of sites that have both; all of them where one side does not name its sites."""
    cells = inventory.cells_of(year).filter(pl.col("source").is_in(facilities))
    areas = inventory.floor_area.filter(pl.col("year") == year)
    if cells["site"].null_count() or areas["site"].null_count():
        return replace(inventory, cells=cells, floor_area=areas)
    used = cells.filter(pl.col("kg_co2e").is_not_null())["site"].unique()
    both = used.filter(used.is_in(areas["site"].unique().implode())).implode()
    return replace(
        inventory,
        cells=cells.filter(pl.col("site").is_in(both)),
        floor_area=areas.filter(pl.col("site").is_in(both)),
    )
