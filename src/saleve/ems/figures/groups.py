"""Figures as they leave the hands of those who may see travellers: small groups put together, and what would give them away hidden."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from saleve.ems.figures.cuts import NUMBERS, in_order
from saleve.ems.small_groups import SMALL, SmallGroups, small_groups
from saleve.method.emissions.boundaries import with_boundaries
from saleve.method.inventory import Inventory
from saleve.method.suppression import merged_groups, suppressed

TRAVELLERS = pl.Schema(
    {
        "year": pl.Int64,
        "boundary": pl.String,  # as the rules of the year have it
        "unit": pl.String,
        "site": pl.String,
        "category": pl.String,
        "cabin": pl.String,
        "region": pl.String,  # of the route, as the cells have it
        "haul": pl.String,
        "traveller": pl.String,  # keyed hash; null: nobody is named, and all of these count as one
        "travellers": pl.Float64,  # of lump sums: how many, without naming them
    }
)
ROUTE = r"^([A-Z0-9]+)-([A-Z0-9]+)$"  # how cells name a route
_ENDS = ("origin", "destination")
_OF_ROUTES = ("region", "haul")
_OF_GROUPS = ("unit", "site")
# Beside what a unit or site may be seen; tables of haul and region are left out.
_COUNTED = ("source", "scope", "unit", "site", "category", "cabin")
_ENOUGH = 10**9  # persons of a figure that is of no traveller
_NO_NAME = ""


def travellers(activities: Mapping[str, pl.DataFrame | pl.LazyFrame], inventory: Inventory) -> pl.DataFrame:
    """Return who travelled, each once for each unit, site and kind of flight of a year (``TRAVELLERS``)."""
    columns = [name for name in (*TRAVELLERS, *_ENDS) if name not in ("travellers", *_OF_ROUTES)]
    found = [pl.DataFrame(schema=TRAVELLERS)]
    routes = _routes(inventory)
    if "air_travel" in activities:
        legs = (
            activities["air_travel"]
            .lazy()
            .select(columns)
            .with_columns(pl.col(pl.Categorical).cast(pl.String))
        )
        each = legs.unique().collect(engine="streaming").join(routes, on=["year", *_ENDS], how="left")
        found.append(each.with_columns(travellers=pl.lit(None, pl.Float64)).drop(_ENDS).unique())
    if "home_leave" in activities:
        lumps = (
            activities["home_leave"]
            .lazy()
            .select(*(_or_null(name, activities["home_leave"]) for name in (*columns, "travellers")))
        )
        each = lumps.with_columns(traveller=pl.lit(None, pl.String)).collect()
        found.append(each.join(routes, on=["year", *_ENDS], how="left"))
    rows = pl.concat([one.select(TRAVELLERS.names()).cast(dict(TRAVELLERS)) for one in found])  # type: ignore[arg-type]
    return ruled(rows, inventory)


def _routes(inventory: Inventory) -> pl.DataFrame:
    """Return region and haul of each route of a year."""
    ends = pl.col("independent_key").str.extract_groups(ROUTE)
    flown = inventory.cells.filter(pl.col("source") == "air_travel").select(
        "year", *_OF_ROUTES, origin=ends.struct.field("1"), destination=ends.struct.field("2")
    )
    return flown.drop_nulls(_ENDS).unique(["year", *_ENDS])


def ruled(rows: pl.DataFrame, inventory: Inventory) -> pl.DataFrame:
    """Return rows of air travel (year, category, boundary ...) of the inventory's years, with the boundary that each year's rules give them."""
    flown = rows.with_columns(source=pl.lit("air_travel"), method=pl.lit(""))
    years = [
        with_boundaries(flown.filter(pl.col("year") == year), inventory.rules_of(year))
        for year in inventory.years
    ]
    return pl.concat([flown.clear(), *years]).select(rows.columns)


def groups_of(rows: pl.DataFrame, smallest: int) -> SmallGroups:
    """Return the small groups of a year of ``TRAVELLERS``."""
    lumps = pl.col("travellers").is_not_null()
    return small_groups({"air_travel": rows.filter(~lumps), "home_leave": rows.filter(lumps)}, smallest)


def without_small_groups(inventory: Inventory, groups: Mapping[int, SmallGroups]) -> Inventory:
    """Return the inventory with the units of small groups put together, each year by itself."""
    years = inventory.cells.partition_by("year", as_dict=True)
    shown = [groups[year].cells(cells) if year in groups else cells for (year,), cells in years.items()]
    return replace(inventory, cells=pl.concat(shown)) if shown else inventory


def hidden_cuts(cuts: pl.DataFrame, full: pl.DataFrame, rows: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """Hide in cuts of units and sites what rests on too few travellers (``rows``: with the units of small groups put together).

    A figure that is another than in the ``full`` cuts keeps no name: the name explains that one.
    """
    crossed = pl.col("within").is_not_null() & (
        pl.col("within").is_in(_OF_GROUPS) | pl.col("by").is_in(_OF_GROUPS)
    )
    counted = pl.col("by").is_in(_COUNTED)
    tables = cuts.filter(crossed, counted).partition_by("year", "boundary", "by", "within")
    found = pl.concat([cuts.filter(~crossed), *(_hidden(table, rows, smallest) for table in tables)])
    keys = ["year", "boundary", "by", "name", "within", "within_name"]
    same = found.join(
        full.select(*keys, _rows="rows"), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    named = pl.when(pl.col("rows") == pl.col("_rows")).then("figure_id").alias("figure_id")
    return in_order(same.with_columns(named).drop("_rows"))


def few_together(table: pl.DataFrame, persons: pl.DataFrame, keys: list[str], smallest: int) -> pl.DataFrame:
    """Leave the rows of few travellers without names, each year by itself, so that they add up to one; ``persons``: year, keys, persons.

    ``group`` says of them that they are the small groups.
    """
    counted = persons.partition_by("year", as_dict=True)
    small = [
        (year, *place)
        for (year,), rows in counted.items()
        for place in merged_groups(
            {tuple(row[1:-1]): row[-1] for row in rows.select("year", *keys, "persons").iter_rows()}, smallest
        )
    ]
    names = pl.DataFrame(small, schema={name: table.schema[name] for name in ("year", *keys)}, orient="row")
    marked = table.join(
        names.with_columns(_few=pl.lit(value=True)), on=["year", *keys], how="left", nulls_equal=True
    )
    few = pl.col("_few").fill_null(value=False)
    return marked.with_columns(
        *(pl.when(~few).then(name).alias(name) for name in keys), group=pl.when(few).then(pl.lit(SMALL))
    ).drop("_few")


def persons_of(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Count travellers by some columns of ``TRAVELLERS``; those whom no row names count as one, lump sums by their number."""
    lumps = pl.col("travellers").is_not_null()
    named = pl.col("traveller").filter(~lumps)
    return rows.group_by(by).agg(
        pl.max_horizontal(
            named.drop_nulls().n_unique().cast(pl.Int64) + named.has_nulls().cast(pl.Int64),
            pl.col("travellers").sum().floor().cast(pl.Int64),
        ).alias("persons")
    )


def _or_null(name: str, table: pl.DataFrame | pl.LazyFrame) -> pl.Expr:
    there = name in table.lazy().collect_schema().names()
    return pl.col(name) if there else pl.lit(None, TRAVELLERS.get(name, pl.String())).alias(name)


def _hidden(table: pl.DataFrame, rows: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """Hide figures of one table of two ways; a figure with no emission stays, since it tells none."""
    year, boundary, by, within = table.select("year", "boundary", "by", "within").row(0)
    persons = _persons_of_table(
        rows.filter(pl.col("year") == year, pl.col("boundary") == boundary), by, within
    )
    plain = table.with_columns(pl.col("name", "within_name").fill_null(_NO_NAME))
    joined = plain.join(persons, on=["name", "within_name"], how="left", maintain_order="left")
    counted = joined.with_columns(pl.col("persons").fill_null(_ENOUGH), pl.col("kg_co2e").fill_null(0.0))
    told = suppressed(
        counted, row="within_name", column="name", value="kg_co2e", persons="persons", smallest=smallest
    )
    totals = told.filter(pl.col("name").is_null() | pl.col("within_name").is_null())
    parts = plain.select("within_name", "name").join(
        told, on=["within_name", "name"], how="left", maintain_order="left"
    )
    why = parts["hidden"]
    if totals["hidden"].count():
        # where even totals would have to go, which other tables show, no part can stay whose row or column holds travellers
        travelled = pl.col("persons").is_not_null()
        beside = joined.select(travelled.any().over("name") | travelled.any().over("within_name")).to_series()
        why = pl.select(pl.coalesce(why, pl.when(beside).then(pl.lit("secondary")))).to_series()
    seen = pl.col("hidden").is_null()
    return table.with_columns(hidden=why).with_columns(
        pl.when(seen).then(name).alias(name) for name in (*NUMBERS, "figure_id")
    )


def _persons_of_table(rows: pl.DataFrame, by: str, within: str) -> pl.DataFrame:
    """Return ``name, within_name, persons`` of what a table of two ways shows of travellers."""
    told = rows.with_columns(source=pl.lit("air_travel"), scope=pl.lit("3"))
    wanted = told.with_columns(name=_text(by), within_name=_text(within))
    return persons_of(wanted, ["name", "within_name"])


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null(_NO_NAME)


def shown_rows(rows: pl.DataFrame, groups: Mapping[int, SmallGroups]) -> pl.DataFrame:
    """Return ``TRAVELLERS`` with the units of small groups put together."""
    return pl.concat([rows.clear(), *_each_year(rows, groups)])


def _each_year(rows: pl.DataFrame, groups: Mapping[int, SmallGroups]) -> Iterator[pl.DataFrame]:
    for (year,), of_year in rows.partition_by("year", as_dict=True).items():
        yield groups[year].rows("air_travel", of_year) if year in groups else of_year
