"""Charts: what they show, in words too; from zero; one colour for one source."""

import xml.etree.ElementTree as ET

import docx
import pytest
from builders import cell, facts_of, full_inventory, inventory
from docx.oxml.ns import qn
from reading import read_html

from saleve.reporting.charts import charts
from saleve.reporting.palette import SOURCES
from saleve.reporting.render.pictures import draw


def test_a_full_report_has_its_charts_in_the_order_of_the_text(facts):
    assert list(charts(facts)) == [
        "total_by_year",
        "by_source",
        "per_person",
        "bridge_previous",
        "bridge_base",
        "air_by_category",
        "air_by_haul",
    ]


def test_every_chart_says_in_words_what_it_shows(facts):
    for chart in charts(facts).values():
        assert chart.alt.startswith(chart.title.partition(". ")[2])
        assert ":" in chart.alt


def test_titles_say_the_finding(facts):
    found = charts(facts)

    assert (
        found["total_by_year"].title
        == "Figure 1. In 2025 emissions were 486\u00a0t\u00a0CO₂e above the path to the target"
    )
    assert found["by_source"].title == "Figure 2. Air travel made up 71% of all emissions"


def test_every_chart_of_page_and_word_has_its_text(report, facts):
    words = {chart.alt for chart in charts(facts).values()}
    pictures = [attributes for tag, attributes in read_html(report["html"]).tags if tag == "svg"]
    document = docx.Document(str(report["docx"]))
    described = {node.get("descr") for node in document.element.iter(qn("wp:docPr"))}

    assert {picture["aria-label"] for picture in pictures} == words
    assert described == words


def test_a_source_has_one_colour_and_no_other_source_has_it():
    assert len(set(SOURCES.values())) == len(SOURCES)


def test_one_year_and_one_source_make_no_chart():
    assert charts(facts_of(inventory([cell(2025, "electricity", 3)]))) == {}


def test_without_a_base_year_there_is_no_path_but_the_change_is_said():
    chart = charts(facts_of(full_inventory(), base_year=2005))["total_by_year"]

    assert "path" not in chart.subtitle
    assert "than the year before" in chart.title


def test_many_sources_end_in_others():
    names = ["electricity", "fuels", "waste", "water", "paper", "hotels", "events", "ict", "commuting"]
    facts = facts_of(inventory([cell(2025, name, 9.0 - index) for index, name in enumerate(names)]))

    assert "2 others" in charts(facts)["by_source"].alt


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_pictures_are_drawn(facts, tmp_path, suffix):
    chart = charts(facts)["by_source"]

    draw({"by_source": chart}, tmp_path)

    content = (tmp_path / f"by_source.{suffix}").read_bytes()
    assert len(content) > 2000
    if suffix == "svg":
        assert ET.fromstring(content).tag.endswith("svg")  # noqa: S314 - our own drawing
