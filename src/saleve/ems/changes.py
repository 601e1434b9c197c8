"""Why totals moved: the bridge between two years of a workspace, and whether its base year must be computed anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from saleve.ems.explaining import activities_of
from saleve.ems.inventories import KG_PER_TONNE, Computed, compute_inventory
from saleve.ems.manifests import Manifest
from saleve.ems.runs import Run, load, published_totals
from saleve.ems.settings import WorkspaceError
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.method.base_year import Verdict, like_for_like, verdict, versions
from saleve.method.bridges import Bridge, Swap, bridge, swaps_between
from saleve.method.inventory import Inventory, compile_inventory, yearly_totals
from saleve.method.series import three_series
from saleve.reporting.labels import label


@dataclass(frozen=True)
class BaseYear:
    """What the log of restatements makes of the base year."""

    year: int
    verdict: Verdict
    versions: pl.DataFrame


@dataclass(frozen=True)
class Comparison:
    """Two years side by side: the bars between them, and the part that can be compared like for like."""

    bridge: Bridge
    like_for_like: pl.DataFrame


def compare_years(
    computed: Computed,
    start_year: int,
    end_year: int,
    *,
    then: Computed | None = None,
    degree_days: pl.DataFrame | None = None,
) -> Comparison:
    """Return why the total moved from one year to another; raises ``WorkspaceError`` for a year without inventory.

    ``then``: the inventory as it was computed of an earlier ledger version or by other rules; the start is taken from it, and what
    the newer data and rules change comes first in the bars. ``degree_days``: instead of those of the settings.
    """
    _refuse_unknown(then or computed, start_year)
    _refuse_unknown(computed, end_year)
    if then is None and degree_days is None:
        found = computed.bridge(start_year, end_year)
    else:
        weather = computed.workspace.degree_days if degree_days is None else degree_days
        found = _bridge_from(then or computed, start_year, computed, end_year, weather)
    return Comparison(found, like_for_like(computed.inventory, start_year, end_year))


def _bridge_from(
    earlier: Computed, start_year: int, computed: Computed, end_year: int, degree_days: pl.DataFrame
) -> Bridge:
    swaps = swaps_between(
        start_year,
        (earlier.taken.activities, earlier.inventory.rules_of(start_year)),
        (computed.taken.activities, computed.inventory.rules_of(end_year)),
    )
    return bridge(
        earlier.inventory, start_year, computed.inventory, end_year, swaps=swaps, degree_days=degree_days
    )


def bridge_between(workspace: Workspace, before: Run, after: Run) -> Bridge:
    """Return why the total of a year is another in a later run: editions and method first, then data, then rules."""
    year, old, new = before.year, load(before), load(after)
    then, now = (activities_of(workspace, run.manifest) for run in (before, after))
    swaps = [
        *_recomputed(before.manifest, after.manifest, then, old),
        *swaps_between(year, (then, old.rules), (now, new.rules)),
    ]
    return bridge(old, year, new, year, swaps=swaps)


def _recomputed(
    before: Manifest, after: Manifest, activities: Mapping[str, pl.LazyFrame | pl.DataFrame], old: Inventory
) -> list[Swap]:
    """Compute the old data by the old rules once more, where the editions of factors or the method are others by now."""
    editions = [name for name, one in after["editions"].items() if before["editions"].get(name) != one]
    if editions:
        note = _("Editions that differ: {names}.").format(names=", ".join(editions))
        return [Swap("factor_edition", compile_inventory(activities, old.rules), note)]
    if before["method"] != after["method"]:
        note = _("The code of the method is another.")
        return [Swap("method", compile_inventory(activities, old.rules), note)]
    return []


def series_of(computed: Computed) -> pl.DataFrame:
    """Return the totals as published, recalculated and with the factors of the base year (``SERIES``), and a ``note`` on each."""
    told = published_totals(computed.workspace).items()
    published_kg = {year: kg for year, kg in told if kg is not None}
    series = three_series(computed.inventory, base_year_of(computed), published_kg)
    return series.with_columns(
        note=pl.Series(map(note_of_series, series["not_frozen"].to_list()), dtype=pl.String)
    )


def note_of_series(not_frozen: list[str] | None) -> str:
    """Say which sources a year counts at its own factors."""
    if not_frozen is None:
        return _("There is no inventory for this year.")
    names = ", ".join(label("source", source) for source in not_frozen)
    return _("At the year's own factors: {sources}.").format(sources=names) if names else ""


def base_year_of(computed: Computed) -> int:
    """Return the base year of the target; without a target the first year with an inventory."""
    target = computed.workspace.target
    return target.base_year if target else min(computed.inventory.years)


def compute_then(folder: Path, ledger_version: int) -> Computed:
    """Return the inventory as the ledger had it after the commit."""
    return compute_inventory(folder, ledger_version=ledger_version)


def assess_base_year(computed: Computed) -> BaseYear:
    """Say whether the base year must be computed anew, given the log of restatements."""
    workspace = computed.workspace
    year = base_year_of(computed)
    first_kg = _first_version_kg(workspace, yearly_totals(computed.inventory).get(year))
    log = workspace.restatements
    empty = versions(0.0, ()).clear()
    return BaseYear(
        year=year,
        verdict=verdict(first_kg, log, workspace.base_year_policy),
        versions=empty if first_kg is None else versions(first_kg, log),
    )


def _first_version_kg(workspace: Workspace, computed_kg: float | None) -> float | None:
    """Return what was stated as base; else what is computed now, less what new versions already brought in."""
    stated = workspace.target.base_t_co2e if workspace.target else None
    if stated is not None:
        return stated * KG_PER_TONNE
    if computed_kg is None:
        return None
    brought_in = versions(0.0, workspace.restatements)["kg_co2e"][-1]
    return computed_kg - float(brought_in)


def _refuse_unknown(computed: Computed, year: int) -> None:
    known = yearly_totals(computed.inventory)
    if known.get(year) is None:
        message = _("There is no inventory for {year}: the files hold data of {years}.")
        raise WorkspaceError(message.format(year=year, years=", ".join(map(str, known))))
