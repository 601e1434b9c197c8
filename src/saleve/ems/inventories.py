"""Computing the inventory of a workspace: files in, inventory, target and position out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import polars as pl
from rapidfuzz import process

from saleve.ems.bridging import Bridges
from saleve.ems.intake import Progress, Taken, take_in
from saleve.ems.settings import WorkspaceError
from saleve.ems.small_groups import travellers_of
from saleve.ems.workspace import Workspace, open_workspace, presences
from saleve.language import _
from saleve.method.bridges import Bridge
from saleve.method.change import DecompositionError
from saleve.method.completeness import completeness
from saleve.method.emissions.compute import SOURCES
from saleve.method.emissions.rules import book_of
from saleve.method.explain import Explanation, explain
from saleve.method.indicators import indicators
from saleve.method.inventory import (
    SENSITIVITIES,
    Inventory,
    air_travel_sensitivities,
    compile_inventory,
    yearly_totals,
)
from saleve.method.planning.target_path import Position, Target, positions
from saleve.method.plausibility import divisor_problems, implausible, stated
from saleve.method.reconciliation import reconcile
from saleve.method.reference.assumptions import assuming
from saleve.reporting.bridging import compared_years
from saleve.reporting.facts import gather
from saleve.reporting.hiding import Hiding
from saleve.reporting.records import Fact, Facts
from saleve.reporting.submission_lines import submission_lines

KG_PER_TONNE = 1000
PEOPLE_AND_AREAS = ("headcount", "floor_area")


@dataclass(frozen=True)
class Computed:
    """One computation of a workspace: what was read, the inventory, and where it stands against the target."""

    workspace: Workspace
    taken: Taken
    inventory: Inventory
    target: Target | None
    positions: tuple[Position, ...]

    def indicators(self, package: str = "indicators") -> pl.DataFrame:
        """Return the indicators of every year and site, of our own list or of another package."""
        return self._measured[package]

    @cached_property
    def _measured(self) -> Mapping[str, pl.DataFrame]:
        """The indicators by package, of all years at once: every report of a year asks for them."""
        packages = ("indicators", "emas_core_indicators")
        return {one: indicators(self.taken.activities, self.inventory, package=one) for one in packages}

    def implausible(self) -> pl.DataFrame:
        """Return a warning for each figure per person or square metre that cannot well be, computed here or stated in a file."""
        activities = self.taken.activities
        computed = self.indicators().drop_nulls("value").drop("source")
        found = [implausible(computed), implausible(stated(activities))]
        if {"reported_emissions", "headcount"} <= set(activities):
            found.append(divisor_problems(activities["reported_emissions"], activities["headcount"]))
        return pl.concat(found)

    def published_facts(self, year: int) -> Facts:
        """Return the figures of a document that leaves the organisation: small groups of travellers are hidden."""
        return self.facts(year, self.hiding(year))

    def hiding(self, year: int) -> Hiding:
        """Return who travelled in a year, and how many travellers a line of a document needs."""
        travellers = travellers_of(self.taken.activities, self.inventory.book or self.inventory.rules, year)
        return Hiding(travellers, self.workspace.privacy.smallest_group)

    def reconciliation(self, years: Sequence[int]) -> pl.DataFrame:
        """Return whether scopes, sources and units of the years add up to their totals."""
        return pl.concat(reconcile(self.inventory, year) for year in years)

    def bridge(self, start_year: int, end_year: int) -> Bridge:
        """Return why the total moved between two years; raises ``DecompositionError`` for a year without any figure."""
        return self._bridges.between(start_year, end_year)

    def bridges(self, compared: Mapping[str, int], year: int) -> dict[str, Bridge]:
        """Return the bridges to a year by the name of what it is compared with; none where a year has no figures."""
        found = {}
        for name, start_year in compared.items():
            try:
                found[name] = self.bridge(start_year, year)
            except DecompositionError:
                continue
        return found

    @cached_property
    def _bridges(self) -> Bridges:
        degree_days = self.workspace.degree_days
        return Bridges(lambda _start, _end: self.inventory, lambda _year: self.taken.activities, degree_days)

    def facts(self, year: int, hiding: Hiding | None = None) -> Facts:
        """Return the figures of a year's report; raises ``WorkspaceError`` for a year without data."""
        if year not in self.inventory.years:
            known = ", ".join(map(str, self.inventory.years))
            message = _("There is no inventory for {year}: the files hold data of {years}.")
            raise WorkspaceError(message.format(year=year, years=known))
        with assuming(self.inventory.rules.own_values or {}):
            return gather(
                self._with_sensitivities(year),
                self.target,
                self.positions,
                self.workspace.header,
                year,
                uncertainty=self.workspace.uncertainty,
                breaks=self.workspace.breaks,
                indicators=self.indicators(),
                emas=self.indicators("emas_core_indicators"),
                bridges=self.bridges(compared_years(self.inventory.years, self.target, year), year),
                hiding=hiding,
            )

    def facts_of(self, years: Sequence[int]) -> list[Facts]:
        """Return the figures of the reports of several years; what they have in common is computed once."""
        self._sensitivities_of([year for year in years if year in self.inventory.years])
        return [self.facts(year) for year in years]

    def _with_sensitivities(self, year: int) -> Inventory:
        self._sensitivities_of([year])
        return self.inventory.beside(self._sensitivities[year])

    @cached_property
    def _sensitivities(self) -> dict[int, pl.DataFrame]:
        return {}

    def _sensitivities_of(self, years: Sequence[int]) -> None:
        """Compute flights by every method for those years that lack it, all years of the same rules at once."""
        lacking = [year for year in years if year not in self._sensitivities]
        legs = self.taken.activities.get("air_travel")
        for rules, together in book_of(self.inventory.book or self.inventory.rules).groups(lacking):
            alike = [year for year in together if year is not None]
            found = (
                pl.DataFrame(schema=SENSITIVITIES)
                if legs is None
                else air_travel_sensitivities(legs, rules, alike)
            )
            self._sensitivities.update({year: found.filter(pl.col("year") == year) for year in alike})


def compute_inventory(
    folder: Path, progress: Progress | None = None, *, ledger_version: int | None = None
) -> Computed:
    """Load what is new in the folder and compute the inventory of each year; or compute it of an earlier ledger version.

    Raises ``WorkspaceError`` when there is nothing to compute, ``MixedBasisError`` when factors do not go together.
    """
    workspace = open_workspace(folder)
    taken = take_in(workspace, progress, ledger_version)
    inventory = _inventory(workspace, taken)
    if not inventory.years:
        raise WorkspaceError(_nothing_to_compute(workspace, taken))
    actual = yearly_totals(inventory)
    target = _target(workspace, actual)
    places = tuple(positions(target, actual)) if target else ()
    return Computed(workspace, taken, inventory, target, places)


def explain_figure(
    computed: Computed, figure_id: str, *, first: int = 0, limit: int = 20
) -> tuple[Fact, Explanation | None]:
    """Return a figure and where it comes from: the cells and rows it adds up, or None where it is a ratio of figures.

    Raises ``WorkspaceError`` naming the nearest figures when there is none of this name.
    """
    number, _dot, _rest = figure_id.partition(".")
    year = int(number) if number.isdigit() else max(computed.inventory.years)
    fact = _figure_or_put_together(computed, year, figure_id)
    if fact.selection is None:
        return fact, None
    return fact, explain(
        computed.inventory, computed.taken.activities, fact.selection, first=first, limit=limit
    )


def _figure_or_put_together(computed: Computed, year: int, figure_id: str) -> Fact:
    """Return a figure of the report or submission; also one that only documents with small groups hidden have: lines put together."""
    try:
        return figure_named(computed.inventory, year, figure_id, lambda: computed.facts(year).figures)
    except WorkspaceError:
        hiding = computed.hiding(year)
        lines = (one.fact for one in submission_lines(computed.inventory, year, hiding) if one.put_together)
        put_together = {fact.id: fact for fact in lines} | dict(computed.facts(year, hiding).figures)
        if figure_id not in put_together:
            raise
        return put_together[figure_id]


def figure_named(
    inventory: Inventory, year: int, figure_id: str, report: Callable[[], Mapping[str, Fact]]
) -> Fact:
    """Return a figure of the year's report or a line of its submission, for which no report is gathered.

    Raises ``WorkspaceError`` naming the nearest ones where there is none of this name.
    """
    lines = ".line." in figure_id
    found = {one.fact.id: one.fact for one in submission_lines(inventory, year)} if lines else report()
    if figure_id not in found:
        raise WorkspaceError(_no_such_figure(figure_id, found, year))
    return found[figure_id]


def _inventory(workspace: Workspace, taken: Taken) -> Inventory:
    within = {source: _within_years(workspace, frame) for source, frame in taken.activities.items()}
    inventory = compile_inventory(within, workspace.book)
    expected = workspace.expected_sources or tuple(s for s in (*SOURCES, *PEOPLE_AND_AREAS) if s in within)
    table = completeness(within, inventory.cells, inventory.years, presences(workspace), expected)
    return replace(inventory, completeness=table)


def _within_years(workspace: Workspace, frame: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame | pl.LazyFrame:
    """Leave out other years; what names no year, such as an area that holds for ever, stays."""
    for bound, year in ((pl.col("year").ge, workspace.first_year), (pl.col("year").le, workspace.last_year)):
        if year is not None:
            frame = frame.filter(bound(year) | pl.col("year").is_null())
    return frame


def _target(workspace: Workspace, actual: Mapping[int, float | None]) -> Target | None:
    chosen = workspace.target
    if chosen is None:
        return None
    given = chosen.base_t_co2e
    base = actual.get(chosen.base_year) if given is None else given * KG_PER_TONNE
    return Target(chosen.base_year, chosen.target_year, chosen.reduction_pct, base)


def _nothing_to_compute(workspace: Workspace, taken: Taken) -> str:
    if not workspace.files and not taken.files:
        message = _(
            "{folder} holds no file that can be read. Put ticket exports and bills (CSV or XLSX) beside saleve.toml."
        )
        return message.format(folder=workspace.folder)
    reasons = [f"  - {file}: {reason}" for file, reason in taken.refused]
    reasons += [
        _("  - {file}: {rows} rows, all rejected.").format(file=file.file, rows=file.rows)
        for file in taken.files
        if file.rows and file.rejected == file.rows
    ]
    message = _("No emissions can be computed from the files of {folder}.\n{reasons}")
    return message.format(folder=workspace.folder, reasons="\n".join(reasons)).rstrip()


def _no_such_figure(figure_id: str, figures: Mapping[str, Fact], year: int) -> str:
    nearest = ", ".join(name for name, _score, _index in process.extract(figure_id, list(figures), limit=3))
    message = _("There is no figure {id} in the report of {year}. Nearest: {nearest}.")
    return message.format(id=figure_id, year=year, nearest=nearest)
