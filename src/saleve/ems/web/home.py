"""Home: what the organisation has here and what the person must do next."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.views.decorators.http import require_safe

from saleve.ems.ledgers import BatchRow, list_batches
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation, allowed
from saleve.ems.runs import RunRow, list_runs
from saleve.ems.web.frame import workspace, year_of
from saleve.language import _
from saleve.reporting.formatting import amount


@dataclass(frozen=True)
class Task:
    """Something that the person should do, and where."""

    text: str
    address: str = ""
    action: str = ""


@require_safe
@needs(Operation.READ_OVERVIEW)
def home(request: HttpRequest) -> HttpResponse:
    """Show the state of the ledger and of the year's inventory, and the next steps."""
    held = workspace()
    batches = [row for row in list_batches(held) if row.withdrawal is None]
    year = year_of(request)
    runs = [row for row in list_runs(held) if row.run.year == year]
    context = {
        "area": "home",
        "counts": list(_counts(batches)),
        "runs": runs,
        "tasks": list(_tasks(request, batches, runs)),
        "sites": len(held.sites),
    }
    return render(request, "web/home.html", context)


def _counts(batches: list[BatchRow]) -> Iterator[tuple[str, str, str]]:
    """Yield label, figure and note of what the ledger holds."""
    rejected = sum(row.rejected for row in batches)
    yield _("Files loaded"), amount(len(batches), 0), ""
    yield _("Rows that count"), amount(sum(row.accepted + row.repaired for row in batches), 0), ""
    note = _("wait for a correction") if rejected else _("nothing waits for a correction")
    yield _("Rows rejected"), amount(rejected, 0), note


def _tasks(request: HttpRequest, batches: list[BatchRow], runs: list[RunRow]) -> Iterator[Task]:
    """Yield what this person can do next, the most urgent first."""
    person = request.user
    if not batches and allowed(person, Operation.LOAD_DATA):
        yield Task(
            _("Load the first file: tickets, bills or a table of your own."), _open("data"), _("Load data")
        )
    if any(row.rejected for row in batches) and allowed(person, Operation.CORRECT_DATA):
        text = _("Some rows were not loaded. Correct them or download them to correct them in the file.")
        yield Task(text, _open("data"), _("See the rows"))
    states = {row.state for row in runs}
    if "reviewed" in states and allowed(person, Operation.APPROVE_INVENTORY):
        text = _("The inventory was reviewed and waits for your approval.")
        yield Task(text, _open("inventory"), _("Open the inventory"))
    if batches and not runs and allowed(person, Operation.COMPUTE_INVENTORY):
        text = _("No inventory of this year is kept. Compute it and keep it, so that it can be reviewed.")
        yield Task(text, _open("inventory"), _("Open the inventory"))


def _open(area: str) -> str:
    try:
        return reverse(area)
    except NoReverseMatch:
        return ""


ADDRESSES = [path("", home, name="home")]
