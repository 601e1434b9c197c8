"""Doing a job: its steps are written down as it goes, a fault is told in words, and nothing escapes to the worker."""

import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from saleve.ems.acts import acting_as
from saleve.ems.audit_log.log import record
from saleve.ems.figures import RefreshCancelledError
from saleve.ems.jobs.models import CANCELLED, DONE, FAILED, INTERRUPTED, RUNNING, WAITING, Job
from saleve.ems.jobs.work import WORK, Steps
from saleve.language import _, on_page, speaking
from saleve.method.problems import SaleveError

MOST_ATTEMPTS = 3  # our choice: work that ended its worker so often is likely the cause
_log = logging.getLogger(__name__)


class CancelledError(SaleveError):
    """The person asked to stop; what was finished before stands."""


def run_job(job_id: str) -> None:
    """Do the job unless somebody else does or it was cancelled; two tasks of one job do it once."""
    taken = Job.objects.filter(pk=job_id, state=WAITING).update(state=RUNNING, started=timezone.now())
    if not taken:
        return
    job = Job.objects.get(pk=job_id)
    job.tell(attempts=job.attempts + 1)
    with speaking(job.language), on_page(), acting_as(job.who):
        _end(job, *_outcome(job))


def give_back_lost() -> None:
    """Begin anew what a worker that is gone left behind; call it while no other worker runs. What ends workers is not tried for ever."""
    from saleve.ems.jobs.starting import enqueue_again  # noqa: PLC0415 - it needs the task, which needs this module

    for job in Job.objects.filter(state=RUNNING):
        with speaking(job.language):
            if job.attempts < MOST_ATTEMPTS:
                enqueue_again(job)
            else:
                text = _("The server stopped {count} times while this was done. Start it again; if it stops once more, tell the operator of the server.")  # fmt: skip
                job.tell(state=INTERRUPTED, sentence=text.format(count=job.attempts), ended=timezone.now())


def _outcome(job: Job) -> tuple[str, dict[str, Any]]:
    try:
        return DONE, WORK[job.operation].do(settings.WORKSPACE, _steps(job), **job.arguments)
    except (CancelledError, RefreshCancelledError) as stop:
        return CANCELLED, {"sentence": str(stop)}
    except SaleveError as fault:
        return FAILED, {"sentence": str(fault)}
    except Exception:  # noqa: BLE001 - whatever fails, the person must be told and the worker go on
        _log.exception("job %s", job.pk)
        text = _("The program failed at this. Nothing was changed halfway. Start it again; if it fails once more, tell the operator of the server.")  # fmt: skip
        return FAILED, {"sentence": text}


def _end(job: Job, state: str, result: dict[str, Any]) -> None:
    sentence = result.pop("sentence", "")
    with transaction.atomic():
        job.tell(
            state=state,
            result=result,
            sentence=sentence,
            ended=timezone.now(),
            fraction=1.0 if state == DONE else job.fraction,
        )
        record(job.who, f"{state}_{job.operation}", str(job.pk), {**result, "sentence": sentence})
    if state == DONE and WORK[job.operation].refreshes:
        from saleve.ems.jobs.starting import refresh_figures  # noqa: PLC0415 - it needs the task, which needs this module

        refresh_figures(job.who)


def _steps(job: Job) -> Steps:
    def stopped() -> bool:
        return Job.objects.filter(pk=job.pk, cancel_asked=True).exists()

    def advance(fraction: float, sentence: str) -> None:
        if stopped():
            raise CancelledError(_("Stopped. What was finished before stands."))
        job.tell(fraction=min(max(fraction, 0.0), 1.0), sentence=sentence)

    return Steps(advance, stopped)
