"""Reading files: one for `saleve check`, all of a workspace for an inventory. Nothing is lost: every row is accounted for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from saleve.ems.settings import FILE_NAME
from saleve.ems.spellings import one_spelling, respelled
from saleve.ems.workspace import FileEntry, Workspace, open_workspace
from saleve.ledger.intake.checking import Checked, check_file
from saleve.ledger.intake.errors import FileRefusedError
from saleve.method.activity.air_travel import LEGS
from saleve.method.activity.normalising import Context

Progress = Callable[[str, int, int], None]  # what is being done, how many done, how many in all


@dataclass(frozen=True)
class Taken:
    """A workspace's files as read: activity by source category, each file's account, and the files that were refused."""

    activities: dict[str, pl.DataFrame | pl.LazyFrame]
    checked: tuple[Checked, ...]
    refused: tuple[tuple[Path, str], ...]  # path and reason
    tables: tuple[Path, ...]  # Parquet files of legs, computed on without reading them row by row
    spellings: Mapping[
        str, Mapping[str, str]
    ]  # of units and sites: other spelling -> the one that stands for it


def take_in(workspace: Workspace, progress: Progress | None = None) -> Taken:
    """Read and check every file of the workspace."""
    checked: list[Checked] = []
    refused: list[tuple[Path, str]] = []
    tables: list[Path] = []
    for number, entry in enumerate(workspace.files):
        if progress:
            progress(entry.path.name, number, len(workspace.files))
        if is_table_of_legs(entry.path):
            tables.append(entry.path)
            continue
        try:
            checked += check_sheets(workspace, entry)
        except FileRefusedError as fault:
            refused.append((entry.path, str(fault)))
    spellings = one_spelling(file.activity for file in checked)
    activities = _activities(checked, tables, spellings)
    return Taken(activities, tuple(checked), tuple(refused), tuple(tables), spellings)


def check_path(
    path: Path, *, category: str | None = None, year: int | None = None, progress: Progress | None = None
) -> list[Checked]:
    """Check one file; where it lies in a workspace, what ``saleve.toml`` says of it counts, and the arguments go before.

    A workbook whose sheets hold several categories gives one account for each.
    """
    entry = _entry_of(path, category)
    workspace, known = entry or (None, FileEntry(path=path))
    chosen = replace(known, category=category or known.category, year=year or known.year)
    if workspace:
        return check_sheets(workspace, chosen, progress)
    context = Context(year=chosen.year)
    first = check_file(path, category=chosen.category, context=context, progress=progress)
    others = first.other_sheets.items()
    return [
        first,
        *(check_file(path, category=other, sheet=sheet, context=context) for sheet, other in others),
    ]


def _entry_of(path: Path, category: str | None) -> tuple[Workspace, FileEntry] | None:
    """Return the workspace around the file and its entry; of a file listed for several categories, that of the one asked for."""
    for folder in path.absolute().parents:
        if (folder / FILE_NAME).is_file():
            workspace = open_workspace(folder)
            entries = [entry for entry in workspace.files if entry.path.resolve() == path.resolve()]
            chosen = [entry for entry in entries if entry.category == category] or entries
            return (workspace, chosen[0]) if chosen else None
    return None


def check_sheets(workspace: Workspace, entry: FileEntry, progress: Progress | None = None) -> list[Checked]:
    """Check one file; sheets of a workbook that hold data of other categories are checked each on its own."""
    first = check_entry(workspace, entry, progress)
    others = [
        replace(entry, sheet=sheet, category=category) for sheet, category in first.other_sheets.items()
    ]
    return [first, *(check_entry(workspace, other) for other in others)]


def check_entry(workspace: Workspace, entry: FileEntry, progress: Progress | None = None) -> Checked:
    """Check one file with what the workspace knows about it."""
    return check_file(
        entry.path,
        category=entry.category,
        context=workspace.context(entry),
        columns=dict(entry.columns),
        sheet=entry.sheet,
        where=dict(entry.where),
        name=entry.path.relative_to(workspace.folder).as_posix(),
        progress=progress,
    )


def is_table_of_legs(path: Path) -> bool:
    """Tell whether the file is Parquet with the columns of the legs table, as the ledger keeps it."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        names = pl.scan_parquet(path).collect_schema().names()
    except (pl.exceptions.PolarsError, OSError):
        return False
    return set(LEGS) <= set(names)


def _activities(
    checked: Iterable[Checked], tables: list[Path], spellings: Mapping[str, Mapping[str, str]]
) -> dict[str, pl.DataFrame | pl.LazyFrame]:
    found: dict[str, list[pl.LazyFrame]] = {}
    for file in checked:
        found.setdefault(file.category, []).append(respelled(file.activity, spellings).lazy())
    for path in tables:
        found.setdefault("air_travel", []).append(pl.scan_parquet(path).select(LEGS.names()))
    return {
        category: frames[0] if category == "air_travel" and tables and len(frames) == 1 else _joined(frames)
        for category, frames in found.items()
    }


def _joined(frames: list[pl.LazyFrame]) -> pl.LazyFrame:
    return pl.concat(frames, how="diagonal_relaxed")
