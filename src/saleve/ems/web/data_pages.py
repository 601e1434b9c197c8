"""What the pages of the area "Data" share: the tabs above them, and what their codes are called."""

from datetime import date

from babel.dates import format_date
from django.urls import reverse

from saleve.language import _
from saleve.reporting.formatting import locale


def tabs() -> list[tuple[str, str]]:
    """Return the pages of the area beside each other."""
    named = (
        ("data", _("Bring data")),
        ("batches", _("Batches")),
        ("requests", _("Requests")),
        ("coverage", _("Coverage")),
    )
    return [(text, reverse(name)) for name, text in named]


def row_states() -> dict[str, str]:
    """Return what the states of a row are called."""
    return {
        "accepted": _("Accepted"),
        "repaired": _("Repaired"),
        "rejected": _("Rejected"),
        "netted": _("Netted"),
    }


def batch_states() -> dict[str, str]:
    """Return what the states of a batch are called."""
    return {
        "waiting": _("Rows wait"),
        "corrected": _("Corrected"),
        "complete": _("Complete"),
        "replaced": _("Replaced"),
        "withdrawn": _("Withdrawn"),
    }


def severities() -> dict[str, str]:
    """Return what the weight of a finding is called."""
    return {"error": _("Error"), "warning": _("Warning"), "note": _("Note")}


def netted_because() -> dict[str, str]:
    """Return why a row no longer counts, for the reasons that the program itself gives; people give theirs in words."""
    return {
        "completed": _("Its corrected form counts in its place."),
        "original-gone": _("The file that it completes was withdrawn."),
        "duplicate": _("Another row says the same."),
        "superseded": _("The data came for which it stood in."),
        "refund": _("It was refunded."),
        "partial_refund": _("It was refunded in part."),
        "conjunction": _("It goes on with another ticket that says the same flights."),
        "void": _("It was voided."),
        "exchange": _("It was exchanged for another ticket."),
    }


def coverage_states() -> dict[str, str]:
    """Return what the states of a month are called."""
    return {
        "complete": _("All data are there"),
        "estimated": _("Estimates stand in"),
        "partial": _("Some days lack"),
        "missing": _("Nothing came"),
        "not expected": _("Nothing is expected"),
    }


def proxy_names() -> dict[str, str]:
    """Return what the estimates are called that stand in for data."""
    return {
        "last_year": _("The same month of last year"),
        "neighbours": _("The months around"),
        "per_person": _("Use per person of other sites"),
        "per_m2": _("Use per square metre of other sites"),
    }


def month_span(first: date, last: date) -> str:
    """Return a run of months as people say it: March 2025, or March 2025 – May 2025."""
    start, end = (str(format_date(day, "MMMM y", locale=locale())) for day in (first, last))
    return start if start == end else f"{start} – {end}"


ROW_SIGNS = {"accepted": "good", "repaired": "accent", "rejected": "bad"}
BATCH_SIGNS = {"waiting": "watch", "corrected": "accent", "complete": "good"}
SEVERITY_SIGNS = {"error": "bad", "warning": "watch"}
