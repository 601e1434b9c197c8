"""The words of declared columns and choices in six languages: as templates print them, and as intake therefore knows them."""

import re
from functools import lru_cache

from saleve.language import LANGUAGES, speaking, translated
from saleve.method.schema import Category, Column, Kind

# Units that the words of a header say already
_COUNTS = frozenset(
    {"persons", "passengers", "nights", "days", "meals", "pages", "weeks", "hours", "minutes"}
)
_WORDS = frozenset({"litre", "sheet", "ream", "mile"})  # units that are words, hence translated
_WRITTEN = {
    "co2": "CO2",
    "co2e": "CO2e",
    "kwh": "kWh",
    "mwh": "MWh",
    "id": "ID",
    "us": "US",
    "lpg": "LPG",
    "cng": "CNG",
    "lng": "LNG",
    "vat": "VAT",
}
_STATED_UNIT = re.compile(r"states? (?:its|the) unit")


def states_its_unit(column: Column) -> bool:
    """Say whether the column is one more way to write an amount, by headers such as "kWh"; its name or meaning says so."""
    named = column.kind is Kind.NUMBER and column.name.startswith("amount_")
    return named or bool(_STATED_UNIT.search(column.meaning))


def header_text(column: Column) -> str:
    """Return the column's name in English words, without its unit: amount_kwh -> Amount, supplied_co2_kg -> Supplied CO2."""
    return _english(column.name, column.unit)


def column_header(category: str, column: Column) -> str:
    """Return how a template heads the column in the active language, its unit in brackets."""
    return _header(category, column.name, column.unit)


def column_meaning(category: str, column: Column) -> str:
    """Return what the column means in the active language."""
    return translated(column.meaning, f"meaning {category}", "meaning")


def unit_text(unit: str | None) -> str:
    """Return the unit as templates print it: symbols are the same in all languages, words are translated, counts need none."""
    if unit is None or unit in _COUNTS:
        return ""
    return translated(unit, "unit") if unit in _WORDS else unit


def category_title(category: Category) -> str:
    """Return the category's title in the active language."""
    return translated(category.title, "title")


def choice_text(value: str) -> str:
    """Return a declared choice in English words: natural_gas -> Natural gas."""
    return _english(value, None)


def choice_label(value: str) -> str:
    """Return the choice as drop-downs offer it in the active language."""
    return translated(choice_text(value), "choice")


@lru_cache(maxsize=4096)
def names_in_templates(category: str, name: str, unit: str | None) -> tuple[str, ...]:
    """Return the column's headers in the templates of all languages."""
    return tuple(dict.fromkeys(_in_language(language, category, name, unit) for language in LANGUAGES))


@lru_cache(maxsize=4096)
def labels_in_templates(value: str) -> tuple[str, ...]:
    """Return the choice's labels in the templates of all languages."""
    return tuple(dict.fromkeys(_label_in(language, value) for language in LANGUAGES))


@lru_cache
def category_titles(category: str) -> tuple[str, ...]:
    """Return the titles of a registered category in all languages."""
    from saleve.method.activity.categories import CATEGORIES  # noqa: PLC0415 - only a guess of the category needs it

    if category not in CATEGORIES:
        return ()
    return tuple(_title_in(language, CATEGORIES[category].CATEGORY) for language in LANGUAGES)


def declared_texts(category: Category) -> list[tuple[str, str]]:
    """Return (context, text) of everything that the category's declaration says to people."""
    texts = [("title", category.title)]
    for column in category.columns:
        texts += [("header", header_text(column)), ("meaning", column.meaning)]
        texts += [("unit", column.unit)] if column.unit in _WORDS else []
        texts += [("choice", choice_text(value)) for value in column.choices]
    return list(dict.fromkeys(texts))


def _header(category: str, name: str, unit: str | None) -> str:
    words = _english(name, unit)
    text = translated(words, f"header {category}", "header")
    shown = unit and unit not in _COUNTS and not _names_unit(name, unit)
    return f"{text} ({unit_text(unit)})" if shown else text


def _english(name: str, unit: str | None) -> str:
    words = name.split("_")
    if unit and unit not in _COUNTS:
        words = _without_unit(words, unit)
    spelled = [_WRITTEN.get(word, word) for word in words]
    return " ".join([spelled[0][:1].upper() + spelled[0][1:], *spelled[1:]])


def _without_unit(words: list[str], unit: str) -> list[str]:
    """Take the unit off the end of a name: refilled_kg in kg, supplier_factor_kg_co2e_per_kwh in kg CO2e/kWh."""
    spoken = {"%": "pct"}.get(unit, unit).lower().replace("/", " per ")
    for ending in (spoken.split(), ["litres"] if unit == "litre" else [], [spoken.replace(" ", "") + "s"]):
        if ending and len(words) > len(ending) and words[-len(ending) :] == ending:
            return words[: -len(ending)]
    return words


def _names_unit(name: str, unit: str) -> bool:
    return name.lower().startswith(unit.lower() + "_")


def _in_language(language: str, category: str, name: str, unit: str | None) -> str:
    with speaking(language):
        return _header(category, name, unit)


def _label_in(language: str, value: str) -> str:
    with speaking(language):
        return choice_label(value)


def _title_in(language: str, category: Category) -> str:
    with speaking(language):
        return category_title(category)
