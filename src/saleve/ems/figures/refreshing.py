"""Computing what pages show: what lacks for the present state, one step after another, each of which may be the last."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from saleve import __version__
from saleve.ems.acts import act
from saleve.ems.figures import flights
from saleve.ems.figures.cuts import cuts
from saleve.ems.figures.groups import (
    groups_of,
    hidden_cuts,
    shown_rows,
    travellers,
    without_small_groups,
)
from saleve.ems.figures.holdings import holdings
from saleve.ems.figures.kinds import without_few_kinds
from saleve.ems.figures.linked import protected
from saleve.ems.figures.reading import FULL, SHOWN, About, Figures, View, read
from saleve.ems.figures.state import State, form, state
from saleve.ems.figures.store import alone, complete, keep, let_hold
from saleve.ems.figures.work import work
from saleve.ems.figures.years import of_year, over_years
from saleve.ems.intake import sync_folder
from saleve.ems.inventories import Computed, compute_inventory
from saleve.ems.plain_data import as_data
from saleve.ems.workspace import open_workspace
from saleve.language import _, speaking
from saleve.ledger.journal import Journal
from saleve.ledger.loading import Loaded
from saleve.method.problems import SaleveError

Progress = Callable[[float, str], None]  # share that is done, 0 to 1; what is being done, as a sentence


class RefreshCancelledError(SaleveError):
    """Somebody asked to stop; the figures are as they were before."""


@dataclass(frozen=True, slots=True)
class _Steps:
    """Says what is done next, and stops before it where that is asked for."""

    progress: Progress | None
    cancelled: Callable[[], bool] | None

    def next(self, share: float, sentence: str) -> None:
        self.may_go_on()
        if self.progress:
            self.progress(share, sentence)

    def may_go_on(self) -> None:
        if self.cancelled and self.cancelled():
            raise RefreshCancelledError(_("Stopped. The figures are as they were before."))


def refresh(
    folder: Path,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    today: date | None = None,
    smallest: int | None = None,
) -> Figures:
    """Load what is new in the folder, as ``saleve compute`` does, and compute the figures of the state that it then has.

    ``smallest``: travellers that a group needs; without it what the settings say. Nothing is computed where they are kept already. One program computes at a time; another waits and takes what was computed.
    Raises ``RefreshCancelledError`` where ``cancelled`` says so between two steps, and what ``compute_inventory`` raises.
    """
    steps, today = _Steps(progress, cancelled), today or act().at.date()
    with alone(folder, steps.may_go_on), speaking(open_workspace(folder).language):
        loaded = _load(folder, steps)
        key = _computed(folder, loaded, steps, today, smallest)
        let_hold(folder, key)
    found = read(folder, today)
    assert found is not None  # noqa: S101 - it was put there just now
    return found


def _load(folder: Path, steps: _Steps) -> list[Loaded]:
    steps.next(0.0, _("New files of the folder are looked for."))
    sentence = _("The file {file} is loaded.")
    return sync_folder(
        open_workspace(folder),
        lambda file, number, count: steps.next(0.3 * number / count, sentence.format(file=file)),
    )


def _computed(folder: Path, loaded: list[Loaded], steps: _Steps, today: date, asked: int | None) -> str:
    """Keep the figures of the present state and return its key; what somebody changes meanwhile is another state."""
    while True:
        commit, now = _pinned(folder, today)
        if complete(folder, now.key):
            return now.key
        steps.next(0.3, _("The inventory of all years is computed."))
        computed = compute_inventory(folder, ledger_version=commit or None)
        smallest = asked or computed.workspace.privacy.smallest_group
        tables, cells = _tables(computed, loaded, steps, today, smallest)
        if set(now.moved(state(folder, today).parts)) & {"settings", "factors"}:
            continue  # read while they were being changed
        steps.next(0.95, _("The figures are kept."))
        keep(folder, now.key, _about(computed, now, smallest), tables, cells)
        return now.key


def _pinned(folder: Path, today: date) -> tuple[int, State]:
    """Return the newest commit of the ledger and the state of which it is part."""
    while True:
        before, commit, now = state(folder, today), Journal.read(folder / "ledger").last, state(folder, today)
        if before == now:
            return commit, now


def _tables(
    computed: Computed, loaded: list[Loaded], steps: _Steps, today: date, smallest: int
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """Return the tables, and beside them the cells of each year."""
    years = computed.inventory.years
    steps.next(0.45, _("Sums by source, unit and site are made."))
    tables, cells = _views(computed, smallest)
    steps.next(0.6, _("Series, indicators and data quality are made."))
    tables |= over_years(computed)
    steps.next(0.7, _("Gaps and problems are listed."))
    tables |= work(computed, loaded, today) | holdings(computed.taken.activities, computed.inventory)
    found = []
    for number, year in enumerate(years):
        steps.next(
            0.75 + 0.2 * number / len(years), _("{year} is compared with other years.").format(year=year)
        )
        found.append(of_year(computed, year))
    return tables | {name: pl.concat(one[name] for one in found) for name in found[0]}, cells


def _views(computed: Computed, smallest: int) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """Return the tables that may tell of travellers, once as they are and once for everybody; and the cells of each year likewise."""
    inventory, activities = computed.inventory, computed.taken.activities
    rows = travellers(activities, inventory)
    groups = {year: groups_of(rows.filter(pl.col("year") == year), smallest) for year in inventory.years}
    merged, seen = without_small_groups(inventory, groups), shown_rows(rows, groups)
    months, mix = flights.months(inventory, activities), flights.mix(inventory)
    routes, whole = flights.routes(inventory), cuts(inventory)
    together = any(one.merged for one in groups.values())
    full = View(whole, mix, flights.units(inventory, rows), routes, months)
    shown = View(
        cuts=protected(
            without_few_kinds(
                hidden_cuts(cuts(merged) if together else whole, whole, seen, smallest), rows, smallest
            ),
            merged,
        ),
        mix=flights.mix_shown(mix, inventory, activities, smallest),
        units=flights.units(merged, seen),
        routes=flights.routes_shown(routes, activities, smallest),
        months=flights.months_shown(months, activities, smallest),
    )
    tables = {
        f"{name}-{one.name}": getattr(view, one.name)
        for name, view in ((FULL, full), (SHOWN, shown))
        for one in fields(View)
    }
    cells = {
        f"{name}-cells-{year}": one.cells.filter(pl.col("year") == year)
        for name, one in ((FULL, inventory), (SHOWN, merged))
        for year in inventory.years
    }
    return tables, cells


def _about(computed: Computed, now: State, smallest: int) -> Mapping[str, Any]:
    workspace, ledger = computed.workspace, computed.taken.ledger
    about = About(
        key=now.key,
        parts=now.parts,
        computed_at=act().at,
        ledger_commit=ledger.commit,
        ledger_at=ledger.commits[-1].at if ledger.commits else None,
        method=__version__,
        form=form(),
        organisation=workspace.organisation,
        acronym=workspace.acronym,
        language=workspace.language,
        years=computed.inventory.years,
        target=computed.target,
        smallest_group=smallest,
        rules=as_data(workspace.book),
        uncertainty=as_data(workspace.uncertainty),
        spellings=computed.taken.spellings,
    )
    told = asdict(about)
    return {**told, **{name: told[name] and told[name].isoformat() for name in ("computed_at", "ledger_at")}}
