"""What would become of a staged file: its headers as they are understood, its rows by state, what its rows touch; nothing is loaded."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.deliveries import delivery_of, key_ring
from saleve.ems.mappings import propose_mapping
from saleve.ems.row_places import RowPlace, places_checked
from saleve.ems.settings import WorkspaceError
from saleve.ems.staging import Staged
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.ledger.entering import Origin, category_of, entries_of
from saleve.ledger.errors import LedgerError
from saleve.ledger.evidence import sha256_of
from saleve.ledger.intake.checking import Checked, combined_problems
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.loading import parts_of, refuse_unknown_batch
from saleve.ledger.profiles import ProfileChangedError
from saleve.ledger.proposing import HeaderProposal, Proposal
from saleve.ledger.store import Ledger
from saleve.method.problems import PROBLEM_SCHEMA, SaleveError
from saleve.reporting.labels import label

_SUMMARY = "preview.json"
_FORM = 3  # of what is kept; another form is not read, the file is previewed anew
_TABLES = ("accepted", "repaired", "rejected", "repairs", "problems")
SHOWN_ROWS = 200  # of each state
_REFUSALS = (
    FileRefusedError,
    LedgerError,
    WorkspaceError,
)  # not every SaleveError: one of them stops the work
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Headers:
    """How the headers of the first table of a file are understood."""

    category: str | None
    runners_up: tuple[str, ...]
    headers: tuple[HeaderProposal, ...]
    missing: tuple[str, ...]  # required columns without a header
    profile: str  # name of the mapping that was taught for them; empty where none was


@dataclass(frozen=True)
class Preview:
    """What would become of a staged file; of each state the first rows."""

    rows: int
    counts: Mapping[str, int]  # accepted, repaired, rejected
    categories: tuple[str, ...]
    places: tuple[RowPlace, ...]
    fault: str  # why it cannot be loaded as it is; empty where it can
    changed_headers: bool  # the fault is that headers changed since a mapping was taught
    completes: str  # the batch of which the file is the workbook of rejects
    known: str  # the batch as which this very file is loaded already
    headers: Headers | None  # None where no row of headers was found
    tables: Mapping[str, pl.DataFrame]


def preview(workspace: Workspace, staged: Staged, progress: Progress | None = None) -> Preview:
    """Read the file as it would be loaded and keep what came of it beside it."""
    tell = progress or (lambda _what, _done, _all: None)
    tell(_("The headers are looked at."), 0, 3)
    headers = _headers(workspace, staged)
    tell(_("The rows are checked."), 1, 3)
    try:
        found = replace(_checked(workspace, staged, tell), headers=headers)
    except _REFUSALS as fault:
        changed = isinstance(fault, ProfileChangedError)
        nothing = {name: pl.DataFrame() for name in _TABLES}
        found = Preview(0, {}, (), (), _in_words(fault, headers), changed, "", "", headers, nothing)
    _keep(staged, found)
    return found


def previewed(staged: Staged, *, rows: bool = False) -> Preview | None:
    """Return the preview of the file as it is said to be now, with its ``rows`` or without; None where there is none."""
    try:
        told = json.loads((staged.folder / _SUMMARY).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if told.pop("said", None) != _said(staged):
        return None
    told["categories"] = tuple(told["categories"])
    told["places"] = tuple(RowPlace(**one) for one in told["places"])
    told["headers"] = _headers_from(told["headers"])
    names = _TABLES if rows else ()
    return Preview(**told, tables={name: pl.read_parquet(_table(staged, name)) for name in names})


def table_of(staged: Staged, name: str) -> pl.DataFrame | None:
    """Return a table that the preview kept beside those that every file has; None where there is none."""
    path = _table(staged, name)
    return pl.read_parquet(path) if path.is_file() else None


def _in_words(fault: SaleveError, headers: Headers | None) -> str:
    """Return why a file cannot be loaded as it is, and what to do on its page; the command line names its own ways."""
    if isinstance(fault, ProfileChangedError):
        changed = fault.resemblance
        text = _(
            "The headers changed since they were remembered as {name}. New: {new}. Missing: {gone}. Look at them, then say that they are right."
        )
        new, gone = (", ".join(names) or "–" for names in (changed.new, changed.gone))
        return text.format(name=changed.profile.name, new=new, gone=gone)
    if headers and headers.category is None and headers.runners_up:
        text = _("The headers fit several source categories: {names}. Choose the right one under Columns.")
        return text.format(names=", ".join(label("source", name) for name in headers.runners_up))
    if headers and headers.category is None:
        return _("The headers do not tell what the file is about. Choose its source category under Columns.")
    return str(fault)


def _said(staged: Staged) -> dict[str, Any]:
    """Return what the person said that changes how the file is read, as JSON gives it back."""
    names = ("category", "year", "columns", "constants", "confirmed")
    return {"form": _FORM, **{name: getattr(staged, name) for name in names}}


def _keep(staged: Staged, found: Preview) -> None:
    for old in staged.folder.glob("entries-*.preview"):
        old.unlink()
    for name, table in found.tables.items():
        table.write_parquet(_table(staged, name))
    told = asdict(replace(found, tables={})) | {"said": _said(staged)}
    del told["tables"]
    unfinished = staged.folder / f"{_SUMMARY}.part"
    unfinished.write_text(json.dumps(told), "utf-8")
    unfinished.replace(staged.folder / _SUMMARY)


def _table(staged: Staged, name: str) -> Path:
    return staged.folder / f"{name}.preview"


def _headers(workspace: Workspace, staged: Staged) -> Headers | None:
    try:
        found = _proposal(workspace, staged, staged.columns or {})
        near = found.profile if found.profile and found.profile.near else None
        if near and staged.confirmed:  # what was taught holds for the headers that remain
            names = [one.header for one in found.headers]
            known = near.profile.adapted(names).columns
            found = _proposal(workspace, staged, {**known, **(staged.columns or {})})
    except _REFUSALS:
        return None
    used = found.profile if found.profile and (found.profile.exact or staged.confirmed) else None
    name = used.profile.name if used else ""
    return Headers(found.category, found.runners_up, found.headers, found.missing, name)


def _proposal(workspace: Workspace, staged: Staged, columns: Mapping[str, str]) -> Proposal:
    return propose_mapping(
        workspace, staged.path, category=staged.category, columns=columns, constants=staged.constants
    )


def _headers_from(told: dict[str, Any] | None) -> Headers | None:
    if told is None:
        return None
    lists = ("samples", "alternatives")
    each = [one | {name: tuple(one[name]) for name in lists} for one in told["headers"]]
    told |= {name: tuple(told[name]) for name in ("runners_up", "missing")}
    return Headers(**{**told, "headers": tuple(HeaderProposal(**one) for one in each)})


def _checked(workspace: Workspace, staged: Staged, tell: Progress) -> Preview:
    """Read the file part by part, as loading would, and keep of each part what a preview shows."""
    delivery = delivery_of(workspace, staged.path, staged.as_wishes(), key_ring(workspace))
    ledger = Ledger.open(workspace.stores.ledger)
    refuse_unknown_batch(ledger, delivery)
    known = ledger.standing_batch(sha256_of(staged.path))
    seen = _Seen()
    for number, checked, _kept in parts_of(delivery):
        seen.add(number, checked)
        tell(_("{rows} rows were checked.").format(rows=seen.rows), 2, 3)
    return Preview(
        rows=seen.rows,
        counts=seen.counts,
        categories=tuple(dict.fromkeys(category for _number, category, _sheets in seen.of_files)),
        places=tuple(seen.places.values()),
        fault="",
        changed_headers=False,
        completes=delivery.completes.batch if delivery.completes else "",
        known=str(known.batch) if known else "",
        headers=None,
        tables=seen.tables() | seen.entries(),
    )


class _Seen:
    """What a preview shows of the parts read so far: a long file is never held as a whole."""

    def __init__(self) -> None:
        self.rows = 0
        self.counts = dict.fromkeys(("accepted", "repaired", "rejected"), 0)
        self.places: dict[tuple[str | None, ...], RowPlace] = {}
        self.of_files: dict[tuple[int, str, tuple[str, ...]], list[pl.DataFrame]] = {}
        self._of_rows: list[pl.DataFrame] = []
        self._entries: dict[str, list[pl.DataFrame]] = {}
        self._first: dict[str, list[pl.DataFrame]] = {name: [] for name in (*self.counts, "repairs")}

    def add(self, number: int, checked: Checked) -> None:
        self.rows += checked.rows
        for state in self.counts:
            self.counts[state] += getattr(checked, state)
        for place in places_checked(checked):
            self.places.setdefault((place.category, place.unit, place.site), place)
        of_file = self.of_files.setdefault((number, checked.category, checked.sheets), [])
        of_file.append(checked.problems.filter(pl.col("row").is_null()).select(PROBLEM_SCHEMA.names()))
        self._of_rows.append(_by_kind(checked.problems.drop_nulls("row").with_columns(count=1)))
        parts = {state: _in_state(checked, state) for state in ("accepted", "repaired")}
        for name, rows in (parts | {"rejected": _rejected(checked), "repairs": checked.repairs}).items():
            self._first[name].append(rows.head(SHOWN_ROWS))
        if checked.rejected:
            self._entries.setdefault(checked.category, []).append(_entries(checked))

    def entries(self) -> dict[str, pl.DataFrame]:
        """Return the first rejected rows of each category as the ledger would keep them, to be corrected before the load."""
        return {f"entries-{name}": pl.concat(parts, how="diagonal_relaxed").head(SHOWN_ROWS) for name, parts in self._entries.items()}  # fmt: skip

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the first rows of each state, what was repaired in them, and what was found."""
        of_files = [combined_problems(parts) for parts in self.of_files.values()]
        of_rows = _by_kind(pl.concat(self._of_rows))
        return {
            **{state: _rows(self._first[state]) for state in self.counts},
            "repairs": pl.concat(self._first["repairs"]).head(SHOWN_ROWS),
            "problems": pl.concat([*of_files, of_rows], how="diagonal_relaxed"),
        }


def _by_kind(problems: pl.DataFrame) -> pl.DataFrame:
    """Return the first problem of each kind, and how many rows have one."""
    first = pl.col("row", "message", "suggestion").first()
    kinds = problems.group_by("severity", "code", "column", maintain_order=True)
    return kinds.agg(first, pl.col("count").cast(pl.Int64).sum()).select(*PROBLEM_SCHEMA, "count")


def _in_state(one: Checked, state: str) -> pl.DataFrame:
    rows = one.table.filter(pl.col("state").cast(pl.String) == state).head(SHOWN_ROWS)
    return rows.drop("state", "source_file", strict=False)


def _rejected(one: Checked) -> pl.DataFrame:
    """Return rejected rows as they stand in the file, without names of persons, each with its reasons."""
    personal = {column.name for column in category_of(one.category).columns if column.personal}
    names = {
        match.header for mapping in one.mappings for match in mapping.matches if match.column in personal
    }
    rows = one.rejected_rows.head(SHOWN_ROWS).drop(names, strict=False)
    if "source_row" not in rows.columns:
        return rows
    errors = one.problems.filter(pl.col("severity") == "error").drop_nulls("row")
    sentence = pl.concat_str("message", "suggestion", separator=" ", ignore_nulls=True)
    why = errors.group_by("row").agg(sentence.unique(maintain_order=True).str.join(" ").alias("why"))
    told = rows.join(why, left_on="source_row", right_on="row", how="left", maintain_order="left")
    return told.select("source_row", "why", pl.exclude("source_row", "why"))


def _entries(one: Checked) -> pl.DataFrame:
    """Return rejected rows as entries, with the headers that faults name and the faults."""
    entries = entries_of(one, Origin("", "")).filter(pl.col("state") == "rejected").head(SHOWN_ROWS)
    errors = one.problems.filter(pl.col("severity") == "error").drop_nulls("row")
    sentence = pl.concat_str("message", "suggestion", separator=" ", ignore_nulls=True)
    faults = errors.group_by("row").agg(headers=pl.col("column").fill_null(""), faults=sentence)
    joined = entries.join(faults, left_on="source_row", right_on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.col(pl.Categorical).cast(pl.String))


def _rows(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Put the rows of several tables below each other, as texts beside the number of the row; empty columns are left out."""
    texts = [
        part.select(_as_text(name, kind) for name, kind in part.schema.items())
        for part in parts
        if not part.is_empty()
    ]
    if not texts:
        return pl.DataFrame()
    whole = pl.concat(texts, how="diagonal").head(SHOWN_ROWS)
    return whole.select(name for name in whole.columns if whole[name].drop_nulls().len())


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    if name == "source_row":
        return pl.col(name).cast(pl.Int64)
    if isinstance(kind, pl.List):
        return pl.col(name).list.eval(pl.element().cast(pl.String, strict=False)).list.join(", ").alias(name)
    if kind.is_decimal() or kind.is_float():
        return pl.col(name).cast(pl.Float64).cast(pl.String).str.strip_suffix(".0").alias(name)
    if isinstance(kind, pl.Struct):
        return pl.col(name).struct.json_encode().alias(name)
    return pl.col(name).cast(pl.String, strict=False)
