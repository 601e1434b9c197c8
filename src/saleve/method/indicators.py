"""Environmental indicators: an amount over persons, floor area or a whole, each with its numerator, denominator and how it came about.

Greening the Blue (entity dashboard and methodology); core indicators R = A / B of EMAS, Regulation (EC) 1221/2009, Annex IV C. What is
divided by what is data (packages ``indicators`` and ``emas_core_indicators``). An indicator without one of its parts is null, never zero.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from saleve.method.activity.floor_area import areas_by_year
from saleve.method.activity.standing import plain
from saleve.method.inventory import FACILITIES, Inventory, Selection, select
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.factors import fuel_properties
from saleve.method.reference.packages import table

Activities = Mapping[str, pl.DataFrame | pl.LazyFrame]
Definition = Mapping[str, Any]  # a row of a package of indicators

INDICATORS = pl.Schema(
    {
        "indicator": pl.String(),
        "year": pl.Int64(),
        "site": pl.String(),  # null: the whole organisation
        "value": pl.Float64(),  # null where a part is not known; ``lacks`` says which
        "unit": pl.String(),
        "numerator": pl.String(),  # name of the quantity; the package ``indicators`` says what it counts
        "numerator_amount": pl.Float64(),
        "numerator_unit": pl.String(),
        "denominator": pl.String(),  # null: the indicator is an amount
        "denominator_amount": pl.Float64(),
        "denominator_unit": pl.String(),
        "sites": pl.Int64(),  # sites that are in both parts; null where a part does not name its sites: then all of both are in
        "estimated_share": pl.Float64(),  # of the numerator; null where it is no amount of bills or emissions
        "left_out_rows": pl.Int64(),  # rows of the numerator that have no amount
        "source": pl.String(),
        "lacks": pl.String(),  # why there is no value: the quantity that is not known, or COMMON_SITE
    }
)
QUANTITIES = pl.Schema(
    {
        "quantity": pl.String(),
        "year": pl.Int64(),
        "site": pl.String(),
        "amount": pl.Float64(),
        "estimated": pl.Float64(),  # the part of the amount that is estimated; null: not told
        "left_out": pl.Int64(),
    }
)
COMMON_SITE = "common_site"  # each part is known, but of no site are both
KG_PER_TONNE = 1000
CLASSES = ("specific", "average", "default", "proxy")  # of data, the best first
_RECYCLED = ("recycling", "composting", "anaerobic_digestion")


def indicators(activities: Activities, inventory: Inventory | None = None, *, package: str = "indicators") -> pl.DataFrame:  # fmt: skip
    """Return every indicator of the package for each year, of the whole and of each site that has both parts (``INDICATORS``).

    ``package``: indicators, or emas_core_indicators. Without an inventory those that need one are null.
    """
    amounts = quantities(activities, inventory)
    years = amounts.select("year").unique().sort("year")
    definitions = table(package, "indicators").iter_rows(named=True)
    found = [_one(definition, amounts, years) for definition in definitions]
    return pl.concat([pl.DataFrame(schema=INDICATORS), *found])


def quantities(activities: Activities, inventory: Inventory | None = None) -> pl.DataFrame:
    """Return the amounts that indicators divide, by year and site (``QUANTITIES``); what no table holds has no row."""
    found = [_energy(activities), _journeys(activities), _areas(activities)]
    for quantity, (source, amount) in _AMOUNTS.items():
        if source in activities:
            found.append(_summed(_with_columns(activities[source]), quantity, amount))
    if inventory is not None:
        found += [*_emissions(inventory), *_judged(inventory), *_covered(inventory)]
    return pl.concat([pl.DataFrame(schema=QUANTITIES), *found])


def data_classes(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with ``data_class``: the worst class of the words of their quality; at best default where estimated.

    Null where nothing is known of a figure, as of one that others computed.
    """
    rank = {name: number for number, name in enumerate(CLASSES)}
    tiers = table("indicators", "tiers")
    ranks = dict(zip(tiers["tier"], [rank[name] for name in tiers["class"]], strict=True))
    words = pl.col("quality").str.split("; ")
    worst = words.list.eval(
        pl.element().replace_strict(ranks, default=None, return_dtype=pl.Int64)
    ).list.max()
    by_flag = pl.when("estimated").then(rank["default"]).when(~pl.col("estimated")).then(rank["average"])
    known = pl.when(pl.col("estimated").is_not_null()).then(
        pl.when("estimated").then(pl.max_horizontal(worst, rank["default"])).otherwise(worst)
    )
    return cells.with_columns(
        pl.coalesce(known, by_flag)
        .replace_strict(dict(enumerate(CLASSES)), default=None, return_dtype=pl.String)
        .alias("data_class")
    )


def _one(definition: Definition, amounts: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """Compute one indicator; every year has a row for the whole, with what it lacks where there is no value."""
    above = amounts.filter(quantity=definition["numerator"]).rename({"amount": "above"})
    divisor = definition["denominator"]
    below = amounts.filter(quantity=divisor).rename({"amount": "below"}) if divisor else _ones(above)
    whole = years.join(_whole(above, below), on="year", how="left")
    by_site = _pairs(above, below).with_columns(pl.lit(value=True).alias("together"))
    rows = pl.concat([whole, by_site], how="diagonal_relaxed").sort("year", "site", nulls_last=False)
    value = pl.col("above") / pl.col("below") * definition["times"]
    usable = pl.col("together") & (pl.col("below") > 0)
    return _described(rows.with_columns(pl.when(usable).then(value).alias("value")), definition)


def _ones(above: pl.DataFrame) -> pl.DataFrame:
    """Return one for each year: what divides an amount that stands by itself."""
    return above.select("year").unique().with_columns(pl.lit(None, pl.String).alias("site"), pl.lit(1.0).alias("below"))  # fmt: skip


def _pairs(above: pl.DataFrame, below: pl.DataFrame) -> pl.DataFrame:
    """Return the sites that both name, one row for each year and site."""
    parts = above.select("year", "site", "above", "estimated", "left_out")
    return parts.join(below.select("year", "site", "below"), on=["year", "site"], how="inner")


def _whole(above: pl.DataFrame, below: pl.DataFrame) -> pl.DataFrame:
    """Add up the sites that are in both parts; all of both in a year in which one of them does not name its sites."""
    sums = [_known_sum("above"), _known_sum("estimated"), pl.col("left_out").sum()]
    paired = _pairs(above, below).group_by("year").agg(*sums, _known_sum("below"), pl.len().alias("sites"))
    divisors = below.group_by("year").agg(_known_sum("below"))
    both = above.group_by("year").agg(sums).join(divisors, on="year", how="full", coalesce=True)
    nameless = pl.concat([one.filter(pl.col("site").is_null()).select("year") for one in (above, below)])
    is_open = pl.col("year").is_in(nameless["year"].unique().implode())
    everything = both.join(paired.filter(~is_open), on="year", how="left", suffix="_paired")
    kept = [pl.coalesce(f"{name}_paired", name).alias(name) for name in ("above", "estimated", "left_out", "below")]  # fmt: skip
    return everything.select("year", "sites", *kept, together=is_open | pl.col("sites").is_not_null())


def _described(rows: pl.DataFrame, definition: Definition) -> pl.DataFrame:
    """Name the parts and their units, and say why a value is missing."""
    units = dict(table("indicators", "quantities").select("quantity", "unit").iter_rows())
    words = ("indicator", "unit", "numerator", "denominator", "source")
    below = pl.col("below") if definition["denominator"] else pl.lit(None, pl.Float64)
    told = rows.with_columns(
        *(pl.lit(definition[name], pl.String).alias(name) for name in words),
        pl.col("above").alias("numerator_amount"),
        pl.lit(units[definition["numerator"]]).alias("numerator_unit"),
        below.alias("denominator_amount"),
        pl.lit(units.get(definition["denominator"]), pl.String).alias("denominator_unit"),
        (pl.col("estimated") / pl.col("above")).fill_nan(None).alias("estimated_share"),
        pl.col("left_out").alias("left_out_rows"),
        _lacking(definition).alias("lacks"),
    )
    return told.select(INDICATORS.names()).cast(INDICATORS)


def _lacking(definition: Definition) -> pl.Expr:
    return (
        pl.when(pl.col("value").is_not_null())
        .then(pl.lit(None, pl.String))
        .when(pl.col("above").is_null())
        .then(pl.lit(definition["numerator"]))
        .when(pl.col("below").is_null() | (pl.col("below") <= 0))
        .then(pl.lit(definition["denominator"]))
        .otherwise(pl.lit(COMMON_SITE))
    )


def _known_sum(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


# Columns that only some files have.
_OPTIONAL = MappingProxyType(
    {"site": pl.String, "reading": pl.String, "proxy": pl.String, "supply": pl.String, "certificate_kwh": pl.Float64,
     "treatment": pl.String, "hazardous": pl.Boolean, "purpose": pl.String, "fuel": pl.String, "amount_unit": pl.String}
)  # fmt: skip
_ON_SITE = pl.col("supply") == "on_site_renewable"
# A certificate covers no more than was used; power bought as renewable counts whole where no certificate says how much of it.
_RENEWABLE = (
    pl.when(_ON_SITE)
    .then("energy_kwh")
    .when(pl.col("certificate_kwh").is_not_null())
    .then(pl.min_horizontal("certificate_kwh", pl.max_horizontal("energy_kwh", 0.0)))
    .when(pl.col("supply") == "purchased_renewable")
    .then("energy_kwh")
    .otherwise(0.0)
)


def _part_of(amount: str, where: pl.Expr) -> pl.Expr:
    """Return the amount where the condition holds and zero where it does not: both are known."""
    return pl.when(where.fill_null(value=False)).then(amount).otherwise(0.0)


_AMOUNTS: Mapping[str, tuple[str, pl.Expr]] = MappingProxyType(
    {
        "electricity": ("electricity", pl.col("energy_kwh")),
        "renewable_electricity": ("electricity", _RENEWABLE),
        "renewable_generation": ("electricity", _part_of("energy_kwh", _ON_SITE)),
        "water": ("water", pl.col("supply_m3")),
        "waste": ("waste", pl.col("waste_kg")),
        "waste_of_known_treatment": ("waste", _part_of("waste_kg", pl.col("treatment").is_not_null())),
        "waste_recycled": ("waste", _part_of("waste_kg", pl.col("treatment").is_in(_RECYCLED))),
        "waste_hazardous": ("waste", _part_of("waste_kg", pl.col("hazardous"))),
        "paper": ("paper", pl.col("paper_kg")),
        "persons": ("headcount", pl.col("persons")),
    }
)


def _with_columns(activity: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    rows = plain(activity)
    return rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in _OPTIONAL.items() if name not in rows.columns)  # fmt: skip


def _summed(rows: pl.DataFrame, quantity: str, amount: pl.Expr) -> pl.DataFrame:
    """Add up an amount by year and site; rows without one are counted, and a site of such rows alone has no amount."""
    stood_in = pl.col("proxy").is_not_null() | (pl.col("reading") == "estimated").fill_null(value=False)
    told = rows.drop_nulls("year").select("year", "site", amount.cast(pl.Float64).alias("amount"), stood_in.alias("_stood_in"))  # fmt: skip
    summed = told.group_by("year", "site").agg(
        _known_sum("amount"),
        pl.col("amount").filter("_stood_in").sum().alias("estimated"),
        pl.col("amount").is_null().sum().alias("left_out"),
    )
    return _named(summed.drop_nulls("amount"), quantity)


def _named(amounts: pl.DataFrame, quantity: str) -> pl.DataFrame:
    """Return amounts as ``QUANTITIES``; what is not told of them is null, and nothing was left out."""
    absent = {"site": None, "estimated": None, "left_out": 0}
    whole = amounts.with_columns(pl.lit(value).alias(name) for name, value in absent.items() if name not in amounts.columns)  # fmt: skip
    named = whole.with_columns(pl.lit(quantity).alias("quantity"))
    return named.select(QUANTITIES.names()).cast(QUANTITIES)


def _energy(activities: Activities) -> pl.DataFrame:
    """Add up the energy of buildings in kWh; fuel of vehicles is none of it, fuel of unknown heating value is left out and counted."""
    found = [
        _with_columns(activities[name]).select("year", "site", "reading", "proxy", "energy_kwh")
        for name in ("electricity", "district_energy")
        if name in activities
    ]
    if "fuels" in activities:
        burnt = _with_columns(activities["fuels"]).filter(pl.col("purpose").ne_missing("vehicle"))
        found.append(_heated(burnt).select("year", "site", "reading", "proxy", "energy_kwh"))
    if not found:
        return pl.DataFrame(schema=QUANTITIES)
    return _summed(pl.concat(found, how="vertical_relaxed"), "energy", pl.col("energy_kwh"))


def _heated(fuels: pl.DataFrame) -> pl.DataFrame:
    """Add ``energy_kwh``: as billed where the bill is in kWh, else by density and net calorific value of the nearest year."""
    known = fuels.select("fuel", "year").unique().join(fuel_properties().rename({"year": "_of"}), on="fuel")
    nearest = known.sort((pl.col("_of") - pl.col("year")).abs(), "_of").unique(["fuel", "year"], keep="first")
    tonnes = (
        pl.when(pl.col("amount_unit") == "kg")
        .then(pl.col("amount") / KG_PER_TONNE)
        .when(pl.col("amount_unit") == "m3")
        .then(pl.col("amount") * pl.col("density_kg_per_m3") / KG_PER_TONNE)
    )
    billed = pl.when(pl.col("amount_unit").str.starts_with("kWh")).then("amount")
    energy = pl.coalesce(billed, tonnes * pl.col("kwh_net_per_tonne"))
    return fuels.join(nearest, on=["fuel", "year"], how="left").with_columns(energy.alias("energy_kwh"))


def _journeys(activities: Activities) -> pl.DataFrame:
    """Count passengers of first legs; legs may be millions and are added up as they are scanned."""
    if "air_travel" not in activities:
        return pl.DataFrame(schema=QUANTITIES)
    first = activities["air_travel"].lazy().filter(pl.col("leg") == 1).drop_nulls("year")
    counted = first.group_by("year").agg(pl.col("passengers").cast(pl.Float64).sum().alias("amount"))
    return _named(counted.collect(), "air_journeys")


def _areas(activities: Activities) -> pl.DataFrame:
    """Give each year of the other tables the areas that hold in it."""
    if "floor_area" not in activities:
        return pl.DataFrame(schema=QUANTITIES)
    named = [rows.lazy() for name, rows in activities.items() if name != "floor_area"]
    dated = [rows.select("year") for rows in named if "year" in rows.collect_schema().names()]
    years = pl.concat(dated).unique().collect()["year"].drop_nulls().sort().to_list() if dated else []
    areas = areas_by_year(plain(activities["floor_area"]), years)
    return _named(areas.group_by("year", "site").agg(pl.col("area_m2").sum().alias("amount")), "floor_area")


def _emissions(inventory: Inventory) -> list[pl.DataFrame]:
    """Return the kg CO2e of the minimum boundary, travel with it, for the whole; and those of facilities by site."""
    cells = select(inventory, Selection()).drop_nulls("year")
    sums = [_known_sum("kg_co2e").alias("amount"), pl.col("kg_co2e").filter("estimated").sum().alias("estimated"),
            pl.col("rows").filter(pl.col("kg_co2e").is_null()).sum().alias("left_out")]  # fmt: skip
    whole = cells.group_by("year").agg(sums)
    of_facilities = cells.filter(pl.col("source").is_in(FACILITIES)).group_by("year", "site").agg(sums)
    named = {"emissions": whole, "emissions_of_facilities": of_facilities}
    return [_named(amounts.drop_nulls("amount"), name) for name, amounts in named.items()]


def _judged(inventory: Inventory) -> list[pl.DataFrame]:
    """Return the emissions whose data have a known class, plain and times the weight of the class."""
    own = inventory.rules.own_values
    weights = {name: assumption(f"data_quality_{name}_pct", own) / 100 for name in CLASSES}
    cells = data_classes(select(inventory, Selection())).drop_nulls(["year", "kg_co2e", "data_class"])
    weight = pl.col("data_class").replace_strict(weights, return_dtype=pl.Float64)
    size = pl.col("kg_co2e").abs()
    named = {"emissions_judged": size, "emissions_weighted": size * weight}
    return [_named(cells.group_by("year").agg(size.sum().alias("amount")), name) for name, size in named.items()]  # fmt: skip


def _covered(inventory: Inventory) -> list[pl.DataFrame]:
    """Return sites, persons and days that are expected, and those whose data are there (states of the completeness table)."""
    if inventory.completeness.is_empty():
        return []
    expected = inventory.completeness.filter(pl.col("state") != "not_computed")
    whole = (pl.col("state") == "complete").all()
    sites = expected.drop_nulls("site").group_by("year", "site").agg(whole.alias("whole"))
    people = inventory.headcount.drop_nulls("site").join(sites.filter("whole"), on=["year", "site"])
    share = pl.when(pl.col("state") == "complete").then(1.0).otherwise("covered_share")
    metered = expected.drop_nulls("covered_share").select(
        "year", (share * _DAYS).alias("covered"), _DAYS.alias("days")
    )
    counted = {
        "sites": sites.group_by("year").agg(pl.len().alias("amount")),
        "sites_covered": sites.group_by("year").agg(pl.col("whole").sum().alias("amount")),
        "persons_covered": people.group_by("year").agg(pl.col("persons").sum().alias("amount")),
        "periods": metered.group_by("year").agg(pl.col("days").sum().alias("amount")),
        "periods_covered": metered.group_by("year").agg(pl.col("covered").sum().alias("amount")),
    }
    return [_named(amounts, name) for name, amounts in counted.items()]


_DAYS = pl.date(pl.col("year"), 12, 31).dt.ordinal_day()
