"""What the ledger holds of each place: its meters with their last bill, and the counts of people and areas with who was counted how."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from saleve.ems.small_groups import PERSONAL
from saleve.method.activity.standing import amount_column, plain, real_rows
from saleve.method.inventory import Inventory, Selection, condition

Activities = Mapping[str, pl.DataFrame | pl.LazyFrame]
METERED = ("electricity", "fuels", "district_energy", "water")
METERS = pl.Schema(
    dict.fromkeys(("source", "site", "meter", "supplier"), pl.String)
    | {"rows": pl.Int64, "first_day": pl.Date, "last_day": pl.Date, "last_amount": pl.Float64}
    | {"unit": pl.String, "estimated_rows": pl.Int64}
)
_ROW: dict[str, Any] = {"batch": pl.String, "source_row": pl.Int64}  # where it can be corrected
COUNTS = pl.Schema(
    {"year": pl.Int64, "unit": pl.String, "site": pl.String, "persons": pl.Float64, "definition": pl.String}
    | _ROW
)
AREAS = pl.Schema(
    {"site": pl.String, "valid_from": pl.Date, "valid_to": pl.Date, "area_m2": pl.Float64}
    | {"definition": pl.String}
    | _ROW
)
USES = pl.Schema(
    {"year": pl.Int64}
    | dict.fromkeys(
        ("source", "unit", "site", "boundary", "factor_id", "factor_level", "amount_unit"), pl.String
    )
    | {"amount": pl.Float64, "rows": pl.Int64, "kg_co2e": pl.Float64}
)
_UNITS = {"energy_kwh": "kWh", "supply_m3": "m3"}


def holdings(activities: Activities, inventory: Inventory) -> dict[str, pl.DataFrame]:
    """Return the meters, counts of people and areas that the ledger holds, and which factor was used where."""
    metered = [_meters(source, activities[source]) for source in METERED if source in activities]
    return {
        "meters": pl.concat([pl.DataFrame(schema=METERS), *metered]),
        "counts": _rows(activities, "headcount", COUNTS),
        "areas": _rows(activities, "floor_area", AREAS),
        "uses": _uses(inventory),
    }


def _uses(inventory: Inventory) -> pl.DataFrame:
    """Return the sums that rest on each factor, by place; sources whose rows are of travellers are left out (``USES``)."""
    keys = [name for name, kind in USES.items() if kind == pl.String or name == "year"]
    book = inventory.book or inventory.rules
    counted = inventory.cells.filter(
        condition(Selection(boundary=None), book)
    )  # electricity on one basis, not on both
    rows = counted.filter(
        pl.col("factor_id").is_not_null(), ~pl.col("source").cast(pl.String).is_in(PERSONAL)
    )
    summed = rows.group_by(keys).agg(pl.col("amount", "rows", "kg_co2e").sum())
    return summed.select(USES.names()).cast(dict(USES)).sort(keys, nulls_last=True)  # type: ignore[arg-type]


def _meters(source: str, activity: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Return one row for each meter, the bills without one together, in the order of places."""
    rows = real_rows(activity)
    amount = str(amount_column(rows))
    unit = pl.col("amount_unit") if "amount_unit" in rows.columns else pl.lit(_UNITS.get(amount))
    ordered = rows.with_columns(source=pl.lit(source), _unit=unit).sort("period_end", nulls_last=False)
    grouped = ordered.group_by("source", "site", "meter").agg(
        pl.col("supplier").last(),
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col("period_start").min().alias("first_day"),
        pl.col("period_end").max().alias("last_day"),
        pl.col(amount).last().alias("last_amount"),
        pl.col("_unit").last().alias("unit"),
        (pl.col("reading") == "estimated").sum().cast(pl.Int64).alias("estimated_rows"),
    )
    return grouped.select(METERS.names()).cast(dict(METERS)).sort("site", "meter", nulls_last=True)  # type: ignore[arg-type]


def _rows(activities: Activities, category: str, schema: pl.Schema) -> pl.DataFrame:
    if category not in activities:
        return pl.DataFrame(schema=schema)
    rows = plain(activities[category])
    absent = [pl.lit(None).alias(name) for name in schema if name not in rows.columns]
    return rows.with_columns(absent).select(schema.names()).cast(dict(schema))  # type: ignore[arg-type]
