"""What follows for all entries when batches come or go: which no longer count, and which count again (decision 6).

The rules are those of the category (``settle`` in ``method/activity``) and one of the ledger itself: a rejected row that was
corrected and loaded again is completed by its new form. Only entries that share something with the batches are settled anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from saleve.ledger.intake.registry import source_category
from saleve.ledger.key_index import KEYS, batches_near
from saleve.ledger.schemas import CHANGES, FINDINGS, KEY, conformed
from saleve.ledger.store import Ledger, in_text, words_kept
from saleve.ledger.tableset import ENTRIES
from saleve.method.activity.crossing import problems_across
from saleve.method.activity.duplicates import duplicates
from saleve.method.activity.ticket_links import LINKING, NUMBERS, keys_near
from saleve.method.proxies import superseded

COMPLETED, DUPLICATE, SUPERSEDED = "completed", "duplicate", "superseded"
ORPHANED = "original-gone"  # a corrected form whose file was withdrawn or replaced
# Legs may be millions: what they show together is told by coverage and by the inventory, not at each load.
LEGS_OF_TICKETS = ("air_travel", "home_leave")
_FEW_KEYS = 100_000

_BY = ["by_batch", "by_sheet", "by_row"]

VERDICT = pl.Schema(
    {name: CHANGES[name] for name in (*KEY, "was", "legs", "reason", "by_batch", "by_sheet", "by_row")}
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What settling says: ``changes`` (``CHANGES``) to write, and ``findings`` (``FINDINGS``) for a person to look at."""

    changes: pl.DataFrame
    findings: pl.DataFrame


def settlement(
    ledger: Ledger,
    batches: Sequence[str],
    own_values: Mapping[str, float] | None = None,
    only: pl.DataFrame | None = None,
) -> Settlement:
    """Return what follows from these batches having come or gone; ``only``: from changes of these entries alone (``KEY``)."""
    touched = {one["category"] for batch in batches for one in ledger.batches[batch].account["readings"]}
    found = [_of_category(ledger, name, batches, own_values, only) for name in sorted(touched)]
    return Settlement(
        pl.concat([pl.DataFrame(schema=CHANGES), *(one.changes for one in found)]),
        pl.concat([pl.DataFrame(schema=FINDINGS), *(one.findings for one in found)]),
    )


def _of_category(
    ledger: Ledger,
    category: str,
    batches: Sequence[str],
    own_values: Mapping[str, float] | None,
    only: pl.DataFrame | None,
) -> Settlement:
    completing = _completing(ledger, category)
    if hasattr(source_category(category), "settle"):
        other = _settling(ledger, category, batches, own_values, only=only, completing=completing)
    else:
        other = _copies(ledger, category, completing)
    parts = [completing, other]
    wanted, before = pl.concat([one.wanted for one in parts]), pl.concat([one.before for one in parts])
    findings = [one.findings for one in parts]
    if only is None and category not in LEGS_OF_TICKETS:
        findings.append(_seen_across(ledger, category, batches, own_values))
    told = pl.concat([conformed(one.with_columns(category=pl.lit(category)), FINDINGS) for one in findings])
    return Settlement(_changes(ledger, category, wanted=wanted, before=before), told)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one rule wants to be netted, of the entries that it netted before or may net."""

    wanted: pl.DataFrame  # VERDICT
    before: pl.DataFrame
    findings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FINDINGS))

    @property
    def moved(self) -> pl.DataFrame:
        """The entries that this rule netted until now, or nets from now on, but not both."""
        wanted, before = self.wanted.select(KEY).unique(), self.before.select(KEY).unique()
        return pl.concat([wanted, before]).unique(KEY, keep="none")


def _completing(ledger: Ledger, category: str) -> _Part:
    """Net what a workbook of rejects completes, and that workbook's rows themselves once the file they are of is gone."""
    forms, before = _forms(ledger, category), ledger.verdicts(category, [COMPLETED, ORPHANED])
    if forms.is_empty():
        return _Part(pl.DataFrame(schema=VERDICT), before)
    return _Part(pl.concat([_completed(ledger, category, forms), _orphaned(forms)]), before)


def _settling(
    ledger: Ledger,
    category: str,
    batches: Sequence[str],
    own_values: Mapping[str, float] | None,
    *,
    only: pl.DataFrame | None,
    completing: _Part,
) -> _Part:
    """Let the category's own rules say which lines settle which; most are told apart before they are read whole."""
    rules = source_category(category)
    concerned = _concerned(ledger, category, batches, only, completing)
    told = ledger.verdicts(category).filter(~pl.col("reason").is_in([COMPLETED, ORPHANED]))
    near = pl.col("source_row").is_in(told["source_row"].unique().implode())  # a join looks at millions whole
    before = told.join(concerned.select(KEY).filter(near), on=list(KEY), how="semi")
    several = rules.may_settle(concerned)  # type: ignore[attr-defined]
    if several.is_empty():
        return _Part(pl.DataFrame(schema=VERDICT), before)
    entries = _whole(ledger, category, several)
    settled = rules.settle(entries, _legs_of(ledger, category, entries), own_values)  # type: ignore[attr-defined]
    wanted = _as_verdicts(settled.netted.join(entries.select(*KEY, was="state"), on=list(KEY)))
    return _Part(wanted, before, settled.problems)


def _copies(ledger: Ledger, category: str, completing: _Part) -> _Part:
    """Take out rows that certainly repeat another one, and estimates whose data have come."""
    rows = in_text(ledger.latest_activity(category)).collect()
    rows = rows.join(completing.wanted, on=list(KEY), how="anti", maintain_order="left")
    data, estimates = rows.filter(pl.col("proxy").is_null()), rows.filter(pl.col("proxy").is_not_null())
    found = [duplicates(data, category)]
    if estimates.height and data.height:
        replaced = superseded(estimates, data).with_columns(reason=pl.lit(SUPERSEDED))
        found.append(replaced.unique(KEY, keep="first", maintain_order=True))
    wanted = pl.concat([_as_verdicts(one) for one in found])
    states = in_text(ledger.latest(category)).select(*KEY, was="state").collect()
    known = wanted.drop("was").join(states, on=list(KEY), how="left")
    return _Part(_as_verdicts(known), ledger.verdicts(category, [DUPLICATE, SUPERSEDED]))


def _seen_across(
    ledger: Ledger, category: str, batches: Sequence[str], own_values: Mapping[str, float] | None
) -> pl.DataFrame:
    """Return what the files of the category show together and the new batches have part in."""
    periods = [
        (batch, *days) for batch, days in ledger.stated_periods().items() if batch not in ledger.withdrawn
    ]
    stated = pl.DataFrame(
        periods, {"batch": pl.String, "first_day": pl.Date, "last_day": pl.Date}, orient="row"
    )
    found = problems_across(ledger.activity(category), category, periods=stated, own_values=own_values)
    return found.filter(pl.col("batch").is_in(list(batches)))


def _concerned(
    ledger: Ledger, category: str, batches: Sequence[str], only: pl.DataFrame | None, completing: _Part
) -> pl.DataFrame:
    """Return what settling must know of the entries of the batches and of all that share a document with them.

    What a workbook of rejects completes takes no part; what it completes no longer does so again.
    """
    own, came = _told(ledger, category, batches, only), _numbers_of(ledger, category, batches, only)
    if (moved := completing.moved).height:
        also = moved["batch"].unique().to_list()
        own = pl.concat([own, _told(ledger, category, also, moved)]).unique(KEY)
        came = pl.concat([came, _numbers_of(ledger, category, also, moved)])
    alone = only is None and set(ledger.batches) - set(ledger.withdrawn) <= set(batches)
    numbers = pl.concat([came[name] for name in NUMBERS])
    found = own if alone else _with_linked(ledger, category, own, numbers)
    if completing.wanted.is_empty():  # a join copies millions of amounts of money, which takes gigabytes
        return found
    return found.join(completing.wanted, on=list(KEY), how="anti", maintain_order="left")


def _with_linked(ledger: Ledger, category: str, own: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Return the own entries and all that are linked to them, over any chain; what is out of reach is not read."""
    linked = source_category(category).linked  # type: ignore[attr-defined]
    numbers = numbers.drop_nulls().unique()
    while True:
        others = _in_reach(ledger, category, keys_near(numbers), own)
        found: pl.DataFrame = linked(pl.concat([own, others]), numbers) if others.height else own
        wider = pl.concat([numbers, *(found[name] for name in NUMBERS)]).drop_nulls().unique()
        if wider.len() == numbers.len():
            return pl.concat([own, found]).unique(KEY)
        numbers = wider


def _in_reach(ledger: Ledger, category: str, near: pl.Series, own: pl.DataFrame) -> pl.DataFrame:
    """Return other entries with one of the keys, and those whose numbers are not written plainly, which only care can tell."""
    keys = [pl.col(name) for name in KEYS]
    reached = pl.any_horizontal(key.is_in(near.implode()) | key.is_null() for key in keys)
    rows = ledger.scan(f"{ENTRIES}{category}", batches_near(ledger, category, near)).select(*KEY, *keys)
    # a few keys are looked for in each piece of a file while it is read, many once in all of them
    found = rows.filter(reached).collect() if near.len() <= _FEW_KEYS else rows.collect().filter(reached)
    names = in_text(found.lazy().select(KEY)).collect().join(own, on=list(KEY), how="anti")
    if names.is_empty():
        return own.clear()
    return _told(ledger, category, names["batch"].unique().to_list(), names)


def _kept(ledger: Ledger, category: str, batches: Sequence[str] | None = None) -> pl.LazyFrame:
    return ledger.counting(category, batches).filter(pl.col("state").cast(pl.String) != "rejected")


def _told(ledger: Ledger, category: str, batches: Sequence[str], only: pl.DataFrame | None) -> pl.DataFrame:
    """Return what linking needs to know of the entries of some batches, or of these entries of them alone."""
    return _of(_kept(ledger, category, batches).select(*KEY, *LINKING), only)


def _of(rows: pl.LazyFrame, only: pl.DataFrame | None) -> pl.DataFrame:
    """Read rows, or those of some entries alone: their row numbers are looked for while a file is read, their names after."""
    if only is None:
        return in_text(rows).collect()
    near = rows.filter(pl.col("source_row").is_in(only["source_row"].unique().implode()))
    return in_text(near).collect().join(only, on=list(KEY), how="semi", maintain_order="left")


def _whole(ledger: Ledger, category: str, entries: pl.DataFrame) -> pl.DataFrame:
    """Return all columns of some entries."""
    return _of(_kept(ledger, category, entries["batch"].unique().to_list()), entries)


def _numbers_of(
    ledger: Ledger, category: str, batches: Sequence[str], only: pl.DataFrame | None
) -> pl.DataFrame:
    """Return the document numbers of the batches, or of these entries of them alone, in whatever revision."""
    return _of(ledger.scan(f"{ENTRIES}{category}", batches).select(*KEY, *NUMBERS), only)


def _legs_of(ledger: Ledger, category: str, entries: pl.DataFrame) -> pl.DataFrame:
    wanted = words_kept(entries.lazy().select(*KEY, "revision"))
    legs = ledger.scan(category, entries["batch"].unique().to_list())
    return in_text(legs.join(wanted, on=[*KEY, "revision"], how="semi")).collect()


def _completed(ledger: Ledger, category: str, forms: pl.DataFrame) -> pl.DataFrame:
    """Return the entries whose corrected form stands, whatever their own state; of several forms of one row the first by name counts.

    A row that was corrected in its place as well, or is read otherwise now, must not count beside its form.
    """
    standing = forms.explode("batch").drop_nulls("batch")
    if standing.is_empty():
        return pl.DataFrame(schema=VERDICT)
    rows = ledger.latest(category, standing["batch"].unique().to_list()).select(*KEY, was="state")
    first = standing.sort("by_batch", "by_sheet", "by_row").unique(KEY, keep="first", maintain_order=True)
    there = in_text(rows).collect().join(ledger.withdrawn_entries(category), on=list(KEY), how="anti")
    done = there.join(first, on=list(KEY), how="inner")
    return _as_verdicts(done.with_columns(reason=pl.lit(COMPLETED)))


def _orphaned(forms: pl.DataFrame) -> pl.DataFrame:
    """Return the corrected forms of rows whose file was withdrawn or replaced: they go with it."""
    alone = forms.filter(pl.col("batch").list.len() == 0)
    own = alone.select("was", batch="by_batch", source_sheet="by_sheet", source_row="by_row")
    return _as_verdicts(own.with_columns(reason=pl.lit(ORPHANED)))


def _forms(ledger: Ledger, category: str) -> pl.DataFrame:
    """Return the rows of workbooks of rejects (``by_``) with the row and the standing batches of the file that they complete."""
    names = dict(zip(_BY, KEY, strict=True))
    if not ledger.completing:
        return pl.DataFrame()
    told = (
        ledger.latest(category, ledger.completing)
        .filter(pl.col("completes_batch").is_not_null())
        .select(
            "completes_batch", **names, source_sheet="completes_sheet", source_row="completes_row", was="state"
        )
    )  # fmt: skip
    forms = in_text(told).collect()
    if forms.is_empty():
        return forms
    forms = forms.join(ledger.withdrawn_entries(category), left_on=_BY, right_on=list(KEY), how="anti")
    batches = _standing_readings(ledger, forms["completes_batch"].unique().to_list())
    return _complete(forms.join(batches, on="completes_batch", how="left"))


def _complete(forms: pl.DataFrame) -> pl.DataFrame:
    """Return the forms that are not rejected, and those that were, given back in their turn, and completed."""
    good = forms.filter(pl.col("was") != "rejected")
    while True:
        done = good.explode("batch").drop_nulls("batch").select(KEY)
        more = forms.join(good, on=_BY, how="anti").join(done, left_on=_BY, right_on=list(KEY), how="semi")
        if more.is_empty():
            return good
        good = pl.concat([good, more])


def _standing_readings(ledger: Ledger, batches: Sequence[str]) -> pl.DataFrame:
    """Return each batch with those that stand of the same file: a file that was read anew has another name."""
    standing: dict[str | None, list[str]] = {}
    for name, load in ledger.batches.items():
        if name not in ledger.withdrawn:
            standing.setdefault(load.file_sha256, []).append(name)
    files = {name: load.file_sha256 for name, load in ledger.batches.items()}
    found = [(one, standing.get(files.get(one), [])) for one in batches]
    schema = pl.Schema({"completes_batch": pl.String(), "batch": pl.List(pl.String())})
    return pl.DataFrame(found, schema, orient="row")


def _as_verdicts(rows: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None, kind).alias(name) for name, kind in VERDICT.items() if name not in rows.columns]
    return rows.with_columns(absent).select(VERDICT.names()).cast(VERDICT)


def _changes(ledger: Ledger, category: str, *, wanted: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return what must be said so that, of the entries netted before and those wanted, exactly the wanted are netted."""
    told, asked = _signed(before.select(VERDICT.names())), _signed(wanted)
    new = wanted.join(asked.join(told, on=[*KEY, "signature"], how="anti"), on=list(KEY), how="semi")
    again = told.join(asked, on=list(KEY), how="anti").select(KEY)
    changed = pl.concat(
        [
            new.with_columns(change=pl.lit("netted")),
            _as_verdicts(again).with_columns(change=pl.lit("standing"), was=pl.lit("netted")),
        ]
    )
    return _as_changes(changed, category, ledger.commit)


def _signed(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return each entry once, with everything that settles it as one text, to tell whether that changed."""
    rest = [name for name in VERDICT.names() if name not in KEY]
    texts = verdicts.select(*KEY, pl.struct(rest).struct.json_encode().alias("text"))
    return texts.group_by(KEY).agg(pl.col("text").sort().str.join("\n").alias("signature"))


def _as_changes(rows: pl.DataFrame, category: str, commit: int) -> pl.DataFrame:
    named = rows.with_columns(pl.lit(commit).alias("commit"), pl.lit(category).alias("category"))
    absent = [pl.lit(None, kind).alias(name) for name, kind in CHANGES.items() if name not in named.columns]
    return named.with_columns(absent).select(CHANGES.names()).cast(CHANGES)
