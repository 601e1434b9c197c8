"""Long work as people see it: how far it is, how it ended, stop it, start it again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from saleve.ems.jobs.models import CANCELLED, DONE, FAILED, INTERRUPTED, RUNNING, WAITING, Job
from saleve.ems.jobs.starting import cancel, start_again
from saleve.ems.jobs.work import WORK
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation, allowed
from saleve.ems.web.choices import safe_address
from saleve.language import _

_SHOWN = 50
_SIGNS = {DONE: "good", FAILED: "bad", INTERRUPTED: "bad", RUNNING: "accent"}


@require_safe
@needs(Operation.READ_OVERVIEW)
def jobs(request: HttpRequest) -> HttpResponse:
    """List the work of the person; who computes or audits sees that of everybody."""
    found = Job.objects.all() if _sees_all(request) else Job.objects.filter(who=request.user.email)
    return render(request, "web/jobs/list.html", {"jobs": [shown(job) for job in found[:_SHOWN]]})


@require_safe
@needs(Operation.READ_OVERVIEW)
def job(request: HttpRequest, job_id: str) -> HttpResponse:
    """Show one piece of work; the part that moves is asked for anew by htmx, or by loading the page again."""
    one = _found(request, job_id)
    part = request.htmx and request.htmx.target == "job"
    context = {**shown(one), "may_stop": _may_stop(request, one)}
    answer = render(request, "web/jobs/part.html" if part else "web/jobs/job.html", context)
    if not part and one.open:
        answer["Refresh"] = "5"  # without JavaScript the page loads itself again
    return answer


@require_POST
@needs(Operation.READ_OVERVIEW)
def cancel_job(request: HttpRequest, job_id: str) -> HttpResponse:
    """Ask the work to stop before its next step."""
    one = _found(request, job_id)
    if not _may_stop(request, one):
        raise PermissionDenied
    cancel(one, request.user)
    return redirect(safe_address(request, request.POST.get("next") or reverse("job", args=[job_id])))


@require_POST
@needs(Operation.READ_OVERVIEW)
def restart_job(request: HttpRequest, job_id: str) -> HttpResponse:
    """Start work that did not come to its end once more."""
    one = _found(request, job_id)
    if one.open or one.state == DONE:
        messages.info(request, _("This work needs no new start."))
        return redirect("job", job_id=job_id)
    return redirect("job", job_id=start_again(one, request.user).pk)


def _found(request: HttpRequest, job_id: str) -> Job:
    found = Job.objects.filter(pk=job_id).first()
    if found is None or not (found.who == request.user.email or _sees_all(request)):
        raise Http404
    return found


def _may_stop(request: HttpRequest, one: Job) -> bool:
    """Tell whether the person may stop the work or start it again: the own, and who computes also that of others."""
    return one.who == request.user.email or allowed(request.user, Operation.COMPUTE_INVENTORY)


def _sees_all(request: HttpRequest) -> bool:
    return allowed(request.user, Operation.COMPUTE_INVENTORY) or allowed(
        request.user, Operation.READ_AUDIT_LOG
    )


def shown(one: Job) -> dict[str, Any]:
    """Return what templates say of a job."""
    words = {
        WAITING: _("Waits"),
        RUNNING: _("Is being done"),
        DONE: _("Done"),
        FAILED: _("Not done"),
        CANCELLED: _("Stopped"),
        INTERRUPTED: _("Interrupted"),
    }
    return {
        "job": one,
        "label": WORK[one.operation].label() if one.operation in WORK else one.operation,
        "state": words[one.state],
        "sign": _SIGNS.get(one.state, "plain"),
        "percent": round(100 * one.fraction),
    }


ADDRESSES = [
    path("jobs/", jobs, name="jobs"),
    path("jobs/<uuid:job_id>/", job, name="job"),
    path("jobs/<uuid:job_id>/stop/", cancel_job, name="cancel_job"),
    path("jobs/<uuid:job_id>/again/", restart_job, name="restart_job"),
]
