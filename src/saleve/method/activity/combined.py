"""Rows that stand for all sites together: they would count twice what the rows of the sites count (IPCC 2006, vol. 1, ch. 6).

Lines of a table that say "total" are left out when a file is read; this is about whole rows whose site is called "Combined".
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import words
from saleve.method.activity.standing import (
    CROSSING_SCHEMA,
    KEY,
    crossing_findings,
    crossing_joined,
    entries,
    kind_columns,
    real_rows,
)

_ALL = (
    "combined", "combined sites", "total", "totals", "grand total", "all", "all sites", "all buildings", "all offices", "all locations", "overall", "whole organisation",
    "combiné", "combinés", "totaux", "total général", "tous", "tous les sites", "tous les bâtiments", "tous sites confondus", "ensemble", "ensemble des sites",
    "combinado", "combinados", "total general", "todos", "todos los sitios", "todas las sedes", "todos los edificios", "conjunto",
    "итого", "всего", "все", "все объекты", "все здания", "по всем объектам", "сводно", "в целом",
    "合计", "总计", "共计", "总和", "全部", "所有", "所有地点", "所有建筑", "全部场所", "合并",
    "المجموع", "الإجمالي", "الاجمالي", "إجمالي", "مجموع", "جميع المواقع", "كل المواقع", "جميع المباني", "مجمع",
    "gesamt", "insgesamt", "summe", "alle", "alle standorte", "alle gebäude",
)  # fmt: skip
_ROUNDED = 0.001  # printed totals are rounded
_LABELS = ("site", "category")  # a figure taken over from elsewhere has its name in the second


def combined_problems(activity: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Warn of rows called "Combined", "total" or "all sites" in one of the six languages or German.

    A row that is the sum of the other rows of the same period and kind is said to be so; one that is not is said too, since it
    may be the total of rows that are not here.
    """
    lines = entries(real_rows(activity))
    found = [_of_label(lines, label) for label in _LABELS if label in lines.columns]
    return crossing_joined(found)


def _of_label(lines: pl.DataFrame, label: str) -> pl.DataFrame:
    named = words(label).is_in(list(_ALL)).fill_null(value=False)
    totals, parts = lines.filter(named), lines.filter(~named & pl.col("quantity").is_not_null())
    if totals.is_empty():
        return pl.DataFrame(schema=CROSSING_SCHEMA)
    same = [name for name in kind_columns(lines) if name not in (*_LABELS, "meter")] + ["start", "end"]
    beside = _sums(totals, parts, [*same, "batch"], "file").join(
        _sums(totals, parts, same, "all"), on=list(KEY), how="left", maintain_order="left"
    )
    sums = _chosen(beside).with_columns(pl.col(label).alias("_label"))
    return crossing_joined([_told_sums(sums), _told_others(sums)])


def _sums(totals: pl.DataFrame, parts: pl.DataFrame, same: list[str], name: str) -> pl.DataFrame:
    """Add to each total the sum and the number of the other rows of the same kind and period."""
    added = parts.group_by(same).agg(
        pl.col("quantity").sort().sum().alias(f"_sum_{name}"), pl.len().alias(f"_count_{name}")
    )
    kept = totals if name == "file" else totals.select(*KEY, *(key for key in same if key not in KEY))
    joined = kept.join(added, on=same, how="left", nulls_equal=True, maintain_order="left")
    return joined if name == "file" else joined.select(*KEY, f"_sum_{name}", f"_count_{name}")


def _chosen(sums: pl.DataFrame) -> pl.DataFrame:
    """Take the rows of the same file where they add up to the total, else those of all files."""
    in_file = _equal("_sum_file")
    return sums.with_columns(
        pl.when(in_file).then("_count_file").otherwise("_count_all").fill_null(0).alias("_count"),
        (in_file | _equal("_sum_all")).alias("_is_sum"),
    )


def _equal(added: str) -> pl.Expr:
    near = (pl.col(added) - pl.col("quantity")).abs() <= _ROUNDED * pl.col("quantity").abs()
    return (near & (pl.col("quantity") != 0)).fill_null(value=False)


def _told_sums(totals: pl.DataFrame) -> pl.DataFrame:
    return crossing_findings(
        totals,
        pl.col("_is_sum"),
        code="combined-row",
        severity="warning",
        column="site",
        message=_("{here}: '{label}' is the sum of {count} other rows of the same period. It counts twice what they count."),
        suggestion=_("Withdraw the row, or leave it out of the file with where in saleve.toml."),
        values={"label": "_label", "count": "_count"},
    )  # fmt: skip


def _told_others(totals: pl.DataFrame) -> pl.DataFrame:
    return crossing_findings(
        totals,
        ~pl.col("_is_sum"),
        code="combined-label",
        severity="warning",
        column="site",
        message=_("{here}: '{label}' is called like a total of all sites, but is not the sum of the other rows of its period ({count})."),
        suggestion=_("If it stands for sites that are here too, withdraw one of the two; else give it a name of its own."),
        values={"label": "_label", "count": "_count"},
    )  # fmt: skip
