"""Units of measure at the door: converted once, never added unlike.

The calorific basis is part of the unit (kWh gross or net), since for natural gas the two differ by about 11 %.

Every factor is exact by definition. SI and units accepted with it: BIPM, The International System of Units, 9th edition
(2019), chapters 2 and 4. Foot, pound, gallon, barrel, acre: NIST Special Publication 811 (2008), appendix B, where they rest on
the yard of 0.9144 m and the pound of 0.45359237 kg. Calorie and Btu are those of the International Table (4.1868 J; NIST SP 811,
B.6 footnote); therm is that of Directive 80/181/EEC, 105.506 MJ; tonne of oil equivalent is 41.868 GJ (IEA, Unit converter).
Water: ccf is 100 cubic feet, kgal 1,000 US gallons, as US water bills use them.
Paper: a ream is 500 sheets (ISO 4046-3:2016).
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from saleve.language import _
from saleve.method.problems import UnknownReferenceError

CalorificBasis = Literal["gross", "net"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its kind of quantity, the canonical unit of that kind, and how many of those one of it is."""

    name: str
    kind: str  # energy, volume, normal_volume, mass, area, distance, co2e, sheets, grammage, density
    to_canonical: float  # multiply an amount by this to have it in ``canonical``
    canonical: str  # kWh, m3, Nm3, kg, m2, km, kg CO2e, sheet, g/m2, kg/m3
    calorific_basis: CalorificBasis | None = (
        None  # energy in fuels: of the heating value that the meter reader used
    )


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Return the unit that the text names, with its calorific basis where it states one ("kWh PCS", "MJ (net)").

    Raises UnknownReferenceError for a unit we do not hold, and for "gallon" and "ton", which mean different amounts in
    different countries.
    """
    bare, basis = _split_basis(unicodedata.normalize("NFKC", text).strip())
    found = _find(bare)
    if found is None:
        raise UnknownReferenceError(_refusal(text, bare))
    return replace(found, calorific_basis=basis) if found.kind == "energy" else found


def is_unit(text: str) -> bool:
    """Say whether ``parse_unit`` would know the text."""
    if len(text) > _LONGEST_NAME:
        return False
    return _find(_split_basis(unicodedata.normalize("NFKC", text).strip())[0]) is not None


def convert(amount: float, text: str, canonical: str) -> float:
    """Return the amount in the canonical unit; units of another kind are refused."""
    unit = parse_unit(text)
    if unit.canonical != canonical:
        message = _("'{unit}' measures {kind}; it cannot be converted to {canonical}.")
        raise UnknownReferenceError(message.format(unit=text, kind=unit.kind, canonical=canonical))
    return amount * unit.to_canonical


def unit_names() -> list[str]:
    """Return the names of all units, as Salève writes them."""
    return [name for name, *rest in _UNITS]


_GROSS = r"gross(?:\s*cv)?|gcv|hhv|pcs|brennwert|h[os]|superior|superieur|supérieur|высш\w*|高位\S*"
_NET = r"net(?:\s*cv)?|ncv|lhv|pci|heizwert|h[iu]|inferior|inferieur|inférieur|низш\w*|低位\S*"
_LONGEST_NAME = 60  # signs; no unit is longer
_BASIS = re.compile(rf"[\s(,_/-]+(?:(?P<gross>{_GROSS})|(?P<net>{_NET}))\s*\)?$", re.IGNORECASE)


def _split_basis(text: str) -> tuple[str, CalorificBasis | None]:
    found = _BASIS.search(text)
    if not found:
        return text, None
    return text[: found.start()].strip(), "gross" if found["gross"] else "net"


def _find(text: str) -> Unit | None:
    tight = _tight(text)
    return _by_exact_name().get(tight) or _by_folded_name().get(tight.casefold())


def _tight(text: str) -> str:
    """Drop what is only typography: blanks, dots, braces, middle dots, stars between factors, carets of powers."""
    return re.sub(r"[\s.·*^()\[\]]", "", unicodedata.normalize("NFKC", text))


@lru_cache
def _by_exact_name() -> dict[str, Unit]:
    return {_tight(name): _unit(name, kind, factor) for name, kind, factor, *_aliases in _UNITS}


@lru_cache
def _by_folded_name() -> dict[str, Unit]:
    return {
        _tight(alias).casefold(): _unit(name, kind, factor)
        for name, kind, factor, *aliases in _UNITS
        for alias in ([] if name in _CASE_MATTERS else [name]) + [alias for part in aliases for alias in part]
    }


def _unit(name: str, kind: str, factor: Fraction) -> Unit:
    return Unit(name, kind, float(factor), _CANONICAL[kind])


def _refusal(text: str, bare: str) -> str:
    if choices := _AMBIGUOUS.get(_tight(bare).casefold()):
        message = _("The unit '{unit}' means different amounts in different countries. Write {choices}.")
        return message.format(unit=text, choices=choices)
    near = get_close_matches(_tight(bare).casefold(), list(_by_folded_name()), n=1)
    if near:
        suggestion = _by_folded_name()[near[0]].name
        return _("The unit '{unit}' is unknown. Did you mean {suggestion}?").format(
            unit=text, suggestion=suggestion
        )
    return _("The unit '{unit}' is unknown. Write for example kWh, MJ, m3, litre, kg or m2.").format(
        unit=text
    )


_AMBIGUOUS = {
    **dict.fromkeys(("gallon", "gallons", "gal", "galon", "galón", "галлон", "加仑"), "US gal / UK gal"),
    **dict.fromkeys(("ton", "tons"), "t / short ton / long ton"),
    **dict.fromkeys(("mbtu",), "kBtu / MMBtu"),
}
_CANONICAL = {
    "energy": "kWh",
    "volume": "m3",
    "normal_volume": "Nm3",  # cubic metres at 0 °C and 1013.25 mbar: not a meter's cubic metres
    "mass": "kg",
    "area": "m2",
    "distance": "km",
    "co2e": "kg CO2e",
    "sheets": "sheet",
    "grammage": "g/m2",
    "density": "kg/m3",
}
_CASE_MATTERS = {"Mg", "mg", "ML", "ml"}

_JOULE = Fraction(1, 3_600_000)  # kWh
_BTU = Fraction("1055.05585262") * _JOULE
_CALORIE = Fraction("4.1868") * _JOULE
_FOOT = Fraction("0.3048")
_POUND = Fraction("0.45359237")
_US_GALLON = Fraction("0.003785411784")

# name, kind, canonical units in one, other ways to write it (any case)
_UNITS: tuple[tuple[str, str, Fraction, tuple[str, ...]], ...] = (
    ("Wh", "energy", Fraction(1, 1000), ("watt hour", "watt-hour", "Вт·ч", "瓦时")),
    (
        "kWh",
        "energy",
        Fraction(1),
        ("kw h", "kw-h", "kw/h", "kwhs", "kilowatt hour", "kilowatt hours", "kilowatt-hours", "kilowattheure",
         "kilowattheures", "kilovatio hora", "kilovatios hora", "kWst", "кВт·ч", "кВтч", "кВт*ч", "кВт-ч",
         "千瓦时", "千瓦小时", "度", "كيلوواط ساعة", "ك.و.س", "كيلوواط/ساعة"),
    ),
    ("MWh", "energy", Fraction(1000), ("mw h", "mw-h", "megawatt hour", "megawatt hours", "МВт·ч", "МВтч", "兆瓦时", "ميغاواط ساعة")),
    ("GWh", "energy", Fraction(10**6), ("gigawatt hour", "gigawatt hours", "ГВт·ч", "ГВтч", "吉瓦时", "جيغاواط ساعة")),
    ("TWh", "energy", Fraction(10**9), ("terawatt hours", "ТВт·ч")),
    ("J", "energy", _JOULE, ("joule", "joules", "Дж", "焦耳")),
    ("kJ", "energy", _JOULE * 10**3, ("kilojoule", "kilojoules", "кДж", "千焦")),
    ("MJ", "energy", _JOULE * 10**6, ("megajoule", "megajoules", "МДж", "兆焦", "ميغاجول")),
    ("GJ", "energy", _JOULE * 10**9, ("gigajoule", "gigajoules", "ГДж", "吉焦", "جيغاجول")),
    ("TJ", "energy", _JOULE * 10**12, ("terajoule", "terajoules", "ТДж", "太焦")),
    ("kcal", "energy", _CALORIE * 10**3, ("kilocalorie", "ккал", "千卡")),
    ("Mcal", "energy", _CALORIE * 10**6, ("Мкал",)),
    ("Gcal", "energy", _CALORIE * 10**9, ("gigacalorie", "Гкал", "吉卡")),
    ("Btu", "energy", _BTU, ("british thermal unit", "btus")),
    ("kBtu", "energy", _BTU * 10**3, ("kbtus", "thousand btu")),
    ("MMBtu", "energy", _BTU * 10**6, ("mmbtus", "million btu")),
    ("therm", "energy", Fraction(105_506_000) * _JOULE, ("therms", "thm", "therm (EC)")),
    ("therm (US)", "energy", Fraction(105_480_400) * _JOULE, ("US therm", "US therms", "therms (US)")),
    ("ton-hour", "energy", _BTU * 12_000, ("ton hours", "ton-hours", "tonhour", "tonhours")),
    ("toe", "energy", _JOULE * 41_868 * 10**6, ("tep", "тнэ", "吨油当量")),
    ("ktoe", "energy", _JOULE * 41_868 * 10**9, ("ktep",)),
    ("m3", "volume", Fraction(1), ("cubic metre", "cubic metres", "cubic meter", "cubic meters", "cbm", "mètre cube",
                                   "mètres cubes", "metro cúbico", "metros cúbicos", "Kubikmeter", "м3", "куб.м", "кубометр",
                                   "立方米", "متر مكعب", "م3")),
    ("Nm3", "normal_volume", Fraction(1), ("нм3", "标准立方米")),
    ("litre", "volume", Fraction(1, 1000), ("l", "ltr", "lt", "litres", "liter", "liters", "dm3", "litro", "litros", "л", "литр",
                                           "литров", "литры", "升", "公升", "لتر", "ل")),
    ("ML", "volume", Fraction(1000), ("megalitre", "megalitres", "megaliter", "megaliters", "mégalitre", "megalitro", "兆升")),
    ("ml", "volume", Fraction(1, 10**6), ("millilitre", "millilitres", "мл", "毫升")),
    ("hl", "volume", Fraction(1, 10), ("hectolitre", "hectolitres", "hectolitro", "гл")),
    ("US gal", "volume", _US_GALLON, ("US gallon", "US gallons", "gallon (US)", "gallons (US)", "gal (US)", "usg")),
    ("UK gal", "volume", Fraction("0.00454609"), ("imperial gallon", "imperial gallons", "gallon (UK)", "gallons (UK)", "gal (UK)", "UK gallons", "UK gallon", "imp gal")),
    ("kgal", "volume", _US_GALLON * 1000, ("kgal (US)", "thousand gallons (US)", "thousand US gallons", "1000 US gal", "kUSgal")),
    ("bbl", "volume", _US_GALLON * 42, ("barrel", "barrels", "baril", "barril", "баррель", "桶")),
    ("ft3", "volume", _FOOT**3, ("cf", "cubic foot", "cubic feet", "cu ft", "cuft")),
    ("ccf", "volume", _FOOT**3 * 100, ("hcf", "hundred cubic feet")),
    ("kcf", "volume", _FOOT**3 * 1000, ("mcf", "thousand cubic feet")),
    ("Mg", "mass", Fraction(1000), ("megagram", "megagrams")),
    ("g", "mass", Fraction(1, 1000), ("gram", "grams", "gramme", "grammes", "gramo", "gramos", "г", "克", "غرام")),
    ("kg", "mass", Fraction(1), ("kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes", "kilogramo",
                                "kilogramos", "кг", "килограмм", "公斤", "千克", "كغ", "كجم", "كيلوغرام")),
    ("t", "mass", Fraction(1000), ("tonne", "tonnes", "metric ton", "metric tons", "mt", "tonelada", "toneladas", "т", "тонна",
                                  "тонн", "тонны", "吨", "公吨", "طن", "طن متري")),
    ("kt", "mass", Fraction(10**6), ("kilotonne", "kilotonnes", "кт", "千吨")),
    ("lb", "mass", _POUND, ("lbs", "pound", "pounds", "livre", "libra", "libras", "фунт", "磅")),
    ("oz", "mass", _POUND / 16, ("ounce", "ounces", "onza", "onzas")),
    ("short ton", "mass", _POUND * 2000, ("short tons", "US ton", "US tons", "ton (US)")),
    ("long ton", "mass", _POUND * 2240, ("long tons", "UK ton", "UK tons", "imperial ton", "ton (UK)")),
    ("m2", "area", Fraction(1), ("sqm", "sq m", "square metre", "square metres", "square meter", "square meters", "qm", "mètre carré",
                                "mètres carrés", "metro cuadrado", "metros cuadrados", "Quadratmeter", "м2", "кв.м", "平方米",
                                "متر مربع", "م2")),
    ("ft2", "area", _FOOT**2, ("sf", "sqft", "sq ft", "square foot", "square feet", "pie cuadrado", "pies cuadrados")),
    ("yd2", "area", (_FOOT * 3) ** 2, ("sq yd", "square yard", "square yards")),
    ("ha", "area", Fraction(10_000), ("hectare", "hectares", "hectárea", "hectáreas", "га", "公顷", "هكتار")),
    ("km2", "area", Fraction(10**6), ("sq km", "square kilometre", "square kilometres", "км2", "平方公里")),
    ("acre", "area", _FOOT**2 * 43_560, ("acres",)),
    ("m", "distance", Fraction(1, 1000), ("metre", "metres", "meter", "meters", "mètre", "metro", "metros", "м", "米", "متر")),
    ("km", "distance", Fraction(1), ("kms", "kilometre", "kilometres", "kilometer", "kilometers", "kilomètre", "kilomètres", "kilómetro",
                                    "kilómetros", "км", "公里", "千米", "كم")),
    ("mile", "distance", _FOOT * 5280 / 1000, ("mi", "miles", "statute mile", "statute miles", "milla", "millas", "миля", "英里")),
    ("nautical mile", "distance", Fraction("1.852"), ("nm", "nmi", "nautical miles", "морская миля", "海里")),
    ("sheet", "sheets", Fraction(1), ("sheets", "sheets of paper", "feuille", "feuilles", "Blatt", "hoja", "hojas", "лист", "листа", "листов", "листы",
                                     "张", "ورقة", "أوراق")),
    ("ream", "sheets", Fraction(500), ("reams", "rame", "rames", "ramette", "ramettes", "Ries", "resma", "resmas", "令", "رزمة", "رزم")),
    ("g/m2", "grammage", Fraction(1), ("gsm", "g/sqm", "г/м2", "克/平方米", "غ/م2")),
    ("kg/m3", "density", Fraction(1), ("kg/cbm", "g/l", "kg per m3", "кг/м3", "公斤/立方米", "كغ/م3")),
    ("t/m3", "density", Fraction(1000), ("kg/l", "t per m3", "т/м3", "吨/立方米")),
    ("g CO2e", "co2e", Fraction(1, 1000), ("g CO2", "gCO2eq", "g CO2-e")),
    ("kg CO2e", "co2e", Fraction(1), ("kg CO2", "kgCO2eq", "kg CO2-e", "kg CO2-eq", "kg éq. CO2", "kg eq CO2", "кг CO2", "кг CO2-экв",
                                     "公斤二氧化碳当量", "千克二氧化碳当量")),
    ("t CO2e", "co2e", Fraction(1000), ("t CO2", "tCO2eq", "t CO2-e", "t CO2-eq", "tonnes CO2e", "tonnes CO2", "tonne CO2e", "mtCO2e",
                                       "metric tons CO2e", "metric tons CO2", "t éq. CO2", "t eq CO2", "teqCO2", "т CO2", "т CO2-экв",
                                       "吨二氧化碳当量", "吨CO2")),
    ("kt CO2e", "co2e", Fraction(10**6), ("kt CO2", "ktCO2eq", "kt CO2-e")),
)  # fmt: skip
