"""Services of the management system lie below its site: the command line starts without Django, and a program can call them."""

import ast
from pathlib import Path

import pytest

import saleve.ems

ROOMS = ("site", "web", "api", "jobs", "people", "audit_log")  # of the site, decision 9
ABOVE = ("django", "allauth", "ninja", *(f"saleve.ems.{room}" for room in ROOMS))
FOLDER = Path(saleve.ems.__file__).parent
SERVICES = [path for path in sorted(FOLDER.rglob("*.py")) if path.relative_to(FOLDER).parts[0] not in ROOMS]


def _imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_service_imports_no_django_and_no_room_of_the_site(path):
    above = [name for name in _imported(path) for one in ABOVE if name == one or name.startswith(f"{one}.")]
    assert above == []


def test_all_rooms_of_the_site_are_there():
    assert {room for room in ROOMS if (FOLDER / room).is_dir()} == set(ROOMS)
