"""Water supplied and sewage treated, per m3: UK Government by year, ADEME for France."""

import polars as pl

from .factors import ETALAB, OGL, finish, gases, half_widths, until, years
from .package import Package, Resource, shared

UK_KEYS = {
    "water_supply.water_supply.water_supply|cubic_metres": "supply",
    "water_treatment.water_treatment.water_treatment|cubic_metres": "sewage",
}
ADEME_ELEMENTS = {"24283": "supply", "24284": "sewage"}


def package() -> Package:
    """Return the package ``water``."""
    return Package(
        name="water",
        title="Water supplied and sewage treated, per m3: UK Government by year, ADEME for France",
        description="Running of waterworks, networks and sewage plants; building them is left out (ADEME: hors infrastructure; of the UK figures, "
        "which the industry reports of its operations, this is our reading). ADEME states 11 % and 20 %; the UK source states no "
        "uncertainty: 50 % is our assumption. The UK figures fell by more than half from the edition of 2020 to that of 2021. Contains "
        "public sector information licensed under the Open Government Licence v3.0; ADEME, Base Carbone V23.6, Licence Ouverte.",
        edition="UK Government 2016-2025; ADEME V23.6",
        publisher="UK Government (BEIS/DESNZ) GHG conversion factors for company reporting; ADEME Base Carbone",
        path="https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
        licence=OGL,
        more_licences=(ETALAB,),
        accounting_basis="operation_of_utilities",
        valid_from=None,
        valid_to="2025-12-31",
        resources=(Resource("factors", pl.concat([_desnz(), _ademe()]), ("factor_id",), "One record a service, place and year"),),
    )  # fmt: skip


def _shared_columns() -> list[pl.Expr]:
    return [
        *gases(),
        *half_widths("water_factor_half_width_pct"),
        pl.lit("m3").alias("unit"),
        pl.lit("operation_of_utilities").alias("accounting_basis"),
        pl.lit("published").alias("quality"),
    ]


def _desnz() -> pl.DataFrame:
    service = pl.col("activity_key").replace_strict(UK_KEYS, default=None, return_dtype=pl.String)
    source = shared("factors_desnz.csv").with_columns(service.alias("service")).drop_nulls("service")
    return finish(
        source.with_columns(
            pl.format("water.desnz.{}.{}", "service", "year_valid_from").alias("factor_id"),
            pl.lit("GBR").alias("place"),
            pl.col("year_valid_from").alias("edition"),
            *years(),
            *_shared_columns(),
        ),
        "service",
    )


def _ademe() -> pl.DataFrame:
    element = pl.col("factor_id").str.split(".").list.last()
    service = element.replace_strict(ADEME_ELEMENTS, default=None, return_dtype=pl.String)
    source = shared("factors_ademe.csv").with_columns(service.alias("service")).drop_nulls("service")
    return finish(
        source.with_columns(
            pl.format("water.ademe.{}", "service").alias("factor_id"),
            pl.lit("FRA").alias("place"),
            pl.lit("V23.6").alias("edition"),
            pl.lit("as in the source").alias("gwp_set"),
            *until(),
            *_shared_columns(),
        ),
        "service",
    )
