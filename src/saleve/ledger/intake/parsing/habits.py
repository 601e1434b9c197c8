"""How the writer of a file writes: its decimal sign, order of dates, words for a missing value and for units."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from saleve.ledger.intake.parsing.dates import Order
from saleve.ledger.intake.parsing.numbers import Evidence
from saleve.ledger.intake.parsing.text import folded


@dataclass(frozen=True, slots=True)
class Habits:
    """What is known of the writer beforehand; unambiguous cells of the file hold before it."""

    decimal_sign: Evidence | None = None
    date_order: Order | None = None
    missing_words: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)  # as written -> as Salève knows it


def with_known_units(cells: pl.Series, units: Mapping[str, str]) -> pl.Series:
    """Return the cells of a unit column with the writer's own words for units replaced."""
    if not units:
        return cells
    own = {folded(written): known for written, known in units.items()}
    distinct = cells.drop_nulls().unique().to_list()
    return cells.replace({cell: own[folded(cell)] for cell in distinct if folded(cell) in own})
