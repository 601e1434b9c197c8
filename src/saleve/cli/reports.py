"""`saleve report`: annual report, inventory management plan and UN inventory submission."""

from pathlib import Path
from typing import Annotated

import typer

from saleve.cli.printing import print_json, progress, say
from saleve.ems.inventories import compute_inventory
from saleve.ems.reports import write_kind


def report(
    folder: Annotated[Path, typer.Argument(help="Folder with saleve.toml and the files.")],
    *,
    year: Annotated[int, typer.Option(help="Year of the report.")],
    kind: Annotated[
        str,
        typer.Option(help="annual, plan (inventory management plan) or submission (UN inventory workbook)."),
    ] = "annual",
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="docx, pdf, html or xlsx; may be given several times; all that it has if left out.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; reports/ in the workspace if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Compute the inventory and write a document of a year: the annual report unless another kind is asked for."""
    with progress(quiet=as_json) as bar:
        computed = compute_inventory(folder, bar)
    written = write_kind(computed, kind, year=year, formats=formats, out=out or folder / "reports")
    if as_json:
        print_json({"kind": kind, "year": year, "files": [str(path) for path in written]})
        return
    for path in written:
        say(str(path))


COMMANDS = (report,)
