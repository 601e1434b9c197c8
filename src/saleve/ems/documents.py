"""Documents that were made, each with its record, and the public links of those that are published.

A document lies in ``reports/documents/<name>/`` with ``about.json``; nothing in it is changed afterwards. A public link is a file of its own in
``reports/links/``, called by the secret of its address: a withdrawn link keeps its record and opens nothing.
"""

import json
import re
import secrets
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from saleve.ems.acts import act
from saleve.ems.comparing import differing_cells
from saleve.ems.inventories import Computed, compute_inventory
from saleve.ems.packs import Pack, write_pack
from saleve.ems.reports import KINDS, write_kind
from saleve.ems.run_states import PUBLISHED
from saleve.ems.runs import Run, all_runs, hash_of, open_run, state_of, year_tables
from saleve.ems.workspace import Workspace, open_workspace
from saleve.language import _
from saleve.ledger.evidence import write_whole
from saleve.method.problems import SaleveError

DOCUMENTS, LINKS, PACKS = ("reports", "documents"), ("reports", "links"), ("reports", "packs")
ABOUT = "about.json"
READABLE_IN_PAGE = "html"
_SECRET_BYTES = 16  # 128 bits: an address that nobody guesses
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}")
_NAME = re.compile(r"[0-9]{4}-[a-z]+-[0-9a-f]{12}")
_PACK = re.compile(r"[0-9]{4}-[0-9a-f]+")


class DocumentError(SaleveError):
    """A document, pack or link that is not there, or that cannot be made public; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document: what it is, on which run its figures rest (none: on the workspace as it was), who made it when, and its files."""

    name: str
    kind: str
    year: int
    run: str | None
    language: str
    by: str
    at: datetime
    files: Mapping[str, Mapping[str, str]]  # format -> file, sha256
    folder: Path

    def file(self, form: str) -> Path:
        """Return the file of a format."""
        if form not in self.files:
            raise DocumentError(_("This document was not made as {format}.").format(format=form))
        return self.folder / self.files[form]["file"]


@dataclass(frozen=True, slots=True)
class PublicLink:
    """A public address of a document: who made it and when, and who withdrew it."""

    secret: str
    document: str
    by: str
    at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack in the list, with the digest and the fingerprint by which others verify it."""

    name: str
    run: str
    digest: str
    fingerprint: str
    merged: int  # small groups that were put together
    by: str
    at: datetime
    path: Path


def make_document(
    folder: Path, kind: str, *, year: int, formats: Sequence[str] | None = None, by: str
) -> Document:
    """Compute the inventory, write a document of the year with its record, and return it."""
    if kind not in KINDS:  # before the long work
        message = _("The kind {kind} is not known. It can be: {kinds}.")
        raise SaleveError(message.format(kind=kind, kinds=", ".join(KINDS)))
    computed = compute_inventory(folder)
    name = f"{year}-{kind}-{uuid.uuid4().hex[:12]}"
    place = folder.joinpath(*DOCUMENTS, name)
    beside = place.with_name(f".{name}")
    beside.mkdir(parents=True)
    try:
        written = write_kind(computed, kind, year=year, formats=formats, out=beside)
        about = _about(computed, kind, year, written, by)
        write_whole(beside / ABOUT, json.dumps(about, ensure_ascii=False, indent=1).encode())
        beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return open_document(folder, name)


def list_documents(folder: Path) -> list[Document]:
    """Return every document, the newest first; a folder without a readable record is none."""
    found = (_read(path) for path in folder.joinpath(*DOCUMENTS).glob(f"*/{ABOUT}"))
    return sorted((one for one in found if one), key=lambda one: one.at, reverse=True)


def open_document(folder: Path, name: str) -> Document:
    """Return a document by its name."""
    place = folder.joinpath(*DOCUMENTS, name, ABOUT)
    found = _read(place) if _NAME.fullmatch(name) else None
    if found is None:
        raise DocumentError(_("There is no document {name}.").format(name=name))
    return found


def publish_document(folder: Path, name: str, *, by: str) -> PublicLink:
    """Give a document a public address; one that has an address keeps it.

    Raises ``DocumentError`` unless it can be read in a page and its figures are those of the year's published run.
    """
    document = open_document(folder, name)
    if standing := public_link(folder, name):
        return standing
    if reason := why_not_public(open_workspace(folder), document):
        raise DocumentError(reason)
    link = PublicLink(secrets.token_urlsafe(_SECRET_BYTES), name, by, act().at)
    _write_link(folder, link)
    return link


def why_not_public(workspace: Workspace, document: Document) -> str | None:
    """Return why a document cannot be made public and what to do; ``None`` where it can."""
    if READABLE_IN_PAGE not in document.files:
        return _("Only a document with an html form can be read at a public address. Make it as html too.")
    if document.run is None or state_of(open_run(workspace, document.run)) != PUBLISHED:
        return _("The figures of this document are not those of a published inventory. Publish the inventory of {year}, make the document anew and publish that.").format(year=document.year)  # fmt: skip
    return None


def withdraw_link(folder: Path, name: str, *, by: str) -> PublicLink:
    """Let the public address of a document open nothing from now on."""
    link = public_link(folder, name)
    if link is None:
        raise DocumentError(_("This document has no public address."))
    gone = PublicLink(link.secret, link.document, link.by, link.at, by, act().at)
    _write_link(folder, gone)
    return gone


def public_link(folder: Path, name: str) -> PublicLink | None:
    """Return the address at which a document can be read by everybody."""
    return next((one for one in links(folder) if one.document == name and not one.withdrawn_by), None)


def links(folder: Path) -> list[PublicLink]:
    """Return every public link that was ever made."""
    return [_link(path) for path in sorted(folder.joinpath(*LINKS).glob("*.json"))]


def document_of_link(folder: Path, secret: str) -> Document | None:
    """Return the document that a public address opens; ``None`` for an address that is none or was withdrawn."""
    path = folder.joinpath(*LINKS, f"{secret}.json")
    if not _SECRET.fullmatch(secret) or not path.is_file():
        return None
    link = _link(path)
    return None if link.withdrawn_by else open_document(folder, link.document)


def make_pack(folder: Path, run: str, *, by: str) -> KeptPack:
    """Write the signed pack of a run with its record."""
    workspace = open_workspace(folder)
    name = open_run(workspace, run).name.replace("/", "-")
    place = folder.joinpath(*PACKS, f"{name}.zip")
    pack: Pack = write_pack(workspace, run, place)
    told = {"run": pack.run, "digest": pack.digest, "fingerprint": pack.fingerprint, "merged": pack.merged}
    about = {**told, "by": by, "at": act().at.isoformat()}
    write_whole(place.with_suffix(".json"), json.dumps(about, indent=1).encode())
    return open_pack(folder, name)


def list_packs(folder: Path) -> list[KeptPack]:
    """Return every pack with a record, the newest first."""
    names = (
        path.stem for path in folder.joinpath(*PACKS).glob("*.json") if path.with_suffix(".zip").is_file()
    )
    return sorted((open_pack(folder, name) for name in names), key=lambda one: one.at, reverse=True)


def open_pack(folder: Path, name: str) -> KeptPack:
    """Return a pack by its name."""
    path = folder.joinpath(*PACKS, f"{name}.json")
    if not _PACK.fullmatch(name) or not path.is_file():
        raise DocumentError(_("There is no pack {name}.").format(name=name))
    told = json.loads(path.read_bytes())
    at = datetime.fromisoformat(told.pop("at"))
    return KeptPack(name=name, at=at, path=path.with_suffix(".zip"), **told)


def _about(computed: Computed, kind: str, year: int, written: Sequence[Path], by: str) -> dict[str, Any]:
    files = {path.suffix[1:]: {"file": path.name, "sha256": hash_of(path.read_bytes())} for path in written}
    run, done = _run_of(computed, year), act(by=by)
    return {
        "kind": kind,
        "year": year,
        "run": run.name if run else None,
        "language": computed.workspace.language,
        "by": done.by,
        "at": done.at.isoformat(),
        "files": files,
    }


def _run_of(computed: Computed, year: int) -> Run | None:
    """Return the run whose cells the document tells, the published one first; none where no run has them."""
    cells = year_tables(computed.inventory, year)["cells"]
    runs = [run for run in all_runs(computed.workspace) if run.year == year]
    runs.sort(key=lambda run: state_of(run) != PUBLISHED)
    return next((run for run in runs if differing_cells(run.table("cells"), cells).is_empty()), None)


def _read(path: Path) -> Document | None:
    try:
        told = json.loads(path.read_bytes())
        at = datetime.fromisoformat(told.pop("at"))
        return Document(name=path.parent.name, folder=path.parent, at=at, **told)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _link(path: Path) -> PublicLink:
    told = json.loads(path.read_bytes())
    moments = ("at", "withdrawn_at")
    return PublicLink(**{**told, **{one: told[one] and datetime.fromisoformat(told[one]) for one in moments}})


def _write_link(folder: Path, link: PublicLink) -> None:
    path = folder.joinpath(*LINKS, f"{link.secret}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(asdict(link), default=lambda at: at.isoformat()).encode())
