"""Write one reference data package: CSV files and the ``datapackage.json`` that describes them.

Deterministic: the same input gives the same bytes, so an auditor can run the curation again and compare.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from .fields import FIELDS

TARGET = Path(__file__).parents[2] / "src/saleve/method/reference/data"
SHARED = Path(__file__).parents[3] / "shared/reference"

_TYPES = {
    pl.String: "string",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Date: "date",
    pl.Boolean: "boolean",
}


@dataclass(frozen=True)
class Resource:
    """One table of a package, sorted by its key."""

    name: str
    table: pl.DataFrame
    key: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class Package:
    """What a package says about itself: where from, which edition, under which terms, on which basis."""

    name: str
    title: str
    description: str
    edition: str
    publisher: str
    path: str
    licence: tuple[str, str, str]  # name, title, path
    accounting_basis: str
    valid_from: str | None
    valid_to: str | None
    resources: tuple[Resource, ...]
    more_licences: tuple[tuple[str, str, str], ...] = ()  # of parts of the package; the record says which
    extra: dict[str, Any] = field(default_factory=dict)


def shared(name: str) -> pl.DataFrame:
    """Return a file of ``../shared/reference`` with every cell as text; empty cells are null."""
    return pl.read_csv(SHARED / name, infer_schema=False)


def assumed(name: str) -> float:
    """Return the value of one of our own assumptions, so that a range stands in one place alone."""
    held = pl.read_csv(TARGET / "assumptions" / "assumptions.csv")
    return float(held.row(by_predicate=pl.col("assumption_id") == name, named=True)["value"])


def write(package: Package, into: Path = TARGET) -> None:
    """Write the package's folder anew."""
    folder = into / package.name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for resource in package.resources:
        resource.table.sort(resource.key, nulls_last=True).write_csv(folder / f"{resource.name}.csv")
    text = json.dumps(_descriptor(package), ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _descriptor(package: Package) -> dict[str, Any]:
    return {
        "name": package.name,
        "title": package.title,
        "description": package.description,
        "version": package.edition,
        "sources": [{"title": package.publisher, **({"path": package.path} if package.path else {})}],
        "licenses": [_licence(licence) for licence in (package.licence, *package.more_licences)],
        "accounting_basis": package.accounting_basis,
        "valid_from": package.valid_from,
        "valid_to": package.valid_to,
        **package.extra,
        "resources": [_resource(resource) for resource in package.resources],
    }


def _licence(licence: tuple[str, str, str]) -> dict[str, str]:
    name, title, path = licence
    return {"name": name, "title": title, **({"path": path} if path else {})}


def _resource(resource: Resource) -> dict[str, Any]:
    return {
        "name": resource.name,
        "path": f"{resource.name}.csv",
        "description": resource.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "rows": resource.table.height,
        "schema": {
            "fields": [_field(resource, name, dtype) for name, dtype in resource.table.schema.items()],
            "primaryKey": list(resource.key),
            "missingValues": [""],
        },
    }


def _field(resource: Resource, name: str, dtype: pl.DataType) -> dict[str, Any]:
    described = {"name": name, "type": _TYPES[dtype.base_type()], "description": FIELDS[name]}
    if resource.table[name].null_count() == 0:
        described["constraints"] = {"required": True}
    return described
