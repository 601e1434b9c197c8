"""Reading the figures of a statement as somebody printed them, so that they can be checked against each other."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from saleve.ems.settings import WorkspaceError
from saleve.language import _
from saleve.method.reconciliation import PRINTED

KG_PER_TONNE = 1000
LEVELS = ("total", "scope", "source", "unit")
REQUIRED = ("level", "line", "t_co2e")
SCOPES = (1, 2, 3)


def read_statement(path: Path) -> pl.DataFrame:
    """Read a CSV with level, line, t_co2e, and scope and year where known (``PRINTED``, with ``half_digit_kg``); raises ``WorkspaceError`` naming every fault.

    An empty amount is missing, not zero.
    """
    text = _read(path)
    lacking = [name for name in REQUIRED if name not in text.columns]
    if lacking:
        message = _("{path} lacks the columns {columns}. It needs level, line, t_co2e; scope and year are optional.")  # fmt: skip
        raise WorkspaceError(message.format(path=path, columns=", ".join(lacking)))
    whole = text.with_columns(pl.lit(None, pl.String).alias(one) for one in ("scope", "year") if one not in text.columns)  # fmt: skip
    typed = whole.with_row_index("row", offset=2).with_columns(
        level_read=pl.col("level").str.to_lowercase(),
        scope_read=pl.col("scope").str.extract(r"^(?:[Ss]cope )?(\d)$").cast(pl.Int64),
        year_read=pl.col("year").cast(pl.Int64, strict=False),
        t_read=pl.col("t_co2e").cast(pl.Float64, strict=False),
    )
    faults = list(_faults(typed))
    if faults:
        listed = "\n".join(f"  - {one}" for one in faults)
        raise WorkspaceError(_("{path} needs correction:\n{faults}").format(path=path, faults=listed))
    digits = pl.col("t_co2e").str.extract(r"\.(\d+)$").str.len_chars().fill_null(0)
    half_digit = 0.5 * KG_PER_TONNE / pl.lit(10.0).pow(digits)
    read = typed.with_columns(half_digit_kg=half_digit)
    return read.select(
        year="year_read", level="level_read", line="line", scope="scope_read", kg_co2e=pl.col("t_read") * KG_PER_TONNE, half_digit_kg="half_digit_kg"
    ).cast(pl.Schema({**PRINTED, "half_digit_kg": pl.Float64()}))  # fmt: skip


def _read(path: Path) -> pl.DataFrame:
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as fault:
        reason = str(fault).partition("\n")[0]
        message = _("{path} cannot be read as a printed statement: {reason}.")
        raise WorkspaceError(message.format(path=path, reason=reason)) from None
    stripped = table.rename(lambda name: name.strip().lower()).with_columns(pl.all().str.strip_chars())
    return stripped.with_columns(pl.all().replace("", None))


def _faults(typed: pl.DataFrame) -> Iterator[str]:
    """Yield what cannot be used, row by row of the file."""
    told = {
        "level": (~pl.col("level_read").is_in(LEVELS)).fill_null(value=True),
        "scope": _unread("scope") | (~pl.col("scope_read").is_in(SCOPES)).fill_null(value=False),
        "year": _unread("year"),
        "t_co2e": pl.col("t_co2e").is_not_null() & (pl.col("t_read").is_null() | ~pl.col("t_read").is_finite()),
    }  # fmt: skip
    allowed = {
        "level": ", ".join(LEVELS),
        "scope": "1, 2, 3",
        "year": "2025",
        "t_co2e": "1234.56",
    }
    for column, wrong in told.items():
        for row, value in typed.filter(wrong).select("row", column).iter_rows():
            message = _("Row {row}, {column}: {value} cannot be used. Write: {allowed}.")
            yield message.format(row=row, column=column, value=value or _("nothing"), allowed=allowed[column])


def _unread(name: str) -> pl.Expr:
    return pl.col(name).is_not_null() & pl.col(f"{name}_read").is_null()
