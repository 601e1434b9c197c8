"""What this person must do next, the most urgent first: read from what is kept, limited to the places of the person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.urls import reverse

from saleve.ems.figures import Figures
from saleve.ems.jobs.models import FAILED, INTERRUPTED, Job
from saleve.ems.people.own_places.ledger import owes
from saleve.ems.people.own_places.tables import within
from saleve.ems.people.permissions import Operation, Place, allowed
from saleve.ems.run_states import APPROVED, COMPUTED, PUBLISHED, RESTATED, REVIEWED
from saleve.ems.runs import RunRow
from saleve.ems.staging import all_staged
from saleve.ems.web.data_pages import month_span
from saleve.ems.web.frame import address_of
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.reporting.formatting import amount, long_date
from saleve.reporting.labels import label

_NAMED_REQUESTS = 3  # more are told as a number
_SOON_DAYS = 30  # before data are due


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the person should do, how urgent it is, and where."""

    text: str
    action: str = ""
    address: str = ""
    state: str = "plain"  # bad: late; watch: waits for this person


def first_steps(workspace: Workspace, person: Any) -> Iterator[Step]:
    """Yield how a workspace begins that holds no data yet; nothing for who can only wait."""
    if not workspace.sites and allowed(person, Operation.CHANGE_PLACES):
        yield Step(_("Say where the organisation works: its sites and countries."), _("Add a site"), address_of("add_site") or address_of("places"))  # fmt: skip
    if allowed(person, Operation.LOAD_DATA):
        text = _("Load a first file: tickets, bills or a table of your own. You see what was read before anything counts.")  # fmt: skip
        yield Step(text, _("Load data"), address_of("data"))
    if workspace.target is None and allowed(person, Operation.CHANGE_SETTINGS):
        yield Step(_("State the target: base year, target year and reduction."), _("Open the settings"), address_of("organisation") or address_of("settings"))  # fmt: skip
    if allowed(person, Operation.MANAGE_PEOPLE):
        yield Step(_("Invite those who hold the data: travel, facilities, each site."), _("Invite a person"), address_of("invite"))  # fmt: skip


def next_steps(
    workspace: Workspace, person: Any, kept: Figures, runs: list[RunRow], *, year: int, today: date
) -> Iterator[Step]:
    """Yield what waits for this person."""
    yield from _failed_work(person)
    yield from _decisions(person, runs)
    yield from _owed(person, kept, today)
    yield from _rejected(person, kept)
    yield from _staged(workspace, person)
    yield from _refused(person, kept)
    yield from _to_keep(person, kept, runs, year)


def _failed_work(person: Any) -> Iterator[Step]:
    """The last work of the person, where it did not come to its end."""
    last = Job.objects.filter(who=person.email).first()
    if last is not None and last.state in (FAILED, INTERRUPTED):
        place = reverse("job", kwargs={"job_id": last.pk})
        yield Step(_("Your last work was not done: {reason}").format(reason=last.sentence), _("See it"), place, "bad")  # fmt: skip


def _decisions(person: Any, runs: list[RunRow]) -> Iterator[Step]:
    """Inventories that wait for a review, an approval or their publication."""
    acts = {
        COMPUTED: (Operation.REVIEW_INVENTORY, _("The inventory of {year} is kept and waits for your review.")),
        REVIEWED: (Operation.APPROVE_INVENTORY, _("The inventory of {year} was reviewed and waits for your approval.")),
        APPROVED: (Operation.PUBLISH_INVENTORY, _("The inventory of {year} was approved and can be published.")),
    }  # fmt: skip
    for row in waiting(runs):
        operation, text = acts[row.state]
        if allowed(person, operation):
            place = address_of("runs")
            yield Step(text.format(year=row.run.year), _("Open the inventory"), place, "watch")


def waiting(runs: Iterable[RunRow]) -> list[RunRow]:
    """Return of each year the newest run, where somebody has to decide about it; the newest year first."""
    newest = {row.run.year: row for row in runs if row.state not in ("", RESTATED)}
    return [row for _year, row in sorted(newest.items(), reverse=True) if row.state != PUBLISHED]


def _owed(person: Any, kept: Figures, today: date) -> Iterator[Step]:
    """Data that lack: those of the places of the person, all for who asks for them."""
    due = kept.due(today).filter(pl.col("due").is_not_null())
    if not allowed(person, Operation.REQUEST_DATA):
        mine = [owes(person, Operation.LOAD_DATA, *row) for row in due.select("source", "site").iter_rows()]
        due = due.filter(pl.Series(mine, dtype=pl.Boolean))
    late = due.filter(pl.col("overdue_days") > 0).sort("due", "source", "site")
    soon = due.filter((pl.col("due") >= today) & ((pl.col("due") - today).dt.total_days() <= _SOON_DAYS))
    if late.height > _NAMED_REQUESTS:
        text = _("{count} requests for data are overdue; the oldest: {data}, due on {day}.")
        first = late.row(0, named=True)
        words = {"count": amount(late.height, 0), "data": _data(first), "day": long_date(first["due"])}
        yield Step(text.format(**words), _("See the requests"), address_of("requests"), "bad")
    else:
        text = _("Data are owed: {data}; due on {day}.")
        for row in late.iter_rows(named=True):
            said = text.format(data=_data(row), day=long_date(row["due"]))
            yield Step(said, _("See the requests"), address_of("requests"), "bad")
    if soon.height:
        first = soon.sort("due", "source", "site").row(0, named=True)
        text = _("{count} deliveries of data are due within {days} days; the next: {data}, on {day}.")
        words = {"count": amount(soon.height, 0), "data": _data(first), "day": long_date(first["due"])}
        said = text.format(days=_SOON_DAYS, **words)
        yield Step(said, _("See the requests"), address_of("requests"))


def _data(row: dict[str, Any]) -> str:
    words = {
        "source": label("source", row["source"]),
        "site": label("site", row["site"]),
        "months": month_span(row["first_day"], row["last_day"]),
    }
    return _("{source}, {site}, {months}").format(**words)


def _rejected(person: Any, kept: Figures) -> Iterator[Step]:
    """Rows that count nowhere until somebody corrects them, in the files that the person may see."""
    if not allowed(person, Operation.CORRECT_DATA):
        return
    found = kept.batches.filter(pl.col("rejected") > 0)
    own = found.filter(pl.col("loaded_by") == person.email)
    seen = pl.concat([within(found, person, Operation.CORRECT_DATA, source="category"), own]).unique()
    if seen.height:
        text = _("{rows} rows of {files} files were rejected and count nowhere. Correct them here, or in the file.")  # fmt: skip
        words = {
            "rows": amount(float(seen["rejected"].sum()), 0),
            "files": amount(seen["batch"].n_unique(), 0),
        }
        yield Step(text.format(**words), _("See the rows"), address_of("batches"), "watch")


def _staged(workspace: Workspace, person: Any) -> Iterator[Step]:
    """Files that the person brought and did not load."""
    if not allowed(person, Operation.LOAD_DATA):
        return
    mine = [one for one in all_staged(workspace.folder) if one.by == person.email]
    if mine:
        text = _("{count} of your files wait to be looked at and loaded; the newest: {file}.")
        said = text.format(count=amount(len(mine), 0), file=mine[0].name)
        yield Step(said, _("Look at them"), address_of("data"), "watch")


def _refused(person: Any, kept: Figures) -> Iterator[Step]:
    """Files of the folder that could not be loaded, for who looks after the folder."""
    if kept.refused.height and allowed(person, Operation.LOAD_DATA, Place()):
        first = kept.refused.row(0, named=True)
        text = _("{count} files of the folder could not be loaded. {file}: {reason}")
        said = text.format(count=amount(kept.refused.height, 0), **first)
        yield Step(said, _("Open the data"), address_of("data"), "watch")


def _to_keep(person: Any, kept: Figures, runs: list[RunRow], year: int) -> Iterator[Step]:
    """A year that has figures and that nobody kept."""
    none_kept = all(row.run.year != year for row in runs)
    known = kept.shown.total(year).kg_co2e is not None
    if none_kept and known and allowed(person, Operation.COMPUTE_INVENTORY):
        text = _("No inventory of {year} is kept. Keep it when the data are complete, so that it can be reviewed.")  # fmt: skip
        yield Step(text.format(year=year), _("Open the inventory"), address_of("runs"))
