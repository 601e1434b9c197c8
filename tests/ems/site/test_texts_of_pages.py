"""What pages say goes through the catalogues: the tool for translators finds each text, and each is a whole literal sentence."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COLLECTED = runpy.run_path(str(ROOT / "tools/collect_texts.py"))
TEMPLATES = sorted((ROOT / "src/saleve/ems").rglob("*.html"))
_TAG = re.compile(r"""\{% translate (?P<text>"[^"]*"|'[^']*'|[^"'\s]\S*)(?P<values>.*?)%\}""")
_WORDS = re.compile(r">\s*([A-Z][a-z]+ [a-z][^<>{}]*)<")  # a sentence between two tags


def _name(path):
    return path.relative_to(ROOT / "src/saleve/ems/web/templates").as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_text_of_a_template_is_collected_and_literal(path):
    tags = _TAG.findall(path.read_text("utf-8"))
    assert [text[1:-1] for text, _values in tags] == list(COLLECTED["of_template"](path))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_tag_of_translation_is_ours(path):
    source = path.read_text("utf-8")
    assert len(_TAG.findall(source)) == len(re.findall(r"\{%\s*(?:translate|trans|blocktrans\w*)\b", source))
    assert not re.search(r"\{% load [^%]*i18n", source), "its tag translate would hide ours"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_text_is_given_what_stands_in_braces(path):
    for text, values in _TAG.findall(path.read_text("utf-8")):
        wanted, given = set(re.findall(r"\{(\w+)\}", text)), set(re.findall(r"(\w+)=", values))
        assert wanted == given, text


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_no_sentence_stands_in_a_template_without_translation(path):
    if path.name == "components.html":  # shows how parts are written, for those who write pages
        return
    assert _WORDS.findall(path.read_text("utf-8")) == []


def test_texts_of_templates_and_of_code_are_listed_for_translators():
    found = {text for _context, text in COLLECTED["texts_of_pages"]()}
    assert {"Choose your password", "The token is not known, has ended or was withdrawn."} <= found
