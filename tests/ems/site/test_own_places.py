"""Whose rows a person may load, and the sentence that says which row is not theirs."""

import pytest

from saleve.ems.people.own_places.files import OtherPlaceError, refuse_other_places
from saleve.ems.people.permissions import Role
from saleve.ems.row_places import RowPlace


@pytest.mark.parametrize(
    ("limits", "place", "said"),
    [
        ({"categories": {"water"}}, RowPlace("electricity", None, "Hill", 2), "rows of Electricity, which you do not load"),
        ({"sites": {"Hill"}}, RowPlace("water", None, "Lake", 7), "Row 7 is of the site Lake; you load those of Hill"),
        ({"sites": {"Hill"}}, RowPlace("water", None, None, 7), "Row 7 names no site"),
        ({"sites": {"Hill"}}, RowPlace("water"), "No row of the file could be read"),
        ({"units": {"BDT"}}, RowPlace("air_travel", "TSB", None, 9), "Row 9 is of the unit TSB; you load those of BDT"),
        ({"units": {"BDT"}}, RowPlace("air_travel", None, "Hill", 9), "Row 9 names no unit"),
    ],
)  # fmt: skip
def test_the_first_row_of_another_place_is_named(person_with, limits, place, said):
    with pytest.raises(OtherPlaceError, match=said):
        refuse_other_places(person_with(Role.FOCAL_POINT, **limits), [place])


def test_rows_of_the_own_category_and_site_pass(person_with):
    person = person_with(Role.FOCAL_POINT, categories={"water"}, sites={"Hill"})
    refuse_other_places(person, [RowPlace("water", None, "Hill", 2)])


def test_the_coordinator_loads_rows_that_name_no_place(person_with):
    refuse_other_places(person_with(Role.COORDINATOR), [RowPlace("water")])


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.READER, Role.COMMITTEE, Role.APPROVER, Role.ADMINISTRATOR]
)
def test_who_loads_nothing_is_refused_every_row(person_with, role):
    with pytest.raises(OtherPlaceError):
        refuse_other_places(person_with(role), [RowPlace("water", None, "Hill", 2)])
