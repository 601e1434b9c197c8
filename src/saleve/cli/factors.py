"""`saleve factors show`, `diff`, `import`: what each factor is, what moved between editions, and bringing your own."""

from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from saleve.cli.checking import print_problems
from saleve.cli.ledgers import AsJson, InWorkspace
from saleve.cli.printing import out, print_json, print_table, say
from saleve.ems.factors import WHAT, compare_factors, import_factors, show_factors
from saleve.ems.settings import FILE_NAME
from saleve.language import _

group = typer.Typer(no_args_is_help=True, help="Show, compare and import emission factors.")
MOST_LINES = 40

Source = Annotated[str | None, typer.Option("--source", help="Source category, such as electricity.")]
Place = Annotated[
    str | None, typer.Option("--place", help="ISO 3166 code of three letters, or the name of a site.")
]


@group.command()
def show(
    *,
    source: Source = None,
    place: Place = None,
    year: Annotated[int | None, typer.Option("--year", help="Year that the factor holds for.")] = None,
    edition: Annotated[str | None, typer.Option("--edition", help="Edition, as the list names it.")] = None,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Show factors with place, period, edition, basis and source."""
    held = show_factors(_workspace(workspace), source=source, place=place, year=year, edition=edition)
    if as_json:
        print_json({"factors": held.to_dicts()})
        return
    headings = [
        (_("Factor"), "left"),
        (_("kg CO2e per unit"), "right"),
        (_("Unit"), "left"),
        (_("From"), "left"),
        (_("To"), "left"),
        (_("Edition"), "left"),
        (_("Basis"), "left"),
        (_("Source"), "left"),
    ]
    names = ("unit", "valid_from", "valid_to", "edition", "accounting_basis", "source")
    rows = held.head(MOST_LINES).iter_rows(named=True)
    print_table("", headings, ((row["factor_id"], _digits(row["kg_co2e_per_unit"]), *(row[name] for name in names)) for row in rows))  # fmt: skip
    _say_more(held)


@group.command()
def diff(
    first: Annotated[str, typer.Argument(help="Edition, or a year.")],
    second: Annotated[str, typer.Argument(help="Edition, or a year.")],
    *,
    source: Source = None,
    place: Place = None,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Show which factors differ between two editions, or between two years."""
    found = compare_factors(first, second, _workspace(workspace), source=source, place=place)
    if as_json:
        print_json({"differences": found.to_dicts()})
        return
    headings = [
        (_("Source"), "left"),
        (_("Place"), "left"),
        (_("What"), "left"),
        (_("Unit"), "left"),
        (first, "right"),
        (second, "right"),
        (_("Change"), "right"),
    ]
    print_table("", headings, map(_difference, found.head(MOST_LINES).iter_rows(named=True)))
    _say_more(found)


@group.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(help="CSV with one edition of factors.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Import although there are warnings.")] = False,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Check a factor table and add it to the workspace as an edition."""
    done = import_factors(workspace or Path(), file, accept_warnings=yes)
    if as_json:
        print_json(
            {
                "edition": done.edition,
                "imported": done.imported,
                "known": done.known,
                "records": done.records.height,
                "problems": done.problems.to_dicts(),
            }
        )
    else:
        print_problems(done.problems.to_dicts(), _("... and {count} more. Use --json to see all."))
        say(_outcome(done.imported, done.known, done.edition, done.records.height), "bold")
    if not done.imported and not done.known:
        raise typer.Exit(1)


def _outcome(imported: bool, known: bool, edition: str, count: int) -> str:  # noqa: FBT001 - of one table
    if imported:
        return _("Imported: {count} factors of the edition {edition}.").format(count=count, edition=edition)
    if known:
        return _("The same file was imported before; nothing was added.")
    return _("Nothing was imported.")


def _difference(row: dict[str, Any]) -> tuple[Any, ...]:
    what = [row[name] for name in WHAT if row[name]]
    change = None if row["change_pct"] is None else f"{row['change_pct']:+.1f} %"
    period = str(row["valid_from"].year) if row.get("valid_from") else ""
    named = ", ".join([*what, *([period] if period else [])])
    return row["source_category"], row["place"], named, row["unit"], _digits(row["first"]), _digits(row["second"]), change  # fmt: skip


def _digits(value: float | None) -> str | None:
    return None if value is None else f"{value:.6g}"


def _say_more(found: pl.DataFrame) -> None:
    if found.is_empty():
        say(_("No factor fits."))
    if found.height > MOST_LINES:
        more = _("... and {count} more. Narrow it down, or use --json to see all.")
        out.print(more.format(count=found.height - MOST_LINES), style="dim")


def _workspace(named: Path | None) -> Path | None:
    """Return the workspace whose own factors are shown too, if there is one."""
    if named is not None:
        return named
    return Path() if Path(FILE_NAME).is_file() else None
