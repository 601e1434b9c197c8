"""Explaining a figure over the API: rows of travellers are for few, in words as in tables."""

import pytest
from django.conf import settings

from saleve.ems.audit_log.models import Entry
from saleve.ems.deliveries import Wishes
from saleve.ems.intake import load_files
from saleve.ems.people.permissions import Role
from saleve.ems.runs import freeze
from saleve.ems.workspace import open_workspace

TICKETS = "Ticket number,From,To,Departure date,Class,Category\n7241234567890,GVA,NBO,2024-03-01,Y,Mission\n"


@pytest.fixture(scope="module")
def figure(tmp_path_factory):
    file = tmp_path_factory.mktemp("tickets") / "tickets.csv"
    file.write_text(TICKETS, "utf-8")
    load_files(open_workspace(settings.WORKSPACE), [file], Wishes(category="air_travel"))
    run = freeze(settings.WORKSPACE, 2024).run.name
    return f"/api/explanations/2024.air_travel?run={run}"


def test_the_coordinator_sees_the_rows_and_the_log_says_so(as_person, figure):
    told = as_person(Role.COORDINATOR).get(figure).json()
    assert (len(told["rows"]), told["rows_withheld"]) == (told["all_rows"], False)
    assert told["rows"]
    assert Entry.objects.filter(operation="read_personal_rows", thing="2024.air_travel").count() == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.READER, Role.COMMITTEE])
def test_others_see_the_sum_and_no_row_in_words_either(as_person, figure, role):
    answer = as_person(role).get(figure)
    told = answer.json()
    assert (told["rows"], told["rows_withheld"]) == ([], True)
    assert told["total"]["kg_co2e"] > 0
    assert "NBO" not in answer.content.decode()
    assert "tickets.csv" not in answer.content.decode()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("address", ["/api/runs", "/api/runs/{run}/cells"])
def test_a_kept_inventory_is_told_to_every_role(as_person, figure, role, address):
    answer = as_person(role).get(address.format(run=figure.partition("run=")[2]))
    assert answer.status_code == 200
    assert answer.json()["count"] > 0
