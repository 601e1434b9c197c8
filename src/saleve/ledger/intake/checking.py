"""One file, read and judged: every row ends accepted, repaired or rejected, and the three add up to the rows of the file.

Rejected: a problem of severity error. Repaired: a rule with a name changed a value. Warnings and notes reject nothing.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from saleve.language import _
from saleve.ledger.intake.columns import ColumnReader
from saleve.ledger.intake.combining import combined_problems
from saleve.ledger.intake.constants import canonical_constants
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.examples import without_example
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.judging import (
    Checked,
    States,
    combined,
    error_rows,
    judged,
    named_as_in_file,
    naming_sheet,
    summary,
    with_headers,
    without_rows,
)
from saleve.ledger.intake.mapping import (
    ColumnMapping,
    known_names,
    nearest_header,
    with_currency,
)
from saleve.ledger.intake.parsing.months import month_numbers
from saleve.ledger.intake.parsing.text import squeezed
from saleve.ledger.intake.plans import Planned, Request, only_where, plan
from saleve.ledger.intake.reading import PART_ROWS, ROW, LongSheet, open_file
from saleve.ledger.intake.registry import SourceCategory, source_categories, source_category
from saleve.ledger.intake.survey import Facts, Prepared, prepared
from saleve.ledger.intake.taught import (
    known_headers,
    report_teaching,
)
from saleve.ledger.profiles import Profile, ProfileStore
from saleve.method.activity.normalising import Context
from saleve.method.activity.repairs import repair_rules
from saleve.method.reference.assumptions import assuming
from saleve.method.schema import Category

__all__ = ["Checked", "Progress", "check_file", "check_in_parts", "combined", "combined_problems", "summary"]

FIRST_ROW = 2  # below a line of headers
_PERIODS = {"period_start", "valid_from", "as_of", "month"}
Progress = Callable[[str, int, int], None]  # what is being done, how many done, how many in all


_FEWEST_MONTHS = 3  # headers that are months: fewer may be a coincidence


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
    request = Request(
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
    request = Request("", "", context, columns, {}, module)
    return combined(list(_all_sheets([LongSheet.of_rows(row)], request)))


def _all_sheets(sheets: Sequence[LongSheet], request: Request) -> Iterator[Checked]:
    """Check each sheet of one category; a workbook may hold a sheet for each year, a cover, and sheets of other categories."""
    planned, passed_over, others = plan(sheets, request)
    for number, one in enumerate(planned):
        for part_number, part in enumerate(_check_sheet(one, request)):
            if number == part_number == 0:
                problems = pl.concat([passed_over, part.problems])
                yield replace(part, problems=problems, other_sheets=others)
            else:
                yield part


def _check_sheet(one: Planned, request: Request) -> Iterator[Checked]:
    """Look at the whole sheet first, then read it; a sheet of one part is prepared once for both."""
    facts = Facts()
    only: Prepared | None = None
    for number, part in enumerate(_prepared_parts(one, request)):
        facts.add(part, one.mapping, one.category)
        only = part if number == 0 else None
    parts = iter([only]) if only else _prepared_parts(one, request, whole=_needs_whole(one.module, facts))
    for number, part in enumerate(parts):
        yield _check_part(one, part, facts, request, telling=number == 0)


def _prepared_parts(one: Planned, request: Request, *, whole: bool = False) -> Iterator[Prepared]:
    sheets = iter([one.sheet.united()]) if whole or _is_series(one.module) else one.sheet.parts()
    habits = one.profile.habits if one.profile else None
    for number, sheet in enumerate(sheets):
        chosen = only_where(sheet, one.mapping, request.where)
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


def _check_part(one: Planned, part: Prepared, facts: Facts, request: Request, *, telling: bool) -> Checked:
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
    rejected = sheet.frame[ROW] if mapping.missing else error_rows(before)
    good = without_rows(parsed, rejected)
    context = replace(canonical_constants(category, one.context), filled=frozenset(facts.filled))
    with assuming(context.own_values):
        normalised = one.module.normalise(good, context)
    found = with_headers(normalised.problems, mapping)
    problems = pl.concat([before, found]).sort("row", nulls_last=False, maintain_order=True)
    repairs = pl.concat([sheet.repairs, reader.repairs, named_as_in_file(normalised.repairs, mapping)])
    repaired = frozenset(repairs["row"]) | normalised.repaired_rows
    persons = frozenset(column.name for column in category.columns if column.personal)
    states = States(sheet, mapping, parsed, good, normalised, problems, repaired, repairs, persons)
    checked = judged(states, request.name, reader.date_orders)
    return replace(checked, problems=naming_sheet(problems, sheet.name)) if one.one_of_many else checked


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


def _is_month(header: str) -> bool:
    """Say whether a header is a month: Jan, mars 2025, 2025-03."""
    words = re.sub(r"[\W_]*(?:19|20)\d\d[\W_]*", "", header)
    return squeezed(words) in month_numbers() or bool(
        re.fullmatch(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", header)
    )
