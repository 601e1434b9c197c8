"""What follows for all entries when batches come or go: which no longer count, and which count again (decision 6).

The rules are those of the category (``settle`` in ``method/activity``) and one of the ledger itself: a rejected row that was
corrected and loaded again is completed by its new form. Only entries that share something with the batches are settled anew.
"""

from collections.abc import Sequence

import polars as pl

from saleve.ledger.schemas import CHANGES, KEY
from saleve.ledger.store import Ledger

VERDICT = pl.Schema(
    {name: CHANGES[name] for name in (*KEY, "was", "legs", "reason", "by_batch", "by_sheet", "by_row")}
)


def settlement(ledger: Ledger, batches: Sequence[str]) -> pl.DataFrame:
    """Return the changes (``CHANGES``) that follow from these batches having come or gone."""
    found = [_of_category(ledger, name, batches) for name in ledger.categories()]
    return pl.concat([pl.DataFrame(schema=CHANGES), *found])


def _of_category(ledger: Ledger, category: str, batches: Sequence[str]) -> pl.DataFrame:
    completed = _completed(ledger, category)
    before = ledger.verdicts(category, ["completed"])
    return _changes(ledger, category, wanted=completed, before=before)


def _completed(ledger: Ledger, category: str) -> pl.DataFrame:
    """Return the rejected entries whose corrected form stands; of several forms of one row the first by name counts."""
    forms = (
        ledger.latest(category)
        .filter(pl.col("completes_batch").is_not_null() & (pl.col("state").cast(pl.String) != "rejected"))
        .select(
            pl.col("completes_batch").alias("batch"),
            pl.col("completes_sheet").alias("source_sheet"),
            pl.col("completes_row").alias("source_row"),
            *(pl.col(name).alias(by) for name, by in zip(KEY, ("by_batch", "by_sheet", "by_row"), strict=True)),
        )
        .cast({pl.Categorical: pl.String})
        .collect()
    )  # fmt: skip
    if forms.is_empty():
        return pl.DataFrame(schema=VERDICT)
    originals = forms["batch"].unique().to_list()
    rejected = ledger.latest(category, originals).filter(pl.col("state").cast(pl.String) == "rejected")
    waiting = rejected.select(KEY).cast({pl.Categorical: pl.String}).collect()
    first = forms.sort("by_batch", "by_sheet", "by_row").unique(KEY, keep="first", maintain_order=True)
    done = waiting.join(first, on=list(KEY), how="inner").with_columns(
        reason=pl.lit("completed"), was=pl.lit("rejected")
    )
    return _as_verdicts(done)


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
