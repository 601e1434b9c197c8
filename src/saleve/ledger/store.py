"""Reading the ledger: activity and entries as they stand, now or after any earlier commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from saleve.language import _, for_reader
from saleve.ledger.errors import LedgerError
from saleve.ledger.journal import LOAD, WITHDRAWAL, Commit, Journal
from saleve.ledger.schemas import KEY
from saleve.ledger.tables import EMPTY, LedgerTable
from saleve.ledger.tableset import ENTRIES, TableSet
from saleve.method.activity.categories import CATEGORIES

FIRST_REVISION = 1
AWAITED = ("refund-without-ticket", "exchange-without-original")  # answered when the other line comes
_MANY_LEDGERS = 16
_READ_CHANGES: dict[object, tuple[tuple[Path, ...], pl.DataFrame]] = {}


@dataclass(frozen=True)
class Ledger:
    """A ledger folder as it was after one commit; nothing that is written later shows in it."""

    folder: Path
    journal: Journal
    commit: int

    @classmethod
    def open(cls, folder: Path, commit: int | None = None) -> "Ledger":
        """Open the ledger at its newest commit, or as it was after an earlier one."""
        journal = Journal.read(folder)
        number = journal.last if commit is None else commit
        journal.versions(number)
        return cls(folder, journal, number)

    @cached_property
    def versions(self) -> Mapping[str, int]:
        """The version of every table after this commit."""
        return self.journal.versions(self.commit)

    @cached_property
    def commits(self) -> tuple[Commit, ...]:
        """The commits up to this one."""
        return self.journal.commits[: self.commit]

    @cached_property
    def batches(self) -> Mapping[str, Commit]:
        """The load of each batch, in the order of loading."""
        return {one.batch: one for one in self.commits if one.kind == LOAD and one.batch}

    @cached_property
    def withdrawn(self) -> Mapping[str, Commit]:
        """The batches that were withdrawn as a whole or replaced, each with the commit that did it."""
        ended = [(one.batch if one.kind == WITHDRAWAL else one.replaces, one) for one in self.commits]
        return {batch: one for batch, one in reversed(ended) if batch}  # the first time counts

    @cached_property
    def completing(self) -> tuple[str, ...]:
        """The batches of workbooks of rejects, which complete others; also those of a time when loading did not say."""
        return tuple(name for name, load in self.batches.items() if load.account.get("completes", name))

    def successor(self, batch: str) -> str | None:
        """Return the batch that took the place of one, or of the one that did; None where none did."""
        took = {load.replaces: name for name, load in self.batches.items() if load.replaces}
        now = took.get(batch)
        while now in took:
            now = took[now]
        return now

    def before_withdrawal(self, batch: str) -> "Ledger":
        """Return the ledger as it was before the batch was withdrawn."""
        return Ledger(self.folder, self.journal, self.withdrawn[batch].commit - 1)

    def batch_named(self, start: str) -> Commit:
        """Return the batch whose name begins with these signs; raises ``LedgerError`` when none or several do."""
        found = [name for name in self.batches if start and name.startswith(start.lower())]
        exact = [name for name in found if name == start.lower()]
        standing = [name for name in found if name not in self.withdrawn]
        if not exact and len(standing) == 1:
            return self.batches[standing[0]]
        if not start.strip():
            raise LedgerError(for_reader(_("Name the batch. See saleve batches."), _("Choose a batch from the list of batches.")))  # fmt: skip
        if len(exact or found) == 1:
            return self.batches[(exact or found)[0]]
        if found:
            message = _("Several batches begin with {start}: {names}. Write more of the name.")
            raise LedgerError(message.format(start=start, names=", ".join(found)))
        message = for_reader(
            _("There is no batch {name}. See saleve batches."),
            _("There is no batch {name}. Choose one from the list of batches."),
        )
        raise LedgerError(message.format(name=start))

    def standing_batch(self, sha256: str) -> Commit | None:
        """Return the load of this very file, unless it was withdrawn."""
        loads = [
            one
            for one in self.batches.values()
            if one.file_sha256 == sha256 and one.batch not in self.withdrawn
        ]
        return loads[-1] if loads else None

    def categories(self) -> list[str]:
        """Return the source categories of which rows were loaded, in the order of the inventory."""
        return [name for name in CATEGORIES if self.versions.get(f"{ENTRIES}{name}")]

    def activity(self, category: str) -> pl.LazyFrame:
        """Return the activity that stands: neither netted, corrected away nor withdrawn."""
        rows = self._standing_batches(self.scan(category))
        whole = _without(rows, self._said(category).lapsed, [*KEY, "revision"])
        return _without(whole, self._said(category).single_legs, [*KEY, "leg"])

    def latest_activity(self, category: str) -> pl.LazyFrame:
        """Return the activity of each entry in its present revision, netted or not; of withdrawn entries none."""
        rows = self._standing_batches(self.scan(category))
        latest = _without(rows, self._said(category).superseded, [*KEY, "revision"])
        return _without(latest, self.withdrawn_entries(category), list(KEY))

    def stated_periods(self) -> Mapping[str, tuple[date, date]]:
        """Return batch -> first and last day, of the files for which a period was stated."""
        stated = {batch: load.account.get("period") for batch, load in self.batches.items()}
        return {
            batch: (date.fromisoformat(days[0]), date.fromisoformat(days[1]))
            for batch, days in stated.items()
            if days
        }

    def latest(self, category: str, batches: Sequence[str] | None = None) -> pl.LazyFrame:
        """Return each entry in its present revision, in the state that reading or correcting gave it."""
        rows = self._standing_batches(self.scan(f"{ENTRIES}{category}", batches))
        return _without(rows, self._said(category).superseded, [*KEY, "revision"])

    def withdrawn_entries(self, category: str) -> pl.DataFrame:
        """Return the entries (``KEY``) that a person withdrew one by one: they settle nothing any more."""
        return self._said(category).withdrawn

    def counting(self, category: str, batches: Sequence[str] | None = None) -> pl.LazyFrame:
        """Return each entry as ``latest`` does, without those that a person withdrew: they settle nothing any more."""
        return _without(self.latest(category, batches), self.withdrawn_entries(category), list(KEY))

    def entries(self, category: str, batches: Sequence[str] | None = None) -> pl.LazyFrame:
        """Return each entry in its present revision, with the state in which it ends and what settled it."""
        latest = self.latest(category, batches)
        netted = self.netted(category).select(*KEY, "change", "reason", "by_batch", "by_sheet", "by_row")
        ended = netted.sort(netted.columns).unique(KEY, keep="first")  # several lines may settle one
        settled = latest.join(words_kept(ended.lazy()), on=list(KEY), how="left")
        return settled.with_columns(
            pl.when(pl.col("reason").is_not_null())
            .then(pl.lit("netted"))
            .otherwise(pl.col("state").cast(pl.String))
            .alias("state")
        )

    def netted(self, category: str) -> pl.DataFrame:
        """Return the entries that no longer count as a whole, with reason and counterpart."""
        return self._said(category).netted

    def verdicts(self, category: str, reasons: Sequence[str] | None = None) -> pl.DataFrame:
        """Return every entry that is netted now, wholly or in part, and what settles it; one row for each that does."""
        netted = self._said(category).netting.filter(change="netted")
        return netted if reasons is None else netted.filter(pl.col("reason").is_in(reasons))

    def findings(self, batches: Sequence[str]) -> pl.DataFrame:
        """Return what reading and settling these batches reported, and nobody has answered since."""
        found = in_text(self.scan("findings", batches)).collect().unique(maintain_order=True)
        waiting = found.filter(pl.col("code").is_in(AWAITED))
        if waiting.is_empty():
            return found
        settled = pl.concat([self.netted(one).select(KEY) for one in waiting["category"].unique()])
        place = ["batch", "source_sheet", "row"]
        came = waiting.join(settled, left_on=place, right_on=list(KEY), how="semi")
        return found.join(came, on=[*place, "code"], how="anti", nulls_equal=True, maintain_order="left")

    def scan(self, table: str, batches: Sequence[str] | None = None) -> pl.LazyFrame:
        """Return all rows of a table, whatever became of them."""
        return TableSet(self.folder)[table].scan(self.versions.get(table, 0), batches)

    @cached_property
    def changes(self) -> pl.DataFrame:
        """All changes, the oldest first."""
        return _changes(TableSet(self.folder)["changes"], self.versions.get("changes", EMPTY))

    def _standing_batches(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        gone = list(self.withdrawn)
        return rows.filter(~pl.col("batch").cast(pl.String).is_in(gone)) if gone else rows

    def changes_of(self, category: str) -> pl.DataFrame:
        """Return the changes of one category."""
        return self._changes_by_category.get((category,), self.changes.clear())

    @cached_property
    def _changes_by_category(self) -> Mapping[tuple[object, ...], pl.DataFrame]:
        return self.changes.partition_by("category", as_dict=True)

    def _said(self, category: str) -> "_Said":
        if category not in self._said_by_category:
            self._said_by_category[category] = _Said(self.changes_of(category))
        return self._said_by_category[category]

    @cached_property
    def _said_by_category(self) -> dict[str, "_Said"]:
        return {}


@dataclass(frozen=True)
class _Said:
    """What the changes of one category say of its entries."""

    changes: pl.DataFrame

    @cached_property
    def netting(self) -> pl.DataFrame:
        """The last word on each entry: netted, withdrawn, or standing again."""
        told = self.changes.filter(pl.col("change") != "corrected")
        last = told.group_by(KEY).agg(pl.col("commit").max())
        return told.join(last, on=[*KEY, "commit"], how="semi")

    @cached_property
    def netted(self) -> pl.DataFrame:
        """The entries that no longer count as a whole."""
        return self.netting.filter(pl.col("change").is_in(["netted", "withdrawn"]) & pl.col("legs").is_null())

    @cached_property
    def withdrawn(self) -> pl.DataFrame:
        """The entries that a person withdrew one by one."""
        return self.netting.filter(change="withdrawn").select(KEY).unique()

    @cached_property
    def corrected(self) -> pl.DataFrame:
        """The corrected entries with their present revision."""
        corrected = self.changes.filter(change="corrected")
        return corrected.group_by(KEY).agg(pl.col("revision").max())

    @cached_property
    def superseded(self) -> pl.DataFrame:
        """The entries and revisions that a correction replaced."""
        earlier = self.corrected.with_columns(pl.int_ranges(FIRST_REVISION, "revision").alias("revision"))
        return earlier.explode("revision").drop_nulls("revision")

    @cached_property
    def lapsed(self) -> pl.DataFrame:
        """The entries and revisions whose activity does not count."""
        whole = self.netted.select(KEY)
        ended = whole.join(self.corrected, on=list(KEY), how="left").with_columns(
            pl.int_ranges(FIRST_REVISION, pl.col("revision").fill_null(FIRST_REVISION) + 1).alias("revision")
        )
        return pl.concat([ended.explode("revision"), self.superseded]).unique()

    @cached_property
    def single_legs(self) -> pl.DataFrame:
        """The legs that no longer count, of entries that count in part."""
        part = self.netting.filter((pl.col("change") == "netted") & pl.col("legs").is_not_null())
        return part.select(*KEY, pl.col("legs").alias("leg")).explode("leg")


def _without(rows: pl.LazyFrame, gone: pl.DataFrame, on: list[str]) -> pl.LazyFrame:
    """Leave out what is gone; nothing gone costs nothing, however many rows there are."""
    return rows if gone.is_empty() else rows.join(words_kept(gone.lazy()), on=on, how="anti")


def _changes(table: LedgerTable, version: int) -> pl.DataFrame:
    """Return all changes of a version; of a version that is the one last read with more files, only these are read."""
    files = tuple(table.files(version))
    known, changes = _READ_CHANGES.get(table.made_as(), ((), pl.DataFrame(schema=table.schema)))
    if files == known:
        return changes
    if files[: len(known)] != known:
        known, changes = (), changes.clear()
    came = in_text(table.scan_files(files[len(known) :])).collect()
    changes = pl.concat([changes, came]).sort("commit", maintain_order=True)
    _READ_CHANGES[table.made_as()] = files, changes
    for oldest in list(_READ_CHANGES)[:-_MANY_LEDGERS]:
        _READ_CHANGES.pop(oldest, None)
    return changes


def in_text(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows with dictionary columns as text."""
    return frame.cast({pl.Categorical: pl.String})


def words_kept(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Bring the words of a key to the dictionary columns in which the tables keep them."""
    return frame.with_columns(pl.col("batch", "source_sheet").cast(pl.Categorical))
