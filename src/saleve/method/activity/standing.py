"""Activity of many files as one table: whose rows stand, what each counts, when, and by what rows are told apart."""

from collections.abc import Mapping, Sequence
from string import Formatter
from types import MappingProxyType

import polars as pl

from saleve.language import _
from saleve.method.activity.rows import findings
from saleve.method.problems import PROBLEM_SCHEMA, Severity

KEY = ("batch", "source_sheet", "source_row")  # the name of an entry; also the order in which ties are broken

# A problem that needs more than one file to be seen names the row of each; both places stand in its sentence.
CROSSING_SCHEMA = pl.Schema({**PROBLEM_SCHEMA, "batch": pl.String(), "source_sheet": pl.String()})

# Words that say where a row came from, who sold or how well it is known: they do not make it another series.
_NO_KIND = frozenset(
    {
        "batch", "file_sha256", "source_file", "source_sheet", "document_number", "invoice_number", "supplier", "supplier_factor_name",
        "supplier_factor_basis", "unit", "country", "reading", "proxy", "proxy_how", "definition", "method", "method_version", "currency",
    }
)  # fmt: skip
_SPANS = (
    ("period_start", "period_end"),
    ("valid_from", "valid_to"),
    ("date", "date"),
    ("departure_date",) * 2,
)
_UNITS = MappingProxyType(
    {"kwh": "kWh", "m3": "m3", "m2": "m2", "kg": "kg", "km": "km", "litres": "l", "t": "t", "co2e": "kg CO2e"}
)


def real_rows(activity: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Return the newest revision of each row that is no proxy, with every column of ``KEY`` filled, in the order of ``KEY``."""
    table = plain(activity)
    absent = {"batch": pl.lit(""), "source_sheet": pl.lit(""), "source_file": pl.lit(None, pl.String)}
    whole = table.with_columns(
        value.alias(name) for name, value in absent.items() if name not in table.columns
    )
    named = whole.with_columns(pl.col("batch", "source_sheet").fill_null(""))
    if "proxy" in named.columns:
        named = named.filter(pl.col("proxy").is_null())
    if "revision" in named.columns:
        named = named.filter((pl.col("revision") == pl.col("revision").max().over(KEY)).fill_null(value=True))
    return named.sort(KEY, maintain_order=True)  # fmt: skip


def plain(activity: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Return the table with its words as text: a ledger keeps repeated words as categories, which do not meet in a join."""
    return activity.lazy().with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)).collect()


def amount_column(table: pl.DataFrame) -> str | None:
    """Return the column that says how much was done: by convention the first number of a category's activity."""
    return next((name for name, kind in table.schema.items() if kind == pl.Float64), None)


def unit_of(table: pl.DataFrame) -> pl.Expr:
    """Return the unit of the amount: from the column beside it, else from the name of the amount's column."""
    if "amount_unit" in table.columns:
        return pl.col("amount_unit")
    ending = (amount_column(table) or "").rpartition("_")[2]
    return pl.lit(_UNITS.get(ending, ending))


def kind_columns(table: pl.DataFrame) -> list[str]:
    """Return the columns by which rows belong to different series: site, meter, fuel, carrier, unit of the amount ..."""
    return [name for name, kind in table.schema.items() if kind == pl.String and name not in _NO_KIND]


def entries(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each line of a file, however many calendar years it was divided into.

    Adds ``quantity``, rounded to nine digits so that 310.5 MWh and 310,500 kWh are one amount, and ``start`` and ``end``.
    """
    start, end = span(rows)
    amount = amount_column(rows)
    quantity = pl.col(amount).sum().round_sig_figs(9) if amount else pl.lit(None, pl.Float64)
    rest = [name for name in rows.columns if name not in KEY]
    return (
        rows.with_columns(start.alias("start"), end.alias("end"))
        .sort(*KEY, "start", maintain_order=True)
        .group_by(KEY, maintain_order=True)
        .agg(pl.col(rest).first(), pl.col("start").min(), pl.col("end").max(), quantity.alias("quantity"))
    )


def span(rows: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    """Return the first and last day of a row: of its dates, else of its year."""
    pair = next((pair for pair in _SPANS if set(pair) <= set(rows.columns)), None)
    year = pl.col("year") if "year" in rows.columns else pl.lit(None, pl.Int64)
    first, last = pl.date(year, 1, 1), pl.date(year, 12, 31)
    if pair is None:
        return first, last
    return pl.col(pair[0]).fill_null(first), pl.col(pair[1]).fill_null(last)


def place(suffix: str = "") -> pl.Expr:
    """Return where a row stands, as a person finds it: file, sheet where there is one, row."""
    file = pl.coalesce(pl.col(f"source_file{suffix}"), pl.col(f"batch{suffix}"))
    sheet, row = pl.col(f"source_sheet{suffix}"), pl.col(f"source_row{suffix}")
    return (
        pl.when(sheet == "")
        .then(in_words(_("{file}, row {row}"), file=file, row=row))
        .otherwise(in_words(_("{file}, sheet {sheet}, row {row}"), file=file, sheet=sheet, row=row))
    )


def in_words(sentence: str, **values: pl.Expr) -> pl.Expr:
    """Fill the placeholders of a sentence from columns."""
    pieces: list[pl.Expr] = []
    for text, name, _spec, _conversion in Formatter().parse(sentence):
        pieces += [pl.lit(text)] if text else []
        pieces += [values[name].cast(pl.String).fill_null("?")] if name else []
    return pl.concat_str(pieces)


def crossing_findings(
    rows: pl.DataFrame,
    where: pl.Expr,
    *,
    code: str,
    severity: Severity,
    message: str,
    values: Mapping[str, str],
    column: str | None = None,
    suggestion: str | None = None,
) -> pl.DataFrame:
    """Return one problem (``CROSSING_SCHEMA``) for each row where the condition holds; ``{here}`` is the row's own place."""
    hit = rows.filter(where)
    if hit.is_empty():
        return pl.DataFrame(schema=CROSSING_SCHEMA)
    told = findings(
        hit.with_columns(place().alias("_here")),
        pl.lit(value=True),
        code=code,
        severity=severity,
        message=message,
        column=column,
        suggestion=suggestion,
        values={"here": "_here", **values},
    )
    return told.hstack(hit.select("batch", "source_sheet")).select(CROSSING_SCHEMA.names()).cast(CROSSING_SCHEMA)  # fmt: skip


def crossing_joined(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return all problems in one order that no order of loading can change."""
    return pl.concat([pl.DataFrame(schema=CROSSING_SCHEMA), *tables]).sort(
        "batch", "source_sheet", "row", "code", "message", nulls_last=False
    )
