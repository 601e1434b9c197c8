"""`saleve indicators`: figures per person, per square metre and shares, each with what was divided by what."""

from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from saleve.cli.printing import print_json, print_table, progress, say
from saleve.ems.inventories import Computed, compute_inventory
from saleve.language import _
from saleve.reporting.formatting import printed
from saleve.reporting.indicators import EMAS, OURS
from saleve.reporting.printed_checks import printed_problems
from saleve.reporting.records import Cell, Fact, Facts, Table


def indicators(
    folder: Annotated[Path, typer.Argument(help="Folder with saleve.toml and the files.")] = Path(),
    *,
    year: Annotated[int | None, typer.Option(help="Year; the newest with data if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Show the environmental indicators of a year, with numerator, denominator and what is missing."""
    with progress(quiet=as_json) as bar:
        computed = compute_inventory(folder, bar)
    facts = computed.facts(year or max(computed.inventory.years))
    problems = printed_problems(facts)
    if as_json:
        print_json({"year": facts.year, **_rows(computed, facts.year), "problems": problems.to_dicts()})
        return
    for name in ("indicators", "emas"):
        if name in facts.tables:
            _print(facts.tables[name])
    _print_missing(facts)
    for problem in problems.iter_rows(named=True):
        say(f"{problem['message']} {problem['suggestion']}", "yellow")


def _rows(computed: Computed, year: int) -> dict[str, Any]:
    packages = {"indicators": computed.indicators(), "emas": computed.indicators("emas_core_indicators")}
    return {name: rows.filter(pl.col("year") == year).to_dicts() for name, rows in packages.items()}


def _print(table: Table) -> None:
    headings = [(heading, "right" if number else "left") for number, heading in enumerate(table.headings)]
    rows = ((row.label, *map(_text, row.cells)) for row in table.rows)
    print_table(table.title.partition(". ")[2], headings, rows)


def _text(cell: Cell | str) -> str | None:
    return printed(cell.fact) if isinstance(cell, Cell) else None


def _print_missing(facts: Facts) -> None:
    lacking: dict[str, list[Fact]] = {}
    for group in (OURS, EMAS):
        for fact in facts.groups.get(group, ()):
            if fact.value is None:
                lacking.setdefault(fact.reason, []).append(fact)
    rows = ((reason, len(figures)) for reason, figures in lacking.items())
    if lacking:
        print_table(
            _("Why indicators are missing"), [(_("Reason"), "left"), (_("Indicators"), "right")], rows
        )


COMMANDS = (indicators,)
