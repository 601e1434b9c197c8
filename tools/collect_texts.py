"""List the texts that declarations and templates say to people: `python tools/collect_texts.py` (all) or `... fr` (not yet translated).

One line a text, with the context in which a catalogue keeps it. Data texts cannot be found in calls of ``_``: they are in
``method/activity``.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from saleve.language import LOCALES
from saleve.ledger.wording import declared_texts
from saleve.method.activity.categories import CATEGORIES

SOURCES = Path(__file__).parents[1] / "src" / "saleve"
OF_TEMPLATES = ("ledger/templates.py", "ledger/intake/examples.py")


def texts() -> list[tuple[str, str]]:
    """Return (context, text) of every text that templates show, each once."""
    declared = [text for module in CATEGORIES.values() for text in declared_texts(module.CATEGORY)]
    both = [("choice", "Yes"), ("choice", "No")]
    literal = [("", text) for name in OF_TEMPLATES for text in _literals(SOURCES / name)]
    return list(dict.fromkeys([*declared, *both, *literal]))


def catalogue(language: str) -> Catalog:
    """Return the catalogue of the language, empty if there is none."""
    path = LOCALES / f"{language}.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def untranslated(language: str) -> list[tuple[str, str]]:
    """Return the texts for which the language has no finished translation."""
    known = catalogue(language)
    entries = {key: known.get(key[1], context=key[0] or None) for key in texts()}
    return [key for key, entry in entries.items() if entry is None or not entry.string or entry.fuzzy]


def _literals(path: Path) -> Iterator[str]:
    """Yield the literal texts given to ``_`` in a module."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_":
            yield ast.literal_eval(call.args[0])


if __name__ == "__main__":
    for context, text in untranslated(sys.argv[1]) if sys.argv[1:] else texts():
        print(f"{context}\t{text}")
