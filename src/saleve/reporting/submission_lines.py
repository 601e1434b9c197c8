"""The lines of a submission to the UN inventory: one for each facility, source, kind, scope and boundary, each with a name of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from saleve.language import _
from saleve.method.inventory import GAS_COLUMNS, UNNAMED, Inventory, Selection, condition, sum_known
from saleve.method.reference.citations import Cited, cited
from saleve.method.suppression import TOTAL
from saleve.reporting.hiding import Hiding
from saleve.reporting.labels import label, slug
from saleve.reporting.making import distinct, in_tonnes, nothing_computed
from saleve.reporting.records import Fact

_BY = ["boundary", "scope", "source", "site", "category", "small"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is, what was done, by which factors, and what it emitted, in t CO2e by gas."""

    fact: Fact
    facility: str
    source: str
    kind: str
    scope: int
    boundary: str
    amount: float | None
    amount_unit: str
    factors: tuple[Cited, ...]
    basis: str
    method: str
    gases: Mapping[str, float | None]  # gas -> t CO2e
    qualities: tuple[str, ...]
    put_together: bool = False  # of small groups of travellers


def submission_lines(inventory: Inventory, year: int, hiding: Hiding | None = None) -> tuple[Line, ...]:
    """Return the year's lines of every boundary, electricity by the basis of the total; together they are all its cells.

    With ``hiding`` lines of small groups of travellers are put together by source.
    """
    counted = condition(Selection(year=year, boundary=None), inventory.rules_of(year))
    cells = _put_together(inventory, inventory.cells.filter(counted), year, hiding)
    rows = cells.group_by(_BY).agg(
        *map(sum_known, ("kg_co2e", *GAS_COLUMNS, "amount")),
        pl.col("rows").sum(),
        pl.col("kg_co2e").filter("estimated").abs().sum().alias("estimated_kg"),
        pl.col("whose").unique().alias("put_together"),
        *(pl.col(name).drop_nulls().unique().sort() for name in _WORDS),
    )
    ordered = rows.sort(_BY, nulls_last=True)
    figures = distinct(_fact(row, year) for row in ordered.iter_rows(named=True))
    return tuple(_line(fact, row) for fact, row in zip(figures, ordered.iter_rows(named=True), strict=True))


def _put_together(
    inventory: Inventory, cells: pl.DataFrame, year: int, hiding: Hiding | None
) -> pl.DataFrame:
    """Return the cells with ``small``; those that are have neither site nor category."""
    keys = ["boundary", "source", "site", "category"]
    found = pl.DataFrame(schema=dict.fromkeys(keys, pl.String))
    if hiding:
        personal = hiding.travellers.select("boundary", "source").unique().sort("boundary", "source")
        hidden = [
            (boundary, source, site or None, category or None)
            for boundary, source in personal.iter_rows()
            for site, category in hiding.places(inventory, Selection(year, source, boundary=boundary))
            if site is not TOTAL and category is not TOTAL
        ]
        found = pl.DataFrame(hidden, schema=found.schema, orient="row")
    marked = cells.with_columns(whose=pl.struct("site", "category")).join(
        found.with_columns(small=True), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    small = pl.col("small").fill_null(value=False)
    several = small & (pl.struct("site", "category").n_unique().over("boundary", "source", small) > 1)
    return marked.with_columns(small=several).with_columns(
        pl.when(~pl.col("small")).then(pl.col("site", "category"))
    )


SMALL = "small groups"  # in the name of a line that was put together
_WORDS = ("amount_unit", "factor_id", "accounting_basis", "method", "quality")


def _fact(row: Mapping[str, Any], year: int) -> Fact:
    parts = (SMALL,) if row["small"] else (row["site"], row["category"])
    words = [
        label("source", row["source"]),
        row["site"] or "",
        label("category", row["category"]) if row["category"] else "",
        _("small groups") if row["small"] else "",
    ]
    chosen = Selection(
        year,
        row["source"],
        UNNAMED if row["category"] is None else row["category"],
        site=UNNAMED if row["site"] is None else row["site"],
        scope=row["scope"],
        boundary=row["boundary"],
    )
    kg = row["kg_co2e"]
    return Fact(
        id=_name(year, row, *parts),
        value=in_tonnes(kg),
        unit="t_co2e",
        label=_("{part}, {year}").format(part=", ".join(word for word in words if word), year=year),
        decimals=3,
        estimated_share=row["estimated_kg"] / abs(kg) if kg else None,
        rows=row["rows"],
        reason=nothing_computed(),
        selection=None if row["small"] else chosen,
        derivation=_rest(row, year) if row["small"] else "",
    )


def _rest(row: Mapping[str, Any], year: int) -> str:
    """Name the lines that were put together, as they are called where nothing is hidden."""
    names = {_name(year, row, one["site"], one["category"]) for one in row["put_together"]}
    return " + ".join(sorted(names))


def _name(year: int, row: Mapping[str, Any], *parts: str | None) -> str:
    return f"{year}.line.{'.'.join(map(slug, (row['boundary'], row['source'], *parts)))}"


def _line(fact: Fact, row: Mapping[str, Any]) -> Line:
    units = row["amount_unit"]
    return Line(
        fact=fact,
        facility=row["site"] or (_("Small groups") if row["small"] else _("Not of one facility")),
        source=label("source", row["source"]),
        kind=label("category", row["category"]) if row["category"] else "",
        scope=row["scope"],
        boundary=row["boundary"],
        amount=row["amount"] if len(units) == 1 else None,  # kWh and litres are not added
        amount_unit=", ".join(units),
        factors=tuple(map(cited, row["factor_id"])),
        basis=", ".join(label("accounting_basis", one) for one in row["accounting_basis"]),
        method=", ".join(row["method"]),
        gases={gas.split("_")[0]: in_tonnes(row[gas]) for gas in GAS_COLUMNS},
        qualities=tuple(label("quality", one) for one in row["quality"]),
        put_together=row["small"],
    )
