"""Builders of small inventories for the tests of reports: a test says only what matters to it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from saleve.method.base_year import Break
from saleve.method.bridges import Bridge, bridge
from saleve.method.emissions.compute import Rules
from saleve.method.emissions.result import CELL
from saleve.method.indicators import indicators
from saleve.method.inventory import SENSITIVITIES, SUPPLIED, Inventory, Selection, total, yearly_totals
from saleve.method.planning.target_path import Position, Target, positions
from saleve.reporting.bridging import compared_years
from saleve.reporting.facts import gather
from saleve.reporting.records import Facts, ReportHeader

HEADER = ReportHeader(
    organisation="International Example Organization",
    session="Council 2026, regular session",
    city="Geneva",
    dates="8 to 18 June 2026",
    agenda_item="PL 1.3",
    document_number="C26/35-E",
    date=date(2026, 4, 20),
    original_language="English",
    document_type="Report by the Secretary-General",
    governing_body="Council",
    references=("Council Decision 588 (2016)", "JIU/REP/2020/8"),
)


def cell(year: int, source: str, tonnes: float | None, **more: Any) -> dict[str, Any]:
    """Return one cell of the inventory with a range of its own."""
    usual: dict[str, Any] = {
        "year": year,
        "source": source,
        "category": None,
        "site": "Geneva",
        "unit": "HQ",
        "scope": 3 if source == "air_travel" else 2,
        "boundary": "minimum",
        "co2_kg": None if tonnes is None else tonnes * 1000,
        "kg_co2e": None if tonnes is None else tonnes * 1000,
        "factor_id": f"{source}-factor",
        "accounting_basis": "direct",
        "method": f"{source}-method",
        "quality": "published",
        "estimated": False,
        "independent_key": f"{source}-{year}",
        "independent_low_pct": 5.0,
        "independent_high_pct": 6.0,
        "shared_key": source,
        "shared_low_pct": 8.0,
        "shared_high_pct": 9.0,
        "amount": 1.0,
        "amount_unit": "kWh",
        "rows": 10,
    }
    return {**usual, **more}


def flights(year: int, tonnes: float) -> Iterable[dict[str, Any]]:
    """Yield the flights of a year: seven categories, three hauls, one of them estimated."""
    shares = {
        "staff_mission": 0.42, "home_leave": 0.28, "consultant": 0.08, "interpreter": 0.05, "fellow": 0.08,
        "councillor": 0.04, "other_non_staff": 0.05,
    }  # fmt: skip
    hauls = {"long": 0.7, "medium": 0.2, "short": 0.1}
    cabins = {"long": "business", "medium": "economy", "short": "economy"}
    for category, share in shares.items():
        for haul, part in hauls.items():
            yield cell(
                year,
                "air_travel",
                tonnes * share * part,
                category=category,
                haul=haul,
                cabin="average" if category == "home_leave" else cabins[haul],
                region="Europe-Africa" if haul != "long" else "Europe-Asia Pacific",
                unit={"consultant": "BDT", "fellow": "BDT"}.get(category, "GS"),
                factor_id="icao-13.1",
                method="icao-13.1",
                quality="route_group_band; cabin-default" if category == "home_leave" else "route_group_band",
                estimated=category == "home_leave",
                rows=int(10 + 300 * share * part * 3),
                independent_key=f"{year}-{category}-{haul}",
            )


def buildings(year: int, tonnes: float) -> Iterable[dict[str, Any]]:
    """Yield electricity on both bases, gas, district heat and a refrigerant of a year."""
    both = {"location": 0.3, "market": 0.1}
    for site, part in {"Geneva": 0.8, "Addis Ababa": 0.2}.items():
        for basis, share in both.items():
            yield cell(
                year,
                "electricity",
                tonnes * share * part,
                site=site,
                electricity_basis=basis,
                category="grid",
            )
    yield cell(year, "district_energy", tonnes * 0.5, category="heat")
    yield cell(year, "fuels", tonnes * 0.15, category="natural_gas", scope=1)
    yield cell(
        year, "refrigerants", tonnes * 0.05, category="R-410A", scope=1, co2_kg=None, fgas_kg_co2e=tonnes * 50
    )


def full_inventory(**changes: Any) -> Inventory:
    """Return sixteen years of flights and buildings, with people, areas and a gap in the data."""
    years = range(2010, 2026)
    fall = {2020: 0.25, 2021: 0.35, 2022: 0.7}
    cells = [
        one
        for year in years
        for one in [
            *flights(year, 2900 * 0.985 ** (year - 2010) * fall.get(year, 1)),
            *buildings(year, 1250 * 0.98 ** (year - 2010)),
        ]
    ]
    cells.append(cell(2025, "air_travel", 80, boundary="memo"))
    cells.append(cell(2025, "offsets", 250, boundary="offset", category="CDM"))
    cells.append(cell(2025, "reported_emissions", 140, boundary="optional", category="catering"))
    completeness = [
        {"year": 2025, "source": "electricity", "site": "Geneva", "state": "complete", "note": ""},
        {
            "year": 2025,
            "source": "electricity",
            "site": "Addis Ababa",
            "state": "partial",
            "note": "11 of 12 months",
        },
        {
            "year": 2025,
            "source": "refrigerants",
            "site": "Addis Ababa",
            "state": "missing",
            "note": "No file was given",
        },
    ]
    beside = {"sensitivities": sensitivities(2025), "supplied": supplied(2025)}
    frame = pl.DataFrame(completeness)
    return inventory(cells, completeness=frame, people=1000, area_m2=52000, **beside | changes)


def sensitivities(year: int) -> pl.DataFrame:
    """Return the flights of a year by every method."""
    tonnes = {"icao-13.1": 2300, "icao-9": 2000, "tim": 2400, "desnz": 2600}
    rows = [(year, method, "icao", kg * 1000.0) for method, kg in tonnes.items()]
    return pl.DataFrame(
        [*rows, (year, "icao-13.1", "smooth", 2_295_000.0)], schema=SENSITIVITIES, orient="row"
    )


def supplied(year: int) -> pl.DataFrame:
    """Return figures that came with some of the tickets."""
    return pl.DataFrame([(year, "ICEC 5.0.8", 40, 21_000.0, 23_000.0)], schema=SUPPLIED, orient="row")


def inventory(
    cells: list[dict[str, Any]],
    *,
    completeness: pl.DataFrame | None = None,
    people: float | None = None,
    area_m2: float | None = None,
    **changes: Any,
) -> Inventory:
    """Return an inventory of these cells, with as many people and as much floor area in each year."""
    frame = pl.DataFrame(cells, schema=CELL)
    years = tuple(sorted(frame["year"].unique()))
    headcount = [{"year": year, "unit": None, "site": None, "persons": people} for year in years if people]
    areas = [{"year": year, "site": None, "area_m2": area_m2} for year in years if area_m2]
    return Inventory(
        cells=frame,
        rules=Rules(),
        years=years,
        headcount=pl.DataFrame(
            headcount, schema={"year": pl.Int64, "unit": pl.String, "site": pl.String, "persons": pl.Float64}
        ),
        floor_area=pl.DataFrame(areas, schema={"year": pl.Int64, "site": pl.String, "area_m2": pl.Float64}),
        completeness=pl.DataFrame() if completeness is None else _with_share(completeness),
        **changes,
    )


def _with_share(completeness: pl.DataFrame) -> pl.DataFrame:
    return completeness.with_columns(pl.lit(None, pl.Float64).alias("covered_share"))


def minus_45_percent(found: Inventory, *, base_year: int = 2010) -> tuple[Target, list[Position]]:
    """Return the target of minus 45 % to 2030 and every year's position; the base is missing where it has no cells."""
    totals = {year: total(found, Selection(year=year)).kg_co2e for year in found.years}
    target = Target(base_year, 2030, 45.0, totals.get(base_year))
    return target, positions(target, totals)


def bills(year: int = 2025) -> dict[str, pl.DataFrame]:
    """Return activity from which the indicators of a year follow: bills of one site, people and an area."""
    at = {"year": [year], "site": ["Geneva"]}
    area = {"unit": None, "valid_from": None, "valid_to": None, "year": None}
    return {
        "electricity": pl.DataFrame({**at, "energy_kwh": [900_000.0], "supply": ["purchased_renewable"]}),
        "water": pl.DataFrame({**at, "supply_m3": [7_000.0]}),
        "waste": pl.DataFrame({**at, "waste_kg": [60_000.0], "treatment": ["recycling"]}),
        "headcount": pl.DataFrame({**at, "persons": [700.0]}),
        "floor_area": pl.DataFrame(
            [{**area, "site": "Geneva", "area_m2": 30_000.0}],
            schema_overrides={
                "year": pl.Int64,
                "unit": pl.String,
                "valid_from": pl.Date,
                "valid_to": pl.Date,
            },
        ),
    }


def facts_of(
    found: Inventory,
    *,
    year: int = 2025,
    base_year: int = 2010,
    header: ReportHeader = HEADER,
    activities: Mapping[str, pl.DataFrame] | None = None,
    breaks: Sequence[Break] = (),
) -> Facts:
    """Return the figures of one year's report; with indicators where there are activities."""
    target, places = minus_45_percent(found, base_year=base_year)
    measured = {} if activities is None else {
        "indicators": indicators(activities, found),
        "emas": indicators(activities, found, package="emas_core_indicators"),
    }  # fmt: skip
    told = bridges_of(found, compared_years(found.years, target, year), year)
    return gather(found, target, places, header, year, bridges=told, breaks=breaks, **measured)


def bridges_of(found: Inventory, compared: Mapping[str, int], year: int) -> dict[str, Bridge]:
    """Return the bridges to the year from those years that have figures, as a workspace hands them to its report."""
    known = yearly_totals(found)
    return {
        name: bridge(found, start, found, year)
        for name, start in compared.items()
        if known.get(start) is not None and known.get(year) is not None
    }
