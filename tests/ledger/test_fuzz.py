"""Five thousand damaged files: none crashes the reader, none hangs it, and no row of a text is lost without a word."""

import csv
import io
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from mutations import mutated, zipped

from saleve.ledger.intake.checking import check_file
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.formats import recognised
from saleve.ledger.intake.reading import read_file
from saleve.ledger.intake.text_files import open_text
from saleve.method.activity.categories import CATEGORIES as CATEGORIES_BY_NAME
from saleve.method.activity.normalising import Context

FILES = 5_000
BATCHES = 10
SECONDS = 10
SEED_BYTES = 4_000
CATEGORIES = ("air_travel", "electricity", "headcount", "fuels", "reported_emissions")
HAND_MADE = [
    'Destination,Departure,Fare,Class\nNairobi,31/01/2024,"1\'234.50",Y\n"Paris\nOrly",02/02/2024,CHF 12.-,C\nTotal,,1246.5,\n',
    "Site;Period start;Period end;Consumption (kWh)\nTower;01.01.2024;31.01.2024;1.234,5\nHall;01.02.2024;29.02.2024;99,5\n;;;1334\n",
    "Город,Год,Численность\nМосква,2024,12\nКазань,2024,3\n",
    "出发地,目的地,出发日期\n日内瓦,内罗毕,2024年3月1日\n",
    '[{"origin": "GVA", "destination": "NBO", "year": 2024, "passengers": 1.5, "round_trip": true}, {"origin": "GVA", "tags": [1, {"a": null}]}]',
    '{"origin": "GVA", "destination": "NBO", "year": 2024}\n{"origin": "NBO", "destination": "GVA", "year": 2024}\n',
]


@contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """Raise TimeoutError where the body takes longer."""

    def bark(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_watchdog_barks() -> None:
    with pytest.raises(TimeoutError), watchdog(0.05):
        time.sleep(5)


def _workbook() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet, dated = book.add_worksheet("Trips"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["Destination", "Departure", "Fare (CHF)", "Host paid"])
        for row in range(1, 6):
            sheet.write_row(row, 0, ["Nairobi", None, 100.5 * row, row % 2 == 0])
            sheet.write_number(row, 1, 45_000 + row, dated)
        sheet.merge_range("A7:A8", "Paris")
        sheet.write_formula(6, 2, "=1/0", None, "#DIV/0!")
        sheet.set_row(3, None, None, {"hidden": True})
        book.add_worksheet("Notes").write(0, 0, "nothing here")
    return buffer.getvalue()


def _open_document() -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = [("Site", "Year", "Persons"), ("Tower", "2024", "12"), ("Hall", "2024", "3")]
    body = "".join(
        f"<table:table-row>{''.join(cell.format(one) for one in row)}</table:table-row>" for row in rows
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body><office:spreadsheet>'
               f'<table:table table:name="People">{body}</table:table></office:spreadsheet></office:body></office:document-content>')  # fmt: skip
    return zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()}
    )


def _parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame(
        {"origin": ["GVA"] * 9, "destination": ["NBO"] * 9, "year": range(2016, 2025), "tags": [[1]] * 9}
    ).write_parquet(buffer)
    return buffer.getvalue()


def _seeds() -> list[tuple[str, bytes]]:
    made = [(".json" if text[0] in "[{" else ".csv", text.encode()) for text in HAND_MADE]
    made += [(".xlsx", _workbook()), (".ods", _open_document()), (".parquet", _parquet())]
    made.append(
        (".xls", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "Workbook".encode("utf-16-le") * 40)
    )
    folder = Path(__file__).parents[3] / "shared/data/real"
    folder = folder if folder.is_dir() else Path("/nowhere")
    for path in sorted(folder.glob("*/*")):
        if path.suffix == ".xlsx":
            made.append((path.suffix, path.read_bytes()))
        elif path.suffix in {".csv", ".dat", ".json"}:
            made.append((path.suffix, _cut(path.read_bytes(), path.suffix)))
    return made


def _cut(content: bytes, ending: str) -> bytes:
    if ending == ".json" or len(content) <= SEED_BYTES:
        return content[: 40 * SEED_BYTES]
    return (
        content[: content.rindex(b"\n", 0, SEED_BYTES) + 1]
        if b"\n" in content[:SEED_BYTES]
        else content[:SEED_BYTES]
    )


SEEDS = _seeds()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_damaged_files_are_read_without_loss_or_refused_in_words(tmp_path: Path, batch: int) -> None:
    faults = []
    for number in range(batch, FILES, BATCHES):
        ending, content = mutated(SEEDS, number)
        path = tmp_path / f"file{ending}"
        path.write_bytes(content)
        if fault := _fault(path, content, number):
            faults.append(f"file {number}: {fault}")
    assert not faults, "\n".join(faults)


def _fault(path: Path, content: bytes, number: int) -> str | None:
    """Return what went wrong with a file, if anything."""
    try:
        with watchdog(SECONDS):
            _examine(path, content, CATEGORIES[number % len(CATEGORIES)])
    except FileRefusedError as refusal:
        return None if str(refusal).strip() else "refused without a word"
    except BaseException as fault:  # noqa: BLE001 - a panic of a library is no Exception
        return f"{type(fault).__name__}: {fault}"[:300]
    return None


def _examine(path: Path, content: bytes, category: str) -> None:
    sheets = read_file(path)
    if recognised(path, content) == "text":
        lost = (
            _records(path, content, sheets[0].header_row)
            - set(sheets[0].frame["source_row"])
            - set(sheets[0].total_lines)
        )
        assert not lost, f"lost rows {sorted(lost)[:5]}"
    checked = check_file(path, category=category, context=Context(year=2024))
    assert checked.rows == checked.accepted + checked.repaired + checked.rejected
    assert checked.table.height + checked.rejected_rows.height == checked.rows
    _examine_reasons(checked)


def _examine_reasons(checked: Any) -> None:
    errors = checked.problems.filter(pl.col("severity") == "error")
    told = set(errors["row"])
    assert None in told or set(checked.rejected_rows["source_row"]) <= told, (
        "a row is rejected without a reason"
    )


def _records(path: Path, content: bytes, header: int) -> set[int]:
    """Count the records that hold anything with the csv module alone, once the text is known."""
    table = open_text(path, content, Findings())
    text = b"".join(table.text.blocks())[table.skipped :].decode()
    text = text.replace("\r", "\n") if table.returns_end_lines else text
    csv.field_size_limit(2**31 - 1)
    quoting = csv.QUOTE_MINIMAL if table.quoted else csv.QUOTE_NONE
    records = csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter, quoting=quoting)
    return {
        row for row, record in enumerate(records, 1) if row > header and any(cell.strip() for cell in record)
    }


FILLINGS = ("x", "9", "- ", "/ ", "a,", "(", "a b ", "GVA-", "1.", ", ", "é1")


@pytest.mark.parametrize("category", sorted(CATEGORIES_BY_NAME))
def test_a_huge_cell_in_any_column_of_any_category_holds_nothing_up(tmp_path: Path, category: str) -> None:
    columns = CATEGORIES_BY_NAME[category].CATEGORY.columns
    path = tmp_path / "file.csv"
    for filling in FILLINGS:
        cells = [f"{column.name[0]}{filling * 10_000}" for column in columns]
        path.write_text(
            ",".join(column.name for column in columns) + "\n" + ",".join(f'"{cell}"' for cell in cells),
            "utf-8",
        )
        with watchdog(SECONDS):
            checked = check_file(path, category=category, context=Context(year=2024))
        assert checked.rows == 1
