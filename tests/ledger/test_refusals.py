"""Files that cannot be read as a table: each is refused in words that say what it is and what to do."""

import io
import struct
import zipfile
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from saleve.ledger.intake import formats
from saleve.ledger.intake.checking import check_file
from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.reading import read_file

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def _packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


def _workbook() -> bytes:
    buffer = io.BytesIO()
    book = Workbook()
    book.active.append(("Site", "kWh"))
    book.active.append(("Tower", 5))
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "empty.csv is empty."),
        ("blank.csv", b"\xef\xbb\xbf \r\n\n", "blank.csv is empty."),
        ("locked.xlsx", OLE + b"\x00" * 512 + "EncryptedPackage".encode("utf-16-le"), "protected by a password. Open it, remove the password"),
        ("old.doc", OLE + b"\x00" * 512 + "WordDocument".encode("utf-16-le"), "an old office document without sheets"),
        ("cut.xlsx", _workbook()[:-200], "is damaged: it cannot be unpacked. Open it in a spreadsheet, save it again"),
        ("hollow.xlsx", _packed("xl/workbook.xml"), "is damaged and cannot be read as a workbook"),
        ("letter.xlsx", _packed("word/document.xml"), "is a text document, not a table"),
        ("folder.zip", _packed("a.csv"), "is a packed folder, not a table"),
        ("paper.csv", b"%PDF-1.7 ...", "is a PDF document, not a table"),
        ("hourly.csv.gz", b"\x1f\x8b\x08\x00abc", r"is a packed file (gzip), not a table"),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n", "is a picture, not a table"),
        ("export.xls", b"<html><table><tr><td>Site</td></tr></table>", "is a web page or XML, whatever its name says"),
        ("bad.json", b'{"records": [', "is not valid JSON"),
        ("single.json", b'{"a": 1}', "holds no list of records"),
        ("bad.parquet", b"PAR1 nothing PAR1", "cannot be read as Parquet"),
        ("broken.xls", OLE + b"\x00" * 600 + "Workbook".encode("utf-16-le"), "is damaged and cannot be read as a workbook"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefusedError) as refusal:
        read_file(tmp_path / name)
    assert message in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


def test_a_workbook_that_grows_beyond_the_limit_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large.xlsx").write_bytes(_workbook())
    monkeypatch.setattr(formats, "LARGEST_WORKBOOK_BYTES", 1024)
    with pytest.raises(FileRefusedError, match="Save each sheet as CSV and load that"):
        read_file(tmp_path / "large.xlsx")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="There is no file"):
        read_file(tmp_path / "nowhere.csv")
    with pytest.raises(FileRefusedError, match="is a folder"):
        read_file(tmp_path)


def test_an_unknown_sheet_is_refused_with_the_sheets_there_are(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(_workbook())
    with pytest.raises(FileRefusedError, match=r"has no sheet '2024'. It has: Sheet"):
        read_file(tmp_path / "book.xlsx", sheet="2024")


def test_an_unknown_category_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        FileRefusedError, match=r"no source category 'trains'. There are: air_travel, .*electricity"
    ):
        check_file(tmp_path / "any.csv", category="trains")


def test_every_cut_of_a_workbook_is_refused_or_read_but_never_crashes(tmp_path: Path) -> None:
    whole, path = _workbook(), tmp_path / "cut.xlsx"
    for end in range(4, len(whole), 97):
        path.write_bytes(whole[:end] + struct.pack("<Q", end))
        with pytest.raises(FileRefusedError):
            read_file(path)


def test_a_parquet_page_that_contradicts_its_file_is_damage_and_no_panic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.parquet"
    pl.DataFrame({"origin": ["GVA"] * 3}).write_parquet(path)

    def panics(*_arguments: object) -> None:
        raise pl.exceptions.PanicException("assertion failed")

    monkeypatch.setattr(pl.LazyFrame, "slice", panics)
    with pytest.raises(FileRefusedError, match="damaged and cannot be read as Parquet"):
        read_file(path)


@pytest.mark.parametrize("text", ['{"a": ' + "9" * 5000 + "}\n" + '{"a": 1}', "[" * 100_000])
def test_json_that_no_reader_takes_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "file.json").write_text(text, "utf-8")
    with pytest.raises(FileRefusedError, match="not valid JSON"):
        read_file(tmp_path / "file.json")
