"""The first page: on the path or not and how sure, what moved, what this person must do next; and how an empty workspace begins."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from django.conf import settings
from offices import office

from saleve.ems import figures, staging
from saleve.ems.intake import sync_folder
from saleve.ems.jobs.models import FAILED, Job
from saleve.ems.people.permissions import Role
from saleve.ems.run_states import APPROVED, COMPUTED, PUBLISHED, REVIEWED
from saleve.ems.web import home as page
from saleve.ems.web.home_words import on_path_chance, standing
from saleve.ems.web.next_steps import next_steps, waiting
from saleve.ems.workspace import open_workspace
from saleve.language import speaking

TARGET = "[target]\nbase_year = 2023\ntarget_year = 2030\nreduction_pct = 45\n"
TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def organisation(tmp_path_factory):
    folder = office(tmp_path_factory.mktemp("home") / "office")
    path = folder / "saleve.toml"
    owners = '[[owners]]\nowner = "Buildings"\ncategories = ["electricity"]\ndue = "03-31"\n'
    path.write_text(path.read_text("utf-8") + TARGET + owners, "utf-8")
    figures.refresh(folder, today=TODAY)
    return folder


@pytest.fixture
def kept(organisation):
    return figures.read(organisation, TODAY)


@pytest.fixture
def served(organisation, tmp_path, monkeypatch):
    """Let the site be that of the organisation."""
    folder = tmp_path / "office"
    shutil.copytree(organisation, folder)
    monkeypatch.setattr(settings, "WORKSPACE", folder)
    return folder


def _shown(client) -> str:
    return client.get("/", {"year": 2024}).content.decode()


def _steps(kept, person, workspace, runs=(), today=TODAY):
    with speaking("en"):
        return [one.text for one in next_steps(workspace, person, kept, list(runs), year=2024, today=today)]


def test_a_year_below_its_path_by_more_than_its_range_is_surely_on_it(kept):
    with speaking("en"):
        found = standing(kept, 2024)
    gap = kept.positions.filter(year=2024)["gap_kg_co2e"].item()
    assert gap < 0
    assert "below the path to −45%" in found.answer
    assert ("This is sure" in found.sentences[0]) == (found.state == "good")


@pytest.mark.parametrize(
    ("low", "high", "state", "said"),
    [(90.0, 110.0, "watch", "This is not sure"), (101.0, 110.0, "bad", "This is sure"), (80.0, 99.0, "good", "This is sure")],
)  # fmt: skip
def test_how_sure_it_is_follows_from_the_range_and_the_path(low, high, state, said):
    from saleve.ems.web.home_words import _sureness

    with speaking("en"):
        found = _sureness(100.0, low, high, above=low > 100)
    assert found[0] == state
    assert found[1].startswith(said)


def test_the_first_page_answers_its_three_questions(served, as_person):
    shown = _shown(as_person(Role.READER))
    for question in ("Are we on the path?", "What moved since last year", "What to do next"):
        assert question in shown
    assert "From 2023 to 2024 emissions changed by" in shown


def test_the_first_page_names_no_traveller_and_no_small_group(served, as_person):
    shown = _shown(as_person(Role.READER))
    assert "South" not in shown
    assert "East" not in shown


def test_without_a_target_it_says_how_to_state_one(as_person, tmp_path, monkeypatch):
    folder = office(tmp_path / "office")
    figures.refresh(folder, today=TODAY)
    monkeypatch.setattr(settings, "WORKSPACE", folder)
    assert "as [target] of saleve.toml" in _shown(as_person(Role.COORDINATOR))


def test_an_empty_workspace_tells_the_coordinator_how_it_begins(as_person, empty):
    shown = as_person(Role.COORDINATOR).get("/").content.decode()
    assert "How it begins" in shown
    assert "Load a first file" in shown


def test_an_empty_workspace_asks_nothing_of_a_reader(as_person, empty):
    shown = as_person(Role.READER).get("/").content.decode()
    assert "The EMS coordinator loads the first data" in shown
    assert "Load a first file" not in shown


def test_a_table_of_the_first_page_is_given_out(served, as_person):
    answer = as_person(Role.READER).get("/", {"year": 2024, "years.as": "csv"})
    assert "Path to the target" in answer.content.decode("utf-8-sig")


def test_the_newest_run_that_is_not_published_waits(tmp_path):
    def row(year, state):
        return SimpleNamespace(run=SimpleNamespace(year=year), state=state)

    found = waiting([row(2023, COMPUTED), row(2023, PUBLISHED), row(2024, REVIEWED), row(2024, COMPUTED)])
    assert [(one.run.year, one.state) for one in found] == [(2024, COMPUTED)]


@pytest.mark.parametrize(
    ("state", "role", "said"),
    [
        (COMPUTED, Role.COORDINATOR, "waits for your review"),
        (REVIEWED, Role.APPROVER, "waits for your approval"),
        (APPROVED, Role.APPROVER, "can be published"),
    ],
)
def test_a_run_waits_for_who_decides_about_it_alone(state, role, said, kept, person_with):
    runs, nothing = [SimpleNamespace(run=SimpleNamespace(year=2024), state=state)], SimpleNamespace(folder=Path("none"))  # fmt: skip
    assert any(said in one for one in _steps(kept, person_with(role), nothing, runs))
    assert not any(said in one for one in _steps(kept, person_with(Role.READER), nothing, runs))


def _owing(kept):
    """Return the figures with one request for data that is overdue."""
    asked = {"source": "electricity", "site": "HQ", "first_day": date(2024, 1, 1), "last_day": date(2024, 3, 31), "due": date(2025, 3, 31)}  # fmt: skip
    return replace(kept, requests=pl.DataFrame([asked], schema=kept.requests.schema))


def test_data_that_are_owed_are_told_to_who_owes_them(kept, organisation, person_with):
    person = person_with(Role.FOCAL_POINT, categories={"electricity"})
    said = _steps(_owing(kept), person, open_workspace(organisation))
    assert "Data are owed: Electricity, HQ, January 2024 – March 2024; due on 31 March 2025." in said


def test_data_that_others_owe_are_told_to_nobody_else(kept, organisation, person_with):
    person = person_with(Role.FOCAL_POINT, categories={"water"})
    assert not any("owed" in one for one in _steps(_owing(kept), person, open_workspace(organisation)))


def test_a_file_that_waits_is_told_to_who_brought_it(served, kept, person_with):
    person = person_with(Role.COORDINATOR)
    staging.stage(served, "bills.csv", [b"Site,Year,kWh\nHQ,2024,1\n"], person.email)
    said = _steps(kept, person, open_workspace(served))
    assert any("bills.csv" in one for one in said)


def test_work_that_failed_is_told_until_other_work_was_done(kept, organisation, person_with):
    person = person_with(Role.COORDINATOR)
    Job.objects.create(operation="compute", who=person.email, state=FAILED, sentence="No room on the disk.")
    assert any("No room on the disk." in one for one in _steps(kept, person, open_workspace(organisation)))


def test_the_clock_of_the_page_is_that_of_today(served, as_person, monkeypatch):
    seen = []
    monkeypatch.setattr(page, "next_steps", lambda *_given, today, **_more: seen.append(today) or [])
    as_person(Role.READER).get("/", {"year": 2024})
    assert seen == [datetime.now(UTC).date()]


def test_the_mark_stands_where_browsers_look_for_it(client):
    assert client.get("/favicon.ico")["Location"].endswith("saleve/mark.svg")


def _with_change(kept, low, high, change=-40.0):
    """Return the figures with another change since the base year, and its range."""
    asked = kept.changes.with_columns(change_pct=pl.lit(change), low_pct=pl.lit(low), high_pct=pl.lit(high))
    return replace(kept, changes=asked.with_columns(since=pl.lit("base"), start_year=pl.lit(2023, pl.Int64)))


@pytest.mark.parametrize(("fall", "chance"), [(-40.0, 0.5), (-45.0, 0.025), (-35.0, 0.975)])
def test_how_likely_a_year_is_on_the_path_follows_from_the_range_of_its_change(kept, fall, chance):
    target = kept.about.target
    path = target.base_kg_co2e * (1 + fall / 100)
    assert on_path_chance(_with_change(kept, -45.0, -35.0), 2024, target, path) == pytest.approx(chance, abs=1e-6)  # fmt: skip


def test_the_probability_stands_in_a_sentence_with_what_the_path_asks(kept):
    with speaking("en"):
        told = " ".join(standing(_with_change(kept, -9.0, -3.0, -6.0), 2024).sentences)
    assert "The path asks for −6.4% since 2023." in told
    assert "on the path or below it with a probability of" in told


def test_a_base_year_that_was_stated_has_no_probability(kept):
    target = replace(kept.about.target, base_kg_co2e=kept.about.target.base_kg_co2e * 2)
    assert on_path_chance(_with_change(kept, -45.0, -35.0), 2024, target, target.base_kg_co2e) is None


@pytest.fixture
def not_computed(tmp_path, monkeypatch):
    """A workspace whose data are loaded and whose figures nobody has computed yet."""
    folder = office(tmp_path / "office")
    sync_folder(open_workspace(folder))
    monkeypatch.setattr(settings, "WORKSPACE", folder)
    return folder


@pytest.mark.parametrize("address", ["/", "/travel/", "/inventory/", "/inventory/compare/", "/places/"])
def test_loaded_data_without_figures_are_not_called_empty(as_person, not_computed, address):
    shown = as_person(Role.COORDINATOR).get(address).content.decode()
    assert "The first figures are being computed" in shown
    assert "Nothing is loaded yet" not in shown


def test_first_figures_that_could_not_be_computed_lead_to_the_work(as_person, not_computed):
    Job.objects.create(operation="compute", who="worker", state=FAILED)
    shown = as_person(Role.READER).get("/").content.decode()
    assert "The figures could not be computed" in shown
    assert 'href="/jobs/"' in shown
