"""What every page of a batch begins with: the batch, found for who may see it, and what stands above its content."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest
from django.urls import reverse

from saleve.ems import batches as held
from saleve.ems.acts import acting_as
from saleve.ems.audit_log.log import record
from saleve.ems.jobs.starting import refresh_figures
from saleve.ems.people.own_places.ledger import Share, everywhere, share
from saleve.ems.people.permissions import PERSONAL_CATEGORIES, Operation
from saleve.ems.web.data_pages import BATCH_SIGNS, batch_states
from saleve.ems.web.frame import workspace
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.ledger.journal import Commit
from saleve.ledger.store import Ledger
from saleve.reporting.labels import label


@dataclass(frozen=True)
class Found:
    """A batch that the person may see, and how much of it."""

    workspace: Workspace
    ledger: Ledger
    load: Commit
    share: Share

    @property
    def name(self) -> str:
        """The name of the batch."""
        return str(self.load.batch)

    @property
    def file(self) -> str:
        """The name of its file."""
        return str(self.load.account["file"])

    @property
    def categories(self) -> list[str]:
        """The categories of its rows."""
        return held.categories_of(self.load)


class ReasonForm(forms.Form):
    """Why something is done to the ledger."""

    reason = forms.CharField(max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason")
        self.fields["reason"].help_text = _("It is kept in the ledger with your name and the time.")


def find(request: HttpRequest, name: str) -> Found:
    """Return a batch that the person may see; for others it is not there."""
    place = workspace()
    ledger = held.opened(place)
    load = ledger.batches.get(name)
    if load is None:
        raise Http404
    seen = Share.WHOLE
    if not everywhere(request.user, Operation.READ_DATA):
        touched = held.places(ledger, held.site_names(place)).get(name, frozenset())
        seen = share(request.user, touched, load.by)
    if seen is Share.NOTHING:
        raise Http404
    return Found(place, ledger, load, seen)


def about(found: Found) -> dict[str, Any]:
    """Return what every page about a batch says above its content."""
    row = held.listed(found.ledger).row(by_predicate=pl.col("batch") == found.name, named=True)
    withdrawal = found.ledger.withdrawn.get(found.name)
    return {
        "area": "data",
        "batch": found.name,
        "file": found.file,
        "load": found.load,
        "whole": found.share is Share.WHOLE,
        "counts": row,
        "categories": [label("source", one) for one in found.categories],
        "state": batch_states()[row["state"]],
        "sign": BATCH_SIGNS.get(row["state"], "plain"),
        "withdrawal": withdrawal,
        "successor": found.ledger.successor(found.name),
        "trail": [(_("Batches"), reverse("batches"))],
    }


def done(
    request: HttpRequest, do: Callable[[], object], operation: str, name: str, details: dict[str, Any]
) -> None:
    """Do something to the ledger in the name of the person, write it in the log, and have the figures computed anew."""
    with acting_as(request.user.email), transaction.atomic():
        do()
        record(request.user.email, operation, name, details)
    refresh_figures(request.user.email)


def note_reading(request: HttpRequest, found: Found, category: str, rows: int) -> None:
    """Write in the log that rows of travellers were read; rows of buildings are open to who may read data."""
    if category in PERSONAL_CATEGORIES and rows:
        record(request.user.email, "read_personal_rows", found.name, {"category": category, "rows": rows})
