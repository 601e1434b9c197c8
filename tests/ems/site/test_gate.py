"""Nobody passes whom the table of permissions does not let: every address, every role."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from saleve.ems.people.gate import is_public, operation_of
from saleve.ems.people.permissions import (
    PERSONAL_CATEGORIES,
    TABLE,
    Operation,
    Place,
    Role,
    allowed,
    may_read_persons,
)

SAMPLES = {
    "person_id": 4_000_000,
    "token_id": 4_000_000,
    "secret": "none",
    "job_id": "00000000-0000-0000-0000-000000000000",
    "name": "none",
    "form": "html",
    "year": 2025,
    "run": "0123",
    "row": 2,
    "figure": "2025.total",
    "batch": "none",
    "site": "Hill",
    "factor": "none",
    "waiting": "none",
    "unit": "none",
}
STOCK = ("account_", "mfa_", "socialaccount_", "openid_connect_")


def _patterns(resolver=None):
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver) and one.app_name != "admin":
            inside = "api-1:" if one.namespace else ""
            yield from ((f"{inside}{name}" if name else "", found) for name, found in _patterns(one))
        elif isinstance(one, URLPattern):
            yield one.name or "", one


OURS = [(name, one) for name, one in _patterns() if name and not name.startswith(STOCK)]
GATED = [
    (name, one, method)
    for name, one in OURS
    if not is_public(one.callback, name)
    for method in (
        one.callback.operation if isinstance(getattr(one.callback, "operation", None), dict) else ("GET",)
    )
]
NAMELESS = [
    one for name, one in _patterns() if not name and not str(one.pattern).startswith("api")
]  # shortcuts of the library of accounts: refused


def _named(gated):
    return f"{gated[2]} {gated[0]}"


def _asked(client, name, pattern, method):
    address = reverse(name, kwargs={one: SAMPLES[one] for one in pattern.pattern.converters})
    return client.generic(method, address)


@pytest.mark.parametrize("gated", GATED, ids=_named)
def test_every_address_names_what_it_does(gated):
    name, pattern, method = gated
    assert operation_of(pattern.callback, name, method) in TABLE


@pytest.mark.parametrize("pattern", NAMELESS, ids=str)
def test_an_address_without_a_name_opens_for_nobody(pattern):
    assert not is_public(pattern.callback, None)
    assert operation_of(pattern.callback, None) is None


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("gated", GATED, ids=_named)
def test_an_address_opens_exactly_for_the_roles_of_the_table(gated, role, as_person):
    name, pattern, method = gated
    answer = _asked(as_person(role), name, pattern, method)
    permitted = role in TABLE[operation_of(pattern.callback, name, method)]
    assert (answer.status_code != 403) == permitted


@pytest.mark.parametrize("gated", GATED, ids=_named)
def test_a_stranger_is_sent_to_sign_in(gated, client):
    answer = _asked(client, *gated)
    if gated[0].startswith("api-"):
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    else:
        assert answer["Location"].startswith("/accounts/login/?next=")


def test_every_operation_has_its_line_in_the_table():
    assert set(TABLE) == set(Operation)


def test_a_focal_point_reaches_the_own_site_and_no_other(person_with):
    person = person_with(Role.FOCAL_POINT, sites={"Hill"})
    assert allowed(person, Operation.LOAD_DATA, Place(site="Hill"))
    assert not allowed(person, Operation.LOAD_DATA, Place(site="Lake"))
    assert not allowed(person, Operation.LOAD_DATA, Place())


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.COORDINATOR])
@pytest.mark.parametrize("category", sorted(PERSONAL_CATEGORIES))
def test_rows_of_travellers_are_for_the_coordinator_alone(role, category, person_with):
    assert not may_read_persons(person_with(role), category)


def test_a_focal_point_of_buildings_reads_no_travellers(person_with):
    assert not may_read_persons(person_with(Role.FOCAL_POINT, categories={"water"}), "air_travel")
