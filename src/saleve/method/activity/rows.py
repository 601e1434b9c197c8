"""What the checks of every facility file share: complete columns, constants, site names, and problems found by a condition."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from saleve.method.activity.normalising import Context
from saleve.method.problems import PROBLEM_SCHEMA, Problem, Severity, problem_table
from saleve.method.schema import POLARS_TYPE, PROVENANCE, Category, Kind


def completed(rows: pl.DataFrame, category: Category, context: Context) -> pl.DataFrame:
    """Return the rows with every column of the category: constants fill empty cells, sites get their own names."""
    wanted = {column.name: POLARS_TYPE[column.kind] for column in category.columns} | PROVENANCE
    missing = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in wanted.items() if name not in rows.columns
    ]
    typed = [pl.col(name).cast(kind) for name, kind in wanted.items() if name in rows.columns]
    whole = rows.with_columns(missing + typed).select(list(wanted))
    return _named_sites(whole.with_columns(_constants(category, context.constants)), context.sites)


def findings(
    rows: pl.DataFrame,
    where: pl.Expr,
    *,
    code: str,
    severity: Severity,
    message: str,
    column: str | None = None,
    suggestion: str | None = None,
    values: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Return one problem for each row where the condition holds; ``values`` maps placeholders to columns.

    A sentence is built once for each different set of values, however many rows show it.
    """
    hit = rows.filter(where)
    if hit.is_empty():
        return pl.DataFrame(schema=PROBLEM_SCHEMA)
    return _told(hit, dict(values or {}), message, suggestion).select(
        pl.col("source_row").alias("row"),
        pl.lit(column, dtype=pl.String).alias("column"),
        pl.lit(code).alias("code"),
        pl.lit(severity, dtype=pl.String).alias("severity"),
        "message",
        "suggestion",
    )


def finding_of_file(
    rows: pl.DataFrame,
    where: pl.Expr,
    *,
    code: str,
    severity: Severity,
    message: str,
    suggestion: str | None = None,
) -> pl.DataFrame:
    """Return one problem for the whole file if the condition holds anywhere; the text may name ``{count}`` and ``{first}``."""
    hit = rows.filter(where)["source_row"]
    if hit.is_empty():
        return problem_table([])
    facts = {"count": len(hit), "first": hit.min()}
    advice = suggestion and suggestion.format(**facts)
    return problem_table([Problem(code, severity, message.format(**facts), advice)])


def joined(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return all problems of one file in the order of its rows; what concerns the file as a whole comes first."""
    return pl.concat([pl.DataFrame(schema=PROBLEM_SCHEMA), *tables]).sort("row", maintain_order=True)


def in_series(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return the rows with ``series``, one whole number for each different set of keys, sorted by series and period.

    Looking back one row within a sorted series is far cheaper than a window over several text columns.
    """
    different = rows.select(keys).unique(maintain_order=True).with_row_index("series")
    known = rows.join(different, on=list(keys), how="left", nulls_equal=True)
    return known.with_columns(pl.col("series").cast(pl.Int64)).sort(
        "series", "period_start", "period_end", "source_row"
    )


def before(column: str) -> pl.Expr:
    """Return the column's value in the row before of the same series; null in the first."""
    same = pl.col("series") == pl.col("series").shift(1)
    return pl.when(same).then(pl.col(column).shift(1))


def without_errors(rows: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that no error-severity problem rejects."""
    rejected = (
        problems.filter(pl.col("severity") == "error").select(pl.col("row").alias("source_row")).unique()
    )
    return rows.join(rejected, on="source_row", how="anti", maintain_order="left")


def words(text: str) -> pl.Expr:
    """Return a text column in small letters, with blanks trimmed and made single, for comparison only."""
    return pl.col(text).str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()


def _told(hit: pl.DataFrame, values: dict[str, str], message: str, suggestion: str | None) -> pl.DataFrame:
    if not values:
        return hit.with_columns(
            pl.lit(message.format()).alias("message"),
            pl.lit(suggestion and suggestion.format(), dtype=pl.String).alias("suggestion"),
        )
    keys = hit.select(pl.col(name).alias(f"_{placeholder}") for placeholder, name in values.items())
    different = keys.unique()
    facts = [{name[1:]: value for name, value in row.items()} for row in different.iter_rows(named=True)]
    told = different.with_columns(
        pl.Series("message", [message.format(**fact) for fact in facts], dtype=pl.String),
        pl.Series(
            "suggestion", [suggestion and suggestion.format(**fact) for fact in facts], dtype=pl.String
        ),
    )
    return keys.with_columns(hit["source_row"]).join(
        told, on=keys.columns, how="left", nulls_equal=True, maintain_order="left"
    )


def _constants(category: Category, constants: Mapping[str, str]) -> list[pl.Expr]:
    known = {column.name: column for column in category.columns}
    return [
        pl.col(name).fill_null(_read(value, known[name].kind))
        for name, value in constants.items()
        if name in known
    ]


def _read(value: str, kind: Kind) -> pl.Expr:
    if kind is Kind.DATE:
        return pl.lit(date.fromisoformat(value))
    return pl.lit(value).cast(POLARS_TYPE[kind])


def _named_sites(rows: pl.DataFrame, aliases: Mapping[str, str]) -> pl.DataFrame:
    if "site" not in rows.columns or not aliases:
        return rows
    names = {alias.strip().lower(): site for alias, site in aliases.items()}
    return rows.with_columns(words("site").replace_strict(names, default=pl.col("site")).alias("site"))
