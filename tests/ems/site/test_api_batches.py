"""Loading a file over the API: what becomes of it, who may, what the log and the pages learn of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from saleve.ems.audit_log.models import Entry
from saleve.ems.jobs.models import Job
from saleve.ems.jobs.running import run_job
from saleve.ems.people.permissions import Role

BILL = b"Site,Start,End,kWh\nHill,2024-01-01,2024-01-31,1200\n"


def send(client, content: bytes = BILL, category: str = "electricity"):
    file = SimpleUploadedFile("bill.csv", content)
    return client.post("/api/batches", {"file": file, "category": category})


@pytest.fixture
def coordinator(as_person):
    return as_person(Role.COORDINATOR)


def test_a_file_becomes_a_batch_in_the_name_of_who_sent_it(coordinator):
    answer = send(coordinator, BILL.replace(b"1200", b"1201"))
    assert (answer.status_code, answer.json()["status"]) == (201, "committed")
    [told] = [
        one
        for one in coordinator.get("/api/batches").json()["items"]
        if one["batch"] == answer.json()["batch"]
    ]
    assert (told["rows"], told["loaded_by"]) == (1, "coordinator@example.org")


def test_a_load_is_in_the_audit_log_and_has_the_figures_computed(coordinator):
    batch = send(coordinator, BILL.replace(b"1200", b"1202")).json()["batch"]
    assert Entry.objects.filter(operation="load_batch", thing=batch).count() == 1
    assert Job.objects.filter(operation="compute").count() == 1


def test_the_same_file_twice_adds_nothing_and_is_no_second_entry(coordinator):
    first, second = (send(coordinator, BILL.replace(b"1200", b"1203")) for _time in range(2))
    assert (second.status_code, second.json()["status"]) == (200, "already_loaded")
    assert second.json()["batch"] == first.json()["batch"]
    assert Entry.objects.filter(operation="load_batch").count() == 1


def test_a_file_that_is_no_table_is_refused_with_what_to_do(coordinator):
    file = SimpleUploadedFile("bill.pdf", b"%PDF-1.7")
    answer = coordinator.post("/api/batches", {"file": file, "category": "electricity"})
    assert answer.status_code == 422
    assert "bill.pdf" in answer.json()["detail"]


def test_a_focal_point_loads_the_own_category_alone(as_person):
    client = as_person(Role.FOCAL_POINT, categories={"water"})
    assert send(client).status_code == 403


def test_a_focal_point_of_a_site_loads_its_rows_and_no_others(as_person):
    client = as_person(Role.FOCAL_POINT, sites={"Hill"})
    refused = send(client, BILL.replace(b"1200", b"1204") + b"Lake,2024-01-01,2024-01-31,9\n")
    assert refused.status_code == 403
    assert "Row 3 is of the site Lake" in refused.json()["detail"]
    assert send(client, BILL.replace(b"1200", b"1205")).status_code == 201


def test_a_large_file_is_loaded_by_the_worker_and_followed_at_its_address(coordinator, monkeypatch):
    monkeypatch.setattr("saleve.ems.api.batches.LARGE_BYTES", 0)
    answer = send(coordinator, BILL.replace(b"1200", b"1204"))
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    run_job(answer.json()["job"])
    told = coordinator.get(answer.json()["address"]).json()
    assert (told["state"], told["result"]["rows"]) == ("done", 1)
    batches = coordinator.get("/api/batches").json()["items"]
    assert told["result"]["batch"] in [one["batch"] for one in batches]


def rows_of(client, batch, **asked):
    return client.get(f"/api/batches/{batch}/rows", asked)


def test_the_rows_of_a_batch_are_told_with_their_cells_and_why_one_is_rejected(coordinator):
    content = BILL.replace(b"1200", b"1205") + b"Hill,2024-02-01,2024-02-29,many\n"
    batch = send(coordinator, content).json()["batch"]
    good, bad = rows_of(coordinator, batch).json()["items"]
    assert (good["row"], good["state"], good["cells"]["amount_kwh"]) == (2, "accepted", 1205.0)
    assert (bad["row"], bad["state"]) == (3, "rejected")
    assert "many" in bad["why"]
    assert rows_of(coordinator, batch, state="rejected").json()["count"] == 1


def test_rows_of_travellers_are_told_to_the_coordinator_and_the_log_says_so(coordinator, person_with):
    content = (
        b"Ticket number,From,To,Departure date,Class,Category\n7241234567999,GVA,NBO,2024-03-01,Y,Mission\n"
    )
    batch = send(coordinator, content, "air_travel").json()["batch"]
    [row] = rows_of(coordinator, batch).json()["items"]
    assert "NBO" in str(row["cells"])
    assert Entry.objects.filter(operation="read_personal_rows", thing=batch).count() == 1
    coordinator.force_login(person_with(Role.AUDITOR))
    answer = rows_of(coordinator, batch)
    assert answer.status_code == 403
    assert "NBO" not in answer.content.decode()


def test_a_focal_point_of_another_category_does_not_see_that_a_batch_is_there(coordinator, person_with):
    batch = send(coordinator, BILL.replace(b"1200", b"1206")).json()["batch"]
    coordinator.force_login(person_with(Role.FOCAL_POINT, categories={"water"}))
    assert rows_of(coordinator, batch).status_code == 404
    assert rows_of(coordinator, "none").status_code == 404
