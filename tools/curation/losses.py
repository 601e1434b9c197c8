"""Share of electricity lost in the grid: what losses emit, in percent of generation per kWh used."""

import polars as pl

from .factors import ETALAB, OGL, years
from .package import Package, Resource, shared

LOSSES = "transmission_and_distribution.t_d_uk_electricity.electricity_uk|kwh"
GENERATION = "uk_electricity.electricity_generated.electricity_uk|kwh"
# Base Carbone, France 2024, kg CO2e per kWh used: plants, what comes before them, losses
FRANCE_2024 = (0.0350, 0.0131, 0.0038)


def package() -> Package:
    """Return the package ``grid_losses``."""
    return Package(
        name="grid_losses",
        title="Emissions of losses in the grid, in percent of those of generation: United Kingdom by year, France 2024",
        description="Ratio of two published factors of one list, so that it goes with a grid factor of any accounting basis: UK Government, "
        "transmission and distribution ÷ electricity generated, 2016-2024; ADEME Base Carbone, France 2024, losses ÷ (plants + upstream), "
        "0.0038 ÷ (0.0350 + 0.0131). Other countries take the United Kingdom's as a stand-in, with a wide range. Contains public sector "
        "information licensed under the Open Government Licence v3.0; ADEME, Base Carbone V23.6, Licence Ouverte.",
        edition="UK Government 2016-2024; ADEME V23.6",
        publisher="UK Government (BEIS/DESNZ) GHG conversion factors for company reporting; ADEME Base Carbone",
        path="https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
        licence=OGL,
        more_licences=(ETALAB,),
        accounting_basis="not applicable",
        valid_from="2016-01-01",
        valid_to="2024-12-31",
        resources=(Resource("losses", _losses(), ("place", "valid_from"), "One record a place and year"),),
    )


def _losses() -> pl.DataFrame:
    return pl.concat([_uk(), _france()], how="diagonal")


def _uk() -> pl.DataFrame:
    factors = shared("factors_desnz.csv")
    kg = pl.col("kgco2e_per_unit").cast(pl.Float64)
    lost = factors.filter(pl.col("activity_key") == LOSSES).with_columns(kg.alias("lost"))
    made = factors.filter(pl.col("activity_key") == GENERATION).select("year_valid_from", kg.alias("made"))
    return lost.join(made, on="year_valid_from").select(
        pl.lit("GBR").alias("place"),
        *years(),
        (100 * pl.col("lost") / pl.col("made")).round(6).alias("loss_pct"),
        pl.col("year_valid_from").alias("edition"),
        "source",
        pl.lit("flat file: Transmission and distribution; UK electricity").alias("source_table"),
        "licence",
        pl.lit("derived").alias("quality"),
    )


def _france() -> pl.DataFrame:
    plants, upstream, lost = FRANCE_2024
    row = {
        "place": "FRA",
        "year": "2024",
        "loss_pct": round(100 * lost / (plants + upstream), 6),
        "edition": "V23.6",
        "source": "ADEME Base Carbone V23.6",
        "source_table": "Electricité, mix moyen 2024, parts of the factor",
        "licence": ETALAB[0],
        "quality": "derived",
    }
    return pl.DataFrame([row]).with_columns(years("year")).drop("year")
