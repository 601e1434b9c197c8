"""`saleve demo`: a fictional organisation, complete, computed and reported."""

from pathlib import Path
from typing import Annotated

import typer

from saleve.cli.printing import print_json, progress, say
from saleve.cli.serving import serve_demo
from saleve.ems.demo import write_demo
from saleve.ems.inventories import compute_inventory
from saleve.ems.reports import write_annual_report
from saleve.language import _

LAST_YEAR = 2025


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put it.")] = Path("demo"),
    *,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Open the web pages at the end.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Write a fictional organisation's files, compute its inventories and write its annual report."""
    with progress(quiet=as_json) as bar:
        write_demo(folder, progress=bar)
        computed = compute_inventory(folder, bar)
    written = write_annual_report(computed, year=LAST_YEAR, out=folder / "reports")
    if as_json:
        print_json({"folder": str(folder), "files": [str(path) for path in written]})
        return
    say(_("All data in {folder} are synthetic.").format(folder=folder), "bold")
    for path in written:
        say(str(path))
    say(_("Look at the numbers: saleve compute {folder}").format(folder=folder))
    say(
        _("Follow one of them: saleve explain {folder} {id}").format(
            folder=folder, id=f"{LAST_YEAR}.air_travel"
        )
    )
    if serve:
        serve_demo(folder)


COMMANDS = (demo,)
