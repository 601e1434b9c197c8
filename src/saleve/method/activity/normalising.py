"""What every source category's ``normalise`` takes and gives: parsed rows in, activity and problems out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import polars as pl

from saleve.method.problems import PROBLEM_SCHEMA

# A value that a rule with a name changed; the rules are listed in docs/reference/repairs.md
REPAIR_SCHEMA = pl.Schema(
    {"row": pl.Int64, "column": pl.String, "rule": pl.String, "before": pl.String, "after": pl.String}
)


def repair_table(repairs: Sequence[tuple[int, str | None, str, str | None, str | None]]) -> pl.DataFrame:
    """Return the repairs as a table with the columns of ``REPAIR_SCHEMA``."""
    return pl.DataFrame(list(repairs), schema=REPAIR_SCHEMA, orient="row")


@dataclass(frozen=True, slots=True)
class Context:
    """What the organisation told us beside the file; nothing here is ever guessed."""

    year: int | None = None  # reporting year of the file
    constants: MappingProxyType[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )  # column -> value
    payer_names: tuple[str, ...] = ()  # how the organisation calls itself where a file says who paid
    default_cabin: str = "average"
    sites: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))  # alias -> site
    today: date | None = None
    pseudonym: Callable[[str], str] | None = (
        None  # name or staff number -> keyed hash; None: persons are left out
    )
    own_values: MappingProxyType[str, float] = field(
        default_factory=lambda: MappingProxyType({})
    )  # assumptions that the organisation set itself
    switched_off: frozenset[str] = frozenset()  # names of repairs that must not be made
    filled: frozenset[str] | None = (
        None  # columns in which some row of the whole file has a value; None: as the rows show
    )
    memory: dict[str, Any] = field(
        default_factory=dict, compare=False, repr=False
    )  # what the parts of one file share, so that nothing is worked out twice

    def fills(self, rows: pl.DataFrame, *columns: str) -> bool:
        """Say whether the file that the rows are of has a value in any of the columns."""
        known = self.filled or frozenset()
        return any(column in known or rows[column].count() > 0 for column in columns)


@dataclass(frozen=True, slots=True)
class Normalised:
    """Activity in canonical units, one or more rows per row of the file, and what was found on the way.

    ``problems`` has ``PROBLEM_SCHEMA``; its ``column`` holds the canonical column name, which intake turns into the header.
    ``repaired_rows`` are the row numbers whose values a named rule changed; ``repairs`` (``REPAIR_SCHEMA``) says which.
    """

    activity: pl.DataFrame
    problems: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROBLEM_SCHEMA))
    repaired_rows: frozenset[int] = frozenset()
    repairs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPAIR_SCHEMA))
