"""JSON records and Parquet as text cells, in parts where they are many; their rows are counted from 1: they have no header row."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError

_RECORDS_AT_A_TIME = 50_000
# A page that contradicts the file's own index makes the reader of Parquet panic, which is no ordinary exception
_DAMAGE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
_IN_LINES = {".jsonl", ".ndjson"}  # names that say one record a line: the only line is a record too


@dataclass(frozen=True, slots=True)
class Records:
    """Records with names: the header is row 0, in the first of the frames."""

    names: tuple[str, ...]
    source: "pl.LazyFrame | _Lines | list[dict[str, Any]]"
    path: Path = Path()

    def frames(self, rows: int) -> Iterator[pl.DataFrame]:
        """Yield ``source_row`` and the columns ``c0``, ``c1`` ..., so many rows at a time."""
        first = 1
        header = pl.DataFrame({f"c{index}": [_unicode(name)] for index, name in enumerate(self.names)})
        yield header.cast(pl.String).select(pl.lit(0, pl.Int64).alias("source_row"), pl.all())
        for frame in self._texts(rows):
            plain = frame.rename({name: f"c{index}" for index, name in enumerate(frame.columns)})
            number = pl.int_range(first, first + pl.len(), dtype=pl.Int64).alias("source_row")
            yield plain.select(number, pl.all())
            first += frame.height

    def _texts(self, rows: int) -> Iterator[pl.DataFrame]:
        if isinstance(self.source, pl.LazyFrame):
            yield from _slices(self.path, self.source, rows)
            return
        records = iter(self.source)
        while some := list(islice(records, min(rows, _RECORDS_AT_A_TIME))):
            yield pl.DataFrame(
                {
                    f"c{index}": pl.Series([_cell(record.get(name)) for record in some], dtype=pl.String)
                    for index, name in enumerate(self.names)
                }
            )


def read_json(path: Path, content: bytes) -> Records:
    """Read a list of records, an object that holds one ("records", "data", "result"), or one record a line."""
    try:
        parsed = _parsed(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise FileRefusedError(_invalid(path, str(fault))) from fault
    records = [parsed] if isinstance(parsed, dict) and path.suffix in _IN_LINES else _records(parsed)
    if not records:
        message = _("{file} holds no list of records. Give a list of objects, one for each row.")
        raise FileRefusedError(message.format(file=path.name))
    return Records(_names(records), records)


def read_json_lines(path: Path) -> Records:
    """Read one record a line, without holding them."""
    lines = _Lines(path)
    return Records(_names(lines), lines)


def has_records_in_lines(start: bytes) -> bool:
    """Say whether the beginning of a file shows one record a line."""
    lines = [line.strip() for line in start.lstrip(b"\xef\xbb\xbf").split(b"\n")]
    whole = [line for line in lines[:-1] if line]
    return bool(whole) and all(line.startswith(b"{") and line.endswith(b"}") for line in whole[:20])


def read_parquet(path: Path) -> Records:
    """Open a Parquet file; dates become year-month-day, cells of several values JSON."""
    try:
        table = pl.scan_parquet(path)
        names = tuple(table.collect_schema().names())
    except _DAMAGE as fault:
        raise FileRefusedError(_damaged(path)) from fault
    return Records(names, table, path)


def _slices(path: Path, table: pl.LazyFrame, rows: int) -> Iterator[pl.DataFrame]:
    try:
        height = table.select(pl.len()).collect().item()
        for start in range(0, height, rows):
            yield table.slice(start, rows).select(_as_text(table)).collect()
    except _DAMAGE as fault:
        raise FileRefusedError(_damaged(path)) from fault


def _as_text(table: pl.LazyFrame) -> list[pl.Expr]:
    return [_written(name, kind) for name, kind in table.collect_schema().items()]


def _written(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind.is_nested():
        return pl.when(column.is_not_null()).then(pl.struct(name).struct.json_encode()).alias(name)
    if kind == pl.Binary():
        return column.bin.encode("hex")
    if isinstance(kind, pl.Duration):
        return (column.dt.total_microseconds() / 3_600_000_000).cast(pl.String)
    return column.cast(pl.String)


def _damaged(path: Path) -> str:
    return _("{file} is damaged and cannot be read as Parquet. Write it again.").format(file=path.name)


def _invalid(path: Path, fault: str) -> str:
    message = _("{file} is not valid JSON: {fault}. Export it again, or save it as CSV.")
    return message.format(file=path.name, fault=fault)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The records of a file with one record a line."""

    path: Path

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if text := line.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").strip():
                    yield self._record(number, text)

    def _record(self, number: int, text: bytes) -> dict[str, Any]:
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as fault:
            message = _("line {line}: {fault}").format(line=number, fault=fault)
            raise FileRefusedError(_invalid(self.path, message)) from fault
        if isinstance(record, dict):
            return record
        message = _("line {line} holds no record").format(line=number)
        raise FileRefusedError(_invalid(self.path, message))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and lines[0].lstrip().startswith("{") and lines[0].rstrip().endswith("}"):
            return [json.loads(line) for line in lines]
        raise


def _records(parsed: Any) -> list[dict[str, Any]]:
    if isinstance(parsed, list):
        return (
            [record for record in parsed if isinstance(record, dict)]
            if all(isinstance(one, dict) for one in parsed)
            else []
        )
    if isinstance(parsed, dict):
        for name in ("records", "data", "rows", "items", "result", "results"):
            if found := _records(parsed.get(name)):
                return found
    return []


def _names(records: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for record in records:
        if record.keys() - names.keys():
            names |= dict.fromkeys(record)
    return tuple(names)


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _unicode(text) or None


def _unicode(text: str) -> str:
    """Put a sign in the place of halves of characters, which JSON can write but no table can hold."""
    return text.encode("utf-8", "replace").decode()
