"""What cannot be true together in a ``saleve.toml`` whose keys are all well written, told before a figure rests on it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

from saleve.language import _
from saleve.method.activity.categories import CATEGORIES
from saleve.method.uncertainty.classes import class_names

LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")  # of the United Nations
_LEAP_YEAR = 2000  # in which every day of a year can be
FIRST_YEAR, LAST_YEAR = 1990, 2100  # the years that activity data may name
FEWEST_DRAWS, MOST_DRAWS = 1_000, 1_000_000  # fewer say little of a 95 % range; more take minutes


def contradictions(content: Mapping[str, Any]) -> Iterable[str]:
    """Yield a sentence for each thing that cannot be; ``content`` has passed the check of its keys and kinds."""
    yield from _of_years(content)
    yield from _of_target(content.get("target", {}))
    yield from _of_assumptions(content.get("assumptions", {}))
    yield from _of_uncertainty(content.get("uncertainty", {}))
    yield from _of_privacy(content.get("privacy", {}))
    yield from _of_sites(content.get("sites", []))
    yield from _of_owners(content.get("owners", []), content.get("sites", []))
    yield from _of_degree_days(content.get("degree_days", []), _site_names(content.get("sites", [])))
    language = content.get("report", {}).get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        message = _("[report]: language is {language}, but can be: {known}.")
        yield message.format(language=language, known=", ".join(LANGUAGES))
    for where, entry in _files(content):
        yield from _of_file(where, entry)


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


def _of_years(content: Mapping[str, Any]) -> Iterable[str]:
    inventory, target = content.get("inventory", {}), content.get("target", {})
    named = [("[inventory]: first_year", inventory.get("first_year"))]
    named += [("[inventory]: last_year", inventory.get("last_year"))]
    named += [(f"[target]: {key}", target.get(key)) for key in ("base_year", "target_year")]
    named += [(f"{where}: year", entry.get("year")) for where, entry in _files(content)]
    named += [("[[breaks]]: year", entry["year"]) for entry in content.get("breaks", [])]
    for where, year in named:
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            message = _("{where} is {year}, but must be from {first} to {last}.")
            yield message.format(where=where, year=year, first=FIRST_YEAR, last=LAST_YEAR)
    if inventory.get("first_year", FIRST_YEAR) > inventory.get("last_year", LAST_YEAR):
        yield _("[inventory]: first_year comes after last_year. Exchange them.")


def _of_target(target: Mapping[str, Any]) -> Iterable[str]:
    if {"base_year", "target_year"} <= set(target) and target["base_year"] >= target["target_year"]:
        yield _("[target]: target_year must come after base_year.")
    reduction_pct = target.get("reduction_pct", 0)
    if not 0 <= reduction_pct <= 100:
        message = _("[target]: reduction_pct is {value}. Write the reduction in percent, from 0 to 100, without a minus sign.")  # fmt: skip
        yield message.format(value=reduction_pct)
    if target.get("base_t_co2e", 1) <= 0:
        yield _("[target]: base_t_co2e must be above zero. Leave it out where the base year's figure is not known.")  # fmt: skip


def _of_assumptions(assumptions: Mapping[str, float]) -> Iterable[str]:
    for name, value in assumptions.items():
        if value < 0:
            yield _("[assumptions]: {name} is {value}, but cannot be below zero.").format(
                name=name, value=value
            )


def _of_privacy(privacy: Mapping[str, Any]) -> Iterable[str]:
    if privacy.get("smallest_group", 1) < 1:
        message = _("[privacy]: smallest_group is {value}, but must be 1 or more; 1 hides nothing.")
        yield message.format(value=privacy["smallest_group"])


def _of_uncertainty(uncertainty: Mapping[str, Any]) -> Iterable[str]:
    if uncertainty.get("approach", 1) not in (1, 2):
        message = _(
            "[uncertainty]: approach is {value}, but can be 1 (error propagation) or 2 (Monte Carlo)."
        )
        yield message.format(value=uncertainty["approach"])
    if not FEWEST_DRAWS <= uncertainty.get("draws", FEWEST_DRAWS) <= MOST_DRAWS:
        message = _("[uncertainty]: draws is {value}, but must be from {fewest} to {most}.")
        yield message.format(value=uncertainty["draws"], fewest=FEWEST_DRAWS, most=MOST_DRAWS)
    if uncertainty.get("seed", 0) < 0:
        yield _("[uncertainty]: seed is {value}, but cannot be below zero.").format(value=uncertainty["seed"])
    for name, value in uncertainty.get("year_correlation", {}).items():
        if name not in class_names():
            message = _("[uncertainty]: year_correlation names {name}, but can name: {known}.")
            yield message.format(name=name, known=", ".join(class_names()))
        elif not 0 <= value <= 1:
            message = _("[uncertainty]: year_correlation of {name} is {value}, but must be from 0 to 1.")
            yield message.format(name=name, value=value)


def _of_sites(sites: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    names = Counter(
        name.strip().lower() for site in sites for name in {site["name"], *site.get("aliases", [])}
    )
    for name, count in names.items():
        if count > 1:
            message = _("[[sites]]: {count} sites are called {name}. Give each its own name and aliases, or join them.")  # fmt: skip
            yield message.format(count=count, name=name)
    for site in sites:
        if site.get("opened") and site.get("closed") and site["opened"] > site["closed"]:
            yield _("[[sites]]: {site} closed before it opened. Correct the dates.").format(site=site["name"])
        for source in set(site.get("sources_ended", {})) - set(CATEGORIES):
            message = _("[[sites]]: sources_ended of {site} names {source}, but can name: {known}.")
            yield message.format(site=site["name"], source=source, known=", ".join(CATEGORIES))


def _of_owners(owners: list[Mapping[str, Any]], sites: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """An owner must name sites that there are and a day that there is, and nobody may owe what somebody else owes."""
    names = _site_names(sites)
    for entry in owners:
        for site in entry.get("sites", []):
            if names and site.strip().lower() not in names:
                message = _("[[owners]]: {owner} names the site {site}, which is not in [[sites]]. Correct the name or add the site.")  # fmt: skip
                yield message.format(owner=entry["owner"], site=site)
        if "due" in entry and month_and_day(entry["due"]) is None:
            message = _('[[owners]]: due of {owner} is {value}. Write month and day in quotes, such as "03-31".')  # fmt: skip
            yield message.format(owner=entry["owner"], value=entry["due"])
    for (category, site), count in _owed(owners, names).items():
        if count > 1:
            message = _(
                "[[owners]]: {count} entries answer for {category} at {site}. Leave it with one of them."
            )
            yield message.format(count=count, category=category or _("every category"), site=site or _("every site"))  # fmt: skip


def _of_degree_days(entries: list[Mapping[str, Any]], names: Mapping[str, str]) -> Iterable[str]:
    """Degree days must be of sites that there are, of years, and not below zero; one block for each site."""
    for entry in entries:
        site = entry["site"]
        if names and site.strip().lower() not in names:
            message = _("[[degree_days]] names the site {site}, which is not in [[sites]]. Correct the name or add the site.")  # fmt: skip
            yield message.format(site=site)
        for kind in ("heating", "cooling"):
            for year, value in entry.get(kind, {}).items():
                if not (year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR):
                    message = _("[[degree_days]]: {kind} of {site} names the year {year}, but years are from {first} to {last}.")  # fmt: skip
                    yield message.format(kind=kind, site=site, year=year, first=FIRST_YEAR, last=LAST_YEAR)
                if value < 0:
                    message = _("[[degree_days]]: {kind} of {site} is {value} in {year}, but cannot be below zero.")  # fmt: skip
                    yield message.format(kind=kind, site=site, value=value, year=year)
    for site, count in Counter(names.get(name, name) for name in (one["site"].strip().lower() for one in entries)).items():  # fmt: skip
        if count > 1:
            message = _("[[degree_days]]: {count} blocks are of {site}. Write all its years into one.")
            yield message.format(count=count, site=site)


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


def _of_file(where: str, entry: Mapping[str, Any]) -> Iterable[str]:
    path = PurePath(entry["path"])
    if path.is_absolute() or ".." in path.parts:
        message = _("{where}: {path} lies outside the folder of saleve.toml. Copy the file into it.")
        yield message.format(where=where, path=entry["path"])
    modules = [CATEGORIES[entry["category"]]] if "category" in entry else list(CATEGORIES.values())
    known = {column.name for module in modules for column in module.CATEGORY.columns}
    for name in entry.get("constants", {}):
        if name not in known:
            message = _("{where}: constants names {name}, which the data do not have. They have: {known}.")
            yield message.format(where=where, name=name, known=", ".join(sorted(known)))


def _files(content: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(f"[[files]] {number}", entry) for number, entry in enumerate(content.get("files", []), start=1)]
