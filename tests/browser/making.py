"""Makes the workspace that the browser walks through: ``python making.py FOLDER`` writes it and ``FOLDER/.told.json`` about it.

A process of its own, so that Django's settings are those of this workspace and of no other test.
"""

import json
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from saleve.ems.demo import write_demo
from saleve.ems.figures import refresh
from saleve.ems.site.serving import prepare

YEAR = 2025
COORDINATOR, APPROVER = "coordinator@example.org", "approver@example.org"
# who is asked to open an address, the most able first
ASKED = ("coordinator", "administrator", "approver")
LEFT_OUT = ("api/", "operator/")  # programs; the stock pages for the operator
BILL = b"Site,Period start,Period end,kWh\nNairobi,2025-01-01,2025-01-31,12000\nNowhere,2025-02-01,2025-02-28,many\n"


def main(folder: Path) -> None:
    """Write the organisation, keep and publish its last year, and tell who is in it and where its pages are."""
    write_demo(folder)
    prepare(folder)
    refresh(folder)
    told = {"people": dict(_people()), "public": _published(folder)}
    samples = _samples(folder, told["public"])
    told["pages"], told["lost"] = _pages(samples, told["people"])
    (folder / ".told.json").write_text(json.dumps(told, indent=1), "utf-8")


def _people() -> Iterator[tuple[str, dict[str, str]]]:
    """Make an account for each role, signed in already, and return role, address, password and session."""
    from saleve.ems.people.demo import make_demo_accounts
    from saleve.ems.people.models import Person

    for _role, email, password in make_demo_accounts():
        person = Person.objects.get(email=email)
        role = person.grants.get().role
        yield role, {"email": email, "password": password, "session": _session(person)}


def _session(person: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    store.save()
    return str(store.session_key)


def _published(folder: Path) -> str:
    """Keep the year before, publish the last year with its report, and return the report's public address."""
    from django.urls import reverse

    from saleve.ems import documents
    from saleve.ems.runs import freeze, move
    from saleve.ems.workspace import open_workspace

    freeze(folder, YEAR - 1, by=COORDINATOR)
    run = freeze(folder, YEAR, by=COORDINATOR).run.name
    for state, by in (("reviewed", COORDINATOR), ("approved", APPROVER), ("published", COORDINATOR)):
        move(open_workspace(folder), run, state, by=by, reason="The figures are those of the bills.")
    document = documents.make_document(folder, "annual", year=YEAR, formats=["html", "docx"], by=COORDINATOR)
    documents.make_pack(folder, run, by=COORDINATOR)
    link = documents.publish_document(folder, document.name, by=COORDINATOR)
    return reverse("public_report", args=[link.secret])


def _samples(folder: Path, public: str) -> dict[str, Any]:
    """Return what exists for each argument of an address: by ``view.argument``, else by ``argument``."""
    from saleve.ems import documents, staging
    from saleve.ems.jobs.starting import start
    from saleve.ems.people.models import Person
    from saleve.ems.people.permissions import Operation
    from saleve.ems.people.tokens import make_link, make_token
    from saleve.ems.runs import all_runs
    from saleve.ems.workspace import open_workspace

    coordinator, reader = (
        Person.objects.get(email=f"{name}@example.org") for name in ("coordinator", "reader")
    )
    staged = staging.stage(folder, "bill of January.csv", [BILL], COORDINATOR)
    staging.preview(staging.change(staged, category="electricity"))
    run = all_runs(open_workspace(folder))[-1]
    return {
        "person_id": reader.pk,
        "token_id": make_token(coordinator, "Spreadsheet", [Operation.READ_INVENTORY])[0].pk,
        "choose_password.secret": make_link(reader),
        "public_report.secret": public.strip("/").split("/")[-1],
        "job_id": start("compute", coordinator).pk,
        "name": documents.list_documents(folder)[0].name,
        "pack_file.name": documents.list_packs(folder)[0].name,
        "form": "html",
        "year": YEAR,
        "run": run.id,
        "staged": staged.id,
    }


def _pages(samples: dict[str, Any], people: dict[str, Any]) -> tuple[list[dict[str, str]], list[str]]:
    """Ask every address; return those that answer with a page, and those that nobody could open."""
    from django.test import Client

    clients = {role: Client(raise_request_exception=False, headers={"host": "127.0.0.1"}) for role in ASKED}
    for role, client in clients.items():
        client.cookies["sessionid"] = people[role]["session"]
    pages, lost = [], []
    for name, address in _addresses(samples):
        answers = {role: client.get(address) for role, client in clients.items()}
        opened = {
            role: answer for role, answer in answers.items() if answer.status_code not in (403, 404, 500)
        }
        if not opened and not address.startswith("/accounts/"):  # those of the library say for themselves
            lost.append(f"{name}: {address} ({next(iter(answers.values())).status_code})")
        role = next((role for role, answer in opened.items() if _is_page(answer)), None)
        if role:
            pages.append({"name": name, "address": address, "role": role})
    return pages, lost


def _addresses(samples: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return name and address of everything that is no API, no act of signing out and not the operator's stock pages."""
    from django.urls import URLPattern, get_resolver, reverse

    def patterns(resolver: Any, within: str = "") -> Iterator[tuple[str, URLPattern]]:
        for one in resolver.url_patterns:
            path = within + str(one.pattern)
            if isinstance(one, URLPattern):
                yield path, one
            elif not path.startswith(LEFT_OUT):
                yield from patterns(one, path)

    for path, one in patterns(get_resolver()):
        if (
            not one.name
            or "logout" in path
            or (path.startswith("accounts/") and ("<" in path or "(" in path))
        ):
            continue
        given = {
            arg: samples.get(f"{one.name}.{arg}", samples.get(arg, "none")) for arg in one.pattern.converters
        }
        yield one.name, reverse(one.name, kwargs=given)


def _is_page(answer: Any) -> bool:
    whole = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return whole and not answer.streaming and b'class="bar"' in answer.content


if __name__ == "__main__":
    main(Path(sys.argv[1]))
