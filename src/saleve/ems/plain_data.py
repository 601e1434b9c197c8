"""Rules and parameters as plain data for a manifest, and back: nothing is left out, nothing is guessed."""

import importlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import polars as pl

from saleve.language import _
from saleve.method.problems import SaleveError

_HOME = "saleve.method."  # data may name kinds of this floor only: a manifest comes from outside


def as_data(value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """Return the value as JSON can hold it; what has no plain form is a fault in the code."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, pl.DataFrame):
        return {"table": [[name, str(kind)] for name, kind in value.schema.items()], "rows": _rows(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {"kind": _name(type(value)), "fields": _fields(value)}
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, (tuple, list)):
        return {"list": [as_data(one) for one in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted(value)}
    raise TypeError(type(value).__name__)


def from_data(data: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """Return the value that ``as_data`` wrote down; raises ``SaleveError`` where this Salève knows no such kind."""
    if not isinstance(data, dict):
        return data
    if "kind" in data:
        return _made(data)
    if "table" in data:
        return _table(data)
    if "date" in data:
        return date.fromisoformat(data["date"])
    if "list" in data:
        return tuple(from_data(one) for one in data["list"])
    if "set" in data:
        return frozenset(data["set"])
    if "pairs" in data:
        return MappingProxyType({from_data(key): from_data(one) for key, one in data["pairs"]})
    return MappingProxyType({key: from_data(one) for key, one in data["mapping"].items()})


def _fields(value: Any) -> dict[str, Any]:
    return {one.name: as_data(getattr(value, one.name)) for one in fields(value) if one.init}


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    if all(isinstance(key, str) for key in value):
        return {"mapping": {key: as_data(one) for key, one in value.items()}}
    return {"pairs": [[as_data(key), as_data(value[key])] for key in sorted(value)]}


def _rows(table: pl.DataFrame) -> list[list[Any]]:
    return [[as_data(cell) for cell in row] for row in table.rows()]


def _table(data: Mapping[str, Any]) -> pl.DataFrame:
    cells = list(zip(*([from_data(cell) for cell in row] for row in data["rows"]), strict=True))
    columns = zip(data["table"], cells or [()] * len(data["table"]), strict=True)
    return pl.DataFrame([pl.Series(name, values, getattr(pl, kind)()) for (name, kind), values in columns])


def _made(data: Mapping[str, Any]) -> Any:
    kind, told = _kind(data["kind"]), {name: from_data(one) for name, one in data["fields"].items()}
    unknown = sorted(set(told) - {one.name for one in fields(kind)})
    if unknown:  # a rule of another version: to leave it out would be to compute something else
        raise SaleveError(_unknown(f"{data['kind']}, {unknown[0]}"))
    return kind(**told)


def _unknown(what: str) -> str:
    message = _("The manifest names {kind}, which this version of Salève does not know. Use the version that it names.")  # fmt: skip
    return message.format(kind=what)


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _kind(name: str) -> type[Any]:
    module, _colon, kind = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), kind) if module.startswith(_HOME) else None
    except (ImportError, AttributeError):
        found = None
    if not (isinstance(found, type) and is_dataclass(found)):
        raise SaleveError(_unknown(name))
    return found
