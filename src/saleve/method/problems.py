"""What a check found: where, what, and what to do. A problem never stops the reading of the next row.

Problems of a table are themselves a table (``PROBLEM_SCHEMA``), so that a million rows cost no million objects.
"""

from dataclasses import asdict, dataclass
from typing import Literal

import polars as pl

Severity = Literal["error", "warning", "note"]

PROBLEM_SCHEMA = pl.Schema(
    {
        "row": pl.Int64,  # as the spreadsheet counts; null for the file as a whole
        "column": pl.String,  # header as it stands in the file; null for the row as a whole
        "code": pl.String,  # stable name of the rule, such as "airport-unknown"
        "severity": pl.String,  # error: row rejected; warning: look at it; note: what was done
        "message": pl.String,
        "suggestion": pl.String,
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, in plain words: ``Row 31, column To: airport 'GVAA' is unknown. Did you mean GVA?``."""

    code: str
    severity: Severity
    message: str
    suggestion: str | None = None
    row: int | None = None
    column: str | None = None


def problem_table(problems: list[Problem]) -> pl.DataFrame:
    """Return the problems as a table with the columns of ``PROBLEM_SCHEMA``."""
    return pl.DataFrame([asdict(problem) for problem in problems], schema=PROBLEM_SCHEMA)


class SaleveError(Exception):
    """A fault in what the user gave us, told in a sentence that says where, what and what to do.

    SaleveError
     ├─ FileRefusedError    ledger: a file that cannot be read as a table
     ├─ WorkspaceError      ems: a folder or saleve.toml that cannot be used
     ├─ UnknownReferenceError  method: a factor, airport or aircraft that we do not hold
     ├─ MixedBasisError     method: factors of different accounting bases in one category
     └─ DecompositionError  method: factors of a change that cannot be decomposed
    """


class UnknownReferenceError(SaleveError):
    """A factor, place or aircraft that the reference data do not hold; the message names the nearest ones."""


class MixedBasisError(SaleveError):
    """Factors of more than one accounting basis (direct, lifecycle, ...) in one category of one inventory."""
