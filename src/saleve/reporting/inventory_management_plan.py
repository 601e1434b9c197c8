"""The inventory management plan of a year, compared with last year's, in the formats asked for.

A plan is written from the settings, the data and the figures of its year. What nobody has stated yet stands there as an open point.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from saleve.language import _, speaking
from saleve.reporting.plan_records import Change, Entry, PlanMatter, PlanSection
from saleve.reporting.plan_sections import plan_sections
from saleve.reporting.records import Cell, Fact, Facts, Row, Table
from saleve.reporting.render.formats import write_document

TEMPLATE = "inventory_management_plan.md.j2"


def write_plan(
    facts: Facts,
    matter: PlanMatter,
    before: tuple[Facts, PlanMatter] | None,
    *,
    formats: Iterable[str],
    out_dir: Path,
    language: str = "en",
    reference_docx: Path | None = None,
) -> list[Path]:
    """Write the plan in each format and return the files. ``before``: the year to compare with, where there is one."""
    with speaking(language):
        sections = plan_sections(facts, matter)
        changes = tuple(differences(plan_sections(*before), sections)) if before else ()
        last_year = before[0].year if before else None
        shown = replace(
            facts, figures=_cited(sections), tables=_tables(sections, changes, facts.year, last_year)
        )
        context = {
            "title": _("Inventory management plan {year}").format(year=facts.year),
            "sections": sections,
            "open_points": [entry for section in sections for entry in section.entries if entry.fill_in],
            "version": matter.words.get("version", ""),
            "date": matter.words.get("date", ""),
            "last_year": last_year,
            "kept_as": before[1].kept_as if before else "",
            "changes": changes,
        }
        stem = out_dir / f"inventory-management-plan-{facts.year}-{language}"
        return write_document(
            shown,
            TEMPLATE,
            charts={},
            context=context,
            formats=formats,
            stem=stem,
            language=language,
            reference_docx=reference_docx,
        )


def differences(before: Iterable[PlanSection], after: Iterable[PlanSection]) -> Iterator[Change]:
    """Yield what differs between two plans, section by section: entries that came, went, or say something else.

    Figures are compared by the report, not here: only words count.
    """
    old = {section.id: section for section in before}
    for section in after:
        if section.compared and section.id in old:
            yield from _between(old[section.id], section)


def _between(before: PlanSection, after: PlanSection) -> Iterator[Change]:
    old, new = ({entry.key: entry for entry in section.entries} for section in (before, after))
    for key in [*old, *(key for key in new if key not in old)]:
        texts = [_words(entries[key]) if key in entries else None for entries in (old, new)]
        if texts[0] != texts[1]:
            name = (new.get(key) or old[key]).label
            missing = _("not there")
            said = [missing if text is None else text or _("there") for text in texts]
            yield Change(after.title, name, said[0], said[1])


def _words(entry: Entry) -> str:
    """Return what an entry says in words; where a choice is written down is no part of it where it says something itself."""
    words = [cell for cell in entry.cells if isinstance(cell, str) and cell]
    return "; ".join(words)


def _cited(sections: Iterable[PlanSection]) -> dict[str, Fact]:
    cells = [cell for section in sections for entry in section.entries for cell in entry.cells]
    return {cell.id: cell for cell in cells if isinstance(cell, Fact)}


def _tables(sections: Iterable[PlanSection], changes: tuple[Change, ...], year: int, last_year: int | None) -> dict[str, Table]:  # fmt: skip
    made = [_table(section) for section in sections]
    if changes:
        rows = tuple(Row(one.section, (one.label, one.before, one.after)) for one in changes)
        headings = (_("Section"), _("What"), str(last_year), str(year))
        title = _("Changes of the plan from {before} to {year}").format(before=last_year, year=year)
        made.append(Table("changes", title, headings, rows, (22, 22, 28, 28)))
    numbered = _("Table {number}. {title}")
    return {
        table.id: replace(table, title=numbered.format(number=number, title=table.title))
        for number, table in enumerate(made, start=1)
    }


def _table(section: PlanSection) -> Table:
    rows = tuple(Row(entry.label, _cells(entry)) for entry in section.entries)
    return Table(section.id, section.title, section.headings, rows, section.widths)


def _cells(entry: Entry) -> tuple[Cell | str, ...]:
    """Return the cells of an entry; an open point says so in its first cell."""
    cells = tuple(Cell(cell, "full") if isinstance(cell, Fact) else cell for cell in entry.cells)
    if not entry.fill_in:
        return cells
    return (_("OPEN. {fill_in}").format(fill_in=entry.fill_in), *cells[1:])
