"""The page of all tokens: who sees it, what it says, and how an administrator withdraws one of somebody else."""

from datetime import timedelta

from django.utils import timezone

from saleve.ems.audit_log.models import Entry
from saleve.ems.people.permissions import Operation, Role
from saleve.ems.people.tokens import make_token


def test_an_auditor_sees_whose_tokens_open_what_and_cannot_withdraw_one(as_person, person_with):
    token, secret = make_token(person_with(Role.COORDINATOR), "bookings", [Operation.LOAD_DATA])
    client = as_person(Role.AUDITOR)
    page = client.get("/settings/tokens/").content.decode()
    assert "bookings" in page
    assert "Load files" in page
    assert secret not in page
    assert client.post(f"/settings/tokens/{token.pk}/withdraw/").status_code == 403


def test_an_administrator_withdraws_a_token_of_somebody(as_person, person_with, client):
    person = person_with(Role.COORDINATOR)
    token, secret = make_token(person, "bookings", [Operation.READ_FACTORS])
    administrator = as_person(Role.ADMINISTRATOR)
    assert "bookings" in administrator.get(f"/settings/people/{person.pk}/").content.decode()
    assert administrator.post(f"/settings/tokens/{token.pk}/withdraw/").status_code == 302
    administrator.logout()
    assert client.get("/api/factors", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert Entry.objects.get(operation="withdraw_token").details == {"of": person.email}


def test_a_token_that_is_over_says_so(as_person, person_with):
    make_token(person_with(Role.READER), "old", [], expires=timezone.now() - timedelta(days=1))
    answer = as_person(Role.AUDITOR).get("/settings/tokens/?tokens.as=csv").content.decode()
    assert ",Ended," in answer
