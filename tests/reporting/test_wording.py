"""What the report says of few, odd or missing data: nothing false, nothing that contradicts itself."""

from dataclasses import replace

import docx
import openpyxl
import polars as pl
import pytest
from builders import HEADER, cell, facts_of, flights, full_inventory, inventory
from reading import plain, read_html, read_pdf

from saleve.method.planning.target_path import Target
from saleve.reporting.annual_report import FORMATS, write_report
from saleve.reporting.facts import gather
from saleve.reporting.records import Facts


def text_of(facts: Facts, folder) -> str:
    """Return the body of the report as text, without its annex."""
    (path,) = write_report(facts, ["html"], folder)
    return plain(" ".join(read_html(path).text)).partition("Annex: all figures by name")[0]


def test_the_summary_says_what_is_not_complete(report):
    text = plain(" ".join(read_html(report["html"]).text))

    assert "The figures are not complete. Data that are missing or there only in part:" in text
    assert "Electricity (Addis Ababa); Refrigerants (Addis Ababa)." in text


def test_a_missing_base_year_prints_no_percentage_of_change(tmp_path):
    text = text_of(facts_of(inventory([cell(2025, "electricity", 3)])), tmp_path)

    assert "cannot be said: the emissions of 2010 are not known" in text
    assert "Change of total emissions from 2010 to 2025 not available" in text
    assert "path to the target" not in text
    assert " above " not in text.replace("(above it is positive)", "").replace("Emitted above the path", "")


def test_one_year_says_nothing_of_a_trend(tmp_path):
    text = text_of(facts_of(inventory([cell(2025, "electricity", 3)])), tmp_path)

    assert "so that nothing is said about a trend" in text
    assert "less than in" not in text
    assert "more than in" not in text


def test_no_air_travel_is_said(tmp_path):
    text = text_of(facts_of(inventory([cell(2025, "electricity", 3)])), tmp_path)

    assert "The inventory of 2025 holds no air travel." in text
    assert "Flights are computed" not in text


def test_no_facilities_are_said(tmp_path):
    text = text_of(facts_of(inventory(list(flights(2025, 100)))), tmp_path)

    assert "holds no energy or refrigerants of facilities" in text
    assert "All emissions of this inventory come from one source: air travel." in text


def test_no_target_is_said(tmp_path):
    facts = gather(inventory(list(flights(2025, 100))), None, [], HEADER, 2025)

    text = text_of(facts, tmp_path)

    assert "No target is set" in text
    assert "base year" not in text


def test_nothing_computed_is_not_a_total_of_zero(tmp_path):
    text = text_of(facts_of(inventory([cell(2025, "fuels", None)])), tmp_path)

    assert "No emission could be computed for 2025." in text
    assert "0 t CO₂e" not in text


def test_flights_computed_elsewhere_are_not_said_to_be_computed_here(tmp_path):
    taken = cell(2025, "air_travel", 3, quality="supplied", factor_id=None, accounting_basis="as reported", method="ICAO v9")  # fmt: skip

    text = text_of(facts_of(inventory([taken])), tmp_path)

    assert "Flights are computed" not in text
    assert "As computed elsewhere: ICAO v9" in text
    assert "what they rest on is not known here" in text


def test_an_abbreviation_keeps_its_capitals_within_a_sentence(tmp_path):
    cells = [
        cell(2025, "air_travel", 3, category="PIFSCairtravel"),
        cell(2025, "air_travel", 1, category="fellow"),
    ]

    text = text_of(facts_of(inventory(cells)), tmp_path)

    assert "The largest category was PIFSCairtravel with" in text


def test_what_no_year_knows_has_no_column_and_no_line(tmp_path):
    facts = facts_of(inventory([cell(2024, "air_travel", 3), cell(2025, "air_travel", 4)]))

    assert facts.tables["by_year"].headings == ("Year", "Total", "of which air travel")
    names = [row.cells[0].fact.id for row in facts.tables["key_figures"].rows]
    assert "2025.per_m2" not in names
    assert not [name for name in names if ".target." in name]


def test_sites_of_which_the_same_is_said_share_a_line(tmp_path):
    gaps = [
        {"year": 2025, "source": "electricity", "site": f"b{number}", "state": "missing", "note": "No data."}
        for number in range(25)
    ]
    facts = facts_of(inventory([cell(2025, "electricity", 3)], completeness=pl.DataFrame(gaps)))

    (row,) = facts.tables["gaps"].rows
    assert row.cells[0].startswith("25 sites: b0, b1, b10")


def test_one_source_is_not_said_to_have_moved_most(tmp_path):
    text = text_of(facts_of(inventory([cell(2024, "fuels", 10), cell(2025, "fuels", 12)])), tmp_path)

    assert "rose most" not in text


def test_electricity_without_contracts_is_one_figure(tmp_path):
    both = [cell(2025, "electricity", 3, electricity_basis=basis) for basis in ("location", "market")]

    text = text_of(facts_of(inventory(both)), tmp_path)

    assert "No contract or certificate changes the figure of electricity" in text


@pytest.mark.parametrize(("now", "word"), [(12, "more"), (8, "less")])
def test_rise_and_fall_have_their_words(tmp_path, now, word):
    facts = facts_of(inventory([cell(2024, "fuels", 10), cell(2025, "fuels", now)]))

    assert f"That is 20.0% {word} than in 2024." in text_of(facts, tmp_path)


def test_emissions_below_the_path_are_said_to_be_below(tmp_path):
    cells = [cell(2010, "fuels", 100), cell(2025, "fuels", 40)]

    text = text_of(facts_of(inventory(cells)), tmp_path)

    assert "below the path" in text
    assert "already meets what the target allows" in text
    assert "above" not in text.replace("(above it is positive)", "").replace("Emitted above the path", "")


def test_years_without_an_inventory_are_named(tmp_path):
    text = text_of(
        facts_of(inventory([cell(2010, "fuels", 100), cell(2012, "fuels", 90), cell(2025, "fuels", 80)])),
        tmp_path,
    )

    assert "There is no inventory for 2011, 2013, 2014" in text


def test_the_report_of_the_base_year_itself_compares_nothing(tmp_path):
    facts = facts_of(full_inventory(), year=2010)

    text = text_of(facts, tmp_path)

    assert "That is" not in text
    assert "since 2010 is" not in text


NASTY = [
    "<script>alert(1)</script>",
    "a|b",
    "=cmd|' /C calc'!A0",
    "[x](javascript:1) *y* `z` {#t}",
    'say "hi" & \\ %',
    "#1 $x$ @a",
]


@pytest.fixture(scope="session")
def nasty(tmp_path_factory):
    """Return the files of a report whose names try to be something else, and those names."""
    cells = [cell(2025, "electricity", 10 + index, site=name, unit=name) for index, name in enumerate(NASTY)]
    header = replace(
        HEADER, organisation=NASTY[0], document_number=NASTY[2], references=tuple(NASTY), note=NASTY[4]
    )
    files = write_report(facts_of(inventory(cells), header=header), FORMATS, tmp_path_factory.mktemp("nasty"))
    return {path.suffix[1:]: path for path in files}


def test_names_are_printed_as_they_are_in_the_page(nasty):
    page = read_html(nasty["html"])

    assert not [tag for tag, _attributes in page.tags if tag == "script"]
    assert not [a for tag, a in page.tags if tag == "a" and not str(a["href"]).startswith("#")]
    assert all(plain(name) in plain(" ".join(page.text)) for name in NASTY)


def test_names_are_printed_as_they_are_in_word_and_pdf(nasty):
    document = docx.Document(str(nasty["docx"]))
    word = plain(" ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells))
    pdf = read_pdf(nasty["pdf"])

    for name in NASTY:
        assert plain(name) in word
        assert "".join(name.split()) in pdf


def test_names_are_text_in_the_workbook(nasty):
    book = openpyxl.load_workbook(nasty["xlsx"])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value in NASTY]

    assert {cell.value for cell in cells} == set(NASTY)
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def test_the_page_reaches_for_nothing_outside(report):
    page = read_html(report["html"])
    loading = {"script", "link", "img", "iframe", "object"}

    assert not [tag for tag, _attributes in page.tags if tag in loading]
    assert [a["lang"] for tag, a in page.tags if tag == "html"] == ["en"]


def test_an_own_word_template_is_used(facts, report, tmp_path):
    own = tmp_path / "own.docx"
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Our own paper"
    document.save(str(own))

    (path,) = write_report(facts, ["docx"], tmp_path, reference_docx=own)

    assert docx.Document(str(path)).sections[0].header.paragraphs[0].text == "Our own paper"


def test_the_target_is_named_even_when_the_year_lies_after_it(tmp_path):
    found = inventory([cell(2025, "fuels", 10)])
    target = Target(2010, 2024, 45.0, 100_000.0)

    text = text_of(gather(found, target, [], HEADER, 2025), tmp_path)

    assert "The distance of 2025 to the path cannot be given" in text
