"""The audit log as people read it: deeds and their details in words."""

import ast
from pathlib import Path

import pytest

import saleve.ems
from saleve.ems.audit_log.log import record
from saleve.ems.people.accounts import Given, set_roles
from saleve.ems.people.permissions import Operation, Role, Scope
from saleve.ems.web.log_words import deed, details

_ROOM = Path(saleve.ems.__file__).parent


def _recorded() -> set[str]:
    """Return every operation that the program writes into the log as a literal."""
    found = set()
    for path in _ROOM.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("record", "done", "_told"):
                texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
                found |= {
                    one
                    for one in texts
                    if isinstance(one, str) and "_" in one and one.replace("_", "").isalpha()
                }
    return found


def test_every_deed_that_the_program_records_has_words():
    recorded = _recorded()
    assert {"sign_in", "invite_person", "correct_row", "publish_report"} <= recorded
    assert [one for one in sorted(recorded) if deed(one) == one.replace("_", " ")] == []


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("start_freeze", "Started: Keep an inventory"),
        ("failed_load", "Not done: Load a file"),
        (Operation.READ_PERSONAL_ROWS.value, "Read rows of travellers"),
        ("what_no_page_does", "what no page does"),
    ],
)
def test_a_deed_is_told_in_words(operation, words):
    assert deed(operation) == words


def test_details_are_names_with_their_values():
    assert (
        details({"file": "bills.csv", "bytes": 12345, "sheet": None}) == "File: bills.csv; Size: 12,345 bytes"
    )


def test_a_change_of_settings_tells_what_was_and_what_is():
    changes = [{"where": "inventory.first_year", "before": 2010, "after": None}]
    assert details({"changes": changes}) == "inventory.first_year: 2010 → nothing"


def test_the_page_tells_who_got_which_role_where(as_person, person_with):
    person = person_with(Role.READER)
    given = Given(
        Role.FOCAL_POINT, Scope(frozenset({"electricity", "water"}), frozenset(), frozenset({"Hill"}))
    )
    set_roles(person, [given])
    page = as_person(Role.AUDITOR).get("/settings/log/").content.decode()
    assert "Before: Reader; Now: Focal point (Electricity, Water, Hill)" in page
    assert "Changed roles" in page
    assert "{&quot;" not in page


def test_what_somebody_typed_cannot_become_a_part_of_the_page(as_person):
    record("a@example.org", "withdraw_batch", "x", {"reason": "<script>alert(1)</script>"})
    page = as_person(Role.AUDITOR).get("/settings/log/").content.decode()
    assert "Reason: &lt;script&gt;" in page
