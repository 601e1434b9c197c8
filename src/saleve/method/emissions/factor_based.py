"""Emission = amount x factor: what electricity, fuels and district energy share.

The factor of each different (key, place, year) is chosen once and joined back. A row without a factor keeps a null emission and the
quality "no-factor": missing is not zero. A factor of another year, region or country is used only with that said in ``quality``,
``estimated`` set, and the 95 % range widened (root of the sum of squares; IPCC 2006 Guidelines, vol. 1, ch. 3, eq. 3.1).
"""

from collections.abc import Mapping

import polars as pl

from saleve.method.emissions.result import CELL
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.countries import country_table, find_country
from saleve.method.reference.factors import EXACT, FINE, choose, with_own
from saleve.method.reference.gwp import gwp, gwp_sets

NO_FACTOR = "no-factor"
_PARTS = {
    "co2_kg": "co2_kg_per_unit",
    "ch4_kg_co2e": "ch4_kg_co2e_per_unit",
    "n2o_kg_co2e": "n2o_kg_co2e_per_unit",
    "unsplit_kg_co2e": "unsplit_kg_co2e_per_unit",
}
_LEVEL_QUALITY = {
    "site": "site-factor",
    "supplier": "supplier-factor",
    "city": "city-factor",
    "country": "national-factor",
    "region": "regional-average",
    "stand_in": "factor-of-another-country",
    "world": "world-average",
}
_FACTOR_COLUMNS = (
    "factor_id",
    "edition",
    "accounting_basis",
    "gwp_set",
    "kg_co2e_per_unit",
    *_PARTS.values(),
    "low_pct",
    "high_pct",
    "level",
    "edition_distance_years",
)


def with_places(activity: pl.DataFrame, places: Mapping[str, str]) -> pl.DataFrame:
    """Return the activity with ``place``, the ISO 3166-1 alpha-3 code: of the row's country, else of its site."""
    iso3 = dict(country_table().select("iso2", "iso3").iter_rows())
    named = {name: _code(name, iso3) for name in activity["country"].drop_nulls().unique()}
    of_country = pl.col("country").replace_strict(named, default=None, return_dtype=pl.String)
    of_site = pl.col("site").replace_strict(dict(places), default=None, return_dtype=pl.String)
    return activity.with_columns(pl.coalesce(of_country, of_site).alias("place"))


def with_factors(
    activity: pl.DataFrame,
    factors: pl.DataFrame,
    *,
    key: tuple[str, ...] = (),
    regions: pl.DataFrame | None = None,
    stand_ins: tuple[str, ...] = (),
    source: str | None = None,
) -> pl.DataFrame:
    """Return the activity with the columns of the factor that serves each row; nulls where none does.

    ``source``: the source category whose own records of the organisation are offered too.
    """
    if source is not None:
        factors = with_own(factors, source, key)
    # Only where a record is finer than a country do the finer columns make more choices.
    named = factors["place"].drop_nulls().str.extract("^([a-z]+):").unique().to_list()
    finer = [level for level in FINE if level in named and level in activity.columns]
    ask = [*key, *finer, "place", "year"]
    wanted = activity.select(ask).unique().with_columns(pl.col("place").fill_null("unknown"))
    chosen = choose(factors, wanted, key=key, regions=regions, stand_ins=stand_ins)
    # A place that nobody gave must not quietly become the world average.
    placed = (pl.col("place") != "unknown") | pl.col("level").is_in(FINE)
    known = chosen.filter(placed).select(*ask, *_FACTOR_COLUMNS)
    rows = activity.with_columns(pl.col("place").fill_null("unknown"))
    joined = rows.join(known, on=ask, how="left", maintain_order="left", nulls_equal=True)
    return joined.with_columns(activity["place"])


def with_supplier_factor(
    rows: pl.DataFrame, name: pl.Expr, basis: pl.Expr, own_values: Mapping[str, float] | None
) -> pl.DataFrame:
    """Put the factor that the supplier states, where it states one, in the place of the chosen factor."""
    stated = pl.col("supplier_factor_kg_co2e_per_kwh")
    width = pl.lit(assumption("supplier_factor_half_width_pct", own_values))
    unknown = {column: pl.lit(None, dtype=pl.Float64) for column in _PARTS.values()}
    supplied = unknown | {
        "kg_co2e_per_unit": stated,
        "unsplit_kg_co2e_per_unit": stated,
        "factor_id": pl.format("supplier: {}", name),
        "accounting_basis": basis,
        "low_pct": width,
        "high_pct": width,
        "level": pl.lit("supplier"),
        "edition_distance_years": pl.lit(0),
    }
    return rows.with_columns(
        pl.when(stated.is_not_null()).then(value).otherwise(pl.col(column)).alias(column)
        for column, value in supplied.items()
    )


def in_gwp_set(rows: pl.DataFrame, gwp_set: str) -> pl.DataFrame:
    """Bring CH4 and N2O from the potentials of their edition to those of the inventory."""
    gases = {"ch4_kg_co2e_per_unit": "CH4", "n2o_kg_co2e_per_unit": "N2O"}
    ratios = {
        column: {held: gwp(gas, gwp_set) / gwp(gas, held) for held in gwp_sets()}
        for column, gas in gases.items()
    }
    return rows.with_columns(
        pl.col(column) * pl.col("gwp_set").replace_strict(ratio, default=1.0, return_dtype=pl.Float64)
        for column, ratio in ratios.items()
    )


def emitted(rows: pl.DataFrame, amount: str) -> pl.DataFrame:
    """Return the rows with kg CO2e by gas: the column ``amount`` times each part of the factor; the total is their sum."""
    parts = [(pl.col(amount) * pl.col(factor)).alias(gas) for gas, factor in _PARTS.items()]
    whole = rows.with_columns(*parts, pl.lit(None, dtype=pl.Float64).alias("fgas_kg_co2e"))
    known = pl.any_horizontal(pl.col(name).is_not_null() for name in _PARTS)
    return whole.with_columns(pl.when(known).then(pl.sum_horizontal(*_PARTS)).alias("kg_co2e"))


def with_quality(
    rows: pl.DataFrame, *notes: pl.Expr, own_values: Mapping[str, float] | None = None, over_years: bool
) -> pl.DataFrame:
    """Return the rows with ``quality``, ``estimated`` and the half-widths of the 95 % range.

    ``notes`` are expressions that give a word of quality or null; each word means that something stood in for a fact.
    ``over_years``: whether a factor of another year widens the range (grids change, fuels hardly).
    """
    of_level = pl.col("level").replace_strict(_LEVEL_QUALITY, default=NO_FACTOR, return_dtype=pl.String)
    other_year = pl.when(pl.col("edition_distance_years") > 0).then(pl.lit("factor-of-another-year"))
    stood_in = [other_year, _guessed(rows), *notes]
    return rows.with_columns(
        pl.concat_str([of_level, *stood_in], separator="; ", ignore_nulls=True).alias("quality"),
        (~pl.col("level").is_in(EXACT).fill_null(False) | pl.any_horizontal(note.is_not_null() for note in stood_in)).alias(
            "estimated"
        ),
        *_amount_range(rows, own_values),
        *_factor_range(own_values, over_years=over_years),
    )  # fmt: skip


def finished(rows: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    """Return the rows with every column of a cell, in their types."""
    named = rows.with_columns(**columns, rows=pl.lit(1, dtype=pl.Int64))
    if "level" in named.columns and "factor_level" not in named.columns:
        named = named.with_columns(pl.col("level").alias("factor_level"))
    absent = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in CELL.items() if name not in named.columns
    ]
    return named.with_columns(absent).with_columns(pl.col(name).cast(kind) for name, kind in CELL.items())


def _code(name: str, iso3: Mapping[str, str]) -> str | None:
    """Return the alpha-3 code of a country, or a subregion code such as USA:NYCW as it stands."""
    if ":" in name:
        return name
    country = find_country(name)
    return iso3.get(country.iso2) if country else None


def _guessed(rows: pl.DataFrame) -> pl.Expr:
    """Say that the amount is an estimate, and of a proxy which one."""
    named = pl.format("proxy-{}", _column(rows, "proxy", pl.String()).str.replace_all("_", "-", literal=True))
    return pl.coalesce(named, pl.when(pl.col("reading") == "estimated").then(pl.lit("estimated-amount")))


def _amount_range(rows: pl.DataFrame, own_values: Mapping[str, float] | None) -> list[pl.Expr]:
    """A proxy brings its own error; other estimates and readings have the assumed one."""
    width = (
        pl.when(pl.col("reading") == "estimated")
        .then(assumption("estimated_amount_half_width_pct", own_values))
        .otherwise(assumption("meter_reading_half_width_pct", own_values))
    )
    own = pl.coalesce(_column(rows, "proxy_error_pct", pl.Float64()), width)
    return [own.alias("independent_low_pct"), own.alias("independent_high_pct")]


def _column(rows: pl.DataFrame, name: str, kind: pl.DataType) -> pl.Expr:
    return pl.col(name).cast(kind) if name in rows.columns else pl.lit(None, kind)


def _factor_range(own_values: Mapping[str, float] | None, *, over_years: bool) -> list[pl.Expr]:
    per_year = assumption("proxy_factor_per_year_pct", own_values) if over_years else 0.0
    far = pl.col("edition_distance_years").cast(pl.Float64) * per_year
    elsewhere = pl.when(pl.col("level").is_in(["region", "world"])).then(
        assumption("proxy_factor_half_width_pct", own_values)
    )
    widened = [
        (pl.col(f"{side}_pct").pow(2) + far.pow(2) + elsewhere.fill_null(0.0).pow(2)).sqrt().alias(f"shared_{side}_pct")
        for side in ("low", "high")
    ]  # fmt: skip
    return [pl.col("factor_id").alias("shared_key"), *widened]
