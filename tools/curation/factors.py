"""What all factor tables share: the columns, the licences, how a year becomes a period."""

import polars as pl

from .package import assumed

COLUMNS = [
    "factor_id",
    "place",
    "valid_from",
    "valid_to",
    "edition",
    "accounting_basis",
    "gwp_set",
    "unit",
    "kg_co2e_per_unit",
    "co2_kg_per_unit",
    "ch4_kg_co2e_per_unit",
    "n2o_kg_co2e_per_unit",
    "unsplit_kg_co2e_per_unit",
    "low_pct",
    "high_pct",
    "uncertainty_basis",
    "source",
    "source_table",
    "licence",
    "licence_note",
    "quality",
]
NUMBERS = [name for name in COLUMNS if name.endswith("_per_unit") or name in ("low_pct", "high_pct")]

OGL = (
    "OGL-UK-3.0",
    "Open Government Licence v3.0",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
)
US_PUBLIC = ("us-public-domain", "US Government work, public domain", "https://www.usa.gov/government-works")
ETALAB = (
    "etalab-2.0",
    "Licence Ouverte / Open Licence 2.0",
    "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
)
CC_BY = ("CC-BY-4.0", "Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/")
CC0 = ("CC0-1.0", "Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
FACTS = ("facts-with-attribution", "Figures used as facts with attribution", "")

# how ../shared writes a licence: how the packages name it
LICENCE_NAMES = {"US-Government-public-domain": US_PUBLIC[0], "Licence-Ouverte-Etalab-2.0": ETALAB[0]}

GWP_CO2E = {"AR4": (25.0, 298.0), "AR5": (28.0, 265.0)}  # CH4, N2O; checked against the package gwp by a test


def years(column: str = "year_valid_from", last: str | None = None) -> list[pl.Expr]:
    """Return ``valid_from`` and ``valid_to``: the first and last day of the year (or of the two years)."""
    return [
        pl.date(pl.col(column).cast(pl.Int32), 1, 1).alias("valid_from"),
        pl.date(pl.col(last or column).cast(pl.Int32), 12, 31).alias("valid_to"),
    ]


def until(column: str = "year_valid_to", last: str = "2024") -> list[pl.Expr]:
    """Return a period open at its begin; a record whose end the source prints in no year holds to ``last``."""
    year = pl.col(column).fill_null(last).cast(pl.Int32)
    return [pl.lit(None, pl.Date).alias("valid_from"), pl.date(year, 12, 31).alias("valid_to")]


def half_widths(name: str, stated: str = "uncertainty_pct") -> list[pl.Expr]:
    """Return the range that the source states, else that of our assumption ``name``, and which of the two it is."""
    half = pl.col(stated).cast(pl.Float64)
    basis = pl.when(half.is_null()).then(pl.lit("assumption")).otherwise(pl.lit("published"))
    return [
        *(half.fill_null(assumed(name)).alias(f"{side}_pct") for side in ("low", "high")),
        basis.alias("uncertainty_basis"),
    ]


def open_period() -> list[pl.Expr]:
    """Return an open period: the source limits the activity dates in no way."""
    return [pl.lit(None, pl.Date).alias(name) for name in ("valid_from", "valid_to")]


def gases(ch4: float | None = None, n2o: float | None = None) -> list[pl.Expr]:
    """Return the total as published and its parts in kg CO2e; CH4 and N2O in kg of gas are multiplied by the given GWP.

    Printed parts differ from the printed total by rounding in the last digit; CO2 takes that up.
    """
    methane = (pl.col("ch4").cast(pl.Float64) * (ch4 or 1)).round(12)
    nitrous_oxide = (pl.col("n2o").cast(pl.Float64) * (n2o or 1)).round(12)
    total = pl.col("kgco2e_per_unit").cast(pl.Float64)
    rest = (total - methane.fill_null(0) - nitrous_oxide.fill_null(0)).round(12)
    return [
        total.alias("kg_co2e_per_unit"),
        pl.when(pl.col("co2").is_not_null()).then(rest).alias("co2_kg_per_unit"),
        methane.alias("ch4_kg_co2e_per_unit"),
        nitrous_oxide.alias("n2o_kg_co2e_per_unit"),
        pl.when(pl.col("co2").is_null()).then(total).alias("unsplit_kg_co2e_per_unit"),
    ]


def finish(table: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Return the table with the common columns in their order, the table's own keys after the id."""
    present = [pl.col(name) if name in table.columns else pl.lit(None).alias(name) for name in COLUMNS]
    typed = table.select(*keys, *present).with_columns(
        pl.col("licence").replace(LICENCE_NAMES),
        pl.col(NUMBERS).cast(pl.Float64),
        pl.col("licence_note", "gwp_set", "source_table").cast(pl.String),
    )
    return typed.select("factor_id", *keys, *COLUMNS[1:])
