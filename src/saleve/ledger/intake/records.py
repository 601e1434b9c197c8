"""JSON records and Parquet as text cells; their rows are counted from 1, since they have no header row."""

import io
import json
from pathlib import Path
from typing import Any

import polars as pl

from saleve.language import _
from saleve.ledger.intake.errors import FileRefusedError


def read_json(path: Path, content: bytes) -> pl.DataFrame:
    """Read a list of records, an object that holds one ("records", "data", "result"), or one record a line."""
    try:
        text = content.decode("utf-8-sig")
        records = _records(_parsed(text))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as fault:
        message = _("{file} is not valid JSON: {fault}. Export it again, or save it as CSV.")
        raise FileRefusedError(message.format(file=path.name, fault=fault)) from fault
    if not records:
        message = _("{file} holds no list of records. Give a list of objects, one for each row.")
        raise FileRefusedError(message.format(file=path.name))
    names = list(dict.fromkeys(name for record in records for name in record))
    columns = {
        name: pl.Series([_cell(record.get(name)) for record in records], dtype=pl.String) for name in names
    }
    return _numbered(pl.DataFrame(columns))


def read_parquet(path: Path, content: bytes) -> pl.DataFrame:
    """Read a Parquet file; dates become year-month-day."""
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as fault:
        message = _("{file} is damaged and cannot be read as Parquet. Write it again.")
        raise FileRefusedError(message.format(file=path.name)) from fault
    plain = [name for name, kind in frame.schema.items() if not kind.is_nested()]
    return _numbered(frame.select(plain).cast(pl.String))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
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


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value, ensure_ascii=False)


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    texts = frame.rename({name: f"c{index}" for index, name in enumerate(frame.columns)})
    header = pl.DataFrame({f"c{index}": [name] for index, name in enumerate(frame.columns)})
    whole = pl.concat([header, texts])
    return whole.select(pl.int_range(0, pl.len(), dtype=pl.Int64).alias("source_row"), pl.all())
