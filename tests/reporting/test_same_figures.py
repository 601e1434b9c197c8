"""Word, page, PDF and workbook of one report print the same figures."""

import re

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn
from reading import plain, read_docx, read_html, read_pdf, read_xlsx

from saleve.reporting.formatting import amount, printed_part


@pytest.fixture(scope="session")
def annex(facts):
    """Return what the annex prints for each figure."""
    return {fact.id: plain(printed_part(fact)) for fact in facts}


def test_the_page_prints_every_figure_as_the_annex_does(report, facts, annex):
    page = read_html(report["html"])

    known = {fact.id for fact in facts if fact.value is not None}
    assert {name for name in known if annex[name] not in page.figures[name]} == set()
    assert {annex[fact.id] for fact in facts if fact.value is None} <= {"not available"}


def test_the_page_holds_each_value_in_full_precision(report, facts):
    page = read_html(report["html"])

    for fact in facts:
        assert page.values[fact.id] == ({repr(fact.value)} if fact.value is not None else set())


def test_word_and_page_print_the_same_texts_for_each_figure(report):
    page, word = read_html(report["html"]), read_docx(report["docx"])

    assert dict(word) == {name: page.figures.get(name) or {"not available"} for name in word}


def test_word_has_every_figure_of_the_annex(report, annex):
    word = read_docx(report["docx"])

    assert set(word) == set(annex)
    assert all(text in word[name] for name, text in annex.items())


def test_the_pdf_prints_every_figure_beside_its_name(report, facts, annex):
    text = read_pdf(report["pdf"])

    for fact in facts:
        words = fact.label if fact.value is not None else f"{fact.label}. {fact.reason}"
        line = re.sub(r"\s", "", f"{fact.id}{words}{annex[fact.id]}")
        assert line in text


def test_every_figure_in_the_pdf_is_a_link_into_the_document_as_on_the_page(report):
    pages = pypdf.PdfReader(report["pdf"]).pages
    links = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    figures = [a for tag, a in read_html(report["html"]).tags if tag == "a" and a.get("class") == "figure"]

    assert all("/Dest" in link for link in links)
    assert len(links) >= len(figures)  # a link over a line's end counts twice


def test_the_workbook_holds_the_same_numbers(report, facts, annex):
    cells = read_xlsx(report["xlsx"])

    assert set(cells) == set(annex)
    for fact in facts:
        held = cells[fact.id].value
        if fact.value is None:
            assert held == "not available"
        else:
            factor = 100 if fact.unit.startswith("percent") else 1
            assert held * factor == pytest.approx(fact.value)
            assert plain(amount(held * factor, fact.decimals, fact.unit)) == annex[fact.id]


def test_the_workbook_has_a_sheet_for_each_table_without_formulas(report, facts):
    book = openpyxl.load_workbook(report["xlsx"])

    assert len(book.sheetnames) == len(facts.tables) + 1  # key figures are the summary; all figures come last
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_word_repeats_the_heads_of_tables_and_numbers_by_itself(report):
    document = docx.Document(str(report["docx"]))
    heads = [table.rows[0]._tr.find(f"./{qn('w:trPr')}/{qn('w:tblHeader')}") for table in document.tables[1:]]
    styles = {paragraph.style.name for paragraph in document.paragraphs}

    assert all(head is not None for head in heads)
    assert {"Heading 1", "Numbered Paragraph", "Table Caption", "Chart Title", "Box"} <= styles
    assert "C26/35-E" in document.sections[0].header.paragraphs[0].text


def test_the_pdf_is_tagged_and_uses_packaged_fonts_only(report):
    reader = pypdf.PdfReader(report["pdf"])
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }

    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert all("NotoSans" in font for font in fonts)
