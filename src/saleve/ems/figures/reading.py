"""The kept figures as pages read them: typed, in memory, and with word of whether they are of the present state."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.figures.cuts import WHOLE, selection
from saleve.ems.figures.state import form, state
from saleve.ems.figures.store import Kept, read_kept
from saleve.ems.plain_data import from_data
from saleve.method.emissions.rules import RuleBook
from saleve.method.inventory import Inventory, Selection, Total
from saleve.method.planning.target_path import Target
from saleve.method.problems import SaleveError

FULL, SHOWN = "full", "shown"


@dataclass(frozen=True, slots=True)
class About:
    """Of which state the figures are, and what stands above them."""

    key: str
    parts: Mapping[str, str]  # digest of each part of the state
    computed_at: datetime  # UTC
    ledger_commit: int
    ledger_at: datetime | None  # when that commit was made
    method: str  # version of Salève
    form: str  # which tables with which columns are kept: ``state.form``
    organisation: str
    acronym: str
    language: str  # of the notes and messages in the tables
    years: tuple[int, ...]
    target: Target | None
    smallest_group: int  # travellers
    rules: Any  # of each year, and how uncertainty is told, as ``plain_data`` writes them
    uncertainty: Any
    spellings: Mapping[str, Mapping[str, str]]  # of units and sites that stand for others


@dataclass(frozen=True)
class View:
    """Figures that may tell of travellers. The tables are described where they are made: ``cuts.CUTS``, ``flights.MIX`` ..."""

    cuts: pl.DataFrame  # ``CUTS``: every sum, in kg CO2e
    mix: pl.DataFrame  # ``MIX``: flights by region, haul, cabin and category
    units: pl.DataFrame  # ``UNITS``: flights and travellers by unit and site
    routes: pl.DataFrame  # ``ROUTES``: flights by route, the largest emission of a year first
    months: pl.DataFrame  # ``MONTHS``: flights by month of departure

    def cut(
        self,
        by: str,
        *,
        year: int | None = None,
        boundary: str = "minimum",
        within: tuple[str, str | None] | None = None,
    ) -> pl.DataFrame:
        """Return the parts of a dimension (``CUTS``), the largest first; of all years, the oldest first, where no year is named.

        ``within`` narrows it to a source, scope, unit or site: ``("unit", "Finance")``. Nothing is in it where that is not kept.
        """
        wanted = [pl.col("boundary") == boundary, *([] if year is None else [pl.col("year") == year])]
        if within is None:
            return self._table(by, None).filter(wanted)
        dimension, name = within
        if (by, dimension) in self._tables:
            inside = pl.col("within_name").eq_missing(pl.lit(name))
            return self._table(by, dimension).filter(*wanted, inside)
        turned = self._table(dimension, by).filter(*wanted, pl.col("name").eq_missing(pl.lit(name)))
        swapped = {"by": "within", "within": "by", "name": "within_name", "within_name": "name"}
        found = turned.rename(swapped).select(self.cuts.columns)
        return found.sort("year", "kg_co2e", "name", descending=[False, True, False], nulls_last=True)

    def total(self, year: int, boundary: str = "minimum") -> Total:
        """Return the total of a year in kg CO2e with its 95 % range; nothing there has no total rather than zero."""
        rows = self.cut(WHOLE, year=year, boundary=boundary)
        told = {one.name: rows[one.name] for one in fields(Total)}
        return Total(**{name: values.item() for name, values in told.items()}) if len(rows) else Total(None, None, None, 0, None, 0)  # fmt: skip

    @staticmethod
    def selection(row: Mapping[str, Any]) -> Selection:
        """Return what a row of ``cut`` adds up, to ask for its explanation."""
        return selection(dict(row))

    @cached_property
    def _tables(self) -> Mapping[tuple[Any, ...], pl.DataFrame]:
        return self.cuts.partition_by("by", "within", as_dict=True, maintain_order=True)

    def _table(self, by: str, within: str | None) -> pl.DataFrame:
        return self._tables.get((by, within), self.cuts.clear())


@dataclass(frozen=True)
class Figures:
    """What an inventory of each year says, as it was last computed; amounts in kg CO2e, shares from 0 to 1.

    ``full`` may tell of single travellers: it is for those whom the table of permissions lets see them. ``shown`` is for everybody
    else. The tables below tell of no traveller.
    """

    about: About
    stale: bool
    moved: tuple[str, ...]  # what moved since: ledger, settings, factors, method, files, runs, month
    full: View
    shown: View
    positions: pl.DataFrame  # against the target, by year
    path: pl.DataFrame  # year, path_kg_co2e
    series: pl.DataFrame  # as reported, recalculated, with the factors of the base year
    breaks: pl.DataFrame  # years from which on the series is another
    changes: pl.DataFrame  # percent with its 95 % range, since the previous year and the base year
    bridges: pl.DataFrame  # bars of why the total moved since then
    like_for_like: pl.DataFrame  # what is complete in both years
    contributions: pl.DataFrame  # what makes a year's total unsure, the most first
    indicators: pl.DataFrame  # ours and those of EMAS (column ``package``), of the whole and by site
    quality: pl.DataFrame  # emission by class and words of data quality
    completeness: pl.DataFrame  # by year, source and site
    coverage: pl.DataFrame  # by month, source and site
    requests: pl.DataFrame  # data that lack, who owes them, until when
    batches: pl.DataFrame  # states of the rows of each file and category
    problems: pl.DataFrame  # errors and warnings by batch and kind
    implausible: pl.DataFrame  # figures that cannot well be
    refused: pl.DataFrame  # files of the folder that could not be loaded
    reconciliation: pl.DataFrame  # whether parts add up to their whole, by year
    headcount: pl.DataFrame  # persons and areas of the inventory
    floor_area: pl.DataFrame
    degree_days: pl.DataFrame  # of sites and years, as the settings say
    meters: pl.DataFrame  # with their last bill
    counts: pl.DataFrame  # of people, as rows give them
    areas: pl.DataFrame  # of floors, as rows give them
    uses: pl.DataFrame  # what rests on each factor, by year and place
    kept: Kept = field(repr=False)

    def view(self, *, travellers: bool) -> View:
        """Return the figures for who may see travellers, or for who may not."""
        return self.full if travellers else self.shown

    def inventory(self, *years: int, travellers: bool = True) -> Inventory:
        """Return the inventory of some years with its cells, as it was computed; without ``travellers`` small groups are put together."""
        view = FULL if travellers else SHOWN
        cells = pl.concat(self.kept.beside(f"{view}-cells-{year}") for year in sorted(years))
        book = self.kept.made(_book)
        return Inventory(
            cells=cells,
            rules=book.of(max(years)),
            book=book,
            years=tuple(sorted(years)),
            headcount=self.headcount,
            floor_area=self.floor_area,
            completeness=self.completeness,
        )

    def due(self, today: date) -> pl.DataFrame:
        """Return the requests with ``overdue_days``; zero: not yet due."""
        late = (pl.lit(today, pl.Date) - pl.col("due")).dt.total_days().clip(lower_bound=0)
        return self.requests.with_columns(overdue_days=late)


def read(folder: Path, today: date | None = None) -> Figures | None:
    """Return the newest complete figures of a workspace, whatever moved since; None where none were computed in the form of today."""
    kept = read_kept(folder)
    if kept is None or kept.about.get("form") != form():  # kept by an earlier version, in other tables
        return None
    try:
        moved = state(folder, today).moved(kept.about["parts"])
    except SaleveError:  # saleve.toml cannot be read just now: pages go on showing what they have
        moved = ("settings",)
    return Figures(about=kept.made(_about), stale=bool(moved), moved=moved, kept=kept, **kept.made(_tables))


def _about(kept: Kept) -> About:
    told = {one.name: kept.about[one.name] for one in fields(About)}
    at = {name: told[name] and datetime.fromisoformat(told[name]) for name in ("computed_at", "ledger_at")}
    target = Target(**told["target"]) if told["target"] else None
    return About(**{**told, **at, "years": tuple(told["years"]), "target": target})


def _tables(kept: Kept) -> dict[str, Any]:
    views = {name: View(**{one.name: kept.tables[f"{name}-{one.name}"] for one in fields(View)}) for name in (FULL, SHOWN)}  # fmt: skip
    return {**views, **{name: kept.tables[name] for name in _own_names()}}


def _own_names() -> list[str]:
    others = ("about", "stale", "moved", "kept", FULL, SHOWN)
    return [one.name for one in fields(Figures) if one.name not in others]


def _book(kept: Kept) -> RuleBook:
    book: RuleBook = from_data(kept.about["rules"])
    return book
