"""Writing and proving the log: one chain of hashes, so that no entry can be changed, removed or slipped in unseen.

What the chain cannot see is a log cut off at its end: ``verify`` returns number and hash of the last entry, to be noted outside.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from saleve.ems.audit_log.models import Entry
from saleve.language import _

START = "0" * 64
_LOCK = 0x5A1E7E  # any number, the same for all writers of the log


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found of the chain: how many entries, the hash of the last, and the first fault in words."""

    entries: int
    last: str
    fault: str | None = None


def record(who: str, operation: str, thing: str, details: Mapping[str, Any] | None = None) -> Entry:
    """Add an entry; inside a transaction it stands or falls with the write that it tells of."""
    with transaction.atomic():
        _alone()
        before = Entry.objects.order_by("-number").first()
        entry = Entry(
            number=before.number + 1 if before else 1,
            at=timezone.now(),
            who=_text(who),
            operation=operation,
            thing=_text(thing)[:300],
            details=_plain(json.loads(json.dumps(dict(details or {}), default=str))),
            previous=before.digest if before else START,
        )
        entry.digest = digest_of(entry)
        entry.save()
    return entry


def verify(since: Proof | None = None) -> Proof:
    """Follow the chain from its first entry, or on from where an earlier proof ended; stop at the first that does not fit."""
    last, count = (since.last, since.entries) if since else (START, 0)
    for entry in Entry.objects.filter(number__gt=count).order_by("number").iterator():
        count += 1
        if entry.number != count:
            return Proof(count - 1, last, _("Entry {number} is missing.").format(number=count))
        if entry.previous != last:
            text = _("Entry {number} does not follow the entry before it.")
            return Proof(count - 1, last, text.format(number=count))
        if digest_of(entry) != entry.digest:
            text = _("Entry {number} was changed after it was written.")
            return Proof(count - 1, last, text.format(number=count))
        last = entry.digest
    return Proof(count, last)


def verify_new(window: int) -> Proof:
    """Follow the chain over the newest entries alone; the first of them is taken as it stands."""
    before = Entry.objects.order_by("-number").values_list("number", "digest")[window : window + 1]
    return verify(Proof(*before[0]) if before else None)


def digest_of(entry: Entry) -> str:
    """Return the hash of everything an entry says and of the hash before it."""
    said = [
        entry.number,
        _moment(entry.at),
        entry.who,
        entry.operation,
        entry.thing,
        entry.details,
        entry.previous,
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return what every database gives back as it was written: whole numbers as such, and no signs that one of them refuses."""
    if isinstance(value, dict):
        return {_text(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() else value if isfinite(value) else str(value)
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _alone() -> None:
    """Let one writer at a time read the last entry; SQLite does so by itself once a transaction writes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
