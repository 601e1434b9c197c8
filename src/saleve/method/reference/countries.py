"""Countries: their names in the languages of the United Nations, ISO codes, ICAO region, capital and main airport.

Names come from Unicode CLDR through Babel (six UN languages, Portuguese, German) and from our own list of names beside those.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import polars as pl
from babel import Locale

from saleve.method.reference.packages import table

PACKAGE = "countries"
LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar", "pt", "de")

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_APART = re.compile(r"[\s\-–—_,.()/&]+")
_NOTHING = re.compile(r"['’‘`´ʼ\"“”*]")


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory; its airports are codes to be read by date."""

    iso2: str
    name: str
    icao_region: str | None
    capital_airport: str | None
    main_airport: str | None


def country_table() -> pl.DataFrame:
    """Return all countries: iso2, iso3, English name, ICAO region, capital, capital_airport, main_airport, note, quality."""
    return table(PACKAGE, "countries")


def find_country(text: str) -> Country | None:
    """Return the country of this name or ISO code, in any of eight languages, accents and case ignored."""
    iso2 = country_names().get(folded(text))
    return countries()[iso2] if iso2 else None


@lru_cache(maxsize=1)
def countries() -> dict[str, Country]:
    """Return every country by its ISO 3166-1 alpha-2 code."""
    chosen = country_table().select("iso2", "name", "icao_region", "capital_airport", "main_airport")
    return {row[0]: Country(*row) for row in chosen.iter_rows()}


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Return folded name or ISO code -> ISO alpha-2 code. Our own names win over CLDR, CLDR over codes."""
    names: dict[str, str] = {}
    for iso2, iso3 in country_table().select("iso2", "iso3").iter_rows():
        names |= {folded(iso2): iso2, folded(iso3): iso2}
    for language in reversed(LANGUAGES):
        names |= _names_in(language)
    names |= {folded(name): iso2 for name, iso2 in country_table().select("name", "iso2").iter_rows()}
    names |= {folded(name): iso2 for name, iso2 in table(PACKAGE, "country_aliases").iter_rows()}
    return names


@lru_cache(maxsize=1)
def subdivisions() -> dict[tuple[str, str], str]:
    """Return (country, folded code or name) -> name of the state or province."""
    rows = list(table(PACKAGE, "subdivisions").iter_rows())
    by_code = {(country, folded(code)): name for country, code, name in rows}
    return by_code | {(country, folded(name)): name for country, _code, name in rows}


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Return a name for comparison: no accents, no case, no punctuation, single blanks, 'st' written out.

    >>> folded("Reino Unido de Gran Bretaña")
    'reino unido de gran bretana'
    """
    if text.isascii():
        return _plain(text.lower())
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return _plain(unicodedata.normalize("NFC", kept))


def _plain(text: str) -> str:
    plain = _APART.sub(" ", _NOTHING.sub("", text)).strip()
    return f"saint {plain[3:]}" if plain.startswith("st ") else plain


def _names_in(language: str) -> dict[str, str]:
    territories = Locale.parse(language).territories
    return {folded(name): code for code, name in territories.items() if code in countries()}
