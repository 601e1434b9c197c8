"""Air travel factors for sensitivities: UK Government by year, and the parameters of Google's Travel Impact Model."""

import polars as pl

from .factors import CC_BY, OGL, years
from .package import Package, Resource, shared

HAULS = {
    "Domestic, to/from UK": "domestic",
    "Short-haul, to/from UK": "short",
    "Long-haul, to/from UK": "long",
    "International, to/from non-UK": "international",
}
CABINS = {
    "Average passenger": "average",
    "Economy class": "economy",
    "Premium economy class": "premium_economy",
    "Business class": "business",
    "First class": "first",
}
COMPONENTS = {"TTW": "direct", "WTT": "upstream"}
TIM_EDITION = "commit 9360636, October 2025"
TIM_PARAMETERS = [
    ("co2e_per_fuel_ttw", 3.1894, "kg CO2e/kg", "direct emission of jet fuel", "README, emission factors"),
    ("co2e_per_fuel_wtt", 0.6465, "kg CO2e/kg", "upstream emission of jet fuel", "README, emission factors"),
    (
        "co2e_per_fuel_wtw",
        3.8359,
        "kg CO2e/kg",
        "direct and upstream emission of jet fuel",
        "README, emission factors",
    ),
    (
        "detour_factor",
        1.052,
        "1",
        "distance flown over great circle distance, where no better is known",
        "README, distance",
    ),
    ("load_factor", 0.845, "1", "passengers over seats, where no better is known", "README, load factors"),
    (
        "lto_distance_nm",
        17.0,
        "nautical mile",
        "distance that belongs to the landing and take-off cycle",
        "README, fuel burn",
    ),
    (
        "winglet_fuel_factor",
        0.97,
        "1",
        "fuel of a variant with winglets over one without",
        "README, fuel burn",
    ),
    (
        "passenger_mass_kg",
        100.0,
        "kg",
        "mass of a passenger with luggage, for the share of freight",
        "README, cargo",
    ),
]
TIM_CLASSES = [("narrow", 1.0, 1.0, 1.5, 1.5), ("wide", 1.0, 1.5, 4.0, 5.0)]


def desnz() -> Package:
    """Return the package ``air_travel_desnz``."""
    return Package(
        name="air_travel_desnz",
        title="UK Government air travel factors per passenger-km, 2016-2025",
        description="By year, haul and cabin; direct (TTW) and upstream (WTT), with and without radiative forcing. The factors hold a "
        "distance uplift of 8 %: no other detour may be added. The row international is for flights that touch no UK "
        "airport. Steps between years (long-haul economy with radiative forcing 0.148 in 2022, 0.200 in 2023, 0.117 in "
        "2025) follow the load factors of the source's years; do not read them as progress. No uncertainty is stated. "
        "Contains public sector information licensed under the Open Government Licence v3.0.",
        edition="2016-2025",
        publisher="UK Government (BEIS/DESNZ) GHG conversion factors for company reporting",
        path="https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
        licence=OGL,
        accounting_basis="direct_combustion (component direct); upstream (component upstream)",
        valid_from="2016-01-01",
        valid_to="2025-12-31",
        resources=(_desnz(),),
    )


def _desnz() -> Resource:
    source = shared("defra_air.csv").with_columns(
        pl.col("haul").replace_strict(HAULS),
        pl.col("class").replace_strict(CABINS).alias("cabin"),
        pl.col("component").replace_strict(COMPONENTS),
        (pl.col("rf") == "with").alias("radiative_forcing"),
    )
    suffix = pl.when("radiative_forcing").then(pl.lit("with_rf")).otherwise(pl.lit("without_rf"))
    table = source.select(
        pl.format("air.desnz.{}.{}.{}.{}.{}", "haul", "cabin", "component", suffix, "year").alias(
            "factor_id"
        ),
        pl.col("year").cast(pl.Int64),
        "haul",
        "cabin",
        "component",
        "radiative_forcing",
        pl.col("kg_co2e_per_pax_km").cast(pl.Float64).alias("kg_co2e_per_passenger_km"),
        *years("year"),
        "gwp_set",
        pl.col("year").alias("edition"),
        "source",
        pl.lit("published").alias("quality"),
    )
    return Resource("factors", table, ("factor_id",), "kg CO2e per passenger-km of great circle distance")


def tim() -> Package:
    """Return the package ``air_travel_tim``."""
    return Package(
        name="air_travel_tim",
        title="Parameters of Google's Travel Impact Model",
        description="Published parameters of the model; its fuel annex (EMEP/EEA 2023) is not open and not included. Contrails are given "
        "there as classes only and are not used.",
        edition=TIM_EDITION,
        publisher="Google, Travel Impact Model",
        path="https://github.com/google/travel-impact-model",
        licence=CC_BY,
        accounting_basis="direct (TTW), upstream (WTT) and both (WTW)",
        valid_from=None,
        valid_to=None,
        resources=(_parameters(), _classes()),
    )


def _parameters() -> Resource:
    columns = ["parameter_id", "value", "unit", "meaning", "source_clause"]
    table = pl.DataFrame(TIM_PARAMETERS, orient="row", schema=columns)
    return Resource("parameters", table.with_columns(*_published()), ("parameter_id",), "One number each")


def _classes() -> Resource:
    columns = ["body", "class_economy", "class_premium_economy", "class_business", "class_first"]
    table = pl.DataFrame(TIM_CLASSES, orient="row", schema=columns)
    clause = pl.lit("README, seating class factors (IATA RP 1726)").alias("source_clause")
    return Resource(
        "classes", table.with_columns(clause, *_published()), ("body",), "Weight of a seat by cabin"
    )


def _published() -> list[pl.Expr]:
    return [pl.lit(TIM_EDITION).alias("edition"), pl.lit("published").alias("quality")]
