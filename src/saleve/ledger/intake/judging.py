"""What became of the rows of a file: each accepted, repaired or rejected, and the three add up to the rows of the file."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import polars as pl

from saleve.language import _
from saleve.ledger.intake.combining import combined_problems
from saleve.ledger.intake.mapping import ColumnMapping
from saleve.ledger.intake.reading import ROW, Sheet
from saleve.method.activity.normalising import REPAIR_SCHEMA, Normalised
from saleve.method.problems import PROBLEM_SCHEMA
from saleve.method.schema import PROVENANCE


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a file.

    ``rows = accepted + repaired + rejected``; total lines, blank lines and rows of other categories are not rows (each kind
    is noted in ``problems``). ``table`` holds the accepted and repaired rows, ``rejected_rows`` the others as they stand in
    the file.
    """

    file: str
    category: str
    rows: int
    accepted: int
    repaired: int
    rejected: int
    table: (
        pl.DataFrame
    )  # source_row, state, columns of the category, unused columns under their own header, provenance
    activity: pl.DataFrame  # what the category's normalise made of them
    rejected_rows: pl.DataFrame  # source_sheet, source_row and the cells of the file
    problems: pl.DataFrame  # PROBLEM_SCHEMA
    repairs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPAIR_SCHEMA))
    mappings: tuple[ColumnMapping, ...] = ()
    sheets: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    date_orders: Mapping[str, str] = field(
        default_factory=dict
    )  # header -> day-first, month-first, mixed, undecided
    other_sheets: Mapping[str, str] = field(
        default_factory=dict
    )  # sheet -> its category, to be checked on its own
    parsed: pl.DataFrame = field(
        default_factory=pl.DataFrame
    )  # every row with its typed cells, the rejected ones too; source_sheet and source_row name it


def combined(parts: Sequence[Checked]) -> Checked:
    """Return the parts of one file as one."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    groups = [list(group) for _sheets, group in groupby(parts, key=lambda part: part.sheets)]
    return Checked(
        file=first.file,
        category=first.category,
        rows=sum(part.rows for part in parts),
        accepted=sum(part.accepted for part in parts),
        repaired=sum(part.repaired for part in parts),
        rejected=sum(part.rejected for part in parts),
        table=_stacked([part.table for part in parts]),
        activity=_stacked([part.activity for part in parts]),
        rejected_rows=_stacked([part.rejected_rows for part in parts]),
        problems=pl.concat([combined_problems([part.problems for part in group]) for group in groups]),
        repairs=pl.concat([part.repairs for part in parts]),
        mappings=tuple(group[0].mappings[0] for group in groups),
        sheets=tuple(name for group in groups for name in group[0].sheets),
        headers=tuple(dict.fromkeys(header for part in parts for header in part.headers)),
        date_orders={header: order for part in parts for header, order in part.date_orders.items()},
        parsed=_stacked([part.parsed for part in parts]),
        other_sheets=first.other_sheets,
    )


def summary(checked: Checked) -> dict[str, Any]:
    """Return the result as the command line prints it in JSON."""
    return {
        "file": checked.file,
        "category": checked.category,
        "sheets": list(checked.sheets),
        "rows": checked.rows,
        "accepted": checked.accepted,
        "repaired": checked.repaired,
        "rejected": checked.rejected,
        "mapping": {
            header: column for mapping in checked.mappings for header, column in mapping.as_dict().items()
        },
        "date_orders": dict(checked.date_orders),
        "problems": checked.problems.to_dicts(),
    }


@dataclass(frozen=True, slots=True)
class States:
    """One sheet after all checks, before its rows are told apart."""

    sheet: Sheet
    mapping: ColumnMapping
    parsed: pl.DataFrame
    good: pl.DataFrame  # rows without an error before normalising
    normalised: Normalised
    problems: pl.DataFrame
    repaired_rows: frozenset[int]
    repairs: pl.DataFrame
    persons: frozenset[str]  # columns that name persons


def judged(found: States, file: str, date_orders: Mapping[str, str]) -> Checked:
    """Give each row its state and gather what is known of the sheet."""
    sheet, errors = found.sheet, error_rows(found.problems)
    repaired = pl.col(ROW).is_in(list(found.repaired_rows))
    state = pl.when(repaired).then(pl.lit("repaired")).otherwise(pl.lit("accepted"))
    table = _with_unused(
        without_rows(found.good, errors).with_columns(state=state), sheet, found.mapping, found.persons
    )
    repaired_count = table.filter(pl.col("state") == "repaired").height
    refused = sheet.frame.join(table.select(ROW), on=ROW, how="anti", maintain_order="left")
    return Checked(
        file=file,
        category=found.mapping.category,
        rows=sheet.frame.height,
        accepted=table.height - repaired_count,
        repaired=repaired_count,
        rejected=refused.height,
        table=table,
        activity=without_rows(found.normalised.activity, errors),
        rejected_rows=refused.select(pl.lit(sheet.name, dtype=pl.String).alias("source_sheet"), pl.all()),
        problems=found.problems,
        repairs=found.repairs.join(table.select(row=ROW), on="row", how="semi").sort(
            "row", maintain_order=True
        ),
        mappings=(found.mapping,),
        sheets=(sheet.name,) if sheet.name else (),
        headers=sheet.headers,
        date_orders=date_orders,
        parsed=found.parsed,
    )


def _stacked(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    filled = [frame for frame in frames if frame.width]
    if len(filled) < 2:
        return (filled or [pl.DataFrame()])[0]
    return pl.concat(filled, how="diagonal_relaxed").select(_in_order([frame.columns for frame in filled]))


def _in_order(lists: Sequence[Sequence[str]]) -> list[str]:
    """Return the names of all lists, each behind the one that it follows in its own; 'fare_chf' before 'fare_usd'."""
    ordered = list(lists[0])
    for names in lists[1:]:
        for before, name in zip([None, *names], names, strict=False):
            if name not in ordered:
                place = ordered.index(before) + 1 if before else 0
                stem = name.rpartition("_")[0]
                while (
                    place
                    and stem
                    and ordered[place - 1].rpartition("_")[0] == stem
                    and ordered[place - 1] > name
                ):
                    place -= 1
                ordered.insert(place, name)
    return ordered


def error_rows(problems: pl.DataFrame) -> pl.Series:
    return problems.filter(pl.col("severity") == "error")["row"].drop_nulls().unique()


def without_rows(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    return frame.filter(~pl.col(ROW).is_in(rows.to_list())) if rows.len() and ROW in frame.columns else frame


def with_headers(problems: pl.DataFrame, mapping: ColumnMapping) -> pl.DataFrame:
    """Name columns as the file does; 'amount' is the header that stands for amount_kwh where that is the file's amount."""
    typed = problems.select(list(PROBLEM_SCHEMA)).cast(PROBLEM_SCHEMA)
    headers = {name: _header_of(name, mapping) for name in typed["column"].drop_nulls().unique().to_list()}
    return typed.with_columns(pl.col("column").replace(headers)) if headers else typed


def named_as_in_file(repairs: pl.DataFrame, mapping: ColumnMapping) -> pl.DataFrame:
    names = {name: _header_of(name, mapping) for name in repairs["column"].drop_nulls().unique().to_list()}
    return repairs.with_columns(pl.col("column").replace(names)) if names else repairs


def _header_of(column: str, mapping: ColumnMapping) -> str:
    part = next((match.header for match in mapping.matches if match.column.startswith(f"{column}_")), column)
    return mapping.header(column) or part


def naming_sheet(problems: pl.DataFrame, name: str | None) -> pl.DataFrame:
    """Begin each message with its sheet, where the file has several."""
    start = _("Sheet '{sheet}': ").format(sheet=name)
    return problems.with_columns(pl.concat_str(pl.lit(start), "message").alias("message"))


def _with_unused(
    rows: pl.DataFrame, sheet: Sheet, mapping: ColumnMapping, persons: Collection[str]
) -> pl.DataFrame:
    """Add the columns that have no use, under their own header, so that nothing of an accepted row is lost."""
    doubles = [header for header, _used, column in mapping.doubles if column not in persons]
    headers = [*mapping.unused, *doubles]
    renamed = {header: header if header not in rows.columns else f"{header} (file)" for header in headers}
    others = sheet.frame.select(ROW, *headers).rename(renamed)
    joined = rows.join(others, on=ROW, how="left", maintain_order="left") if headers else rows
    ordered = [ROW, "state", *(name for name in joined.columns if name not in {ROW, "state", *PROVENANCE})]
    return joined.select(*ordered, *(name for name in PROVENANCE if name != ROW))
