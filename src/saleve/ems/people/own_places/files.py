"""Whether all rows of a file lie within the places of the person who brings it, and the sentence that says which does not."""

from collections.abc import Callable, Iterable

from saleve.ems.people.permissions import Holder, Operation, Place, Scope, scopes
from saleve.ems.row_places import RowPlace, places_loaded
from saleve.language import _
from saleve.ledger.loading import Loaded
from saleve.method.problems import SaleveError
from saleve.reporting.labels import label


class OtherPlaceError(SaleveError):
    """A row lies outside the places of the person; the message names the row, its place and what to do."""


def refuse_other_places(person: Holder, places: Iterable[RowPlace]) -> None:
    """Raise ``OtherPlaceError`` at the first row that the person may not load."""
    held = scopes(person, Operation.LOAD_DATA)
    for place in places:
        if not any(one.holds(Place(place.category, place.unit, place.site)) for one in held):
            raise OtherPlaceError(_sentence(place, held))


def own_places_only(person: Holder, before: Callable[[], None] | None = None) -> Callable[[Loaded], bool]:
    """Return what loading asks before it commits; ``before`` is called first, so that work may be stopped there."""

    def confirm(loaded: Loaded) -> bool:
        if before:
            before()
        if loaded.ledger and loaded.batch:
            refuse_other_places(person, places_loaded(loaded.ledger, loaded.batch))
        return True

    return confirm


def _sentence(place: RowPlace, held: Iterable[Scope]) -> str:
    of_category = [one for one in held if not one.categories or place.category in one.categories]
    if not of_category:
        text = _(
            "The file holds rows of {category}, which you do not load. Ask the EMS coordinator to load it."
        )
        return text.format(category=label("source", place.category))
    if place.row is None:
        return _(
            "No row of the file could be read, so its place is not known. Correct the file or its columns first."
        )
    sites = {name for one in of_category for name in one.sites}
    units = {name for one in of_category for name in one.units}
    if sites and place.site not in sites:
        return _of_site(place, ", ".join(sorted(sites)))
    own = ", ".join(sorted(units))
    if place.unit is None:
        text = _(
            "Row {row} names no unit, and you load those of {own}. Say of which unit the file is, or add a column of units."
        )
        return text.format(row=place.row, own=own)
    text = _(
        "Row {row} is of the unit {unit}; you load those of {own}. Take such rows out, or ask the EMS coordinator to load the file."
    )
    return text.format(row=place.row, unit=place.unit, own=own)


def _of_site(place: RowPlace, own: str) -> str:
    if place.site is None:
        text = _(
            "Row {row} names no site, and you load those of {own}. Say of which site the file is, or add a column of sites."
        )
        return text.format(row=place.row, own=own)
    text = _(
        "Row {row} is of the site {site}; you load those of {own}. Take such rows out, or ask the EMS coordinator to load the file."
    )
    return text.format(row=place.row, site=place.site, own=own)
