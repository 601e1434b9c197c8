"""What an inventory management plan is written from: settings, files, proxies and rows of one year of a workspace."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from saleve.ems.inventories import Computed
from saleve.ems.plan_settings import (
    began_of,
    contacts_of,
    plan_settings,
    policy_of,
    restatements_of,
    sites_of,
)
from saleve.ems.runs import Run, list_runs, load, published_run
from saleve.ems.workspace import Workspace
from saleve.method.activity.floor_area import areas_by_year
from saleve.method.activity.standing import plain
from saleve.method.emissions.compute import SOURCES
from saleve.method.inventory import Inventory
from saleve.method.reference.countries import country_table
from saleve.reporting.certainty import citations
from saleve.reporting.plan_records import FILES, PROXIES, USED, PlanMatter
from saleve.reporting.records import Facts


def plan_matter(computed: Computed, year: int, kept: Run | None = None) -> PlanMatter:
    """Return what the year's plan is written from beside its figures; with ``kept``, the settings and methods of that run."""
    settings = (kept.plan if kept else None) or plan_settings(computed.workspace)
    activities = {name: _of_year(rows, year) for name, rows in computed.taken.activities.items()}
    files = _files(activities)
    countries = dict(country_table().select("iso3", "name").iter_rows())
    return PlanMatter(
        stated=frozenset(settings["stated"]),
        words=settings["words"],
        contacts=contacts_of(settings),
        names=tuple(settings["names"]),
        sites=sites_of(settings, countries),
        began=began_of(settings),
        owners=_owners(settings["owners"], activities),
        areas=_areas(computed, year),
        definitions={name: _definition(activities[name]) for name in _DEFINED if name in activities},
        files=files,
        proxies=_proxies(activities),
        used=used_methods(load(kept) if kept else computed.inventory, year),
        own_tables=settings["own_tables"],
        rows=_rows(computed, set(files["file"])),
        warnings=_warnings(computed, year),
        policy=policy_of(settings),
        restatements=restatements_of(settings),
        kept_as=kept.name if kept else "",
    )


def plan_before(computed: Computed, year: int) -> tuple[Facts, PlanMatter] | None:
    """Return what last year's plan is written from: settings, rules, methods and factors of its run, where one keeps them."""
    earlier = max((one for one in computed.inventory.years if one < year), default=None)
    if earlier is None:
        return None
    facts, kept = computed.published_facts(earlier), _kept(computed.workspace, earlier)
    if kept:
        inventory = load(kept)
        facts = replace(facts, rules=inventory.rules_of(earlier), citations=citations(inventory, earlier))
    return facts, plan_matter(computed, earlier, kept)


def _kept(workspace: Workspace, year: int) -> Run | None:
    """Return the published run of a year, else the latest, where it keeps the settings of its plan."""
    runs = [row.run for row in list_runs(workspace) if row.run.year == year]
    chosen = published_run(workspace, year) or (runs[-1] if runs else None)
    return chosen if chosen and chosen.plan else None


def used_methods(inventory: Inventory, year: int) -> pl.DataFrame:
    """Return which method computed what of which source (``USED``), electricity by the basis of the total."""
    basis = pl.col("electricity_basis")
    counted = basis.is_null() | (basis == inventory.rules_of(year).electricity_basis)
    cells = inventory.cells_of(year).filter(counted)
    return cells.select(USED.names()).unique().sort(USED.names())


def rows_of(computed: Computed, source: str, year: int, schema: pl.Schema) -> pl.DataFrame:
    """Return the rows of a source and year with the columns of a schema; none where nothing is loaded."""
    if source not in computed.taken.activities:
        return pl.DataFrame(schema=schema)
    rows = computed.taken.activities[source].lazy().filter(pl.col("year") == year)
    return plain(rows).select(schema.names()).cast(schema).sort(schema.names())


_DEFINED = ("headcount", "floor_area")


def _of_year(activity: pl.DataFrame | pl.LazyFrame, year: int) -> pl.LazyFrame:
    """Return the rows of the year; what names no year, such as an area that holds for ever, stays."""
    return activity.lazy().filter(pl.col("year").is_null() | (pl.col("year") == year))


def _owners(owners: Iterable[Mapping[str, Any]], activities: Mapping[str, pl.LazyFrame]) -> dict[str, str]:
    """Return source -> offices that owe its data, for the sources that have data."""
    offices = list(owners)
    found = {
        source: [one["owner"] for one in offices if not one["categories"] or source in one["categories"]]
        for source in activities
    }
    return {source: ", ".join(dict.fromkeys(names)) for source, names in found.items() if names}


def _areas(computed: Computed, year: int) -> dict[str, float]:
    if "floor_area" not in computed.taken.activities:
        return {}
    areas = areas_by_year(plain(computed.taken.activities["floor_area"]), [year])
    summed = areas.drop_nulls("site").group_by("site").agg(pl.col("area_m2").sum())
    return dict(summed.iter_rows())


def _definition(rows: pl.LazyFrame) -> str:
    return "; ".join(plain(rows.select("definition"))["definition"].drop_nulls().unique().sort())


def _files(activities: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    counted = [
        plain(rows.group_by("source_file").agg(pl.len().cast(pl.Int64).alias("rows")))
        .select(pl.lit(source).alias("source"), pl.col("source_file").alias("file"), "rows")
        .cast(FILES)
        for source, rows in activities.items()
    ]
    return pl.concat([pl.DataFrame(schema=FILES), *counted]).sort("source", "file", nulls_last=True)


def _proxies(activities: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """Return the estimates that a person let stand in for data, each with the largest of its errors."""
    found = [pl.DataFrame(schema=PROXIES)]
    for source, rows in activities.items():
        columns = rows.collect_schema().names()
        if "proxy" in columns and source in SOURCES:
            site = pl.col("site") if "site" in columns else pl.lit(None, pl.String).alias("site")
            stood_in = plain(
                rows.filter(pl.col("proxy").is_not_null()).select(site, "proxy", "proxy_error_pct")
            )
            summed = stood_in.group_by("site", "proxy").agg(
                pl.len().cast(pl.Int64).alias("rows"), pl.col("proxy_error_pct").max().alias("error_pct")
            )
            found.append(summed.select(pl.lit(source).alias("source"), "site", "proxy", "rows", "error_pct"))
    return pl.concat(found).sort("source", "site", "proxy", nulls_last=False)


def _rows(computed: Computed, files: set[str]) -> dict[str, int]:
    """Add up the rows of the files of the year by state; a file of several years counts with all its rows."""
    accounts = [one for one in computed.taken.files if one.file in files]
    states = ("accepted", "repaired", "rejected", "netted")
    return {state: sum(getattr(one, state) for one in accounts) for state in states}


def _warnings(computed: Computed, year: int) -> tuple[str, ...]:
    return tuple(text for text in computed.implausible()["message"] if str(year) in text)
