"""What every answer of the API is like: pages of lists, ETags, tokens with their operations, faults in words."""

import re
from pathlib import Path

import pytest
from django.test import Client

from saleve.ems.api.urls import _operations
from saleve.ems.jobs.starting import start
from saleve.ems.people.permissions import Operation, Role, programs_may
from saleve.ems.people.tokens import make_token, withdraw_token

LISTS = [
    "/api/factors",
    "/api/sites",
    "/api/requests",
    "/api/documents",
    "/api/batches",
    "/api/runs",
    "/api/jobs",
]


@pytest.fixture
def coordinator(as_person):
    return as_person(Role.COORDINATOR)


def test_a_page_says_how_many_there_are_and_where_the_next_one_is(coordinator):
    first = coordinator.get("/api/sites?limit=1").json()
    assert ([one["site"] for one in first["items"]], first["count"]) == (["Hill"], 2)
    second = coordinator.get(first["next"]).json()
    assert ([one["site"] for one in second["items"]], second["next"]) == (["Lake"], None)


def test_all_pages_together_are_the_whole_list_once(coordinator):
    address, seen = "/api/factors?source=electricity&limit=500", []
    while address:
        page = coordinator.get(address).json()
        seen += [(one["factor_id"], one["edition"], one["valid_from"]) for one in page["items"]]
        address = page["next"]
    assert len(seen) == page["count"] == len(set(seen))


@pytest.mark.parametrize("address", LISTS)
def test_a_page_has_no_more_than_a_thousand_rows(coordinator, address):
    answer = coordinator.get(f"{address}?limit=1001")
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {"where": "query.limit", "problem": "Input should be less than or equal to 1000"}
    ]


@pytest.mark.parametrize("address", LISTS)
def test_what_did_not_change_is_not_sent_again(coordinator, address):
    first = coordinator.get(address)
    again = coordinator.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "private, no-cache"


def test_what_changed_is_sent_again(coordinator, person_with):
    tag = coordinator.get("/api/jobs")["ETag"]
    start("compute", coordinator.get("/api/jobs").wsgi_request.user)
    assert coordinator.get("/api/jobs", headers={"If-None-Match": tag}).status_code == 200


def program(person, *operations):
    token, secret = make_token(person, "bookings", operations)
    return token, Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_token_may_what_it_names_and_nothing_else_of_its_person(person_with):
    _token, client = program(person_with(Role.COORDINATOR), Operation.READ_FACTORS)
    assert client.get("/api/factors").status_code == 200
    assert client.get("/api/batches").status_code == 403


def test_a_token_never_may_more_than_its_person(person_with):
    _token, client = program(person_with(Role.READER), *Operation)
    assert client.get("/api/factors").status_code == 200
    assert client.post("/api/batches").status_code == 403


def test_a_token_that_was_withdrawn_or_is_over_opens_nothing(person_with):
    person = person_with(Role.READER)
    token, client = program(person, Operation.READ_FACTORS)
    withdraw_token(token, by=person)
    assert client.get("/api/factors").status_code == 401
    ended, other = program(person, Operation.READ_FACTORS)
    ended.expires = ended.made
    ended.save()
    assert other.get("/api/factors").status_code == 401


def test_a_token_opens_no_page(person_with):
    _token, client = program(person_with(Role.ADMINISTRATOR), *Operation)
    assert client.get("/settings/people/")["Location"].startswith("/accounts/login/")


def test_a_program_follows_its_long_work(coordinator, person_with):
    job = start("compute", coordinator.get("/api/jobs").wsgi_request.user)
    job.tell(state="running", fraction=0.4, sentence="Sums are made.")
    [one] = coordinator.get("/api/jobs").json()["items"]
    assert coordinator.get(one["address"]).json()["sentence"] == "Sums are made."


def test_long_work_of_others_is_not_told(coordinator, person_with):
    job = start("compute", coordinator.get("/api/jobs").wsgi_request.user)
    _token, other = program(person_with(Role.AUDITOR), *Operation)
    assert other.get(f"/api/jobs/{job.pk}").status_code == 404


@pytest.mark.parametrize("address", ["/api/nothing", "/api/jobs/none", "/api/runs/2024/none/cells"])
def test_an_address_without_anything_says_so_in_json(coordinator, address):
    answer = coordinator.get(address)
    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_the_description_names_an_answer_for_every_address(coordinator):
    paths = coordinator.get("/api/openapi.json").json()["paths"]
    operations = [one for path in paths.values() for one in path.values()]
    assert {"200", "401", "403", "422", "429"} <= set.intersection(
        *(set(one["responses"]) for one in operations)
    )
    assert all(one["summary"] and one["description"] for one in operations)


def test_the_description_names_the_columns_of_lists(coordinator):
    schemas = coordinator.get("/api/openapi.json").json()["components"]["schemas"]
    assert {"kg_co2e", "factor_id", "site"} <= set(schemas["Cell"]["properties"])
    assert schemas["FactorPage"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/Factor"}


def test_the_page_about_the_api_names_every_address_and_no_other(coordinator):
    page = (Path(__file__).parents[3] / "docs/reference/api.md").read_text("utf-8")
    told = set(re.findall(r"`(GET|POST) (/api/[^`]*)`", page))
    paths = coordinator.get("/api/openapi.json").json()["paths"]
    known = {(method.upper(), address) for address, methods in paths.items() for method in methods}
    assert {(method, address.replace("{job}", "{job_id}")) for method, address in told} == known


def test_what_a_token_may_is_offered_in_words_for_every_operation_of_the_api():
    named = {operation for methods in _operations().values() for operation in methods.values()}
    assert named | {Operation.READ_PERSONAL_ROWS} == {one for one in Operation if programs_may(one)}


def test_a_token_reads_the_description_whatever_it_may(person_with):
    _token, client = program(person_with(Role.READER), Operation.READ_FACTORS)
    assert client.get("/api/openapi.json").status_code == 200
