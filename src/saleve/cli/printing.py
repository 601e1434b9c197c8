"""What the command line prints: tables for people, JSON for programs, messages without traceback."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from saleve.ems.intake import Progress as Report

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def print_json(result: object) -> None:
    """Print the result for a program: UTF-8 JSON on standard output, nothing else."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2, default=str) + "\n")


def print_table(title: str, headings: Iterable[tuple[str, str]], rows: Iterable[Iterable[Any]]) -> None:
    """Print a table; each heading comes with ``left`` or ``right``. Empty cells are printed as a dash."""
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim"
    )
    for heading, side in headings:
        table.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        table.add_row(*("–" if cell is None else escape(str(cell)) for cell in row))
    out.print(table)


def say(text: str, style: str = "") -> None:
    """Print a sentence."""
    out.print(escape(text), style=style)


def number(value: float | None, decimals: int = 0) -> str | None:
    """Print a number with thin thousands separators; a missing one stays missing."""
    return None if value is None else f"{value:,.{decimals}f}".replace(",", "\u202f")


@contextmanager
def progress(*, quiet: bool) -> Iterator[Report | None]:
    """Show a bar on the terminal while files are read; nothing when a program listens."""
    if quiet or not err.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("")

        def report(what: str, done: int, of: int) -> None:
            bar.update(task, description=escape(what), completed=done, total=of)

        yield report
