"""What holds for every file: no row is lost, and the fast ways of reading say the same as the careful ones."""

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleve.ledger.intake import decoding
from saleve.ledger.intake.checking import check_file
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.parsing.dates import date_cells, date_evidence, parse_dates, read_date
from saleve.ledger.intake.parsing.numbers import parse_numbers, read_number
from saleve.ledger.intake.reading import read_file
from saleve.ledger.intake.text_files import open_text

LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELL = st.one_of(
    st.sampled_from(["Chile", "", "5/51/23", "1/31/2013", "05/06/2013", "USS 2.100,00", "2.587", "-", "No aplica", "#N/A", "x\ny", 'a "b"', "=1"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8),
    st.dates().map(str),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(str),
)  # fmt: skip
ROWS = st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=12)


def _written(rows: list[tuple[str, ...]], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("Destino", "Departure", "Nights", "Fare"), *rows])
    return buffer.getvalue()


@LAW
@given(rows=ROWS, delimiter=st.sampled_from([",", ";", "\t"]))
def test_rows_are_accepted_repaired_or_rejected(
    tmp_path: Path, trips: Any, rows: list[tuple[str, ...]], delimiter: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_text(_written(rows, delimiter), "utf-8", newline="")
    checked = check_file(path, category=trips)
    assert checked.rows == checked.accepted + checked.repaired + checked.rejected
    assert checked.table.height + checked.rejected_rows.height == checked.rows
    given_rows = sum(any(cell.strip() for cell in row) for row in rows)
    totals = checked.problems.filter(pl.col("code") == "total-line").height
    assert checked.rows + totals == given_rows


@LAW
@given(rows=ROWS)
def test_no_row_is_in_two_states_and_each_rejected_row_has_a_reason(
    check_text: Callable[..., Any], rows: list[tuple[str, ...]]
) -> None:
    checked = check_text(_written(rows))
    kept, refused = set(checked.table["source_row"]), set(checked.rejected_rows["source_row"])
    errors = set(checked.problems.filter(pl.col("severity") == "error")["row"])
    assert not kept & refused
    assert refused == errors


@LAW
@given(rows=ROWS, junk=st.binary(max_size=40))
def test_any_bytes_are_read_or_refused_never_a_crash(
    tmp_path: Path, rows: list[tuple[str, ...]], junk: bytes
) -> None:
    path = tmp_path / "file.csv"
    text = _written(rows).encode()
    path.write_bytes(text[: len(text) // 2] + junk + text[len(text) // 2 :])
    with suppress(FileRefusedError):
        assert all(sheet.frame["source_row"].is_unique().all() for sheet in read_file(path))


@LAW
@given(rows=ROWS)
def test_the_fast_reader_of_text_agrees_with_the_csv_module(rows: list[tuple[str, ...]]) -> None:
    text = _written([tuple(cell.replace("\r", " ") for cell in row) for row in rows])
    (part,) = open_text(Path("file.csv"), text.encode(), Findings()).parts(100)
    expected = [
        tuple(cell or None for cell in record) for record in csv.reader(io.StringIO(text, newline=""))
    ]
    assert part.frame.drop("source_row").rows() == expected


LABELS = ["", "CHF ", "USS ", "$", "€ ", "MXP ", "kWh"]
BODIES = [
    "1,234.50",
    "2.100,00",
    "1'234.5",
    "1 234,50",
    "12.50",
    "0,5",
    "-3.25",
    "1,23,456.75",
    "1.234,567",
    "1,2345.60",
]


@LAW
@given(
    parts=st.lists(
        st.tuples(st.sampled_from(LABELS), st.sampled_from(BODIES), st.sampled_from(LABELS)),
        min_size=1,
        max_size=8,
    )
)
def test_numbers_read_together_are_those_read_one_by_one(parts: list[tuple[str, str, str]]) -> None:
    cells = [f"{before}{body} {after}".strip() for before, body, after in parts]
    together = parse_numbers(pl.Series(cells)).table
    for cell, text, currency, renamed in together.select("cell", "text", "currency", "renamed").rows():
        token = read_number(cell)
        if token.other is None:
            assert (text, currency, renamed) == (token.text, token.currency, token.renamed)


@LAW
@given(day=st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_is_the_same_in_every_notation(day: Any) -> None:
    notations = [
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day.day}. {day:%B} {day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%Y/%m/%d} 10:30",
    ]
    for text in notations:
        cells = date_cells(pl.Series([text]))
        assert parse_dates(cells, year=None, evidence=date_evidence(cells)).table["date"].to_list() == [day]


@LAW
@given(text=st.text(max_size=20))
def test_reading_a_cell_never_fails(text: str) -> None:
    assert read_number(text) == read_number(text)
    assert read_date(text).fault in {None, "date-unreadable", "date-impossible"}


@pytest.mark.parametrize("size", [2.0, 0.5])
def test_typed_numbers_keep_their_point(size: float) -> None:
    cells = pl.Series(["2.587", "12,5", str(size)])
    assert (
        parse_numbers(cells, typed=True).table["text"].to_list()[0] == "2.587"
        or parse_numbers(cells, typed=True).table["fault"][0]
    )


SIGNS = st.sampled_from(
    ["a", "b", '"', '"', '""', ",", ",", "\n", "\n", "\r\n", "\r", " ", "é", ";", '"x\ny"', "\n\n"]
)


@LAW
@given(signs=st.lists(SIGNS, min_size=1, max_size=40), size=st.integers(1, 20))
def test_wherever_blocks_end_the_records_are_those_of_the_csv_module(signs: list[str], size: int) -> None:
    content = ("h,i\n" + "".join(signs)).encode()
    table = open_text(Path("file.csv"), content, Findings())
    (whole,) = table.parts(1000)
    quoting = csv.QUOTE_MINIMAL if table.quoted else csv.QUOTE_NONE
    text = io.StringIO(content.decode(), newline="")
    records = list(csv.reader(text, delimiter=table.delimiter, quoting=quoting))
    assert whole.frame.height == len(records)
    assert [_joined(row[1:]) for row in whole.frame.rows()] == [_joined(record) for record in records]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "BLOCK_BYTES", size)
        (cut,) = table.parts(1000)
    assert cut.frame.equals(whole.frame)


def _joined(cells: Any) -> str:
    """Return the text of a row, whatever cells too many were put into the last one."""
    return "".join(cell or "" for cell in cells).replace(",", "").replace(";", "").strip()
