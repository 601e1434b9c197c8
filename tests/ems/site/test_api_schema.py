"""The API as its description says: made-up requests, good and bad, on a throw-away workspace (schemathesis, seeded)."""

from dataclasses import replace

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck
from schemathesis.config import SchemathesisConfig

from saleve.ems.api.urls import api
from saleve.ems.deliveries import Wishes
from saleve.ems.figures import refresh
from saleve.ems.intake import load_files
from saleve.ems.ledgers import list_batches
from saleve.ems.people.accounts import Given, invite
from saleve.ems.people.permissions import Operation, Role
from saleve.ems.people.tokens import make_token
from saleve.ems.runs import freeze
from saleve.ems.workspace import open_workspace

SETTINGS = '[organisation]\nname = "Union"\n\n[inventory]\nfirst_year = 2024\nlast_year = 2024\n'
SAID = {
    "seed": 20261130,
    "generation": {"deterministic": True, "database": "none"},  # the same requests in every run
    "checks": {
        "positive_data_acceptance": {"enabled": False},  # whether a value is there, data alone know
        "negative_data_rejection": {"enabled": False},  # parameters that nothing knows are ignored
    },
}

schema = schemathesis.openapi.from_dict(
    api.get_openapi_schema(path_prefix="/api/"),
    config=SchemathesisConfig.from_dict(SAID),
)
schema.app = get_wsgi_application()

BILL = "Site,Start,End,kWh\nHill,2024-01-01,2024-12-31,12000\n"
TICKETS = "Ticket number,From,To,Departure date,Class,Category\n7241234567890,GVA,NBO,2024-03-01,Y,Mission\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "saleve.toml").write_text(
        f'{SETTINGS}\n[[sites]]\nname = "Hill"\ncountry = "Switzerland"\n', "utf-8"
    )
    for name, text, category in (("bill", BILL, "electricity"), ("tickets", TICKETS, "air_travel")):
        (folder / f"{name}.csv").write_text(text, "utf-8")
        load_files(open_workspace(folder), [folder / f"{name}.csv"], Wishes(category=category))
    run = freeze(folder, 2024).run.name
    refresh(folder)
    batch = list_batches(open_workspace(folder))[-1].load.batch
    return folder, {"year": 2024, "run": run.partition("/")[2], "figure": "2024.air_travel", "batch": batch}


@pytest.fixture
def one_connection():
    """Let a request leave the connection of the test open, as the client of Django does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ours(workspace, settings, one_connection):
    """Return the headers of somebody who may everything, and the addresses of things that are there."""
    folder, there = workspace
    settings.WORKSPACE = folder
    settings.SITE = replace(settings.SITE, api_calls=1_000_000)
    person, _secret = invite("all@example.org", "All", [Given(role) for role in Role])
    _token, secret = make_token(person, "tests", Operation)
    return {"Authorization": f"Bearer {secret}"}, there


@schema.parametrize()
@hypothesis.settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck)
)  # one workspace for all of them
def test_every_answer_is_as_described_and_none_is_a_fault_of_ours(case, ours):
    headers, there = ours
    case.call_and_validate(headers=headers)
    if known := {name: there[name] for name in there.keys() & case.path_parameters.keys()}:
        case.path_parameters |= known
        case.call_and_validate(headers=headers)
