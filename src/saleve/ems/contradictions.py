"""What cannot be true together in a ``saleve.toml`` whose keys are all well written, told before a figure rests on it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

from saleve.ems.faults import Fault, Spot
from saleve.language import _
from saleve.method.activity.categories import CATEGORIES
from saleve.method.uncertainty.classes import class_names

LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")  # of the United Nations
_LEAP_YEAR = 2000  # in which every day of a year can be
FIRST_YEAR, LAST_YEAR = 1990, 2100  # the years that activity data may name
MOST_HOURS = 720  # of a session: a month
FEWEST_DRAWS, MOST_DRAWS = 1_000, 1_000_000  # fewer say little of a 95 % range; more take minutes


def contradictions(content: Mapping[str, Any]) -> Iterable[Fault]:
    """Yield a sentence for each thing that cannot be; ``content`` has passed the check of its keys and kinds."""
    yield from _of_years(content)
    yield from _of_target(content.get("target", {}))
    yield from _of_assumptions(content.get("assumptions", {}))
    yield from _of_uncertainty(content.get("uncertainty", {}))
    yield from _of_privacy(content.get("privacy", {}))
    yield from _of_sites(content.get("sites", []))
    yield from _of_units(content.get("units", []))
    yield from _of_owners(content.get("owners", []), content.get("sites", []))
    yield from _of_web(content.get("site", {}))
    yield from _of_degree_days(content.get("degree_days", []), _site_names(content.get("sites", [])))
    language = content.get("report", {}).get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        message = _("[report]: language is {language}, but can be: {known}.")
        yield Fault(message.format(language=language, known=", ".join(LANGUAGES)), "report", "language")
    for number, entry in enumerate(content.get("files", []), start=1):
        yield from _of_file(Spot("files", number), entry)


def month_and_day(text: str) -> tuple[int, int] | None:
    """Read a day of the year such as 03-31; None where there is no such day."""
    month, _dash, day = text.strip().partition("-")
    if not (month.isdecimal() and day.isdecimal()):
        return None
    try:
        found = date(_LEAP_YEAR, int(month), int(day))
    except ValueError:
        return None
    return found.month, found.day


def _of_years(content: Mapping[str, Any]) -> Iterable[Fault]:
    inventory, target = content.get("inventory", {}), content.get("target", {})
    named = [(Spot("inventory", key=key), inventory.get(key)) for key in ("first_year", "last_year")]
    named += [(Spot("target", key=key), target.get(key)) for key in ("base_year", "target_year")]
    for table in ("files", "breaks"):
        entries = enumerate(content.get(table, []), start=1)
        named += [(Spot(table, number, "year"), entry.get("year")) for number, entry in entries]
    for spot, year in named:
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            message = _("{where} is {year}, but must be from {first} to {last}.")
            yield spot.says(message.format(where=spot, year=year, first=FIRST_YEAR, last=LAST_YEAR))
    if inventory.get("first_year", FIRST_YEAR) > inventory.get("last_year", LAST_YEAR):
        text = _("[inventory]: first_year comes after last_year. Exchange them.")
        yield Fault(text, "inventory", "first_year")


def _of_target(target: Mapping[str, Any]) -> Iterable[Fault]:
    if {"base_year", "target_year"} <= set(target) and target["base_year"] >= target["target_year"]:
        yield Fault(_("[target]: target_year must come after base_year."), "target", "target_year")
    reduction_pct = target.get("reduction_pct", 0)
    if not 0 <= reduction_pct <= 100:
        message = _("[target]: reduction_pct is {value}. Write the reduction in percent, from 0 to 100, without a minus sign.")  # fmt: skip
        yield Fault(message.format(value=reduction_pct), "target", "reduction_pct")
    if target.get("base_t_co2e", 1) <= 0:
        text = _("[target]: base_t_co2e must be above zero. Leave it out where the base year's figure is not known.")  # fmt: skip
        yield Fault(text, "target", "base_t_co2e")


def _of_assumptions(assumptions: Mapping[str, float]) -> Iterable[Fault]:
    for name, value in assumptions.items():
        if value < 0:
            text = _("[assumptions]: {name} is {value}, but cannot be below zero.")
            yield Fault(text.format(name=name, value=value), "assumptions", name)


def _of_privacy(privacy: Mapping[str, Any]) -> Iterable[Fault]:
    if privacy.get("smallest_group", 1) < 1:
        message = _("[privacy]: smallest_group is {value}, but must be 1 or more; 1 hides nothing.")
        yield Fault(message.format(value=privacy["smallest_group"]), "privacy", "smallest_group")
    if privacy.get("keep_personal_files_months", 1) < 1:
        message = _("[privacy]: keep_personal_files_months is {value}, but must be 1 or more. Leave it out to keep them for ever.")  # fmt: skip
        value = privacy["keep_personal_files_months"]
        yield Fault(message.format(value=value), "privacy", "keep_personal_files_months")


def _of_uncertainty(uncertainty: Mapping[str, Any]) -> Iterable[Fault]:
    if uncertainty.get("approach", 1) not in (1, 2):
        message = _(
            "[uncertainty]: approach is {value}, but can be 1 (error propagation) or 2 (Monte Carlo)."
        )
        yield Fault(message.format(value=uncertainty["approach"]), "uncertainty", "approach")
    if not FEWEST_DRAWS <= uncertainty.get("draws", FEWEST_DRAWS) <= MOST_DRAWS:
        message = _("[uncertainty]: draws is {value}, but must be from {fewest} to {most}.")
        text = message.format(value=uncertainty["draws"], fewest=FEWEST_DRAWS, most=MOST_DRAWS)
        yield Fault(text, "uncertainty", "draws")
    if uncertainty.get("seed", 0) < 0:
        text = _("[uncertainty]: seed is {value}, but cannot be below zero.")
        yield Fault(text.format(value=uncertainty["seed"]), "uncertainty", "seed")
    spot = Spot("uncertainty", key="year_correlation")
    for name, value in uncertainty.get("year_correlation", {}).items():
        if name not in class_names():
            message = _("[uncertainty]: year_correlation names {name}, but can name: {known}.")
            yield spot.says(message.format(name=name, known=", ".join(class_names())))
        elif not 0 <= value <= 1:
            message = _("[uncertainty]: year_correlation of {name} is {value}, but must be from 0 to 1.")
            yield spot.says(message.format(name=name, value=value))


def _of_sites(sites: list[Mapping[str, Any]]) -> Iterable[Fault]:
    """No two sites may be called alike; it is told at another name if it is one, else at the later site."""
    spots: dict[str, list[tuple[bool, int]]] = {}
    for number, site in enumerate(sites, start=1):
        own = site["name"].strip().lower()
        for name in {own, *(alias.strip().lower() for alias in site.get("aliases", []))}:
            spots.setdefault(name, []).append((name != own, number))
    for name, found in spots.items():
        if len(found) > 1:
            alias, number = max(found)
            message = _("[[sites]]: {count} sites are called {name}. Give each its own name and aliases, or join them.")  # fmt: skip
            text = message.format(count=len(found), name=name)
            yield Fault(text, "sites", "aliases" if alias else "name", number)
    for number, site in enumerate(sites, start=1):
        spot = Spot("sites", number)
        if site.get("opened") and site.get("closed") and site["opened"] > site["closed"]:
            text = _("[[sites]]: {site} closed before it opened. Correct the dates.")
            yield spot.at("closed").says(text.format(site=site["name"]))
        yield from _of_sources(site, spot)
    yield from _of_parts("sites", sites)


def _of_sources(site: Mapping[str, Any], spot: Spot) -> Iterable[Fault]:
    """Find sources of a site that are none, and those that ended before they began."""
    began, ended = (site.get(key, {}) for key in ("sources_began", "sources_ended"))
    for key, named in (("sources_began", began), ("sources_ended", ended)):
        for source in sorted(set(named) - set(CATEGORIES)):
            message = _("[[sites]]: {key} of {site} names {source}, but can name: {known}.")
            text = message.format(key=key, site=site["name"], source=source, known=", ".join(CATEGORIES))
            yield spot.at(key).says(text)
    for source in sorted(set(began) & set(ended)):
        if began[source] > ended[source]:
            message = _("[[sites]]: {source} of {site} ended before it began. Correct the dates.")
            yield spot.at("sources_ended").says(message.format(source=source, site=site["name"]))


def _of_units(units: list[Mapping[str, Any]]) -> Iterable[Fault]:
    seen: set[str] = set()
    for number, unit in enumerate(units, start=1):
        if unit["name"].strip().lower() in seen:
            text = _("[[units]]: {name} is there more than once. Leave one of them.")
            yield Fault(text.format(name=unit["name"]), "units", "name", number)
        seen.add(unit["name"].strip().lower())
    yield from _of_parts("units", units)


def _of_parts(table: str, entries: list[Mapping[str, Any]]) -> Iterable[Fault]:
    """What something is a part of must be there by its very name, and nothing may be a part of itself in the end."""
    above = {entry["name"]: entry["part_of"] for entry in entries if entry.get("part_of")}
    names = {entry["name"] for entry in entries}
    for number, entry in enumerate(entries, start=1):
        spot, parent = Spot(table, number, "part_of"), above.get(entry["name"])
        if parent is not None and parent not in names:
            text = _("[[{table}]]: {name} is part of {parent}, which is not there. Correct the name or add it.")  # fmt: skip
            yield spot.says(text.format(table=table, name=entry["name"], parent=parent))
        elif entry["name"] in _all_above(entry["name"], above):
            text = _("[[{table}]]: {name} is part of itself. Take part_of out of one of them.")
            yield spot.says(text.format(table=table, name=entry["name"]))


def _all_above(name: str, above: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    while (name := above.get(name, "")) and name not in found:
        found.append(name)
    return found


def _of_web(site: Mapping[str, Any]) -> Iterable[Fault]:
    if not 1 <= site.get("session_hours", 1) <= MOST_HOURS:
        message = _("[site]: session_hours is {value}, but must be from 1 to {most}.")
        value = site["session_hours"]
        yield Fault(message.format(value=value, most=MOST_HOURS), "site", "session_hours")
    issuer, client = site.get("oidc_issuer", ""), site.get("oidc_client", "")
    if issuer and not issuer.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        message = _("[site]: oidc_issuer is {value}, but must begin with https://.")
        yield Fault(message.format(value=issuer), "site", "oidc_issuer")
    if bool(issuer) != bool(client):
        text = _("[site]: oidc_issuer and oidc_client belong together. Give both, or neither.")
        yield Fault(text, "site", "oidc_issuer" if client else "oidc_client")


def _of_owners(owners: list[Mapping[str, Any]], sites: Iterable[Mapping[str, Any]]) -> Iterable[Fault]:
    """An owner must name sites that there are and a day that there is, and nobody may owe what somebody else owes."""
    names = _site_names(sites)
    for number, entry in enumerate(owners, start=1):
        spot = Spot("owners", number)
        for site in entry.get("sites", []):
            if names and site.strip().lower() not in names:
                message = _("[[owners]]: {owner} names the site {site}, which is not in [[sites]]. Correct the name or add the site.")  # fmt: skip
                yield spot.at("sites").says(message.format(owner=entry["owner"], site=site))
        if "due" in entry and month_and_day(entry["due"]) is None:
            message = _('[[owners]]: due of {owner} is {value}. Write month and day in quotes, such as "03-31".')  # fmt: skip
            yield spot.at("due").says(message.format(owner=entry["owner"], value=entry["due"]))
    for (category, site), count in _owed(owners, names).items():
        if count > 1:
            message = _(
                "[[owners]]: {count} entries answer for {category} at {site}. Leave it with one of them."
            )
            text = message.format(count=count, category=category or _("every category"), site=site or _("every site"))  # fmt: skip
            yield Fault(text, "owners")


def _of_degree_days(entries: list[Mapping[str, Any]], names: Mapping[str, str]) -> Iterable[Fault]:
    """Degree days must be of sites that there are, of years, and not below zero; one block for each site."""
    for number, entry in enumerate(entries, start=1):
        spot, site = Spot("degree_days", number), entry["site"]
        if names and site.strip().lower() not in names:
            message = _("[[degree_days]] names the site {site}, which is not in [[sites]]. Correct the name or add the site.")  # fmt: skip
            yield spot.at("site").says(message.format(site=site))
        for kind in ("heating", "cooling"):
            for year, value in entry.get(kind, {}).items():
                if not (year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR):
                    message = _("[[degree_days]]: {kind} of {site} names the year {year}, but years are from {first} to {last}.")  # fmt: skip
                    yield spot.at(kind).says(message.format(kind=kind, site=site, year=year, first=FIRST_YEAR, last=LAST_YEAR))  # fmt: skip
                if value < 0:
                    message = _("[[degree_days]]: {kind} of {site} is {value} in {year}, but cannot be below zero.")  # fmt: skip
                    yield spot.at(kind).says(message.format(kind=kind, site=site, value=value, year=year))
    for site, count in Counter(names.get(name, name) for name in (one["site"].strip().lower() for one in entries)).items():  # fmt: skip
        if count > 1:
            message = _("[[degree_days]]: {count} blocks are of {site}. Write all its years into one.")
            yield Fault(message.format(count=count, site=site), "degree_days")


def _site_names(sites: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return name or alias in small letters -> name of the site."""
    return {
        name.strip().lower(): site["name"]
        for site in sites
        for name in (site["name"], *site.get("aliases", []))
    }


def _owed(
    owners: Iterable[Mapping[str, Any]], names: Mapping[str, str]
) -> Counter[tuple[str | None, str | None]]:
    """Count the entries that answer for each category and site; None stands for all of them."""
    return Counter(
        (category, site)
        for entry in owners
        for category in dict.fromkeys(entry.get("categories") or [None])
        for site in {
            names.get(one.strip().lower(), one) if one else None for one in entry.get("sites") or [None]
        }
    )


def _of_file(spot: Spot, entry: Mapping[str, Any]) -> Iterable[Fault]:
    path = PurePath(entry["path"])
    if path.is_absolute() or ".." in path.parts:
        message = _("{where}: {path} lies outside the folder of saleve.toml. Copy the file into it.")
        yield spot.at("path").says(message.format(where=spot, path=entry["path"]))
    modules = [CATEGORIES[entry["category"]]] if "category" in entry else list(CATEGORIES.values())
    known = {column.name for module in modules for column in module.CATEGORY.columns}
    for name in entry.get("constants", {}):
        if name not in known:
            message = _("{where}: constants names {name}, which the data do not have. They have: {known}.")
            text = message.format(where=spot, name=name, known=", ".join(sorted(known)))
            yield spot.at("constants").says(text)
