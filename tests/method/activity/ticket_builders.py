"""Rows of ticket files for tests of settling: only what matters is said, the rest is empty."""

from datetime import date
from decimal import Decimal

import polars as pl

from saleve.method.activity import air_travel
from saleve.method.activity.normalising import Context
from saleve.method.activity.settling import settle
from saleve.method.schema import POLARS_TYPE, Kind

MONEY = pl.List(pl.Struct({"currency": pl.String, "amount": pl.Decimal(18, 4)}))
COLUMNS = {
    column.name: MONEY if column.kind is Kind.MONEY else POLARS_TYPE[column.kind]
    for column in air_travel.CATEGORY.columns
}
SCHEMA = {"batch": pl.String, "source_sheet": pl.String, "source_row": pl.Int64, **COLUMNS}
JANUARY = date(2025, 1, 6)
MARCH = date(2025, 3, 1)


def ticket(document_number=None, routing=None, **cells):
    """Return one line of a ticket file; it flies on 1 March 2025 unless it says otherwise."""
    return {"document_number": document_number, "routing": routing, "departure_date": MARCH, **cells}


def entries(files):
    """Return the entries of files (name of the batch -> lines), row numbers from 2 as a spreadsheet counts."""
    rows = [
        {"batch": batch, "source_sheet": "", "source_row": row, **_typed(line)}
        for batch, lines in files.items()
        for row, line in enumerate(lines, start=2)
    ]
    return pl.DataFrame(rows, SCHEMA)


def legs_of(lines):
    """Return the legs of the entries as loading would make them, file by file."""
    told = [_normalised(part) for part in lines.partition_by("batch", maintain_order=True)]
    return pl.concat(told) if told else air_travel.LEGS.to_frame().with_columns(batch=pl.lit("", pl.String))


def settled(**files):
    """Settle files given as lists of lines."""
    lines = entries(files)
    return settle(lines, legs_of(lines))


def netted(result):
    """Return what was netted in short: ``a2 refund by a3``, with ``[2]`` where only some legs are."""
    return {
        f"{row['batch']}{row['source_row']}{'' if row['legs'] is None else row['legs']} {row['reason']}"
        f" by {row['by_batch']}{row['by_row']}"
        for row in result.netted.iter_rows(named=True)
    }


def flights_left(lines, legs, result):
    """Return the flights that still count, as ``GVA-NBO``, in the order of their lines."""
    keys = ["batch", "source_sheet", "source_row"]
    flown = legs.with_columns(pl.col("source_sheet").fill_null(""))
    whole = result.netted.filter(pl.col("legs").is_null())
    some = result.netted.explode("legs").drop_nulls("legs").rename({"legs": "leg"})
    left = flown.join(whole, on=keys, how="anti").join(some, on=[*keys, "leg"], how="anti")
    ordered = left.sort(*keys, "leg")
    return [f"{start}-{end}" for start, end in ordered.select("origin", "destination").iter_rows()]


def codes(result):
    """Return what was found, as ``code row``."""
    return {
        f"{code} {batch}{row}"
        for code, batch, row in result.problems.select("code", "batch", "row").iter_rows()
    }


def _typed(line):
    return {name: _money(value) if COLUMNS[name] == MONEY else value for name, value in line.items()}


def _money(value):
    """``CHF 900`` or ``CHF 900; USD 20``."""
    parts = [part.split() for part in str(value).split(";")] if value is not None else []
    return [{"currency": currency, "amount": Decimal(amount)} for currency, amount in parts]


def _normalised(part):
    names = sorted(part["fare"].explode().struct.field("currency").drop_nulls().unique())
    amounts = [_amount(name).alias(f"fare_{name.lower()}") for name in names]
    rows = part.with_columns(*amounts, source_file=pl.col("batch"), source_sheet=pl.lit(None, pl.String))
    legs = air_travel.normalise(rows.drop("batch", "fare", "per_diem"), Context()).activity
    return legs.with_columns(batch=pl.lit(part["batch"][0]))


def _amount(currency):
    element = pl.element().struct
    mine = pl.when(element.field("currency") == currency).then(element.field("amount"))
    return pl.col("fare").list.eval(mine).list.drop_nulls().list.first()
