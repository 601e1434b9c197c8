"""Numbers and money as people write them: 'USS 2.100,00', '1 234,50', "1'234.50", '(12)', '$ -', Arabic-Indic digits.

A sign that may be decimal or thousands ('2.587', '1,430') is decided by the cells of the same column that leave no doubt.
"""

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import polars as pl
from babel.core import get_global

from saleve.ledger.intake.parsing.text import folded
from saleve.method.units import is_unit

Evidence = Literal["point", "comma"]

# Spellings of currencies, folded. "$" and "peso" name a dozen currencies each and therefore decide nothing.
CURRENCIES = {
    "us$": "USD", "u$s": "USD", "uss": "USD", "u$": "USD", "us dollar": "USD", "us dollars": "USD", "dolar": "USD", "dolares": "USD",
    "dollar us": "USD", "dollars us": "USD", "dollar": "USD", "dollars": "USD", "доллар": "USD", "долл": "USD", "долл.": "USD", "доллары": "USD",
    "美元": "USD", "دولار": "USD", "€": "EUR", "euro": "EUR", "euros": "EUR", "евро": "EUR", "欧元": "EUR", "يورو": "EUR", "fr": "CHF",
    "fr.": "CHF", "frs": "CHF", "sfr": "CHF", "sfr.": "CHF", "swiss francs": "CHF", "francs suisses": "CHF", "franken": "CHF", "瑞士法郎": "CHF",
    "£": "GBP", "gbp£": "GBP", "libras": "GBP", "pounds": "GBP", "sterling": "GBP", "r$": "BRL", "reais": "BRL", "real": "BRL", "руб": "RUB",
    "руб.": "RUB", "₽": "RUB", "рублей": "RUB", "元": "CNY", "人民币": "CNY", "rmb": "CNY", "yuan": "CNY", "yen": "JPY", "円": "JPY", "₹": "INR",
    "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "mx$": "MXN", "ksh": "KES", "kshs": "KES",
}  # fmt: skip
RENAMED_CURRENCIES = {"MXP": "MXN"}  # obsolete code -> present code of the same money
_UNDECIDED = {"$", "¥", "peso", "pesos", "песо"}

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬،", "01234567890123456789.,,")
_MINUS = str.maketrans("−–—‒﹣－", "------")
_BODY = re.compile(r"[+-]?\d[\d.,' ]*(?:[eE][+-]?\d+)?|[+-]?[.,]\d+")
_LONGEST = 200  # signs
_PLAIN = r"^-?[0-9]{1,15}(?:\.[0-9]+)?$"
_LABEL = r"[^\d\s.,'()+:-]{1,4}"
_MONEY_SHAPE = (
    rf"^(?:(?P<before>{_LABEL}) ?)?(?P<body>-?[0-9][0-9.,' ]*[.,][0-9]{{1,2}})(?: ?(?P<after>{_LABEL}))?$"
)
_POINT_SHAPE = (
    r"^-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:'[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)\.[0-9]{1,2}$"
)
_COMMA_SHAPE = (
    r"^-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:'[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+),[0-9]{1,2}$"
)
_AMBIGUOUS_POINT = r"^-?[1-9][0-9]{0,2}\.[0-9]{3}$"


@dataclass(frozen=True, slots=True)
class Token:
    """One cell, read: the number as plain digits, its other reading if there are two, and what stood around it."""

    text: str | None  # None: not a number
    other: str | None = None  # the number if the only sign separates thousands
    evidence: Evidence | None = None  # the decimal sign that this cell shows without doubt
    currency: str | None = None  # ISO 4217 code
    renamed: str | None = None  # obsolete code as written
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers. ``table`` has one row per cell, in order: text, currency, renamed, unit, fault."""

    table: pl.DataFrame
    decimal_sign: Evidence | None


@dataclass(frozen=True, slots=True)
class NumberEvidence:
    """How many cells of a column show what its decimal sign is; the counts of its parts add up to those of the whole."""

    point: int = 0
    comma: int = 0
    plain_points: int = 0  # as computers write numbers; they say something only where other cells have commas
    stated: Evidence | None = None  # by the user; decides where the cells show nothing or both

    def __add__(self, other: "NumberEvidence") -> "NumberEvidence":
        return NumberEvidence(
            self.point + other.point,
            self.comma + other.comma,
            self.plain_points + other.plain_points,
            self.stated or other.stated,
        )

    def counted(self, *, typed: bool) -> Counter[str]:
        """Return the evidence for point and comma."""
        plain = self.plain_points if (self.comma or self.stated) and not typed else 0
        shown = Counter(point=self.point + plain, comma=self.comma)
        undecided = bool(shown["point"]) == bool(shown["comma"])
        return Counter({self.stated: 1}) if self.stated and undecided else shown


def number_evidence(cells: pl.Series, stated: Evidence | None = None) -> NumberEvidence:
    """Return what the cells show about the decimal sign of their column; ``stated`` is the one that the user knows."""
    return replace(_different(cells).evidence(cells), stated=stated)


def parse_numbers(
    cells: pl.Series, *, typed: bool = False, evidence: NumberEvidence | None = None
) -> NumberColumn:
    """Return each cell as plain digits with what stood around it.

    ``fault`` is "number-unreadable", "number-ambiguous" or null. ``typed``: the file stores numbers as numbers (a workbook),
    so that a bare '2.587' has a decimal point. ``evidence`` is that of the whole column where the cells are a part of it.
    """
    different = _different(cells)
    shown = (different.evidence(cells) if evidence is None else evidence).counted(typed=typed)
    tokens = different.tokens
    if shown["comma"] and not typed:
        doubtful = cells.filter(cells.str.contains(_AMBIGUOUS_POINT)).unique().to_list()
        tokens = tokens | {cell: read_number(cell) for cell in doubtful}
    return NumberColumn(_joined(cells, tokens, different.usual, shown), _sign(shown))


@dataclass(frozen=True, slots=True)
class _Different:
    """The different cells of a column that are not plain numbers: those of usual shape, and the others read one by one."""

    usual: pl.DataFrame
    tokens: dict[str, Token]
    counts: dict[str, int]

    def evidence(self, cells: pl.Series) -> NumberEvidence:
        found = _evidence(self.tokens, self.counts)
        if self.usual.height:
            found += Counter(
                dict(self.usual.group_by("evidence").agg(pl.col("count").sum()).drop_nulls().rows())
            )
        pointed = (
            cells.str.contains(r"\.") & cells.str.contains(_PLAIN) & ~cells.str.contains(_AMBIGUOUS_POINT)
        )
        return NumberEvidence(found["point"], found["comma"], _count(pointed))


def _different(cells: pl.Series) -> _Different:
    plain = cells.str.contains(_PLAIN)
    distinct = cells.filter(~plain & cells.is_not_null()).alias("cell").value_counts(name="count")
    usual = _usual(distinct)
    rest = dict(distinct.join(usual, on="cell", how="anti").rows()) if usual.height else dict(distinct.rows())
    return _Different(usual, {cell: read_number(cell) for cell in rest}, rest)


@lru_cache(maxsize=65536)
def read_number(cell: str) -> Token:
    """Read one cell by itself; a cell so long that no number fills it is none."""
    text = _plain_signs(cell) if len(cell) <= _LONGEST else ""
    found = _BODY.search(text)
    if found is None:
        return _dash(text)
    around = (text[: found.start()], text[found.end() :])
    negative, labels = _signs_around(*around)
    currency, unit, understood = _labels(labels)
    if not understood:
        return Token(None)
    token = _separated(found.group().strip(" '"))
    if negative and token.text is not None:
        token = Token(_negated(token.text), token.other and _negated(token.other), token.evidence)
    new = RENAMED_CURRENCIES.get(currency or "")
    return Token(token.text, token.other, token.evidence, new or currency, currency if new else None, unit)


@lru_cache(maxsize=4096)
def currency_code(text: str) -> str | None:
    """Return the ISO 4217 code that the text names; None where it names none or several, such as '$' and 'pesos'."""
    word = folded(text).strip(" ()[].,:")
    if known := CURRENCIES.get(word) or CURRENCIES.get(word + "."):
        return known
    code = word.upper()
    return code if len(code) == 3 and code in get_global("all_currencies") else None


def names_money(text: str) -> bool:
    """Say whether the text names a currency, even one that many countries have."""
    return folded(text).strip(" ()[].,:") in _UNDECIDED or currency_code(text) is not None


def _plain_signs(cell: str) -> str:
    text = unicodedata.normalize("NFKC", cell.translate(_DIGITS)).translate(_DIGITS).translate(_MINUS)
    text = re.sub(
        r"(?<=\d)([.,])-+$", r"\g<1>00", text.strip()
    )  # the Swiss "12.-" or "12,-" for twelve francs
    return re.sub(r"[’‘`´]", "'", re.sub(r"[\u200b-\u200f\u061c]", "", text)).strip()


def _dash(text: str) -> Token:
    """Read an accountant's dash, '$ -' or 'EUR -', which means zero; a dash alone says nothing."""
    label = text.replace("-", "").strip()
    if "-" in text and label and names_money(label):
        return Token("0", currency=currency_code(label))
    return Token(None)


def _signs_around(before: str, after: str) -> tuple[bool, list[str]]:
    negative = (
        (before.rstrip().endswith("(") and after.lstrip().startswith(")"))
        or "-" in before
        or after.strip() == "-"
    )
    labels = [re.sub(r"[()\[\]+:]|(?<!\w)-|-(?!\w)", " ", part).strip(" -") for part in (before, after)]
    return negative, [label for label in labels if label]


def _labels(labels: list[str]) -> tuple[str | None, str | None, bool]:
    currency, unit = None, None
    for label in labels:
        if names_money(label):
            currency = currency_code(label) or currency
        elif is_unit(label):
            unit = label
        elif all(names_money(word) for word in label.split()):
            currency = next((code for word in label.split() if (code := currency_code(word))), currency)
        else:
            return None, None, False
    return currency, unit, True


def _negated(text: str) -> str:
    return text[1:] if text.startswith("-") else "-" + text


def _separated(body: str) -> Token:
    """Decide which signs in a run of digits, signs and blanks are decimal and which separate thousands."""
    if re.search(r"[eE]", body):
        return _scientific(body)
    sign, digits = ("-" if body[0] == "-" else ""), body.lstrip("+-")
    if re.search(r"[' ]", digits):
        whole, *rest = re.split(r"[.,]", digits)
        decimal = digits[len(whole)] if rest else ""
        grouped = re.fullmatch(r"\d{1,3}(?:[' ]\d{3})+", whole)
        if not grouped or len(rest) > 1 or re.search(r"[' ]", "".join(rest)):
            return Token(None)
        return _decided(sign, re.sub(r"[' ]", "", whole), rest[0] if rest else "", decimal)
    return _points_and_commas(sign, digits)


def _scientific(body: str) -> Token:
    """Read '1.2E+03', with the decimal sign of any country; a number beyond all measure is none."""
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+", body):
        return Token(None)
    number = float(body.replace(",", "."))
    return Token(repr(number)) if math.isfinite(number) else Token(None)


def _points_and_commas(sign: str, digits: str) -> Token:
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        decimal = max(".,", key=digits.rfind)
        whole, _, rest = digits.rpartition(decimal)
        return (
            _decided(sign, whole.replace("." if decimal == "," else ",", ""), rest, decimal)
            if _grouped(whole)
            else Token(None)
        )
    if points + commas == 0:
        return Token(sign + digits)
    mark = "." if points else ","
    if points + commas > 1:
        other: Evidence = "comma" if points else "point"
        return Token(sign + digits.replace(mark, ""), evidence=other) if _grouped(digits) else Token(None)
    whole, rest = digits.split(mark)
    if len(rest) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole):
        return Token(f"{sign}{whole}.{rest}", other=f"{sign}{whole}{rest}")
    return _decided(sign, whole, rest, mark)


def _grouped(digits: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}|\d+", digits))


def _decided(sign: str, whole: str, rest: str, decimal: str) -> Token:
    evidence: Evidence | None = {".": "point", ",": "comma"}.get(decimal)  # type: ignore[assignment]
    return Token(f"{sign}{whole or '0'}.{rest}" if rest else sign + whole, evidence=evidence)


def _count(cells: pl.Series) -> int:
    return int(cells.sum() or 0)


def _evidence(tokens: dict[str, Token], counts: dict[str, int]) -> Counter[str]:
    evidence: Counter[str] = Counter()
    for cell, token in tokens.items():
        if token.evidence:
            evidence[token.evidence] += counts[cell]
    return evidence


def _sign(evidence: Counter[str]) -> Evidence | None:
    if bool(evidence["point"]) == bool(evidence["comma"]):
        return None
    return "point" if evidence["point"] else "comma"


def _resolved(cell: str, token: Token, evidence: Counter[str]) -> tuple[str | None, str | None]:
    """Return the number and its fault: a doubtful sign follows the column; without a word from it, English usage."""
    if token.text is None:
        return None, "number-unreadable"
    if token.other is None:
        return token.text, None
    mark: Evidence = "point" if "." in _plain_signs(cell) else "comma"
    if evidence["point"] and evidence["comma"]:
        return None, "number-ambiguous"
    decimal = _sign(evidence) or "point"
    return (token.text if mark == decimal else token.other), None


_USUAL = {
    **dict.fromkeys(("cell", "text", "fault", "currency", "renamed", "unit"), pl.String()),
    "count": pl.UInt32(),
    "evidence": pl.String(),
}


def _usual(distinct: pl.DataFrame) -> pl.DataFrame:
    """Read the usual shapes of money all at once, as ``read_number`` would: '1,234.50', "CHF 1'234.50", '2.100,00 €'.

    Returns cell, text, fault, currency, renamed, unit, count and evidence; cells of other shapes are left out.
    """
    if distinct.is_empty():
        return pl.DataFrame(schema=_USUAL)
    parts = distinct.with_columns(pl.col("cell").str.extract_groups(_MONEY_SHAPE).struct.unnest())
    labels = {
        label: names_money(label)
        for name in ("before", "after")
        for label in parts[name].drop_nulls().unique()
    }
    money = [label for label, known in labels.items() if known]
    codes = {label: currency_code(label) for label in money}
    body = pl.col("body")
    point, comma = body.str.contains(_POINT_SHAPE), body.str.contains(_COMMA_SHAPE)
    label = pl.coalesce("before", "after")
    fitting = parts.filter(
        (point | comma)
        & (label.is_null() | label.is_in(money))
        & (pl.col("before").is_null() | pl.col("after").is_null())
    )
    old = label.replace_strict(codes, default=None, return_dtype=pl.String)
    return fitting.select(
        "cell",
        pl.when(point)
        .then(body.str.replace_all(r"[,' ]", ""))
        .otherwise(body.str.replace_all(r"[.' ]", "").str.replace(",", "."))
        .alias("text"),
        pl.lit(None, pl.String).alias("fault"),
        old.replace(RENAMED_CURRENCIES).alias("currency"),
        pl.when(old.is_in(list(RENAMED_CURRENCIES))).then(old).alias("renamed"),
        pl.lit(None, pl.String).alias("unit"),
        "count",
        pl.when(point).then(pl.lit("point")).otherwise(pl.lit("comma")).alias("evidence"),
    )


def _joined(
    cells: pl.Series, tokens: dict[str, Token], usual: pl.DataFrame, evidence: Counter[str]
) -> pl.DataFrame:
    rows = [
        (cell, *_resolved(cell, token, evidence), token.currency, token.renamed, token.unit)
        for cell, token in tokens.items()
    ]
    names = ("cell", "text", "fault", "currency", "renamed", "unit")
    odd = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")
    read = pl.concat([odd, usual.select(names)])
    frame = cells.alias("cell").to_frame()
    if read.is_empty():
        return frame.with_columns(
            pl.col("cell").alias("text"), *(pl.lit(None, pl.String).alias(name) for name in names[2:])
        )
    joined = frame.join(
        read.with_columns(seen=pl.lit(value=True)), on="cell", how="left", maintain_order="left"
    )
    return joined.with_columns(
        pl.when(pl.col("seen").is_null()).then("cell").otherwise("text").alias("text")
    ).drop("seen")
