"""What the pages of the area "Data" share: the tabs above them, and what their codes are called."""

from django.urls import NoReverseMatch, reverse

from saleve.language import _


def tabs() -> list[tuple[str, str]]:
    """Return the pages of the area beside each other."""
    named = (
        ("data", _("Load")),
        ("batches", _("Batches")),
        ("requests", _("Requests")),
        ("coverage", _("Coverage")),
    )
    return [(text, address) for name, text in named if (address := _address(name))]


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


ROW_SIGNS = {"accepted": "good", "repaired": "accent", "rejected": "bad"}
BATCH_SIGNS = {"waiting": "watch", "corrected": "accent", "complete": "good"}
SEVERITY_SIGNS = {"error": "bad", "warning": "watch"}


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
