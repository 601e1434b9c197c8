"""Rejected rows of a batch given back as a workbook; corrected and loaded again, it completes the batch.

The ledger keeps no cells of rejected rows: they are read from the evidence. Names of persons come out as pseudonyms.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from saleve.language import _
from saleve.ledger.entering import category_of
from saleve.ledger.errors import LedgerError
from saleve.ledger.evidence import EvidenceStore
from saleve.ledger.intake.checking import Checked
from saleve.ledger.intake.mapping import known_names
from saleve.ledger.intake.reading import ROW, Sheet, read_file
from saleve.ledger.intake.rejects import SHEET_MARK, RejectedSheet, row_header, write_rejected
from saleve.ledger.journal import Commit
from saleve.ledger.pseudonyms import KeyRing
from saleve.ledger.store import Ledger
from saleve.method.problems import PROBLEM_SCHEMA

_PROPERTY = re.compile(r'<(?:\w+:)?property\s[^>]*?name="([^"]*)"[^>]*>\s*<(?:\w+:)?lpwstr[^>]*>([^<]*)</')
_BATCH_MARK, _ROW_MARK = "saleve-batch", "saleve-row"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a workbook of rejects says of itself: its batch, the header of row numbers, and the sheets of the file."""

    batch: str
    row_header: str
    sheets: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # sheet of the workbook -> category, sheet of the file


def write_rejects_of(
    ledger: Ledger, evidence: EvidenceStore, load: Commit, ring: KeyRing, out: Path
) -> tuple[Path, int]:
    """Write the rejected rows of a batch that are not completed yet, and return the workbook and their number.

    Raises ``EvidenceError`` when the file was deleted, ``LedgerError`` when no row is rejected.
    """
    source = evidence.path(str(load.file_sha256))
    sheets = [one for one in _rejected_sheets(ledger, source, load, ring) if one.rows.height]
    if not sheets:
        message = _("No row of {file} is rejected (any more).")
        raise LedgerError(message.format(file=load.account["file"]))
    marks = {_BATCH_MARK: str(load.batch), _ROW_MARK: row_header()}
    return write_rejected(sheets, out, marks), sum(one.rows.height for one in sheets)


def read_marks(path: Path) -> Marks | None:
    """Return what a workbook of rejects says of itself; None for any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            xml = archive.read("docProps/custom.xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError):
        return None
    found = {html.unescape(name): html.unescape(value) for name, value in _PROPERTY.findall(xml)}
    if _BATCH_MARK not in found:
        return None
    sheets = {
        name.removeprefix(SHEET_MARK): (value.partition("|")[0], value.partition("|")[2])
        for name, value in found.items()
        if name.startswith(SHEET_MARK)
    }
    return Marks(found[_BATCH_MARK], found.get(_ROW_MARK, ""), sheets)


def with_completed(entries: pl.DataFrame, checked: Checked, marks: Marks | None) -> pl.DataFrame:
    """Say of each entry from a workbook of rejects which row of which batch it completes."""
    if marks is None or marks.row_header not in checked.headers:
        return entries
    place = ["source_sheet", "source_row"]
    names = {title: name for title, (_category, name) in marks.sheets.items()}
    both = [one for one in (checked.table, checked.rejected_rows) if marks.row_header in one.columns]
    rows = pl.concat([one.select(*place, pl.col(marks.row_header).cast(pl.String)) for one in both])
    told = rows.select(
        *place,
        pl.lit(marks.batch).alias("completes_batch"),
        pl.col("source_sheet").replace(names).fill_null("").alias("completes_sheet"),
        pl.col(marks.row_header).cast(pl.Float64, strict=False).cast(pl.Int64).alias("completes_row"),
    ).drop_nulls("completes_row")
    return entries.join(told, on=place, how="left", nulls_equal=True, maintain_order="left")


def _rejected_sheets(ledger: Ledger, source: Path, load: Commit, ring: KeyRing) -> Iterator[RejectedSheet]:
    batch = str(load.batch)
    errors = ledger.findings([batch]).filter(severity="error")
    for category in dict.fromkeys(one["category"] for one in load.account["readings"]):
        rejected = _rejected(ledger, category, batch)
        if rejected.is_empty():
            continue
        known = known_names([category_of(category)])
        personal = _personal_headers(load, category)
        for sheet in read_file(source, known=known):
            rows = rejected.filter(pl.col("source_sheet") == (sheet.name or ""))["source_row"]
            own = errors.filter((pl.col("category") == category) & _of_sheet(sheet))
            cells = sheet.frame.filter(pl.col(ROW).is_in(rows.implode()))
            hidden = _pseudonymised(cells, personal, ring)
            yield RejectedSheet(
                sheet.name or "", hidden, own.select(PROBLEM_SCHEMA.names()), sheet.headers, category
            )


def _of_sheet(sheet: Sheet) -> pl.Expr:
    return pl.col("source_sheet").is_in(["", sheet.name or ""])


def _rejected(ledger: Ledger, category: str, batch: str) -> pl.DataFrame:
    rows = ledger.entries(category, [batch]).filter(pl.col("state") == "rejected")
    return rows.select("source_sheet", "source_row").cast({pl.Categorical: pl.String}).collect()


def _personal_headers(load: Commit, category: str) -> list[str]:
    personal = {column.name for column in category_of(category).columns if column.personal}
    readings = [one for one in load.account["readings"] if one["category"] == category]
    return [header for one in readings for header, column in one["columns"].items() if column in personal]


def _pseudonymised(cells: pl.DataFrame, headers: list[str], ring: KeyRing) -> pl.DataFrame:
    present = [header for header in dict.fromkeys(headers) if header in cells.columns]
    names = {
        header: {name: ring.pseudonym(name) for name in cells[header].drop_nulls().unique()}
        for header in present
    }
    return cells.with_columns(
        pl.col(header).replace_strict(known, default=None, return_dtype=pl.String)
        for header, known in names.items()
        if known
    )
