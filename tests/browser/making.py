"""Makes the workspaces of the browser: ``python making.py FOLDER [office]`` writes one and ``FOLDER/.told.json`` about it.

A process of its own, so that Django's settings are those of this workspace and of no other test.
"""

import json
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.demo import write_demo
from saleve.ems.figures import refresh
from saleve.ems.site.serving import prepare

YEAR = 2025
COORDINATOR, APPROVER = "coordinator@example.org", "approver@example.org"
# who is asked to open an address, the most able first
ASKED = ("coordinator", "administrator", "approver")
LEFT_OUT = ("api/", "operator/")  # programs; the stock pages for the operator
OFFICE = """[organisation]
name = "Office for Example Affairs"

[inventory]
first_year = 2024
last_year = 2025
sources = ["air_travel", "electricity"]

[target]
base_year = 2024
target_year = 2030
reduction_pct = 45

[[sites]]
name = "Hill"
country = "Switzerland"

[[sites]]
name = "Lake"
country = "Kenya"
"""
QUERIES = {
    "template": "?category=electricity&language=en",
    "explain_part": f"?year={YEAR}&boundary=minimum&by=source&name=electricity",
    "remind": "?owner=Facilities",
    "fill": f"?source=electricity&site=Nairobi&year={YEAR}",
    "factor_editions": "?source=electricity&first=2018&second=2019",
}
FACTORS = b"""category,edition,published,level,place,year,accounting_basis,unit,kg_co2e_per_unit,source
electricity,Supplier 2025,2026-02-01,site,Nairobi,2025,lifecycle_generation,kWh,0.012,Letter of the supplier
"""
BILL = b"Site,Period start,Period end,kWh\nNairobi,2025-01-01,2025-01-31,12000\nNowhere,2025-02-01,2025-02-28,many\n"


def main(folder: Path, kind: str = "demo") -> None:
    """Write the organisation and tell who is in it; of the demonstration also where its pages are."""
    told = _office(folder) if kind == "office" else _demo(folder)
    (folder / ".told.json").write_text(json.dumps(told, indent=1), "utf-8")


def _office(folder: Path) -> dict[str, Any]:
    """Make a small organisation at the start of its first year: nothing is loaded."""
    folder.mkdir(parents=True)
    (folder / "saleve.toml").write_text(OFFICE, "utf-8")
    prepare(folder)
    return {"people": dict(_people())}


def _demo(folder: Path) -> dict[str, Any]:
    """Make the demonstration, with a month that somebody owes, its last year kept, published and reported."""
    write_demo(folder)
    _owe(folder)
    prepare(folder)
    refresh(folder)
    told = {"people": dict(_people()), "public": _published(folder)}
    samples = _samples(folder, told["public"])
    told["pages"], told["lost"] = _pages(samples, told["people"])
    return told


def _owe(folder: Path) -> None:
    """Take the bills of the last months of one office out, and say who owes them; name a unit with a part."""
    bills = folder / "facilities" / "electricity-offices-synthetic.csv"
    lines = bills.read_text("utf-8").splitlines(keepends=True)
    bills.write_text("".join(line for line in lines if not line.startswith("Nairobi,NAI-1,2025-1")), "utf-8")
    with (folder / "saleve.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '\n[[owners]]\nowner = "Facilities"\ncategories = ["electricity"]\nsites = ["Nairobi"]\n'
        )
        settings.write('\n[[units]]\nname = "DEV"\n\n[[units]]\nname = "DEV North"\npart_of = "DEV"\n')


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
    """Return what exists for the arguments of addresses, by the start of the address; the longest start counts."""
    from saleve.ems import documents, staging, waiting_tables
    from saleve.ems.jobs.starting import start
    from saleve.ems.people.models import Person
    from saleve.ems.people.permissions import Operation
    from saleve.ems.people.tokens import make_link, make_token
    from saleve.ems.previewing import preview
    from saleve.ems.runs import all_runs
    from saleve.ems.workspace import open_workspace

    coordinator, reader = (
        Person.objects.get(email=f"{name}@example.org") for name in ("coordinator", "reader")
    )
    staged = staging.stage(folder, "bill of January.csv", [BILL], COORDINATOR)
    preview(open_workspace(folder), staging.change(staged, category="electricity"))
    run = all_runs(open_workspace(folder))[-1]
    batch, row = _rejected(folder)
    names = {
        "data/batches/": batch,
        "reports/": documents.list_documents(folder)[0].name,
        "reports/packs/": documents.list_packs(folder)[0].name,
    }
    secrets = {"invitations/": make_link(reader), "public/": public.strip("/").split("/")[-1]}
    anywhere = {
        "person_id": reader.pk,
        "token_id": make_token(coordinator, "Spreadsheet", [Operation.READ_INVENTORY])[0].pk,
        "job_id": start("compute", coordinator).pk,
        "form": "html",
        "year": YEAR,
        "run": run.id,
        "row": row,
        "site": "Nairobi",
        "unit": "DEV",
        "factor": "fuel.desnz.aviation_turbine_fuel.kwh_gross_cv.2016",
        "waiting": waiting_tables.wait(folder, "own factors.csv", [FACTORS]).id,
        "figure": f"{YEAR}.total",
    }
    return {
        "": anywhere,
        **{path: {"name": name} for path, name in names.items()},
        "data/waiting/": {"name": staged.id, "row": 3},  # the row of the bill that is rejected
        **{path: {"secret": secret} for path, secret in secrets.items()},
    }


def _rejected(folder: Path) -> tuple[str, int]:
    """Return a batch with a row that waits for a correction, and that row."""
    from saleve.ems import batches
    from saleve.ems.workspace import open_workspace

    ledger = batches.opened(open_workspace(folder))
    batch = batches.listed(ledger).filter(pl.col("rejected") > 0).row(0, named=True)
    rows = batches.row_index(ledger, batch["categories"][0], batch["batch"])
    return batch["batch"], rows.filter(pl.col("state") == "rejected")["source_row"][0]


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
        starts = sorted((start for start in samples if path.startswith(start)), key=len)
        known = {arg: value for start in starts for arg, value in samples[start].items()}
        given = {arg: known.get(arg, "none") for arg in one.pattern.converters}
        yield one.name, reverse(one.name, kwargs=given) + QUERIES.get(one.name, "")


def _is_page(answer: Any) -> bool:
    whole = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return whole and not answer.streaming and b'class="bar"' in answer.content


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
