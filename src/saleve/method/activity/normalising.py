"""What every source category's ``normalise`` takes and gives: parsed rows in, activity and problems out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import polars as pl

from saleve.method.problems import PROBLEM_SCHEMA


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


@dataclass(frozen=True, slots=True)
class Normalised:
    """Activity in canonical units, one or more rows per row of the file, and what was found on the way.

    ``problems`` has ``PROBLEM_SCHEMA``; its ``column`` holds the canonical column name, which intake turns into the header.
    ``repaired_rows`` are the row numbers whose values a named rule changed.
    """

    activity: pl.DataFrame
    problems: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROBLEM_SCHEMA))
    repaired_rows: frozenset[int] = frozenset()
