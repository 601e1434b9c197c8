"""Whose the data of the ledger are: which batches and rows a person may see and change, by the places that they touch."""

from collections.abc import Collection, Iterable
from enum import Enum
from typing import Any

import polars as pl

from saleve.ems.batches import Place as Touched
from saleve.ems.people.permissions import (
    PERSONAL_CATEGORIES,
    Holder,
    Operation,
    Place,
    Scope,
    allowed,
    may_read_persons,
    scopes,
)


class Share(Enum):
    """How much of a batch a person may see."""

    WHOLE = "all rows"
    PART = "the rows of the own places"
    NOTHING = "none"


def share(person: Any, touched: Collection[Touched], loaded_by: str) -> Share:
    """Return how much of a batch a person may see; who loaded it sees it whole."""
    if not allowed(person, Operation.READ_DATA):
        return Share.NOTHING
    held = [allowed(person, Operation.READ_DATA, Place(*place)) for place in touched]
    if loaded_by == person.email or (held and all(held)) or everywhere(person, Operation.READ_DATA):
        return Share.WHOLE
    return Share.PART if any(held) else Share.NOTHING


def everywhere(person: Holder, operation: Operation) -> bool:
    """Tell whether nothing limits where the person may do this, so that no place need be looked at."""
    return any(scope.everywhere for scope in scopes(person, operation))


def sees_all_rows(person: Any, category: str, loaded_by: str) -> bool:
    """Tell whether the person may see every row of this category of a batch, wherever it belongs."""
    if not may_read_persons(person, category):
        return False
    held = _held(person, _reading(category), category)
    return loaded_by == person.email or any(not (one.units or one.sites) for one in held)


def own_rows(person: Holder, category: str) -> pl.Expr:
    """Return the condition on ``place_unit`` and ``place_site`` of the rows of a category that the person may see."""
    held = _held(person, _reading(category), category)
    return pl.any_horizontal(pl.lit(value=False), *map(_within, held))


def may_correct(person: Any, place: Place, loaded_by: str) -> bool:
    """Tell whether the person may correct a row of this place; one that names none, only in a file of their own."""
    own = loaded_by == person.email
    return any(
        all(not names or name in names or (own and name is None) for names, name in limits)
        for one in _held(person, Operation.CORRECT_DATA, str(place.category))
        for limits in [((one.units, place.unit), (one.sites, place.site))]
    )


def owes(person: Holder, operation: Operation, category: str, site: str | None) -> bool:
    """Tell whether a request for data concerns the person: requests name a category and a site, and no unit."""
    return any(not one.sites or site in one.sites for one in _held(person, operation, category))


def reads_file(person: Any, categories: Iterable[str], *, names_persons: bool) -> bool:
    """Tell whether the person may have a file as it came: one with names or of travellers is for who may read them all."""
    named = frozenset(categories)
    if not (named & PERSONAL_CATEGORIES or names_persons):
        return True
    held = [one for one in scopes(person, Operation.READ_PERSONAL_ROWS) if not (one.units or one.sites)]
    return any(not one.categories or named <= one.categories for one in held)


def _reading(category: str) -> Operation:
    return Operation.READ_PERSONAL_ROWS if category in PERSONAL_CATEGORIES else Operation.READ_DATA


def _held(person: Holder, operation: Operation, category: str) -> list[Scope]:
    return [one for one in scopes(person, operation) if not one.categories or category in one.categories]


def _within(scope: Scope) -> pl.Expr:
    limits = [("place_unit", scope.units), ("place_site", scope.sites)]
    return pl.all_horizontal(
        pl.lit(value=True),
        *(pl.col(name).is_in(sorted(names)).fill_null(value=False) for name, names in limits if names),
    )
