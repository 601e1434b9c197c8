"""Nobody passes whom the table of permissions does not let: every address, every role."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from saleve.ems.people.gate import is_public, operation_of
from saleve.ems.people.permissions import TABLE, Operation, Place, Role, allowed, may_read_persons

SAMPLES = {"person_id": 4_000_000, "token_id": 4_000_000, "secret": "none", "name": "none", "form": "html"}
STOCK = ("account_", "mfa_", "socialaccount_", "openid_connect_")


def _patterns(resolver=None):
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver) and one.app_name != "admin":
            yield from _patterns(one)
        elif isinstance(one, URLPattern):
            yield one


OURS = [one for one in _patterns() if not (one.name or "").startswith(STOCK)]
GATED = [one for one in OURS if not is_public(one.callback, one.name)]


@pytest.mark.parametrize("pattern", GATED, ids=lambda one: one.name)
def test_every_address_names_what_it_does(pattern):
    assert operation_of(pattern.callback, pattern.name) in TABLE


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("pattern", GATED, ids=lambda one: one.name)
def test_an_address_opens_exactly_for_the_roles_of_the_table(pattern, role, as_person):
    names = pattern.pattern.converters
    client = as_person(role)
    answer = client.get(reverse(pattern.name, kwargs={name: SAMPLES[name] for name in names}))
    permitted = role in TABLE[operation_of(pattern.callback, pattern.name)]
    assert (answer.status_code != 403) == permitted


@pytest.mark.parametrize("pattern", GATED, ids=lambda one: one.name)
def test_a_stranger_is_sent_to_sign_in(pattern, client):
    names = pattern.pattern.converters
    answer = client.get(reverse(pattern.name, kwargs={name: SAMPLES[name] for name in names}))
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_every_operation_has_its_line_in_the_table():
    assert set(TABLE) == set(Operation)


def test_a_focal_point_reaches_the_own_site_and_no_other(person_with):
    person = person_with(Role.FOCAL_POINT, sites={"Hill"})
    assert allowed(person, Operation.LOAD_DATA, Place(site="Hill"))
    assert not allowed(person, Operation.LOAD_DATA, Place(site="Lake"))
    assert not allowed(person, Operation.LOAD_DATA, Place())


@pytest.mark.parametrize("role", set(Role) - {Role.COORDINATOR})
def test_rows_of_travellers_are_for_the_coordinator_alone(role, person_with):
    assert not may_read_persons(person_with(role), "air_travel") or role is Role.FOCAL_POINT


def test_a_focal_point_of_buildings_reads_no_travellers(person_with):
    assert not may_read_persons(person_with(Role.FOCAL_POINT, categories={"water"}), "air_travel")
