"""The language in which Salève speaks to a person: one gettext catalogue per language, English as written in the code.

Texts are whole sentences with named placeholders: ``_("Row {row} has no date.").format(row=31)``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"
_active: ContextVar[str] = ContextVar("saleve_language", default="en")


def _(message: str) -> str:
    """Return the text in the active language, or as written when it has no translation."""
    return _catalogue(_active.get()).gettext(message)


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


@lru_cache
def _catalogue(language: str) -> NullTranslations:
    return translation("saleve", localedir=LOCALES, languages=[language], fallback=True)
