"""Runs: an inventory year kept as it was computed, with all that it rests on; from computed to published, and restated (decision 8)."""

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import polars as pl

from saleve.ems.acts import act
from saleve.ems.comparing import TOLERANCE, differing_cells
from saleve.ems.intake import Progress
from saleve.ems.inventories import Computed, compute_inventory
from saleve.ems.manifests import Manifest, canonical, manifest_of, run_id
from saleve.ems.plain_data import from_data
from saleve.ems.plan_settings import PlanSettings, as_bytes, plan_settings
from saleve.ems.remembering import remembered
from saleve.ems.run_states import (
    APPROVED,
    COMPUTED,
    PUBLISHED,
    RESTATED,
    STATES,
    RunError,
    StateLog,
    Step,
    refuse_own,
    state_name,
    states_of,
)
from saleve.ems.workspace import Workspace, open_workspace
from saleve.language import _, for_reader
from saleve.ledger.correcting import Act
from saleve.ledger.evidence import write_whole
from saleve.method.emissions.rules import RuleBook
from saleve.method.inventory import Inventory, Selection, select, sum_known, yearly_totals
from saleve.method.problems import SaleveError

FOLDER = "inventories"
MANIFEST = "manifest.json"
PLAN = "plan.json"
Kind = Literal["method", "error", "structure", "factor_edition"]
KINDS: tuple[Kind, ...] = ("method", "error", "structure", "factor_edition")
CELL_ORDER = ("source", "category", "unit", "site", "boundary", "independent_key", "factor_id", "quality")


@dataclass(frozen=True)
class Run:
    """A run in its folder; nothing in it is ever changed."""

    folder: Path

    @property
    def id(self) -> str:
        """The first signs of the hash of its manifest."""
        return self.folder.name

    @property
    def year(self) -> int:
        """The year of the inventory."""
        return int(self.folder.parent.name)

    @property
    def name(self) -> str:
        """How commands name it."""
        return f"{self.year}/{self.id}"

    @cached_property
    def manifest(self) -> Manifest:
        """What it rests on."""
        try:
            told = json.loads((self.folder / MANIFEST).read_bytes())
        except (OSError, ValueError) as fault:
            message = _("The manifest of run {run} cannot be read. Put its folder back from a backup.")
            raise RunError(message.format(run=self.name)) from fault
        return dict(told)

    @cached_property
    def plan(self) -> PlanSettings | None:
        """The settings of its management plan; none where it was kept before runs kept them."""
        path = self.folder / PLAN
        return dict(json.loads(path.read_bytes())) if path.is_file() else None

    @property
    def log(self) -> StateLog:
        """The states of the runs of its year."""
        return StateLog(self.folder.parent / "states.jsonl")

    @property
    def restates(self) -> Mapping[str, str] | None:
        """The run whose place it is to take, with kind and reason."""
        link: Mapping[str, str] | None = self.manifest["restates"]
        return link

    def table(self, name: str) -> pl.DataFrame:
        """Return one of its tables."""
        return pl.read_parquet(self.folder / f"{name}.parquet")


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the list: its state, how it came there, and its total within the minimum boundary."""

    run: Run
    state: str
    steps: tuple[Step, ...]

    @property
    def total_kg_co2e(self) -> float | None:
        """The total of the run; None where it cannot be read, which saleve verify tells."""
        try:
            return remembered(self.run.folder / "cells.parquet", _total)
        except (SaleveError, OSError, pl.exceptions.PolarsError):
            return None


@dataclass(frozen=True)
class Kept:
    """What freezing did: the run, whether it is new, and the inventory that it keeps."""

    run: Run
    new: bool
    inventory: Inventory


@dataclass(frozen=True)
class Restated:
    """A new run, the published one it is to replace, and by how much each source moves (``difference``)."""

    run: Run
    before: Run
    difference: pl.DataFrame


def freeze(
    folder: Path, year: int, *, by: str | None = None, reason: str = "", progress: Progress | None = None
) -> Kept:
    """Compute the inventory of a year and keep it as a run; the same figures from the same things are kept once."""
    workspace = open_workspace(folder)
    if standing := published_run(workspace, year):
        message = for_reader(
            _("{year} is published as run {run}. A new figure needs a reason: saleve restate {run} --kind KIND --reason WHY --by NAME"),
            _("{year} is published as run {run}. A new figure needs a reason: open that run and restate it."),
        )  # fmt: skip
        raise RunError(message.format(year=year, run=standing.name))
    computed = compute_inventory(folder, progress)
    return _keep(computed, year, act(reason, by))


def move(workspace: Workspace, name: str, state: str, *, by: str, reason: str, alone: bool = False) -> Step:
    """Move a run to its next state: reviewed, approved or published; who and why are kept.

    Who kept or reviewed a run cannot approve it, unless ``alone`` says that one person does everything.
    """
    run, done = _to_move(workspace, name, state), act(_said(reason), _said_by(by))
    if state == APPROVED and not alone:
        refuse_own(run.name, [step for step in run.log.steps() if step.run == run.id], done.by)
    if state != PUBLISHED:
        return run.log.add(run.id, state, done)
    return run.log.add_all(list(_publishing(run)), done)[-1]


def restate(
    folder: Path, name: str, *, kind: str, reason: str, by: str, progress: Progress | None = None
) -> Restated:
    """Compute a published year anew as a new run, linked to the old one; no byte of any run changes."""
    workspace = open_workspace(folder)
    before, done = open_run(workspace, name), act(_said(reason), _said_by(by))
    if kind not in KINDS:
        message = _("The kind {kind} is not known. It can be: {kinds}.")
        raise RunError(message.format(kind=kind, kinds=", ".join(KINDS)))
    if state_of(before) != PUBLISHED:
        message = for_reader(
            _("Run {run} is not published, so there is nothing to restate. Freeze the year again: saleve freeze {year}"),
            _("Run {run} is not published, so there is nothing to restate. Keep {year} anew under Review and publish."),
        )  # fmt: skip
        raise RunError(message.format(run=before.name, year=before.year))
    link = {"run": before.name, "kind": kind, "reason": done.reason}
    kept = _keep(compute_inventory(folder, progress), before.year, done, link)
    return Restated(kept.run, before, difference(load(before), kept.inventory))


def open_run(workspace: Workspace, name: str) -> Run:
    """Return a run by ``YEAR/RUN`` or the first signs of it; raises ``RunError`` when none or several are so named."""
    year, _slash, start = name.strip().partition("/")
    found = [run for run in all_runs(workspace) if str(run.year) == year and run.id.startswith(start)]
    if len(found) == 1:
        return found[0]
    if found and not start and (standing := published_run(workspace, int(year))):
        return standing
    if found:
        names = ", ".join(run.name for run in found)
        raise RunError(_("Several runs are named {name}: {names}. Write more of the name.").format(name=name, names=names))  # fmt: skip
    message = for_reader(
        _("There is no run {name}. See saleve runs; a run is named YEAR/RUN."),
        _("There is no run {name}. Choose one under Review and publish; a run is named YEAR/RUN."),
    )
    raise RunError(message.format(name=name))


def all_runs(workspace: Workspace) -> list[Run]:
    """Return every run of the workspace, by year."""
    found = (workspace.folder / FOLDER).glob(f"[0-9]*/*/{MANIFEST}")
    return [Run(path.parent) for path in sorted(found) if not path.parent.name.startswith(".")]


def list_runs(workspace: Workspace) -> list[RunRow]:
    """Return every run with its state and total, by year and then in the order in which they were kept."""
    return sorted(
        (_row(run) for run in all_runs(workspace)),
        key=lambda row: (row.run.year, row.steps[0].at.isoformat() if row.steps else ""),
    )


def state_of(run: Run) -> str | None:
    """Return the state of a run; None where the log does not know it."""
    return states_of(run.log.steps()).get(run.id)


def newest_state(folder: Path, year: int) -> str | None:
    """Return the state of the run of a year that moved last; None where none is kept."""
    steps = StateLog(folder / FOLDER / str(year) / "states.jsonl").steps()
    return steps[-1].state if steps else None


def published_run(workspace: Workspace, year: int) -> Run | None:
    """Return the run that is published for a year."""
    runs = [run for run in all_runs(workspace) if run.year == year]
    states = states_of(runs[0].log.steps()) if runs else {}
    return next((run for run in runs if states.get(run.id) == PUBLISHED), None)


def published_totals(workspace: Workspace) -> dict[int, float | None]:
    """Return the kg CO2e within the minimum boundary of every published year."""
    years = sorted({run.year for run in all_runs(workspace)})
    found = {year: published_run(workspace, year) for year in years}
    return {year: yearly_totals(load(run)).get(year) for year, run in found.items() if run}


def load_run(workspace: Workspace, name: str) -> Inventory:
    """Return the inventory that a run keeps, as it was computed."""
    return load(open_run(workspace, name))


def load(run: Run) -> Inventory:
    """Return the inventory of a run: its tables and its rules; nothing is computed."""
    tables = {name: run.table(name) for name in run.manifest["tables"]}
    return _of_year(from_data(run.manifest["rules"]), run.year, tables)


def difference(before: Inventory, after: Inventory) -> pl.DataFrame:
    """Return ``source, before_kg_co2e, after_kg_co2e, difference_kg_co2e`` within the minimum boundary, the largest first."""
    sums = [
        select(one, Selection()).group_by("source").agg(sum_known("kg_co2e").alias(name))
        for one, name in ((before, "before_kg_co2e"), (after, "after_kg_co2e"))
    ]
    joined = sums[0].join(sums[1], on="source", how="full", coalesce=True)
    before_kg, after_kg = pl.col("before_kg_co2e").fill_null(0), pl.col("after_kg_co2e").fill_null(0)
    same = (after_kg - before_kg).abs() <= TOLERANCE * pl.max_horizontal(before_kg.abs(), after_kg.abs())
    moved = pl.when(~same).then(after_kg - before_kg).otherwise(0.0)
    return joined.with_columns(difference_kg_co2e=moved).sort(moved.abs(), "source", descending=[True, False])


def year_tables(inventory: Inventory, year: int) -> dict[str, pl.DataFrame]:
    """Return the tables of an inventory with the rows of one year, in an order that does not depend on the machine."""
    tables = {one.name: getattr(inventory, one.name) for one in fields(inventory)}
    return {
        name: _sorted(table.filter(pl.col("year") == year) if "year" in table.columns else table)
        for name, table in tables.items()
        if isinstance(table, pl.DataFrame)
    }


def parquet_bytes(table: pl.DataFrame) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    place = BytesIO()
    table.write_parquet(place, compression="zstd", statistics=False)
    return place.getvalue()


def _keep(computed: Computed, year: int, done: Act, restates: Mapping[str, str] | None = None) -> Kept:
    years = computed.inventory.years
    if year not in years:
        message = _("There is no inventory for {year}: the files hold data of {years}.")
        raise RunError(message.format(year=year, years=", ".join(map(str, years))))
    tables = year_tables(computed.inventory, year)
    basis = manifest_of(computed, year, restates)
    inventory = _of_year(computed.workspace.book, year, tables)
    same = _same_run(computed.workspace, basis, tables)
    if same and restates:
        message = _("Computed anew, {year} gives the same cells as run {run}: there is nothing to restate.")
        raise RunError(message.format(year=year, run=restates["run"]))
    if same:
        if state_of(same) is None:  # written by a process that ended before it could say so
            same.log.add(same.id, COMPUTED, done)
        return Kept(same, new=False, inventory=inventory)
    plan = as_bytes(plan_settings(computed.workspace))
    run = _write(computed.workspace.folder / FOLDER / str(year), basis, tables, plan)
    run.log.add(run.id, COMPUTED, done)
    return Kept(run, new=True, inventory=inventory)


def _of_year(book: RuleBook, year: int, tables: Mapping[str, Any]) -> Inventory:
    return Inventory(rules=book.of(year), book=book, years=(year,), **tables)


def _same_run(workspace: Workspace, basis: Manifest, tables: Mapping[str, pl.DataFrame]) -> Run | None:
    """Return the run that rests on the same things and has the same cells; a restatement only asks for the same cells.

    Sums of millions of legs may differ in their last digits from one computation to the next, so bytes are not compared.
    """
    for run in all_runs(workspace):
        link = basis["restates"]
        rests = {key: value for key, value in run.manifest.items() if key != "tables"}
        alike = run.name == link["run"] if link else canonical(rests) == canonical(basis)
        if (
            run.year == basis["year"]
            and alike
            and differing_cells(run.table("cells"), tables["cells"]).is_empty()
        ):
            return run
    return None


def _write(folder: Path, basis: Manifest, tables: Mapping[str, pl.DataFrame], plan: bytes) -> Run:
    """Write a run beside its place and put it there as a whole."""
    contents = {name: parquet_bytes(table) for name, table in tables.items()}
    hashes = {
        name: {"sha256": hash_of(content), "rows": len(tables[name])} for name, content in contents.items()
    }
    manifest = {**basis, "tables": hashes}
    beside, place = folder / f".{uuid.uuid4().hex}", folder / run_id(manifest)
    beside.mkdir(parents=True)
    try:
        for name, content in contents.items():
            write_whole(beside / f"{name}.parquet", content)
        write_whole(beside / PLAN, plan)
        text = json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False)
        write_whole(beside / MANIFEST, f"{text}\n".encode())
        if not place.exists():
            beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Run(place)


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def _to_move(workspace: Workspace, name: str, state: str) -> Run:
    """Return the run that is named; of a year alone, the one run whose next state it is."""
    before = STATES[STATES.index(state) - 1]
    waiting = [run for run in all_runs(workspace) if str(run.year) == name and state_of(run) == before]
    return waiting[0] if len(waiting) == 1 else open_run(workspace, name)


def _publishing(run: Run) -> Iterator[tuple[str, str]]:
    """Yield the moves of publishing: the run that it replaces is restated in the same act."""
    states = states_of(run.log.steps())
    link = run.restates
    old = link["run"].partition("/")[2] if link else None
    standing = [one for one, state in states.items() if state == PUBLISHED and one not in (old, run.id)]
    if standing:
        message = for_reader(
            _("{year} is published as run {other}, and run {run} does not restate it. See saleve restate."),
            _("{year} is published as run {other}, and run {run} does not restate it. Open that run and restate it."),
        )  # fmt: skip
        raise RunError(message.format(year=run.year, other=standing[0], run=run.id))
    if old:
        yield old, RESTATED
    yield run.id, PUBLISHED


def _row(run: Run) -> RunRow:
    path = run.log.path
    steps = tuple(step for step in (remembered(path, _steps) if path.exists() else ()) if step.run == run.id)
    return RunRow(run, steps[-1].state if steps else "", steps)


def _steps(log: Path) -> tuple[Step, ...]:
    return tuple(StateLog(log).steps())


def _total(cells: Path) -> float | None:
    run = Run(cells.parent)
    return yearly_totals(load(run)).get(run.year)


def _sorted(table: pl.DataFrame) -> pl.DataFrame:
    first = [name for name in CELL_ORDER if name in table.columns]
    rest = [name for name in table.columns if name not in first]
    return table.sort([*first, *rest], nulls_last=True) if table.columns else table


def _said(reason: str) -> str:
    if not reason.strip():
        raise RunError(for_reader(_("Say why, in words: --reason. It is kept with the run."), _("Say why, in words. It is kept with the run.")))  # fmt: skip
    return reason.strip()


def _said_by(by: str) -> str:
    if not by.strip():
        raise RunError(for_reader(_("Say who does it: --by NAME. It is kept with the run."), _("Say who does it. It is kept with the run.")))  # fmt: skip
    return by.strip()


__all__ = ["KINDS", "Kept", "Restated", "Run", "RunRow", "freeze", "list_runs", "load_run", "move", "open_run",
           "published_run", "published_totals", "restate", "state_name"]  # fmt: skip
