"""Nearest known names for a name that the reference data do not hold."""

from collections.abc import Iterable

from rapidfuzz import process

from saleve.language import _
from saleve.method.problems import UnknownReferenceError

LIKENESS = 60  # of 100; below that a name is no help


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the known names most like this one, best first; none if nothing is like it."""
    found = process.extract(name, list(known), limit=limit, score_cutoff=LIKENESS)
    return [match for match, *_rest in found]


def unknown(what: str, known: Iterable[str]) -> UnknownReferenceError:
    """Return the error to raise for a name that we do not hold; ``what`` is the name as given."""
    close = nearest(what, known)
    if close:
        message = _("The reference data have no '{name}'. Did you mean {nearest}?")
        return UnknownReferenceError(message.format(name=what, nearest=", ".join(close)))
    message = _(
        "The reference data have no '{name}' and nothing like it. Check the spelling or supply your own factor."
    )
    return UnknownReferenceError(message.format(name=what))
