"""What a process of the server makes before anybody asks: charts of the newest year, for whoever may come."""

import shutil

import pytest
from django.conf import settings
from offices import office

from saleve.ems import figures
from saleve.ems.people.permissions import Role
from saleve.ems.site import warming
from saleve.ems.web import charts


@pytest.fixture(scope="module")
def organisation(tmp_path_factory):
    folder = office(tmp_path_factory.mktemp("warm") / "office")
    figures.refresh(folder)
    return folder


@pytest.fixture
def served(organisation, tmp_path, monkeypatch):
    folder = tmp_path / "office"
    shutil.copytree(organisation, folder)
    monkeypatch.setattr(settings, "WORKSPACE", folder)
    return folder


def test_who_comes_after_warming_waits_for_no_chart(served, as_person):
    assert warming.warm() == figures.read(served).about.key
    drawn = charts._svg.cache_info().misses
    client = as_person(Role.COORDINATOR)
    pages = [
        client.get(f"/{name}").content.decode()
        for name in ("", "inventory/", "inventory/compare/", "travel/")
    ]
    assert '<figure class="chart"' in pages[0]
    assert charts._svg.cache_info().misses == drawn


def test_pages_are_made_for_those_who_see_small_groups_and_those_who_do_not(served, monkeypatch):
    seen = []
    monkeypatch.setattr(warming, "_PAGES", {"home": lambda request: seen.append(request.user.role)})
    warming.warm()
    assert set(seen) == {Role.COORDINATOR, Role.READER}


def test_a_page_that_fails_is_told_in_the_log_and_the_others_are_made(served, monkeypatch, caplog):
    made = []
    monkeypatch.setattr(warming, "_PAGES", {"travel": lambda _request: 1 / 0, "home": made.append})
    warming.warm()
    assert len(made) == 2
    assert "The page travel could not be made beforehand." in caplog.text


def test_without_figures_there_is_nothing_to_draw(monkeypatch):
    monkeypatch.setattr(warming, "_PAGES", {"home": lambda _request: pytest.fail("no figures, no page")})
    assert warming.warm() == ""
