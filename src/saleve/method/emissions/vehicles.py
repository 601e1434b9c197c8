"""Own and leased vehicles: kg CO2e = fuel x factor of the fuel, scope 1; charged kWh x grid, scope 2; else distance x factor.

GHG Protocol Corporate Standard (2004), chapter 4; IPCC 2006 Guidelines, volume 2, chapter 3 (by fuel where it is known, else by distance).
Fuel is computed as ``fuels`` does it, electricity as ``electricity`` does it, on both bases.
"""

import polars as pl

from saleve.method.emissions import fuels
from saleve.method.emissions.factor_based import finished, with_places
from saleve.method.emissions.rules import Rules
from saleve.method.emissions.ways_to_travel import (
    AVERAGE_CAR,
    by_distance,
    by_electricity,
    driven_electrically,
    method_of_factor,
    reason_where_unknown,
    split_electric,
)
from saleve.method.reference.assumptions import assumption

SOURCE = "vehicles"
_HYBRIDS = ("hybrid", "plug_in_hybrid")
_CAR_FUELS = {
    "petrol": ("petrol_mineral", "petrol_blend"),
    "diesel": ("diesel_mineral", "diesel_blend"),
    "lpg": ("lpg", "propane", "butane"),
    "cng": ("cng", "natural_gas", "biogas"),
    "hybrid": ("hybrid",),
    "plug_in_hybrid": ("plug_in_hybrid",),
    "electric": ("electricity",),
}
_OTHER_KINDS = {"van": "van", "truck": "truck", "motorcycle": "motorcycle"}
_HELPERS = ("transport", "meter", "basis_assumed", "reading", "energy_kwh")


def estimate(activity: pl.DataFrame, rules: Rules | None = None) -> pl.DataFrame:
    """Return a row for the fuel and for the electricity of each record, or for its distance where neither is known.

    Electricity has two rows, by location and by market; CO2 of biogas has one more, as a memo item.
    """
    chosen = rules or Rules()
    rows = with_places(activity, chosen.places).with_row_index("_order")
    by_fuel = pl.any_horizontal(pl.col("fuel_litres", "fuel_kg").is_not_null())
    charged = pl.col("electricity_kwh").is_not_null()
    burning, electric = split_electric(_with_ways(rows.filter(~by_fuel & ~charged)))
    parts = [
        _of_fuel(rows.filter(by_fuel), chosen),
        _charged(rows.filter(charged), chosen),
        _by_distance(burning, chosen),
        _driven(electric, chosen),
    ]
    return pl.concat(parts, how="diagonal").sort("_order").drop("_order", *_HELPERS, strict=False)


def _of_fuel(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Litres go before kg. A hybrid is taken to burn petrol, and that is said."""
    hybrid = pl.col("fuel").is_in(_HYBRIDS).fill_null(value=False)
    burnt = rows.rename({"fuel": "written_fuel"}).with_columns(
        fuel=pl.when(pl.col("written_fuel").is_in(_HYBRIDS))
        .then(pl.lit("petrol_mineral"))
        .otherwise("written_fuel"),
        amount=pl.coalesce(pl.col("fuel_litres") / 1000, "fuel_kg"),
        amount_unit=pl.when(pl.col("fuel_litres").is_not_null()).then(pl.lit("m3")).otherwise(pl.lit("kg")),
        meter=pl.col("vehicle"),
        basis_assumed=pl.lit(value=False),
        reading=pl.lit(None, pl.String),
    )
    computed = fuels.estimate(
        burnt,
        places=rules.places,
        gwp_set=rules.gwp_set,
        fuel_source=rules.fuel_source,
        own_values=rules.own_values,
    )
    told = (
        computed.drop("fuel")
        .rename({"written_fuel": "fuel"})
        .with_columns(
            quality=pl.concat_str(
                "quality",
                pl.when(hybrid).then(pl.lit("hybrid-taken-as-petrol")),
                separator="; ",
                ignore_nulls=True,
            ),
            estimated=pl.col("estimated") | hybrid,
        )
    )
    return _named(told)  # fmt: skip


def _charged(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    return _named(by_electricity(rows.with_columns(energy_kwh=pl.col("electricity_kwh")), rules))


def _with_ways(rows: pl.DataFrame) -> pl.DataFrame:
    of_fuel = {fuel: name for name, several in _CAR_FUELS.items() for fuel in several}
    car = pl.format(
        "average_car_{}", pl.col("fuel").replace_strict(of_fuel, default="unknown", return_dtype=pl.String)
    )
    other = pl.col("vehicle_kind").replace_strict(_OTHER_KINDS, default=None, return_dtype=pl.String)
    is_car = pl.col("vehicle_kind").is_null() | (pl.col("vehicle_kind") == "car")
    by_engine = (
        pl.when(pl.col("fuel") == "electricity").then(None).otherwise(other)
    )  # no electric van is held
    return rows.with_columns(transport=pl.when(is_car).then(car.fill_null(AVERAGE_CAR)).otherwise(by_engine))


def _by_distance(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    unknown_kind = pl.col("vehicle_kind").is_null()
    computed = by_distance(
        rows,
        "distance_km",
        pl.when(unknown_kind).then(pl.lit("kind-of-vehicle-not-known")),
        pl.when(pl.col("transport") == AVERAGE_CAR).then(pl.lit("average-car")),
        pl.lit("distance-instead-of-fuel"),
        source=SOURCE,
        rules=rules,
        error_pct=_distance_error(rules),
    )
    return _driven_away(
        computed.with_columns(scope=pl.lit(1), boundary=pl.lit("minimum"), method=method_of_factor())
    )


def _distance_error(rules: Rules) -> pl.Expr:
    stated = assumption("stated_distance_half_width_pct", rules.own_values)
    read = assumption("meter_reading_half_width_pct", rules.own_values)
    any_kind = assumption("road_kind_unknown_half_width_pct", rules.own_values)
    distance = pl.when(pl.col("distance_basis") == "odometer").then(read).otherwise(stated)
    kind = pl.when(pl.col("vehicle_kind").is_null()).then(any_kind).otherwise(0.0)
    return (distance.pow(2) + kind.pow(2)).sqrt()


def _driven(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    return _driven_away(driven_electrically(rows, "distance_km", rules))


def _driven_away(rows: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("distance_km").is_not_null()
    reasoned = rows.with_columns(reason_where_unknown(known, pl.lit("distance-not-known")))
    return _named(reasoned.with_columns(amount=pl.col("distance_km"), amount_unit=pl.lit("vehicle-km")))


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the rows of another source's method the name of this one; what they count stays."""
    counted = pl.col("rows") if "rows" in rows.columns else pl.lit(1)
    named = finished(
        rows.with_columns(_rows=counted),
        source=pl.lit(SOURCE),
        category=pl.col("vehicle_kind"),
        independent_key=pl.concat_str(pl.lit(SOURCE), "site", "vehicle", separator="|", ignore_nulls=True),
    )
    return named.with_columns(rows=pl.col("_rows").cast(pl.Int64)).drop("_rows")
