"""Tables as files: what a spreadsheet would take for a formula stays a text, and long texts are whole."""

import io

import openpyxl
import polars as pl
import pytest
from django.test import RequestFactory

from saleve.ems.web import tables

_FORMULA = '=HYPERLINK("http://evil.example","x")'
_FRAME = pl.DataFrame({"place": [_FORMULA, "Geneva"], "rows": [-1, 2]})


def given(form: str, frame: pl.DataFrame = _FRAME, **more) -> bytes:
    columns = (tables.Column("place", "Place", **more), tables.Column("rows", "Rows", "number", total=True))
    answer = tables.download(
        RequestFactory().get("/", {"t.as": form}), tables.Table("t", "Places", frame, columns)
    )
    assert answer is not None
    return answer.content


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Enum([_FORMULA, "Geneva"])])
def test_a_csv_holds_no_formula_however_the_texts_are_kept(kind):
    text = given("csv", _FRAME.with_columns(pl.col("place").cast(kind))).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("\"'=HYPERLINK")
    assert text.splitlines()[1].endswith(",-1")


def test_a_workbook_holds_the_text_and_no_formula():
    cell = openpyxl.load_workbook(io.BytesIO(given("xlsx"))).active["A2"]
    assert (cell.data_type, cell.value) == ("s", _FORMULA)


def test_parquet_holds_the_values_as_they_are():
    assert pl.read_parquet(given("parquet")).equals(_FRAME)


def test_a_text_that_is_cut_on_the_page_is_whole_in_the_file_and_found_by_its_end():
    frame = pl.DataFrame({"place": ["A very long name of a publication", "Short"], "rows": [1, 2]})
    columns = (tables.Column("place", "Place", signs=12), tables.Column("rows", "Rows", "number"))
    table = tables.Table("t", "Places", frame, columns)
    page = tables.page(RequestFactory().get("/", {"t.find": "publication"}), table)
    assert [row[0].text for row in page.rows] == ["A very long…"]
    assert b"A very long name of a publication" in given("csv", frame, signs=12)
