"""Rules of the house on words in the code: docstrings, and texts that a translator can find."""

import ast
import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src" / "saleve"
MODULES = sorted(SOURCES.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(SOURCES).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_begins_with_a_sentence(path):
    text = path.read_text("utf-8")
    sentence = ast.get_docstring(ast.parse(text)) or ""
    assert not text.strip() or re.search(r"[.:?]", sentence), "say in one sentence what the module is for"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_text_for_people_is_one_literal_sentence(path):
    faults = [f"line {call.lineno}" for call in _calls(path) if not _is_literal(call)]
    assert faults == [], "give _() one literal text with named placeholders, and .format() outside"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_placeholders_of_texts_have_names(path):
    nameless = [
        f"line {call.lineno}"
        for call in _calls(path)
        if _is_literal(call) and re.search(r"(?<!\{)\{[0-9]*[:}]", call.args[0].value)
    ]
    assert nameless == []


@pytest.mark.parametrize("path", sorted(SOURCES.rglob("*.j2")), ids=name_of)
def test_texts_of_templates_are_literal(path):
    found = re.findall(r"(?<![\w.])_\(\s*(.)", path.read_text("utf-8"))
    assert set(found) <= {'"'}


def test_the_rule_sees_f_strings_variables_and_joined_pieces():
    wrong = ast.parse("_(f'row {n}'); _(text); _('row ' + n); _('row %s' % n); _()")
    assert [_is_literal(node) for node in ast.walk(wrong) if isinstance(node, ast.Call)] == [False] * 5


def _calls(path: Path) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    ]


def _is_literal(call: ast.Call) -> bool:
    return (
        len(call.args) == 1
        and not call.keywords
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    )
