"""The life of an account, and the log that tells of it."""

import subprocess
import sys

import pytest
from django.db import connection

from saleve.ems.audit_log.log import record, verify, verify_new
from saleve.ems.audit_log.models import Entry, PermanentError
from saleve.ems.people import accounts
from saleve.ems.people.accounts import AccountError
from saleve.ems.people.permissions import Role
from saleve.ems.people.tokens import make_link, open_link


def test_the_last_administrator_stays(person_with):
    person = person_with(Role.ADMINISTRATOR)
    with pytest.raises(AccountError, match="last administrator"):
        accounts.deactivate(person)
    with pytest.raises(AccountError, match="last administrator"):
        accounts.set_roles(person, [])


def test_a_link_works_once(person_with):
    secret = make_link(person_with(Role.READER))
    accounts.choose_password(open_link(secret), "a long sentence of mine")
    assert open_link(secret) is None


def test_an_invited_person_chooses_a_password_and_signs_in(client, person_with):
    person = person_with(Role.READER)
    client.post(f"/invitations/{make_link(person)}/", {"password": "a long sentence of mine"})
    answer = client.post("/accounts/login/", {"login": person.email, "password": "a long sentence of mine"})
    assert answer["Location"] == "/"


def test_the_chain_holds_and_shows_a_change_made_below():
    record("a", "x", "y")
    record("b", "x", "y")
    assert verify().fault is None
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_log_entry SET who = 'c' WHERE number = 1")
    assert "Entry 1" in verify().fault


@pytest.mark.parametrize(
    "value", [1e22, 1e-7, 2.0, 0.1, float("nan"), "a\0b", "\ud800", [{"x": 1e300}]], ids=repr
)
def test_the_chain_holds_whatever_an_entry_tells(value):
    record("a", "x", "file\0.csv", {"value": value})
    assert verify().fault is None
    assert Entry.objects.get().thing == "file.csv"


def test_the_chain_shows_an_entry_taken_out():
    for who in "abc":
        record(who, "x", "y")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_log_entry WHERE number = 2")
    assert "Entry 2 is missing" in verify().fault


def test_the_newest_entries_are_proved_by_themselves_and_on_from_an_earlier_proof():
    for number in range(5):
        record("a@example.org", "load_batch", str(number))
    whole = verify()
    assert verify_new(2) == whole
    record("a@example.org", "load_batch", "more")
    assert verify(whole) == verify()
    assert verify(whole).entries == 6


def test_a_change_among_the_newest_entries_is_seen_without_the_older_ones():
    for number in range(5):
        record("a@example.org", "load_batch", str(number))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_log_entry SET thing = 'another' WHERE number = 5")
    assert verify_new(2).fault == "Entry 5 was changed after it was written."


def test_an_entry_cannot_be_deleted_through_the_program():
    entry = record("a", "x", "y")
    with pytest.raises(PermanentError):
        entry.delete()
    with pytest.raises(PermanentError):
        Entry.objects.all().delete()


def test_a_page_allows_nothing_from_outside(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_command_line_and_the_services_load_neither_django_nor_what_draws_charts():
    code = "import sys, saleve.cli, saleve.ems.intake, saleve.ems.runs; sys.exit(bool({'django', 'altair'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
