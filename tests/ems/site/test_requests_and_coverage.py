"""Requests and coverage as pages: what is owed and by whom, reminders, estimates that stand in, the map of months."""

import shutil
from datetime import date

import polars as pl
import pytest
from django.core import mail

from saleve.ems.audit_log.models import Entry
from saleve.ems.deliveries import Wishes
from saleve.ems.figures import refresh
from saleve.ems.intake import load_files
from saleve.ems.jobs.models import Job
from saleve.ems.jobs.running import run_job
from saleve.ems.ledgers import init_workspace
from saleve.ems.people.accounts import Given, invite
from saleve.ems.people.permissions import Role, Scope
from saleve.ems.web import owed, reminders
from saleve.ems.workspace import open_workspace

_SETTINGS = """[organisation]
name = "Union for Months"

[inventory]
first_year = 2025
last_year = 2025
sources = ["electricity"]

[[sites]]
name = "Hill"
country = "Switzerland"

[[sites]]
name = "Lake"
country = "Kenya"

[[owners]]
owner = "Facilities"
sites = ["Hill"]
due = "02-28"
"""
_BILLS = """Site,Meter,From,To,Electricity (kWh)
Hill,M1,2025-01-01,2025-03-15,20000
Hill,M1,2025-07-01,2025-12-31,55000
Lake,M2,2025-01-01,2025-11-30,8000
"""
_TODAY = date(2026, 5, 1)


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """Return a workspace of two sites whose bills have gaps, with its figures."""
    place = tmp_path_factory.mktemp("months")
    init_workspace(place)
    (place / "saleve.toml").write_text(_SETTINGS, "utf-8")
    path = place / "bills.csv"
    path.write_text(_BILLS, "utf-8")
    load_files(open_workspace(place), [path], Wishes(category="electricity"))
    refresh(place)
    return place


@pytest.fixture
def served(computed, settings, monkeypatch):
    """Let the site serve that workspace, on a day of spring."""
    settings.WORKSPACE = computed
    monkeypatch.setattr(owed, "_today", lambda: _TODAY)
    return computed


def rows(client, address: str = "/data/requests/") -> list[list[str]]:
    return [[cell.text for cell in row] for row in client.get(address).context["table"].rows]


def test_without_figures_the_pages_say_what_to_do(tmp_path, settings, as_person):
    init_workspace(tmp_path)
    settings.WORKSPACE = tmp_path
    client = as_person(Role.COORDINATOR)
    for address in ("/data/requests/", "/data/coverage/"):
        assert "is not known yet" in client.get(address).content.decode()


def test_what_lacks_is_listed_with_who_owes_it_and_since_when(served, as_person):
    found = {row[1]: row for row in rows(as_person(Role.COORDINATOR))}
    assert found["Hill"][:8] == ["Electricity", "Hill", "March 2025 – June 2025", "2025", "Facilities", "28 February 2026", "Overdue", "62"]  # fmt: skip
    assert found["Lake"][2:5] == ["December 2025", "2025", "–"]


def test_a_focal_point_sees_the_requests_of_the_own_site(served, as_person):
    assert [row[1] for row in rows(as_person(Role.FOCAL_POINT, sites={"Lake"}))] == ["Lake"]


def test_a_focal_point_of_another_category_sees_none(served, as_person):
    assert rows(as_person(Role.FOCAL_POINT, categories={"water"})) == []


def test_an_auditor_reads_requests_and_can_neither_remind_nor_fill(served, as_person):
    client = as_person(Role.AUDITOR)
    assert len(rows(client)) == 2
    assert client.get("/data/requests/remind/?owner=Facilities").status_code == 403
    assert client.get("/data/requests/fill/?source=electricity&site=Hill&year=2025").status_code == 403


def test_without_mail_the_text_is_there_to_copy(served, as_person):
    shown = as_person(Role.COORDINATOR).get("/data/requests/remind/?owner=Facilities").content.decode()
    assert "- Electricity, Hill, March 2025 – June 2025: was due on 28 February 2026" in shown
    assert 'href="mailto:?subject=Data%20for%20the%20environmental%20inventory' in shown


def test_with_mail_a_reminder_goes_to_the_focal_points_of_the_data(served, as_person, settings):
    settings.EMAIL_HOST = "mail.example.org"
    invite("hill@example.org", "Hill", [Given(Role.FOCAL_POINT, Scope(sites=frozenset({"Hill"})))])
    invite("lake@example.org", "Lake", [Given(Role.FOCAL_POINT, Scope(sites=frozenset({"Lake"})))])
    client = as_person(Role.COORDINATOR)
    address = "/data/requests/remind/?owner=Facilities"
    said = client.get(address).context["form"].initial
    assert client.post(address, said).status_code == 302
    [sent] = mail.outbox
    assert (sent.to, sent.reply_to) == (["hill@example.org"], ["coordinator@example.org"])
    assert "March 2025 – June 2025" in sent.body


def test_when_a_reminder_was_sent_is_recorded_and_shown(served, as_person, settings):
    settings.EMAIL_HOST = "mail.example.org"
    client = as_person(Role.COORDINATOR)
    address = "/data/requests/remind/?owner=Facilities"
    client.post(address, {**client.get(address).context["form"].initial, "to": "a@example.org"})
    [entry] = Entry.objects.filter(operation="send_reminder")
    assert (entry.thing, entry.details["to"]) == ("Facilities", ["a@example.org"])
    assert client.get("/data/requests/").context["owners"][0]["sent"] == entry.at


@pytest.mark.parametrize("to", ["", "nobody", "a@example.org, b@", "a@example.org\nBcc: x@example.org"])
def test_a_reminder_to_no_address_is_not_sent(served, as_person, settings, to):
    settings.EMAIL_HOST = "mail.example.org"
    client = as_person(Role.COORDINATOR)
    address = "/data/requests/remind/?owner=Facilities"
    answer = client.post(address, {**client.get(address).context["form"].initial, "to": to})
    assert answer.context["form"].errors["to"]
    assert not mail.outbox


def test_a_mail_that_cannot_be_sent_is_told_and_not_noted(served, as_person, settings, monkeypatch):
    settings.EMAIL_HOST = "mail.example.org"

    def refuse(_mail, **_given):
        raise ConnectionRefusedError

    monkeypatch.setattr(reminders.EmailMessage, "send", refuse)
    client = as_person(Role.COORDINATOR)
    address = "/data/requests/remind/?owner=Facilities"
    answer = client.post(address, {**client.get(address).context["form"].initial, "to": "a@example.org"})
    assert "could not be sent" in answer.context["form"].non_field_errors()[0]
    assert not Entry.objects.filter(operation="send_reminder").exists()


def test_an_estimate_is_offered_with_its_amount_and_error(served, as_person):
    [row] = [one for one in rows(as_person(Role.COORDINATOR)) if one[1] == "Hill"]
    assert row[8].startswith("The months around: ")
    assert "±" in row[8]


def test_an_estimate_stands_in_as_a_batch_of_its_own(computed, tmp_path, settings, as_person, monkeypatch):
    place = tmp_path / "own"  # the workspace of the other tests stays as it is
    shutil.copytree(computed, place)
    settings.WORKSPACE = place
    monkeypatch.setattr(owed, "_today", lambda: _TODAY)
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    address = "/data/requests/fill/?source=electricity&site=Hill&year=2025"
    client.post(address, {"proxy": "neighbours", "reason": "The landlord sends no bills"})
    job = Job.objects.get(operation="fill")
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.address) == ("done", f"/data/batches/{job.result['batch']}/")
    assert "The landlord sends no bills" in client.get(job.address).content.decode()


def test_a_focal_point_fills_no_gap_of_another_site(served, as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Lake"})
    assert client.get("/data/requests/fill/?source=electricity&site=Hill&year=2025").status_code == 404


def test_the_map_shades_each_month_and_says_it_in_words(served, as_person):
    answer = as_person(Role.COORDINATOR).get("/data/coverage/?year=2025")
    [(name, lines)] = answer.context["parts"]
    hill = lines[0]
    assert (name, hill.site, hill.complete, hill.expected) == ("Electricity", "Hill", 8, 12)
    assert [cell.step for cell in hill.cells[:4]] == ["full", "full", "step-2", "step-0"]
    assert hill.cells[2].words == "Hill, March 2025: Some days lack, 48% of the days"


def test_a_month_that_lacks_leads_to_its_request(served, as_person):
    client = as_person(Role.COORDINATOR)
    hill = client.get("/data/coverage/?year=2025").context["parts"][0][1][0]
    assert hill.cells[0].address == ""
    assert [row[1] for row in rows(client, hill.cells[3].address)] == ["Hill"]


def test_a_focal_point_sees_the_coverage_of_the_own_site(served, as_person):
    answer = as_person(Role.FOCAL_POINT, sites={"Lake"}).get("/data/coverage/?year=2025")
    assert [line.site for line in answer.context["parts"][0][1]] == ["Lake"]


def test_the_map_is_given_out_as_a_table(served, as_person):
    answer = as_person(Role.AUDITOR).get("/data/coverage/?year=2025&coverage.as=parquet")
    given = pl.read_parquet(answer.content)
    assert given.filter(site="Hill", month=4).select("state", "days_pct").rows() == [("missing", 0.0)]
