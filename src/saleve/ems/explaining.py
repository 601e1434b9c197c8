"""Where a figure comes from: of a published year straight from its run, of any other from a computation."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from saleve.ems.intake import Progress, standing_activity
from saleve.ems.inventories import compute_inventory, explain_figure, figure_named
from saleve.ems.manifests import Manifest
from saleve.ems.runs import Run, load, open_run, published_run
from saleve.ems.settings import WorkspaceError
from saleve.ems.spellings import respelled
from saleve.ems.workspace import Workspace, open_workspace
from saleve.ledger.store import Ledger
from saleve.method.explain import Explanation, explain
from saleve.reporting.facts import gather
from saleve.reporting.plain_words import in_words
from saleve.reporting.records import Fact


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure, what it rests on, the same as a sentence, and the run that keeps it; no run where it was computed just now."""

    fact: Fact
    explanation: Explanation | None
    sentence: str
    run: str | None


def explain_any(
    folder: Path,
    figure_id: str,
    *,
    run: str | None = None,
    now: bool = False,
    first: int = 0,
    limit: int = 20,
    progress: Progress | None = None,
) -> Explained:
    """Explain a figure of a run, of the published run of its year, or else as the workspace is now."""
    workspace = open_workspace(folder)
    kept = open_run(workspace, run) if run else None if now else _published(workspace, figure_id)
    if kept:
        try:
            return explain_kept(workspace, kept, figure_id, first=first, limit=limit)
        except WorkspaceError:  # a figure that compares years is in no run of one year
            if run:
                raise
    fact, found = explain_figure(compute_inventory(folder, progress), figure_id, first=first, limit=limit)
    return Explained(fact, found, in_words(fact, found), None)


def explain_kept(
    workspace: Workspace, run: Run, figure_id: str, *, first: int = 0, limit: int = 20
) -> Explained:
    """Explain a figure from the cells of a run; only the rows that are shown are estimated again, by the run's own rules."""
    inventory = load(run)
    fact = figure_named(
        inventory,
        run.year,
        figure_id,
        lambda: gather(inventory, None, (), workspace.header, run.year).figures,
    )
    found = None
    if fact.selection is not None:
        activities = activities_of(workspace, run.manifest)
        found = explain(inventory, activities, fact.selection, first=first, limit=limit)
    return Explained(fact, found, in_words(fact, found), run.name)


def activities_of(workspace: Workspace, manifest: Manifest) -> dict[str, pl.DataFrame | pl.LazyFrame]:
    """Return the activity on which a run rests: its year, of the ledger version that it names, in its spellings."""
    spellings = manifest["parameters"]["spellings"]
    return activities_at(workspace, manifest["ledger"]["commit"], spellings, manifest["year"])


def activities_at(
    workspace: Workspace, commit: int, spellings: Mapping[str, Mapping[str, str]], year: int
) -> dict[str, pl.DataFrame | pl.LazyFrame]:
    """Return the activity of a year, with what names no year, as the ledger had it after a commit."""
    ledger = Ledger.open(workspace.stores.ledger, commit)
    of_year = pl.col("year").is_null() | (pl.col("year") == year)
    return {
        category: respelled(standing_activity(ledger, category).filter(of_year), spellings)
        for category in ledger.categories()
    }


def _published(workspace: Workspace, figure_id: str) -> Run | None:
    year = figure_id.partition(".")[0]
    return published_run(workspace, int(year)) if year.isdigit() else None
