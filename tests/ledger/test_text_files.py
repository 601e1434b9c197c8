"""Text files: encodings, separators, quotation marks; no line is lost on the way."""

import codecs
import csv
import io
from pathlib import Path

import pytest

from saleve.ledger.intake.errors import FileRefusedError
from saleve.ledger.intake.findings import Findings
from saleve.ledger.intake.parsing.dates import read_date
from saleve.ledger.intake.parsing.numbers import read_number
from saleve.ledger.intake.reading import Sheet, read_file
from saleve.ledger.intake.text_files import find_delimiter, open_text

HEADER = "Ort;Einwohner;Anmerkung\n"
WESTERN = HEADER + "Zürich;400;größer\nGenève;200;l’été – café\n"
RUSSIAN = (
    "Город,Население,Примечание\nМосква,12000,столица и крупнейший город страны\nКазань,1300,город на Волге\n"
)
ARABIC = "المدينة,عدد السكان,ملاحظة\nالقاهرة,10000,عاصمة مصر وأكبر مدنها\nبيروت,2000,عاصمة لبنان\n"
CHINESE = "城市,人口,备注\n北京,21000,中华人民共和国的首都\n上海,24000,最大的城市\n"


def _sheet(tmp_path: Path, content: bytes | str, name: str = "file.csv") -> Sheet:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path)[0]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(WESTERN, "cp1252"), (WESTERN, "utf-8-sig"), (WESTERN, "utf-16"), (WESTERN, "utf-16-le"), (RUSSIAN, "cp1251"), (RUSSIAN, "utf-8"),
     (ARABIC, "cp1256"), (CHINESE, "gb18030"), (WESTERN, "utf-32")],
)  # fmt: skip
def test_encodings_are_told_apart(tmp_path: Path, text: str, encoding: str) -> None:
    sheet = _sheet(tmp_path, text.encode(encoding))
    expected = [line.split(";" if ";" in text else ",") for line in text.splitlines()]
    assert list(sheet.headers) == expected[0]
    assert [list(row) for row in sheet.frame.drop("source_row").rows()] == expected[1:]


def test_accents_far_down_in_a_western_file_are_seen(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "a,b\n" + "1,x\n" * 100_000 + "2,é\n", "deep.csv")
    assert sheet.frame["b"][-1] == "é"
    old = _sheet(tmp_path, ("a,b\n" + "1,x\n" * 100_000 + "2,é\n").encode("cp1252"), "old.csv")
    assert old.frame["b"][-1] == "é"
    assert "encoding-guessed" in set(old.problems["code"])


def test_broken_utf16_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match=r"characters are broken \(utf-16-le\).*save it as CSV UTF-8"):
        _sheet(tmp_path, codecs.BOM_UTF16_LE + WESTERN.encode("utf-16-le") + b"\x00\xd8x\x00" * 40)


def test_a_few_broken_characters_are_counted_and_lose_no_row(tmp_path: Path) -> None:
    whole = ("Ort;Note\n" + "Zürich;größer\n" * 30).encode()
    for damaged in (whole.replace("ö".encode(), b"\xc3", 1), whole + b"Bern;a\x00b\n"):
        sheet = _sheet(tmp_path, damaged)
        assert sheet.frame.height >= 30
        assert sheet.frame["Ort"][0] == "Zürich"
        assert sheet.problems.row(0, named=True)["message"].startswith("1 characters of the file are broken")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="neither text nor a workbook"):
        _sheet(tmp_path, b"\x01\x02\x03abc\x00def" * 50)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found_among_decimal_commas_and_remarks(mark: str) -> None:
    lines = [
        mark.join(("Site", "kWh", "Remark")),
        mark.join(("Tower", '"1,5"', "seen; noted")),
        mark.join(("Hall", '"2,5"', "x")),
    ]
    assert find_delimiter("\n".join(lines)) == mark


def test_the_line_that_states_the_separator_is_no_row(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "sep=;\nSite;kWh\nTower;5\n")
    assert (sheet.header_row, sheet.frame.rows()) == (1, [(2, "Tower", "5")])


def test_rows_keep_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, 'Site,Note\nTower,"two\nlines"\n\n  ,\nHall,x\n')
    assert sheet.frame.rows() == [(2, "Tower", "two\nlines"), (5, "Hall", "x")]


def test_a_row_with_too_many_cells_is_named_and_kept(tmp_path: Path) -> None:
    rows = "".join(f"Hall {number},1\n" for number in range(100))
    sheet = _sheet(tmp_path, "Site,kWh\n" + rows + "Tower, upper,5\n" + rows)
    found = sheet.problems.row(0, named=True)
    assert (found["row"], found["code"], found["severity"]) == (102, "row-too-long", "error")
    assert found["message"] == "The row has 3 cells, the header only 2."
    assert sheet.frame.height == 201


def test_an_unclosed_quotation_mark_swallows_nothing(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, 'Site,Note\nTower,"open\nHall,x\nShed,y\n')
    assert sheet.frame["Site"].to_list() == ["Tower", "Hall", "Shed"]
    assert set(sheet.problems["code"]) == {"quote-unclosed"}


def test_old_mac_line_ends_are_line_ends(tmp_path: Path) -> None:
    assert _sheet(tmp_path, "Site,kWh\rTower,5\rHall,6\r").frame.height == 2


def test_a_long_file_is_read_fast_and_whole() -> None:
    content = ("Site,kWh\n" + "Tower,5\n" * 200_000).encode()
    (part,) = open_text(Path("long.csv"), content, Findings()).parts(300_000)
    assert part.frame.height == 200_001
    assert part.frame["source_row"][-1] == 200_001


def test_a_row_of_thousands_of_cells_among_the_first_is_named_and_holds_nothing_up(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "Site,kWh\nTower,5\n" + "1," * 50_000 + "\nHall,6\n")
    assert sheet.frame["Site"].to_list() == ["Tower", "1", "Hall"]
    assert "row-too-long" in set(sheet.problems["code"])


def test_a_header_of_a_hundred_thousand_signs_holds_nothing_up(tmp_path: Path) -> None:
    assert _sheet(tmp_path, "Site,kWh " + "(" * 100_000 + "\nTower,5\n").frame.height == 1


@pytest.mark.parametrize("filling", ["(", "- ", "1,", "9", "/"])
def test_a_huge_cell_is_no_number_and_no_date_and_is_known_at_once(filling: str) -> None:
    cell = "1" + filling * 50_000
    assert read_number(cell).text is None
    assert read_date(cell).fault == "date-unreadable"


@pytest.mark.parametrize(
    "text",
    ['Site,Note\nTower,5" pipe\nHall,"two\nlines"\nShed,6" pipe\n', 'Site,Note\n"Tower"x,a\nHall,"b" \n', "Site,Note\nTower,a\rHall,b\n"],
)  # fmt: skip
def test_quotation_marks_and_line_ends_in_doubt_are_read_as_the_csv_module_reads_them(
    tmp_path: Path, text: str
) -> None:
    expected = [tuple(record) for record in csv.reader(io.StringIO(text, newline=""))]
    sheet = _sheet(tmp_path, text)
    assert [(sheet.headers), *sheet.frame.drop("source_row").rows()] == expected


def test_zero_bytes_and_an_old_encoding_together_are_read(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, ("Ort;Note\n" + "Zürich;größer\n" * 300).encode("cp1252") + b"Bern;a\x00b\n")
    assert (sheet.frame.height, sheet.frame["Ort"][0], sheet.frame["Note"][-1]) == (301, "Zürich", "a?b")


def test_a_line_of_a_hundred_thousand_blanks_above_the_header_holds_nothing_up(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "Report" + " " * 100_000 + ".\n\nSite,kWh\nTower,5\n")
    assert (sheet.header_row, sheet.frame.rows()) == (3, [(4, "Tower", "5")])
