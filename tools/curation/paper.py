"""Paper bought, per tonne: of new and of recycled fibre, UK Government by year."""

import polars as pl

from .factors import OGL, finish, gases, half_widths, years
from .package import Package, Resource, shared

UK_KEYS = {
    "material_use.paper.paper_and_board_paper.primary_material_production|tonnes": "primary",
    "material_use.paper.paper_and_board_paper.closed_loop_source|tonnes": "recycled",
}


def package() -> Package:
    """Return the package ``paper``."""
    return Package(
        name="paper",
        title="Paper bought, per tonne, of new and of recycled fibre: UK Government by year",
        description="Material use, paper: pulp or waste paper to the paper that is bought; end of life is counted with waste. Recycled fibre from "
        "2018 on. The source states no uncertainty: 50 % is our assumption (the figures rose by more than 40 % from the edition of 2023 to "
        "that of 2024). Contains public sector information licensed under the Open Government Licence v3.0.",
        edition="UK Government 2016-2025",
        publisher="UK Government (BEIS/DESNZ) GHG conversion factors for company reporting",
        path="https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
        licence=OGL,
        accounting_basis="cradle_to_gate",
        valid_from="2016-01-01",
        valid_to="2025-12-31",
        resources=(Resource("factors", _factors(), ("factor_id",), "One record a fibre and year"),),
    )


def _factors() -> pl.DataFrame:
    fibre = pl.col("activity_key").replace_strict(UK_KEYS, default=None, return_dtype=pl.String)
    source = shared("factors_desnz.csv").with_columns(fibre.alias("fibre")).drop_nulls("fibre")
    return finish(
        source.with_columns(
            pl.format("paper.desnz.{}.{}", "fibre", "year_valid_from").alias("factor_id"),
            pl.lit("GBR").alias("place"),
            pl.lit("tonne").alias("unit"),
            pl.col("year_valid_from").alias("edition"),
            pl.lit("cradle_to_gate").alias("accounting_basis"),
            pl.lit("published").alias("quality"),
            *years(),
            *gases(),
            *half_widths("paper_factor_half_width_pct"),
        ),
        "fibre",
    )
