"""A page asks the database a few things, however many people, pieces of work, batches and entries of the log there are."""

import shutil

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from offices import office

from saleve.ems import figures
from saleve.ems.acts import acting_as
from saleve.ems.audit_log.log import record
from saleve.ems.intake import load_files
from saleve.ems.jobs.models import DONE, Job
from saleve.ems.people.accounts import Given, invite
from saleve.ems.people.permissions import Role
from saleve.ems.people.tokens import make_token
from saleve.ems.runs import freeze
from saleve.ems.workspace import open_workspace

MOST = 8  # session, person and roles are three of them
FEW, MANY = 3, 30
_ASIDE = ("template",)  # files that are given out


@pytest.fixture(scope="module")
def organisation(tmp_path_factory):
    folder = office(tmp_path_factory.mktemp("queries") / "office")
    figures.refresh(folder)
    for year in (2023, 2024):
        freeze(folder, year, by="test")
    return folder


@pytest.fixture
def coordinator(organisation, tmp_path, monkeypatch, client):
    """Return a client of somebody who may do everything that is no decision, in a workspace of its own."""
    folder = tmp_path / "office"
    shutil.copytree(organisation, folder)
    monkeypatch.setattr(settings, "WORKSPACE", folder)
    roles = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.AUDITOR)
    person = invite("all@example.org", "All", [Given(role) for role in roles])[0]
    client.force_login(person)
    client.person, client.folder = person, folder
    return client


def _pages():
    """Return the names of the pages whose addresses need nothing more."""
    from test_gate import OURS

    from saleve.ems.people.gate import is_public

    return sorted(
        name
        for name, one in OURS
        if not one.pattern.converters and not name.startswith("api-") and name not in _ASIDE and not is_public(one.callback, name)
    )  # fmt: skip


def _asked(client, name) -> int:
    """Return how many queries the page needs; none of a page that only takes what is sent."""
    address = reverse(name)
    if client.get(address).status_code == 405:  # it is warm now
        return 0
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def _more(client, count: int, start: int) -> None:
    for number in range(start, start + count):
        invite(f"person-{number}@example.org", f"Person {number}", [Given(Role.READER)])
        Job.objects.create(operation="compute", who=client.person.email, state=DONE)
        record(client.person.email, "load_batch", f"batch {number}")
        make_token(client.person, f"program {number}", [])
        SessionStore().save()


@pytest.mark.parametrize("name", _pages())
def test_a_page_asks_a_few_things(coordinator, name):
    assert _asked(coordinator, name) <= MOST


def test_no_page_asks_more_where_there_are_more_people_work_and_entries(coordinator):
    _more(coordinator, FEW, 0)
    few = {name: _asked(coordinator, name) for name in _pages()}
    _more(coordinator, MANY - FEW, FEW)
    assert {name: _asked(coordinator, name) for name in few} == few


@pytest.mark.parametrize("name", ["home", "data", "batches", "requests", "coverage", "inventory", "runs"])
def test_no_page_asks_more_where_there_are_more_batches(coordinator, name):
    before = _asked(coordinator, name)
    paths = [coordinator.folder.parent / f"more-{number}.csv" for number in range(MANY)]
    for number, path in enumerate(paths):
        path.write_text(f"Site,Year,kWh\nHQ,2023,{1000 + number}\n", "utf-8")
    with acting_as(coordinator.person.email):
        load_files(open_workspace(coordinator.folder), paths)
    assert _asked(coordinator, name) == before
