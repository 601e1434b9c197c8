"""Writes the whole folder of the demo organisation."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import polars as pl

from saleve.ems.demo.exports import file_years, write_tickets
from saleve.ems.demo.facilities import facility_tables, write_table
from saleve.ems.demo.lump_sums import lump_sums
from saleve.ems.demo.slips import with_slips
from saleve.ems.demo.tickets import draw_tickets
from saleve.ems.settings import FILE_NAME, WorkspaceError
from saleve.language import _

Progress = Callable[[str, int, int], None]  # what is being done, how many done, how many in all

SEED = 20_10_20_25
MARK = "synthetic"
FOLDERS = ("travel", "facilities", "organisation")
ORGANISATION_FILES = ("people", "floor-area")
OTHER_STEPS = 3


def write_demo(folder: Path, *, progress: Progress | None = None) -> Path:
    """Write the files of a fictional organisation, 2010-2025, the same at every run; returns the folder.

    Files of an earlier demo are written over; nothing else in the folder is touched. Raises ``WorkspaceError`` where the folder
    is the workspace of a real organisation.
    """
    _refuse_a_real_workspace(folder)
    tell = progress or _silence
    years = file_years()
    steps = len(years) + OTHER_STEPS
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    tell(_("inventing journeys"), 0, steps)
    tickets = draw_tickets(SEED)
    for done, year in enumerate(years, start=1):
        tell(_("tickets of {year}").format(year=year), done, steps)
        lines = with_slips(tickets.filter(pl.col("year") == year), SEED + year)
        write_tickets(folder / "travel" / f"tickets-{year}-{MARK}", lines, year)
    tell(_("bills, people and areas"), len(years) + 1, steps)
    _write_others(folder)
    tell(_("done"), steps, steps)
    return folder


def _refuse_a_real_workspace(folder: Path) -> None:
    settings = folder / FILE_NAME
    if settings.is_file() and "SYNTHETIC" not in settings.read_text("utf-8", errors="replace"):
        message = _("{folder} holds the saleve.toml of an organisation. Choose an empty folder for the demo.")
        raise WorkspaceError(message.format(folder=folder))


def _write_others(folder: Path) -> None:
    for name, table in facility_tables(SEED):
        write_table(folder / _room(name) / f"{name}-{MARK}.csv", table)
    write_table(folder / "travel" / f"home-leave-lump-sums-{MARK}.csv", lump_sums(SEED))
    for path in (files("saleve.ems.demo") / "files").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())


def _room(name: str) -> str:
    if name in ORGANISATION_FILES:
        return "organisation"
    return "travel" if name.endswith("travel") else "facilities"


def _silence(_what: str, _done: int, _all: int) -> None:
    return
