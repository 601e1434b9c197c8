"""The life of an inventory in the browser: kept, reviewed by one person, approved by another, published, restated."""

import shutil

import polars as pl
import pytest
from django.test import override_settings
from offices import office

from saleve.ems import figures
from saleve.ems.audit_log.models import Entry
from saleve.ems.jobs.models import Job
from saleve.ems.jobs.running import run_job
from saleve.ems.people.accounts import Given, invite
from saleve.ems.people.permissions import Role, Scope
from saleve.ems.runs import freeze, list_runs, move, restate
from saleve.ems.workspace import open_workspace

MOVES = ("review", "approve", "publish")


@pytest.fixture(scope="module")
def kept_office(tmp_path_factory):
    folder = office(tmp_path_factory.mktemp("runs") / "office")
    figures.refresh(folder)
    freeze(folder, 2024, by="coordinator@example.org", reason="All data are there")
    return folder


@pytest.fixture
def folder(kept_office, tmp_path):
    place = shutil.copytree(kept_office, tmp_path / "office")
    with override_settings(WORKSPACE=place):
        yield place


@pytest.fixture
def address(folder):
    [row] = list_runs(open_workspace(folder))
    return f"/inventory/runs/{row.run.name}/"


def _state(folder):
    return list_runs(open_workspace(folder))[0].state


def _done_by_those_who_may(as_person, address):
    as_person(Role.COORDINATOR).post(f"{address}review/", {"reason": "Bills compared with the accounts"})
    approver = as_person(Role.APPROVER)
    for step in ("approve", "publish"):
        approver.post(f"{address}{step}/", {"reason": "Meeting of 3 March"})


def _publish(folder):
    name = list_runs(open_workspace(folder))[0].run.name
    for state in ("reviewed", "approved", "published"):
        move(open_workspace(folder), name, state, by="Chief", reason="Meeting", alone=True)


def test_keeping_is_long_work_that_ends_at_the_run(as_person, folder):
    as_person(Role.COORDINATOR).post("/inventory/keep/", {"year": "2023", "reason": "For the Council"})
    job = Job.objects.get(operation="freeze")
    run_job(str(job.pk))
    job.refresh_from_db()
    assert as_person(Role.READER).get(job.address).context["row"]["year"] == 2023


def test_a_run_goes_from_kept_to_published_by_those_who_may(as_person, folder, address):
    _done_by_those_who_may(as_person, address)
    history = [(one.state, one.by) for one in list_runs(open_workspace(folder))[0].steps[1:]]
    assert history == [
        ("reviewed", "coordinator@example.org"),
        ("approved", "approver@example.org"),
        ("published", "approver@example.org"),
    ]
    assert set(Entry.objects.values_list("operation", flat=True)) >= {
        "review_run",
        "approve_run",
        "publish_run",
    }


@pytest.mark.parametrize("step", MOVES)
@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.READER, Role.COMMITTEE, Role.FOCAL_POINT, Role.ADMINISTRATOR]
)
def test_others_see_no_button_and_are_refused(as_person, folder, address, role, step):
    client = as_person(role)
    assert client.get(address).context["moving"] is None
    assert client.post(f"{address}{step}/", {"reason": "Why not"}).status_code == 403
    assert _state(folder) == "computed"


def test_who_reviewed_an_inventory_cannot_approve_it(client, folder, address):
    both = [Given(Role.COORDINATOR, Scope()), Given(Role.APPROVER, Scope())]
    client.force_login(invite("both@example.org", "Both", both)[0])
    client.post(f"{address}review/", {"reason": "Looked at it"})
    page = client.get(address)
    answer = client.post(f"{address}approve/", {"reason": "Fine"})
    assert page.context["moving"] is None
    assert "another approver must approve it" in page.content.decode()
    assert "somebody else must approve it. Ask another approver." in answer.content.decode()
    assert _state(folder) == "reviewed"


def test_an_approval_by_who_reviewed_shows_in_the_history(as_person, folder, address):
    _publish(folder)
    assert "approved by who kept or reviewed it" in as_person(Role.AUDITOR).get(address).content.decode()


def test_a_step_without_a_reason_is_not_done(as_person, folder, address):
    answer = as_person(Role.COORDINATOR).post(f"{address}review/", {"reason": " "})
    assert "reason" in answer.context["moving"].errors
    assert _state(folder) == "computed"


def test_a_step_that_is_not_the_next_is_refused_with_what_to_do(as_person, folder, address):
    answer = as_person(Role.APPROVER).post(f"{address}publish/", {"reason": "At once"})
    assert "computed, so it cannot become published. It must be reviewed first." in answer.content.decode()
    assert _state(folder) == "computed"
    assert not Entry.objects.filter(operation="publish_run").exists()


def test_who_cannot_go_on_reads_for_whom_it_waits(as_person, address):
    answer = as_person(Role.APPROVER).get(address)
    assert "It waits for a review by: EMS coordinator." in answer.content.decode()


def test_publishing_has_the_series_of_published_totals_computed(as_person, folder, address):
    _done_by_those_who_may(as_person, address)
    assert Job.objects.filter(operation="compute").count() == 1


def test_a_published_year_is_restated_for_a_reason_of_a_kind(as_person, folder, address):
    _publish(folder)
    client = as_person(Role.COORDINATOR)
    client.post(f"{address}restate/", {"kind": "error", "reason": "A bill was counted twice"})
    arguments = Job.objects.get(operation="restate").arguments
    assert (arguments["kind"], arguments["reason"]) == ("error", "A bill was counted twice")


def test_a_restatement_says_what_it_restates_why_and_what_moves(as_person, folder):
    _publish(folder)
    before = list_runs(open_workspace(folder))[0].run.name
    (folder / "electricity.csv").write_text("Site,Year,kWh\nHQ,2023,100000\nHQ,2024,90000\n", "utf-8")
    made = restate(folder, before, kind="error", reason="A bill was missing", by="Chief")
    page = as_person(Role.AUDITOR).get(f"/inventory/runs/{made.run.name}/")
    told = page.content.decode()
    assert before in told
    assert "An error was corrected: A bill was missing" in told
    moved = page.context["before"].table.frame.filter(pl.col("difference_t") != 0)
    assert moved["source"].to_list() == ["electricity"]


def test_a_restatement_without_a_kind_starts_nothing(as_person, folder, address):
    _publish(folder)
    answer = as_person(Role.COORDINATOR).post(f"{address}restate/", {"reason": "Why"})
    assert "kind" in answer.context["restating"].errors
    assert not Job.objects.exists()


def test_what_differs_from_today_is_named_by_source(as_person, folder, address):
    (folder / "electricity.csv").write_text("Site,Year,kWh\nHQ,2023,100000\nHQ,2024,90000\n", "utf-8")
    figures.refresh(folder)
    table = as_person(Role.COORDINATOR).get(address).context["now"].table.frame
    moved = table.filter(pl.col("difference_t") != 0)
    assert moved["source"].to_list() == ["electricity"]
    assert moved["difference_t"].item() > 0


def test_the_statement_of_reconciliation_adds_up(as_person, folder, address):
    table = as_person(Role.AUDITOR).get(address).context["sums"].table.frame
    assert table.height >= 3
    assert table["difference_t"].drop_nulls().abs().max() == pytest.approx(0)


def test_a_reader_of_one_site_sees_the_history_and_no_total(as_person, folder, address):
    client = as_person(Role.READER, sites={"HQ"})
    page = client.get(address)
    assert [one["reason"] for one in page.context["history"]] == ["All data are there"]
    assert "now" not in page.context
    assert "total_t" not in [
        column.name for column in client.get("/inventory/runs/").context["table"].table.columns
    ]


def test_the_state_of_the_year_stands_beside_its_title(as_person, folder, address):
    as_person(Role.COORDINATOR).post(f"{address}review/", {"reason": "Done"})
    assert as_person(Role.READER).get("/inventory/?year=2024").context["state"] == "reviewed"


def test_two_years_are_compared_in_words_bars_and_tables(as_person, folder):
    page = as_person(Role.READER).get("/inventory/compare/?from=2023&to=2024").context
    steps = page["pages"]["bridge"].table.frame
    parts = page["pages"]["parts"].table.frame
    assert steps["effect_t"].sum() == pytest.approx(parts["difference_t"].sum(), rel=1e-9)
    assert page["sentences"][0].startswith("From 2023 to 2024 emissions fell by")


def test_a_reader_of_one_site_compares_that_site_alone(as_person, folder):
    page = as_person(Role.READER, sites={"HQ"}).get("/inventory/compare/?from=2023&to=2024").context
    assert set(page["pages"]) == {"parts"}
    assert [one.partition(" ")[0] for one in page["sentences"]] == ["HQ:"]
    assert set(page["pages"]["parts"].table.frame["name"]) == {"electricity", "fuels"}
