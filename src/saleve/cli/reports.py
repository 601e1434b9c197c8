"""`saleve report`: the annual report as docx, pdf, html and xlsx."""

from pathlib import Path
from typing import Annotated

import typer

from saleve.cli.printing import print_json, progress, say
from saleve.ems.inventories import compute_inventory
from saleve.ems.reports import FORMATS, write_annual_report


def report(
    folder: Annotated[Path, typer.Argument(help="Folder with saleve.toml and the files.")],
    *,
    year: Annotated[int, typer.Option(help="Year of the report.")],
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", help="docx, pdf, html or xlsx; may be given several times; all four if left out."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; reports/ in the workspace if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Compute the inventory and write the annual report of a year."""
    with progress(quiet=as_json) as bar:
        computed = compute_inventory(folder, bar)
    written = write_annual_report(
        computed, year=year, formats=formats or FORMATS, out=out or folder / "reports"
    )
    if as_json:
        print_json({"year": year, "files": [str(path) for path in written]})
        return
    for path in written:
        say(str(path))


COMMANDS = (report,)
