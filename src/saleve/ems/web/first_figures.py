"""Whether the first figures of loaded data are still to come: until then no page can say more than that."""

from saleve.ems.jobs.models import DONE, Job
from saleve.ems.web.frame import workspace
from saleve.ledger.store import Ledger

COMING, FAILED = "coming", "failed"


def first_figures() -> str:
    """Return ``coming`` while the worker computes the first figures, ``failed`` where it could not; empty where nothing is loaded."""
    last = Job.objects.filter(operation="compute").order_by("made").last()
    if last and last.open:
        return COMING
    if not Ledger.open(workspace().stores.ledger).batches:
        return ""
    return COMING if last is None or last.state == DONE else FAILED
