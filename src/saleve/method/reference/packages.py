"""Reference data packages: one Frictionless package per source, read once, typed by its own schema.

Each package is a folder of ``data/`` with ``datapackage.json`` (source, edition, licence, accounting basis) and CSV files.
"""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import polars as pl

DATA = files("saleve.method.reference") / "data"

_TYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "date": pl.Date(),
    "boolean": pl.Boolean(),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where reference data come from, as a document cites it."""

    package: str
    title: str
    publisher: str
    edition: str
    licence: str
    path: str


def package_names() -> list[str]:
    """Return the names of all packages that Salève ships."""
    return sorted(
        folder.name for folder in DATA.iterdir() if folder.is_dir() and not folder.name.startswith("_")
    )


@lru_cache
def descriptor(package: str) -> dict[str, Any]:
    """Return the package's ``datapackage.json``."""
    loaded: dict[str, Any] = json.loads(_folder(package).joinpath("datapackage.json").read_text("utf-8"))
    return loaded


@lru_cache
def table(package: str, resource: str) -> pl.DataFrame:
    """Return one resource as a table with the types that its schema declares; empty cells are null."""
    found = next(entry for entry in descriptor(package)["resources"] if entry["name"] == resource)
    types = {entry["name"]: _TYPES[entry["type"]] for entry in found["schema"]["fields"]}
    with _folder(package).joinpath(found["path"]).open("rb") as file:
        return pl.read_csv(file.read(), schema=types, try_parse_dates=False)


@lru_cache
def words(package: str, resource: str, column: str) -> tuple[str, ...]:
    """Return one column as it is written; a module may ask while it is imported: no thread of the tables is started for it."""
    found = next(entry for entry in descriptor(package)["resources"] if entry["name"] == resource)
    text = _folder(package).joinpath(found["path"]).read_text("utf-8")
    return tuple(row[column] for row in csv.DictReader(io.StringIO(text)))


def source(package: str) -> Source:
    """Return how to cite the package."""
    about = descriptor(package)
    return Source(
        package=package,
        title=about["title"],
        publisher=about["sources"][0]["title"],
        edition=about["version"],
        licence=about["licenses"][0]["title"],
        path=about["sources"][0].get("path", ""),
    )


def _folder(package: str) -> Traversable:
    return DATA / package
