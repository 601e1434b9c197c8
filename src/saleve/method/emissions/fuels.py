"""Fuels: kg CO2e = amount x (CO2 + CH4 + N2O per unit), scope 1.

GHG Protocol Corporate Standard (2004), chapter 4; IPCC 2006 Guidelines, vol. 2, ch. 1 (fuel x factor). Default factors: UK
Government conversion factors of the activity's year; or IPCC 2006 defaults, which give CO2 alone. CO2 of wood and biogas is
biogenic: outside the scopes, a memo item.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import polars as pl

from saleve.method.emissions.factor_based import (
    emitted,
    finished,
    in_gwp_set,
    or_own_factor,
    with_factors,
    with_places,
    with_quality,
)
from saleve.method.reference.factors import biogenic_factors, fuel_factors, fuel_properties

SOURCE = "fuels"
FuelSource = Literal["uk-government", "ipcc-2006"]

# The factors of one fuel per litre, per m3, per kWh gross or net come from one carbon content and err together.
_FUEL_OF_ID = r"^(fuel\.[a-z0-9]+\.[a-z0-9_]+)\."
_ID_PREFIX: dict[FuelSource, str] = {"uk-government": "fuel.desnz.", "ipcc-2006": "fuel.ipcc2006."}
_UNIT = {"kWh gross": "kWh (gross CV)", "kWh net": "kWh (net CV)", "m3": "m3", "kg": "tonne"}
_NET = "kWh (net CV)"
_PUBLISHED_BY, _ANYWHERE = "GBR", "anywhere"  # the fuel's factors of the United Kingdom serve everywhere
_NOBODY: Mapping[str, str] = MappingProxyType({})
_PROPERTIES = ("density_kg_per_m3", "kwh_net_per_tonne", "kwh_gross_per_tonne")


def estimate(
    activity: pl.DataFrame,
    *,
    places: Mapping[str, str] = _NOBODY,
    gwp_set: str = "AR5",
    fuel_source: FuelSource = "uk-government",
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return the fuels with their emissions; fuels of biological origin have a second row, their CO2 as a memo item.

    Fuel from another country is not a proxy: carbon per unit belongs to the fuel. CH4 and N2O are brought to ``gwp_set``.
    ``places``: site -> ISO 3166-1 alpha-3, for the organisation's own factors of a country.
    """
    offered = fuel_factors().filter(pl.col("factor_id").str.starts_with(_ID_PREFIX[fuel_source]))
    placed = with_places(activity, places).with_columns(pl.col("place").fill_null(_ANYWHERE))
    rows = _in_offered_units(placed, offered)
    named = offered.rename({"unit": "factor_unit"})
    chosen = with_factors(rows, named, key=("fuel", "factor_unit"), stand_ins=(_PUBLISHED_BY,), source=SOURCE)
    served = in_gwp_set(chosen, gwp_set)
    good = with_quality(
        emitted(served, "factor_amount"),
        pl.when(pl.col("basis_assumed")).then(pl.lit("calorific-basis-assumed")),
        pl.when(pl.col("converted_by_property")).then(pl.lit("converted-by-density-or-heating-value")),
        own_values=own_values,
        over_years=False,
    )
    fossil = _finished(_of_the_fuel(good), fuel_source, "minimum")
    return pl.concat([fossil, _biogenic(rows, own_values)], how="diagonal")


def _in_offered_units(activity: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
    """Return ``factor_amount`` in ``factor_unit``, a unit in which the source gives the fuel; by density or heating value if need be."""
    held = {(fuel, unit) for fuel, unit in offered.select("fuel", "unit").unique().iter_rows()}
    asked = activity.select("fuel", "amount_unit", "year").unique()
    properties = _properties(asked.select("fuel", "year").unique())
    conversions = [_conversion(row, held, properties) for row in asked.iter_rows(named=True)]
    schema = {"factor_unit": pl.String, "_times": pl.Float64, "converted_by_property": pl.Boolean}
    table = asked.hstack(pl.DataFrame(conversions, schema=schema, orient="row"))
    return activity.join(
        table, on=["fuel", "amount_unit", "year"], how="left", maintain_order="left"
    ).with_columns((pl.col("amount") * pl.col("_times")).alias("factor_amount")).drop("_times")  # fmt: skip


def _conversion(
    asked: Mapping[str, str | int],
    held: set[tuple[str, str]],
    properties: Mapping[tuple[str, int], Mapping[str, float]],
) -> tuple[str, float | None, bool]:
    fuel, written, year = str(asked["fuel"]), str(asked["amount_unit"]), int(asked["year"])
    unit = _UNIT[written]
    times = 0.001 if written == "kg" else 1.0
    # The source gives wood and biogas per kWh without saying gross or net; litres are cubic metres.
    for other, more in (
        (unit, times),
        ("kWh" if "kWh" in unit else unit, times),
        ("litre" if unit == "m3" else unit, 1000.0),
    ):
        if (fuel, other) in held:
            return other, more, False
    of_fuel = properties.get((fuel, year))
    if of_fuel is None or (fuel, _NET) not in held:
        return unit, None, False
    return _NET, _net_kwh(unit, of_fuel), True


def _net_kwh(unit: str, of_fuel: Mapping[str, float]) -> float:
    """Return kWh by net calorific value in one m3, or in one kWh by gross."""
    if unit == "m3":
        return of_fuel["density_kg_per_m3"] / 1000 * of_fuel["kwh_net_per_tonne"]
    return of_fuel["kwh_net_per_tonne"] / of_fuel["kwh_gross_per_tonne"]


def _properties(wanted: pl.DataFrame) -> dict[tuple[str, int], dict[str, float]]:
    """Return density and heating values of each fuel in the nearest year that is held."""
    held = fuel_properties().rename({"year": "property_year"})
    near = (
        wanted.join(held, on="fuel")
        .sort((pl.col("property_year") - pl.col("year")).abs(), "property_year")
        .unique(["fuel", "year"], keep="first", maintain_order=True)
    )
    return {
        (row["fuel"], row["year"]): {name: row[name] for name in _PROPERTIES}
        for row in near.iter_rows(named=True)
    }


def _of_the_fuel(rows: pl.DataFrame) -> pl.DataFrame:
    """Name the quality by the fuel: neither the factor of another country nor the world's default is a stand-in here."""
    of_the_uk = (pl.col("place") == _PUBLISHED_BY) | (pl.col("level") == "stand_in")
    named = (
        pl.when(of_the_uk)
        .then(
            pl.col("quality").str.replace(
                "national-factor|factor-of-another-country", "uk-factor-of-the-fuel"
            )
        )
        .otherwise("quality")
    )
    return rows.with_columns(
        named.str.replace("world-average", "ipcc-default").alias("quality"),
        (pl.col("quality").str.contains(";") | pl.col("kg_co2e").is_null()).alias("estimated"),
        *[pl.when(pl.col("level") == "world").then(f"{side}_pct").otherwise(f"shared_{side}_pct").alias(f"shared_{side}_pct") for side in ("low", "high")],
    )  # fmt: skip


def _biogenic(rows: pl.DataFrame, own_values: Mapping[str, float] | None) -> pl.DataFrame:
    """Return the biogenic CO2 of wood and biogas given by energy; a mass without a heating value stays unknown."""
    held = biogenic_factors().with_columns(
        pl.lit("WORLD").alias("place"),
        pl.lit(None, dtype=pl.Date).alias("valid_from"),
        pl.lit(None, dtype=pl.Date).alias("valid_to"),
        pl.lit("biogenic").alias("accounting_basis"),
        pl.lit(None, dtype=pl.String).alias("gwp_set"),
        pl.format("fuel.ipcc2006.{}.biogenic", pl.col("fuel")).alias("factor_id"),
        pl.col("biogenic_co2_kg_per_unit").alias("kg_co2e_per_unit"),
        pl.col("biogenic_co2_kg_per_unit").alias("co2_kg_per_unit"),
        *[pl.lit(None, dtype=pl.Float64).alias(f"{part}_per_unit") for part in ("ch4_kg_co2e", "n2o_kg_co2e", "unsplit_kg_co2e")],
    )  # fmt: skip
    burnt = rows.filter(pl.col("fuel").is_in(held["fuel"].implode()))
    by_energy = burnt.with_columns(pl.lit(_NET).alias("factor_unit"))
    factors = held.rename({"unit": "factor_unit"})
    served = with_factors(by_energy, factors, key=("fuel", "factor_unit"))
    amounts = served.with_columns(
        pl.when(pl.col("amount_unit").str.starts_with("kWh")).then("amount").alias("factor_amount")
    )
    good = with_quality(emitted(amounts, "factor_amount"), own_values=own_values, over_years=False)
    return _finished(_of_the_fuel(good), "ipcc-2006", "memo").with_columns(rows=pl.lit(0, dtype=pl.Int64))


def _finished(rows: pl.DataFrame, method: str, boundary: str) -> pl.DataFrame:
    return finished(
        rows.drop("category", strict=False),
        source=pl.lit(SOURCE),
        category=pl.col("fuel"),
        scope=pl.lit(1),
        boundary=pl.lit(boundary),
        method=or_own_factor(
            pl.when(pl.col("edition").is_null()).then(pl.lit(method)).otherwise(pl.format("{}-{}", pl.lit(method.removesuffix("-2006")), "edition"))
        ),
        independent_key=pl.concat_str(pl.lit(SOURCE), "site", "meter", "fuel", separator="|", ignore_nulls=True),
        shared_key=pl.coalesce(pl.col("factor_id").str.extract(_FUEL_OF_ID), "factor_id"),
        amount=pl.col("amount"),
        amount_unit=pl.col("amount_unit"),
    )  # fmt: skip
