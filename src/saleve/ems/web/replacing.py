"""The batches whose place a file that waits may take."""

from typing import Any

from django.http import HttpRequest

from saleve.ems.ledgers import BatchRow, list_batches
from saleve.ems.people.permissions import Operation, allowed
from saleve.ems.previewing import Preview
from saleve.ems.staging import Staged
from saleve.ems.web.frame import workspace
from saleve.language import _
from saleve.reporting.formatting import long_date


def sees_all(request: HttpRequest) -> bool:
    """Tell whether the person sees the files of everybody, as the coordinator does."""
    return allowed(request.user, Operation.COMPUTE_INVENTORY)


def places_in_words(request: HttpRequest, staged: Staged, found: Preview) -> list[dict[str, Any]]:
    """Return the batches whose place the file may take."""
    text = _("{file}, loaded on {day} by {who}: {rows} rows, {rejected} rejected")
    return [
        {
            "batch": str(one.load.batch),
            "text": text.format(
                file=one.load.account["file"],
                day=long_date(one.load.at.date()),
                who=one.load.by,
                rows=one.rows,
                rejected=one.rejected,
            ),
            "same": one.load.account["file"] == staged.name,
        }
        for one in replaceable(request, staged, found)
    ]


def replaceable(request: HttpRequest, staged: Staged, found: Preview) -> list[BatchRow]:
    """Return standing batches of the same name, then those of the same category whose rows wait for a correction."""
    if found.completes or found.known:
        return []
    standing = [one for one in list_batches(workspace()) if one.withdrawal is None]
    own = [one for one in standing if sees_all(request) or one.load.by == request.user.email]
    same = [one for one in own if one.load.account["file"] == staged.name]
    categories = set(found.categories)
    waits = [
        one
        for one in own
        if one.rejected
        and one not in same
        and categories & {reading["category"] for reading in one.load.account["readings"]}
    ]
    return [*reversed(same), *reversed(waits)]
