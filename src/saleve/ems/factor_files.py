"""The factor tables of a workspace: files in its folder ``factors``, each one edition, never overwritten."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from saleve.ems.settings import WorkspaceError
from saleve.language import _
from saleve.method.reference.factor_tables import records, typed

FOLDER = "factors"


def own_factors(folder: Path) -> pl.DataFrame | None:
    """Return the records of all editions that were imported, or None where none was."""
    files = sorted((folder / FOLDER).glob("*.csv"))
    if not files:
        return None
    return pl.concat([records(typed(cells_of(path))[0]) for path in files])


def imported_copies(folder: Path, paths: Iterable[Path]) -> set[Path]:
    """Return the files that were imported as factor tables: they are no activity, wherever they lie."""
    kept = {path.stat().st_size: path for path in (folder / FOLDER).glob("*.csv")}
    alike = ((path, kept.get(path.stat().st_size)) for path in paths)
    return {path for path, copy in alike if copy and path.read_bytes() == copy.read_bytes()}


def cells_of(path: Path) -> pl.DataFrame:
    """Return the cells of a CSV as text, separated by commas or semicolons; raises ``WorkspaceError`` where there is no table."""
    try:
        text = path.read_text("utf-8-sig")
        header = text.partition("\n")[0]
        separator = ";" if header.count(";") > header.count(",") else ","
        return pl.read_csv(text.encode(), separator=separator, infer_schema=False)
    except FileNotFoundError:
        raise WorkspaceError(_("There is no file {path}.").format(path=path)) from None
    except (UnicodeDecodeError, pl.exceptions.PolarsError) as fault:
        message = _("{path} cannot be read as a table: {fault}. Save it as CSV UTF-8.")
        raise WorkspaceError(
            message.format(path=path.name, fault=str(fault).partition("\n")[0].rstrip("."))
        ) from None
