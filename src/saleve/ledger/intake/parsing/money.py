"""Money: exact amounts, one column for each currency; amounts of different currencies are never put together.

Order of belief for the currency: the cell, what the user said for the column, the row's currency column, the header, what the user
said for the file.
"""

from dataclasses import dataclass, field

import polars as pl

from saleve.ledger.intake.parsing.numbers import (
    RENAMED_CURRENCIES,
    NumberEvidence,
    currency_code,
    parse_numbers,
)

MONEY = pl.Decimal(18, 4)
UNDECIDED = "XXX"  # ISO 4217: no currency
_CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class MoneyColumn:
    """What was found in one column of money."""

    fault: pl.Series
    differs: pl.Series  # the cell names another currency than the row
    undecided: int  # amounts without currency
    undecided_column: str


@dataclass
class MoneyReader:
    """Adds columns such as ``fare_chf`` to the frame of a sheet."""

    frame: pl.DataFrame
    constant: str | None = None  # currency of the whole file, as the user said it
    renaming: bool = True  # whether obsolete codes are brought to the present ones
    renamed: list[tuple[str, str, str, pl.Series]] = field(default_factory=list)  # column, old, new, rows

    def __post_init__(self) -> None:
        """Bring the file's own currency column to present ISO 4217 codes."""
        if _CURRENCY not in self.frame.columns:
            return
        cells = self.frame[_CURRENCY]
        codes = {cell: currency_code(cell) or cell for cell in cells.drop_nulls().unique().to_list()}
        present = {
            cell: RENAMED_CURRENCIES.get(code, code) if self.renaming else code
            for cell, code in codes.items()
        }
        for cell, code in codes.items():
            if code in RENAMED_CURRENCIES:
                self.renamed.append(
                    (
                        _CURRENCY,
                        code,
                        RENAMED_CURRENCIES[code],
                        self.frame["source_row"].filter((cells == cell).fill_null(value=False)),
                    )
                )
        if present:
            self.frame = self.frame.with_columns(
                cells.replace_strict(present, default=None, return_dtype=pl.String)
            )

    def read(
        self,
        column: str,
        cells: pl.Series,
        header: str | None,
        *,
        typed: bool,
        stated: bool = False,
        evidence: NumberEvidence | None = None,
    ) -> MoneyColumn:
        """Read one column of amounts; ``header`` is the currency that its header names, or the user for it (``stated``)."""
        table = parse_numbers(cells, typed=typed, evidence=evidence).table
        if not self.renaming:
            table = table.with_columns(pl.coalesce("renamed", "currency").alias("currency"))
        named_by_row = _CURRENCY in self.frame.columns and not stated
        row = self.frame[_CURRENCY] if named_by_row else pl.Series([None], dtype=pl.String)
        known = (
            table.with_columns(row=pl.lit(row))
            if row.len() == table.height
            else table.with_columns(row=pl.lit(None, pl.String))
        )
        word = header if header and currency_code(header) is None else None  # "pesos": of which country?
        named = None if word else header
        beside = [pl.lit(code, dtype=pl.String) for code in (named, self.constant, word)]
        whole = known.with_columns(
            amount=pl.col("text").cast(MONEY, strict=False),
            code=pl.coalesce("currency", "row", *beside, pl.lit(UNDECIDED)),
            differs=(pl.col("currency") != pl.coalesce("row", beside[0])).fill_null(value=False),
        )
        self._note_renamed(column, table)
        self._put(column, whole)
        unnamed = word or UNDECIDED
        undecided = whole.filter((pl.col("code") == unnamed) & (pl.col("amount") != 0)).height
        return MoneyColumn(table["fault"], whole["differs"], undecided, f"{column}_{unnamed.lower()}")

    def _note_renamed(self, column: str, table: pl.DataFrame) -> None:
        for old in table["renamed"].drop_nulls().unique().to_list():
            rows = self.frame["source_row"].filter((table["renamed"] == old).fill_null(value=False))
            self.renamed.append((column, old, RENAMED_CURRENCIES[old], rows))

    def _put(self, column: str, whole: pl.DataFrame) -> None:
        for code in sorted(whole.filter(pl.col("amount").is_not_null())["code"].unique().to_list()):
            name = f"{column}_{code.lower()}"
            amounts = whole.select(pl.when(pl.col("code") == code).then("amount")).to_series().alias(name)
            if name in self.frame.columns:
                amounts = (
                    pl.select(pl.coalesce(pl.lit(self.frame[name]), pl.lit(amounts))).to_series().alias(name)
                )
            self.frame = self.frame.with_columns(amounts)
