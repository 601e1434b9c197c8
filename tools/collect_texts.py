"""List the texts that declarations and templates say to people: `python tools/collect_texts.py` (all) or `... fr` (not yet translated).

`--pages` lists those of the web application instead: of its HTML templates (``{% translate "..." %}``) and of the rooms behind them.
One line a text, with the context in which a catalogue keeps it. Data texts cannot be found in calls of ``_``: they are in
``method/activity``.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.template.base import Lexer, TokenType

from saleve.language import LOCALES
from saleve.ledger.wording import declared_texts
from saleve.method.activity.categories import CATEGORIES

SOURCES = Path(__file__).parents[1] / "src" / "saleve"
OF_TEMPLATES = ("ledger/templates.py", "ledger/intake/examples.py")
OF_PAGES = ("web", "api", "jobs", "people", "audit_log", "site")


def texts() -> list[tuple[str, str]]:
    """Return (context, text) of every text that templates show, each once."""
    declared = [text for module in CATEGORIES.values() for text in declared_texts(module.CATEGORY)]
    both = [("choice", "Yes"), ("choice", "No")]
    literal = [("", text) for name in OF_TEMPLATES for text in _literals(SOURCES / name)]
    return list(dict.fromkeys([*declared, *both, *literal]))


def texts_of_pages() -> list[tuple[str, str]]:
    """Return (context, text) of every text that pages show, each once."""
    rooms = [SOURCES / "ems" / room for room in OF_PAGES]
    written = [text for room in rooms for path in sorted(room.rglob("*.html")) for text in of_template(path)]
    said = [text for room in rooms for path in sorted(room.rglob("*.py")) for text in _literals(path)]
    return list(dict.fromkeys(("", text) for text in [*written, *said]))


def of_template(path: Path) -> Iterator[str]:
    """Yield the literal texts of the tag ``translate`` in a template."""
    for token in Lexer(path.read_text("utf-8")).tokenize():
        words = token.split_contents() if token.token_type is TokenType.BLOCK else [""]
        if words[0] == "translate":
            yield ast.literal_eval(words[1])


def catalogue(language: str) -> Catalog:
    """Return the catalogue of the language, empty if there is none."""
    path = LOCALES / f"{language}.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def untranslated(language: str, wanted: list[tuple[str, str]] | None = None) -> list[tuple[str, str]]:
    """Return the texts (those of declarations, if none are given) for which the language has no finished translation."""
    known = catalogue(language)
    entries = {key: known.get(key[1], context=key[0] or None) for key in (wanted or texts())}
    return [key for key, entry in entries.items() if entry is None or not entry.string or entry.fuzzy]


def _literals(path: Path) -> Iterator[str]:
    """Yield the literal texts given to ``_`` in a module."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_":
            yield ast.literal_eval(call.args[0])


if __name__ == "__main__":
    languages = [word for word in sys.argv[1:] if word != "--pages"]
    wanted = texts_of_pages() if "--pages" in sys.argv else texts()
    for context, text in untranslated(languages[0], wanted) if languages else wanted:
        print(f"{context}\t{text}")
