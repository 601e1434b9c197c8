"""Names of months in the languages of the files we meet, from the Unicode CLDR as Babel holds it."""

from collections import defaultdict
from functools import lru_cache

from babel import Locale

from saleve.ledger.intake.parsing.text import squeezed

_LANGUAGES = ("en", "fr", "es", "ru", "ar", "ar_LB", "zh", "pt", "de", "it")
# Abbreviations that people use beside those of the CLDR
_ALSO = {"sept": 9, "set": 9, "setiembre": 9, "agos": 8, "mrz": 3, "juill": 7, "fevr": 2}


@lru_cache
def month_numbers() -> dict[str, int]:
    """Return squeezed name or abbreviation -> month; a name that means two months is left out."""
    found: dict[str, set[int]] = defaultdict(set)
    for language in _LANGUAGES:
        for name, month in _names(Locale.parse(language)):
            for word in {squeezed(name), *_shortened(squeezed(name))}:
                found[word].add(month)
    sure = {word: min(months) for word, months in found.items() if len(months) == 1 and not word.isdigit()}
    return sure | _ALSO


def _names(locale: Locale) -> list[tuple[str, int]]:
    return [
        (name, month)
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in locale.months[form][width].items()
    ]


def _shortened(word: str) -> list[str]:
    return [word[:3], word[:4]] if word.isalpha() and len(word) > 3 and ord(word[0]) < 0x0600 else []
