"""Places as people write them, to airports: codes, metropolitan codes, cities in several languages, countries.

Nothing is guessed silently: what stands for a place is named by ``place_basis`` (code, metro, city, main_airport, capital),
and a name that two cities share is an error that lists them. Each different text is read once, however many rows have it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

import polars as pl

from saleve.language import _
from saleve.method.activity.place_readings import (
    SEVERAL,
    Finding,
    Place,
    Reading,
    Repair,
    airport_by_date,
    country_alone,
    failed,
    instead_of_city,
    joined,
    nearest,
    not_unique,
    served_codes,
    switched_off,
    unknown_place,
)
from saleve.method.reference.airports import (
    CodeFound,
    airport_table,
    dated_codes,
    find_code,
    metro_areas,
    stations,
)
from saleve.method.reference.cities import CityFound, find_city
from saleve.method.reference.countries import (
    Country,
    countries,
    country_names,
    find_country,
    folded,
    subdivisions,
)
from saleve.method.reference.packages import table

_CODE = re.compile(r"[A-Za-z]{3,4}")
_SLIPPED = re.compile(r"(?=.*\d)[A-Z0-9]{3}")
_IN_BRACKETS = re.compile(r"^(.*?)\s*[(\[]\s*([A-Za-z]{3,4})\s*[)\]]\s*$", re.DOTALL)
_CODE_FIRST = re.compile(r"^([A-Z]{3,4})\s*[-–:|,]?\s+(.+)$", re.DOTALL)
_CODE_LAST = re.compile(r"^(.+?)[\s,]*[-–:|,\s]\s*([A-Z]{3})$", re.DOTALL)
_EITHER = re.compile(r"\s(?:or|ou|o|oder|или|أو|或)\s", re.IGNORECASE)
_SLIPS = (("0", "O", "0 for O"), ("1", "I", "1 for I"))
_COUNTRY_BEFORE_CODE = frozenset({"USA", "UAE", "RSA", "DRC", "RDC", "KSA", "EUA", "EAU", "PNG", "RCA"})
_LONGEST = 400  # signs; a longer cell is no place
_MOST_REMEMBERED = 500_000  # texts; more are read again
_MOST_SUGGESTIONS = 400  # the search is slow; a file with more unknown names has another fault


def resolve_places(unique: pl.DataFrame) -> pl.DataFrame:
    """Return one row per text and finding: text, country_text, on, airport_id and place_basis (lists), code ... repair.

    ``unique`` has columns text, country_text (may be absent) and on (date, may be absent).
    """
    reader = PlaceReader()
    columns = [name for name in ("text", "country_text", "on") if name in unique.columns]
    rows = [_as_row(key, reader.read(**key)) for key in unique.select(columns).iter_rows(named=True)]
    told = pl.DataFrame([row for several in rows for row in several], schema=_RESOLVED, orient="row")
    apart = [
        pl.col(name).str.split(" ").list.filter(pl.element() != "") for name in ("airport_id", "place_basis")
    ]
    return told.with_columns(apart)


class PlaceReader:
    """Reads places and keeps what it has read; one reader per file. ``without`` are rules of repair that are switched off."""

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        self._without = without
        self._read: dict[tuple[str, str | None, date | None], Reading] = {}
        self._suggestions_left = _MOST_SUGGESTIONS

    def read(self, text: str | None, country_text: str | None = None, on: date | None = None) -> Reading:
        """Return the place or places a cell names; ``country_text`` is the cell beside it, ``on`` the day of travel."""
        key = (text or "", country_text, on)
        if key not in self._read:
            read = self._read_cell(key[0].strip(), country_text, on)
            if len(self._read) >= _MOST_REMEMBERED:
                self._read.clear()
            forbidden = [repair for repair in read.repairs if repair.rule in self._without]
            self._read[key] = switched_off(forbidden[0]) if forbidden else read
        return self._read[key]

    def _read_cell(self, text: str, country_text: str | None, on: date | None) -> Reading:
        if len(text) > _LONGEST or len(country_text or "") > _LONGEST:
            return unknown_place(max(text, country_text or "", key=len)[:60] + "…", "")
        country = find_country(country_text) if country_text and country_text.strip() else None
        if not text:
            return country_alone(country, on) if country else failed("place-missing", _("There is no place."))
        one = read_one(text, country, on)
        if one is not None and not one.failed:
            return one
        return self._several(text, country, on) or one or self._unknown(text, country, on)

    def _several(self, text: str, country: Country | None, on: date | None) -> Reading | None:
        if _EITHER.search(text):
            return failed(
                "place-either-or",
                _("'{place}' names a choice of places.").format(place=text),
                _("Write the place that was visited."),
            )
        for parts in (SEVERAL.split(text), text.split(",")):
            read = [read_one(part.strip(), country, on) for part in parts if part.strip()]
            known = [reading for reading in read if reading is not None and not reading.failed]
            flown = known if country is None else [one for one in known if _is_served(one)]
            if len(read) > 1 and flown and (len(flown) == len(read) or country is not None):
                return joined(text, flown, left_out=len(read) - len(flown))
        return None

    def _unknown(self, text: str, country: Country | None, on: date | None) -> Reading:
        if country is not None:
            return instead_of_city(text, country, on)
        near = ""
        if self._suggestions_left:
            self._suggestions_left -= 1
            near = nearest(text)
        return unknown_place(text, near)


def _is_served(reading: Reading) -> bool:
    """Not a small town's airfield: among several places it is where one drives to."""
    return any(place.basis != "city" or place.airport_id in served_codes() for place in reading.places)


def read_one(text: str, country: Country | None = None, on: date | None = None) -> Reading | None:
    """Return the one place that a text names, an error reading if the name is not unique, or None if it is unknown."""
    return (
        _as_code(text, country, on)
        or _as_name(text, country, on)
        or _with_code_beside(text, country, on)
        or _with_country_beside(text, on)
        or _slipped(text, country, on)
    )


def depends_on_date(text: str) -> bool:
    """Whether a text may name different airports at different times, so that it has to be read with its day."""
    words = set(folded(text).split())
    return bool(words & _dated_words())


def _as_code(text: str, country: Country | None, on: date | None) -> Reading | None:
    if not text.isascii() or not _CODE.fullmatch(text):
        return None
    code = text.upper()
    if code in _COUNTRY_BEFORE_CODE and country is None:
        return country_alone(find_country(code), on)
    if (not text.isupper() and not text.islower()) or len(text) == 4:
        named = _as_name(text, country, on)
        if named is not None:
            return named
    if code in stations():
        return Reading((Place(None, "code", station=stations()[code]),))
    found = find_code(code, on)
    return _from_code(text, found, country) if found else None


def _from_code(text: str, found: CodeFound, country: Country | None) -> Reading:
    code = text.upper()
    airport_id = found.airport_id
    place = Place(airport_id, found.basis)
    findings = [
        *_period_findings(code, found),
        *_metro_findings(code, found),
        *_elsewhere(code, airport_id, country),
    ]
    return Reading((place,), tuple(findings), repairs=tuple(_code_repairs(text, code, found)))


def _code_repairs(text: str, code: str, found: CodeFound) -> Iterator[Repair]:
    """Say what was changed to come from what is written to the airport's present code."""
    if text != code:
        yield Repair("code-lower-case", text, code)
    if found.outside_period or found.kind == "successor":
        yield Repair("code-superseded", code, found.airport_id)
    elif len(code) == 4 and code != found.airport_id:
        yield Repair("icao-to-iata", code, found.airport_id)


def _period_findings(code: str, found: CodeFound) -> Iterator[Finding]:
    if found.outside_period or found.kind == "successor":
        message = _("The code {code} was not in use on the day of travel; {airport} stands for it ({note}).")
        text = message.format(code=code, airport=found.airport_id, note=found.note)
        yield Finding("code-out-of-period", "warning", text, _("Check the code and the date."))


def _metro_findings(code: str, found: CodeFound) -> Iterator[Finding]:
    if found.basis == "metro":
        message = _(
            "{code} is the code of a city with several airports; its main airport {airport} stands for it."
        )
        yield Finding("metro-code", "note", message.format(code=code, airport=found.airport_id))


def _elsewhere(code: str, airport_id: str, country: Country | None) -> Iterator[Finding]:
    at = _country_of().get(airport_id)
    if country is not None and at != country.iso2 and not _served_across_border(at, country.iso2):
        message = _("The airport {code} does not lie in {country}; the code was taken.")
        text = message.format(code=code, country=country.name)
        yield Finding("country-differs", "warning", text, _("Check the code and the country."))


def _served_across_border(at: str | None, country: str) -> bool:
    near = {("FR", "CH"), ("FR", "DE"), ("US", "PR"), ("US", "VI"), ("FR", "MC"), ("IL", "PS")}
    return (at or "", country) in near


def _as_name(text: str, country: Country | None, on: date | None) -> Reading | None:
    name = folded(text)
    if country is None and name in country_names() and not _rather_a_city(text):
        return country_alone(countries()[country_names()[name]], on)
    if (
        country is not None
        and country_names().get(name) == country.iso2
        and not find_city(text, country.iso2).city
    ):
        return country_alone(country, on)
    return _from_city(text, find_city(text, country.iso2 if country else None), on)


def _rather_a_city(text: str) -> bool:
    """Two letters in a place column are too short to be sure of a country, except the well-known ones."""
    return len(text) == 2 and text.upper() not in {"US", "UK"}


def _from_city(text: str, found: CityFound, on: date | None) -> Reading | None:
    if found.candidates:
        return not_unique(text, found.candidates)
    if found.city is None:
        return None
    city = found.city
    airport_id = airport_by_date(city.code, on)
    if city.several:
        message = _("{place} has several airports; the main one, {airport}, stands for it.")
        finding = Finding("main-airport", "note", message.format(place=text, airport=airport_id))
        return Reading((Place(airport_id, "main_airport"),), (finding,))
    if city.note.startswith("served from"):
        message = _("{place} has no airport of its own; {airport} stands for it.")
        finding = Finding("served-from-elsewhere", "warning", message.format(place=text, airport=airport_id))
        return Reading((Place(airport_id, "main_airport"),), (finding,))
    return Reading((Place(airport_id, "city"),))


def _with_code_beside(text: str, country: Country | None, on: date | None) -> Reading | None:
    """``Geneva (GVA)``, ``GVA - Geneva``, ``Geneva, GVA``: the code decides."""
    for pattern, code_group in ((_IN_BRACKETS, 2), (_CODE_FIRST, 1), (_CODE_LAST, 2)):
        match = pattern.match(text)
        if match is None:
            continue
        code, other = match[code_group], match[3 - code_group].strip()
        if pattern is not _IN_BRACKETS and _is_code(other):
            continue
        if code.upper() in stations() or find_code(code.upper(), on):
            return _as_code(code.upper(), country, on)
    return None


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{3}", text))


def _with_country_beside(text: str, on: date | None) -> Reading | None:
    """``San José, Costa Rica``; ``Boston, MA, US``; ``Lima (Peru)``; ``Portland, Oregon``."""
    parts = [part.strip() for part in re.split(r"[,(]|\s[-–]\s", text.rstrip(") ")) if part.strip()]
    if len(parts) < 2:
        return None
    name, beside = parts[0], parts[-1]
    country = find_country(beside)
    if country is not None and (len(beside) > 2 or len(parts) > 2):
        state = parts[1] if len(parts) > 2 else None
        return _in_country(name, country, state, on)
    return _in_state(name, beside, on) or (_in_country(name, country, None, on) if country else None)


def _in_country(name: str, country: Country, state: str | None, on: date | None) -> Reading | None:
    full = subdivisions().get((country.iso2, folded(state)), state) if state else None
    narrowed = _from_city(name, find_city(name, country.iso2, full), on) if full else None
    if narrowed is not None and not narrowed.failed:
        return narrowed
    return _as_code(name, country, on) or _from_city(name, find_city(name, country.iso2), on)


def _in_state(name: str, state: str, on: date | None) -> Reading | None:
    for country in ("US", "CA", "AU", "BR"):
        full = subdivisions().get((country, folded(state)))
        found = find_city(name, country, full) if full else CityFound()
        if found.city or found.candidates:
            return _from_city(name, found, on)
        capital = find_city(name, country) if full else CityFound()
        if capital.city is not None and capital.city.rank == 0:
            return _from_city(name, capital, on)
    return None


def _slipped(text: str, country: Country | None, on: date | None) -> Reading | None:
    """A digit for a letter in an IATA code, by a named rule."""
    code = text.upper()
    if not _SLIPPED.fullmatch(code):
        return None
    rules = [rule for digit, _letter, rule in _SLIPS if digit in code]
    for digit, letter, _rule in _SLIPS:
        code = code.replace(digit, letter)
    read = _as_code(code, country, on)
    if read is None or read.failed or not rules:
        return None
    message = _("'{text}' read as {code} ({rule} in an IATA code).")
    told = Finding("code-repaired", "note", message.format(text=text, code=code, rule=", ".join(rules)))
    repair = Repair("iata-digit-for-letter", text, code)
    return replace(
        read,
        findings=(told, *read.findings),
        repair=f"{', '.join(rules)} in IATA code",
        repairs=(repair, *read.repairs),
    )


@lru_cache(maxsize=1)
def _country_of() -> dict[str, str]:
    return dict(airport_table().select("airport_id", "country").iter_rows())


@lru_cache(maxsize=1)
def _dated_words() -> frozenset[str]:
    """Words of codes, cities and countries that stand for airports with a history."""
    codes = {
        code
        for code, periods in dated_codes().items()
        if periods and any(p.valid_from or p.valid_to for p in periods)
    }
    at = airport_table().filter(pl.col("airport_id").is_in(list(codes)))
    names: set[str] = set()
    for city in at["city"].drop_nulls():
        names |= set(folded(city).split())
    return frozenset({code.lower() for code in codes} | names | _dated_aliases(codes))


def _dated_aliases(codes: Iterable[str]) -> set[str]:
    wanted = set(codes)
    aliases = (
        table("airports", "city_names").filter(pl.col("airport_id").is_in(list(wanted)))["name"].to_list()
    )
    nations = {country.iso2 for country in countries().values() if country.capital_airport in wanted}
    aliases += [name for name, iso2 in country_names().items() if iso2 in nations]
    aliases += [area.city for area in metro_areas().values() if area.main_airport in wanted]
    return {word for alias in aliases for word in folded(alias).split()}


_RESOLVED: dict[str, pl.DataType | type[pl.DataType]] = {
    "text": pl.String,
    "country_text": pl.String,
    "on": pl.Date,
    "airport_id": pl.String,
    "place_basis": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "message": pl.String,
    "suggestion": pl.String,
    "repair": pl.String,
}


def _as_row(key: dict[str, object], reading: Reading) -> list[tuple[object, ...]]:
    asked = (key.get("text"), key.get("country_text"), key.get("on"))
    flown = [place for place in reading.places if place.airport_id]
    found = (" ".join(place.airport_id or "" for place in flown), " ".join(place.basis for place in flown))
    told = reading.findings or (None,)
    return [
        (
            *asked,
            *found,
            *((each.code, each.severity, each.message, each.suggestion) if each else (None,) * 4),
            reading.repair,
        )
        for each in told
    ]
