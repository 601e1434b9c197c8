"""Rejected rows corrected on the page before their file is loaded: checked at once, carried out with the load, in the ledger for ever."""

import pytest
from django.conf import settings
from test_data import batches, bring, work

from saleve.ems import staging
from saleve.ems.audit_log.models import Entry
from saleve.ems.people.permissions import Role
from saleve.ems.workspace import open_workspace
from saleve.ledger.journal import CORRECTION
from saleve.ledger.store import Ledger

BILLS = "Site,Start,End,Electricity (kWh)\nHill,2025-01-01,2025-01-31,{hill}\nLake,2025-02-01,2025-02-28,many\nHill,2025-03-01,2025-03-31,also many\n"  # fmt: skip
TRIPS = "Ticket no,Departure date,Routing,Cabin\n91{n},2025-05-05,GVA-JFK-GVA,Business\n92{n},2025-05-12,GVAA-VIE-GVA,Economy\n"
REASON = "Read off the paper bill"


@pytest.fixture(autouse=True)
def _nothing_waits():
    for one in staging.all_staged(settings.WORKSPACE):
        staging.discard(one)


def read(client, text, name="bills.csv"):
    """Bring a file, have it read, and return it."""
    bring(client, text, name)
    work("preview")
    return staging.all_staged(settings.WORKSPACE)[0]


def cells(answer, **changed):
    """Return what the form of a row sends, with other cells."""
    form = answer.context["form"]
    told = {name: form[name].value() for name in form.fields}
    return {
        name: "" if value is None else value for name, value in {**told, "reason": REASON, **changed}.items()
    }


def fix(client, staged, row, **changed):
    address = f"/data/waiting/{staged.id}/rows/{row}/"
    return client.post(address, cells(client.get(address), **changed))


def test_the_number_of_a_rejected_row_leads_to_where_it_is_corrected(as_person):
    client = as_person(Role.COORDINATOR)
    staged = read(client, BILLS.format(hill=3001))
    assert f"/data/waiting/{staged.id}/rows/3/" in client.get(f"/data/waiting/{staged.id}/").content.decode()
    page = client.get(f"/data/waiting/{staged.id}/rows/3/")
    assert [field.name for field in page.context["form"].wrong()] == ["amount_kwh"]
    assert "many" in page.content.decode()


def test_a_row_corrected_before_the_load_counts_after_it_with_its_reason(as_person):
    client = as_person(Role.COORDINATOR)
    staged = read(client, BILLS.format(hill=3002))
    assert fix(client, staged, 3, amount_kwh="812").status_code == 302
    assert "Rows corrected here: 1" in client.get(f"/data/waiting/{staged.id}/").content.decode()
    client.post(f"/data/waiting/{staged.id}/load/")
    job = work("load")
    [row] = [one for one in batches() if str(one.load.batch) == job.result["batch"]]
    assert (row.rows, row.rejected, row.repaired) == (3, 1, 1)
    assert "Corrected before the load: 1." in job.sentence
    commits = Ledger.open(open_workspace(settings.WORKSPACE).stores.ledger).commits
    [done] = [one for one in commits if one.kind == CORRECTION and one.batch == job.result["batch"]]
    assert (done.reason, done.by) == (REASON, "coordinator@example.org")
    assert Entry.objects.filter(operation="fix_row").count() == 1


def test_a_correction_that_would_be_rejected_is_refused_at_once(as_person):
    client = as_person(Role.COORDINATOR)
    staged = read(client, BILLS.format(hill=3003))
    answer = fix(client, staged, 3, amount_kwh="lots")
    assert "would be rejected" in answer.content.decode()
    assert staging.find(settings.WORKSPACE, staged.id).fixes is None


def test_a_correction_is_taken_back(as_person):
    client = as_person(Role.COORDINATOR)
    staged = read(client, BILLS.format(hill=3004))
    assert fix(client, staged, 3, amount_kwh="812").status_code == 302
    client.post(f"/data/waiting/{staged.id}/rows/3/unfix/", {"sheet": ""})
    assert staging.find(settings.WORKSPACE, staged.id).fixes == []


def test_columns_read_anew_forget_what_was_corrected(as_person):
    client = as_person(Role.COORDINATOR)
    staged = read(client, BILLS.format(hill=3005))
    assert fix(client, staged, 3, amount_kwh="812").status_code == 302
    page = client.get(f"/data/waiting/{staged.id}/columns/").context["form"]
    client.post(f"/data/waiting/{staged.id}/columns/", {name: page[name].value() or "" for name in page.fields})  # fmt: skip
    assert staging.find(settings.WORKSPACE, staged.id).fixes is None


def test_a_focal_point_gives_a_row_to_no_other_site(as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    staged = read(client, BILLS.format(hill=3006).replace("Lake", "Hill"))
    answer = fix(client, staged, 3, amount_kwh="812", site="Lake")
    assert "a place that is not yours" in answer.content.decode()


def test_rows_of_travellers_are_corrected_by_those_alone_who_may_read_them(as_person):
    coordinator = as_person(Role.COORDINATOR)
    staged = read(coordinator, TRIPS.format(n=7), "trips.csv")
    address = f"/data/waiting/{staged.id}/rows/3/"
    assert coordinator.get(address).status_code == 200
    assert as_person(Role.FOCAL_POINT, categories={"electricity"}).get(address).status_code == 404


def test_an_accepted_row_has_nothing_to_correct(as_person):
    client = as_person(Role.COORDINATOR)
    staged = read(client, BILLS.format(hill=3007))
    assert client.get(f"/data/waiting/{staged.id}/rows/2/").status_code == 404
