"""The manifest of a run: everything from which its cells follow, named so that another machine can compute them again."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from saleve import __version__
from saleve.ems.inventories import Computed
from saleve.ems.plain_data import as_data
from saleve.ems.plan_settings import hash_of_plan
from saleve.ems.settings import read_settings
from saleve.ems.workspace import Workspace
from saleve.ledger.evidence import sha256_of
from saleve.ledger.store import Ledger
from saleve.ledger.tableset import TableSet
from saleve.method.reference import packages

FORMAT = "saleve-run-1"
ID_SIGNS = 12  # as the names of batches
LIBRARIES = ("airportsdata", "polars")  # data and arithmetic from outside on which figures rest

Manifest = Mapping[str, Any]


def manifest_of(computed: Computed, year: int, restates: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what a run of the year rests on; the hashes of its tables are added when they are written."""
    workspace = computed.workspace
    return {
        "format": FORMAT,
        "organisation": workspace.organisation,
        "year": year,
        "ledger": ledger_named(computed.taken.ledger),
        "rules": as_data(workspace.book),
        "own_files": dict(own_files(workspace)),
        "editions": editions(),
        "method": method_version(),
        "parameters": _parameters(workspace, computed.taken.spellings),
        "sites": [as_data_of_site(site) for site in workspace.sites],
        "plan_sha256": hash_of_plan(workspace),  # of plan.json beside it, which stays out of packs
        "restates": dict(restates) if restates else None,
    }


def run_id(manifest: Manifest) -> str:
    """Return the name of a run: the first signs of the SHA-256 of what its manifest says."""
    return hashlib.sha256(canonical(manifest)).hexdigest()[:ID_SIGNS]


def canonical(manifest: Manifest) -> bytes:
    """Return the manifest in the one form that is hashed: keys in order, no blanks, UTF-8."""
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def method_version() -> dict[str, Any]:
    """Return the version of Salève, the hash of the code of the method floor, and the versions of its libraries.

    A constant that somebody must remember to raise would one day be forgotten; the code itself cannot be. A changed comment
    moves the hash too: whether figures moved is said by the cells.
    """
    return {
        "saleve": __version__,
        "code_sha256": code_digest("saleve.method"),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def code_digest(package: str) -> str:
    """Return the hash of the code of a package."""
    return _digest(one for one in _below(files(package)) if one[0].endswith(".py"))


def editions() -> dict[str, dict[str, str]]:
    """Return the edition and the hash of the bytes of every reference package."""
    return {
        name: {"edition": packages.source(name).edition, "sha256": _digest(_below(packages.DATA / name))}
        for name in packages.package_names()
    }


def ledger_named(ledger: Ledger) -> dict[str, Any]:
    """Return the commit, the version of each table and the hash over the names of its files, which hold their hashes."""
    tables = TableSet(ledger.folder)
    return {
        "commit": ledger.commit,
        "tables": {
            name: {"version": number, "files_sha256": _of_names(tables[name].files(number))}
            for name, number in sorted(ledger.versions.items())
        },
    }


def own_files(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield the files of the organisation's own factors and tables that saleve.toml names, with their hashes."""
    for name in named_files(workspace.folder):
        yield name, sha256_of(workspace.folder / name)


def named_files(folder: Path) -> list[str]:
    """Return the files beside saleve.toml that it names, those with activity apart: factors, tables, rules."""
    settings = read_settings(folder)
    told = {key: value for key, value in settings.items() if key not in ("files", "report", "privacy")}
    texts = (name for name in sorted(set(_texts(told))) if "\n" not in name and "\0" not in name)
    return [name for name in texts if (folder / name).is_file()]


def as_data_of_site(site: Any) -> dict[str, Any]:
    """Return what a run keeps of a site."""
    days = {name: getattr(site, name) for name in ("opened", "closed")}
    return {
        "name": site.name,
        "country": site.country,
        **{name: day and day.isoformat() for name, day in days.items()},
    }


def _parameters(workspace: Workspace, spellings: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        "first_year": workspace.first_year,
        "last_year": workspace.last_year,
        "spellings": {column: dict(changes) for column, changes in spellings.items()},
        "default_cabin": workspace.default_cabin,
        "payer_names": list(workspace.payer_names),
        "repairs_off": sorted(workspace.repairs_off),
        "expected_sources": list(workspace.expected_sources),
    }


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of nested settings."""
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _below(folder: Traversable, start: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the files of a folder, in order of their names."""
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.is_dir() and one.name != "__pycache__":
            yield from _below(one, f"{start}{one.name}/")
        elif one.is_file():
            yield f"{start}{one.name}", one.read_bytes().replace(b"\r\n", b"\n")


def _digest(parts: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in parts:
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _of_names(paths: Iterable[Path]) -> str:
    return hashlib.sha256("\n".join(sorted(path.name for path in paths)).encode()).hexdigest()
