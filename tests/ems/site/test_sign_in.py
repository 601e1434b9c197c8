"""Signing in and out: wrong tries, forgotten passwords, how long it lasts, and forms that another site sends."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from saleve.ems.audit_log.models import Entry
from saleve.ems.people import accounts
from saleve.ems.people.accounts import AccountError
from saleve.ems.people.limits import Limit
from saleve.ems.people.permissions import Operation, Role
from saleve.ems.people.tokens import make_link, make_token

PASSWORD = "a long sentence of mine"


@pytest.fixture
def person(person_with):
    person = person_with(Role.READER)
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client, email="reader@example.org", password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_an_address_is_typed_in_any_case(client, person):
    sign_in(client, " Reader@EXAMPLE.org")
    assert signed_in(client)


def test_two_accounts_never_differ_by_case_alone(person):
    with pytest.raises(AccountError, match="account already"):
        accounts.invite("READER@example.org", "Again", [])


def test_a_wrong_password_is_noted_with_the_address_that_we_know(client, person):
    sign_in(client, password="another sentence")
    assert not signed_in(client)
    assert Entry.objects.get(operation="fail_sign_in").thing == person.email


def test_what_is_typed_instead_of_an_address_is_not_kept(client, person):
    sign_in(client, "my-secret@password.example")
    assert Entry.objects.get(operation="fail_sign_in").thing == ""


def test_the_answer_does_not_say_whether_an_address_has_an_account(client, person):
    known, unknown = sign_in(client, password="x"), sign_in(client, "nobody@example.org", "x")
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_the_sixth_wrong_password_within_five_minutes_waits(client, person):
    answers = [sign_in(client, password="wrong") for _time in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1]["Retry-After"] == "300"
    assert "Wait five minutes" in answers[-1].content.decode()


def test_the_right_password_waits_too_after_many_wrong_ones(client, person):
    for _time in range(5):
        sign_in(client, password="wrong")
    assert sign_in(client).status_code == 429
    assert not signed_in(client)


def reset(client, email):
    return client.post("/accounts/password/reset/", {"email": email})


def test_a_forgotten_password_is_chosen_anew_by_a_link_in_a_mail(client, person):
    old = Client()
    sign_in(old)
    reset(client, person.email)
    [link] = re.findall(r"/accounts/password/reset/key/\S+", mail.outbox[0].body)
    form = client.get(link)["Location"]
    client.post(form, {"password1": "an even longer sentence", "password2": "an even longer sentence"})
    sign_in(client, password="an even longer sentence")
    assert signed_in(client)
    assert old.get("/account/")["Location"].startswith("/accounts/login/")  # other sessions ended
    assert Entry.objects.filter(operation="password_reset", who=person.email).count() == 1


def test_a_link_in_a_mail_works_once(client, person):
    reset(client, person.email)
    [link] = re.findall(r"/accounts/password/reset/key/\S+", mail.outbox[0].body)
    form = client.get(link)["Location"]
    client.post(form, {"password1": "an even longer sentence", "password2": "an even longer sentence"})
    assert "token_fail" in Client().get(link).context or b"password1" not in Client().get(link).content


@pytest.mark.parametrize("email", ["nobody@example.org", "closed@example.org"])
def test_nobody_without_an_open_account_gets_mail(client, person, email):
    closed, _secret = accounts.invite("closed@example.org", "Closed", [])
    accounts.deactivate(closed)
    assert reset(client, email)["Location"] == reset(client, person.email)["Location"]
    assert [one.to for one in mail.outbox] == [[person.email]]


def test_links_are_not_asked_for_without_end(client, person):
    answers = [reset(client, person.email) for _time in range(6)]
    assert (answers[-1].status_code, answers[-1]["Retry-After"]) == (429, "300")


def test_a_deactivated_person_is_out_at_once_everywhere(client, person):
    sign_in(client)
    _token, secret = make_token(person, "bookings", [Operation.READ_FACTORS])
    link = make_link(person)
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert (client.get("/account/").status_code, program.get("/api/factors").status_code) == (200, 200)
    accounts.deactivate(person)
    assert not Session.objects.exists()
    assert client.get("/account/")["Location"].startswith("/accounts/login/")
    assert program.get("/api/factors").status_code == 401
    assert client.get(f"/invitations/{link}/").status_code == 404
    assert not signed_in(client)


def test_who_is_active_again_signs_in_but_old_tokens_stay_withdrawn(client, person):
    _token, secret = make_token(person, "bookings", [Operation.READ_FACTORS])
    accounts.deactivate(person)
    sign_in(client)
    assert not signed_in(client)
    accounts.reactivate(person)
    sign_in(client)
    assert signed_in(client)
    answer = Client().get("/api/factors", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401


def test_an_invited_person_cannot_sign_in_before_choosing_a_password(client, person_with):
    invited = person_with(Role.AUDITOR)
    for password in ("", "!", PASSWORD):
        sign_in(client, invited.email, password)
        assert not signed_in(client)


def test_a_link_ends_after_seven_days(client, person):
    link = make_link(person)
    person.links.update(expires=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/invitations/{link}/").status_code == 404


def test_a_weak_password_is_refused_with_the_reason(client, person):
    answer = client.post(f"/invitations/{make_link(person)}/", {"password": "password1234"})
    assert "too common" in str(answer.context["form"].errors["password"])


def test_a_session_ends_after_the_hours_of_the_settings(client, person, settings):
    sign_in(client)
    lasts = client.session.get_expiry_date() - timezone.now()
    assert timedelta(hours=11.9) < lasts <= timedelta(hours=settings.SITE.session_hours)
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/account/")["Location"].startswith("/accounts/login/")


def test_a_session_gets_a_new_name_at_signing_in(client, person):
    client.get("/accounts/login/")
    client.session["x"] = 1
    before = client.cookies.get("sessionid")
    sign_in(client)
    assert before is None or client.cookies["sessionid"].value != before.value


def test_no_script_reads_the_cookie_of_the_session_and_no_other_site_sends_it(client, person, settings):
    settings.SESSION_COOKIE_SECURE = True  # as with ``https = true``
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)


def _writes(resolver=None):
    """Yield every address of ours that takes a form."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from _writes(one)
        elif isinstance(one, URLPattern):
            yield one


def test_only_addresses_of_programs_take_a_form_without_its_proof():
    free = [one.name for one in _writes() if getattr(one.callback, "csrf_exempt", False)]
    programs = [
        one.name
        for one in _writes(next(one for one in get_resolver().url_patterns if str(one.pattern) == "api/"))
    ]
    assert set(free) <= set(programs)


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/logout/",
        "/account/",
        "/choices/theme/",
        "/api/batches",
    ],
)
def test_a_form_that_another_site_sends_is_refused(person, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert client.post(address, {}).status_code == 403


def test_a_program_that_calls_too_often_is_told_when_to_go_on(client, person, settings):
    settings.SITE = replace(settings.SITE, api_calls=3)
    client.force_login(person)
    answers = [client.get("/api/factors") for _time in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert "seconds" in answers[-1].json()["detail"]


def test_a_minute_later_a_program_goes_on(monkeypatch):
    limit, now = Limit(), [1_000_000.0]
    monkeypatch.setattr("saleve.ems.people.limits.time.time", lambda: now[0])
    assert [limit.wait("a", 1), limit.wait("a", 1), limit.wait("b", 1)] == [0, 20, 0]
    now[0] += 20
    assert limit.wait("a", 1) == 0
