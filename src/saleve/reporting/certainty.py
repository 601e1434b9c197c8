"""How sure the figures are: estimates, tiers of the methods, gaps in the data, published sources."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from saleve.language import _
from saleve.method.emissions.reported_emissions import SUPPLIED
from saleve.method.inventory import Inventory, Selection, select, total
from saleve.method.reference.citations import cited_of
from saleve.reporting.labels import label, slug
from saleve.reporting.making import counting, in_tonnes, nothing_computed, tonnes
from saleve.reporting.records import Citation, Fact, Gap

AS_REPORTED = "as reported"  # the accounting basis of figures that others computed
_STATES = ("complete", "partial", "missing", "not_computed")


def certainty(inventory: Inventory, year: int, decimals: int) -> Iterator[Fact]:
    """Yield how much of the year's total is estimated, how, and how complete the data are."""
    found = total(inventory, Selection(year=year))
    share = found.estimated_share
    text = _("Share of the total that rests on estimates, {year}").format(year=year)
    value = None if share is None else share * 100
    derivation = _("The estimated rows of {year}.total ÷ {year}.total").format(year=year)
    yield Fact(
        f"{year}.estimated_share", value, "percent", text, reason=nothing_computed(), derivation=derivation
    )
    yield counting(f"{year}.rows", found.rows, _("Records behind the total, {year}").format(year=year))
    text = _("Records that could not be computed, {year}").format(year=year)
    yield counting(f"{year}.not_computed_rows", found.not_computed_rows, text)
    yield from _ranges(inventory, year, decimals)
    yield from _states(inventory, year)


def qualities(inventory: Inventory, year: int, decimals: int) -> tuple[Fact, ...]:
    """Return how much of each source came about in which way: the tiers of the methods, counted."""
    keys = ["source", "quality", "estimated"]
    cells = select(inventory, Selection(year=year))
    sums = cells.group_by(keys).agg(pl.col("kg_co2e", "rows").sum())
    ordered = sums.sort("source", "kg_co2e", "quality", descending=[False, True, False])
    return tuple(_quality(row, year, decimals) for row in ordered.iter_rows())


def gaps(inventory: Inventory, year: int) -> tuple[Gap, ...]:
    """Return the data sets that are missing, there in part, or not computed."""
    return tuple(
        Gap(row["source"], row["site"] or "", row["state"], row["note"] or "")
        for row in _completeness(inventory, year).iter_rows(named=True)
        if row["state"] != "complete"
    )


def citations(inventory: Inventory, year: int) -> tuple[Citation, ...]:
    """Return the published factors and methods behind the year's cells, with edition and licence."""
    cells = inventory.cells_of(year).sort("source", "factor_id", "accounting_basis")
    used = cells.select("source", "factor_id", "accounting_basis").unique(maintain_order=True)
    taken_over = (
        cells.filter(pl.col("quality") == SUPPLIED).select("source", "method").unique(maintain_order=True)
    )
    counted = Counter(_citation(inventory, *row) for row in used.iter_rows() if row[1])
    counted.update(_taken_over(*row) for row in taken_over.iter_rows())
    return tuple(
        Citation(
            found.category, found.title, found.edition, found.licence, found.accounting_basis, factors=count
        )
        for found, count in counted.items()
    )


def _ranges(inventory: Inventory, year: int, decimals: int) -> Iterator[Fact]:
    """Yield, where the total has no range, the part that has one and the part that has none."""
    if total(inventory, Selection(year=year)).low_kg_co2e is not None:
        return
    percents = [f"{part}_{side}_pct" for part in ("shared", "independent") for side in ("low", "high")]
    known = pl.all_horizontal(pl.col(percents).is_not_null()) | (pl.col("kg_co2e") == 0)
    texts = {
        "with_range": (known, _("Part of the total whose range is known, {year}")),
        "without_range": (~known, _("Part of the total whose range is not known, {year}")),
    }
    for name, (condition, text) in texts.items():
        found = total(
            replace(inventory, cells=inventory.cells_of(year).filter(condition)), Selection(year=year)
        )
        if found.kg_co2e:
            yield tonnes(f"{year}.{name}", text.format(year=year), found, decimals)


def _states(inventory: Inventory, year: int) -> Iterator[Fact]:
    states = _completeness(inventory, year)["state"].to_list()
    for state in _STATES if states else ():
        text = _("Data sets of {year} that are {state}").format(year=year, state=label("state", state))
        yield counting(f"{year}.completeness.{state}", states.count(state), text)


def _completeness(inventory: Inventory, year: int) -> pl.DataFrame:
    columns = {
        "year": pl.Int64,
        "source": pl.String,
        "site": pl.String,
        "state": pl.String,
        "note": pl.String,
    }
    if inventory.completeness.is_empty():
        return pl.DataFrame(schema=columns)
    return inventory.completeness.select(columns.keys()).filter(pl.col("year") == year).sort("source", "site")


def _quality(row: tuple[str, str | None, bool | None, float, int], year: int, decimals: int) -> Fact:
    source, quality, estimated, kg_co2e, rows = row
    names = {"source": label("source", source), "quality": label("quality", quality), "year": year}
    return Fact(
        id=f"{year}.quality.{source}.{slug(quality)}",
        value=in_tonnes(kg_co2e),
        unit="t_co2e",
        label=_("{source}, {year}, obtained by: {quality}").format(**names),
        short_label=_("{source}: {quality}").format(**names),
        decimals=decimals,
        estimated_share=float(bool(estimated)),
        rows=rows,
    )


def _taken_over(source: str, method: str) -> Citation:
    """Name the method by which somebody else computed the figures of a source."""
    return Citation(
        source, _("As computed elsewhere: {method}").format(method=method), "", "", AS_REPORTED, 1
    )


def _citation(inventory: Inventory, source: str, factor_id: str, accounting_basis: str | None) -> Citation:
    found = cited_of(factor_id, inventory.rules.own_factors)
    return Citation(source, found.title, found.edition, found.licence, accounting_basis or "", 1)
