"""Cabins by what tickets say: labels and brands in six languages, booking letters by carrier, booking letters alone."""

from dataclasses import dataclass
from functools import lru_cache

from saleve.method.reference.countries import folded
from saleve.method.reference.packages import table

PACKAGE = "booking_classes"


@dataclass(frozen=True, slots=True)
class CabinLetter:
    """The cabin of a booking letter; confidence is high, medium or low."""

    cabin: str
    confidence: str


@lru_cache(maxsize=1)
def cabin_labels() -> dict[str, str]:
    """Return folded label -> cabin."""
    return {folded(label): cabin for label, cabin, _note in table(PACKAGE, "cabin_labels").iter_rows()}


@lru_cache(maxsize=1)
def cabin_letters() -> dict[str, CabinLetter]:
    """Return booking letter -> cabin at most carriers."""
    rows = table(PACKAGE, "letters").select("letter", "cabin", "confidence").iter_rows()
    return {letter: CabinLetter(cabin, confidence) for letter, cabin, confidence in rows}


@lru_cache(maxsize=1)
def carrier_letters() -> dict[tuple[str, str], str]:
    """Return (carrier, booking letter) -> cabin at that carrier; from general knowledge, hence flagged in the data."""
    rows = table(PACKAGE, "carrier_letters").select("carrier", "letter", "cabin").iter_rows()
    return {(carrier, letter): cabin for carrier, letter, cabin in rows}
