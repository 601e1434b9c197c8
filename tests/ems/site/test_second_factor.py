"""Codes of an app and recovery codes: set up, asked for at signing in, required of roles, never readable in the database."""

import time
from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from saleve.ems.audit_log.models import Entry
from saleve.ems.people.permissions import Role
from saleve.ems.people.tokens import make_token

PASSWORD = "a long sentence of mine"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_password(client, person, password=PASSWORD):
    person.set_password(password)
    person.save()
    return client.post("/accounts/login/", {"login": person.email, "password": password})


def set_up(client) -> str:
    """Set up the app of a signed-in person; return its secret."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer["Location"].startswith("/accounts/2fa/recovery-codes/")
    return secret


@pytest.fixture
def person(person_with):
    return person_with(Role.COORDINATOR)


@pytest.fixture
def secret(client, person, django_capture_on_commit_callbacks):
    """Return the secret of a person who has set up an app and signed out."""
    with_password(client, person)
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(client)
    client.post("/accounts/logout/")
    return secret


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_the_password_alone_does_not_sign_in_who_has_a_second_factor(client, person, secret):
    assert with_password(client, person)["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_a_code_of_the_app_signs_in(client, person, secret):
    with_password(client, person)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/"
    assert signed_in(client)


def test_a_code_works_once(client, person, secret):
    code = code_of(secret)
    for _time in range(2):
        with_password(client, person)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        was_let_in = signed_in(client)
        client.logout()
    assert not was_let_in


def test_a_wrong_code_does_not_sign_in(client, person, secret):
    with_password(client, person)
    wrong = f"{(int(code_of(secret)) + 500_000) % 1_000_000:06d}"
    client.post("/accounts/2fa/authenticate/", {"code": wrong})
    assert not signed_in(client)


def test_codes_cannot_be_tried_without_end(client, person, secret):
    with_password(client, person)
    answers = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}) for _time in range(6)]
    assert (answers[-1].status_code, answers[-1]["Retry-After"]) == (429, "300")


def test_a_recovery_code_signs_in_once(client, person, secret):
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
    with_password(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert signed_in(client)
    client.logout()
    with_password(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert not signed_in(client)


def test_the_database_alone_gives_no_secret_away(person, secret):
    kept = [str(one.data) for one in Authenticator.objects.filter(user=person)]
    assert len(kept) == 2
    assert not any(secret in one for one in kept)


def test_setting_up_a_second_factor_is_in_the_audit_log(person, secret):
    assert Entry.objects.filter(operation="totp_activated", who=person.email).count() == 1


def test_a_session_left_open_does_not_let_another_set_one_up(client, person):
    with_password(client, person)
    address = "/accounts/2fa/totp/activate/"
    assert client.get(address)["Location"].startswith("/accounts/reauthenticate/")
    assert client.post("/accounts/reauthenticate/", {"password": "another"}).status_code == 200
    assert client.get(address)["Location"].startswith("/accounts/reauthenticate/")


def test_who_lost_the_second_factor_gets_in_again_by_an_administrator(client, person, secret, person_with):
    client.force_login(person_with(Role.ADMINISTRATOR))
    assert "Forget the lost second factor" in client.get(f"/settings/people/{person.pk}/").content.decode()
    client.post(f"/settings/people/{person.pk}/factors/")
    client.logout()
    assert with_password(client, person)["Location"] == "/"
    assert Entry.objects.get(operation="forget_second_factors").who == "administrator@example.org"


def test_nobody_else_takes_the_second_factor_of_a_person_away(client, person, secret, person_with):
    client.force_login(person_with(Role.AUDITOR))
    assert client.post(f"/settings/people/{person.pk}/factors/").status_code == 403
    assert Authenticator.objects.filter(user=person, type="totp").exists()


@pytest.fixture
def required(settings):
    settings.SITE = replace(settings.SITE, second_factor=("coordinator",))


@pytest.mark.parametrize("address", ["/", "/account/", "/settings/"])
def test_a_role_that_must_have_a_second_factor_sees_nothing_before(client, person, required, address):
    with_password(client, person)
    assert client.get(address)["Location"] == "/accounts/2fa/"


def test_the_api_says_the_same_to_a_session(client, person, required):
    with_password(client, person)
    answer = client.get("/api/factors")
    assert answer.status_code == 403
    assert "second factor" in answer.json()["detail"]


def test_with_a_second_factor_the_pages_open(client, person, required):
    with_password(client, person)
    set_up(client)
    assert client.get("/account/").status_code == 200


def test_other_roles_go_on_without(client, person_with, required):
    client.force_login(person_with(Role.READER))
    assert client.get("/account/").status_code == 200


def test_a_program_goes_on_with_its_token(client, person, required):
    _token, secret = make_token(person, "bookings", [])
    answer = client.get("/api/factors", headers={"Authorization": f"Bearer {secret}"})
    assert "second factor" not in answer.json()["detail"]


def test_the_last_second_factor_stays_where_one_is_required(client, person, required):
    with_password(client, person)
    set_up(client)
    client.post("/accounts/2fa/totp/deactivate/", {})
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_where_none_is_required_it_can_be_given_up(client, person):
    with_password(client, person)
    set_up(client)
    client.post("/accounts/2fa/totp/deactivate/", {})
    assert not Authenticator.objects.filter(user=person).exists()


LIBRARY = ("Two-Factor", "Authenticator", "Security Key", "security key", "reauthenticate", "Confirm Access")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/accounts/2fa/", "Recovery codes"),
        ("/accounts/2fa/totp/activate/", "Code that the app shows"),
        ("/accounts/2fa/recovery-codes/generate/", "Make new codes"),
        ("/accounts/2fa/webauthn/", "You have no passkey"),
        ("/accounts/2fa/webauthn/add/", "Name of the passkey"),
        ("/accounts/password/change/", "Change the password"),
    ],
)
def test_pages_of_the_library_speak_as_ours_do(client, person, address, words):
    with_password(client, person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(address, follow=True).content.decode()
    assert words in page
    assert [one for one in LIBRARY if one in page] == []


def test_who_has_an_app_sees_codes_left_and_how_to_give_it_up(client, person):
    with_password(client, person)
    set_up(client)
    assert "10 of 10 left" in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "your recovery codes end too" in client.get("/accounts/2fa/totp/deactivate/").content.decode()


def test_who_must_prove_it_again_finds_every_way(client, person, secret):
    with_password(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    page = client.get("/accounts/reauthenticate/").content.decode()
    assert "Use a code of the app, or a recovery code" in page
    assert "Code that the app shows" in client.get("/accounts/2fa/reauthenticate/").content.decode()
