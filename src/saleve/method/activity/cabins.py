"""The cabin of each leg: label, else the carrier's booking letter, else the letter alone, else a counted default.

Several letters or labels in one cell (``Y/J``, ``Y,Y,J``) belong to the legs in order when there are as many of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from saleve.method.reference.booking_classes import cabin_labels, cabin_letters, carrier_letters
from saleve.method.reference.countries import folded

_BETWEEN = re.compile(r"\s*[/,;|+\-]\s*|\s+")
_BETWEEN_LABELS = re.compile(r"\s*[/,;|+]\s*")
_LETTERS_IN_A_ROW = re.compile(r"[A-Z]{2,4}")  # longer texts are fare bases, whose first letter is the class
_LETTERS_FOR_LABEL = re.compile(r"[A-Z](?:\s*[/,;|+\-]\s*[A-Z])*|[FJCWY]{2,8}")
_COMMON = frozenset("FJCWY")
UNCERTAIN = ("medium", "low")


@dataclass(frozen=True, slots=True)
class Cabin:
    """A cabin, how it was found (label, carrier_letter, letter, default) and how sure that is (high, medium, low)."""

    cabin: str
    basis: str
    confidence: str = "high"


@dataclass(frozen=True, slots=True)
class CabinsRead:
    """The cabins that one ticket names, in order of its coupons; ``unknown`` is a label we do not know."""

    cabins: tuple[Cabin, ...]
    unknown: str | None = None

    def of_coupon(self, number: int, coupons: int) -> Cabin:
        """Return the cabin of a coupon (from 1) of so many; one cabin holds for all, two halves for there and back."""
        count = len(self.cabins)
        if count == coupons:
            return self.cabins[number - 1]
        if count * 2 == coupons:
            return self.cabins[number - 1 if number <= count else coupons - number]
        return self.cabins[0]

    def fits(self, coupons: int) -> bool:
        return len(self.cabins) in (1, coupons) or len(self.cabins) * 2 == coupons


@lru_cache(maxsize=100_000)
def read_cabins(label: str | None, letters: str | None, carrier: str | None, default: str) -> CabinsRead:
    """Return the cabins that a ticket names by label and booking letters."""
    found = _from_labels(label or "")
    if found:
        return CabinsRead(found)
    unknown = (label or "").strip()
    if _LETTERS_FOR_LABEL.fullmatch(unknown) and not letters:
        letters, unknown = unknown, ""
    by_letter = _from_letters(letters or "", carrier)
    if by_letter:
        return CabinsRead(by_letter, unknown or None)
    return CabinsRead((Cabin(default, "default", "low"),), unknown or (letters or "").strip() or None)


def _from_labels(text: str) -> tuple[Cabin, ...]:
    whole = _label(text)
    if whole:
        return (Cabin(whole, "label"),)
    named = [_label(part) for part in _BETWEEN_LABELS.split(text)]
    known = [cabin for cabin in named if cabin]
    return tuple(Cabin(cabin, "label") for cabin in known) if known and len(known) == len(named) else ()


def _label(text: str) -> str | None:
    name = folded(text)
    return None if len(name) < 2 else cabin_labels().get(name)


def _from_letters(text: str, carrier: str | None) -> tuple[Cabin, ...]:
    airline = (carrier or "").strip().upper()[:2] if carrier and len(carrier.strip()) <= 3 else ""
    read = [_letter(letter, airline) for letter in _letters(text.strip().upper())]
    known = [cabin for cabin in read if cabin]
    return tuple(known) if known and len(known) == len(read) else ()


def _letters(text: str) -> Sequence[str]:
    """One letter a coupon; a fare basis such as YLXFLEX begins with its class."""
    if _LETTERS_IN_A_ROW.fullmatch(text) or set(text) <= _COMMON:
        return list(text)
    return [part[0] for part in _BETWEEN.split(text) if part and part[0].isalpha()]


def _letter(letter: str, airline: str) -> Cabin | None:
    at_carrier = carrier_letters().get((airline, letter))
    if at_carrier:
        return Cabin(at_carrier, "carrier_letter", "medium")
    known = cabin_letters().get(letter)
    return Cabin(known.cabin, "letter", known.confidence) if known else None
