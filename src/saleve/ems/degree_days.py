"""Degree days of the sites, as ``[[degree_days]]`` of saleve.toml or a CSV gives them: they tell the weather apart in a bridge."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.settings import WorkspaceError
from saleve.language import _
from saleve.method.bridges import DEGREE_DAYS

_NEEDED = [name for name in DEGREE_DAYS if name != "source"]


def stated_degree_days(entries: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> pl.DataFrame:
    """Return what the settings say (``DEGREE_DAYS``); ``names``: name or alias of a site, in small letters -> site."""
    return pl.DataFrame(list(_rows(entries, names)), schema=DEGREE_DAYS, orient="row")


def read_degree_days(path: Path) -> pl.DataFrame:
    """Read a CSV with the columns site, year, hdd, cdd and, if wished, source; raises ``WorkspaceError`` in plain words."""
    try:
        table = pl.read_csv(path, schema_overrides=dict(DEGREE_DAYS))
    except (OSError, pl.exceptions.PolarsError) as fault:
        reason = str(fault).partition("\n")[0]
        message = _("{path} cannot be read as degree days: {reason}. It needs the columns {columns}.")
        raise WorkspaceError(message.format(path=path, reason=reason, columns=", ".join(_NEEDED))) from None
    if not set(_NEEDED) <= set(table.columns):
        message = _("{path} has not all columns of degree days: {columns}.")
        raise WorkspaceError(message.format(path=path, columns=", ".join(_NEEDED)))
    twice = table.filter(pl.struct("site", "year").is_duplicated())
    if not twice.is_empty():
        message = _("{path} gives {site} in {year} more than once. Keep one line for each site and year.")
        raise WorkspaceError(message.format(path=path, site=twice["site"][0], year=twice["year"][0]))
    return pl.concat([pl.DataFrame(schema=DEGREE_DAYS), table], how="diagonal").select(DEGREE_DAYS.names())


def _rows(entries: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    for entry in entries:
        heating, cooling = entry.get("heating", {}), entry.get("cooling", {})
        site = names.get(entry["site"].strip().lower(), entry["site"])
        for year in sorted(heating | cooling):
            yield site, int(year), heating.get(year), cooling.get(year), entry["source"]
