"""People, the audit log and long work from the shell, on a real workspace with the database of these tests."""

import os
import re
import subprocess
import sys
from contextlib import closing

import pytest

from conftest import SERVER

_SALEVE = [sys.executable, "-c", "from saleve.cli import main; main()"]
_BILL = "Site,Start,End,kWh\nHill,2024-01-01,2024-01-31,1200\n"
_OURS = ("SALEVE_WORKSPACE", "DJANGO_SETTINGS_MODULE")  # what the other tests say about their workspace
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in _OURS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a workspace with two people in it."""
    folder = tmp_path_factory.mktemp("workspace")
    database = f'\n[site]\ndatabase = "{SERVER.make("shell")}"\n' if SERVER else ""
    said = f'[organisation]\nname = "Union"\n\n[inventory]\nfirst_year = 2024\nlast_year = 2024\n{database}'
    (folder / "saleve.toml").write_text(
        f'{said}\n[[sites]]\nname = "Hill"\ncountry = "Switzerland"\n', "utf-8"
    )
    (folder / "bill.csv").write_text(_BILL, "utf-8")
    first = saleve("people", "invite", folder, "Ada@Example.org", "--name", "Ada", "--role", "administrator")
    assert re.search(r"http://127\.0\.0\.1:8000/invitations/\S{43}/", first.stdout), first.stderr
    saleve("people", "invite", folder, "grace@example.org", "--role", "coordinator", "--role", "approver")
    return folder


def saleve(*words):
    command = [*_SALEVE, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=_ENVIRONMENT)


def program(folder, code: str):
    """Start a few lines that use the site."""
    use = f"from pathlib import Path\nfrom saleve.ems.site.serving import connect\nconnect(Path({str(folder)!r}))\n"
    command = [sys.executable, "-c", use + code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_ENVIRONMENT)


def printed_by(folder, code: str) -> str:
    with program(folder, code) as started:
        said, _nothing = started.communicate()
    assert started.returncode == 0
    return said.strip()


def test_people_are_listed_with_their_roles(folder):
    listed = saleve("people", "list", folder).stdout
    assert re.search(r"ada@example\.org\s.*Ada\s.*administrator\s.*invited", listed)
    assert re.search(r"grace@example\.org\s.*approver, coordinator", listed)


def test_nobody_is_invited_twice(folder):
    again = saleve("people", "invite", folder, "ADA@example.org", "--role", "reader")
    assert (again.returncode, "has an account already" in again.stderr) == (1, True)


def test_a_role_that_is_none_is_told_with_those_there_are(folder):
    told = saleve("people", "invite", folder, "x@example.org", "--role", "boss").stderr
    assert "There is no role boss" in told
    assert "focal_point" in told


def test_a_new_link_opens_the_account_of_its_person(folder):
    secret = re.search(r"invitations/(\S+)/", saleve("people", "link", folder, "Ada@example.org").stdout)
    code = (
        f"from saleve.ems.people.tokens import open_link\nprint(open_link({secret.group(1)!r}).person.email)"
    )
    assert printed_by(folder, code) == "ada@example.org"


def test_entries_written_by_many_at_once_make_one_chain_that_holds(folder):
    code = "from saleve.ems.audit_log.log import record\nfor one in range(20): record('a', 'try', str(one))"
    writers = [program(folder, code) for _one in range(3)]
    assert [one.wait() for one in writers] == [0, 0, 0]
    told = saleve("verify-log", folder)
    assert told.returncode == 0
    entries = re.search(r"Entries: (\d+); hash of the last:\s+[0-9a-f]{64}", told.stdout)
    assert int(entries.group(1)) >= 60


def test_a_worker_process_does_what_waits(folder):
    code = """
import time
from saleve.ems.deliveries import Wishes
from saleve.ems.intake import load_files
from saleve.ems.jobs.models import Job
from saleve.ems.jobs.starting import refresh_figures
from saleve.ems.workspace import open_workspace
load_files(open_workspace(FOLDER), [FOLDER / "bill.csv"], Wishes(category="electricity"))
job = refresh_figures("ada@example.org")
while job.open:
    time.sleep(0.1)
    job.refresh_from_db()
print(job.state, job.attempts)
""".replace("FOLDER", f"Path({str(folder)!r})")
    said = {"SALEVE_WORKSPACE": str(folder), "DJANGO_SETTINGS_MODULE": "saleve.ems.site.settings"}
    command = [sys.executable, "-m", "saleve.ems.jobs.worker"]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, env={**_ENVIRONMENT, **said}) as worker,
        closing(worker.stdin),  # its end tells the worker that the server is gone
    ):
        assert printed_by(folder, code) == "done 1"
    assert worker.returncode == 0


def test_an_entry_changed_in_the_database_is_found(folder):
    code = "from django.db import connection\nconnection.cursor().execute(\"UPDATE audit_log_entry SET who = 'b' WHERE number = 2\")"
    printed_by(folder, code)
    found = saleve("verify-log", folder)
    assert found.returncode == 1
    assert "Entry 2 was changed" in found.stderr
