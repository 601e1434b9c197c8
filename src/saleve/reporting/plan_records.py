"""What an inventory management plan is made of: sections of entries that can be compared from year to year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from saleve.method.base_year import Policy, Restatement, policy
from saleve.reporting.records import Fact

# Data of the year by file, and estimates that stand in for data.
FILES = pl.Schema({"source": pl.String, "file": pl.String, "rows": pl.Int64})
PROXIES = pl.Schema(
    {"source": pl.String, "site": pl.String, "proxy": pl.String, "rows": pl.Int64, "error_pct": pl.Float64}
)

# Which method computed what of which source.
USED = pl.Schema({"source": pl.String, "boundary": pl.String, "scope": pl.Int64, "method": pl.String})


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for something: a role or office, never necessarily a person."""

    role: str
    duty: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class PlanSite:
    """A site as the settings name it."""

    name: str
    country: str
    opened: date | None = None
    closed: date | None = None
    ended: Mapping[str, date] = field(default_factory=dict)  # source -> last day
    began: Mapping[str, date] = field(default_factory=dict)  # source -> first day


@dataclass(frozen=True)
class PlanMatter:
    """What a plan is written from beside the figures of its year."""

    stated: frozenset[str]  # keys of saleve.toml that the organisation set, such as inventory.gwp_set
    words: Mapping[str, str]  # what [plan] says
    contacts: tuple[Contact, ...] = ()
    names: tuple[str, ...] = ()  # of the organisation
    sites: tuple[PlanSite, ...] = ()
    began: Mapping[str, date] = field(default_factory=dict)  # source -> first day, at every site
    owners: Mapping[str, str] = field(default_factory=dict)  # source -> who owes its data
    areas: Mapping[str, float] = field(default_factory=dict)  # site -> m2
    definitions: Mapping[str, str] = field(
        default_factory=dict
    )  # persons, floor_area -> how the files say it was counted
    files: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FILES))
    proxies: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROXIES))
    used: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=USED))
    own_tables: Mapping[str, str] = field(
        default_factory=dict
    )  # key of saleve.toml -> file of the organisation's own
    rows: Mapping[str, int] = field(
        default_factory=dict
    )  # state of rows -> number, over the files of the year
    warnings: tuple[str, ...] = ()  # figures that cannot well be
    policy: Policy = field(default_factory=policy)  # when the base year is computed anew
    restatements: tuple[Restatement, ...] = ()  # what changed the emissions of the base year
    kept_as: str = ""  # the run with which these settings were kept; empty: as saleve.toml is today


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a section: a key that stays the same from year to year, what it is, and its cells."""

    key: str
    label: str
    cells: tuple[str | Fact, ...]
    fill_in: str = ""  # not empty: an open point, and what to do about it


@dataclass(frozen=True, slots=True)
class PlanSection:
    """A section: its title, what it says in words, and its entries as a table."""

    id: str
    title: str
    text: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    entries: tuple[Entry, ...]
    compared: bool = True  # whether a difference to last year's is a change of the plan


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two plans."""

    section: str
    label: str
    before: str
    after: str
