"""Django with a fictional workspace of its own; only tests of this folder load it.

``SALEVE_TEST_DATABASE=postgresql pytest tests/ems/site`` runs the same tests with a PostgreSQL of their own instead of SQLite.
"""

import os
import tempfile
from pathlib import Path

import pytest
from postgresql import Server

SERVER = Server() if os.environ.get("SALEVE_TEST_DATABASE") == "postgresql" else None
_DATABASE = f'[site]\ndatabase = "{SERVER.address("saleve")}"\n\n' if SERVER else ""
_FOLDER = Path(tempfile.mkdtemp(prefix="saleve-site-"))
(_FOLDER / "saleve.toml").write_text(
    f'{_DATABASE}[organisation]\nname = "Union for Tests"\n\n[inventory]\nfirst_year = 2023\nlast_year = 2025\n\n'
    '[[sites]]\nname = "Hill"\ncountry = "Switzerland"\n\n[[sites]]\nname = "Lake"\ncountry = "Kenya"\n',
    "utf-8",
)
os.environ["SALEVE_WORKSPACE"] = str(_FOLDER)
os.environ["DJANGO_SETTINGS_MODULE"] = "saleve.ems.site.settings"

import django  # noqa: E402 - after the settings

django.setup()

from django.conf import settings as site_settings  # noqa: E402

site_settings.STORAGES = {
    **site_settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
site_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
site_settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

from django.core.cache import cache  # noqa: E402

from saleve.ems.ledgers import init_workspace  # noqa: E402
from saleve.ems.people import gate  # noqa: E402
from saleve.ems.people.accounts import Given, invite  # noqa: E402
from saleve.ems.people.limits import Limit  # noqa: E402
from saleve.ems.people.permissions import Role, Scope  # noqa: E402


@pytest.fixture(autouse=True)
def _database(db, monkeypatch):
    """Let every test of the site use the database, and begin without tries and calls that were counted before."""
    cache.clear()
    monkeypatch.setattr(gate, "CALLS", Limit())


@pytest.fixture
def person_with():
    """Return a maker of persons with one role: ``person_with(Role.AUDITOR, sites={"Hill"})``."""

    def make(role: Role, **places: set[str]):
        scope = Scope(**{name: frozenset(values) for name, values in places.items()})
        return invite(f"{role.value}@example.org", role.value, [Given(role, scope)])[0]

    return make


@pytest.fixture
def as_person(client, person_with):
    """Return a maker of signed-in clients: ``as_person(Role.COORDINATOR).get("/")``."""

    def sign_in(role: Role, **places: set[str]):
        client.force_login(person_with(role, **places))
        return client

    return sign_in


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A workspace in which nothing was ever loaded; that of the site holds what other tests brought."""
    folder = tmp_path / "empty"
    init_workspace(folder)
    monkeypatch.setattr(site_settings, "WORKSPACE", folder)
    return folder
