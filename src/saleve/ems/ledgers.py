"""What an officer does with the ledger beside loading: begin one, correct, withdraw, take rejects and evidence out, verify."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from saleve.ems.acts import act
from saleve.ems.deliveries import key_ring
from saleve.ems.settings import FILE_NAME, WorkspaceError
from saleve.ems.signing import new_signer, signer
from saleve.ems.workspace import FileEntry, Workspace, open_workspace
from saleve.language import _, for_reader
from saleve.ledger.committing import held
from saleve.ledger.correcting import Act, Place, correct, fitting, withdraw_batch, withdraw_entries
from saleve.ledger.errors import EvidenceError, LedgerError
from saleve.ledger.evidence import Deletion, Evidence
from saleve.ledger.journal import Commit
from saleve.ledger.pseudonyms import new_key_ring, write_key_ring
from saleve.ledger.reconciling import Statement, statement
from saleve.ledger.rejecting import write_rejects_of
from saleve.ledger.store import Ledger
from saleve.ledger.tallies import tallies
from saleve.ledger.verifying import Verified, verify
from saleve.method.activity.normalising import Context

_FOLDERS = ("evidence", "ledger", "reports")


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch in the list: what it is, when and by whom it was loaded, and in which states its rows are."""

    load: Commit
    rows: int
    accepted: int
    repaired: int
    rejected: int
    netted: int
    withdrawal: Commit | None


def init_workspace(folder: Path, name: str | None = None, acronym: str | None = None) -> Path:
    """Make a folder that holds everything of an organisation; raises ``WorkspaceError`` where one is already."""
    settings = folder / FILE_NAME
    if settings.exists():
        raise WorkspaceError(_("{folder} is a workspace already.").format(folder=folder))
    for part in _FOLDERS:
        (folder / part).mkdir(parents=True, exist_ok=True)
    settings.write_text(_pattern(name or folder.resolve().name, acronym), "utf-8")
    workspace = open_workspace(folder)
    if not workspace.key_file.exists():
        write_key_ring(workspace.key_file, new_key_ring())
    signer(workspace.signing_key_file)
    return settings


def list_batches(workspace: Workspace) -> list[BatchRow]:
    """Return every batch, the oldest first, with its rows by state as the ledger stands."""
    return batch_rows(Ledger.open(workspace.stores.ledger))


def batch_rows(ledger: Ledger) -> list[BatchRow]:
    """Return the same of a ledger that was opened already."""
    counted: dict[str, dict[str, int]] = {}
    for (batch, _category), counts in tallies(ledger).items():
        held = counted.setdefault(batch, dict.fromkeys(counts, 0))
        for state, count in counts.items():
            held[state] += count
    empty = dict.fromkeys(("rows", "accepted", "repaired", "rejected", "netted"), 0)
    return [
        BatchRow(load, **counted.get(batch, empty), withdrawal=ledger.withdrawn.get(batch))
        for batch, load in ledger.batches.items()
    ]


def batch_statement(workspace: Workspace, batch: str) -> tuple[Commit, Statement]:
    """Return a batch and its statement: rows and money in, and in which states they ended."""
    ledger = Ledger.open(workspace.stores.ledger)
    load = ledger.batch_named(batch)
    return load, statement(ledger, load)


def correct_entry(
    workspace: Workspace,
    batch: str,
    row: int,
    cells: Mapping[str, str],
    *,
    reason: str,
    sheet: str = "",
) -> Statement:
    """Give cells of one row other values and return the statement of its batch."""
    ledger = Ledger.open(workspace.stores.ledger)
    load = ledger.batch_named(batch)
    place = Place(str(load.batch), row, sheet)
    context = fitting(ledger, place, _contexts(workspace, load))
    after = correct(workspace.stores, place, cells, _act_for(reason), context)
    return statement(after, load)


def _contexts(workspace: Workspace, load: Commit) -> list[Context]:
    """Return each of the contexts in which the file of a batch was read, with the keys of pseudonyms."""
    pseudonym = key_ring(workspace).pseudonym
    asked = [one["asked"] for one in load.account["readings"]]
    told = [
        FileEntry(workspace.folder, year=one.get("year"), constants=one.get("constants", {})) for one in asked
    ]
    each = [replace(workspace.context(entry), pseudonym=pseudonym) for entry in told]
    return [one for number, one in enumerate(each) if one not in each[:number]]


def withdraw(
    workspace: Workspace, batch: str, *, reason: str, rows: Sequence[int] = (), sheet: str = ""
) -> Statement:
    """Withdraw rows of a batch, or all of it, and return its statement."""
    ledger = Ledger.open(workspace.stores.ledger)
    load = ledger.batch_named(batch)
    places = [Place(str(load.batch), row, sheet) for row in rows]
    if places:
        return statement(withdraw_entries(workspace.stores, places, _act_for(reason)), load)
    return statement(withdraw_batch(workspace.stores, str(load.batch), _act_for(reason)), load)


def write_rejects(workspace: Workspace, batch: str, out: Path) -> tuple[Path, int]:
    """Write the rejected rows of a batch as a workbook to correct and load again; return it and their number."""
    ledger = Ledger.open(workspace.stores.ledger)
    load = ledger.batch_named(batch)
    return write_rejects_of(ledger, workspace.stores.evidence, load, key_ring(workspace), out)


def verify_ledger(workspace: Workspace) -> Verified:
    """Check that the ledger and its evidence hold what they promise."""
    return verify(workspace.stores)


def rotate_key(workspace: Workspace) -> int:
    """Put a new key for pseudonyms in use and return its number; rows loaded before keep theirs."""
    key_ring(workspace)
    with held(workspace.stores.ledger):
        ring = key_ring(workspace).rotated()
        write_key_ring(workspace.key_file, ring)
    return len(ring.keys)


def rotate_signing_key(workspace: Workspace) -> str:
    """Put a new key for signatures in use and return its fingerprint; what was signed before stays verifiable."""
    with held(workspace.stores.ledger):
        return new_signer(workspace.signing_key_file).fingerprint


def give_back(workspace: Workspace, batch: str, out: Path) -> Path:
    """Write the file of a batch as it came."""
    load = Ledger.open(workspace.stores.ledger).batch_named(batch)
    return workspace.stores.evidence.give_back(str(load.file_sha256), out)


def evidence_of(workspace: Workspace, batch: str) -> Evidence:
    """Return what is known of the file of a batch."""
    load = Ledger.open(workspace.stores.ledger).batch_named(batch)
    found: Evidence | None = workspace.stores.evidence.find(str(load.file_sha256))
    if found is None:
        raise EvidenceError(_("There is no record of the file of batch {batch}.").format(batch=load.batch))
    return found


def due_evidence(workspace: Workspace, today: date) -> list[Evidence]:
    """Return the files with names whose term has ended."""
    return workspace.stores.evidence.due(today)


def delete_evidence(workspace: Workspace, batch: str, reason: str) -> Evidence:
    """Delete the file of a batch for good: its record, the fact of deletion and its rows stay."""
    load = Ledger.open(workspace.stores.ledger).batch_named(batch)
    told = _act_for(reason)
    deletion = Deletion(told.at, told.by, reason)
    return workspace.stores.evidence.delete(str(load.file_sha256), deletion)


def _act_for(reason: str) -> Act:
    """Return the act of the person at this machine; what changes the ledger by hand needs a reason that can be read."""
    if not reason.strip():
        raise LedgerError(for_reader(_("Say why, in words: --reason. It is kept in the ledger."), _("Say why, in words. It is kept in the ledger.")))  # fmt: skip
    return act(reason.strip())


def _pattern(name: str, acronym: str | None) -> str:
    """Return a first saleve.toml, with what may be added as comments."""
    lines = [
        _("# What Salève must know beside the files. All keys: docs/reference/settings.md"),
        "[organisation]",
        f"name = {_quoted(name)}",
        f"acronym = {_quoted(acronym)}" if acronym else _('# acronym = "EO"'),
        "",
        _("# The years of the inventory; all years of the files if left out."),
        "[inventory]",
        "# first_year = 2010",
        "",
        _("# Where you work. Electricity needs the country; other spellings of a name go into aliases."),
        "# [[sites]]",
        _('# name = "Headquarters"'),
        '# country = "CHE"',
        "",
        _("# Your target, if you have stated one."),
        "# [target]",
        "# base_year = 2010",
        "# target_year = 2030",
        "# reduction_pct = 45",
        "",
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
