"""Money of a row, exact: one row for each currency, and what is divided between years adds up to what was paid."""

import polars as pl

from saleve.method.schema import POLARS_TYPE, Column, Kind

MONEY = POLARS_TYPE[Kind.MONEY]
_PARTS = 10_000  # of one unit of currency: the four decimals that are kept

CURRENCY = Column(
    "currency",
    Kind.TEXT,
    "Currency of the amount: its ISO 4217 code",
    synonyms=("currency", "currency code", "curr", "ccy", "devise", "monnaie", "moneda", "divisa", "währung", "moeda", "валюта", "货币", "币种",
              "العملة"),
)  # fmt: skip


def in_currencies(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return ``source_row``, ``amount`` and ``currency``, one row for each currency of each row of the file.

    Intake gives money as one column for each currency: ``amount_gbp``, ``amount_chf``.
    """
    held = [name for name in rows.columns if name.startswith(f"{column}_") and rows[name].dtype.is_decimal()]
    parts = [
        rows.select(
            pl.col("source_row").cast(pl.Int64),
            pl.col(name).cast(MONEY).alias("amount"),
            pl.lit(name.removeprefix(f"{column}_").upper()).alias("currency"),
        ).filter(pl.col("amount").is_not_null())
        for name in held
    ]
    empty = pl.DataFrame(schema={"source_row": pl.Int64(), "amount": MONEY, "currency": pl.String()})
    return pl.concat([empty, *parts]).sort("source_row", "currency")


def share_of_days(amount: str, days_before: str, days: str, whole: str) -> pl.Expr:
    """Return the part of the amount for ``days`` after ``days_before`` of the ``whole``; all parts add up to the amount."""
    parts = (pl.col(amount).cast(pl.Decimal(38, 4)) * _PARTS).cast(pl.Int64)
    until = parts * (pl.col(days_before) + pl.col(days)) // pl.col(whole)
    since = parts * pl.col(days_before) // pl.col(whole)
    part = ((until - since).cast(pl.Decimal(38, 4)) / _PARTS).cast(MONEY)
    return pl.when(pl.col(days) == pl.col(whole)).then(amount).otherwise(part).alias(amount)
