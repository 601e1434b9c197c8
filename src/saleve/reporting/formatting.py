"""Numbers, units and dates as a reader of the language writes them; the only place where figures are rounded."""

from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal, format_percent

from saleve.language import _, active_language
from saleve.reporting.records import Fact, Part

_LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}  # United Nations usage
_RIGHT_TO_LEFT = "rtl"
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"


def locale() -> Locale:
    """Return the CLDR locale of the active language."""
    return _locale(active_language())


def direction() -> str:
    """Return ``ltr`` or ``rtl``, the direction in which the active language is written."""
    return "rtl" if locale().text_direction == _RIGHT_TO_LEFT else "ltr"


def printed(fact: Fact) -> str:
    """Return the figure with its unit, such as ``3,412 t CO₂e``; a missing one as words."""
    if fact.value is None:
        return missing(fact)
    return with_unit(amount(fact.value, fact.decimals, fact.unit), fact.unit)


def missing(fact: Fact) -> str:
    """Return what stands in place of a value that is not there, or not told."""
    return _("hidden") if fact.hidden else _("not available")


def printed_part(fact: Fact, part: Part = "value") -> str:
    """Return what a table cell shows of the figure, without its unit (the heading has it)."""
    if part == "estimated":
        return percent(fact.estimated_share * 100) if fact.estimated_share is not None else ""
    if part == "range":
        return printed_range(fact)
    if part == "rows":
        return amount(fact.rows, 0) if fact.rows is not None else ""
    if part == "unit":
        return unit_in_table(fact.unit)
    if part == "full":
        return printed(fact)
    return amount(fact.value, fact.decimals, fact.unit) if fact.value is not None else missing(fact)


def printed_range(fact: Fact) -> str:
    """Return the 95 % range, such as ``3,100–3,800``; empty where none is known."""
    if fact.low is None or fact.high is None:
        return ""
    low, high = (amount(bound, fact.decimals, fact.unit) for bound in (fact.low, fact.high))
    return _("{low} to {high}").format(low=low, high=high) if fact.low < 0 else f"{low}–{high}"


def amount(value: float, decimals: int, unit: str = "") -> str:
    """Return the number rounded for print; one that would vanish is printed as less than the last digit."""
    if unit in _PERCENT_UNITS:
        return percent(value, decimals)
    least = 10.0**-decimals
    if value != 0 and abs(value) < least / 2:
        return f"{'<' if value > 0 else '>' + MINUS}{_decimal(least, decimals)}"
    return _decimal(value, decimals)


def percent(value: float, decimals: int = 0) -> str:
    """Return percentage points with the sign of percent; a share that would vanish as less than one."""
    pattern = locale().percent_formats[None].pattern.replace("#,##0", _pattern(decimals))
    least = 10.0**-decimals
    if value != 0 and abs(value) < least / 2:
        return f"{'<' if value > 0 else '>' + MINUS}{format_percent(least / 100, pattern, locale())}"
    return _minus(format_percent(value / 100, pattern, locale()))


def signed(fact: Fact) -> str:
    """Return a change with its sign: ``+3.2%`` or ``−14%``."""
    if fact.value is None:
        return _("not available")
    sign = "+" if fact.value > 0 else ""
    return sign + printed(fact)


def signed_percent(value: float, decimals: int = 0) -> str:
    """Return percentage points with their sign: ``+3%`` or ``−14%``."""
    return f"{'+' if value > 0 else ''}{percent(value, decimals)}"


def with_unit(number: str, unit: str) -> str:
    """Return the number and its unit, kept on one line."""
    if unit == "percent":
        return number
    name = unit_name(unit)
    kept = name.replace(" ", NO_BREAK_SPACE, 1) if name.endswith("CO₂e") or "CO₂e " in name else name
    return f"{number}{NO_BREAK_SPACE}{kept}" if name else number


def unit_name(unit: str) -> str:
    """Return the unit as it is printed beside a number or in a heading."""
    names = {
        "t_co2e": _("t CO₂e"),
        "kg_co2e": _("kg CO₂e"),
        "t_co2e_per_person": _("t CO₂e per person"),
        "kg_co2e_per_m2": _("kg CO₂e per m²"),
        "kWh/m2": _("kWh per m²"),
        "kWh/person": _("kWh per person"),
        "MWh/person": _("MWh per person"),
        "kg CO2e/m2": _("kg CO₂e per m²"),
        "kg CO2e/person": _("kg CO₂e per person"),
        "kg CO2e": _("kg CO₂e"),
        "t CO2e/person": _("t CO₂e per person"),
        "m3/person": _("m³ per person"),
        "m3/m2": _("m³ per m²"),
        "m2/person": _("m² per person"),
        "kg/person": _("kg per person"),
        "t/person": _("t per person"),
        "trips/person": _("journeys per person"),
        "trips": _("journeys"),
        "days": _("days"),
        "sites": _("sites"),
        "m3": _("m³"),
        "percent": "%",
        "percent_per_year": _("a year"),
        "person": _("persons"),
        "m2": _("m²"),
        "row": _("rows"),
        "count": "",
    }
    return names.get(unit, unit)


def unit_in_table(unit: str) -> str:
    """Return the unit as the annex and the workbook name it in a column of its own."""
    return _("% a year") if unit == "percent_per_year" else unit_name(unit)


def long_date(day: date) -> str:
    """Return the date in words, such as 22 November 2026."""
    return str(format_date(day, "long", locale=locale()))


def month_name(month: int) -> str:
    """Return the month as it stands by itself in a table: March."""
    return str(get_month_names("wide", "stand-alone", locale())[month])


def number_symbols() -> dict[str, object]:
    """Return the language's separators as a chart axis needs them (a d3 locale)."""
    symbols = locale().number_symbols["latn"]
    return {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": ["", ""],
        "minus": MINUS,
    }


_PERCENT_UNITS = {"percent", "percent_per_year"}


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, language), sep="_")


def _decimal(value: float, decimals: int) -> str:
    return _minus(str(format_decimal(value, _pattern(decimals), locale())))


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _minus(number: str) -> str:
    return number.replace("-", MINUS)
