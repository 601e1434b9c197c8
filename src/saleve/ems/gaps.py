"""What data lack, who owes them, and estimates that stand in until they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from saleve.ems.acts import act
from saleve.ems.intake import Taken, take_in
from saleve.ems.settings import WorkspaceError
from saleve.ems.workspace import Workspace, presences
from saleve.language import _, for_reader
from saleve.ledger.estimating import load_estimates
from saleve.ledger.loading import Loaded
from saleve.method.activity.floor_area import areas_by_year
from saleve.method.coverage import GAPS
from saleve.method.emissions.compute import SOURCES
from saleve.method.proxies import AREAS, PERSONS, PROXIES, proxy_rows
from saleve.method.requests import Outstanding, outstanding


@dataclass(frozen=True)
class Gaps:
    """Everything a list of open requests shows, and the data that it was worked out from."""

    taken: Taken
    years: tuple[int, ...]
    found: Outstanding


def open_requests(workspace: Workspace, today: date, years: Sequence[int] = ()) -> Gaps:
    """Return which source, site and month lacks data, who owes them, and what could stand in.

    ``years``: the newest year with data if left out.
    """
    taken = take_in(workspace)
    return requests_of(workspace, taken, today, tuple(years) or _newest_year(taken))


def requests_of(workspace: Workspace, taken: Taken, today: date, asked: tuple[int, ...]) -> Gaps:
    """Return the same of data that were taken from the ledger already."""
    found = outstanding(
        taken.activities,
        presences(workspace),
        workspace.expected_sources or [name for name in SOURCES if name in taken.activities],
        asked,
        owners=workspace.owners,
        persons=_persons(taken),
        areas=_areas(taken, asked),
        today=today,
        own_values=workspace.rules.own_values,
    )
    return Gaps(taken, asked, found)


def fill_gaps(
    workspace: Workspace, gaps: Gaps, *, source: str, proxy: str, site: str | None = None, reason: str = ""
) -> Loaded:
    """Let a proxy stand in for the months that a source (of one site) lacks; raises ``WorkspaceError`` where it cannot."""
    if proxy not in PROXIES:
        message = _("There is no proxy {name}. There are: {known}.")
        raise WorkspaceError(message.format(name=proxy, known=", ".join(PROXIES)))
    sites = [one.name for one in workspace.sites]
    if site is not None and site not in {*sites, *gaps.found.coverage["site"]}:
        message = _("There is no site {site}. There are: {known}.")
        raise WorkspaceError(message.format(site=site, known=", ".join(sites)))
    lacking = gaps.found.coverage.filter(
        pl.col("state").is_in(GAPS), pl.col("source") == source, *([pl.col("site") == site] if site else [])
    )
    if lacking.is_empty():
        message = _("{source} lacks no month that is over.")
        raise WorkspaceError(message.format(source=source))
    rows = proxy_rows(
        proxy,
        lacking,
        gaps.taken.activities[source],
        persons=_persons(gaps.taken),
        areas=_areas(gaps.taken, gaps.years),
        own_values=workspace.rules.own_values,
    )
    if rows.is_empty():
        message = for_reader(
            _("The proxy {name} has nothing to go by for {source}. See saleve requests for those that have."),
            _(
                "The proxy {name} has nothing to go by for {source}. Choose one that the list of requests names."
            ),
        )
        raise WorkspaceError(message.format(name=proxy, source=source))
    name = "-".join(["estimates", source, *([site] if site else []), *map(str, gaps.years), proxy]) + ".csv"
    return load_estimates(workspace.stores, source, rows, name, act(reason or f"proxy {proxy}"))


def _newest_year(taken: Taken) -> tuple[int, ...]:
    years = [
        rows.lazy().select(pl.col("year").max()).collect().item()
        for name, rows in taken.activities.items()
        if name in SOURCES
    ]
    known = [year for year in years if year is not None]
    if not known:
        raise WorkspaceError(for_reader(_("Nothing was loaded yet. Load a file: saleve load FILE"), _("Nothing was loaded yet. Load a file on the page Data.")))  # fmt: skip
    return (max(known),)


def _persons(taken: Taken) -> pl.DataFrame:
    if "headcount" not in taken.activities:
        return pl.DataFrame(schema=PERSONS)
    rows = taken.activities["headcount"].lazy().group_by("year", "site").agg(pl.col("persons").sum())
    return rows.collect().select(PERSONS.names()).cast(PERSONS)


def _areas(taken: Taken, years: Sequence[int]) -> pl.DataFrame:
    if "floor_area" not in taken.activities:
        return pl.DataFrame(schema=AREAS)
    rows = areas_by_year(taken.activities["floor_area"].lazy().collect(), years)
    summed = rows.group_by("year", "site").agg(pl.col("area_m2").sum())
    return summed.select(AREAS.names()).cast(AREAS)
