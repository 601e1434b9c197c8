"""Commuting: kg CO2e = person-km of the year x factor of the way to travel; telework: hours at home x factor; optional, scope 3.

GHG Protocol Scope 3 Standard (2011), category 7 (employee commuting, which may include teleworking), distance-based method.
"""

import polars as pl

from saleve.method.emissions.factor_based import emitted, finished, with_factors, with_places, with_quality
from saleve.method.emissions.rules import Rules
from saleve.method.emissions.ways_to_travel import (
    AVERAGE_CAR,
    by_distance,
    car_of,
    driven_electrically,
    half_widths,
    method_of_factor,
    reason_where_unknown,
    split_electric,
    unmoved,
    without_year,
)
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.factors import EXACT, telework_factors

SOURCE = "commuting"
_UNMOVED = ("bicycle", "walk")
_CARS = ("car", "carpool")
_OTHER_WAYS = {"electric_car": "average_car_electric", "public_transport": "bus"}
_HELPERS = ("transport", "travelled", "energy_kwh", "telework_hours")


def estimate(activity: pl.DataFrame, rules: Rules | None = None) -> pl.DataFrame:
    """Return a row for the way to work of each answer and one for its work from home, where it tells of both."""
    chosen = rules or Rules()
    rows = _with_ways(with_places(activity, chosen.places), chosen).with_row_index("_order")
    at_home = rows.filter(pl.col("telework_days").is_not_null())
    on_the_way = rows.filter((pl.col("mode") != "telework") | pl.col("telework_days").is_null())
    idle = pl.col("mode").is_in(_UNMOVED)
    burning, electric = split_electric(on_the_way.filter(~idle))
    ways = [
        _by_factor(burning, chosen),
        _by_grid(electric, chosen),
        _finished(unmoved(on_the_way.filter(idle))),
    ]
    parts = pl.concat([*ways, _telework(at_home, chosen)], how="diagonal").sort("_order", maintain_order=True)
    return _each_answer_once(parts).drop("_order", *_HELPERS, strict=False)


def _with_ways(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    car = pl.col("car_fuel").replace_strict(car_of(rows["car_fuel"]), default=None, return_dtype=pl.String)
    shared = assumption("carpool_persons", rules.own_values)
    return rows.with_columns(
        transport=pl.when(pl.col("mode").is_in(_CARS)).then(car.fill_null(AVERAGE_CAR)).otherwise(pl.col("mode").replace(_OTHER_WAYS)),
        travelled=pl.when(pl.col("mode") == "carpool").then(pl.col("person_km") / shared).otherwise("person_km"),
    )  # fmt: skip


def _by_factor(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    any_kind = pl.col("mode") == "public_transport"
    computed = by_distance(
        rows,
        "travelled",
        pl.when(any_kind).then(pl.lit("kind-of-vehicle-not-known")),
        pl.when(pl.col("transport") == AVERAGE_CAR).then(pl.lit("average-car")),
        pl.when(pl.col("weeks_assumed")).then(pl.lit("weeks-assumed")),
        source=SOURCE,
        rules=rules,
        error_pct=_survey_error(any_kind, rules),
    )
    return _finished(computed.with_columns(method=method_of_factor()))


def _by_grid(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    survey = pl.lit(assumption("commuting_survey_half_width_pct", rules.own_values))
    powered = driven_electrically(rows, "travelled", rules).filter(pl.col("electricity_basis") == "location")
    return _finished(
        powered.with_columns(
            *half_widths("independent", (pl.col("independent_high_pct").pow(2) + survey.pow(2)).sqrt()),
            method=pl.lit("distance-grid"),
            electricity_basis=pl.lit(None, pl.String),
        )
    )


def _survey_error(any_kind: pl.Expr, rules: Rules) -> pl.Expr:
    survey = assumption("commuting_survey_half_width_pct", rules.own_values)
    kind = (
        pl.when(any_kind)
        .then(assumption("road_kind_unknown_half_width_pct", rules.own_values))
        .otherwise(0.0)
    )
    return (survey**2 + kind.pow(2)).sqrt()


def _telework(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    hours = pl.col("telework_days") * assumption("telework_hours_per_day", rules.own_values)
    abroad = pl.lit(assumption("telework_of_another_country_half_width_pct", rules.own_values))
    asked = rows.with_columns(
        telework_hours=hours,
        transport=pl.lit("telework"),
        reading=pl.lit(None, pl.String),
        place=pl.col("place").fill_null("not known"),
    )
    factors = with_factors(asked, telework_factors(), key=("transport",), stand_ins=("GBR",), source=SOURCE)
    served = emitted(factors, "telework_hours")
    good = with_quality(
        served, pl.lit("hours-assumed"), own_values=rules.own_values, over_years=False
    ).with_columns(
        *half_widths("shared", pl.when(pl.col("level").is_in(EXACT)).then("high_pct").otherwise(abroad)),
        *half_widths("independent", pl.lit(assumption("commuting_survey_half_width_pct", rules.own_values))),
        method=pl.lit("telework-hours"),
        shared_key=without_year(pl.col("factor_id")),
    )
    return _finished(good.drop("reading"), telework=True)  # fmt: skip


def _finished(rows: pl.DataFrame, *, telework: bool = False) -> pl.DataFrame:
    known = (
        pl.lit(value=True) if telework else pl.col("travelled").is_not_null() | pl.col("mode").is_in(_UNMOVED)
    )
    return finished(
        rows.with_columns(reason_where_unknown(known, pl.lit("distance-not-known"))),
        source=pl.lit(SOURCE),
        category=pl.lit("telework") if telework else pl.col("mode"),
        scope=pl.lit(3),
        boundary=pl.lit("optional"),
        independent_key=pl.concat_str(pl.lit(SOURCE), "site", separator="|", ignore_nulls=True),
        amount=pl.col("telework_hours" if telework else "travelled"),
        amount_unit=pl.lit("hours") if telework else _unit_of_way(),
    )


def _unit_of_way() -> pl.Expr:
    by_vehicle = pl.col("mode").is_in([*_CARS, "electric_car", "taxi"])
    return pl.when(by_vehicle).then(pl.lit("vehicle-km")).otherwise(pl.lit("person-km"))


def _each_answer_once(rows: pl.DataFrame) -> pl.DataFrame:
    """An answer with two parts is one row of the file; a part without a figure always counts, so that it is not overlooked."""
    first = pl.int_range(pl.len()).over("_order") == 0
    return rows.with_columns(rows=(first | pl.col("kg_co2e").is_null()).cast(pl.Int64))
