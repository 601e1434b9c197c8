"""The report of a pack: total, sources, scopes, units, flights by unit and category, reconciliation; small groups hidden."""

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from saleve.language import _
from saleve.method.inventory import Inventory, Selection, breakdown, select, total
from saleve.method.reconciliation import reconcile
from saleve.method.suppression import SMALLEST_GROUP, suppressed
from saleve.reporting.labels import label
from saleve.reporting.reconciling import check_lines

KG_PER_TONNE = 1000
NO_NAME = "–"  # of what no row names


def pack_report(
    inventory: Inventory, organisation: str, run: str, persons: pl.DataFrame, smallest: int = SMALLEST_GROUP
) -> str:
    """Return the report in Markdown. ``persons``: travellers by unit and category."""
    (year,) = inventory.years
    flights = _flights(inventory, year, persons, smallest)
    hidden_units = set(flights.filter(pl.col("category").is_null(), pl.col("hidden").is_not_null())["unit"])
    parts = [
        _("# Greenhouse gas inventory of {organisation}, {year}").format(organisation=organisation, year=year),
        _("Run {run}. Tonnes of CO2 equivalent within the minimum boundary of United Nations inventories.").format(run=run),
        _("Total: {total} t CO2e.").format(total=_tonnes(total(inventory, Selection(year=year)).kg_co2e)),
        _breakdown(inventory, year, "source", _("Source"), set()),
        _breakdown(inventory, year, "scope", _("Scope"), set()),
        _breakdown(inventory, year, "unit", _("Unit"), hidden_units),
        *_flights_told(flights, smallest),
        _reconciliation(inventory, year, units_told=NO_NAME not in hidden_units),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _breakdown(inventory: Inventory, year: int, by: str, title: str, hidden: set[str | None]) -> str:
    """Return a table; a unit whose flights are hidden is hidden here too, or it would give them away."""
    rows = breakdown(inventory, by, Selection(year=year)).select(by, "kg_co2e").iter_rows()
    named = ((NO_NAME if part is None else str(part), kg) for part, kg in rows)
    lines = (
        (part if part == NO_NAME else label(by, part), _("hidden") if part in hidden else _tonnes(kg))
        for part, kg in named
    )
    return _table((title, _("t CO2e")), lines)


def _flights(inventory: Inventory, year: int, persons: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """Return air travel by unit and travel category; what rests on few travellers is hidden, with what would give it away."""
    cells = select(inventory, Selection(year=year, source="air_travel"))
    summed = cells.group_by("unit", "category").agg(pl.col("kg_co2e").sum()).sort("unit", "category")
    counted = summed.join(
        persons, on=["unit", "category"], how="left", nulls_equal=True, maintain_order="left"
    )
    named = counted.with_columns(
        pl.col("unit", "category").fill_null(NO_NAME), pl.col("persons").fill_null(0)
    )
    return suppressed(
        named, row="unit", column="category", value="kg_co2e", persons="persons", smallest=smallest
    )


def _flights_told(flights: pl.DataFrame, smallest: int) -> Iterator[str]:
    if flights.is_empty():
        return
    everything = flights.filter(pl.col("unit").is_null(), pl.col("category").is_null())
    if (
        everything["hidden"].item() is not None
    ):  # the total is printed above, so that no line of the table may be
        yield _("Air travel by unit and category is not shown: it rests on too few travellers.")
        return
    yield _("Air travel by unit and category. Fewer than {smallest} travellers, and what would give them away: hidden.").format(smallest=smallest)  # fmt: skip
    rows = (
        (_name(unit), label("category", category) if category not in (None, NO_NAME) else _name(category), _("hidden") if hidden else _tonnes(kg))
        for unit, category, kg, hidden in flights.sort("unit", "category", nulls_last=True).iter_rows()
    )  # fmt: skip
    yield _table((_("Unit"), _("Category"), _("t CO2e")), rows)


def _name(part: str | None) -> str:
    return _("all") if part is None else part


def _reconciliation(inventory: Inventory, year: int, *, units_told: bool) -> str:
    """Return the checks; without that of the units where few made the journeys that name none: it would give them away."""
    checks = reconcile(inventory, year)
    told = checks if units_told else checks.filter(pl.col("check") != "units-to-organisation")
    headings = (_("Check"), _("Whole, t"), _("Parts, t"), _("Difference, t"), _("Lines"))
    rows = ((name, *map(_tonnes, sums), lines) for name, *sums, lines in check_lines(told))
    return _table(headings, rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _tonnes(kg: float | None) -> str:
    return "–" if kg is None else f"{kg / KG_PER_TONNE:.3f}"
