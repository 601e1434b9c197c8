"""The five catalogues say everything that templates say: nothing fuzzy, nothing empty, every placeholder."""

import re
import runpy
from pathlib import Path

import pytest

from saleve.language import LANGUAGES, LOCALES, _, speaking, translated

COLLECTED = runpy.run_path(str(Path(__file__).parents[2] / "tools/collect_texts.py"))
TRANSLATED = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_templates_and_declarations_is_translated(language: str) -> None:
    assert COLLECTED["untranslated"](language) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_text(language: str) -> None:
    wrong = [
        entry.id
        for entry in COLLECTED["catalogue"](language)
        if entry.id and set(re.findall(r"\{\w+\}", entry.id)) != set(re.findall(r"\{\w+\}", entry.string))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["ru", "ar", "zh"])
def test_a_translation_is_in_the_letters_of_its_language(language: str) -> None:
    letters = {"ru": r"[а-яё]", "ar": r"[\u0600-\u06ff]", "zh": r"[\u4e00-\u9fff]"}[language]
    foreign = [
        entry.id
        for entry in COLLECTED["catalogue"](language)
        if entry.id
        and not re.search(letters, entry.string, re.IGNORECASE)
        and not re.fullmatch(r"[AB]\d", entry.id)
    ]
    assert foreign == []


def test_a_text_follows_the_language_spoken_and_its_context() -> None:
    with speaking("fr"):
        assert _("A number") == "Un nombre"
        assert translated("Carrier", "header") == "Compagnie aérienne"
        assert translated("Carrier", "header district_energy", "header") == "Type d'énergie livrée"
        assert translated("A text that nobody translated") == "A text that nobody translated"
    assert translated("Carrier", "header") == "Carrier"


def test_the_catalogues_lie_in_the_package_so_that_a_wheel_has_them() -> None:
    assert {path.stem for path in LOCALES.glob("*.po")} == set(TRANSLATED)
    assert LOCALES.parent.name == "saleve"
