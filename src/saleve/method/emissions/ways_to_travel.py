"""Journeys on the ground: kg CO2e = distance x factor of the way to travel; what four source categories share.

GHG Protocol Scope 3 Standard (2011), category 6, distance-based method. Electric cars: distance x kWh per km x grid of the place.
"""

from collections.abc import Mapping

import polars as pl

from saleve.method.activity import electricity as electricity_bills
from saleve.method.emissions import electricity
from saleve.method.emissions.aviation.flights import great_circle_km
from saleve.method.emissions.factor_based import (
    emitted,
    in_gwp_set,
    or_own_factor,
    with_factors,
    with_quality,
)
from saleve.method.emissions.rules import Rules
from saleve.method.reference.airports import airport_table
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.countries import folded
from saleve.method.reference.factors import electric_cars, ground_factors

AVERAGE_CAR = "average_car_unknown"
ELECTRIC = r"_car_electric$"
_ELECTRIC_ROWS = pl.col("transport").str.contains(ELECTRIC).fill_null(value=False)
_STAND_INS = ("GBR", "FRA", "USA")
_NOWHERE = "not known"
_ON_RAILS = ("rail", "metro_tram")

# What a bill of electricity tells and a car or venue does not.
_OF_BILLS = {
    name: kind
    for name, kind in electricity_bills.ACTIVITY.items()
    if name.startswith("supplier") or name in ("supply", "meter", "reading", "certificate_kwh")
}
# Words of a cell that say what a car burns, most telling first: a plug-in hybrid is a hybrid too.
_FUEL_WORDS = {
    "plug_in_hybrid": ("plug in", "phev", "rechargeable", "enchufable", "подключаем", "插电", "قابل للشحن"),
    "hybrid": ("hybrid", "hybride", "hibrido", "гибрид", "混合", "هجين"),
    "electric": ("electric", "electrique", "elektr", "electrico", "bev", "электр", "电动", "كهرب"),
    "diesel": ("diesel", "gazole", "gasoil", "дизел", "柴油", "ديزل"),
    "lpg": ("lpg", "gpl", "glp", "autogas"),
    "cng": ("cng", "gnv", "gnc", "erdgas", "natural gas"),
    "petrol": ("petrol", "gasoline", "gasolina", "essence", "benzin", "бензин", "汽油", "بنزين"),
}
_SIZE_WORDS = {
    "small": ("small", "compact", "mini", "economy", "petit", "klein", "pequen"),
    "large": ("large", "suv", "4x4", "luxury", "premium", "full size", "grand", "gross"),
    "medium": ("medium", "intermediate", "mid size", "moyen", "mittel", "mediano"),
}


def by_distance(
    rows: pl.DataFrame,
    amount: str,
    *notes: pl.Expr,
    source: str = "ground_travel",
    rules: Rules,
    error_pct: pl.Expr,
) -> pl.DataFrame:
    """Return rows with their emission: the column ``amount`` (in the unit of the factor of ``transport``) x factor.

    ``place`` may be null: the factor is then that of a stand-in, which is said. ``error_pct``: half-width of the amount.
    ``source``: the source category whose own factors serve.
    """
    unplaced = pl.when(pl.col("place").is_null()).then(pl.lit("country-not-known"))
    asked = rows.with_columns(
        reading=pl.lit(None, pl.String), _place=pl.col("place"), place=pl.col("place").fill_null(_NOWHERE)
    )
    served = with_factors(
        asked, ground_factors(), key=("transport",), stand_ins=_STAND_INS, source=source
    ).with_columns(place="_place")
    in_set = in_gwp_set(served, rules.gwp_set)
    known = with_quality(
        emitted(in_set, amount), unplaced, *notes, own_values=rules.own_values, over_years=True
    )
    ranged = known.with_columns(
        *half_widths("independent", error_pct),
        *[_widened(f"shared_{side}_pct", _of_stand_in(rules)) for side in ("low", "high")],
        shared_key=without_year(pl.col("factor_id")),
    )  # fmt: skip
    return ranged.drop("reading", "_place")


def half_widths(part: str, width_pct: pl.Expr) -> list[pl.Expr]:
    """Return the half-widths of one part of the range; nothing can fall below zero."""
    return [
        width_pct.clip(upper_bound=100.0).alias(f"{part}_low_pct"),
        width_pct.alias(f"{part}_high_pct"),
    ]


def by_electricity(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return rows with the emission of ``energy_kwh`` at the grid of their country or site, on both bases (scope 2)."""
    as_bills = rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in _OF_BILLS.items())
    computed = electricity.estimate(
        as_bills.with_columns(supply=pl.lit("grid")),
        places=rules.places,
        accounting_basis=rules.accounting_basis,
        own_factors=rules.grid_factors,
        own_values=rules.own_values,
    )
    return computed.drop(*_OF_BILLS)


def driven_electrically(rows: pl.DataFrame, km: str, rules: Rules) -> pl.DataFrame:
    """Return electric cars with the emission of their kWh, on both bases; the range holds that of kWh per km."""
    powered = by_electricity(with_car_energy(rows, km), rules)
    car = pl.col("energy_high_pct")
    return powered.with_columns(
        *[_widened(f"independent_{side}_pct", car) for side in ("low", "high")],
        quality=pl.concat_str("quality", pl.lit("energy-from-distance"), separator="; "),
        estimated=pl.lit(value=True),
    ).drop("energy_high_pct")


def with_car_energy(rows: pl.DataFrame, km: str) -> pl.DataFrame:
    """Return rows with ``energy_kwh``: km x kWh per km of the car's size and the nearest year held."""
    cars = electric_cars().select(
        "transport", car_year="year", per_km="energy_kwh_per_km", energy_high_pct="high_pct"
    )
    nearest = (
        rows.select("transport", "year")
        .unique()
        .join(cars, on="transport")
        .sort((pl.col("car_year") - pl.col("year")).abs(), "car_year")
        .unique(["transport", "year"], keep="first", maintain_order=True)
    )
    known = rows.join(nearest.drop("car_year"), on=["transport", "year"], how="left", maintain_order="left")
    return known.with_columns(energy_kwh=pl.col(km) * pl.col("per_km")).drop("per_km")  # fmt: skip


def split_electric(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows that burn fuel or ride along, and the electric cars."""
    return rows.filter(~_ELECTRIC_ROWS), rows.filter(_ELECTRIC_ROWS)


def car_of(description: pl.Series) -> dict[str, str]:
    """Return for each different description the way to travel: average_car_diesel, small_car_electric ...; unknown where it says nothing."""
    held = set(ground_factors()["transport"]) | set(electric_cars()["transport"])
    return {text: _car(folded(text), held) for text in description.drop_nulls().unique()}


def _car(words: str, held: set[str]) -> str:
    fuel = _first_named(words, _FUEL_WORDS) or "unknown"
    size = _first_named(words, _SIZE_WORDS) or "average"
    exact = f"{size}_car_{fuel}"
    return exact if exact in held else f"average_car_{fuel}"


def _first_named(words: str, known: Mapping[str, tuple[str, ...]]) -> str | None:
    return next((name for name, signs in known.items() if any(sign in words for sign in signs)), None)


def with_great_circles(rows: pl.DataFrame, origin: str, destination: str) -> pl.DataFrame:
    """Return rows with ``great_circle_km`` between two airports; null where one is not known or both are the same."""
    at = airport_table().select("airport_id", "latitude_deg", "longitude_deg")
    pairs = (
        rows.select(origin, destination).unique().drop_nulls().filter(pl.col(origin) != pl.col(destination))
    )
    ends = pairs.join(at, left_on=origin, right_on="airport_id").join(
        at, left_on=destination, right_on="airport_id", suffix="_to"
    )
    places = ("latitude_deg", "longitude_deg", "latitude_deg_to", "longitude_deg_to")
    far = ends.with_columns(great_circle_km=great_circle_km(*(ends[name].to_numpy() for name in places)))
    known = far.select(origin, destination, "great_circle_km")
    return rows.join(known, on=[origin, destination], how="left", maintain_order="left")  # fmt: skip


def unmoved(rows: pl.DataFrame) -> pl.DataFrame:
    """Return journeys on foot and by bicycle: they burn nothing."""
    return rows.with_columns(
        unsplit_kg_co2e=pl.lit(0.0),
        kg_co2e=pl.lit(0.0),
        method=pl.lit("no-fuel"),
        quality=pl.lit("no-fuel"),
        estimated=pl.lit(value=False),
    )


def reason_where_unknown(known: pl.Expr, reason: pl.Expr) -> list[pl.Expr]:
    """Where the amount is not known, let ``quality`` say why and nothing else."""
    return [
        pl.when(known).then("quality").otherwise(reason).alias("quality"),
        (pl.col("estimated") | ~known).alias("estimated"),
    ]


def method_of_factor() -> pl.Expr:
    """Return the name of the method by the source of the factor."""
    factor_id = pl.col("factor_id")
    return or_own_factor(
        pl.when(factor_id.str.contains(".ademe.", literal=True))
        .then(pl.lit("distance-ademe"))
        .when(factor_id.str.contains(".epa.", literal=True))
        .then(pl.lit("distance-epa"))
        .otherwise(pl.lit("distance-uk-government"))
    )


def without_year(factor_id: pl.Expr) -> pl.Expr:
    """Factors of one series err together over the years."""
    return factor_id.str.replace(r"\.\d{4}$", "")


def _of_stand_in(rules: Rules) -> pl.Expr:
    rail = assumption("rail_of_another_country_half_width_pct", rules.own_values)
    other = assumption("proxy_factor_half_width_pct", rules.own_values)
    on_rails = pl.col("transport").is_in(_ON_RAILS)
    width = pl.when(on_rails).then(rail).otherwise(other)
    return pl.when(pl.col("level") == "stand_in").then(width).otherwise(0.0)


def _widened(name: str, by_pct: pl.Expr) -> pl.Expr:
    both = (pl.col(name).pow(2) + by_pct.pow(2)).sqrt()
    return (both.clip(upper_bound=100.0) if "_low_" in name else both).alias(name)
