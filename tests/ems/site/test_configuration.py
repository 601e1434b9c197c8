"""What ``[site]`` of ``saleve.toml`` may say, and how the site is set by it."""

import os

import pytest
from django.db import connection

from saleve.ems.people.permissions import Role
from saleve.ems.settings import ROLES, WorkspaceError
from saleve.ems.site.configuration import database


def test_the_roles_of_the_settings_are_those_of_the_table_of_permissions():
    assert tuple(Role) == ROLES


def test_an_address_of_postgresql_is_read_part_by_part(tmp_path):
    found = database(tmp_path, "postgresql://ems%40un@db.example.org:5433/saleve")
    assert (found["USER"], found["HOST"], found["PORT"], found["NAME"]) == (
        "ems@un",
        "db.example.org",
        "5433",
        "saleve",
    )


def test_a_password_in_the_address_is_refused(tmp_path):
    with pytest.raises(WorkspaceError, match="PGPASSWORD"):
        database(tmp_path, "postgresql://saleve:secret@host/saleve")


def test_without_an_address_the_database_lies_in_the_folder(tmp_path):
    assert database(tmp_path, "")["NAME"] == tmp_path / "db.sqlite3"


def test_these_tests_run_on_the_database_that_was_asked_for():
    assert connection.vendor == os.environ.get("SALEVE_TEST_DATABASE", "sqlite")
