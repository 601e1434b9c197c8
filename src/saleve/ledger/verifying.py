"""Does the ledger hold what it promises? Files unaltered, versions readable, every row and cent in exactly one state."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from deltalake.exceptions import DeltaError

from saleve.language import _
from saleve.ledger.errors import LedgerError
from saleve.ledger.loading import Stores
from saleve.ledger.reconciling import statement
from saleve.ledger.schemas import KEY
from saleve.ledger.store import Ledger
from saleve.ledger.tables import LedgerTable, damage
from saleve.ledger.tableset import ENTRIES, TableSet
from saleve.method.activity.categories import CATEGORIES


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and every fault in words."""

    commits: int
    batches: int
    files: int
    rows: int
    faults: tuple[str, ...]


def verify(stores: Stores) -> Verified:
    """Check evidence, versions, statements and the tie between activity and entries; collect every fault."""
    try:
        ledger = Ledger.open(stores.ledger)
    except LedgerError as fault:
        return Verified(0, 0, 0, 0, (str(fault),))
    except (OSError, pl.exceptions.PolarsError, DeltaError, ValueError) as fault:
        told = _("The journal cannot be read ({fault}). Put the ledger back from a backup.").format(
            fault=fault
        )
        return Verified(0, 0, 0, 0, (told,))
    damaged = [*_journal(ledger), *_versions(ledger)]
    faults = [*_evidence(stores, ledger), *damaged]
    rows = 0
    if not damaged:  # what is missing or altered cannot be added up
        faults += [*_statements(ledger), *_ties(ledger)]
        rows = sum(statement(ledger, load).rows() for load in ledger.batches.values())
    files = sum(1 for _one in stores.evidence.all())
    return Verified(ledger.commit, len(ledger.batches), files, rows, tuple(faults))


def _journal(ledger: Ledger) -> Iterator[str]:
    """The files of the journal must be as they were written; that it lacks no commit was seen when it was opened."""
    table = ledger.journal.table
    yield from _files_told(table, table.version(), set())


def _evidence(stores: Stores, ledger: Ledger) -> Iterator[str]:
    for one in stores.evidence.altered():
        message = _(
            "Evidence {file} ({hash}): the bytes are missing or altered. Put the file back from a backup."
        )
        yield message.format(file=one.name, hash=one.sha256)
    for one in stores.evidence.undeleted():
        message = _(
            "Evidence {file} ({hash}): it was deleted, but its bytes are still there. Delete it again."
        )
        yield message.format(file=one.name, hash=one.sha256)
    for batch, load in ledger.batches.items():
        if load.file_sha256 and stores.evidence.find(load.file_sha256) is None:
            yield _("Batch {batch}: the evidence store has no record of its file.").format(batch=batch)


def _versions(ledger: Ledger) -> Iterator[str]:
    """Look for files of any version named in the journal that are missing or altered."""
    tables = TableSet(ledger.folder)
    named = {(name, version) for one in ledger.commits for name, version in one.versions.items()}
    seen: set[Path] = set()
    for name, version in sorted(named):
        yield from _files_told(tables[name], version, seen)


def _files_told(table: LedgerTable, version: int, seen: set[Path]) -> Iterator[str]:
    """Tell how many files of a version are damaged; each file is looked at once."""
    try:
        files = [one for one in table.files(version) if one not in seen]
    except (DeltaError, OSError) as fault:
        message = _("Table {table}, version {version} cannot be read: {fault}")
        yield message.format(table=table.name, version=version, fault=fault)
        return
    seen.update(files)
    told = {one: damage(one) for one in files}
    for kind, message in (
        ("missing", _("Table {table}, version {version}: {count} files are missing, the first is {file}.")),
        ("altered", _("Table {table}, version {version}: {count} files were altered, the first is {file}.")),
    ):
        found = [str(one) for one, what in told.items() if what == kind]
        if found:
            yield message.format(table=table.name, version=version, count=len(found), file=found[0])


def _statements(ledger: Ledger) -> Iterator[str]:
    for batch, load in ledger.batches.items():
        for line in statement(ledger, load).lines:
            if line.difference:
                message = _(
                    "Batch {batch}, {category}, {what} {currency}: {total} came in, {difference} is in no state."
                )
                yield message.format(
                    batch=batch,
                    category=line.category,
                    what=line.what,
                    currency=line.currency or "",
                    total=line.total,
                    difference=line.difference,
                )


def _ties(ledger: Ledger) -> Iterator[str]:
    """Every row of activity must be of an entry that was accepted or repaired, in that revision."""
    for category in CATEGORIES:
        if not ledger.versions.get(category):
            continue
        kept = ledger.scan(f"{ENTRIES}{category}").filter(pl.col("state").cast(pl.String) != "rejected")
        loose = ledger.scan(category).join(kept, on=[*KEY, "revision"], how="anti").select(pl.len())
        count = loose.collect().item()
        if count:
            message = _("{category}: {count} rows of activity belong to no accepted entry.")
            yield message.format(category=category, count=count)
