"""Files into the ledger and out of it again: checking one, loading some, keeping the workspace's folder and ledger in step."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.acts import act
from saleve.ems.deliveries import (
    Wishes,
    as_wished,
    asked_everywhere,
    asked_of,
    completing,
    delivery_of,
    entries_of,
    key_ring,
    name_of,
    reading_of,
)
from saleve.ems.settings import FILE_NAME
from saleve.ems.spellings import one_spelling, respelled
from saleve.ems.workspace import FileEntry, Workspace, open_workspace
from saleve.language import _, for_reader
from saleve.ledger.compacting import compact, crowded
from saleve.ledger.errors import EvidenceError
from saleve.ledger.evidence import EvidenceStore, sha256_of
from saleve.ledger.intake.checking import Checked, check_file
from saleve.ledger.journal import CORRECTION, Commit
from saleve.ledger.loading import Delivery, Loaded, load
from saleve.ledger.pseudonyms import KeyRing
from saleve.ledger.rejecting import read_marks
from saleve.ledger.store import Ledger, in_text
from saleve.ledger.tallies import tallies
from saleve.method.activity.normalising import Context
from saleve.method.problems import PROBLEM_SCHEMA

Progress = Callable[[str, int, int], None]  # what is being done, how many done, how many in all
Confirm = Callable[[Loaded], bool]


@dataclass(frozen=True)
class FileAccount:
    """What became of the rows of one file in one category, as the ledger stands."""

    file: str
    category: str
    batch: str
    rows: int
    accepted: int
    repaired: int
    rejected: int
    netted: int
    warnings: int
    ledger: Ledger = field(repr=False)

    @cached_property
    def problems(self) -> pl.DataFrame:
        """What was reported of the file in this category (``PROBLEM_SCHEMA``)."""
        found = self.ledger.findings([self.batch]).filter(category=self.category)
        return found.select(PROBLEM_SCHEMA.names())


@dataclass(frozen=True)
class Taken:
    """What the ledger holds for an inventory: activity by source category, each file's account, and what was refused just now."""

    ledger: Ledger
    activities: dict[str, pl.DataFrame | pl.LazyFrame]
    files: tuple[FileAccount, ...]
    loaded: tuple[Loaded, ...]  # files of the folder that were loaded or refused just now
    spellings: Mapping[
        str, Mapping[str, str]
    ]  # of units and sites: other spelling -> the one that stands for it

    @property
    def refused(self) -> list[tuple[str, str]]:
        """The files that could not be loaded just now, each with the reason."""
        return [(one.file, one.reason or "") for one in self.loaded if one.status == "refused"]


def take_in(
    workspace: Workspace, progress: Progress | None = None, ledger_version: int | None = None
) -> Taken:
    """Bring folder and ledger in step, then return what the ledger holds; an earlier version is only read."""
    loaded = sync_folder(workspace, progress) if ledger_version is None else []
    ledger = Ledger.open(workspace.stores.ledger, ledger_version)
    whole = {category: standing_activity(ledger, category) for category in ledger.categories()}
    spellings = one_spelling(whole.values())
    activities: dict[str, pl.DataFrame | pl.LazyFrame] = {
        category: respelled(rows, spellings) for category, rows in whole.items()
    }
    return Taken(ledger, activities, tuple(accounts(ledger)), tuple(loaded), spellings)


def standing_activity(ledger: Ledger, category: str) -> pl.LazyFrame:
    """Return activity in plain text; only legs, which may be millions, stay in dictionary columns."""
    rows = ledger.activity(category)
    return rows if category == "air_travel" else rows.cast({pl.Categorical: pl.String})


def accounts(ledger: Ledger) -> Iterable[FileAccount]:
    """Yield the account of each file and category that stands, in the order of loading."""
    counted, warned = tallies(ledger), _warnings(ledger)
    for batch in (one for one in ledger.batches if one not in ledger.withdrawn):
        account = ledger.batches[batch].account
        for category in dict.fromkeys(one["category"] for one in account["readings"]):
            states, warnings = counted[batch, category], warned.get((batch, category), 0)
            yield FileAccount(account["file"], category, batch, **states, warnings=warnings, ledger=ledger)


def _warnings(ledger: Ledger) -> dict[tuple[str, str], int]:
    """Return batch and category -> how many warnings were given."""
    told = ledger.scan("findings").filter(pl.col("severity") == "warning")
    counted = in_text(told.group_by("batch", "category").len()).collect()
    return {(batch, category): count for batch, category, count in counted.iter_rows()}


def sync_folder(workspace: Workspace, progress: Progress | None = None) -> list[Loaded]:
    """Load the files of the workspace's folder that are new; a file that changed, or is to be read otherwise now, replaces itself."""
    loaded: list[Loaded] = []
    if not workspace.files and not workspace.stores.ledger.exists():
        return loaded
    ring = key_ring(workspace)
    ledger, folder = Ledger.open(workspace.stores.ledger), _Folder.of(workspace)
    deliveries = [
        *_of_folder(workspace, folder, ledger, ring),
        *_read_otherwise(workspace, folder, ledger, ring),
    ]
    for number, delivery in enumerate(sorted(deliveries, key=lambda one: one.completes is not None)):
        if progress:
            progress(delivery.name, number, len(deliveries))
        if _corrected_by_hand(ledger, delivery.replaces):
            loaded.append(_kept_as_it_is(delivery))
            continue
        if marks := delivery.completes:  # its file may have come just now
            delivery = replace(delivery, readings=tuple(completing(workspace, marks, ring)))  # noqa: PLW2901
        loaded.append(load(workspace.stores, delivery))
    if deliveries:
        tidy(workspace)
    return loaded


def load_files(
    workspace: Workspace,
    paths: Sequence[Path],
    wishes: Wishes | None = None,
    *,
    confirm: Confirm | None = None,
    progress: Progress | None = None,
) -> list[Loaded]:
    """Load the files into the workspace's ledger; each is one batch, or is refused with the reason."""
    wishes = wishes or Wishes()
    ring, loaded = key_ring(workspace), []
    for number, path in enumerate(paths):
        if progress:
            progress(path.name, number, len(paths))
        delivery = delivery_of(workspace, path, wishes, ring)
        ledger = Ledger.open(workspace.stores.ledger)
        if wishes.again and not wishes.replaces and _corrected_by_hand(ledger, delivery.replaces):
            reason = _("The file {file} was to be read anew.").format(file=delivery.name)
            loaded.append(_kept_as_it_is(replace(delivery, reason=reason)))
            continue
        standing = _standing_already(ledger, delivery) if wishes.replaces else None
        loaded.append(standing or load(workspace.stores, delivery, confirm))
    tidy(workspace)
    return loaded


def _standing_already(ledger: Ledger, delivery: Delivery) -> Loaded | None:
    """Refuse a file that was to take the place of a batch and stands beside it already: both go on counting."""
    known = ledger.standing_batch(sha256_of(delivery.path))
    if known is None or known.batch == delivery.replaces:
        return None
    message = for_reader(
        _("It is in the ledger already, as batch {batch}, so it takes no place. Take the other one out: saleve withdraw {other} --reason WHY"),
        _("It is in the ledger already, as batch {batch}, so it takes no place. Withdraw the batch {other} on its page."),
    )  # fmt: skip
    reason = message.format(batch=known.batch, other=delivery.replaces)
    return Loaded(delivery.name, "refused", known.batch, reason=reason)


def tidy(workspace: Workspace) -> None:
    """Put small files of the ledger together when they have become many."""
    if crowded(workspace.stores.ledger):
        told = act()
        compact(workspace.stores.ledger, told.at, told.by)


def check_path(
    path: Path,
    *,
    category: str | None = None,
    year: int | None = None,
    columns: Mapping[str, str] | None = None,
    confirmed: bool = False,
    progress: Progress | None = None,
) -> list[Checked]:
    """Check one file; where it lies in a workspace, what ``saleve.toml`` says of it counts, and the arguments go before.

    A workbook whose sheets hold several categories gives one account for each.
    """
    found = _workspace_around(path)
    if found is None:
        arguments: dict[str, Any] = {"category": category, "columns": columns, "context": Context(year=year)}
        return _check_sheets(path, arguments, progress)
    entries = entries_of(found, path)
    entry = next((one for one in entries if one.category == category), entries[0])
    told = {"category": category, "year": year, "columns": columns}
    chosen = as_wished(entry, {name: value for name, value in told.items() if value})
    reading = reading_of(found, asked_of(found, chosen), None, confirmed=confirmed)
    return _check_sheets(path, {**reading.arguments, "name": name_of(found, path)}, progress)


def _check_sheets(path: Path, arguments: Mapping[str, Any], progress: Progress | None) -> list[Checked]:
    first = check_file(path, progress=progress, **arguments)
    others = [
        {**arguments, "sheet": sheet, "category": category} for sheet, category in first.other_sheets.items()
    ]
    return [first, *(check_file(path, **other) for other in others)]


def _workspace_around(path: Path) -> Workspace | None:
    for folder in path.absolute().parents:
        if (folder / FILE_NAME).is_file():
            return open_workspace(folder)
    return None


def _corrected_by_hand(ledger: Ledger, batch: str | None) -> bool:
    """Tell whether a person corrected or withdrew rows of the batch: reading its file anew would lose that."""
    return batch is not None and any(one.kind == CORRECTION and one.batch == batch for one in ledger.commits)


def _kept_as_it_is(delivery: Delivery) -> Loaded:
    message = for_reader(
        _(
            "{why} Rows of it were corrected by hand (batch {batch}), so it stays as it is. To read it anew without these "
            "corrections: saleve load {file} --replaces {batch}"
        ),
        _(
            "{why} Rows of it were corrected by hand (batch {batch}), so it stays as it is. To read it anew without these "
            "corrections, bring the file {file} again and let it replace the batch."
        ),
    )
    told = message.format(why=delivery.reason, batch=delivery.replaces, file=delivery.name)
    return Loaded(delivery.name, "refused", delivery.replaces, reason=told)


def _standing(ledger: Ledger) -> list[Commit]:
    return [load for batch, load in ledger.batches.items() if batch not in ledger.withdrawn]


def _settled_files(ledger: Ledger) -> set[str | None]:
    """Return the files that are in the ledger, or that a person took out of it: withdrew, or replaced by another file."""
    out = [
        load
        for batch, load in ledger.batches.items()
        if (gone := ledger.withdrawn.get(batch)) and not _changed_in_place(load, gone)
    ]
    return {load.file_sha256 for load in (*_standing(ledger), *out)}


def _changed_in_place(load: Commit, gone: Commit) -> bool:
    """Tell whether a batch went because its file in the folder was changed: changed back, it is loaded again."""
    return bool(gone.account.get("in_folder")) and gone.account.get("file") == load.account["file"]


@dataclass(frozen=True)
class _Folder:
    """The files of a workspace's folder: name -> its entries in saleve.toml, and its hash."""

    entries: Mapping[str, list[FileEntry]]
    hashes: Mapping[str, str]

    @classmethod
    def of(cls, workspace: Workspace) -> "_Folder":
        entries: dict[str, list[FileEntry]] = {}
        for entry in workspace.files:
            entries.setdefault(entry.path.relative_to(workspace.folder).as_posix(), []).append(entry)
        return cls(entries, {name: sha256_of(found[0].path) for name, found in entries.items()})


def _of_folder(workspace: Workspace, folder: _Folder, ledger: Ledger, ring: KeyRing) -> Iterable[Delivery]:
    """Yield the files of the folder that are not in the ledger as they are now; one that took another name is the same."""
    by_name = {load.account["file"]: load for load in _standing(ledger) if load.account.get("in_folder")}
    here = set(folder.hashes.values())
    settled = _settled_files(ledger)
    for name, sha256 in folder.hashes.items():
        before = by_name.get(name)
        replaced = before.batch if before and before.file_sha256 not in here else None
        if replaced is None and sha256 in settled:
            continue
        settled.add(sha256)
        delivery = delivery_of(workspace, folder.entries[name][0].path, Wishes(), ring)
        reason = _("The file {file} in the folder was changed.").format(file=name) if replaced else None
        yield replace(delivery, replaces=replaced, reason=reason)


def _read_otherwise(
    workspace: Workspace, folder: _Folder, ledger: Ledger, ring: KeyRing
) -> Iterable[Delivery]:
    """Yield the batches that saleve.toml, as it is now, reads otherwise than when they were loaded."""
    evidence = workspace.stores.evidence
    for before in _standing(ledger):
        name, asked, inside = before.account["file"], _asked(before), bool(before.account.get("in_folder"))
        changed = inside and folder.hashes.get(name, before.file_sha256) != before.file_sha256
        path = None if not asked or changed else _source(evidence, before)
        if path is None:
            continue
        marks = read_marks(path)
        entries = folder.entries.get(name, []) if inside and marks is None else []
        kept = _asked_now(workspace, asked, entries)
        if not _same(_as_journal(kept), asked):
            readings = tuple(reading_of(workspace, one, ring) for one in kept)
            told = act(_("saleve.toml says otherwise how {file} is read.").format(file=name))
            yield Delivery(
                path, name, told.by, told.at, readings, replaces=before.batch, completes=marks,
                reason=told.reason, in_folder=inside,
            )  # fmt: skip


def _asked_now(
    workspace: Workspace, asked: list[dict[str, Any]], entries: Sequence[FileEntry]
) -> list[dict[str, Any]]:
    """Return how the file of a batch is to be read now; one without an entry as it was, with what the workspace says."""
    wished = asked[0].get("wished", {})
    now = [{**asked_of(workspace, as_wished(entry, wished)), "wished": wished} for entry in entries]
    return now or [{**one, **asked_everywhere(workspace)} for one in asked]


def _as_journal(kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return readings as the journal gives them back, each once: days have become texts."""
    told = json.loads(json.dumps(kept, default=str))
    return [one for number, one in enumerate(told) if one not in told[:number]]


def _source(store: EvidenceStore, load: Commit) -> Path | None:
    """Return where the bytes of a batch can be read again: the evidence, while it is kept."""
    try:
        return store.path(str(load.file_sha256))
    except EvidenceError:
        return None


def _same(now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a file would be asked for in the same way; what is empty and what was never asked are the same."""
    said = [[{key: value for key, value in one.items() if value} for one in each] for each in (now, before)]
    return said[0] == said[1]


def _asked(load: Commit) -> list[dict[str, Any]]:
    """Return how the file was asked to be read, each way once."""
    asked = [one["asked"] for one in load.account["readings"] if one["asked"]]
    return [one for number, one in enumerate(asked) if one not in asked[:number]]
