"""Long work over the API: what a program asked for, how far it is, how it ended."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field

from saleve.ems.api.answers import FAULTS, PageQuery, list_of, page_of
from saleve.ems.jobs.models import Job
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation

router = Router(tags=["jobs"])


class LongWork(Schema):
    """A piece of long work; ask again until ``state`` is done, failed, cancelled or interrupted."""

    job: UUID
    address: str
    operation: str
    state: str = Field(description="waiting, running, done, failed, cancelled or interrupted.")
    fraction: float
    sentence: str = Field(description="What is being done, or how it ended, in words.")
    result: dict[str, Any]
    made: datetime
    ended: datetime | None


@router.get("/jobs", response={200: list_of(LongWork), **FAULTS}, summary="List long work")
@needs(Operation.READ_OVERVIEW)
def jobs(request: HttpRequest, paging: PageQuery) -> Any:
    """Return the long work of the person, the newest first."""
    found = Job.objects.filter(who=request.user.email)
    return page_of(request, [told(job) for job in found], paging)


@router.get("/jobs/{uuid:job_id}", response={200: LongWork, **FAULTS}, summary="Read how far long work is")
@needs(Operation.READ_OVERVIEW)
def job(request: HttpRequest, job_id: UUID) -> Any:
    """Return how far a piece of long work of the person is, or how it ended."""
    found = Job.objects.filter(pk=job_id, who=request.user.email).first()
    if found is None:
        raise Http404
    return told(found)


def told(job: Job) -> dict[str, Any]:
    """Return a piece of long work as the API says it."""
    address = reverse("api-1:job", kwargs={"job_id": job.pk})
    names = ("operation", "state", "fraction", "sentence", "result", "made", "ended")
    return {"job": job.pk, "address": address, **{name: getattr(job, name) for name in names}}
