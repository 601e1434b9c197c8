"""The workbook that goes to the UN inventory: one line for each facility and source, with formulas by which a reader checks the sums.

Greening the Blue methodology: minimum boundary, optional emissions and offsets apart, personnel by the organisation's definition.
Every figure has its name, which `saleve explain` takes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from saleve.language import _, speaking
from saleve.method.emissions.formulas import formula
from saleve.method.inventory import Inventory
from saleve.method.reference.citations import Cited
from saleve.reporting.formatting import printed_part
from saleve.reporting.hiding import Hiding
from saleve.reporting.labels import label
from saleve.reporting.plan_records import Entry, PlanMatter
from saleve.reporting.plan_sections import plan_sections
from saleve.reporting.records import Fact, Facts
from saleve.reporting.render.sheets import Book, Column, Formula, Sheet, Total, Value
from saleve.reporting.submission_lines import Line, submission_lines

FORMATS = ("xlsx",)
PEOPLE = pl.Schema({"unit": pl.String, "site": pl.String, "persons": pl.Float64, "definition": pl.String})
OFFSETS = pl.Schema(
    {"project": pl.String, "project_id": pl.String, "project_country": pl.String, "standard": pl.String, "registry": pl.String,
     "serial_number": pl.String, "vintage": pl.Int64, "retired_on": pl.Date, "retired_t_co2e": pl.Float64}
)  # fmt: skip
_MOST = 4  # ways that are listed for a line
_GASES = ("co2", "ch4", "n2o", "fgas", "unsplit")
_FIRST_GAS, _TOTAL, _SOURCE, _SCOPE = 8, 13, 2, 4  # columns of the lines


@dataclass(frozen=True)
class Submission:
    """What the workbook is written from: the figures, the inventory they come from, and what the plan is written from."""

    facts: Facts
    inventory: Inventory
    matter: PlanMatter
    people: pl.DataFrame  # PEOPLE
    offsets: pl.DataFrame  # OFFSETS
    hiding: Hiding | None = None  # None: nothing is hidden


def write_submission(submission: Submission, out_dir: Path, language: str = "en") -> Path:
    """Write the workbook of the year and return the file."""
    out_dir.mkdir(parents=True, exist_ok=True)
    facts = submission.facts
    path = out_dir / f"un-inventory-submission-{facts.year}-{language}.xlsx"
    with speaking(language), xlsxwriter.Workbook(path, Book.OPTIONS) as workbook:
        title = _("Submission to the UN inventory, {year}").format(year=facts.year)
        book = Book(workbook, title, facts.header.organisation, facts.header.note)
        lines = submission_lines(submission.inventory, facts.year, submission.hiding)
        _overview(book, submission, [line for line in lines if line.boundary == "minimum"])
        _emissions(book, lines, facts.smallest_group)
        _beside(book, submission)
    return path


def _overview(book: Book, submission: Submission, lines: Sequence[Line]) -> None:
    """Write totals by scope and source twice: as published, and as the lines of the next sheet add up."""
    facts = submission.facts
    sheet = book.sheet(_("Overview"), book.title)
    parts = [facts["total"], *facts.groups["scope"], *facts.groups["source"]]
    keys = {fact.id: _criterion(fact, lines) for fact in parts}
    columns = [Column(_("Figure"), 34), Column(_("What"), 50), Column(_("t CO2e, published"), 18, "#,##0.000"),
               Column(_("t CO2e, added up from the lines"), 18, "#,##0.000"), Column(_("Difference"), 14, "0.000")]  # fmt: skip
    first = sheet.row + 1
    rows = [
        (
            fact.id,
            fact.label,
            fact.value,
            _adds_up(keys[fact.id], fact, len(lines)),
            _difference(first + number, fact),
        )
        for number, fact in enumerate(parts)
    ]
    sheet.table(columns, rows)
    words = [
        (_("Organisation"), facts.header.organisation),
        (_("Contacts"), "; ".join(f"{one.role}: {one.address}".rstrip(": ") for one in submission.matter.contacts) or _("not stated: [[contacts]] in saleve.toml")),
        (_("Version of the management plan"), submission.matter.words.get("version") or _("not stated: [plan] in saleve.toml")),
        (_("Inventory"), _("Minimum boundary. Optional emissions and memo items stand in a sheet of their own, offsets in another; neither is in these totals.")),
    ]  # fmt: skip
    sheet.table([Column(_("About"), 34), Column(_("What holds"), 50)], words, same_columns=True)
    divisors = [
        facts[name]
        for name in ("headcount", "per_person", "floor_area", "per_m2", "estimated_share")
        if name in facts
    ]
    sheet.table(
        [
            Column(_("Figure"), 34),
            Column(_("What"), 50),
            Column(_("Value"), 18, "#,##0.00"),
            Column(_("Unit"), 18),
        ],
        [(fact.id, fact.label, fact.value, printed_part(fact, "unit")) for fact in divisors],
        same_columns=True,
    )


def _criterion(fact: Fact, lines: Sequence[Line]) -> tuple[int, str | int] | None:
    """Return column and value by which the lines of a figure are found; nothing for the total."""
    name = fact.id.partition(".")[2]
    if name.startswith("scope."):
        scopes = {f"scope.{line.scope}": line.scope for line in lines}
        return _SCOPE, scopes.get(name, name)
    return None if name == "total" else (_SOURCE, fact.short_label)


def _adds_up(key: tuple[int, str | int] | None, fact: Fact, count: int) -> Formula:
    sheet = _lines_name()
    total = _range(_TOTAL, count)
    if key is None:
        return Formula(f"=SUM('{sheet}'!{total})", fact.value)
    wanted = key[1] if isinstance(key[1], int) else '"' + key[1].replace('"', '""') + '"'
    return Formula(f"=SUMIFS('{sheet}'!{total},'{sheet}'!{_range(key[0], count)},{wanted})", fact.value)


def _difference(row: int, fact: Fact) -> Formula | None:
    if fact.value is None:
        return None
    return Formula(f"=ROUND({xl_rowcol_to_cell(row, 3)}-{xl_rowcol_to_cell(row, 2)},3)", 0)


def _range(column: int, count: int) -> str:
    name, first = xl_col_to_name(column), Book.TOP + 2  # rows of a spreadsheet count from one
    return f"${name}${first}:${name}${first + max(count, 1) - 1}"


def _lines_name() -> str:
    return _("Inventory")


def _emissions(book: Book, lines: Sequence[Line], smallest: int) -> None:
    inside = [line for line in lines if line.boundary == "minimum"]
    sheet = book.sheet(
        _lines_name(), _("Emissions of the minimum boundary, by facility and source"), freeze=2
    )
    sheet.table(_columns(), _rows(inside, sheet.row), total=_sums(inside, sheet.row))
    _say_hidden(sheet, inside, smallest)
    beside = [line for line in lines if line.boundary != "minimum"]
    title = _("Optional emissions and memo items: counted apart, never in the total")
    sheet = book.sheet(_("Optional and memo"), title, freeze=2)
    if beside:
        sheet.table([Column(_("Counted as"), 14), *_columns()], [(label("boundary", line.boundary), *row) for line, row in zip(beside, _rows(beside, sheet.row, shift=1), strict=True)])  # fmt: skip
    else:
        sheet.say(_("There are none."))
    _say_hidden(sheet, beside, smallest)
    _rests_on(book, lines)


def _say_hidden(sheet: Sheet, lines: Sequence[Line], smallest: int) -> None:
    if any(line.put_together for line in lines):
        text = _("Lines behind which fewer than {smallest} travellers stand, and lines that would give them away, are put together by source. Travellers whom the data do not name count as one.")  # fmt: skip
        sheet.say(text.format(smallest=smallest))


def _columns() -> list[Column]:
    tonnes = "#,##0.000"
    gases = [_("CO2"), _("CH4"), _("N2O"), _("HFC, PFC, SF6, NF3"), _("published as CO2e only")]
    return [
        Column(_("Figure"), 50), Column(_("Facility"), 18), Column(_("Source"), 20), Column(_("Kind"), 18), Column(_("Scope"), 7, "0"),
        Column(_("Activity"), 14, "#,##0"), Column(_("Unit"), 15), Column(_("kg CO2e per unit (total ÷ activity)"), 14, "0.00000"),
        *(Column(_("t CO2e: {gas}").format(gas=gas), 12, tonnes) for gas in gases),
        Column(_("t CO2e, total"), 13, tonnes), Column(_("Estimated"), 10, "0%"), Column(_("Records"), 9, "#,##0"),
    ]  # fmt: skip


def _rows(lines: Iterable[Line], top: int, *, shift: int = 0) -> list[tuple[Value, ...]]:
    return [_row(line, row, shift) for row, line in enumerate(lines, start=top + 1)]


def _row(line: Line, row: int, shift: int) -> tuple[Value, ...]:
    first, last = (xl_rowcol_to_cell(row, column + shift) for column in (_FIRST_GAS, _TOTAL - 1))
    whole, amount = (xl_rowcol_to_cell(row, column + shift) for column in (_TOTAL, 5))
    value = line.fact.value
    per_unit = (
        Formula(f"={whole}*1000/{amount}", value * 1000 / line.amount)
        if value is not None and line.amount
        else None
    )
    total = Formula(f"=SUM({first}:{last})", value) if value is not None else _("not computed")
    return (
        line.fact.id, line.facility, line.source, line.kind, line.scope, line.amount, line.amount_unit, per_unit,
        *(line.gases[gas] for gas in _GASES), total, line.fact.estimated_share, line.fact.rows,
    )  # fmt: skip


def _rests_on(book: Book, lines: Sequence[Line]) -> None:
    """Write for each line what it rests on in words, in a sheet of its own: the figures stay readable."""
    title = _("What each line rests on: factors with edition and source, method, data")
    columns = [Column(_("Figure"), 40), Column(_("Factors"), 50), Column(_("Accounting basis"), 20), Column(_("Method"), 24), Column(_("Data"), 60)]  # fmt: skip
    rows = [
        (line.fact.id, _listed(map(_factor, line.factors)), line.basis, line.method, _listed(line.qualities))
        for line in lines
    ]
    book.sheet(_("Basis of lines"), title, freeze=1).table(columns, rows)


def _listed(texts: Iterable[str]) -> str:
    """Return the first few of the texts, each once, and how many more there are."""
    each = list(dict.fromkeys(texts))
    more = [_("and {count} more").format(count=len(each) - _MOST)] if len(each) > _MOST else []
    return " / ".join([*each[:_MOST], *more])


def _factor(one: Cited) -> str:
    number = "" if one.kg_co2e_per_unit is None else f"{one.kg_co2e_per_unit:.6g} kg CO2e/{one.unit}"
    return ", ".join(text for text in (number, one.edition, one.title) if text)


def _sums(lines: Sequence[Line], top: int) -> Total:
    """Return what the line below the table says: the name of the total, and the sum of each gas and of the total."""
    if not lines:
        return {}
    values = [sum(line.gases[gas] or 0.0 for line in lines) for gas in _GASES]
    values.append(sum(line.fact.value or 0.0 for line in lines))
    sums: dict[int, Formula | str] = {0: f"{lines[0].fact.id.partition('.')[0]}.total"}
    for column, value in enumerate(values, start=_FIRST_GAS):
        name = xl_col_to_name(column)
        sums[column] = Formula(f"=SUM({name}{top + 2}:{name}{top + 1 + len(lines)})", value)
    return sums


def _beside(book: Book, submission: Submission) -> None:
    _offsets(book, submission)
    _people(book, submission)
    _factors(book, submission)
    _completeness(book, submission)
    _methods(book, submission)


def _offsets(book: Book, submission: Submission) -> None:
    sheet = book.sheet(
        _("Offsets"), _("Offsets retired for the year: beside the inventory, never taken from it")
    )
    rows = submission.offsets.rows()
    headings = (
        _("Project"),
        _("Number"),
        _("Country"),
        _("Standard"),
        _("Registry"),
        _("Serial number"),
        _("Vintage"),
        _("Retired on"),
        _("t CO2e"),
    )
    columns = [Column(heading, 20, "0" if number == 6 else "#,##0.000" if number == 8 else "") for number, heading in enumerate(headings)]  # fmt: skip
    if not rows:
        sheet.say(_("No offsets are loaded for the year."))
        return
    top = sheet.row
    cells = [
        tuple(str(cell) if number == 7 and cell else cell for number, cell in enumerate(row)) for row in rows
    ]
    total: Total = {
        0: _("Total"),
        8: Formula(
            f"=SUM(I{top + 2}:I{top + 1 + len(rows)})", float(submission.offsets["retired_t_co2e"].sum() or 0)
        ),
    }
    sheet.table(columns, cells, total=total)


def _people(book: Book, submission: Submission) -> None:
    facts = submission.facts
    sheet = book.sheet(
        _("Personnel and areas"), _("Personnel by the organisation's definition, and floor areas")
    )
    sheet.say(facts.rules.staff_definition or _("The staff definition is not stated: staff_definition in saleve.toml."))  # fmt: skip
    rows = [("", *row) for row in submission.people.select("unit", "site", "persons", "definition").rows()]
    columns = [Column(_("Figure"), 22), Column(_("Unit"), 22), Column(_("Site"), 22), Column(_("Persons"), 14, "#,##0.0"), Column(_("Counted as"), 60)]  # fmt: skip
    top = sheet.row
    known = facts.get("headcount")
    total: Total = {0: f"{facts.year}.headcount", 3: Formula(f"=SUM(D{top + 2}:D{top + 1 + len(rows)})", known.value if known else None)}  # fmt: skip
    sheet.table(columns, rows, total=total if rows else {})
    areas = [("", "", site, area, "") for site, area in sorted(submission.matter.areas.items())]
    top = sheet.row
    whole = facts.get("floor_area")
    total = {0: f"{facts.year}.floor_area", 3: Formula(f"=SUM(D{top + 2}:D{top + 1 + len(areas)})", whole.value if whole else None)}  # fmt: skip
    columns = [Column(_("Figure"), 22), Column("", 22), Column(_("Site"), 22), Column(_("Floor area, m2"), 14, "#,##0.0"), Column("", 60)]  # fmt: skip
    sheet.table(columns, areas, total=total if areas else {}, same_columns=True)


def _factors(book: Book, submission: Submission) -> None:
    sheet = book.sheet(_("Factors"), _("Factors and methods with edition and licence"))
    columns = [Column(_("For"), 24), Column(_("Source"), 60), Column(_("Edition"), 30), Column(_("Accounting basis"), 28), Column(_("Licence"), 40)]  # fmt: skip
    rows = [
        (label("source", one.category), one.title, one.edition, label("accounting_basis", one.accounting_basis), one.licence)
        for one in submission.facts.citations
    ]  # fmt: skip
    sheet.table(columns, list(dict.fromkeys(rows)))


def _completeness(book: Book, submission: Submission) -> None:
    sheet = book.sheet(_("Completeness"), _("Which data of the year are there"))
    table = submission.inventory.completeness
    year = submission.facts.year
    rows = (
        []
        if table.is_empty()
        else table.filter(pl.col("year") == year).sort("source", "site").rows(named=True)
    )
    columns = [Column(_("Data"), 26), Column(_("Site"), 26), Column(_("State"), 16), Column(_("Days with data"), 12, "0%"), Column(_("Note"), 60)]  # fmt: skip
    cells = [(label("source", row["source"]), row["site"], label("state", row["state"]), row["covered_share"], row["note"]) for row in rows]  # fmt: skip
    sheet.table(columns, cells)


def _methods(book: Book, submission: Submission) -> None:
    """Write method, rules, proxies and notes, in the words of the management plan."""
    sheet = book.sheet(_("Methods and notes"), _("Methods, rules, proxies and notes"))
    methods = (
        submission.matter.used.drop_nulls("method")
        .select("source", "method")
        .unique()
        .sort("source", "method")
    )
    rows = [(label("source", source), method, formula(method)) for source, method in methods.iter_rows()]
    columns = [Column(_("Source"), 30), Column(_("Method"), 34), Column(_("Formula and clause"), 80)]
    sheet.table(columns, rows)
    wanted = ("boundary", "gases", "assumptions", "own-factors", "proxies", "base-year")
    for section in plan_sections(submission.facts, submission.matter):
        if section.id in wanted:
            sheet.say(section.title, strong=True)
            entries = [(entry.label, *map(_text, reversed(_said(entry)))) for entry in section.entries]
            headings = (section.headings[0], section.headings[2], section.headings[1])
            sheet.table([Column(heading, 30) for heading in headings], entries, same_columns=True)


def _said(entry: Entry) -> tuple[str | Fact, ...]:
    return (_("OPEN. {fill_in}").format(fill_in=entry.fill_in), "") if entry.fill_in else entry.cells[:2]


def _text(cell: str | Fact) -> str:
    if isinstance(cell, str):
        return cell
    return _("{value} ({name})").format(value=printed_part(cell, "full"), name=cell.id)
