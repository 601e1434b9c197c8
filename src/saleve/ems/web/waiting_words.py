"""A file that waits, in words: its state, and why the person may not load it."""

from typing import Any

from django.http import HttpRequest

from saleve.ems.jobs.models import DONE, Job
from saleve.ems.people.own_places.files import OtherPlaceError, refuse_other_places
from saleve.ems.previewing import Preview
from saleve.ems.web.jobs import shown
from saleve.language import _
from saleve.reporting.formatting import amount


def state_of(request: HttpRequest, job: Job | None, found: Preview | None) -> dict[str, Any]:
    """Return a file's state in a word, its sign, and a sentence."""
    work = shown(job) if job else {}
    if job and job.open:
        word = _("Is being loaded") if job.operation == "load" else _("Is being read")
        sign, sentence = "accent", job.sentence
    elif job and job.state != DONE:
        word, sign, sentence = work["state"], work["sign"], job.sentence
    else:
        word, sign, sentence = _read(request, found)
    return {"job": job, "work": work, "state": word, "sign": sign, "sentence": sentence}


def _read(request: HttpRequest, found: Preview | None) -> tuple[str, str, str]:
    """Return state, sign and sentence of a file on which no work is being done."""
    if found is None:
        return _("Not read yet"), "plain", ""
    if found.fault:
        return _("Needs your answer"), "watch", found.fault
    counts = {name: amount(count, 0) for name, count in {"rows": found.rows, **found.counts}.items()}
    sentence = _("{rows} rows: {accepted} accepted, {repaired} repaired, {rejected} rejected.").format(
        **counts
    )
    if refusal_of(request, found):
        return _("Not yours to load"), "bad", sentence
    if found.known:
        return _("Loaded already"), "plain", sentence
    if found.rows and found.counts["rejected"] == found.rows:
        return _("Every row is rejected"), "watch", sentence
    return _("Ready to load"), "good", sentence


def refusal_of(request: HttpRequest, found: Preview) -> str:
    """Return why the person may not load the file; empty where she may."""
    try:
        refuse_other_places(request.user, found.places)
    except OtherPlaceError as fault:
        return str(fault)
    return ""
