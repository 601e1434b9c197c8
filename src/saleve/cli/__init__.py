"""The `saleve` command: thin; every command reads its arguments, calls one service of `ems` and prints."""

import sys

import polars as pl
import typer
from deltalake.exceptions import DeltaError
from xlsxwriter.exceptions import XlsxFileError

from saleve import __version__
from saleve.cli import (
    changes,
    checking,
    collecting,
    demo,
    factors,
    flights,
    indicators,
    inventories,
    ledgers,
    reconciling,
    reports,
    runs,
    serving,
)
from saleve.cli.printing import err, print_json
from saleve.language import _
from saleve.method.problems import SaleveError

app = typer.Typer(
    help="From ticket exports and bills to the greenhouse-gas inventory and the report to the Council.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (
    ledgers,
    collecting,
    checking,
    flights,
    inventories,
    changes,
    indicators,
    reconciling,
    runs,
    reports,
    demo,
    serving,
):
    for command in room.COMMANDS:
        app.command()(command)
app.add_typer(factors.group, name="factors")
app.add_typer(serving.group, name="people")


@app.callback(invoke_without_command=True)
def version(
    *, show: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True)
) -> None:
    """Answer `saleve --version`."""
    if show:
        sys.stdout.write(f"saleve {__version__}\n")
        raise typer.Exit


def main() -> None:
    """Run the command; a user's mistake is told in a sentence, never as a traceback."""
    try:
        app()
    except SaleveError as fault:
        _tell(str(fault))
    except PermissionError as fault:
        _tell(
            _(
                "{path} cannot be opened: no permission. Close it in other programs or choose another place."
            ).format(path=fault.filename)
        )
    except XlsxFileError as fault:
        message = _("The workbook cannot be written: {reason}. Choose another place, or close it elsewhere.")
        _tell(message.format(reason=fault))
    except (pl.exceptions.PolarsError, DeltaError) as fault:
        _tell(_damaged(fault))
    except OSError as fault:
        if fault.filename is None:  # from the engine of tables, not from a place that a person named
            _tell(_damaged(fault))
        message = _("{path} cannot be read or written: {reason}. Check the name, or choose another place.")
        _tell(message.format(path=fault.filename or "", reason=fault.strerror or fault).strip())


def _damaged(fault: Exception) -> str:
    message = _("A table cannot be read: {reason}. If it is one of the ledger, put the folder back from a backup; saleve verify-ledger tells what is damaged.")  # fmt: skip
    return message.format(reason=str(fault).partition("\n")[0].rstrip("."))


def _tell(message: str) -> None:
    if "--json" in sys.argv:
        print_json({"error": message})
    else:
        err.print(message, style="bold red", markup=False)
    sys.exit(1)
