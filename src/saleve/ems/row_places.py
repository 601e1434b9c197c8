"""Which places the rows of a file touch: source category, unit and site, each with the first row that does."""

from dataclasses import dataclass

import polars as pl

from saleve.ledger.intake.checking import Checked
from saleve.ledger.store import Ledger, in_text


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A place that rows touch, and the first of them; ``row`` is None where no row of the category could be read."""

    category: str
    unit: str | None = None
    site: str | None = None
    row: int | None = None


def places_checked(checked: Checked) -> list[RowPlace]:
    """Return the places of rows that were checked and not loaded."""
    return _places(checked.category, checked.activity.lazy())


def places_loaded(ledger: Ledger, batch: str) -> list[RowPlace]:
    """Return the places of a batch as it was loaded, whatever became of it since."""
    readings = ledger.batches[batch].account["readings"]
    categories = dict.fromkeys(one["category"] for one in readings)
    return [place for name in categories for place in _places(name, in_text(ledger.scan(name, [batch])))]


def _places(category: str, rows: pl.LazyFrame) -> list[RowPlace]:
    known = rows.collect_schema().names()
    keys = [
        (pl.col(name) if name in known else pl.lit(None)).cast(pl.String).alias(name)
        for name in ("unit", "site")
    ]
    if "source_row" not in known:
        return [RowPlace(category)]
    first = rows.select(*keys, "source_row").group_by("unit", "site").agg(pl.col("source_row").min())
    found = first.sort("source_row").collect().rows()
    return [RowPlace(category, unit, site, row) for unit, site, row in found] or [RowPlace(category)]
