"""Does a run hold? Its files are as they were written, and what its manifest names gives the same cells again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from deltalake.exceptions import DeltaError

from saleve.ems.comparing import differing_cells
from saleve.ems.explaining import activities_of
from saleve.ems.manifests import Manifest, editions, ledger_named, method_version, own_files, run_id
from saleve.ems.plain_data import as_data, from_data
from saleve.ems.run_states import RunError, state_name
from saleve.ems.runs import PLAN, Run, hash_of, open_run, year_tables
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.ledger.errors import LedgerError
from saleve.ledger.store import Ledger
from saleve.ledger.tables import damage
from saleve.ledger.tableset import TableSet
from saleve.method.inventory import compile_inventory
from saleve.method.problems import SaleveError

Activities = Mapping[str, pl.DataFrame | pl.LazyFrame]


@dataclass(frozen=True)
class Proof:
    """What verifying found: faults in words, what moved since, and the cells that come out otherwise."""

    name: str
    state: str
    cells: int  # compared
    faults: tuple[str, ...]
    moved: tuple[str, ...]  # no fault by itself: the cells tell
    differing: pl.DataFrame
    signed_by: str = ""  # fingerprint of the key in a pack
    digest: str = ""  # of a pack

    @property
    def holds(self) -> bool:
        """Whether nothing was altered and the cells come out the same."""
        return not self.faults and self.differing.is_empty()


def verify_run(workspace: Workspace, name: str) -> Proof:
    """Compute a run again from its manifest and compare every cell; collect every fault."""
    run = open_run(workspace, name)
    faults = [*_files(run), *_plan(run), *_ledger(workspace, run.manifest)]
    state = ""
    try:
        state = next((one.state for one in reversed(run.log.steps()) if one.run == run.id), "")
        if not state:
            faults.append(_("The log of states does not know run {run}.").format(run=run.name))
    except RunError as fault:
        faults.append(str(fault))
    moved = (*_method_moved(run.manifest), *_settings_moved(workspace, run.manifest))
    if faults and not _readable(run):
        return Proof(run.name, state, 0, tuple(faults), moved, pl.DataFrame())
    cells = run.table("cells")
    try:
        differing = differing_cells(cells, again(activities_of(workspace, run.manifest), run.manifest))
    except (SaleveError, OSError, DeltaError, pl.exceptions.PolarsError) as fault:
        faults.append(_("It cannot be computed again: {reason}").format(reason=str(fault).partition("\n")[0]))
        differing = pl.DataFrame()
    return Proof(run.name, state_name(state) if state else "", len(cells), tuple(faults), moved, differing)


def again(activities: Activities, manifest: Manifest) -> pl.DataFrame:
    """Return the cells that the activity of a year gives by the rules of a manifest."""
    inventory = compile_inventory(activities, from_data(manifest["rules"]))
    return year_tables(inventory, manifest["year"])["cells"]


def method_moved(manifest: Manifest) -> list[str]:
    """Return what of method and editions is otherwise here than the manifest names."""
    return list(_method_moved(manifest))


def named_rightly(manifest: Manifest, name: str) -> Iterator[str]:
    """Yield a fault where a run does not bear the name that its manifest gives it."""
    found = run_id(manifest)
    if found != name:
        message = _("The manifest of run {run} was altered: it now gives the name {found}. Put it back from a backup.")  # fmt: skip
        yield message.format(run=name, found=found)


def _files(run: Run) -> Iterator[str]:
    yield from named_rightly(run.manifest, run.id)
    for name, told in run.manifest["tables"].items():
        path = run.folder / f"{name}.parquet"
        if not path.is_file():
            yield _("Run {run}: {file} is missing. Put it back from a backup.").format(run=run.name, file=path.name)  # fmt: skip
        elif hash_of(path.read_bytes()) != told["sha256"]:
            message = _("Run {run}: {file} was altered. Put it back from a backup.")
            yield message.format(run=run.name, file=path.name)


def _plan(run: Run) -> Iterator[str]:
    """The settings of the plan must be those that the manifest names; runs of before name none."""
    named, path = run.manifest.get("plan_sha256"), run.folder / PLAN
    if named and not path.is_file():
        yield _("Run {run}: {file} is missing. Put it back from a backup.").format(run=run.name, file=PLAN)
    elif named and hash_of(path.read_bytes()) != named:
        message = _("Run {run}: {file} was altered. Put it back from a backup.")
        yield message.format(run=run.name, file=PLAN)


def _readable(run: Run) -> bool:
    try:
        run.table("cells")
        from_data(run.manifest["rules"])
    except (OSError, KeyError, SaleveError, pl.exceptions.PolarsError):
        return False
    return True


def _ledger(workspace: Workspace, manifest: Manifest) -> Iterator[str]:
    """The ledger version must be there, of the same files, none of them altered."""
    try:
        ledger = Ledger.open(workspace.stores.ledger, manifest["ledger"]["commit"])
        named = ledger_named(ledger)["tables"]
    except (LedgerError, OSError, DeltaError, pl.exceptions.PolarsError) as fault:
        yield _("The ledger of the run cannot be read: {reason}").format(reason=str(fault).partition("\n")[0])
        return
    for name, told in manifest["ledger"]["tables"].items():
        if named.get(name) != told:
            yield _("Ledger table {table} is not the one on which the run rests.").format(table=name)
            continue
        files = TableSet(ledger.folder)[name].files(told["version"])
        hurt = [one.name for one in files if damage(one)]
        if hurt:
            message = _("Ledger table {table}: {count} files are missing or altered, the first is {file}.")
            yield message.format(table=name, count=len(hurt), file=hurt[0])


def _method_moved(manifest: Manifest) -> Iterator[str]:
    now, then = method_version(), manifest["method"]
    if now["code_sha256"] != then["code_sha256"]:
        message = _("method: the code of the methods is not that of the run (Salève {then}; here {now})")
        yield message.format(then=then["saleve"], now=now["saleve"])
    for name, told in then["libraries"].items():
        if now["libraries"].get(name) != told:
            yield _("method: {library} {then}; here {now}").format(library=name, then=told, now=now["libraries"].get(name))  # fmt: skip
    yield from _editions_moved(manifest["editions"], editions())


def _editions_moved(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        one, other = then.get(name), now.get(name)
        if one != other:
            told = [each["edition"] if each else _("none") for each in (one, other)]
            message = _("edition: {package} {then}; here {now}")
            if told[0] == told[1]:
                message = _("edition: {package} {then}; here {now} with other bytes")
            yield message.format(package=name, then=told[0], now=told[1])


def _settings_moved(workspace: Workspace, manifest: Manifest) -> Iterator[str]:
    """What the workspace says now does not touch a run; who wonders why a new run differs finds it here."""
    now, then = _told(as_data(workspace.book)), _told(manifest["rules"])
    changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
    if changed:
        yield _("rules: saleve.toml now says otherwise: {rules}").format(rules=", ".join(changed))
    files = dict(own_files(workspace))
    for name in sorted({*files, *manifest["own_files"]}):
        if files.get(name) != manifest["own_files"].get(name):
            yield _("rules: the file {file} was changed").format(file=name)
    newest = Ledger.open(workspace.stores.ledger).commit
    if newest != manifest["ledger"]["commit"]:
        message = _("ledger: the run rests on version {then}; the newest is {now}")
        yield message.format(then=manifest["ledger"]["commit"], now=newest)


def _told(book: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules of a manifest by name, the rule set among them."""
    fields = book["fields"]
    return {**fields["said"]["fields"], "rule_set": fields["rule_set"]}
