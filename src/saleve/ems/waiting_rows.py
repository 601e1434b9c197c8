"""Rows of a file corrected before it is loaded: kept beside the file, and done in the ledger right after its load.

The file itself stays as it came. A correction is checked when it is made like any row, and goes into the ledger as what it is: a
correction by a person, with a reason.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl

from saleve.ems import staging
from saleve.ems.deliveries import key_ring
from saleve.ems.ledgers import correct_entry
from saleve.ems.previewing import Preview, table_of
from saleve.ems.staging import Staged
from saleve.ems.workspace import FileEntry, Workspace
from saleve.language import _
from saleve.ledger.correcting import check_correction
from saleve.ledger.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Fix:
    """Cells of one rejected row as they should read, and why."""

    row: int
    sheet: str
    category: str
    cells: Mapping[str, str]
    reason: str


def fixes_of(staged: Staged) -> dict[tuple[str, int], Fix]:
    """Return the corrections that were made so far, by sheet and row."""
    made = [Fix(**one) for one in staged.fixes or ()]
    return {(one.sheet, one.row): one for one in made}


def rejected_row(staged: Staged, found: Preview, row: int, sheet: str) -> tuple[str, dict[str, Any]] | None:
    """Return category and entry of a rejected row of the preview, with ``headers`` and ``faults``; None where there is none."""
    for category in found.categories:
        entries = table_of(staged, f"entries-{category}")
        if entries is None:
            continue
        asked = entries.filter(pl.col("source_row") == row, pl.col("source_sheet").fill_null("") == sheet)
        if asked.height:
            return category, asked.row(0, named=True)
    return None


def fix_row(workspace: Workspace, staged: Staged, entry: Mapping[str, Any], fix: Fix) -> Staged:
    """Keep a correction of a rejected row; raises ``LedgerError`` where the row would be rejected all the same."""
    if not fix.reason.strip():
        raise LedgerError(_("Say why the row is corrected. It is kept in the ledger."))
    said = FileEntry(workspace.folder, year=staged.year, constants=staged.constants or {})
    context = replace(workspace.context(said), pseudonym=key_ring(workspace).pseudonym)
    check_correction(fix.category, entry, fix.cells, context)
    kept = {**fixes_of(staged), (fix.sheet, fix.row): fix}
    return staging.change(staged, fixes=[asdict(one) for one in kept.values()])


def unfix_row(staged: Staged, row: int, sheet: str) -> Staged:
    """Take a correction back."""
    kept = {place: one for place, one in fixes_of(staged).items() if place != (sheet, row)}
    return staging.change(staged, fixes=[asdict(one) for one in kept.values()])


def do_fixes(workspace: Workspace, staged: Staged, batch: str) -> tuple[int, list[str]]:
    """Correct the rows of the batch that the file became; return how many, and what is said of those that could not be."""
    done, faults = 0, []
    for fix in fixes_of(staged).values():
        try:
            correct_entry(workspace, batch, fix.row, fix.cells, reason=fix.reason, sheet=fix.sheet)
            done += 1
        except LedgerError as fault:
            faults.append(_("Row {row}: {reason}").format(row=fix.row, reason=fault))
    return done, faults
