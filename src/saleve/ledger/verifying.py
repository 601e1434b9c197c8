"""Does the ledger hold what it promises? Files unaltered, versions readable, every row and cent in exactly one state."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from saleve.language import _
from saleve.ledger.loading import Stores
from saleve.ledger.reconciling import statement
from saleve.ledger.schemas import KEY
from saleve.ledger.store import Ledger
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
    ledger = Ledger.open(stores.ledger)
    rows = [statement(ledger, load).rows() for load in ledger.batches.values()]
    faults = [
        *_evidence(stores, ledger),
        *_versions(ledger),
        *_statements(ledger),
        *_ties(ledger),
    ]
    files = sum(1 for _one in stores.evidence.all())
    return Verified(ledger.commit, len(ledger.batches), files, sum(rows), tuple(faults))


def _evidence(stores: Stores, ledger: Ledger) -> Iterator[str]:
    for one in stores.evidence.altered():
        message = _(
            "Evidence {file} ({hash}): the bytes are missing or altered. Put the file back from a backup."
        )
        yield message.format(file=one.name, hash=one.sha256)
    for batch, load in ledger.batches.items():
        if load.file_sha256 and stores.evidence.find(load.file_sha256) is None:
            yield _("Batch {batch}: the evidence store has no record of its file.").format(batch=batch)


def _versions(ledger: Ledger) -> Iterator[str]:
    """Look for files of any version named in the journal that are not there."""
    tables = TableSet(ledger.folder)
    named = {(name, version) for one in ledger.commits for name, version in one.versions.items()}
    for name, version in sorted(named):
        missing = tables[name].missing_files(version)
        if missing:
            message = _("Table {table}, version {version}: {count} files are missing, the first is {file}.")
            yield message.format(table=name, version=version, count=len(missing), file=missing[0])


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
