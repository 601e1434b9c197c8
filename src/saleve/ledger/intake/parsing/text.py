"""Text cells: blanks, words for a missing value, yes and no, choices; and the folding by which labels are compared."""

import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache

import polars as pl

from saleve.ledger.wording import labels_in_templates
from saleve.method.schema import Column, Kind

_INVISIBLE = "\u00a0\u2007\u202f\u3000\ufeff\u200b\u200e\u200f"
_UNTIDY = rf"^$|^\s|\s$|  |[\r\n\t\v\f{_INVISIBLE}]"
_SPACES = rf"[\s{_INVISIBLE}]+"

# As people write "there is no value here", compared without case and accents.
MISSING_WORDS = frozenset(
    (
        "-", "--", "---", "–", "—", "_", "?", "??", ".", "...", "…", r"\n", "null", "none", "nil", "nan", "na", "n/a", "n.a.", "n.a", "n / a",
        "n.d.", "nd", "n/d", "s/d", "s.d.", "sd", "s/i", "k.a.", "k. a.", "n.v.", "tbd", "tbc", "tba", "unknown", "not available", "not applicable",
        "not known", "not stated", "not specified", "missing", "no data", "no value", "empty", "no aplica", "no disponible", "no consta",
        "sin dato", "sin datos", "sin informacion", "desconocido", "ninguno", "ninguna", "sem informacao", "nao informado", "nao se aplica",
        "nao disponivel", "non disponible", "non applicable", "non renseigne", "sans objet", "inconnu", "inconnue", "aucun", "aucune", "neant",
        "nicht verfugbar", "nicht bekannt", "unbekannt", "keine angabe", "keine angaben", "entfallt", "нет данных", "нет", "не указано",
        "неизвестно", "не применимо", "н/д", "无", "不适用", "未知", "没有", "暂无", "无数据", "缺失", "غير متوفر", "غير متاح", "غير معروف", "لا يوجد", "لا ينطبق",
    )
)  # fmt: skip
_MISSING_SENTENCE = r"(?i)^(?:na|n/a)\s*[:(]"
_LONGEST_WORD = 80  # bytes

_YES = frozenset(
    (
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "oui",
        "vrai",
        "si",
        "verdadero",
        "sim",
        "ja",
        "wahr",
        "да",
        "истина",
        "是",
        "对",
        "نعم",
        "✓",
        "s",
        "o",
        "д",
        "有",
        "1.0",
    )
)
_NO = frozenset(
    (
        "no",
        "n",
        "false",
        "f",
        "0",
        "non",
        "faux",
        "falso",
        "nao",
        "nein",
        "falsch",
        "нет",
        "ложь",
        "否",
        "不",
        "لا",
        "н",
        "无",
        "0.0",
    )
)


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """Return the text for comparison: small letters, no accents, single blanks."""
    return " ".join(_without_accents(text).casefold().split())


@lru_cache(maxsize=65536)
def squeezed(text: str) -> str:
    """Return letters and digits only, small and without accents: 'Fecha_salida' and 'FECHA SALIDA' become one."""
    return "".join(sign for sign in _without_accents(text).casefold() if sign.isalnum())


def _without_accents(text: str) -> str:
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKD", text.replace("\u0640", ""))
        if not unicodedata.combining(sign)
    )


def tidied(cells: pl.Series) -> pl.Series:
    """Trim the cells and make every run of blanks and line breaks one blank; what is then empty is null."""
    untidy = cells.str.contains(_UNTIDY)
    if not untidy.any():
        return cells
    untidy = untidy.fill_null(value=False)
    whole = pl.lit(cells).str.replace_all(_SPACES, " ").str.strip_chars(" ")
    tidy = pl.when(pl.lit(untidy)).then(whole).otherwise(pl.lit(cells))
    return pl.select(pl.when(tidy != "").then(tidy)).to_series().alias(cells.name)


def lines_apart(cells: pl.Series) -> pl.Series:
    """Join the lines of a cell that names one thing a line by slashes, so that tidying keeps them apart."""
    if not cells.str.contains(r"[\r\n]").any():
        return cells
    return cells.str.strip_chars().str.replace_all(r"\s*[\r\n]+\s*", " / ")


def without_missing_words(
    cells: pl.Series, kept: Collection[str] = (), stated: Collection[str] = ()
) -> tuple[pl.Series, dict[str, int]]:
    """Return the cells with words for a missing value made null, and how often each such word stood there.

    ``kept`` are folded words that mean something in this column: "no" where the question is yes or no. ``stated`` are words
    that the user names as missing values of this file, numbers such as 9999 among them; they hold before ``kept``.
    """
    own = [folded(word) for word in stated]
    wordy = cells.str.contains(r"^\D") if not own else pl.repeat(value=True, n=cells.len(), eager=True)
    if not wordy.any():
        return cells, {}
    suspects = cells.filter(wordy & (cells.str.len_bytes() <= _LONGEST_WORD))
    distinct = suspects.alias("cell").value_counts(name="count")
    words = pl.col("cell").str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    sentence = pl.col("cell").str.contains(_MISSING_SENTENCE)
    found = dict(
        distinct.filter(
            words.is_in([word for word in _folded_missing_words() if word not in kept] + own) | sentence
        ).rows()
    )
    if not found:
        return cells, {}
    cleaned = pl.select(pl.when(~pl.lit(cells).is_in(list(found))).then(pl.lit(cells))).to_series()
    return cleaned.alias(cells.name), found


@lru_cache
def _folded_missing_words() -> list[str]:
    return [folded(word) for word in MISSING_WORDS]


def yes_no(cell: str) -> bool | None:
    """Return what the word says, or None for a word that says neither."""
    word = folded(cell)
    return True if word in _YES else False if word in _NO else None


def words_in_use(column: Column) -> frozenset[str]:
    """Return the folded words that are values of the column, which therefore cannot mean "missing" in it."""
    if column.kind is Kind.YES_NO:
        return _YES | _NO
    return frozenset(
        folded(label)
        for value, labels in column.choices.items()
        for label in (value, *labels_in_templates(value), *labels)
    )


def choice_table(choices: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return squeezed label -> value for the labels that people write and the values themselves."""
    table = {
        squeezed(label): value
        for value, labels in choices.items()
        for label in (*labels_in_templates(value), *labels)
    }
    return table | {squeezed(value): value for value in choices}
