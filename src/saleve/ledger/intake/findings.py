"""Collects problems while a file is read: one table however many rows are concerned."""

from dataclasses import dataclass, field

import polars as pl

from saleve.ledger.intake.codes import Code, code_book
from saleve.method.problems import PROBLEM_SCHEMA

_LONGEST_CELL_SHOWN = 60
_CELL = "\x00"  # stands for the cell while the rest of a message is filled in


@dataclass
class Findings:
    """The problems found so far, in the language in which the check was started."""

    tables: list[pl.DataFrame] = field(default_factory=list)
    book: dict[str, Code] = field(default_factory=code_book)

    def add(self, code: str, *, row: int | None = None, column: str | None = None, **values: object) -> None:
        """Add one problem; ``values`` fill the placeholders of its message."""
        self._add(code, pl.select(row=pl.lit(row, pl.Int64), cell=pl.lit(None, pl.String)), column, values)

    def add_rows(
        self,
        code: str,
        rows: pl.Series,
        *,
        column: str | None = None,
        cells: pl.Series | None = None,
        **values: object,
    ) -> None:
        """Add the same problem for many rows, each with its own cell in the message."""
        if rows.len() == 0:
            return
        shown = pl.lit(None, pl.String) if cells is None else pl.lit(_shortened(cells))
        self._add(code, pl.select(row=pl.lit(rows.cast(pl.Int64)), cell=shown), column, values)

    def _add(self, code: str, frame: pl.DataFrame, column: str | None, values: dict[str, object]) -> None:
        entry = self.book[code]
        filled = {**values, "column": column}
        self.tables.append(
            frame.select(
                "row",
                pl.lit(column, pl.String).alias("column"),
                pl.lit(code).alias("code"),
                pl.lit(entry.severity).alias("severity"),
                _filled(entry.message, filled).alias("message"),
                _filled(entry.suggestion, filled).alias("suggestion"),
            )
        )

    def table(self) -> pl.DataFrame:
        """Return all problems, those of the file first, then by row."""
        if not self.tables:
            return pl.DataFrame(schema=PROBLEM_SCHEMA)
        return pl.concat(self.tables).sort("row", nulls_last=False, maintain_order=True)


def _shortened(cells: pl.Series) -> pl.Series:
    long = cells.str.len_chars() > _LONGEST_CELL_SHOWN
    return pl.select(
        pl.when(pl.lit(long))
        .then(pl.lit(cells).str.slice(0, _LONGEST_CELL_SHOWN) + "…")
        .otherwise(pl.lit(cells))
    ).to_series()


def _filled(template: str | None, values: dict[str, object]) -> pl.Expr:
    if template is None:
        return pl.lit(None, pl.String)
    parts = template.format_map({"cell": _CELL, **values}).split(_CELL)
    if len(parts) == 1:
        return pl.lit(parts[0])
    pieces: list[pl.Expr] = [pl.lit(parts[0])]
    for part in parts[1:]:
        pieces += [pl.col("cell").fill_null(""), pl.lit(part)]
    return pl.concat_str(pieces)
