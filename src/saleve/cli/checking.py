"""`saleve check`: what would become of each row of a file."""

from pathlib import Path
from typing import Annotated

import typer

from saleve.cli.printing import SEVERITY_STYLE, out, print_json, print_table, say
from saleve.ems.intake import check_path
from saleve.language import _
from saleve.ledger.intake.checking import Checked, summary
from saleve.ledger.intake.rejects import write_rejects, write_rows

SHOWN = 20


def check(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, ODS, JSON or Parquet file.")],
    *,
    category: Annotated[
        str | None, typer.Option(help="Source category; guessed from the headers if left out.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="Reporting year, where the file does not say it.")] = None,
    rejects: Annotated[Path | None, typer.Option(help="Write the rejected rows to this XLSX file.")] = None,
    rows: Annotated[Path | None, typer.Option(help="Write the accepted rows to this CSV file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Check a file: every row ends accepted, repaired or rejected, with the reason and what to do."""
    checked = check_path(file, category=category, year=year)
    if rejects:
        write_rejects(checked, rejects)
    if rows:
        write_rows(checked, rows)
    if as_json:
        print_json(summary(checked))
        return
    _print(checked)
    for path, what in ((rejects, _("Rejected rows: {path}")), (rows, _("Accepted rows: {path}"))):
        if path:
            say(what.format(path=path))


def _print(checked: Checked) -> None:
    counts = _(
        "{file}: {rows} rows = {accepted} accepted + {repaired} repaired + {rejected} rejected ({category})"
    )
    found = summary(checked)
    say(
        counts.format(
            file=found["file"],
            rows=checked.rows,
            accepted=checked.accepted,
            repaired=checked.repaired,
            rejected=checked.rejected,
            category=checked.category,
        ),
        "bold",
    )
    problems = sorted(found["problems"], key=lambda problem: list(SEVERITY_STYLE).index(problem["severity"]))
    headings = [
        (_("Row"), "right"),
        (_("Column"), "left"),
        ("", "left"),
        (_("What"), "left"),
        (_("What to do"), "left"),
    ]
    if problems:
        print_table(
            "",
            headings,
            (
                (p["row"], p["column"], p["severity"], p["message"], p["suggestion"] or "")
                for p in problems[:SHOWN]
            ),
        )
    if len(problems) > SHOWN:
        more = _(
            "... and {count} more. Use --json to see all, --rejects FILE.xlsx to get the rejected rows back."
        )
        out.print(more.format(count=len(problems) - SHOWN), style="dim")


COMMANDS = (check,)
