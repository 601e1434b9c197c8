"""Loading one file: evidence, entries, activity and findings in one commit; the same file again adds nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from saleve.language import _
from saleve.ledger.committing import Writer, Writing
from saleve.ledger.entering import (
    Account,
    Origin,
    activity_of,
    entries_of,
    findings_of,
    names_persons,
    repairs_of,
)
from saleve.ledger.errors import EvidenceError, LedgerError
from saleve.ledger.evidence import Evidence, EvidenceStore, sha256_of
from saleve.ledger.intake.checking import Checked, check_in_parts
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.journal import LOAD, WITHDRAWAL, Commit
from saleve.ledger.reconciling import Statement, statement
from saleve.ledger.rejecting import Marks, with_completed
from saleve.ledger.schemas import FINDINGS, REPAIRED
from saleve.ledger.settling import settlement
from saleve.ledger.store import Ledger, in_text
from saleve.ledger.tableset import ENTRIES

_SIGNS = 12  # of the hash name a batch: 48 bits
_STATED = ("period_start", "period_end", "evidence_date")

Status = Literal["committed", "already_loaded", "refused", "not_confirmed"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a file once: the arguments of ``check_in_parts``, and those of them that the journal keeps."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file that was loaded: its status, its batch and statement, and what was reported."""

    file: str
    status: Status
    batch: str | None = None
    statement: Statement | None = None
    problems: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FINDINGS))
    repairs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPAIRED))
    reason: str | None = None  # why it was refused
    known_as: str | None = None  # the name under which the same file was loaded before
    same_name: tuple[str, ...] = ()  # other files of the same name that count as well: their batches
    ledger: Ledger | None = field(
        default=None, repr=False, compare=False
    )  # as it is, or will be, with the batch


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that somebody brings: where it lies, what it is called, who brings it and when, and what it replaces."""

    path: Path
    name: str
    by: str
    at: datetime
    readings: tuple[Reading, ...] = (Reading(),)
    evidence: Mapping[str, Any] = field(
        default_factory=dict
    )  # period_start, period_end, evidence_date, keep_until
    replaces: str | None = None  # a batch that is withdrawn in the same commit
    completes: Marks | None = None  # it is a workbook of rejects of an earlier batch, corrected
    reason: str | None = None
    in_folder: bool = False  # it lies in the workspace's folder, which is kept in step with the ledger


@dataclass(frozen=True, slots=True)
class Stores:
    """Where a workspace keeps its ledger and its evidence."""

    ledger: Path
    evidence: EvidenceStore
    own_values: Mapping[str, float] = field(
        default_factory=dict
    )  # assumptions that the organisation set itself


def load(stores: Stores, delivery: Delivery, confirm: Callable[[Loaded], bool] | None = None) -> Loaded:
    """Load a file: all of it or nothing. ``confirm`` is shown what would become of it and may say no.

    A file that cannot be read is refused with the reason, and nothing is kept of it.
    """
    try:
        sha256 = sha256_of(delivery.path)
        with Writer(stores.ledger).writing() as writing:
            return _load(stores, delivery, _Work(writing, sha256), confirm)
    except (FileRefusedError, EvidenceError) as refusal:
        return Loaded(delivery.name, "refused", reason=str(refusal))


@dataclass(frozen=True, slots=True)
class _Work:
    """One load in the making."""

    writing: Writing
    sha256: str

    @property
    def ledger(self) -> Ledger:
        """The ledger before this load."""
        journal = self.writing.journal
        return Ledger(self.writing.tables.folder, journal, journal.last)


def batch_name(ledger: Ledger, sha256: str) -> str:
    """Return the name of a new batch: the first signs of the hash; after a withdrawal with a number behind."""
    start = sha256[:_SIGNS]
    earlier = sum(load.file_sha256 == sha256 for load in ledger.batches.values())
    return f"{start}-{earlier + 1}" if earlier else start


def _load(
    stores: Stores, delivery: Delivery, work: _Work, confirm: Callable[[Loaded], bool] | None
) -> Loaded:
    refuse_unknown_batch(work.ledger, delivery)
    known = work.ledger.standing_batch(work.sha256)
    if known and known.batch != delivery.replaces:
        before = _loaded_before(stores, delivery, work, known)
        return replace(before, file=delivery.name, known_as=known.account["file"])
    if delivery.replaces in work.ledger.withdrawn:
        message = _("The batch {batch} does not stand any more: nothing can take its place.")
        raise LedgerError(message.format(batch=delivery.replaces))
    origin = Origin(batch_name(work.ledger, work.sha256), work.sha256)
    delivery = _as_stated(delivery, stores.evidence.find(work.sha256))
    account, personal = _staged(delivery, origin, work.writing)
    commit = _commit(delivery, origin, account)
    provisional = work.writing.foreseen(commit)
    if len(delivery.readings) > 1:
        _refuse_rows_twice(provisional, commit)
    gone = [delivery.replaces] if delivery.replaces else []
    settled = settlement(provisional, [origin.batch, *gone], stores.own_values)
    work.writing.add("changes", settled.changes)
    work.writing.add("findings", settled.findings)
    preview = outcome(work.writing.foreseen(commit), commit, "committed")
    preview = replace(preview, same_name=tuple(_namesakes(work.ledger, delivery)))
    if confirm and not confirm(preview):
        return replace(preview, status="not_confirmed")
    stores.evidence.keep(delivery.path, _evidence(delivery, work.sha256, personal=personal))
    work.writing.finish(commit)
    return preview


def refuse_unknown_batch(ledger: Ledger, delivery: Delivery) -> None:
    """Refuse a workbook of rejects whose batch the ledger does not know."""
    marks = delivery.completes
    if marks and (marks.batch not in ledger.batches or not delivery.readings):
        message = _("This workbook holds rejected rows of batch {batch}. Load the file of that batch first, then this one.")  # fmt: skip
        raise FileRefusedError(message.format(batch=marks.batch))


def _refuse_rows_twice(ledger: Ledger, load: Commit) -> None:
    """Refuse a file of which one row would count twice, because it is listed twice for one category."""
    for category in {one["category"] for one in load.account["readings"]}:
        rows = ledger.scan(f"{ENTRIES}{category}", [str(load.batch)]).select("source_sheet", "source_row")
        names = rows.collect()
        if twice := names.height - names.n_unique():
            message = _(
                "{count} rows of {file} are read twice as {category}: its entries in saleve.toml overlap. Tell them "
                "apart with where or sheet."
            )
            raise FileRefusedError(message.format(count=twice, file=load.account["file"], category=category))


def _as_stated(delivery: Delivery, known: Evidence | None) -> Delivery:
    """Let what was stated of the file when it came first hold when it is read anew."""
    stated = {name: getattr(known, name) for name in _STATED if known} | dict(delivery.evidence)
    return replace(delivery, evidence=stated)


def _loaded_before(stores: Stores, delivery: Delivery, work: _Work, known: Commit) -> Loaded:
    """Add nothing; a batch whose place the file takes is withdrawn all the same."""
    gone = delivery.replaces
    if gone is None or gone in work.ledger.withdrawn:
        return outcome(work.ledger, known, "already_loaded")
    told = {"file": delivery.name, "in_folder": delivery.in_folder}
    commit = Commit(WITHDRAWAL, delivery.at, delivery.by, gone, reason=delivery.reason, account=told)
    settled = settlement(work.writing.foreseen(commit), [gone], stores.own_values)
    work.writing.add("changes", settled.changes)
    work.writing.add("findings", settled.findings)
    return outcome(work.writing.finish(commit), known, "already_loaded")


def _namesakes(ledger: Ledger, delivery: Delivery) -> list[str]:
    """Return the batches of other files of this name that stand: this one may be their new edition."""
    gone = {*ledger.withdrawn, delivery.replaces}
    loads = ledger.batches.values()
    return [str(one.batch) for one in loads if one.account["file"] == delivery.name and one.batch not in gone]


def outcome(ledger: Ledger, load: Commit, status: Status) -> Loaded:
    """Return what became of a loaded file as the ledger stands."""
    batch = str(load.batch)
    return Loaded(
        load.account["file"],
        status,
        batch,
        statement(ledger, load),
        ledger.findings([batch]),
        in_text(ledger.scan("repairs", [batch])).collect(),
        ledger=ledger,
    )


def _staged(delivery: Delivery, origin: Origin, writing: Writing) -> tuple[Account, bool]:
    """Read the file part by part and stage what comes; return its account and whether it names persons."""
    account, personal = Account(delivery.name), False
    for number, checked, kept in parts_of(delivery):
        entries = with_completed(entries_of(checked, origin), checked, delivery.completes)
        writing.add(f"{ENTRIES}{checked.category}", entries)
        writing.add(checked.category, activity_of(checked, origin))
        writing.add("findings", findings_of(checked, origin))
        writing.add("repairs", repairs_of(checked, origin))
        account.add(checked, kept, number)
        personal = personal or names_persons(checked)
    return account, personal


def parts_of(delivery: Delivery) -> Iterator[tuple[int, Checked, Mapping[str, Any]]]:
    """Yield every part of every reading; sheets of other categories are read after the first, each by its own category."""
    for number, reading in enumerate(delivery.readings):
        others: dict[str, str] = {}
        asked = {**reading.arguments, "name": delivery.name}
        for checked in check_in_parts(delivery.path, **asked):
            others |= checked.other_sheets
            yield number, checked, reading.kept
        for sheet, category in others.items():
            again = {**asked, "sheet": sheet, "category": category}
            for checked in check_in_parts(delivery.path, **again):
                yield number, checked, reading.kept


def _commit(delivery: Delivery, origin: Origin, account: Account) -> Commit:
    return Commit(
        kind=LOAD,
        at=delivery.at,
        by=delivery.by,
        batch=origin.batch,
        file_sha256=origin.sha256,
        replaces=delivery.replaces,
        reason=delivery.reason,
        account={
            **account.as_dict(),
            **_period(delivery),
            "in_folder": delivery.in_folder,
            "completes": delivery.completes.batch if delivery.completes else None,
        },
    )


def _period(delivery: Delivery) -> dict[str, Any]:
    """Return the period that was stated for the file, where both of its days were."""
    days = [delivery.evidence.get(name) for name in ("period_start", "period_end")]
    return {"period": [day.isoformat() for day in days if day]} if all(days) else {}


def _evidence(delivery: Delivery, sha256: str, *, personal: bool) -> Evidence:
    return Evidence(
        sha256=sha256,
        name=delivery.name,
        size_bytes=delivery.path.stat().st_size,
        uploaded_at=delivery.at,
        uploaded_by=delivery.by,
        personal=personal,
        **delivery.evidence,
    )
