"""One file, read and judged: every row ends accepted, repaired or rejected, and the three add up to the rows of the file.

Rejected: a problem of severity error. Repaired: a rule with a name changed a value. Warnings and notes reject nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from saleve.language import _
from saleve.ledger.intake.columns import ColumnReader
from saleve.ledger.intake.constants import canonical_constants
from saleve.ledger.intake.contents import sample
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.examples import is_notes_sheet, without_example
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.mapping import (
    ColumnMapping,
    guess_category,
    known_names,
    map_headers,
    nearest_header,
    with_currency,
)
from saleve.ledger.intake.parsing.habits import Habits
from saleve.ledger.intake.parsing.text import folded, squeezed, tidied
from saleve.ledger.intake.reading import ROW, Sheet, read_file
from saleve.ledger.intake.registry import SourceCategory, source_categories, source_category
from saleve.ledger.intake.taught import columns_of, known_headers, profile_for, report_teaching
from saleve.ledger.profiles import Profile, ProfileChangedError, ProfileStore
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.problems import PROBLEM_SCHEMA
from saleve.method.schema import PROVENANCE, Category

Progress = Callable[[str, int, int], None]  # what is being done, how many done, how many in all


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


def check_file(
    path: Path | str,
    *,
    category: str | SourceCategory | None = None,
    context: Context | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    where: Mapping[str, str] | None = None,
    name: str | None = None,
    progress: Progress | None = None,
    profile: Profile | ProfileStore | None = None,
    confirmed: bool = False,
) -> Checked:
    """Read the file and check every row.

    ``category`` is guessed from the headers when not given; ``columns`` are header -> column as the user states them;
    ``where`` keeps the rows whose cells under a header equal a value, and sets the others aside; ``name`` is what the
    provenance calls the file; ``profile`` is used on sheets whose headers it was taught on. Raises FileRefusedError where the
    file cannot be read as a table of that category, ProfileChangedError where its headers only resemble those of the profile.
    """
    path = Path(path)
    tell = progress or (lambda _what, _done, _all: None)
    tell(_("reading"), 0, 3)
    chosen = source_category(category) if isinstance(category, str) else category
    offered = [chosen] if chosen else source_categories()
    known = known_names([with_currency(one.CATEGORY) for one in offered])
    found = read_file(path, sheet=sheet, known=known | known_headers(profile))
    tell(_("checking"), 1, 3)
    context = context or Context()
    request = _Request(
        name or path.name, Path(name or path.name).stem, context, columns or {}, where or {}, chosen,
        profile,
        confirmed,
    )
    checked = _all_sheets(found, request)
    tell(_("done"), 3, 3)
    return checked


def check_in_parts(path: Path | str, **arguments: Any) -> Iterator[Checked]:
    """Yield the file checked, part by part."""
    yield check_file(path, **arguments)


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
class _Request:
    """What the caller asked, beside the sheets."""

    name: str
    stem: str
    context: Context
    columns: Mapping[str, str]
    where: Mapping[str, str]
    chosen: SourceCategory | None
    profile: Profile | ProfileStore | None = None
    confirmed: bool = False  # a person has looked at headers that changed since the profile was taught

    def profile_of(self, sheet: Sheet) -> Profile | None:
        """Return what was taught about files with these headers."""
        return profile_for(self.profile, sheet.headers, confirmed=self.confirmed)


def _with_constants(context: Context, profile: Profile | None) -> Context:
    """Add what the profile knows for the whole file; what the caller states holds before it."""
    if profile is None:
        return context
    known = {**profile.constants, **context.constants}
    year = context.year or (int(known["year"]) if known.get("year", "").isdigit() else None)
    return replace(context, year=year, constants=MappingProxyType(known))


def _all_sheets(sheets: Sequence[Sheet], request: _Request) -> Checked:
    """Check each sheet of one category; a workbook may hold a sheet for each year, a cover, and sheets of other categories."""
    parts: list[Checked] = []
    passed_over = Findings()
    others: dict[str, str] = {}
    refusals: list[FileRefusedError] = []
    for sheet in sheets:
        if len(sheets) > 1 and is_notes_sheet(sheet.name):
            passed_over.add("notes-sheet", sheet=sheet.name)
            continue
        try:
            module = _category_beside(sheet, parts, request)
            if parts and module.CATEGORY.name != parts[0].category:
                others[sheet.name or ""] = module.CATEGORY.name
                passed_over.add("sheet-of-another-category", sheet=sheet.name, category=module.CATEGORY.name)
                continue
            parts.append(_check_sheet(sheet, module, request, one_of_many=len(sheets) > 1))
        except ProfileChangedError:
            raise
        except FileRefusedError as refusal:
            refusals.append(refusal)
            passed_over.add("sheet-not-read", sheet=sheet.name, reason=refusal)
    if not parts:
        raise refusals[0]
    return replace(_combined(parts, passed_over.table()), other_sheets=others)


def _category_beside(sheet: Sheet, parts: Sequence[Checked], request: _Request) -> SourceCategory:
    """Return the category of a sheet; one that cannot tell is of the first sheet's where it has the same headers."""
    try:
        return _category_of(sheet, request)
    except FileRefusedError:
        if parts and {folded(header) for header in sheet.headers} == {
            folded(header) for header in parts[0].headers
        }:
            return source_category(parts[0].category)
        raise


def _category_of(sheet: Sheet, request: _Request) -> SourceCategory:
    if request.chosen:
        return request.chosen
    if profile := request.profile_of(sheet):
        return source_category(profile.category)
    offered = {module.CATEGORY.name: module for module in source_categories()}
    hints = f"{request.stem} {sheet.name or ''}"
    categories = [with_currency(module.CATEGORY) for module in offered.values()]
    return offered[
        guess_category(sheet.headers, categories, request.columns, hints, request.context.constants).name
    ]


def _check_sheet(sheet: Sheet, module: SourceCategory, request: _Request, *, one_of_many: bool) -> Checked:
    category = with_currency(module.CATEGORY)
    profile = request.profile_of(sheet)
    request = replace(request, context=_with_constants(request.context, profile))
    columns = columns_of(profile, sheet.headers, request.columns)
    cells = {header: sample(sheet.frame[header]) for header in sheet.headers}
    mapping = map_headers(sheet.headers, category, columns, request.context.constants, cells)
    if one_of_many and mapping.missing:
        raise FileRefusedError(
            _("it has no column for {columns}.").format(columns=", ".join(mapping.missing))
        )
    findings = Findings([sheet.problems])
    sheet = _only_where(sheet, mapping, request.where, findings)
    sheet = without_example(sheet, mapping, category, findings)
    _report_mapping(sheet, mapping, category, findings)
    report_teaching(sheet.frame, mapping, category, profile, findings)
    habits = profile.habits if profile else Habits()
    reader = ColumnReader(sheet, mapping, category, request.context, findings, habits)
    parsed = reader.read().with_columns(
        source_file=pl.lit(request.name),
        source_sheet=pl.lit(sheet.name, dtype=pl.String),
        source_row=pl.col(ROW),
    )
    before = findings.table()
    rejected = sheet.frame[ROW] if mapping.missing else _error_rows(before)
    good = parsed.filter(~pl.col(ROW).is_in(rejected.to_list())) if rejected.len() else parsed
    constants = canonical_constants(category, request.context)
    normalised = module.normalise(good, constants)
    found = _with_headers(normalised.problems, mapping)
    problems = pl.concat([before, found]).sort("row", nulls_last=False, maintain_order=True)
    repaired = frozenset(reader.repaired_rows) | sheet.repaired_rows | normalised.repaired_rows
    states = _States(sheet, mapping, parsed, good, normalised, problems, repaired)
    checked = _judged(states, request.name, reader.date_orders)
    return replace(checked, problems=_naming_sheet(problems, sheet.name)) if one_of_many else checked


@dataclass(frozen=True, slots=True)
class _States:
    """One sheet after all checks, before its rows are told apart."""

    sheet: Sheet
    mapping: ColumnMapping
    parsed: pl.DataFrame
    good: pl.DataFrame  # rows without an error before normalising
    normalised: Normalised
    problems: pl.DataFrame
    repaired_rows: frozenset[int]


def _judged(found: _States, file: str, date_orders: Mapping[str, str]) -> Checked:
    """Give each row its state and gather what is known of the sheet."""
    sheet, errors = found.sheet, _error_rows(found.problems)
    repaired = pl.col(ROW).is_in(list(found.repaired_rows))
    state = pl.when(repaired).then(pl.lit("repaired")).otherwise(pl.lit("accepted"))
    table = _with_unused(_without(found.good, errors).with_columns(state=state), sheet, found.mapping)
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
        activity=_without(found.normalised.activity, errors),
        rejected_rows=refused.select(pl.lit(sheet.name, dtype=pl.String).alias("source_sheet"), pl.all()),
        problems=found.problems,
        mappings=(found.mapping,),
        sheets=(sheet.name,) if sheet.name else (),
        headers=sheet.headers,
        date_orders=date_orders,
        parsed=found.parsed,
    )


def _combined(parts: Sequence[Checked], refused: pl.DataFrame) -> Checked:
    first = parts[0]
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
        problems=pl.concat([refused, *(part.problems for part in parts)]),
        mappings=tuple(mapping for part in parts for mapping in part.mappings),
        sheets=tuple(name for part in parts for name in part.sheets),
        headers=tuple(dict.fromkeys(header for part in parts for header in part.headers)),
        date_orders={header: order for part in parts for header, order in part.date_orders.items()},
        parsed=_stacked([part.parsed for part in parts]),
    )


def _stacked(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    filled = [frame for frame in frames if frame.width]
    return pl.concat(filled, how="diagonal_relaxed") if len(filled) > 1 else (filled or [pl.DataFrame()])[0]


def _only_where(sheet: Sheet, mapping: ColumnMapping, where: Mapping[str, str], findings: Findings) -> Sheet:
    """Keep the rows in which the columns hold the values that the user named; the others belong to another file entry."""
    frame = sheet.frame
    for written, value in where.items():
        header = _header_called(written, sheet, mapping)
        wanted = [
            cell
            for cell in tidied(frame[header]).drop_nulls().unique().to_list()
            if folded(cell) == folded(str(value))
        ]
        kept = frame.filter(pl.lit(tidied(frame[header])).is_in(wanted))
        findings.add("other-category", column=header, count=frame.height - kept.height, values=f"'{value}'")
        frame = kept
    if frame.height == sheet.frame.height:
        return sheet
    rows = frame[ROW].to_list()
    findings.tables = [
        table.filter(pl.col("row").is_null() | pl.col("row").is_in(rows)) for table in findings.tables
    ]
    return Sheet(
        sheet.name,
        sheet.header_row,
        sheet.headers,
        frame,
        sheet.problems,
        sheet.total_lines,
        sheet.repaired_rows & set(rows),
        sheet.typed,
    )


def _header_called(written: str, sheet: Sheet, mapping: ColumnMapping) -> str:
    by_name = {squeezed(header): header for header in reversed(sheet.headers)}
    header = by_name.get(squeezed(written)) or mapping.header(written)
    if header is None:
        message = _("saleve.toml chooses rows by '{header}', but the file has: {headers}. Correct the name.")
        raise FileRefusedError(message.format(header=written, headers=", ".join(sheet.headers)))
    return header


def _report_mapping(sheet: Sheet, mapping: ColumnMapping, category: Category, findings: Findings) -> None:
    if not sheet.frame.height:
        findings.add("no-rows")
    for name in mapping.missing:
        column = category.column(name)
        near = nearest_header(column, mapping.unused)
        hint = _("Did you mean '{header}'?").format(header=near) if near else ""
        example = column.synonyms[0] if column.synonyms else name
        findings.add("column-missing", meaning=f"{name} ({column.meaning})", example=example, nearest=hint)
    for header, used, name in mapping.doubles:
        findings.add("header-twice", column=header, used=used, meaning=name)
    if mapping.unused:
        findings.add("columns-not-used", count=len(mapping.unused), headers=", ".join(mapping.unused))


def _error_rows(problems: pl.DataFrame) -> pl.Series:
    return problems.filter(pl.col("severity") == "error")["row"].drop_nulls().unique()


def _without(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    return frame.filter(~pl.col(ROW).is_in(rows.to_list())) if rows.len() and ROW in frame.columns else frame


def _with_headers(problems: pl.DataFrame, mapping: ColumnMapping) -> pl.DataFrame:
    """Name columns as the file does; 'amount' is the header that stands for amount_kwh where that is the file's amount."""
    typed = problems.select(list(PROBLEM_SCHEMA)).cast(PROBLEM_SCHEMA)
    headers = {name: _header_of(name, mapping) for name in typed["column"].drop_nulls().unique().to_list()}
    return typed.with_columns(pl.col("column").replace(headers)) if headers else typed


def _header_of(column: str, mapping: ColumnMapping) -> str:
    part = next((match.header for match in mapping.matches if match.column.startswith(f"{column}_")), column)
    return mapping.header(column) or part


def _naming_sheet(problems: pl.DataFrame, name: str | None) -> pl.DataFrame:
    """Begin each message with its sheet, where the file has several."""
    start = _("Sheet '{sheet}': ").format(sheet=name)
    return problems.with_columns(pl.concat_str(pl.lit(start), "message").alias("message"))


def _with_unused(rows: pl.DataFrame, sheet: Sheet, mapping: ColumnMapping) -> pl.DataFrame:
    """Add the columns that have no use, under their own header, so that nothing of an accepted row is lost."""
    headers = [*mapping.unused, *(double[0] for double in mapping.doubles)]
    renamed = {header: header if header not in rows.columns else f"{header} (file)" for header in headers}
    others = sheet.frame.select(ROW, *headers).rename(renamed)
    joined = rows.join(others, on=ROW, how="left", maintain_order="left") if headers else rows
    ordered = [ROW, "state", *(name for name in joined.columns if name not in {ROW, "state", *PROVENANCE})]
    return joined.select(*ordered, *(name for name in PROVENANCE if name != ROW))
