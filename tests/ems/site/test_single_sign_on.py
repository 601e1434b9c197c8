"""Single sign-on against an issuer on loopback: it opens accounts of invited people and nothing else."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from issuer import open_issuer

from saleve.ems.audit_log.models import Entry
from saleve.ems.people import accounts
from saleve.ems.people.models import Person
from saleve.ems.people.permissions import Role

LOGIN = "/accounts/oidc/organisation/login/"


@pytest.fixture
def issuer(settings):
    with open_issuer() as one:
        provider = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**provider, "APPS": [one.settings()]}}
        settings.SITE = replace(settings.SITE, oidc_issuer=one.address)
        yield one


@pytest.fixture
def reader(person_with):
    return person_with(Role.READER)


def sign_on(client, issuer):
    """Press the button, sign in at the issuer, come back; return the answer to coming back."""
    return client.get(issuer.sign_in(client.post(LOGIN)["Location"]))


def signed_in(client):
    return "_auth_user_id" in client.session


def test_an_invited_person_signs_in(client, issuer, reader):
    assert sign_on(client, issuer)["Location"] == "/"
    assert client.get("/").wsgi_request.user == reader
    assert Entry.objects.filter(operation="sign_in", who=reader.email).count() == 1


def test_the_address_is_the_same_in_whatever_case_the_issuer_writes_it(client, issuer, reader):
    issuer.person["email"] = "Reader@Example.ORG"
    sign_on(client, issuer)
    assert client.get("/").wsgi_request.user == reader


def test_a_person_keeps_the_password_beside_the_single_sign_on(client, issuer, reader):
    reader.set_password("a long sentence of mine")
    reader.save()
    sign_on(client, issuer)
    reader.refresh_from_db()
    assert reader.check_password("a long sentence of mine")


def test_a_person_whom_nobody_invited_gets_no_account(client, issuer):
    issuer.person["email"] = "stranger@example.org"
    answer = sign_on(client, issuer)
    assert (answer.status_code, signed_in(client)) == (403, False)
    assert "invited" in answer.content.decode()
    assert not Person.objects.filter(email="stranger@example.org").exists()


def test_an_address_that_the_issuer_did_not_verify_opens_nothing(client, issuer, reader):
    issuer.person["email_verified"] = False
    assert (sign_on(client, issuer).status_code, signed_in(client)) == (403, False)


def test_a_deactivated_person_does_not_come_in(client, issuer, reader):
    sign_on(client, issuer)
    client.logout()
    accounts.deactivate(reader)
    sign_on(client, issuer)
    assert not signed_in(client)


def test_an_answer_with_another_state_is_refused(client, issuer, reader):
    back = issuer.sign_in(client.post(LOGIN)["Location"])
    answer = client.get(back.partition("&state=")[0] + "&state=0123456789abcdef")
    assert (answer.status_code, signed_in(client)) == (403, False)


def test_an_answer_to_another_browser_is_refused(client, issuer, reader):
    back = issuer.sign_in(client.post(LOGIN)["Location"])
    other = type(client)()
    assert (other.get(back).status_code, signed_in(other)) == (403, False)


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "of another question"}, {"nonce": None}, {"aud": "another site"}, {"iss": "http://127.0.0.1:9"}, {"exp": 1}, {"sub": "18"}],
    ids=lambda claims: next(iter(claims)),
)  # fmt: skip
def test_a_proof_that_is_not_for_this_very_request_is_refused(client, issuer, reader, claims):
    issuer.claims = claims
    answer = sign_on(client, issuer)
    assert (answer.status_code, signed_in(client)) == (403, False)
    assert "Nobody was signed in" in answer.content.decode()


def test_a_proof_signed_by_somebody_else_is_refused(client, issuer, reader):
    issuer.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert (sign_on(client, issuer).status_code, signed_in(client)) == (403, False)


def test_an_issuer_that_does_not_answer_is_told_in_words(client, issuer, reader):
    back = issuer.sign_in(client.post(LOGIN)["Location"])
    issuer.asked.clear()
    assert "Try again" in client.get(back).content.decode()


def test_the_page_of_signing_in_offers_it_and_lets_its_form_lead_there(client, issuer):
    answer = client.get("/accounts/login/")
    assert "Sign in with Union" in answer.content.decode()
    assert f"form-action 'self' {issuer.address};" in answer["Content-Security-Policy"]
