"""One file, read and judged: every row ends accepted, repaired or rejected, and the three add up to the rows of the file.

Rejected: a problem of severity error. Repaired: a rule with a name changed a value. Warnings and notes reject nothing.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from saleve.language import _
from saleve.ledger.intake.columns import ColumnReader
from saleve.ledger.intake.combining import combined_problems
from saleve.ledger.intake.constants import canonical_constants
from saleve.ledger.intake.contents import sample
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.examples import is_notes_sheet, without_example
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.mapping import (
    Cells,
    ColumnMapping,
    guess_category,
    known_names,
    map_headers,
    nearest_header,
    with_currency,
)
from saleve.ledger.intake.parsing.months import month_numbers
from saleve.ledger.intake.parsing.text import folded, squeezed, tidied
from saleve.ledger.intake.reading import PART_ROWS, ROW, LongSheet, Sheet, open_file
from saleve.ledger.intake.registry import SourceCategory, source_categories, source_category
from saleve.ledger.intake.survey import Facts, Prepared, prepared
from saleve.ledger.intake.taught import (
    columns_of,
    known_headers,
    profile_for,
    refuse_exchanged,
    report_teaching,
)
from saleve.ledger.profiles import Profile, ProfileChangedError, ProfileStore
from saleve.method.activity.normalising import REPAIR_SCHEMA, Context, Normalised
from saleve.method.activity.repairs import repair_rules
from saleve.method.problems import PROBLEM_SCHEMA
from saleve.method.reference.assumptions import assuming
from saleve.method.schema import PROVENANCE, Category

__all__ = ["Checked", "Progress", "check_file", "check_in_parts", "combined", "combined_problems", "summary"]

FIRST_ROW = 2  # below a line of headers
_PERIODS = {"period_start", "valid_from", "as_of", "month"}
Progress = Callable[[str, int, int], None]  # what is being done, how many done, how many in all


_FEWEST_MONTHS = 3  # headers that are months: fewer may be a coincidence


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
    part_rows: int = PART_ROWS,
    profile: Profile | ProfileStore | None = None,
    confirmed: bool = False,
) -> Checked:
    """Read the file and check every row.

    ``category`` is guessed from the headers when not given; ``columns`` are header -> column as the user states them;
    ``where`` keeps the rows whose cells under a header equal a value, and sets the others aside; ``name`` is what the
    provenance calls the file; ``profile`` is used on sheets whose headers it was taught on, and on changed ones if a person
    ``confirmed`` them. Raises FileRefusedError where the file cannot be read as a table of that category, ProfileChangedError
    where its headers only resemble those of a profile.
    """
    parts = check_in_parts(
        path,
        category=category,
        context=context,
        columns=columns,
        sheet=sheet,
        where=where,
        name=name,
        progress=progress,
        part_rows=part_rows,
        profile=profile,
        confirmed=confirmed,
    )
    return combined(list(parts))


def check_in_parts(
    path: Path | str,
    *,
    category: str | SourceCategory | None = None,
    context: Context | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    where: Mapping[str, str] | None = None,
    name: str | None = None,
    progress: Progress | None = None,
    part_rows: int = PART_ROWS,
    profile: Profile | ProfileStore | None = None,
    confirmed: bool = False,
) -> Iterator[Checked]:
    """Check a file as ``check_file`` does, and yield it in parts: each sheet, a long one so many rows at a time.

    What is a property of a whole column is decided over the whole file before the first part comes. Series of bills are not
    cut. Problems of the file as a whole come with one part; their counts are added up by ``combined_problems``.
    """
    path = Path(path)
    tell = progress or (lambda _what, _done, _all: None)
    tell(_("reading"), 0, 3)
    chosen = source_category(category) if isinstance(category, str) else category
    offered = [chosen] if chosen else source_categories()
    context = replace(context or Context(), memory={})
    _refuse_unknown_rules(context.switched_off)
    found = open_file(
        path,
        sheet=sheet,
        known=known_names(with_currency(one.CATEGORY) for one in offered) | known_headers(profile),
        part_rows=part_rows,
        switched_off=context.switched_off,
    )
    tell(_("checking"), 1, 3)
    request = _Request(
        name or path.name,
        Path(name or path.name).stem,
        context,
        columns or {},
        where or {},
        chosen,
        profile,
        confirmed,
    )
    yield from _all_sheets(found, request)
    tell(_("done"), 3, 3)


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

    def profile_of(self, headers: tuple[str, ...]) -> Profile | None:
        """Return what was taught about files with these headers."""
        return profile_for(self.profile, headers, confirmed=self.confirmed)


def _refuse_unknown_rules(names: Collection[str]) -> None:
    rules = repair_rules()
    if unknown := sorted(set(names) - set(rules)):
        message = _("There is no repair '{name}' to switch off. There are: {names}.")
        raise FileRefusedError(message.format(name=unknown[0], names=", ".join(sorted(rules))))


def check_cells(
    cells: Mapping[str, str], *, category: str, columns: Mapping[str, str], context: Context
) -> Checked:
    """Check one row that no file holds, its cells by header, as ``check_file`` checks the rows of files."""
    module, context = source_category(category), replace(context, memory={})
    _refuse_unknown_rules(context.switched_off)
    row = pl.DataFrame({ROW: [FIRST_ROW], **{header: [text] for header, text in cells.items()}})
    request = _Request("", "", context, columns, {}, module)
    return combined(list(_all_sheets([LongSheet.of_rows(row)], request)))


@dataclass(frozen=True, slots=True)
class _Planned:
    """A sheet that will be checked, with its category and what its headers mean."""

    sheet: LongSheet
    module: SourceCategory
    category: Category
    mapping: ColumnMapping
    one_of_many: bool
    context: Context  # with what the profile knows of the whole file
    cells: Cells  # some of each column
    profile: Profile | None = None


def _all_sheets(sheets: Sequence[LongSheet], request: _Request) -> Iterator[Checked]:
    """Check each sheet of one category; a workbook may hold a sheet for each year, a cover, and sheets of other categories."""
    planned, passed_over, others = _plan(sheets, request)
    for number, one in enumerate(planned):
        for part_number, part in enumerate(_check_sheet(one, request)):
            if number == part_number == 0:
                problems = pl.concat([passed_over, part.problems])
                yield replace(part, problems=problems, other_sheets=others)
            else:
                yield part


def _plan(
    sheets: Sequence[LongSheet], request: _Request
) -> tuple[list[_Planned], pl.DataFrame, dict[str, str]]:
    """Return the sheets to check, what is said of the others, and those that hold data of another category."""
    planned: list[_Planned] = []
    passed_over = Findings()
    others: dict[str, str] = {}
    refusals: list[FileRefusedError] = []
    for sheet in sheets:
        if len(sheets) > 1 and is_notes_sheet(sheet.name):
            passed_over.add("notes-sheet", sheet=sheet.name)
            continue
        try:
            module = _category_beside(sheet, planned, request)
            if planned and module.CATEGORY.name != planned[0].category.name:
                others[sheet.name or ""] = module.CATEGORY.name
                passed_over.add("sheet-of-another-category", sheet=sheet.name, category=module.CATEGORY.name)
                continue
            planned.append(_understood(sheet, module, request, one_of_many=len(sheets) > 1))
        except ProfileChangedError:
            raise
        except FileRefusedError as refusal:
            refusals.append(refusal)
            passed_over.add("sheet-not-read", sheet=sheet.name, reason=refusal)
    if not planned:
        raise refusals[0]
    return planned, passed_over.table(), others


def _category_beside(sheet: LongSheet, planned: Sequence[_Planned], request: _Request) -> SourceCategory:
    """Return the category of a sheet; one that cannot tell is of the first sheet's where it has the same headers."""
    try:
        return _category_of(sheet, request)
    except FileRefusedError:
        if planned and {folded(header) for header in sheet.headers} == {
            folded(header) for header in planned[0].sheet.headers
        }:
            return planned[0].module
        raise


def _category_of(sheet: LongSheet, request: _Request) -> SourceCategory:
    if request.chosen:
        return request.chosen
    if profile := request.profile_of(sheet.headers):
        return source_category(profile.category)
    offered = {module.CATEGORY.name: module for module in source_categories()}
    hints = f"{request.stem} {sheet.name or ''}"
    categories = [with_currency(module.CATEGORY) for module in offered.values()]
    return offered[
        guess_category(sheet.headers, categories, request.columns, hints, request.context.constants).name
    ]


def _understood(
    sheet: LongSheet, module: SourceCategory, request: _Request, *, one_of_many: bool
) -> _Planned:
    category = with_currency(module.CATEGORY)
    profile = request.profile_of(sheet.headers)
    context = _with_constants(request.context, profile)
    columns = columns_of(profile, sheet.headers, request.columns)
    cells = {header: sample(sheet.head[header]) for header in sheet.headers}
    mapping = map_headers(sheet.headers, category, columns, context.constants, cells)
    refuse_exchanged(cells, mapping, category, profile)
    if one_of_many and mapping.missing:
        raise FileRefusedError(
            _("it has no column for {columns}.").format(columns=", ".join(mapping.missing))
        )
    for written in request.where:
        _header_called(written, sheet.headers, mapping)
    return _Planned(sheet, module, category, mapping, one_of_many, context, cells, profile)


def _with_constants(context: Context, profile: Profile | None) -> Context:
    """Add what the profile knows for the whole file; what the caller states holds before it."""
    if profile is None:
        return context
    known = {**profile.constants, **context.constants}
    year = context.year or (int(known["year"]) if known.get("year", "").isdigit() else None)
    return replace(context, year=year, constants=MappingProxyType(known))


def _check_sheet(one: _Planned, request: _Request) -> Iterator[Checked]:
    """Look at the whole sheet first, then read it; a sheet of one part is prepared once for both."""
    facts = Facts()
    only: Prepared | None = None
    for number, part in enumerate(_prepared_parts(one, request)):
        facts.add(part, one.mapping, one.category)
        only = part if number == 0 else None
    parts = iter([only]) if only else _prepared_parts(one, request, whole=_needs_whole(one.module, facts))
    for number, part in enumerate(parts):
        yield _check_part(one, part, facts, request, telling=number == 0)


def _prepared_parts(one: _Planned, request: _Request, *, whole: bool = False) -> Iterator[Prepared]:
    sheets = iter([one.sheet.united()]) if whole or _is_series(one.module) else one.sheet.parts()
    habits = one.profile.habits if one.profile else None
    for number, sheet in enumerate(sheets):
        chosen = _only_where(sheet, one.mapping, request.where)
        data = without_example(chosen, one.mapping, one.category) if number == 0 else chosen
        yield prepared(data, one.mapping, one.category, habits)


def _is_series(module: SourceCategory) -> bool:
    """Say whether rows are judged beside their neighbours, as bills of a meter are: such files are not cut."""
    periods = {column.name for column in module.CATEGORY.columns} & _PERIODS
    return bool(periods) or getattr(module, "SERIES", False)


def _needs_whole(module: SourceCategory, facts: Facts) -> bool:
    """Say whether the category must see all rows at once, given the columns that the file fills."""
    needs = getattr(module, "needs_whole_file", None)
    return needs is not None and bool(needs(facts.filled))


def _check_part(one: _Planned, part: Prepared, facts: Facts, request: _Request, *, telling: bool) -> Checked:
    sheet, mapping, category = part.sheet, one.mapping, one.category
    findings = Findings([one.sheet.problems(), sheet.problems] if telling else [sheet.problems])
    if telling:
        _report_mapping(facts.rows, mapping, category, findings)
        report_teaching(one.cells, mapping, one.profile, findings)
    reader = ColumnReader(part, facts, mapping, category, one.context, findings, telling)
    parsed = reader.read().with_columns(
        source_file=pl.lit(request.name),
        source_sheet=pl.lit(sheet.name, dtype=pl.String),
        source_row=pl.col(ROW),
    )
    before = findings.table()
    rejected = sheet.frame[ROW] if mapping.missing else _error_rows(before)
    good = _without(parsed, rejected)
    context = replace(canonical_constants(category, one.context), filled=frozenset(facts.filled))
    with assuming(context.own_values):
        normalised = one.module.normalise(good, context)
    found = _with_headers(normalised.problems, mapping)
    problems = pl.concat([before, found]).sort("row", nulls_last=False, maintain_order=True)
    repairs = pl.concat([sheet.repairs, reader.repairs, _named_as_in_file(normalised.repairs, mapping)])
    repaired = frozenset(repairs["row"]) | normalised.repaired_rows
    persons = frozenset(column.name for column in category.columns if column.personal)
    states = _States(sheet, mapping, parsed, good, normalised, problems, repaired, repairs, persons)
    checked = _judged(states, request.name, reader.date_orders)
    return replace(checked, problems=_naming_sheet(problems, sheet.name)) if one.one_of_many else checked


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
    repairs: pl.DataFrame
    persons: frozenset[str]  # columns that name persons


def _judged(found: _States, file: str, date_orders: Mapping[str, str]) -> Checked:
    """Give each row its state and gather what is known of the sheet."""
    sheet, errors = found.sheet, _error_rows(found.problems)
    repaired = pl.col(ROW).is_in(list(found.repaired_rows))
    state = pl.when(repaired).then(pl.lit("repaired")).otherwise(pl.lit("accepted"))
    table = _with_unused(
        _without(found.good, errors).with_columns(state=state), sheet, found.mapping, found.persons
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
        activity=_without(found.normalised.activity, errors),
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


def _only_where(sheet: Sheet, mapping: ColumnMapping, where: Mapping[str, str]) -> Sheet:
    """Keep the rows in which the columns hold the values that the user named; the others belong to another file entry."""
    frame, findings = sheet.frame, Findings([sheet.problems])
    for written, value in where.items():
        header = _header_called(written, sheet.headers, mapping)
        wanted = [
            cell
            for cell in tidied(frame[header]).drop_nulls().unique().to_list()
            if folded(cell) == folded(str(value))
        ]
        kept = frame.filter(pl.lit(tidied(frame[header])).is_in(wanted))
        findings.add("other-category", column=header, count=frame.height - kept.height, values=f"'{value}'")
        frame = kept
    if not where:
        return sheet
    rows = frame[ROW].implode()
    return replace(
        sheet,
        frame=frame,
        problems=findings.table().filter(pl.col("row").is_null() | pl.col("row").is_in(rows)),
        repairs=sheet.repairs.filter(pl.col("row").is_in(rows)),
    )


def _header_called(written: str, headers: Sequence[str], mapping: ColumnMapping) -> str:
    by_name = {squeezed(header): header for header in reversed(headers)}
    header = by_name.get(squeezed(written)) or mapping.header(written)
    if header is None:
        message = _("saleve.toml chooses rows by '{header}', but the file has: {headers}. Correct the name.")
        raise FileRefusedError(message.format(header=written, headers=", ".join(headers)))
    return header


def _report_mapping(rows: int, mapping: ColumnMapping, category: Category, findings: Findings) -> None:
    if not rows:
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
    months = [header for header in mapping.unused if _is_month(header)]
    if len(months) >= _FEWEST_MONTHS:
        findings.add("months-as-columns", headers=", ".join(months))


def _error_rows(problems: pl.DataFrame) -> pl.Series:
    return problems.filter(pl.col("severity") == "error")["row"].drop_nulls().unique()


def _without(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    return frame.filter(~pl.col(ROW).is_in(rows.to_list())) if rows.len() and ROW in frame.columns else frame


def _with_headers(problems: pl.DataFrame, mapping: ColumnMapping) -> pl.DataFrame:
    """Name columns as the file does; 'amount' is the header that stands for amount_kwh where that is the file's amount."""
    typed = problems.select(list(PROBLEM_SCHEMA)).cast(PROBLEM_SCHEMA)
    headers = {name: _header_of(name, mapping) for name in typed["column"].drop_nulls().unique().to_list()}
    return typed.with_columns(pl.col("column").replace(headers)) if headers else typed


def _named_as_in_file(repairs: pl.DataFrame, mapping: ColumnMapping) -> pl.DataFrame:
    names = {name: _header_of(name, mapping) for name in repairs["column"].drop_nulls().unique().to_list()}
    return repairs.with_columns(pl.col("column").replace(names)) if names else repairs


def _header_of(column: str, mapping: ColumnMapping) -> str:
    part = next((match.header for match in mapping.matches if match.column.startswith(f"{column}_")), column)
    return mapping.header(column) or part


def _naming_sheet(problems: pl.DataFrame, name: str | None) -> pl.DataFrame:
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


def _is_month(header: str) -> bool:
    """Say whether a header is a month: Jan, mars 2025, 2025-03."""
    words = re.sub(r"[\W_]*(?:19|20)\d\d[\W_]*", "", header)
    return squeezed(words) in month_numbers() or bool(
        re.fullmatch(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", header)
    )
