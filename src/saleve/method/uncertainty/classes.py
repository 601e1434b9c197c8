"""Which class an uncertain input belongs to, and so which distribution it has and how it errs in two years.

IPCC 2006 Guidelines, vol. 1, ch. 3, section 3.2.2.4 (choice of distribution) and table 3.2 (correlation between years). The rules
are data: package ``uncertainty``. A column ``shared_class`` or ``independent_class`` of the cells declares another class.
"""

from collections.abc import Mapping

import polars as pl

from saleve.method.reference.packages import table

_ANY = "any"


def class_names() -> tuple[str, ...]:
    """Return the names of the classes."""
    return tuple(table("uncertainty", "classes")["class"])


def class_of(part: str, columns: list[str]) -> pl.Expr:
    """Return the class of the cells' shared or independent part; ``columns`` are those that the cells have."""
    rules = table("uncertainty", "inputs").filter(pl.col("part") == part).reverse()  # the special rules first
    declared = [pl.col(f"{part}_class")] if f"{part}_class" in columns else []
    return pl.coalesce(*declared, *(_rule(row, columns) for row in rules.iter_rows(named=True)))


def distribution_of() -> dict[str, str]:
    """Return the distribution of each class for ranges that are wide or not symmetric."""
    return dict(table("uncertainty", "classes").select("class", "distribution").iter_rows())


def year_correlations(own: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return for each class the correlation of its errors in two years, the organisation's own where it set one."""
    return {
        **dict(table("uncertainty", "classes").select("class", "year_correlation").iter_rows()),
        **(own or {}),
    }


def _rule(row: Mapping[str, object], columns: list[str]) -> pl.Expr:
    source, estimated = _column("source", columns, pl.String()), _column("estimated", columns, pl.Boolean())
    fits = pl.lit(True)
    if row["source_category"] != _ANY:
        fits = fits & (source == row["source_category"])
    if row["estimated"] is not None:
        fits = fits & (estimated.fill_null(False) == row["estimated"])
    return pl.when(fits).then(pl.lit(row["class"]))


def _column(name: str, columns: list[str], kind: pl.DataType) -> pl.Expr:
    return pl.col(name) if name in columns else pl.lit(None, kind)
