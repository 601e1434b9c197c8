"""Long work: who may start it, what is seen of it, how it stops and begins anew."""

import pytest
from django.core.exceptions import PermissionDenied

from saleve.ems.acts import account
from saleve.ems.audit_log.models import Entry
from saleve.ems.jobs import running
from saleve.ems.jobs.models import Job
from saleve.ems.jobs.running import MOST_ATTEMPTS, give_back_lost, run_job
from saleve.ems.jobs.starting import cancel, refresh_figures, start, start_again
from saleve.ems.jobs.work import Work
from saleve.ems.people.permissions import Operation, Role
from saleve.method.problems import SaleveError


@pytest.fixture
def work(monkeypatch):
    """Return a setter of what the work ``compute`` does."""

    def put(do, *, refreshes=False):
        one = Work(lambda: "Try", Operation.COMPUTE_INVENTORY, do, refreshes=refreshes)
        monkeypatch.setattr(running, "WORK", {"compute": one})

    return put


def _done(job):
    run_job(str(job.pk))
    job.refresh_from_db()
    return job


def test_work_is_done_in_the_name_of_who_asked(work, person_with):
    work(lambda _folder, _steps: {"who": account(), "sentence": "Ready."})
    job = _done(start("compute", person_with(Role.COORDINATOR)))
    assert (job.state, job.sentence, job.result) == ("done", "Ready.", {"who": "coordinator@example.org"})


def test_starting_and_ending_are_in_the_audit_log(work, person_with):
    work(lambda _folder, _steps: {"sentence": "Ready."})
    _done(start("compute", person_with(Role.COORDINATOR)))
    found = set(Entry.objects.values_list("operation", flat=True))
    assert {"start_compute", "done_compute"} <= found


def test_who_may_not_compute_cannot_start_it(person_with):
    with pytest.raises(PermissionDenied):
        start("compute", person_with(Role.READER))
    assert not Job.objects.exists()


def test_a_job_stops_before_its_next_step(work, person_with):
    person = person_with(Role.COORDINATOR)

    def do(_folder, steps):
        steps.next(0.1, "First.")
        cancel(Job.objects.get(), person)
        steps.next(0.2, "Second.")
        return {}

    work(do)
    job = _done(start("compute", person))
    assert (job.state, job.fraction) == ("cancelled", 0.1)


def test_a_job_that_waits_is_stopped_at_once(work, person_with):
    work(lambda _folder, _steps: pytest.fail("it ran"))
    person = person_with(Role.COORDINATOR)
    job = start("compute", person)
    cancel(job, person)
    assert _done(job).state == "cancelled"


def test_a_fault_is_told_in_its_words(work, person_with):
    def do(_folder, _steps):
        raise SaleveError("The file is gone. Bring it again.")

    work(do)
    job = _done(start("compute", person_with(Role.COORDINATOR)))
    assert (job.state, job.sentence) == ("failed", "The file is gone. Bring it again.")


def test_a_fault_of_the_program_shows_no_traceback(work, person_with):
    work(lambda _folder, _steps: 1 / 0)
    job = _done(start("compute", person_with(Role.COORDINATOR)))
    assert job.state == "failed"
    assert "division" not in job.sentence


def test_a_job_of_a_worker_that_is_gone_begins_anew(person_with):
    job = start("compute", person_with(Role.COORDINATOR))
    job.tell(state="running", attempts=1)
    give_back_lost()
    job.refresh_from_db()
    assert job.state == "waiting"


def test_a_job_that_ended_its_worker_often_is_not_tried_again(person_with):
    job = start("compute", person_with(Role.COORDINATOR))
    job.tell(state="running", attempts=MOST_ATTEMPTS)
    give_back_lost()
    job.refresh_from_db()
    assert job.state == "interrupted"
    assert "Start it again" in job.sentence


def test_figures_that_wait_to_be_computed_wait_once():
    assert refresh_figures("a") == refresh_figures("b")


def test_what_changes_data_has_the_figures_computed_anew(work, person_with):
    work(lambda _folder, _steps: {}, refreshes=True)
    _done(start("compute", person_with(Role.COORDINATOR)))
    assert Job.objects.filter(operation="compute", state="waiting").count() == 1


def test_the_page_shows_progress_and_loads_itself_again(person_with, client):
    person = person_with(Role.COORDINATOR)
    job = start("compute", person)
    job.tell(state="running", fraction=0.4, sentence="Sums are made.")
    client.force_login(person)
    answer = client.get(f"/jobs/{job.pk}/")
    assert answer["Refresh"]
    assert b"Sums are made." in answer.content
    part = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true", "HX-Target": "job"})
    assert b"<html" not in part.content
    assert b'value="40"' in part.content


def test_others_do_not_see_the_work_of_a_person(person_with, as_person):
    job = start("compute", person_with(Role.COORDINATOR))
    assert as_person(Role.READER).get(f"/jobs/{job.pk}/").status_code == 404


def test_work_that_failed_is_started_again_from_its_page(work, person_with, client):
    person = person_with(Role.COORDINATOR)
    work(lambda _folder, _steps: 1 / 0)
    job = _done(start("compute", person))
    client.force_login(person)
    client.post(f"/jobs/{job.pk}/again/")
    assert Job.objects.filter(state="waiting").count() == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_sees_the_work_of_others_cannot_stop_it(role, as_person, person_with):
    job = start("compute", person_with(Role.COORDINATOR))
    client = as_person(role)
    assert "Stop" not in client.get(f"/jobs/{job.pk}/").content.decode()
    assert client.post(f"/jobs/{job.pk}/stop/").status_code == 403
    job.refresh_from_db()
    assert not job.cancel_asked


def test_work_started_again_is_in_the_name_of_who_asks_now(person_with):
    first = person_with(Role.COORDINATOR)
    job = start("freeze", first, year=2025, by="gone@example.org", reason="")
    assert start_again(job, first).arguments["by"] == first.email
