"""Goods and services bought: kg CO2e = money x factor of the sector that made them, scope 3.

GHG Protocol Corporate Value Chain Standard (2011), categories 1 and 2, spend-based method (Technical Guidance, 2013). Account -> category
-> sector: by the organisation's own table, else by a UNSPSC code, else by the words of the account. What another source category
counts by quantity, and what buys nothing, counts zero here.
"""

from collections.abc import Collection, Mapping
from typing import Literal

import polars as pl

from saleve.language import _
from saleve.method.emissions.indirect import indirect, unknown_because, zero_by_rule
from saleve.method.emissions.spend import by_sector, in_factor_money, method_name
from saleve.method.problems import UnknownReferenceError
from saleve.method.reference.packages import table
from saleve.method.reference.suggestions import unknown

SOURCE = "procurement"
Margins = Literal["with", "without"]
OWN_COLUMNS = ("account", "category")

_NO_PURCHASE = "not_purchases"
_CODE = r"^\d{8}$"


def estimate(
    activity: pl.DataFrame,
    *,
    margins: Margins = "with",
    exchange_rates: pl.DataFrame | None = None,
    price_index: pl.DataFrame | None = None,
    account_categories: pl.DataFrame | None = None,
    counted: Collection[str] = (),
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return the payments with their emissions; one without category, exchange rate or price level has no figure, and says why.

    ``account_categories``: account (its name or number) and category of ours. ``counted``: the source categories that are loaded.
    """
    named = _with_categories(activity, account_categories)
    rows = named.join(
        table("spending", "categories").select("category", "sector", "counted_in"),
        on="category",
        how="left",
        maintain_order="left",
    )
    nothing = pl.col("category") == _NO_PURCHASE
    elsewhere = pl.col("counted_in").is_in(list(counted))
    bought = by_sector(
        in_factor_money(
            rows.filter(~(nothing | elsewhere).fill_null(value=False)), exchange_rates, price_index
        ),
        margins=margins,
        own_values=own_values,
    ).with_columns(method=pl.lit(method_name(margins)))
    parts = [
        unknown_because(bought, _reason()),
        zero_by_rule(rows.filter(nothing), "buys-nothing"),
        zero_by_rule(rows.filter(elsewhere), "counted-by-quantity"),
    ]
    return _finished(pl.concat(parts, how="diagonal"))


def _with_categories(rows: pl.DataFrame, own: pl.DataFrame | None) -> pl.DataFrame:
    """Return the rows with ``category`` of ours; each different account is looked up once."""
    key = ["account", "account_code"]
    accounts = rows.select(key).unique(maintain_order=True)
    found = accounts.with_columns(pl.coalesce(*_own(own), *_by_code(), *_by_words()).alias("category"))
    return rows.join(found, on=key, how="left", maintain_order="left", nulls_equal=True)


def _own(own: pl.DataFrame | None) -> list[pl.Expr]:
    if own is None:
        return []
    missing = [name for name in OWN_COLUMNS if name not in own.columns]
    if missing:
        message = _("Your table of accounts has no column {columns}. It needs: {all}.")
        raise UnknownReferenceError(message.format(columns=", ".join(missing), all=", ".join(OWN_COLUMNS)))
    known = table("spending", "categories")["category"].to_list()
    for category in own["category"].unique().drop_nulls():
        if category not in known:
            raise unknown(category, known)
    named = own.select(_plain(pl.col("account").cast(pl.String)), "category").drop_nulls()
    chosen = dict(named.iter_rows())
    return [
        _plain(pl.col(name)).replace_strict(chosen, default=None, return_dtype=pl.String)
        for name in ("account_code", "account")
    ]


def _plain(name: pl.Expr) -> pl.Expr:
    return name.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def _by_code() -> list[pl.Expr]:
    """Return the category of a code of eight digits; the longest beginning that is held decides."""
    chosen = dict(table("spending", "codes").select("digits", "category").iter_rows())
    code = pl.when(pl.col("account_code").str.contains(_CODE)).then("account_code")
    return [
        code.str.head(digits).replace_strict(chosen, default=None, return_dtype=pl.String)
        for digits in sorted({len(begin) for begin in chosen}, reverse=True)
    ]


def _by_words() -> list[pl.Expr]:
    rules = table("spending", "words").sort("order").select("words", "category")
    return [
        pl.when(pl.col("account").str.contains(words)).then(pl.lit(category))
        for words, category in rules.iter_rows()
    ]


def _reason() -> pl.Expr:
    return (
        pl.when(pl.col("category").is_null())
        .then(pl.lit("account-without-category"))
        .when(pl.col("sector").is_null())
        .then(pl.lit("counted-by-quantity-only"))
    )


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    return indirect(
        rows,
        SOURCE,
        independent_key=pl.concat_str(pl.lit(SOURCE), "account", separator="|"),
        amount=pl.col("amount").cast(pl.Float64),
        amount_unit=pl.col("currency"),
    )
