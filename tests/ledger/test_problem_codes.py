"""The list of problem codes in the documentation is the list in the code; every code of the code is told somewhere."""

import re
import runpy
import string
from pathlib import Path

import pytest

from saleve.ledger.intake.codes import code_book

ROOT = Path(__file__).parents[2]
SOURCE = "\n".join(
    path.read_text("utf-8")
    for path in (ROOT / "src/saleve/ledger/intake").rglob("*.py")
    if path.name != "codes.py"
)


def test_the_page_of_problems_is_up_to_date() -> None:
    page = runpy.run_path(str(ROOT / "tools/problem_codes.py"))["page"]()
    stored = (ROOT / "docs/reference/problems.md").read_text("utf-8")
    assert stored == page, "run: python tools/problem_codes.py"


@pytest.mark.parametrize("code", sorted(code_book()))
def test_every_code_is_used(code: str) -> None:
    base = code.removesuffix("-required")
    assert f'"{base}"' in SOURCE


@pytest.mark.parametrize("code", sorted(code_book()))
def test_an_error_or_warning_says_what_to_do(code: str) -> None:
    entry = code_book()[code]
    assert entry.severity == "note" or entry.suggestion
    assert entry.message.endswith((".", "}"))


def test_texts_have_named_placeholders_only() -> None:
    texts = [text for entry in code_book().values() for text in (entry.message, entry.suggestion or "")]
    names = {
        name
        for text in texts
        for _literal, name, _spec, _conversion in string.Formatter().parse(text)
        if name is not None
    }
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)
