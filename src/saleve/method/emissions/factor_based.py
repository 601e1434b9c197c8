"""Emission = amount x factor: what electricity, fuels and district energy share.

The factor of each different (key, place, year) is chosen once and joined back. A row without a factor keeps a null emission and the
quality "no-factor": missing is not zero. A factor of another year, region or country is used only with that said in ``quality``,
``estimated`` set, and the 95 % range widened (root of the sum of squares; IPCC 2006 Guidelines, vol. 1, ch. 3, eq. 3.1).
"""

from collections.abc import Mapping

import polars as pl

from saleve.language import _
from saleve.method.emissions.result import CELL
from saleve.method.problems import MixedBasisError
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.countries import country_table, find_country
from saleve.method.reference.factor_sources import level_columns, with_own
from saleve.method.reference.factors import EXACT, FINE, OWN_ID, choose, grid_regions
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

    ``source``: the source category (``factor_sources``) whose own records of the organisation are offered too. Raises
    ``MixedBasisError`` where own and shipped factors of different accounting bases would serve rows side by side.
    """
    offered = factors if source is None else with_own(factors, source, key)
    has_own = offered is not factors
    rows, finer = _with_levels(activity, offered, source)
    ask = [*key, *finer, "place", "year"]
    wanted = rows.select(ask).unique()
    of_country = grid_regions() if has_own and regions is None else regions
    chosen = choose(offered, wanted, key=key, regions=of_country, stand_ins=stand_ins, several_bases=has_own)
    # A place that nobody gave must not quietly become the world average.
    placed = (pl.col("place") != "unknown") | pl.col("level").is_in(FINE)
    known = chosen.filter(placed).select(*ask, *_FACTOR_COLUMNS)
    joined = rows.join(known, on=ask, how="left", maintain_order="left", nulls_equal=True)
    if has_own:
        _refuse_mixed(joined, source)
    return joined.with_columns(activity["place"]).select(*activity.columns, *_FACTOR_COLUMNS)


def is_own() -> pl.Expr:
    """Say whether the factor of a row is one that the organisation imported."""
    return pl.col("factor_id").str.starts_with(OWN_ID).fill_null(value=False)


def or_own_factor(method: pl.Expr) -> pl.Expr:
    """Return the name of the method; where the organisation's own factor served, not that of a shipped list."""
    return pl.when(is_own()).then(pl.lit("own-factor")).otherwise(method)


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


def _with_levels(
    activity: pl.DataFrame, offered: pl.DataFrame, source: str | None
) -> tuple[pl.DataFrame, list[str]]:
    """Return the rows with the columns that a choice finer than a country needs, only where a record is so fine."""
    named = set(offered["place"].drop_nulls().str.extract("^([a-z]+):").unique())
    columns = level_columns(source, activity.columns)
    finer = {level: column for level, column in columns.items() if level in named}
    place = pl.col("place").fill_null("unknown")
    return activity.with_columns(place, *[pl.col(column).alias(level) for level, column in finer.items()]), [*finer]  # fmt: skip


def _refuse_mixed(served: pl.DataFrame, source: str | None) -> None:
    bases = {
        whose: set(served.filter(chosen)["accounting_basis"].drop_nulls())
        for whose, chosen in (("own", is_own()), ("shipped", ~is_own()))
    }
    if bases["shipped"] and bases["own"] - bases["shipped"]:
        message = _(
            "Own factors of {source} count by {own}, but those that Salève holds for other rows count by {shipped}: these accounting bases are never mixed. Import own factors for all rows, or of the same basis."
        )
        raise MixedBasisError(
            message.format(source=source, own=", ".join(sorted(bases["own"])), shipped=", ".join(sorted(bases["shipped"])))
        )  # fmt: skip


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
