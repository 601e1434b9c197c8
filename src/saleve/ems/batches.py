"""What the ledger holds, batch by batch, as pages show it: the list, the places that a batch touches, its account, its rows.

Nothing here depends on who asks; ``people/own_places/ledger.py`` says whose which batch and row is. What is worked out of a ledger after one
commit never changes, so it is kept for the next who asks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.ledgers import BatchRow, batch_rows
from saleve.ems.workspace import Workspace
from saleve.ledger.journal import CORRECTION, Commit
from saleve.ledger.reconciling import Statement, statement
from saleve.ledger.schemas import KEY, activity_schema, entry_schema
from saleve.ledger.store import Ledger, in_text
from saleve.ledger.tableset import ENTRIES

Place = tuple[str, str | None, str | None]  # category, unit, site
Names = Mapping[str, str]  # how files call a site, in small letters -> site
_OF_PLACE = ("unit", "site")
_PLACED = ("place_unit", "place_site")
_NOTHING = pl.lit(None, pl.String)
_OF_FILE = ["source_sheet", "source_row"]
_MANY = 256
_FEW = 4  # of what may be large

_COUNTS: dict[str, Any] = dict.fromkeys(("rows", "accepted", "repaired", "rejected", "netted"), pl.Int64)
LISTED = pl.Schema(
    {
        "batch": pl.String,
        "file": pl.String,
        "categories": pl.List(pl.String),
        "loaded_at": pl.Datetime("us", "UTC"),
        "loaded_by": pl.String,
        **_COUNTS,
        "state": pl.String,  # one of BATCH_STATES
    }
)
BATCH_STATES = ("waiting", "corrected", "complete", "replaced", "withdrawn")
_FIRST = {"row": "first_row", "source_sheet": "first_sheet"}
FOUND = pl.Schema(
    {"category": pl.String, "severity": pl.String, "code": pl.String, "column": pl.String}
    | {"count": pl.Int64, "first_row": pl.Int64, "first_sheet": pl.String}
    | {"message": pl.String, "suggestion": pl.String}  # of the first row
)  # fmt: skip
CHANGED = pl.Schema(
    {"category": pl.String, "rule": pl.String, "column": pl.String}
    | {"count": pl.Int64, "first_row": pl.Int64, "first_sheet": pl.String}
    | {"before": pl.String, "after": pl.String}  # of the first row
)  # fmt: skip


@dataclass(frozen=True)
class Account:
    """What became of a batch: its statement, what was found by kind, and what rules changed by rule."""

    statement: Statement
    found: pl.DataFrame  # ``FOUND``
    changed: pl.DataFrame  # ``CHANGED``


def opened(workspace: Workspace) -> Ledger:
    """Return the ledger as it stands."""
    return Ledger.open(workspace.stores.ledger)


def listed(ledger: Ledger) -> pl.DataFrame:
    """Return every batch (``LISTED``), the newest first."""
    return _listed(ledger.folder, ledger.journal.table.made_as(), ledger.commit)


def batch_state(row: BatchRow, corrected: Iterable[str | None]) -> str:
    """Return in which state a batch is, the word that matters most first."""
    if row.withdrawal:
        return "withdrawn" if row.withdrawal.batch == row.load.batch else "replaced"
    if row.rejected:
        return "waiting"
    return "corrected" if row.load.batch in corrected else "complete"


def places(ledger: Ledger, names: Names) -> Mapping[str, frozenset[Place]]:
    """Return batch -> the places of its rows, whatever became of them; of later commits only what they touched is read."""
    key = (ledger.folder, ledger.journal.table.made_as(), frozenset(names.items()))
    commit, found = _places.get(key, (0, {}))
    if commit < ledger.commit:
        moved = {one.batch for one in ledger.commits[commit:] if one.batch}
        found = {**found, **_places_of(ledger, sorted(moved), names)}
        _places[key] = (ledger.commit, found)
    return found


def placed_counts(ledger: Ledger, names: Names) -> pl.DataFrame:
    """Return ``category, batch, place_unit, place_site, state, rows``: how many standing rows of each place are in which state."""
    return _placed_counts(ledger.folder, ledger.journal.table.made_as(), ledger.commit, frozenset(names.items()))  # fmt: skip


def site_names(workspace: Workspace) -> dict[str, str]:
    """Return how files call the sites."""
    return {name.strip().lower(): one.name for one in workspace.sites for name in (one.name, *one.aliases)}


def account_of(ledger: Ledger, batch: str) -> Account:
    """Return the account of a batch; of one that was withdrawn, as it was before."""
    return _account(ledger.folder, ledger.journal.table.made_as(), ledger.commit, batch)


def before_its_end(ledger: Ledger, batch: str) -> Ledger:
    """Return the ledger in which the rows of a batch stand: the one before its withdrawal, or this one."""
    return ledger.before_withdrawal(batch) if batch in ledger.withdrawn else ledger


def categories_of(load: Commit) -> list[str]:
    """Return the categories of the rows of a batch, in the order of its file."""
    return list(dict.fromkeys(one["category"] for one in load.account["readings"]))


def row_index(ledger: Ledger, category: str, batch: str, names: Names | None = None) -> pl.DataFrame:
    """Return sheet, number and state of each row of a batch, in order; with ``names`` also ``place_unit`` and ``place_site``."""
    told = frozenset(names.items()) if names is not None else None
    return _row_index(ledger.folder, ledger.journal.table.made_as(), ledger.commit, category, batch, told)


def rows_of(ledger: Ledger, category: str, batch: str, wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the entries of these rows (sheet and number) with every cell, in the order of the wanted rows."""
    few = pl.col("source_row").is_in(wanted["source_row"].unique().implode())
    entries = in_text(before_its_end(ledger, batch).entries(category, [batch]).filter(few)).collect()
    return wanted.select(_OF_FILE).join(entries, on=_OF_FILE, how="inner", maintain_order="left")


def rows_numbered(ledger: Ledger, category: str, batch: str, row: int, names: Names) -> pl.DataFrame:
    """Return the entries of one number, one for each sheet that has it, with every cell, ``place_unit`` and ``place_site``."""
    entries = in_text(before_its_end(ledger, batch).entries(category, [batch]))
    placed = _placed(entries, ledger, category, [batch], names, only=pl.col("source_row") == row)
    return placed.sort("source_sheet").collect()


def why_rejected(ledger: Ledger, category: str, batch: str, rows: pl.Series) -> pl.DataFrame:
    """Return of these rows ``source_sheet`` ("" where it is not told), ``source_row``, ``why`` and the headers it names."""
    kept = in_text(ledger.scan("findings", [batch])).filter(severity="error", category=category)
    errors = kept.filter(pl.col("row").is_in(rows.unique().implode())).unique(maintain_order=True)
    said = pl.concat_str("message", "suggestion", separator=" ", ignore_nulls=True)
    place = [pl.col("source_sheet").fill_null(""), pl.col("row").alias("source_row")]
    told = errors.group_by(place).agg(
        said.unique(maintain_order=True).str.join(" ").alias("why"), pl.col("column").drop_nulls().alias("headers")
    )  # fmt: skip
    return told.collect()


def findings_of_rows(ledger: Ledger, category: str, batch: str, rows: Sequence[int]) -> pl.DataFrame:
    """Return what was found of these rows."""
    found = ledger.findings([batch])
    return found.filter(pl.col("row").is_in(rows), pl.col("category") == category)


def repairs_of_row(ledger: Ledger, category: str, batch: str, row: int) -> pl.DataFrame:
    """Return what rules changed in a row."""
    kept = in_text(ledger.scan("repairs", [batch])).filter(row=row, category=category)
    return kept.select("source_sheet", "column", "rule", "before", "after").collect()


def history(ledger: Ledger, batch: str) -> list[Commit]:
    """Return what was done to a batch, the newest first: its load, corrections, withdrawal or replacement."""
    return [one for one in reversed(ledger.commits) if batch in (one.batch, one.replaces)]


_places: dict[tuple[Any, ...], tuple[int, Mapping[str, frozenset[Place]]]] = {}


@lru_cache(maxsize=_FEW)
def _listed(folder: Path, _made_as: object, commit: int) -> pl.DataFrame:
    ledger = Ledger.open(folder, commit)
    corrected = {one.batch for one in ledger.commits if one.kind == CORRECTION}
    rows = [
        (
            row.load.batch,
            row.load.account["file"],
            categories_of(row.load),
            row.load.at,
            row.load.by,
            *(row.rows, row.accepted, row.repaired, row.rejected, row.netted),
            batch_state(row, corrected),
        )
        for row in reversed(batch_rows(ledger))
    ]
    return pl.DataFrame(rows, schema=LISTED, orient="row")


@lru_cache(maxsize=_FEW)
def _placed_counts(
    folder: Path, _made_as: object, commit: int, names: frozenset[tuple[str, str]]
) -> pl.DataFrame:
    ledger = Ledger.open(folder, commit)
    batches = [one for one in ledger.batches if one not in ledger.withdrawn]
    keys = ["category", "batch", *_PLACED, "state"]
    counted = [
        _placed(in_text(ledger.entries(category, batches)), ledger, category, batches, dict(names))
        .group_by(batch=pl.col("batch").cast(pl.String), place_unit=pl.col("place_unit").cast(pl.String), place_site=pl.col("place_site").cast(pl.String), state=pl.col("state"))
        .agg(pl.len().cast(pl.Int64).alias("rows"))
        .select(pl.lit(category).alias("category"), *keys[1:], "rows")
        .collect()
        for category in ledger.categories()
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema={**dict.fromkeys(keys, pl.String), "rows": pl.Int64}), *counted])


@lru_cache(maxsize=_MANY)
def _account(folder: Path, _made_as: object, commit: int, batch: str) -> Account:
    ledger = Ledger.open(folder, commit)
    found = statement(ledger, ledger.batches[batch])
    return Account(found, _found(ledger, batch), _changed(ledger, batch))


@lru_cache(maxsize=_FEW)
def _row_index(
    folder: Path, _made_as: object, commit: int, category: str, batch: str, names: frozenset[tuple[str, str]] | None
) -> pl.DataFrame:  # fmt: skip
    ledger = Ledger.open(folder, commit)
    entries = in_text(before_its_end(ledger, batch).entries(category, [batch]))
    placed = entries if names is None else _placed(entries, ledger, category, [batch], dict(names))
    told = [*_OF_FILE, "state", *([] if names is None else _PLACED)]
    return placed.select(told).sort(_OF_FILE).collect()


def _found(ledger: Ledger, batch: str) -> pl.DataFrame:
    first = pl.col("row", "source_sheet", "message", "suggestion").sort_by("row", nulls_last=True).first()
    rank = pl.col("severity").replace_strict({"error": 0, "warning": 1, "note": 2}, default=3, return_dtype=pl.Int64)  # fmt: skip
    counted = (
        ledger.findings([batch])
        .group_by("category", "severity", "code", "column")
        .agg(pl.len().cast(pl.Int64).alias("count"), first)
        .sort(rank, pl.col("count"), "code", "column", descending=[False, True, False, False])
    )
    return counted.rename(_FIRST).select(FOUND.names()).cast(dict(FOUND))  # type: ignore[arg-type]


def _changed(ledger: Ledger, batch: str) -> pl.DataFrame:
    first = pl.col("row", "source_sheet", "before", "after").sort_by("row").first()
    counted = (
        in_text(ledger.scan("repairs", [batch]))
        .group_by("category", "rule", "column")
        .agg(pl.len().cast(pl.Int64).alias("count"), first)
        .sort("count", "rule", "column", descending=[True, False, False])
        .collect()
    )
    return counted.rename(_FIRST).select(CHANGED.names()).cast(dict(CHANGED))  # type: ignore[arg-type]


def _places_of(ledger: Ledger, batches: list[str], names: Names) -> dict[str, frozenset[Place]]:
    found: dict[str, set[Place]] = {batch: set() for batch in batches}
    for batch in batches:
        load = ledger.batches.get(batch)
        found[batch] |= {(category, None, None) for category in (categories_of(load) if load else ())}
    for category in ledger.categories():
        for batch, unit, site in _touched(ledger, category, batches, names).collect().iter_rows():
            found[batch] -= {(category, None, None)}
            found[batch].add((category, unit, site))
    return {batch: frozenset(told) for batch, told in found.items()}


def _touched(ledger: Ledger, category: str, batches: list[str], names: Names) -> pl.LazyFrame:
    """Return batch, unit and site of the activity and, as their cells say, of rows that were rejected."""
    entries = in_text(ledger.scan(f"{ENTRIES}{category}", batches)).filter(state="rejected")
    own, known = _cells(category, names), activity_schema(category).names()
    rejected = entries.select("batch", *(own[name].alias(name) for name in _OF_PLACE))
    kept = in_text(ledger.scan(category, batches)).select("batch", *(pl.col(name) if name in known else _NOTHING.alias(name) for name in _OF_PLACE))  # fmt: skip
    return pl.concat([kept, rejected]).unique()


def _cells(category: str, names: Names) -> dict[str, pl.Expr]:
    """Return unit and site as the cells of an entry say them, the site by its own name."""
    own = {name: pl.col(name) if name in entry_schema(category) else _NOTHING for name in _OF_PLACE}
    if names and "site" in entry_schema(category):
        words = pl.col("site").str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()
        own["site"] = words.replace_strict(dict(names), default=pl.col("site"))
    return own


def _placed(
    entries: pl.LazyFrame,
    ledger: Ledger,
    category: str,
    batches: list[str],
    names: Names,
    *,
    only: pl.Expr | None = None,
) -> pl.LazyFrame:
    """Put to each entry (of ``only`` some rows) its unit and site: as its activity has them, else as its own cells say."""
    key = [*KEY, "revision"]
    wanted = pl.lit(value=True) if only is None else only
    kept = in_text(ledger.scan(category, batches)).filter(wanted)
    known = [name for name in _OF_PLACE if name in activity_schema(category)]
    of_activity = kept.select(*key, *(pl.col(name).alias(f"_{name}") for name in known)).unique(key)
    own = _cells(category, names)
    told = {name: [*([pl.col(f"_{name}")] if name in known else []), own[name]] for name in _OF_PLACE}
    few = entries.filter(wanted)
    joined = few.join(of_activity, on=key, how="left") if known else few
    return joined.with_columns(pl.coalesce(both).alias(f"place_{name}") for name, both in told.items())
