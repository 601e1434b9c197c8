"""What a kept run says: its figures, cells and rows, for who may see travellers and for who may not."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from saleve.ems.explaining import activities_of
from saleve.ems.inventories import figure_named
from saleve.ems.packs import collected
from saleve.ems.remembering import made_once
from saleve.ems.runs import Run, load
from saleve.ems.small_groups import SmallGroups, small_groups, travellers_of
from saleve.ems.workspace import Workspace, open_workspace
from saleve.method.inventory import Inventory
from saleve.reporting.facts import gather
from saleve.reporting.hiding import Hiding
from saleve.reporting.records import Fact, Facts


def inventory_of_run(workspace: Workspace, run: Run, *, travellers: bool) -> Inventory:
    """Return the inventory that a run keeps; groups of few travellers are put together for who may not see travellers."""
    inventory = _kept(run.folder)
    if travellers:
        return inventory
    return replace(inventory, cells=_groups(workspace.folder, run).cells(inventory.cells))


def activities_of_run(workspace: Workspace, run: Run, *, travellers: bool) -> dict[str, Any]:
    """Return the rows of files on which a run rests, with the same groups put together."""
    activities = activities_of(workspace, run.manifest)
    if travellers:
        return activities
    groups = _groups(workspace.folder, run)
    return {name: groups.rows(name, collected(rows)) for name, rows in activities.items()}


def fact_of_run(workspace: Workspace, run: Run, figure_id: str, *, travellers: bool) -> Fact:
    """Return a figure of a run by its name; ``hidden`` where too few travellers stand behind it.

    Raises ``WorkspaceError`` naming the nearest ones where the run holds none of this name.
    """
    inventory = inventory_of_run(workspace, run, travellers=travellers)
    fact = figure_named(inventory, run.year, figure_id, lambda: _facts(workspace, run, travellers=travellers).figures)  # fmt: skip
    return replace(fact, value=None, low=None, high=None) if fact.hidden else fact


def _facts(workspace: Workspace, run: Run, *, travellers: bool) -> Facts:
    key = ("run_facts", workspace.folder, run.name, travellers)
    return made_once(key, lambda: _gathered(workspace, run, travellers=travellers))


def _gathered(workspace: Workspace, run: Run, *, travellers: bool) -> Facts:
    inventory, hiding = _kept(run.folder), None
    if not travellers:
        who = travellers_of(activities_of(workspace, run.manifest), inventory.book or inventory.rules, run.year)  # fmt: skip
        hiding = Hiding(who, workspace.privacy.smallest_group)
    return gather(inventory, None, (), workspace.header, run.year, hiding=hiding)


@lru_cache(maxsize=16)
def _kept(folder: Path) -> Inventory:
    """Return the inventory of a run, which never changes."""
    return load(Run(folder))


def _groups(folder: Path, run: Run) -> SmallGroups:
    return _groups_of(folder, run.folder, open_workspace(folder).privacy.smallest_group)


@lru_cache(maxsize=16)
def _groups_of(folder: Path, run: Path, smallest: int) -> SmallGroups:
    """Return the small groups of a run, which change with the settings alone."""
    activities = activities_of(open_workspace(folder), Run(run).manifest)
    return small_groups({name: collected(rows) for name, rows in activities.items()}, smallest)
