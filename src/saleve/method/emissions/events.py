"""Events: journeys of participants, energy of the venue, meals, paper, those who took part from afar; optional, scope 3.

Our own calculation by the areas of the UNEP Sustainable Events Guide (2012). Journeys: there and back between the places of
participants and event, by rail when near, else by air as the inventory counts flights. Nothing of it is in the minimum boundary, so a
ticket in ``air_travel`` is never added to it; energy of an own building is a memo item, since its bills count it.
"""

from dataclasses import replace

import polars as pl

from saleve.method.activity.places import resolve_places
from saleve.method.emissions import air_travel
from saleve.method.emissions.factor_based import emitted, finished, with_factors, with_places, with_quality
from saleve.method.emissions.rules import Rules
from saleve.method.emissions.virtual_meetings import connected
from saleve.method.emissions.ways_to_travel import (
    by_distance,
    by_electricity,
    half_widths,
    method_of_factor,
    with_great_circles,
    without_year,
)
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.factors import WORLD, event_factors
from saleve.method.reference.packages import table

SOURCE = "events"
_JOURNEYS, _VENUE, _REMOTE = "participants_travel", "venue_energy", "remote_participation"
_STAND_INS = ("FRA", "GBR")
_HELPERS = (
    "origin", "destination", "origin_basis", "destination_basis", "great_circle_km", "transport", "travelled", "aircraft", "place_basis",
    "cabin_basis", "item", "item_amount", "energy_kwh", "reading", "hours", "distance_km", "route_group",
)  # fmt: skip


def estimate(activity: pl.DataFrame, rules: Rules | None = None) -> pl.DataFrame:
    """Return a row for each thing that a row of an event tells of: ``category`` says which."""
    chosen = rules or Rules()
    rows = with_places(activity, chosen.places).with_row_index("_order")
    parts = [
        *_journeys(rows.filter(pl.col("participants_in_person").is_not_null()), chosen),
        _venue(rows.filter(pl.col("venue_kwh").is_not_null()), chosen),
        _items(rows, chosen),
        _from_afar(rows.filter(pl.col("participants_remote") > 0), chosen),
    ]
    whole = pl.concat(parts, how="diagonal").sort("_order", maintain_order=True)
    return _each_row_once(whole).drop("_order", *_HELPERS, strict=False)


def _journeys(rows: pl.DataFrame, rules: Rules) -> list[pl.DataFrame]:
    near_km = assumption("event_ground_below_km", rules.own_values)
    placed = with_great_circles(_with_airports(rows), "origin", "destination")
    far = pl.col("great_circle_km")
    return [
        _on_the_ground(placed.filter(far < near_km), rules),
        _flown(placed.filter(far >= near_km), rules),
        _unplaced(placed.filter(far.is_null())),
    ]


def _with_airports(rows: pl.DataFrame) -> pl.DataFrame:
    """Read where participants came from and where the event was; within one country a country alone says too little."""
    for end, prefix in (("origin", "origin_"), ("destination", "")):
        asked = rows.select(
            text=pl.col(f"{prefix}city").fill_null(""),
            country_text=pl.col(f"{prefix}country"),
            on=pl.col("start_date"),
        ).with_row_index("_row")
        keys = ["text", "country_text", "on"]
        named = asked.filter((pl.col("text") != "") | pl.col("country_text").is_not_null())
        read = (
            resolve_places(named.select(keys).unique(maintain_order=True))
            .unique(keys, keep="first")
            .select(
                *keys,
                pl.col("airport_id").list.last().alias(end),
                pl.col("place_basis").list.last().alias(f"{end}_basis"),
            )
        )
        found = asked.join(read, on=keys, how="left", nulls_equal=True, maintain_order="left")
        rows = rows.with_columns(found[end], found[f"{end}_basis"])
    vague = pl.any_horizontal(pl.col("origin_city", "city").is_null()) & (
        pl.col("origin_country") == pl.col("country")
    )
    return rows.with_columns(pl.when(~vague.fill_null(value=False)).then("origin").alias("origin"))  # fmt: skip


def _on_the_ground(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    detour = assumption("ground_detour_ratio", rules.own_values)
    error = assumption("ground_distance_from_places_half_width_pct", rules.own_values)
    there_and_back = rows.with_columns(
        transport=pl.lit("rail"),
        travelled=2 * pl.col("great_circle_km") * detour * pl.col("participants_in_person"),
    )
    note = pl.lit("distance-from-places")
    computed = by_distance(there_and_back, "travelled", note, rules=rules, error_pct=pl.lit(error))
    return _finished(computed.with_columns(method=method_of_factor()), _JOURNEYS, "travelled", "passenger-km")


def _flown(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Compute flights there and back, in economy; where no aircraft flies so far without a stop, by the UK factor of the distance."""
    legs = rows.with_columns(
        passengers=2 * pl.col("participants_in_person"),
        cabin=pl.lit("economy"),
        cabin_basis=pl.lit("default"),
        aircraft=pl.lit(None, pl.String),
        place_basis=pl.coalesce(
            _vague_first("origin_basis"), _vague_first("destination_basis"), pl.lit("city")
        ),
    )
    direct = air_travel.estimate(legs, rules.air_travel)
    too_far = direct.filter(pl.col("kg_co2e").is_null())["_order"]
    by_factor = air_travel.estimate(
        legs.filter(pl.col("_order").is_in(too_far.implode())), replace(rules.air_travel, method="desnz")
    ).with_columns(quality=pl.concat_str(pl.lit("no-direct-flight; "), "quality"))
    both = pl.concat([direct.filter(pl.col("kg_co2e").is_not_null()), by_factor], how="diagonal")
    error = pl.lit(assumption("event_travel_half_width_pct", rules.own_values))
    widened = (pl.col("independent_high_pct").fill_null(0.0).pow(2) + error.pow(2)).sqrt()
    known = both.with_columns(*half_widths("independent", widened), estimated=pl.lit(value=True))
    return _finished(known, _JOURNEYS, "amount", "passenger-km")


def _vague_first(basis: str) -> pl.Expr:
    return pl.when(pl.col(basis).is_in(["capital", "main_airport"])).then(basis)


def _unplaced(rows: pl.DataFrame) -> pl.DataFrame:
    """Participants of whom it is not known how far they came; nobody came at all is zero."""
    nobody = pl.col("participants_in_person") == 0
    local = pl.col("origin").is_not_null() & (pl.col("origin") == pl.col("destination"))
    told = rows.with_columns(
        kg_co2e=pl.when(nobody).then(0.0),
        unsplit_kg_co2e=pl.when(nobody).then(0.0),
        quality=pl.when(nobody).then(pl.lit("nobody-came")).when(local).then(pl.lit("local-journey")).otherwise(pl.lit("origin-not-known")),
        estimated=~nobody,
        travelled=pl.lit(None, pl.Float64),
        method=pl.lit("event-items"),
    )  # fmt: skip
    return _finished(told, _JOURNEYS, "travelled", "passenger-km")


def _venue(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Count the venue's energy as electricity of the place."""
    powered = by_electricity(rows.with_columns(energy_kwh=pl.col("venue_kwh")), rules)
    located = powered.filter(pl.col("electricity_basis") == "location").with_columns(
        electricity_basis=pl.lit(None, pl.String), method=pl.lit("event-items")
    )
    own = pl.col("site").is_not_null()
    return _finished(
        located, _VENUE, "venue_kwh", "kWh", pl.when(own).then(pl.lit("memo")).otherwise(pl.lit("optional"))
    )


def _items(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return meals, vegetarian meals, paper and waste, each a row; no factor of waste is held without its treatment."""
    sheet_kg = _a4_m2() * assumption("paper_grammage_g_per_m2", rules.own_values) / 1000
    amounts = {
        "meal": pl.col("meals") - pl.col("meals_vegetarian").fill_null(0.0),
        "meal_vegetarian": pl.col("meals_vegetarian"),
        "paper": pl.col("pages_printed") * sheet_kg,
        "waste": pl.col("waste_kg"),
    }
    each = [rows.with_columns(item=pl.lit(item), item_amount=amount) for item, amount in amounts.items()]
    told = (
        pl.concat(each)
        .drop_nulls("item_amount")
        .with_columns(place=pl.col("place").fill_null("not known"), reading=pl.lit(None, pl.String))
    )
    factors = with_factors(told, event_factors(), key=("item",), stand_ins=_STAND_INS, source=SOURCE)
    served = emitted(factors, "item_amount")
    good = with_quality(served, own_values=rules.own_values, over_years=False)
    known = good.with_columns(method=pl.lit("event-items"), shared_key=without_year(pl.col("factor_id")))
    unit = pl.when(pl.col("item").str.starts_with("meal")).then(pl.lit("meals")).otherwise(pl.lit("kg"))
    return _finished(known, pl.col("item"), "item_amount", unit)  # fmt: skip


def _a4_m2() -> float:
    width_mm, height_mm = (
        table("paper_formats", "formats")
        .filter(pl.col("format") == "a4")
        .select("width_mm", "height_mm")
        .row(0)
    )
    return float(width_mm) * float(height_mm) / 1e6


def _from_afar(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    hours_a_day = assumption("event_remote_hours_per_day", rules.own_values)
    asked = rows.with_columns(
        hours=pl.col("participants_remote") * pl.col("days") * hours_a_day, place=pl.lit(WORLD)
    )
    known = connected(asked, "hours", rules).with_columns(
        quality=pl.concat_str(
            pl.when(pl.col("hours").is_null()).then(pl.lit("days-not-known")).otherwise("quality"),
            pl.lit("hours-assumed"),
            separator="; ",
        ),
        estimated=pl.lit(value=True),
    )
    return _finished(known, _REMOTE, "hours", "participant-hours")  # fmt: skip


def _finished(
    rows: pl.DataFrame, part: str | pl.Expr, amount: str, unit: str | pl.Expr, boundary: pl.Expr | None = None
) -> pl.DataFrame:
    return finished(
        rows,
        source=pl.lit(SOURCE),
        category=pl.lit(part) if isinstance(part, str) else part,
        scope=pl.lit(3),
        boundary=pl.lit("optional") if boundary is None else boundary,
        independent_key=pl.concat_str(pl.lit(SOURCE), "event_id", "event", "origin_country", separator="|", ignore_nulls=True),
        amount=pl.col(amount),
        amount_unit=pl.lit(unit) if isinstance(unit, str) else unit,
        region=pl.lit(None, pl.String),
        haul=pl.lit(None, pl.String),
        cabin=pl.lit(None, pl.String),
    )  # fmt: skip


def _each_row_once(rows: pl.DataFrame) -> pl.DataFrame:
    """A row of the file with several parts is one row; a part without a figure always counts, so that it is not overlooked."""
    first = pl.int_range(pl.len()).over("_order") == 0
    return rows.with_columns(rows=(first | pl.col("kg_co2e").is_null()).cast(pl.Int64))
