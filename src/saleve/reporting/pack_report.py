"""The report of a pack: total, sources, scopes, units, flights by unit and category, reconciliation; small groups hidden."""

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from saleve.language import _
from saleve.method.inventory import Inventory, Selection, breakdown, select, total
from saleve.method.reconciliation import reconcile
from saleve.method.suppression import SMALLEST_GROUP, suppressed
from saleve.reporting.labels import label

KG_PER_TONNE = 1000


def pack_report(
    inventory: Inventory, organisation: str, run: str, persons: pl.DataFrame, smallest: int = SMALLEST_GROUP
) -> str:
    """Return the report in Markdown. ``persons``: travellers by unit and category."""
    (year,) = inventory.years
    parts = [
        _("# Greenhouse gas inventory of {organisation}, {year}").format(organisation=organisation, year=year),
        _("Run {run}. Tonnes of CO2 equivalent within the minimum boundary of United Nations inventories.").format(run=run),
        _("Total: {total} t CO2e.").format(total=_tonnes(total(inventory, Selection(year=year)).kg_co2e)),
        *(_breakdown(inventory, year, by, title) for by, title in _titles().items()),
        *_flights(inventory, year, persons, smallest),
        _reconciliation(inventory, year),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _titles() -> dict[str, str]:
    return {"source": _("Source"), "scope": _("Scope"), "unit": _("Unit")}


def _breakdown(inventory: Inventory, year: int, by: str, title: str) -> str:
    rows = breakdown(inventory, by, Selection(year=year)).select(by, "kg_co2e").iter_rows()
    named = ((label(by, str(part)) if part is not None else "–", _tonnes(kg)) for part, kg in rows)
    return _table((title, _("t CO2e")), named)


def _flights(inventory: Inventory, year: int, persons: pl.DataFrame, smallest: int) -> Iterator[str]:
    """Yield air travel by unit and travel category; what rests on few travellers is hidden, with what would give it away."""
    cells = select(inventory, Selection(year=year, source="air_travel"))
    summed = cells.group_by("unit", "category").agg(pl.col("kg_co2e").sum()).sort("unit", "category")
    counted = summed.join(persons, on=["unit", "category"], how="left", nulls_equal=True)
    named = counted.with_columns(pl.col("unit", "category").fill_null("–"), pl.col("persons").fill_null(0))
    if named.is_empty():
        return
    shown = suppressed(
        named, row="unit", column="category", value="kg_co2e", persons="persons", smallest=smallest
    )
    yield _("Air travel by unit and category. Fewer than {smallest} travellers, and what would give them away: hidden.").format(smallest=smallest)  # fmt: skip
    rows = (
        (
            unit or _("all"),
            label("category", category) if category else _("all"),
            _("hidden") if hidden else _tonnes(kg),
        )
        for unit, category, kg, hidden in shown.iter_rows()
    )
    yield _table((_("Unit"), _("Category"), _("t CO2e")), rows)


def _reconciliation(inventory: Inventory, year: int) -> str:
    headings = (_("Check"), _("Whole, t"), _("Parts, t"), _("Difference, t"), _("Lines"))
    rows = (
        (check_name(row["check"]), _tonnes(row["whole_kg_co2e"]), _tonnes(row["parts_kg_co2e"]), _tonnes(row["difference_kg_co2e"]), "; ".join(row["lines"]))
        for row in reconcile(inventory, year).iter_rows(named=True)
    )  # fmt: skip
    return _table(headings, rows)


def check_name(check: str) -> str:
    """Return a check of the reconciliation in words."""
    return {
        "sources-to-scope": _("Sources add up to the scope"),
        "scopes-to-total": _("Scopes add up to the total"),
        "sources-to-total": _("Sources add up to the total"),
        "units-to-organisation": _("Units add up to the organisation"),
    }[check]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _tonnes(kg: float | None) -> str:
    return "–" if kg is None else f"{kg / KG_PER_TONNE:.3f}"
