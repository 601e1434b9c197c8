"""Before a file is checked: which of its sheets, as which category, and what their headers mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import polars as pl

from saleve.language import _
from saleve.ledger.intake.contents import sample
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.examples import is_notes_sheet
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.guessing import guess_category
from saleve.ledger.intake.mapping import (
    Cells,
    ColumnMapping,
    map_headers,
    with_currency,
)
from saleve.ledger.intake.parsing.text import folded, squeezed, tidied
from saleve.ledger.intake.reading import ROW, LongSheet, Sheet
from saleve.ledger.intake.registry import SourceCategory, source_categories, source_category
from saleve.ledger.intake.taught import columns_of, profile_for, refuse_exchanged
from saleve.ledger.profiles import Profile, ProfileChangedError, ProfileStore
from saleve.method.activity.normalising import Context
from saleve.method.schema import Category


@dataclass(frozen=True, slots=True)
class Request:
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


@dataclass(frozen=True, slots=True)
class Planned:
    """A sheet that will be checked, with its category and what its headers mean."""

    sheet: LongSheet
    module: SourceCategory
    category: Category
    mapping: ColumnMapping
    one_of_many: bool
    context: Context  # with what the profile knows of the whole file
    cells: Cells  # some of each column
    profile: Profile | None = None


def plan(sheets: Sequence[LongSheet], request: Request) -> tuple[list[Planned], pl.DataFrame, dict[str, str]]:
    """Return the sheets to check, what is said of the others, and those that hold data of another category."""
    planned: list[Planned] = []
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


def _category_beside(sheet: LongSheet, planned: Sequence[Planned], request: Request) -> SourceCategory:
    """Return the category of a sheet; one that cannot tell is of the first sheet's where it has the same headers."""
    try:
        return _category_of(sheet, request)
    except FileRefusedError:
        if planned and {folded(header) for header in sheet.headers} == {
            folded(header) for header in planned[0].sheet.headers
        }:
            return planned[0].module
        raise


def _category_of(sheet: LongSheet, request: Request) -> SourceCategory:
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


def _understood(sheet: LongSheet, module: SourceCategory, request: Request, *, one_of_many: bool) -> Planned:
    category = with_currency(module.CATEGORY)
    profile = request.profile_of(sheet.headers)
    context = _with_constants(request.context, profile)
    columns = columns_of(profile, sheet.headers, request.columns)
    known = request.columns if profile is None else ()  # the cells have no say in what was stated
    cells = {header: [] if header in known else sample(sheet.head[header]) for header in sheet.headers}
    mapping = map_headers(sheet.headers, category, columns, context.constants, cells)
    refuse_exchanged(cells, mapping, category, profile)
    if one_of_many and mapping.missing:
        raise FileRefusedError(
            _("it has no column for {columns}.").format(columns=", ".join(mapping.missing))
        )
    for written in request.where:
        _header_called(written, sheet.headers, mapping)
    return Planned(sheet, module, category, mapping, one_of_many, context, cells, profile)


def _with_constants(context: Context, profile: Profile | None) -> Context:
    """Add what the profile knows for the whole file; what the caller states holds before it."""
    if profile is None:
        return context
    known = {**profile.constants, **context.constants}
    year = context.year or (int(known["year"]) if known.get("year", "").isdigit() else None)
    return replace(context, year=year, constants=MappingProxyType(known))


def only_where(sheet: Sheet, mapping: ColumnMapping, where: Mapping[str, str]) -> Sheet:
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
