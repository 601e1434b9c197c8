"""Starting long work, asking it to stop, and starting it once more: permission, job and audit entry in one transaction."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from saleve.ems.audit_log.log import record
from saleve.ems.jobs.models import CANCELLED, WAITING, Job
from saleve.ems.jobs.tasks import run
from saleve.ems.jobs.work import WORK
from saleve.ems.people.gate import ensure
from saleve.ems.people.models import Person
from saleve.ems.people.permissions import Place
from saleve.language import _, active_language


@transaction.atomic
def start(
    operation: str, person: Person, *, then: str = "", place: Place | None = None, **arguments: Any
) -> Job:
    """Ask for long work in the name of a person, and return its job at once; raises ``PermissionDenied``.

    ``then``: the address where the result is looked at, which may name parts of it (``/data/batches/{batch}/``).
    """
    ensure(person, WORK[operation].permission, place)
    job = _enqueue(operation, person.email, then, arguments)
    record(person.email, f"start_{operation}", str(job.pk), arguments)
    return job


@transaction.atomic
def refresh_figures(who: str) -> Job:
    """Have the figures computed anew after something moved; one that waits already does for all that moved before it."""
    waiting = Job.objects.filter(operation="compute", state=WAITING, cancel_asked=False).first()
    return waiting or _enqueue("compute", who, "", {})


@transaction.atomic
def cancel(job: Job, person: Person) -> None:
    """Ask a job to stop: one that waits ends at once, one that runs before its next step."""
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    sentence = _("Stopped before it began. Nothing was changed.")
    Job.objects.filter(pk=job.pk, state=WAITING).update(
        state=CANCELLED, sentence=sentence, ended=timezone.now()
    )
    record(person.email, f"cancel_{job.operation}", str(job.pk))


def start_again(job: Job, person: Person) -> Job:
    """Start the same work once more, in the name of who asks now."""
    given = {name: value for name, value in job.arguments.items() if name != "place"}
    if "by" in given:
        given["by"] = person.email
    return start(job.operation, person, then=job.then, **given)


def enqueue_again(job: Job) -> None:
    """Put a job back in line whose worker is gone."""
    job.tell(state=WAITING, sentence=_("The server was started anew; the work begins once more."))
    run.enqueue(str(job.pk))


def _enqueue(operation: str, who: str, then: str, arguments: dict[str, Any]) -> Job:
    job = Job.objects.create(
        operation=operation,
        who=who,
        then=then,
        arguments=arguments,
        language=active_language(),
        sentence=_("Waits for its turn."),
    )
    run.enqueue(str(job.pk))
    return job
