"""District heating, steam and cooling: UK averages by year, French networks, US steam."""

import polars as pl

from .factors import ETALAB, GWP_CO2E, OGL, US_PUBLIC, finish, gases, years
from .package import Package, Resource, shared

OWN_RANGE_PCT = 30.0
KWH_PER_MMBTU = 1_055_055_852.62 / 3.6e6  # Btu of the International Table
CARRIERS = {
    "district_heat_and_steam": ("heat", "steam"),
    "onsite_heat_and_steam": ("onsite_heat", "onsite_steam"),
}


def package() -> Package:
    """Return the package ``district_energy``."""
    return Package(
        name="district_energy",
        title="Purchased heat, steam and cooling: UK averages by year, French networks, US steam",
        description="UK Government heat and steam 2016-2024 (direct_generation), ADEME Base Carbone V23.6 for 839 French heat and 33 "
        "cooling networks (data of 2021, valid to 2023 as published) and EPA steam (natural gas at 80 % efficiency). The "
        "French figures are taken as lifecycle_generation: networks fed by waste heat alone never fall to zero, as a "
        "direct figure would (our reading; the source's table does not say). Losses of distribution are not included. "
        "ADEME states 30 % uncertainty; for the others we assume the same. No factor for Geneva's networks was found: "
        "the organisation supplies its supplier's. Contains public sector information licensed under the Open "
        "Government Licence v3.0; ADEME, Base Carbone V23.6, Licence Ouverte.",
        edition="UK Government 2016-2024; ADEME V23.6; EPA hub January 2025",
        publisher="UK Government (BEIS/DESNZ); ADEME Base Carbone; US Environmental Protection Agency",
        path="https://base-empreinte.ademe.fr",
        licence=OGL,
        more_licences=(
            ETALAB,
            US_PUBLIC,
        ),
        accounting_basis="per record: direct_generation or lifecycle_generation",
        valid_from="2016-01-01",
        valid_to="2025-12-31",
        resources=(_factors(),),
    )


def _factors() -> Resource:
    table = pl.concat([_desnz(), _ademe(), _epa()])
    return Resource(
        "factors",
        table,
        ("factor_id",),
        "One record a carrier, place or network, and year; network empty: average",
    )


def _assumed() -> list[pl.Expr]:
    return [
        pl.lit(OWN_RANGE_PCT).alias("low_pct"),
        pl.lit(OWN_RANGE_PCT).alias("high_pct"),
        pl.lit("assumption").alias("uncertainty_basis"),
        pl.lit("direct_generation").alias("accounting_basis"),
    ]


def _desnz() -> pl.DataFrame:
    kind = pl.col("activity_key").str.extract(r"^heat_and_steam\.heat_and_steam\.(\w+)\|")
    source = shared("factors_desnz.csv").with_columns(kind.alias("kind")).drop_nulls("kind")
    carriers = source.with_columns(
        pl.col("kind").replace_strict(CARRIERS, return_dtype=pl.List(pl.String)).alias("carrier")
    )
    return finish(
        carriers.explode("carrier").with_columns(
            pl.format("district.desnz.{}.{}", "carrier", "year_valid_from").alias("factor_id"),
            pl.lit("GBR").alias("place"),
            pl.lit(None, pl.String).alias("network"),
            pl.lit(None, pl.String).alias("town"),
            *years(),
            *gases(),
            *_assumed(),
            pl.col("year_valid_from").alias("edition"),
            pl.lit("published").alias("quality"),
        ),
        "carrier", "network", "town",
    )  # fmt: skip


def _ademe() -> pl.DataFrame:
    source = shared("factors_ademe.csv").filter(
        pl.col("activity").str.starts_with("Réseaux de chaleur / froid")
    )
    place = pl.col("activity").str.split(" > ").list.last().str.splitn(", ", 3)
    half = pl.col("uncertainty_pct").cast(pl.Float64)
    cooling = pl.col("activity").str.contains("Réseau de froid", literal=True)
    return finish(
        source.with_columns(
            pl.format("district.ademe.{}", pl.col("factor_id").str.split(".").list.last()).alias("factor_id"),
            pl.when(cooling).then(pl.lit("cooling")).otherwise(pl.lit("heat")).alias("carrier"),
            pl.lit("FRA").alias("place"),
            pl.coalesce(place.struct.field("field_2"), place.struct.field("field_1"), place.struct.field("field_0"))
            .str.strip_chars()
            .alias("network"),
            place.struct.field("field_1").str.strip_chars().str.to_titlecase().alias("town"),
            pl.date(2021, 1, 1).alias("valid_from"),
            pl.date(2023, 12, 31).alias("valid_to"),
            *gases(),
            pl.lit("kWh").alias("unit"),
            half.alias("low_pct"),
            half.alias("high_pct"),
            pl.lit("published").alias("uncertainty_basis"),
            pl.lit("lifecycle_generation").alias("accounting_basis"),
            pl.lit("V23.6").alias("edition"),
            pl.lit("as in the source").alias("gwp_set"),
            pl.lit("published").alias("quality"),
        ),
        "carrier", "network", "town",
    )  # fmt: skip


def _epa() -> pl.DataFrame:
    numbers = ["kgco2e_per_unit", "co2", "ch4", "n2o"]
    source = shared("factors_epa_hub_2025.csv").filter(pl.col("factor_id") == "epa2025.steam_heat")
    per_kwh = source.with_columns((pl.col(numbers).cast(pl.Float64) / KWH_PER_MMBTU).round(12))
    return finish(
        per_kwh.with_columns(
            pl.lit("district.epa.steam.2025").alias("factor_id"),
            pl.lit("steam").alias("carrier"),
            pl.lit("USA").alias("place"),
            pl.lit(None, pl.String).alias("network"),
            pl.lit(None, pl.String).alias("town"),
            pl.lit("kWh").alias("unit"),
            *years(),
            *gases(*GWP_CO2E["AR5"]),
            *_assumed(),
            pl.lit("2025-01").alias("edition"),
            pl.lit("derived").alias("quality"),
        ),
        "carrier", "network", "town",
    )  # fmt: skip
