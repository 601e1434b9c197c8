"""Official travel on the ground: kg CO2e = distance x factor of the way to travel, scope 3.

GHG Protocol Scope 3 Standard (2011), category 6, distance-based method. Rail, metro, bus, coach, motorcycle and ferry count by
passenger-km; cars and taxis by km of the car. Where no distance is stated: great circle between the places x detour, an estimate.
"""

import polars as pl

from saleve.method.emissions.factor_based import finished, with_places
from saleve.method.emissions.rules import Rules
from saleve.method.emissions.ways_to_travel import (
    AVERAGE_CAR,
    by_distance,
    car_of,
    driven_electrically,
    method_of_factor,
    reason_where_unknown,
    split_electric,
    unmoved,
    with_great_circles,
)
from saleve.method.reference.airports import airport_table
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.cities import find_city

SOURCE = "ground_travel"
_CARS = ("rental_car", "private_car")
_BY_VEHICLE = (*_CARS, "taxi", "road")
_HELPERS = ("transport", "great_circle_km", "vehicle_km", "travelled", "energy_kwh", "from_places")


def estimate(activity: pl.DataFrame, rules: Rules | None = None) -> pl.DataFrame:
    """Return the journeys with their emissions; a journey of which only the cost is known has none, and says so."""
    chosen = rules or Rules()
    rows = _with_ways(_with_distances(_placed(activity, chosen), chosen), chosen).with_row_index("_order")
    on_foot = pl.col("mode") == "bicycle"
    burning, electric = split_electric(rows.filter(~on_foot))
    parts = [
        _by_factor(burning, chosen),
        _by_grid(electric, chosen),
        _finished(unmoved(rows.filter(on_foot))),
    ]
    return pl.concat(parts, how="diagonal").sort("_order").drop("_order", *_HELPERS, strict=False)


def _placed(activity: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Take the country of the journey: as written, else of its place of departure or arrival, else of the traveller's site."""
    country = dict(airport_table().select("airport_id", "country").iter_rows())
    of_airport = pl.col("origin_airport").replace_strict(country, default=None, return_dtype=pl.String)
    of_cities = [_country_of_city(activity[end]) for end in ("origin", "destination")]
    found = pl.coalesce("country", of_airport, *of_cities)
    return with_places(activity.with_columns(found.alias("country")), rules.places)


def _country_of_city(names: pl.Series) -> pl.Expr:
    """Return the country of each city; null where several bear the name."""
    found = {name: find_city(name).city for name in names.drop_nulls().unique()}
    countries = {name: city.country for name, city in found.items() if city}
    return pl.col(names.name).replace_strict(countries, default=None, return_dtype=pl.String)


def _with_distances(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    ways = pl.when(pl.col("round_trip")).then(2.0).otherwise(1.0)
    detour = assumption("ground_detour_ratio", rules.own_values)
    measured = with_great_circles(rows, "origin_airport", "destination_airport").with_columns(
        from_places=pl.col("distance_km").is_null() & pl.col("great_circle_km").is_not_null(),
        distance_km=pl.coalesce(
            "distance_km", pl.col("great_circle_km") * detour * ways * pl.col("journeys")
        ),
    )
    return measured.with_columns(passenger_km=pl.col("distance_km") * pl.col("passengers"))


def _with_ways(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return ``transport``, whose factor serves, and ``travelled``, the distance in that factor's unit."""
    car = pl.col("vehicle").replace_strict(car_of(rows["vehicle"]), default=None, return_dtype=pl.String)
    by_car = pl.col("mode").is_in([*_CARS, "road"])
    by_vehicle = pl.col("mode").is_in(_BY_VEHICLE)
    return rows.with_columns(
        transport=pl.when(by_car).then(car.fill_null(AVERAGE_CAR)).otherwise("mode"),
        vehicle_km=pl.col("distance_km") * _cars(rules),
    ).with_columns(travelled=pl.when(by_vehicle).then("vehicle_km").otherwise("passenger_km"))


def _cars(rules: Rules) -> pl.Expr:
    """Persons of one row share cars; a refund, whose persons are negative, takes them back."""
    most = assumption("car_most_passengers", rules.own_values)
    return (pl.col("passengers").abs() / most).ceil() * pl.col("passengers").sign()


def _by_factor(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    any_road = pl.col("mode") == "road"
    unknown_car = pl.col("mode").is_in(_CARS) & (pl.col("transport") == AVERAGE_CAR)
    computed = by_distance(
        rows,
        "travelled",
        pl.when(any_road).then(pl.lit("kind-of-vehicle-not-known")),
        pl.when(unknown_car).then(pl.lit("average-car")),
        pl.when(pl.col("from_places")).then(pl.lit("distance-from-places")),
        rules=rules,
        error_pct=_distance_error(rules),
    )
    return _finished(computed.with_columns(method=method_of_factor()))


def _by_grid(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    powered = driven_electrically(rows, "vehicle_km", rules).filter(pl.col("electricity_basis") == "location")
    return _finished(
        powered.with_columns(method=pl.lit("distance-grid"), electricity_basis=pl.lit(None, pl.String))
    )


def _distance_error(rules: Rules) -> pl.Expr:
    guessed = assumption("ground_distance_from_places_half_width_pct", rules.own_values)
    stated = assumption("stated_distance_half_width_pct", rules.own_values)
    any_road = assumption("road_kind_unknown_half_width_pct", rules.own_values)
    distance = pl.when(pl.col("from_places")).then(guessed).otherwise(stated)
    kind = pl.when(pl.col("mode") == "road").then(any_road).otherwise(0.0)
    return (distance.pow(2) + kind.pow(2)).sqrt()


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    reason = (
        pl.when(pl.col("cost").is_not_null())
        .then(pl.lit("only-cost-known"))
        .otherwise(pl.lit("distance-not-known"))
    )
    far = pl.col("distance_km").is_not_null() | (pl.col("mode") == "bicycle")
    return finished(
        rows.with_columns(reason_where_unknown(far, reason)).drop("category", strict=False),
        source=pl.lit(SOURCE),
        category=pl.col("mode"),
        scope=pl.lit(3),
        independent_key=pl.concat_str(pl.lit(SOURCE), "unit", "site", "origin", "destination", separator="|", ignore_nulls=True),
        amount=pl.col("travelled"),
        amount_unit=pl.when(pl.col("mode").is_in(_BY_VEHICLE)).then(pl.lit("vehicle-km")).otherwise(pl.lit("passenger-km")),
    )  # fmt: skip
