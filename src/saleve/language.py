"""The language in which Salève speaks to a person: one gettext catalogue per language, English as written in the code.

Texts are whole sentences with named placeholders: ``_("Row {row} has no date.").format(row=31)``. The catalogues are the readable
files ``locale/<language>.po``, read as they are: nobody can forget to compile them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"
LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
RIGHT_TO_LEFT = frozenset({"ar"})
_active: ContextVar[str] = ContextVar("saleve_language", default="en")
_on_page: ContextVar[bool] = ContextVar("saleve_on_page", default=False)


def _(message: str) -> str:
    """Return the text in the active language, or as written when it has no translation."""
    return translated(message)


def translated(text: str, *contexts: str) -> str:
    """Return a text that a declaration holds (a column's meaning, a label) in the active language, or as written.

    This is the one exception to the rule that ``_`` takes a literal: ``tools/collect_texts.py`` lists what declarations say, as
    a translator's tool finds literals. Of the ``contexts`` the first that the catalogue has for the text holds; then none.
    """
    catalogue = _catalogue(_active.get())
    keys = [*((context, text) for context in contexts), ("", text)]
    return next((catalogue[key] for key in keys if key in catalogue), text)


def active_language() -> str:
    """Return the code of the language in which texts come out now."""
    return _active.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let every text inside the block come out in this language (a code such as ``fr``)."""
    token = _active.set(language)
    try:
        yield
    finally:
        _active.reset(token)


def for_reader(terminal: str, page: str) -> str:
    """Return the sentence that fits where the reader is: one that names a command, or one that says what to do on the page."""
    return page if _on_page.get() else terminal


@contextmanager
def on_page() -> Iterator[None]:
    """Let every text inside the block speak to somebody who reads a page, and has no command at hand."""
    token = _on_page.set(True)
    try:
        yield
    finally:
        _on_page.reset(token)


@lru_cache
def _catalogue(language: str) -> Mapping[tuple[str, str], str]:
    """Return (context, text) -> translation; entries marked fuzzy or left empty are not translations."""
    path = LOCALES / f"{language}.po"
    if not path.is_file():
        return {}
    from babel.messages.pofile import read_po  # noqa: PLC0415 - English needs no reader of catalogues

    with path.open("rb") as file:
        entries = list(read_po(file, locale=language))
    return {
        (entry.context or "", entry.id): entry.string
        for entry in entries
        if isinstance(entry.id, str)
        and isinstance(entry.string, str)
        and entry.id
        and entry.string
        and not entry.fuzzy
    }
