"""The columns of every table of the ledger (decision 6), and the way of a frame into them.

Activity and entries follow the declarations in ``method/activity``; nothing is declared twice.
"""

import polars as pl

from saleve.ledger.intake.mapping import with_currency
from saleve.ledger.intake.registry import source_category
from saleve.method.activity.normalising import REPAIR_SCHEMA
from saleve.method.problems import PROBLEM_SCHEMA
from saleve.method.schema import POLARS_TYPE, PROVENANCE, STANDING, Category, Kind

STATES = ("accepted", "repaired", "rejected", "netted")
KEY = ("batch", "source_sheet", "source_row")  # the name of an entry

MONEY_LIST = pl.List(pl.Struct({"currency": pl.String(), "amount": POLARS_TYPE[Kind.MONEY]}))
WIDE_MONEY = pl.Decimal(38, 4)  # for sums
_YEAR_HINTS = (Kind.DATE, Kind.MONTH)  # a day that stayed open may still have told its year

_FILE = {"file_sha256": pl.String()}
_PROXY = {
    "proxy": pl.String(),
    "proxy_error_pct": pl.Float64(),
}  # an estimate in place of data, and its 95 % half-width

FINDINGS = pl.Schema(
    {"batch": pl.String(), "category": pl.String(), "source_sheet": pl.String(), **PROBLEM_SCHEMA}
)

REPAIRED = pl.Schema(
    {"batch": pl.String(), "category": pl.String(), "source_sheet": pl.String(), **REPAIR_SCHEMA}
)

CHANGES = pl.Schema(
    {
        "commit": pl.Int64(),
        "category": pl.String(),
        **dict(zip(KEY, (pl.String(), pl.String(), pl.Int64()), strict=True)),
        "change": pl.String(),  # corrected, withdrawn, netted, standing
        "was": pl.String(),  # the state before
        "revision": pl.Int64(),  # corrected: the revision that stands now
        "state": pl.String(),  # corrected: the state of that revision
        "legs": pl.List(pl.Int64()),  # netted: only these legs do not count; null: the whole entry
        "reason": pl.String(),  # refund, void, exchange, duplicate, completed ...; or the words of who corrected
        "by_batch": pl.String(),  # netted: the entry that settles it
        "by_sheet": pl.String(),
        "by_row": pl.Int64(),
    }
)

JOURNAL = pl.Schema(
    {
        "commit": pl.Int64(),
        "kind": pl.String(),  # load, correction, withdrawal, compaction
        "batch": pl.String(),
        "file_sha256": pl.String(),
        "replaces": pl.String(),
        "at": pl.Datetime("us", "UTC"),
        "by": pl.String(),
        "reason": pl.String(),
        "account": pl.String(),  # JSON: what was read, with its counts and money
        "versions": pl.String(),  # JSON: table -> version after this commit
    }
)


def activity_schema(category: str) -> pl.Schema:
    """Return the columns of a category's activity in the ledger."""
    declared: pl.Schema = source_category(category).ACTIVITY
    return pl.Schema({**STANDING, **_FILE, **declared, **_PROXY})


def entry_schema(category: str) -> pl.Schema:
    """Return the columns of a category's entries: one for each column that a file of it may have."""
    declared = with_currency(source_category(category).CATEGORY)
    cells: dict[str, pl.DataType] = {}
    for column in declared.columns:
        cells[column.name] = MONEY_LIST if column.kind is Kind.MONEY else POLARS_TYPE[column.kind]
        if column.kind in _YEAR_HINTS:
            cells[f"{column.name}_year"] = pl.Int64()
    keys = {"document_key": pl.Int64(), "original_key": pl.Int64()} if "document_number" in cells else {}
    standing = {"state": pl.String(), "rules": pl.List(pl.String())}
    completes = {"completes_batch": pl.String(), "completes_sheet": pl.String(), "completes_row": pl.Int64()}
    return pl.Schema({**STANDING, **_FILE, **standing, **cells, **keys, **completes, **PROVENANCE})


def conformed(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Return the frame with exactly these columns and types: what it lacks is null, what is not declared is left out."""
    missing = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns
    ]
    whole = frame.with_columns(missing).select(schema.names())
    return whole.cast(schema).with_columns(
        pl.col(name).fill_null("") for name in schema.names() if name == "source_sheet"
    )


def with_money_lists(rows: pl.DataFrame, category: Category) -> pl.DataFrame:
    """Gather the columns of one amount, one for each currency (``fare_chf``), in one list of currency and amount (``fare``)."""
    for column in category.columns:
        if column.kind is Kind.MONEY:
            parts = money_parts(rows, column.name)
            rows = rows.with_columns(_money_list(parts).alias(column.name)).drop(list(parts))
    return rows


def with_money_columns(entries: pl.DataFrame, category: Category) -> pl.DataFrame:
    """Spread lists of currency and amount (``fare``) over one column for each currency (``fare_chf``), to show or export."""
    for column in category.columns:
        if column.kind is Kind.MONEY and column.name in entries.columns:
            listed = entries[column.name].explode().struct.field("currency").drop_nulls().unique().sort()
            parts = [
                pl.col(column.name)
                .list.eval(pl.element().filter(pl.element().struct.field("currency") == currency))
                .list.eval(pl.element().struct.field("amount"))
                .list.sum()
                .alias(f"{column.name}_{currency.lower()}")
                for currency in listed.to_list()
            ]
            entries = entries.with_columns(parts).drop(column.name)
    return entries


def money_parts(rows: pl.DataFrame, name: str) -> dict[str, str]:
    """Return the columns that hold an amount in one currency each, with that currency."""
    start, money = f"{name}_", POLARS_TYPE[Kind.MONEY]
    return {
        part: part.removeprefix(start).upper()
        for part, kind in rows.schema.items()
        if part.startswith(start) and kind == money
    }


def _money_list(parts: dict[str, str]) -> pl.Expr:
    if not parts:
        return pl.lit(None, dtype=MONEY_LIST)
    amounts = [
        pl.struct(pl.lit(currency).alias("currency"), pl.col(part).alias("amount"))
        for part, currency in parts.items()
    ]
    filled = [pl.col(part).is_not_null() for part in parts]
    alone = pl.coalesce(
        pl.when(there & (pl.sum_horizontal(filled) == 1)).then(pl.concat_list(amount))
        for there, amount in zip(filled, amounts, strict=True)
    )
    if len(parts) == 1:
        return alone
    several = pl.concat_list(
        pl.when(there).then(amount) for there, amount in zip(filled, amounts, strict=True)
    ).list.drop_nulls()
    return pl.when(pl.sum_horizontal(filled) > 1).then(several).otherwise(alone)
