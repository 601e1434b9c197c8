"""`saleve reconcile`: whether a printed statement adds up; and how every command shows it of our own inventory."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from saleve.cli.ledgers import AsJson
from saleve.cli.printing import number, print_json, print_table, say
from saleve.ems.printed_statements import read_statement
from saleve.language import _
from saleve.method.reconciliation import differences, reconcile_printed
from saleve.reporting.reconciling import check_lines

KG_PER_TONNE = 1000


def reconcile(
    file: Annotated[Path, typer.Argument(help="CSV with level, line, t_co2e, and scope and year if known.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check whether a printed inventory adds up, and name the line that makes a difference; exit code 1 if one is found."""
    checks = reconcile_printed(read_statement(file))
    if as_json:
        print_json({"reconciliation": checks.to_dicts()})
    elif checks.is_empty():
        say(_("Nothing can be checked: there is no total with parts, nor a scope with sources."), "yellow")
    else:
        for (year,), found in checks.group_by("year", maintain_order=True):
            print_checks(found, "" if year is None else str(year))
    if len(differences(checks)):
        raise typer.Exit(1)


def print_agreement(checks: pl.DataFrame) -> None:
    """Say in one line that all sums of all years agree; else show those of the last year that do not, and name the other years."""
    apart = differences(checks)
    if len(apart):
        *earlier, last = sorted(apart["year"].unique())
        print_checks(apart.filter(year=last), _("What does not add up in {year}").format(year=last))
        if earlier:
            message = _("Nor does everything add up in {years}. See them with --year.")
            say(message.format(years=", ".join(map(str, earlier))), "dim")
        return
    beside_kg = checks["not_assigned_kg_co2e"].sum()
    _print_without_unit(checks)
    text = _("Reconciled: scopes and sources add up to the total of every year.")
    if "units-to-organisation" in checks["check"]:
        text = _("Reconciled: scopes, sources and units add up to the total of every year.")
    if beside_kg:
        text = _("Reconciled: scopes, sources and units (buildings: not assigned to a unit) add up in every year.")  # fmt: skip
    say(text, "dim")


def _print_without_unit(checks: pl.DataFrame) -> None:
    """Say how much of the last year journeys without a unit emit, and what to do about it."""
    found = checks.drop_nulls("without_unit_kg_co2e").sort("year")
    if found.is_empty():
        return
    row = found.row(-1, named=True)
    message = _('Journeys of {year} that name no unit: {tonnes} t CO2e, {share} of the total ({lines}). A column of units in their files, or constants = {{ unit = "..." }} of the file in saleve.toml, gives them one.')  # fmt: skip
    share = f"{row['without_unit_kg_co2e'] / row['whole_kg_co2e']:.0%}"
    lines = "; ".join(row["lines_without_unit"])
    say(
        message.format(
            year=row["year"], tonnes=_tonnes(row["without_unit_kg_co2e"]), share=share, lines=lines
        ),
        "yellow",
    )


def print_checks(checks: pl.DataFrame, title: str = "") -> None:
    """Print every check with what was added up, the difference, and the lines that make it."""
    headings = [
        (_("Reconciliation"), "left"),
        (_("Whole, t"), "right"),
        (_("Parts, t"), "right"),
        (_("Difference"), "right"),
        (_("Lines"), "left"),
    ]
    rows = ((name, *map(_tonnes, sums), lines or None) for name, *sums, lines in check_lines(checks))
    print_table(title, headings, rows)


def _tonnes(kg: float | None) -> str | None:
    return number(None if kg is None else kg / KG_PER_TONNE, 2)


COMMANDS = (reconcile,)
