"""How a file is to be read: what saleve.toml, the person who brings it and the workspace say of it, and in whose place it comes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.acts import act
from saleve.ems.workspace import FileEntry, Workspace
from saleve.language import _, for_reader
from saleve.ledger.committing import held
from saleve.ledger.errors import LedgerError
from saleve.ledger.evidence import sha256_of
from saleve.ledger.loading import Delivery, Reading
from saleve.ledger.pseudonyms import KeyRing, new_key_ring, read_key_ring, write_key_ring
from saleve.ledger.rejecting import Marks, read_marks
from saleve.ledger.store import Ledger


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says of the files that she loads; what she leaves open is read from saleve.toml or guessed."""

    category: str | None = None
    year: int | None = None
    replaces: str | None = None  # a batch whose place the file takes
    again: bool = False  # read a file that was loaded already once more, as things are now
    columns: Mapping[str, str] | None = None  # header -> column, for this file
    confirmed: bool = False  # headers that changed since a mapping was taught were looked at
    evidence: Mapping[str, date | None] | None = None  # period_start, period_end, evidence_date
    name: str | None = (
        None  # what provenance calls the file; its place in the workspace or its name if left out
    )
    constants: Mapping[str, str] | None = None  # column -> its value in every row that says none


def key_ring(workspace: Workspace) -> KeyRing:
    """Return the keys of the pseudonyms; the first load makes them, a lost file of keys is never replaced in silence."""
    path = workspace.key_file
    if not path.exists():
        with held(workspace.stores.ledger):  # of two first loads one makes the keys
            if not path.exists() and not Ledger.open(workspace.stores.ledger).commits:
                write_key_ring(path, new_key_ring())
    return read_key_ring(path)


def delivery_of(workspace: Workspace, path: Path, wishes: Wishes, ring: KeyRing) -> Delivery:
    """Return a file as loading reads it: in which ways, called what, in whose place."""
    told = act()
    delivery = Delivery(
        path,
        wishes.name or name_of(workspace, path),
        told.by,
        told.at,
        replaces=_replaced(workspace, path, wishes),
        evidence={**(wishes.evidence or {}), **_retention(workspace, told.at.date())},
        in_folder=_in_folder(workspace, path) is not None,
    )
    if marks := read_marks(path):
        return replace(delivery, readings=tuple(completing(workspace, marks, ring)), completes=marks)
    wished = _wished(wishes)
    entries = [as_wished(entry, wished) for entry in entries_of(workspace, path)]
    readings = tuple(
        reading_of(
            workspace, {**asked_of(workspace, entry), "wished": wished}, ring, confirmed=wishes.confirmed
        )
        for entry in entries
    )
    return replace(delivery, readings=readings)


def _wished(wishes: Wishes) -> dict[str, Any]:
    """Return what a person said of a file when she loaded it; it holds as long as the batch stands."""
    told = {"category": wishes.category, "year": wishes.year, "columns": dict(wishes.columns or {})}
    told["constants"] = dict(wishes.constants or {})
    return {name: value for name, value in told.items() if value}


def as_wished(entry: FileEntry, wished: Mapping[str, Any]) -> FileEntry:
    """Return what saleve.toml says of a file, with what a person said of it before that."""
    more: dict[str, Any] = {
        name: {**getattr(entry, name), **wished.get(name, {})} for name in ("columns", "constants")
    }
    return replace(entry, **more, **{name: wished[name] for name in ("category", "year") if name in wished})


def entries_of(workspace: Workspace, path: Path) -> list[FileEntry]:
    """Return what saleve.toml says of a file: of the file of that place, or of that name for one from elsewhere."""
    here = [entry for entry in workspace.files if entry.path.resolve() == path.resolve()]
    named = [entry for entry in workspace.files if entry.path.name == path.name]
    return here or [replace(entry, path=path) for entry in named] or [FileEntry(path=path)]


def name_of(workspace: Workspace, path: Path) -> str:
    """Return what provenance calls the file: its place in the workspace, or its name."""
    if here := _in_folder(workspace, path):
        return here.relative_to(workspace.folder).as_posix()
    try:
        return path.resolve().relative_to(workspace.folder.resolve()).as_posix()
    except ValueError:
        return path.name


def _in_folder(workspace: Workspace, path: Path) -> Path | None:
    """Return the file among those of the workspace's folder that lies at this place, itself or behind a link."""
    alike = {entry.path for entry in workspace.files if entry.path.name == path.name}
    if path in alike:
        return path
    return next((one for one in sorted(alike) if one.resolve() == path.resolve()), None)


def completing(workspace: Workspace, marks: Marks, ring: KeyRing) -> Iterable[Reading]:
    """Yield how each sheet of a workbook of rejects is read: as the rows of its category were."""
    before = Ledger.open(workspace.stores.ledger).batches.get(marks.batch)
    readings = before.account["readings"] if before else []
    for title, (category, sheet) in marks.sheets.items():
        same = [one for one in readings if one["category"] == category]
        of_sheet = [one for one in same if one["sheet"] == sheet]
        for one in (of_sheet or same)[:1]:
            asked = {**one["asked"], "sheet": title, "category": category, "where": {}}
            yield reading_of(workspace, {**asked, **asked_everywhere(workspace)}, ring)


def _replaced(workspace: Workspace, path: Path, wishes: Wishes) -> str | None:
    if not wishes.replaces and not wishes.again:
        return None
    ledger = Ledger.open(workspace.stores.ledger)
    if wishes.replaces:
        batch = str(ledger.batch_named(wishes.replaces).batch)
        if batch in ledger.withdrawn:
            message = for_reader(
                _("The batch {batch} was withdrawn already, on {day}. Load the file without --replaces."),
                _("The batch {batch} was withdrawn already, on {day}. Load the file without replacing a batch."),
            )  # fmt: skip
            raise LedgerError(message.format(batch=batch, day=ledger.withdrawn[batch].at.date()))
        return batch
    before = ledger.standing_batch(sha256_of(path))
    return before.batch if before else None


def _retention(workspace: Workspace, today: date) -> dict[str, Any]:
    """Return until when a file with names may be kept, where the organisation set a term."""
    months = workspace.privacy.keep_personal_files_months
    if months is None:
        return {}
    end = pl.select(pl.lit(today).dt.offset_by(f"{months}mo")).item()
    return {"keep_until": end}


def asked_of(workspace: Workspace, entry: FileEntry) -> dict[str, Any]:
    """Return how a file is asked to be read, as the journal keeps it."""
    return {
        "category": entry.category,
        "sheet": entry.sheet,
        "year": entry.year,
        "where": {key: str(value) for key, value in entry.where.items()},
        "columns": dict(entry.columns),
        "constants": {key: str(value) for key, value in entry.constants.items()},
        **asked_everywhere(workspace),
    }


def asked_everywhere(workspace: Workspace) -> dict[str, Any]:
    """Return what the whole workspace tells every reading."""
    context = workspace.context(FileEntry(path=workspace.folder))
    return {
        "payer_names": list(context.payer_names),
        "default_cabin": context.default_cabin,
        "assumptions": dict(context.own_values),
        "repairs_off": sorted(context.switched_off),
        "sites": dict(context.sites),
    }


def reading_of(
    workspace: Workspace, kept: dict[str, Any], ring: KeyRing | None, *, confirmed: bool = False
) -> Reading:
    """Return the reading that was asked for; without keys of pseudonyms it serves to look at a file alone."""
    told = FileEntry(path=workspace.folder, year=kept["year"], constants=kept["constants"])
    context = replace(workspace.context(told), pseudonym=ring.pseudonym if ring else None)
    chosen = {name: kept[name] for name in ("category", "sheet", "where", "columns")}
    taught = {"profile": workspace.profiles, "confirmed": confirmed}
    return Reading({**chosen, **taught, "context": context}, kept)
