"""Correcting one entry, and withdrawing entries or whole batches: always a new version, never an overwrite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from saleve.language import _, for_reader
from saleve.ledger.committing import Writer, Writing
from saleve.ledger.entering import Origin, activity_of, category_of, entries_of, findings_of
from saleve.ledger.errors import LedgerError
from saleve.ledger.intake.checking import Checked, check_cells
from saleve.ledger.intake.registry import source_category
from saleve.ledger.journal import CORRECTION, WITHDRAWAL, Commit
from saleve.ledger.loading import Stores
from saleve.ledger.schemas import CHANGES, KEY, activity_schema, conformed
from saleve.ledger.settling import COMPLETED, ORPHANED, settlement
from saleve.ledger.store import Ledger, in_text
from saleve.ledger.tableset import ENTRIES
from saleve.method.activity.normalising import Context
from saleve.method.schema import Category, Kind

BY_HAND = "corrected-by-hand"
# Columns of a ticket by which no line settles another.
UNSETTLING = frozenset(
    {
        "category",
        "unit",
        "site",
        "carrier",
        "aircraft",
        "mode",
        "paid_by",
        "supplied_co2_kg",
        "supplied_method",
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """The name of one entry: its batch, the sheet of its file ("" if it has none) and its row."""

    batch: str
    row: int
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something to the ledger, when and why."""

    by: str
    at: datetime
    reason: str


def correct(stores: Stores, place: Place, cells: Mapping[str, str], act: Act, context: Context) -> Ledger:
    """Give columns of one entry other values (as a person writes them in a cell) and return the ledger after it.

    Raises ``LedgerError`` when the entry or a column does not exist, or the corrected row would be rejected.
    """
    with Writer(stores.ledger).writing() as writing:
        ledger = Ledger(stores.ledger, writing.journal, writing.journal.last)
        category, entry = find_entry(ledger, place)
        refuse_unsuited(category, entry)
        before = texts_of(entry, category_of(category))
        checked = check_correction(category, entry, cells, context)
        origin = Origin(place.batch, entry["file_sha256"], entry["revision"] + 1)
        writing.add(f"{ENTRIES}{category}", _entry(checked, origin, entry))
        writing.add(category, _placed(activity_of(checked, origin), entry))
        writing.add("findings", findings_of(checked, origin).with_columns(row=pl.lit(place.row)))
        change = {
            "change": "corrected",
            "was": entry["state"],
            "revision": origin.revision,
            "state": "repaired",
        }
        writing.add("changes", _change(place, category, writing.commit_number, change))
        told = {"category": category, "sheet": place.sheet, "row": place.row}
        told |= {
            "before": _of_cells(before, cells),
            "after": _after(checked, cells),
        }
        commit = Commit(CORRECTION, act.at, act.by, place.batch, reason=act.reason, account=told)
        if entry["state"] == "rejected" or _settles(category, cells):
            _settle(writing, commit, stores, [place])
        return writing.finish(commit)


def withdraw_entries(stores: Stores, places: Sequence[Place], act: Act) -> Ledger:
    """Withdraw single entries: they stay in the ledger, and no longer count."""
    with Writer(stores.ledger).writing() as writing:
        ledger = Ledger(stores.ledger, writing.journal, writing.journal.last)
        for place in dict.fromkeys(places):
            category, entry = find_entry(ledger, place)
            change = {"change": "withdrawn", "was": entry["state"], "reason": act.reason}
            writing.add("changes", _change(place, category, writing.commit_number, change))
        told = {"entries": [{"sheet": one.sheet, "row": one.row} for one in places]}
        commit = Commit(CORRECTION, act.at, act.by, places[0].batch, reason=act.reason, account=told)
        _settle(writing, commit, stores, places)
        return writing.finish(commit)


def withdraw_batch(stores: Stores, batch: str, act: Act) -> Ledger:
    """Withdraw a whole batch; what it had settled in other batches counts again."""
    with Writer(stores.ledger).writing() as writing:
        ledger = Ledger(stores.ledger, writing.journal, writing.journal.last)
        if batch in ledger.withdrawn:
            message = _("The batch {batch} was withdrawn already, on {day}.")
            raise LedgerError(message.format(batch=batch, day=ledger.withdrawn[batch].at.date()))
        commit = Commit(WITHDRAWAL, act.at, act.by, batch, reason=act.reason)
        settled = settlement(writing.foreseen(commit), [batch], stores.own_values)
        writing.add("changes", settled.changes)
        writing.add("findings", settled.findings)
        return writing.finish(commit)


def check_correction(
    category: str, entry: Mapping[str, Any], cells: Mapping[str, str], context: Context
) -> Checked:
    """Return an entry as it would read with other cells; raises ``LedgerError`` where it would be rejected. Nothing is written."""
    known = category_of(category)
    return _checked(category, _with(texts_of(entry, known), cells, known), context)


def find_entry(ledger: Ledger, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the category and the present revision of an entry; raises ``LedgerError`` where there is none."""
    if gone := ledger.withdrawn.get(place.batch):
        raise LedgerError(_no_longer(place.batch, gone, ledger.successor(place.batch)))
    load = ledger.batches.get(place.batch)
    categories = {one["category"] for one in load.account["readings"]} if load else set()
    for category in sorted(categories):
        rows = ledger.entries(category, [place.batch]).filter(
            (pl.col("source_row") == place.row) & (pl.col("source_sheet").cast(pl.String) == place.sheet)
        )
        found = rows.cast({pl.Categorical: pl.String}).collect()
        if found.height:
            return category, found.row(0, named=True)
    raise LedgerError(_no_entry(place, load))


def _no_longer(batch: str, gone: Commit, successor: str | None) -> str:
    if successor is None:
        message = _("The batch {batch} was withdrawn on {day}; nothing of it counts.")
        return message.format(batch=batch, day=gone.at.date())
    message = _("The batch {batch} was replaced on {day}. Its rows are now those of batch {now}.")
    return message.format(batch=batch, day=gone.at.date(), now=successor)


def refuse_unsuited(category: str, entry: Mapping[str, Any]) -> None:
    """Refuse to correct a row that would not count all the same, or that rests on no data."""
    rules = [rule for rule in entry["rules"] or () if rule.startswith("proxy-")]
    if entry["reason"] == COMPLETED:
        message = _("This row was completed by row {row} of batch {batch}. Correct that row.")
        raise LedgerError(message.format(row=entry["by_row"], batch=entry["by_batch"]))
    if entry["reason"] == ORPHANED:
        raise LedgerError(_("The file that this row completes was withdrawn. Correct the row of the file that took its place."))  # fmt: skip
    if entry["change"] == "withdrawn":
        raise LedgerError(
            for_reader(
                _("This row was withdrawn and no longer counts. To have it back, load its file anew: saleve load FILE --again"),
                _("This row was withdrawn and no longer counts. To have it back, bring its file again and let it replace the batch."),
            )
        )  # fmt: skip
    if rules:
        message = _("This row of {category} is an estimate ({rule}). Withdraw it, or load the data it stands in for.")  # fmt: skip
        raise LedgerError(message.format(category=category, rule=rules[0]))


def fitting(ledger: Ledger, place: Place, contexts: Sequence[Context]) -> Context:
    """Return the context in which an entry was read: the first that gives its activity again, of those its file was read in."""
    if len(contexts) == 1:
        return contexts[0]
    category, entry = find_entry(ledger, place)
    cells = texts_of(entry, category_of(category))
    now = in_text(ledger.scan(category, [place.batch])).filter(
        source_row=place.row, source_sheet=place.sheet, revision=entry["revision"]
    )
    told = _plain(now.collect())
    same = (one for one in contexts if _read_as(category, cells, one, told))
    return next(same, contexts[0])


def _read_as(category: str, cells: Mapping[str, str], context: Context, activity: pl.DataFrame) -> bool:
    try:
        read = activity_of(_checked(category, cells, context), Origin("", ""))
    except LedgerError:
        return False
    return _plain(conformed(read, activity_schema(category))).equals(activity)


def _plain(activity: pl.DataFrame) -> pl.DataFrame:
    return activity.drop(*KEY, "revision", "file_sha256", "source_file")


def _settles(category: str, cells: Mapping[str, str]) -> bool:
    """Tell whether a correction of these cells may change what settles what."""
    return not hasattr(source_category(category), "settle") or not set(cells) <= UNSETTLING


def _settle(writing: Writing, commit: Commit, stores: Stores, places: Sequence[Place]) -> None:
    key = [(one.batch, one.sheet, one.row) for one in places]
    only = pl.DataFrame(key, schema={name: CHANGES[name] for name in KEY}, orient="row")
    batches = list(dict.fromkeys(one.batch for one in places))
    settled = settlement(writing.foreseen(commit), batches, stores.own_values, only)
    writing.add("changes", settled.changes)
    writing.add("findings", settled.findings)


def texts_of(entry: Mapping[str, Any], category: Category) -> dict[str, str]:
    """Return the cells of an entry as texts, as if a person had written them in a file of canonical headers."""
    texts: dict[str, str] = {}
    for column in category.columns:
        value = entry.get(column.name)
        if column.kind is Kind.MONEY:
            texts |= {f"{column.name}:{one['currency']}": str(one["amount"]) for one in value or ()}
        elif isinstance(value, bool):
            texts[column.name] = "yes" if value else "no"
        elif column.kind is Kind.MONTH and value and (year := entry.get(f"{column.name}_year")):
            texts[column.name] = f"{year}-{value:02}"
        elif value is not None:
            texts[column.name] = str(value)
    return texts


def _with(before: Mapping[str, str], cells: Mapping[str, str], category: Category) -> dict[str, str]:
    """Put the new cells in; an amount of money takes the place of all its currencies."""
    known = {column.name for column in category.columns}
    unknown = [name for name in cells if name not in known]
    if unknown:
        message = _("{category} has no column {names}. It has: {known}.")
        raise LedgerError(
            message.format(category=category.title, names=", ".join(unknown), known=", ".join(sorted(known)))
        )
    kept = {name: text for name, text in before.items() if name.partition(":")[0] not in cells}
    return {**_in_currency(kept, cells), **_amounts(before, cells, category)}


def _amounts(before: Mapping[str, str], cells: Mapping[str, str], category: Category) -> dict[str, str]:
    """Return the new cells; an amount without a currency keeps the only one that it had."""
    named = {}
    for name, text in cells.items():
        had = [known for known in before if known.startswith(f"{name}:")]
        told = "currency" in cells or before.get("currency")
        alone = category.column(name).kind is Kind.MONEY and len(had) == 1 and not told
        named[had[0] if alone and text else name] = text
    return named


def _in_currency(kept: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, str]:
    """Let a corrected currency hold for every amount of the row; raises ``LedgerError`` where one has several."""
    if not cells.get("currency"):
        return dict(kept)
    amounts = [name for name in kept if ":" in name]
    columns = [name.partition(":")[0] for name in amounts]
    if len(set(columns)) < len(columns):
        message = _(
            "{columns} has amounts in several currencies. Give the amount together with its currency."
        )
        raise LedgerError(message.format(columns=", ".join(sorted(set(columns)))))
    return {name.partition(":")[0]: text for name, text in kept.items()}


def _checked(category: str, cells: Mapping[str, str], context: Context) -> Checked:
    """Read the one row through the same checks as any file."""
    headers = {f"c{number}": column for number, column in enumerate(cells)}
    written = {header: cells[column] for header, column in headers.items()}
    read = check_cells(written, category=category, columns=headers, context=context)
    of_rows = read.problems.drop_nulls("row")  # what is said of a file as a whole was said when it came
    checked = replace(read, problems=of_rows.with_columns(pl.col("column").replace(headers)))
    faults = read.problems.filter(severity="error")
    if faults.height or not checked.table.height:
        listed = "\n".join(f"  - {' '.join(filter(None, one))}" for one in faults.select("message", "suggestion").iter_rows())  # fmt: skip
        raise LedgerError(_("The corrected row would be rejected:\n{faults}").format(faults=listed))
    return checked


def _entry(checked: Checked, origin: Origin, entry: Mapping[str, Any]) -> pl.DataFrame:
    rules = sorted({*(entry["rules"] or []), BY_HAND})
    made = _placed(entries_of(checked, origin), entry)
    completes = [pl.lit(entry[name]).alias(name) for name in entry if name.startswith("completes_")]
    return made.with_columns(
        pl.lit("repaired").alias("state"), pl.lit(rules, dtype=pl.List(pl.String)).alias("rules"), *completes
    )


def _placed(rows: pl.DataFrame, entry: Mapping[str, Any]) -> pl.DataFrame:
    """Give rows the place of the entry that they correct."""
    return rows.with_columns(
        pl.lit(entry[name]).alias(name) for name in ("source_file", "source_sheet", "source_row")
    )


def _after(checked: Checked, cells: Mapping[str, str]) -> dict[str, Any]:
    """Return what the new cells were read as; never the name of a person."""
    origin = Origin("", "")
    read = entries_of(checked, origin).row(0, named=True)
    return _of_cells(texts_of(read, category_of(checked.category)), cells)


def _of_cells(texts: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, str | None]:
    """Return the texts of these columns, an amount under each of its currencies; None for an empty one."""
    told = {name: text for name, text in texts.items() if name.partition(":")[0] in cells}
    present = {name.partition(":")[0] for name in told}
    return {**dict.fromkeys(name for name in cells if name not in present), **told}


def _change(place: Place, category: str, commit: int, told: Mapping[str, object]) -> pl.DataFrame:
    key = dict(zip(KEY, (place.batch, place.sheet, place.row), strict=True))
    return pl.DataFrame([{"commit": commit, "category": category, **key, **told}], schema=CHANGES)


def _no_entry(place: Place, load: Commit | None) -> str:
    if load is None:
        message = for_reader(
            _("There is no batch {name}. See saleve batches."),
            _("There is no batch {name}. Choose one from the list of batches."),
        )
        return message.format(name=place.batch)
    sheets = sorted({one["sheet"] for one in load.account["readings"] if one["sheet"]})
    if sheets and place.sheet not in sheets:
        message = for_reader(
            _("The file {file} has the sheets {sheets}. Say which with --sheet."),
            _("The file {file} has the sheets {sheets}. Choose the row from the list of its rows."),
        )
        return message.format(file=load.account["file"], sheets=", ".join(sheets))
    message = _("The file {file} has no row {row} that was read. Rows are numbered as in the file.")
    return message.format(file=load.account["file"], row=place.row)
