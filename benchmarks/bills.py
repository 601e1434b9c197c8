"""Bills and all that is not flown: 200 sites, 16 years, 18 categories, 230,000 rows, loaded by the ledger's own door.

Electricity, gas, heat, water and waste come by month (192,000 rows); the rest by year. Seeded, written as CSV, loaded as an
organisation loads its files.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from saleve.ems.deliveries import Wishes
from saleve.ems.intake import load_files
from saleve.ems.workspace import open_workspace

SITES, YEARS = 200, range(2010, 2026)
COUNTRIES = (
    "Switzerland",
    "Kenya",
    "Thailand",
    "Ethiopia",
    "Austria",
    "Italy",
    "France",
    "Chile",
    "Egypt",
    "Brazil",
)
SITES_IN_SETTINGS = "".join(
    f'\n[[sites]]\nname = "Site {number}"\ncountry = "{COUNTRIES[number % len(COUNTRIES)]}"\n'
    for number in range(SITES)
)
FILES = 18  # one for each category but flights, home leave and figures taken over


def load_bills(workspace: Path, folder: Path) -> int:
    """Name the sites in the settings, write the files beside the workspace, load them; return how many rows count."""
    with (workspace / "saleve.toml").open("a", encoding="utf-8") as settings:
        settings.write(SITES_IN_SETTINGS)
    folder.mkdir()
    counted = 0
    for category, table in _tables(np.random.default_rng(20261130)):
        path = folder / f"{category}.csv"
        table.write_csv(path)
        [done] = load_files(open_workspace(workspace), [path], Wishes(category=category))
        assert done.statement is not None, (category, done.reason)
        assert done.statement.reconciled
        rows = done.statement.rows("accepted") + done.statement.rows("repaired")
        assert rows == len(table), category
        counted += rows
    return counted


def _tables(generator: np.random.Generator) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield each source category with its rows."""
    monthly, yearly = _months(), _years()
    yield "electricity", _with(monthly, "Consumption (kWh)", _around(generator, monthly, 40_000))
    yield (
        "fuels",
        _with(monthly, "Amount", _around(generator, monthly, 60_000)).with_columns(
            pl.lit("natural gas").alias("Fuel"), pl.lit("kWh").alias("Unit")
        ),
    )
    yield (
        "district_energy",
        _with(monthly, "Consumption (MWh)", _around(generator, monthly, 30)).with_columns(
            pl.lit("heat").alias("Carrier"), pl.lit("Network").alias("Network")
        ),
    )
    yield (
        "water",
        _with(monthly, "Water (m3)", _around(generator, monthly, 200)).with_columns(
            pl.lit("water and sewage").alias("Service")
        ),
    )
    yield (
        "waste",
        _with(monthly, "Weight (kg)", _around(generator, monthly, 900)).with_columns(
            pl.lit("residual").alias("Waste stream"), pl.lit("landfill").alias("Treatment")
        ),
    )
    constant = {
        "refrigerants": ("Refilled kg", 3, {"Refrigerant": "R-410A"}),
        "paper": ("Reams", 400, {"Paper": "Copy", "Paper size": "A4", "gsm": "80"}),
        "vehicles": ("Fuel (litres)", 900, {"Fuel": "diesel", "Vehicle type": "car"}),
        "ict": ("Number bought", 30, {"Device": "laptop"}),
        "procurement": ("Amount", 20_000, {"Account description": "Office furniture", "Currency": "USD"}),
        "commuting": ("Respondents", 20, {"Mode": "train", "Distance (km)": "12", "Days per week": "4"}),
        "headcount": ("Persons", 120, {}),
        "floor_area": ("Area (m2)", 4_000, {}),
    }
    for category, (heading, size, words) in constant.items():
        amounts = np.rint(_around(generator, yearly, size)).astype(int)
        rows = _with(yearly, heading, amounts).with_columns(
            pl.lit(word).alias(name) for name, word in words.items()
        )
        yield (
            category,
            rows.with_columns(pl.format("V {}", "Site").alias("Vehicle")) if category == "vehicles" else rows,
        )
    journeys = yearly.select(pl.format("{}-03-17", "Year").alias("Date"), pl.col("Site"))
    yield (
        "ground_travel",
        journeys.with_columns(Mode=pl.lit("train"), **{"Distance (km)": pl.lit(158)}, Persons=pl.lit(2)),
    )
    yield "hotels", journeys.select(pl.col("Date").alias("Check in"), Hotel="Site", City=pl.lit("Nairobi"), Country=pl.lit("Kenya"), Nights=pl.lit(3), Rooms=pl.lit(2))  # fmt: skip
    yield "virtual_meetings", journeys.select("Date", Meeting="Site", Participants=pl.lit(12), **{"Duration (hours)": pl.lit(2)})  # fmt: skip
    yield "events", journeys.select(pl.col("Date").alias("Start date"), pl.col("Date").alias("End date"), Event="Site", City=pl.lit("Geneva"), Country=pl.lit("Switzerland"), Participants=pl.lit(80))  # fmt: skip
    yield "offsets", pl.DataFrame(
        {
            "Project": "Wind", "Standard": "CDM", "Registry": "UNFCCC", "Vintage": 2009, "t CO2e": 250,
            "Year": list(YEARS), "Retired on": [f"{year}-12-01" for year in YEARS], "Serial number": [f"XX-{year}" for year in YEARS],
        }
    )  # fmt: skip


def _with(table: pl.DataFrame, heading: str, amounts: np.ndarray) -> pl.DataFrame:
    return table.with_columns(pl.Series(heading, amounts))


def _around(generator: np.random.Generator, table: pl.DataFrame, size: float) -> np.ndarray:
    return np.round(size * generator.lognormal(0, 0.2, len(table)), 2)


def _sites() -> pl.DataFrame:
    return pl.DataFrame({"Site": [f"Site {number}" for number in range(SITES)]})


def _years() -> pl.DataFrame:
    return _sites().join(pl.DataFrame({"Year": list(YEARS)}), how="cross")


def _months() -> pl.DataFrame:
    first = pl.date_range(pl.date(min(YEARS), 1, 1), pl.date(max(YEARS), 12, 1), "1mo", eager=True)
    months = pl.DataFrame({"From": first}).with_columns(To=pl.col("From").dt.month_end())
    return _sites().join(months, how="cross")
