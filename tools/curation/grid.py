"""Electricity: average emission intensity of generation by country and year, lifecycle and direct."""

import polars as pl
from babel.core import get_global

from .factors import CC_BY, GWP_CO2E, US_PUBLIC, finish, gases, years
from .package import Package, Resource, shared

OWN_RANGE_PCT = 10.0
OWID_PLACES = {"OWID_KOS": "XKX", "OWID_WRL": "WORLD"}
AGGREGATES = {
    "AGG:Africa_Ember": "AFRICA",
    "AGG:Asia_Ember": "ASIA",
    "AGG:Europe_Ember": "EUROPE",
    "AGG:Latin_America_and_Caribbean_Ember": "LATIN-AMERICA-CARIBBEAN",
    "AGG:Middle_East_Ember": "MIDDLE-EAST",
    "AGG:North_America_Ember": "NORTH-AMERICA",
    "AGG:Oceania_Ember": "OCEANIA",
    "AGG:EU_Ember": "EU27",
}
ICAO_REGION_PLACES = {
    "Europe": "EUROPE",
    "North America": "NORTH-AMERICA",
    "Central America/Caribbean": "LATIN-AMERICA-CARIBBEAN",
    "South America": "LATIN-AMERICA-CARIBBEAN",
    "Middle East": "MIDDLE-EAST",
    "North Africa": "AFRICA",
    "Sub Saharan Africa": "AFRICA",
    "Central/South West Asia": "ASIA",
    "North Asia": "ASIA",
    "Pacific South East Asia": "ASIA",
}
OCEANIA = ("AUS", "NZL", "PNG", "FJI", "SLB", "VUT", "NCL", "WSM", "TON", "KIR", "TUV", "NRU", "PLW", "FSM", "MHL", "COK", "NIU",
           "PYF", "WLF", "ASM", "GUM", "MNP")  # fmt: skip
NO_AIRPORT = {
    "AND": "EUROPE",
    "LIE": "EUROPE",
    "MCO": "EUROPE",
    "SMR": "EUROPE",
    "VAT": "EUROPE",
    "PSE": "MIDDLE-EAST",
}
EEA_PLACES = {
    "Austria": "AUT", "Belgium": "BEL", "Bulgaria": "BGR", "Croatia": "HRV", "Cyprus": "CYP", "Czechia": "CZE",
    "Denmark": "DNK", "Estonia": "EST", "Finland": "FIN", "France": "FRA", "Germany": "DEU", "Greece": "GRC",
    "Hungary": "HUN", "Ireland": "IRL", "Italy": "ITA", "Latvia": "LVA", "Lithuania": "LTU", "Luxembourg": "LUX",
    "Malta": "MLT", "Netherlands": "NLD", "Norway": "NOR", "Poland": "POL", "Portugal": "PRT", "Romania": "ROU",
    "Slovakia": "SVK", "Slovenia": "SVN", "Spain": "ESP", "Sweden": "SWE", "United Kingdom": "GBR",
    "European Union - 27 countries (from 2020)": "EU27",
}  # fmt: skip
EMBER_NOTE = (
    "Our World in Data names CC-BY-4.0 for its own output; the current terms of Ember were not read on its own page. "
    "Confirm before redistribution."
)
EEA_NOTE = (
    "Re-use with attribution by the EEA's policy, whose text was not read. Confirm before redistribution."
)


def package() -> Package:
    """Return the package ``grid_intensity``."""
    return Package(
        name="grid_intensity",
        title="Average emission intensity of electricity generation by country and year, 2010-2025",
        description="Two accounting bases that must not be mixed in one category: lifecycle_generation (Ember, 2010-2025, world) and "
        "direct_generation (European Environment Agency 2010-2019, CO2 only; US EPA eGRID2023). Per kWh generated: "
        "neither has losses of transmission and distribution. Ember records of exactly zero are left out (a lifecycle "
        "intensity cannot be zero; the source rounds small systems). Neither source states an uncertainty: the 95 % "
        "half-width of 10 % is our assumption; of 622 country-years since 2010 that editions of the same series "
        "restated by 1 % or more, half moved by 4 % or more and three in four by less than 8.5 %.",
        edition="Ember April 2026; EEA 2010-2019; eGRID2023 (EPA hub, January 2025)",
        publisher="Ember, Yearly electricity data, via Our World in Data; European Environment Agency; US Environmental Protection Agency",
        path="https://ourworldindata.org/grapher/carbon-intensity-electricity",
        licence=CC_BY,
        more_licences=(US_PUBLIC,),
        accounting_basis="per record: lifecycle_generation or direct_generation",
        valid_from="2010-01-01",
        valid_to="2025-12-31",
        resources=(_factors(), _regions()),
    )


def _factors() -> Resource:
    table = pl.concat([_ember(), _eea(), _egrid()])
    return Resource("factors", table, ("factor_id",), "One record a place, year and accounting basis")


def _common() -> list[pl.Expr]:
    return [
        pl.lit(OWN_RANGE_PCT).alias("low_pct"),
        pl.lit(OWN_RANGE_PCT).alias("high_pct"),
        pl.lit("assumption").alias("uncertainty_basis"),
        pl.lit("kWh").alias("unit"),
    ]


def _ember() -> pl.DataFrame:
    source = shared("grid_intensity.csv").filter(pl.col("kgco2e_per_unit").cast(pl.Float64) > 0)
    names = {**OWID_PLACES, **AGGREGATES}
    places = source.with_columns(pl.col("region").replace(names).alias("place")).filter(
        pl.col("region").is_in(list(names)) | (pl.col("region").str.len_chars() == 3)
    )
    return finish(
        places.with_columns(
            pl.format("grid.ember.{}.{}", "place", "year_valid_from").alias("factor_id"),
            *years(),
            *gases(),
            *_common(),
            pl.lit("2026-04").alias("edition"),
            pl.lit("lifecycle_generation").alias("accounting_basis"),
            pl.lit("100 years, set not stated").alias("gwp_set"),
            pl.lit(EMBER_NOTE).alias("licence_note"),
            pl.lit("transcribed").alias("quality"),
        )
    )


def _eea() -> pl.DataFrame:
    source = shared("grid_eea_2010_2019.csv").filter(pl.col("region").is_in(list(EEA_PLACES)))
    return finish(
        source.with_columns(pl.col("region").replace_strict(EEA_PLACES).alias("place")).with_columns(
            pl.format("grid.eea.{}.{}", "place", "year_valid_from").alias("factor_id"),
            *years(),
            *gases(),
            *_common(),
            pl.lit("2010-2019").alias("edition"),
            pl.lit("direct_generation").alias("accounting_basis"),
            pl.lit("not applicable: CO2 only").alias("gwp_set"),
            pl.lit("CC-BY-4.0").alias("licence"),
            pl.lit(EEA_NOTE).alias("licence_note"),
            pl.lit("published").alias("quality"),
        )
    )


def _egrid() -> pl.DataFrame:
    source = shared("factors_epa_hub_2025.csv").filter(
        pl.col("factor_id").str.contains("egrid2023", literal=True)
    )
    short = pl.col("region").str.replace(":", ".", literal=True)
    return finish(
        source.with_columns(
            pl.format("grid.egrid.{}.{}", short, "year_valid_from").alias("factor_id"),
            pl.col("region").alias("place"),
            *years(),
            *gases(*GWP_CO2E["AR5"]),
            *_common(),
            pl.lit("eGRID2023").alias("edition"),
            pl.lit("direct_generation").alias("accounting_basis"),
            pl.lit("published").alias("quality"),
        )
    )


def _regions() -> Resource:
    """Return the aggregate that stands in for a country without a record of its own."""
    codes = {
        alpha2[0]: alpha3
        for alpha3, alpha2 in get_global("territory_aliases").items()
        if len(alpha3) == 3 and alpha3.isalpha()
    }
    countries = shared("country_icao_region.csv").select(
        pl.col("iso2").replace_strict(codes, default=None).alias("place"),
        pl.col("region_proposed").replace_strict(ICAO_REGION_PLACES, default=None).alias("region"),
    )
    own = pl.col("place").is_in(OCEANIA)
    without = pl.DataFrame(list(NO_AIRPORT.items()), orient="row", schema=["place", "region"])
    table = pl.concat([without, countries.drop_nulls()]).with_columns(
        pl.when(own).then(pl.lit("OCEANIA")).otherwise("region").alias("region"),
        pl.lit("assumption").alias("quality"),
        pl.lit(
            "ICAO region of the country; islands of the South Pacific, Australia and New Zealand to Oceania"
        ).alias("basis"),
    )
    return Resource(
        "regions",
        table.unique("place", keep="first"),
        ("place",),
        "Aggregate that stands in for a country without a record",
    )
