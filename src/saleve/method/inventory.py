"""The greenhouse-gas inventory of an organisation: cells, totals with their ranges, indicators.

The UN's minimum boundary is scope 1, scope 2 and business travel (decision of the Chief Executives Board, October 2007). Optional
emissions, offsets retired and memo items are counted apart and never added to or taken from it (GHG Protocol Corporate Standard, ch. 4).
A cell is the finest sum that is kept; every figure is a selection of cells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import polars as pl

from saleve.method.activity.floor_area import areas_by_year
from saleve.method.emissions import air_travel, compute
from saleve.method.emissions.aviation.parameters import METHODS
from saleve.method.emissions.result import CELL
from saleve.method.emissions.rules import Boundary, RuleBook, Rules, book_of
from saleve.method.uncertainty import by_pair_of_keys, range_of_pairs

FACILITIES = ("electricity", "fuels", "district_energy", "refrigerants")  # sources of buildings
GAS_COLUMNS = ("co2_kg", "ch4_kg_co2e", "n2o_kg_co2e", "fgas_kg_co2e", "unsplit_kg_co2e")

_KEYS = ("shared_key", "independent_key")
_PERSONS = pl.Schema({"year": pl.Int64, "unit": pl.String, "site": pl.String, "persons": pl.Float64})
_AREAS = pl.Schema({"year": pl.Int64, "site": pl.String, "area_m2": pl.Float64})

# Figures that came with the tickets, such as those of the official calculator, beside ours for the same legs.
SUPPLIED = pl.Schema(
    {
        "year": pl.Int64,
        "method": pl.String,
        "rows": pl.Int64,
        "supplied_kg_co2": pl.Float64,
        "kg_co2e": pl.Float64,
    }
)
# The same legs by the other methods: information beside the reported figure, never part of it.
SENSITIVITIES = pl.Schema(
    {"year": pl.Int64, "method": pl.String, "distance_correction": pl.String, "kg_co2e": pl.Float64}
)


Named = str | tuple[str | None, ...]
UNNAMED: tuple[str | None, ...] = (None,)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cells a figure adds up; ``None`` leaves a dimension open. Electricity follows the basis of the rules unless named.

    Several names of a dimension stand as a tuple: any of them. ``None`` among them is what has no name there (``UNNAMED``).
    """

    year: int | None = None
    source: Named | None = None
    category: Named | None = None
    unit: Named | None = None
    site: Named | None = None
    region: Named | None = None
    haul: Named | None = None
    cabin: Named | None = None
    scope: int | None = None
    boundary: Boundary | None = "minimum"
    electricity_basis: str | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of cells in kg CO2e with its 95 % range; null where nothing could be computed or no range is known."""

    kg_co2e: float | None
    low_kg_co2e: float | None
    high_kg_co2e: float | None
    rows: int
    estimated_share: float | None  # of the emission, where a default or proxy stood in for a fact
    not_computed_rows: int  # rows selected that have no emission figure: missing, not zero


@dataclass(frozen=True)
class Inventory:
    """Everything that figures are made of: cells, rules, persons, areas, completeness."""

    cells: pl.DataFrame
    rules: Rules  # of the last year
    years: tuple[int, ...]
    headcount: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_PERSONS))
    floor_area: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_AREAS))
    completeness: pl.DataFrame = field(default_factory=pl.DataFrame)
    supplied: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SUPPLIED))
    sensitivities: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SENSITIVITIES))
    book: RuleBook | None = None  # the rules of each year; None: ``rules`` in all years
    # what was added up and taken apart before: a report asks for the same many times, and every report for the other years
    totals: dict[Selection, Total] = field(default_factory=dict, init=False, repr=False, compare=False)
    years_apart: dict[int | None, pl.DataFrame] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def beside(self, sensitivities: pl.DataFrame) -> "Inventory":
        """Return the inventory with these sensitivities; its cells stay, and so does every total added up before."""
        other = replace(self, sensitivities=sensitivities)
        object.__setattr__(other, "totals", self.totals)
        object.__setattr__(other, "years_apart", self.years_apart)
        return other

    def cells_of(self, year: int | None) -> pl.DataFrame:
        """Return the cells of a year, of all years for None."""
        if year is None:
            return self.cells
        if year not in self.years_apart:
            self.years_apart[year] = self.cells.filter(pl.col("year") == year)
        return self.years_apart[year]

    def summed_from(self, year: int | None) -> pl.DataFrame:
        """Return the same for sums: of all years with the keys of errors as numbered words, by which millions group faster."""
        if year is not None:
            return self.cells_of(year)
        if None not in self.years_apart:
            self.years_apart[None] = self.cells.with_columns(
                self.cells[name].cast(pl.Enum(self.cells[name].drop_nulls().unique().sort()))
                for name in _KEYS
            )
        return self.years_apart[None]

    def rules_of(self, year: int) -> Rules:
        """Return the rules by which a year was computed."""
        return self.book.of(year) if self.book else self.rules


def compile_inventory(
    activities: Mapping[str, pl.DataFrame | pl.LazyFrame],
    rules: Rules | RuleBook,
) -> Inventory:
    """Estimate the emissions of every source category, each year by its own rules, and keep them as cells.

    ``activities`` maps source categories to their activity tables. Raises ``MixedBasisError`` when factors of several accounting
    bases meet in one category.
    """
    book = book_of(rules)
    estimated = {
        source: compute.estimate(source, activities, book)
        for source in compute.SOURCES
        if source in activities
    }
    cells = pl.concat([pl.DataFrame(schema=CELL), *map(_cells, estimated.values())])
    years = _years(cells)
    return Inventory(
        cells=cells,
        rules=book.of(max(years, default=None)),
        book=book,
        years=years,
        headcount=_table(activities, "headcount", _PERSONS),
        floor_area=_areas(activities, years),
        supplied=_supplied(estimated.get("air_travel")),
    )


def air_travel_sensitivities(
    legs: pl.DataFrame | pl.LazyFrame, rules: Rules, years: Sequence[int]
) -> pl.DataFrame:
    """Return air travel of the years within the minimum boundary by every method and distance correction (``SENSITIVITIES``)."""
    within = pl.col("year").is_in(list(years)) & (pl.col("boundary") == "minimum")
    added_up = air_travel.aggregate(legs.lazy().filter(within))
    variants = [replace(rules.air_travel, method=method) for method in METHODS]
    variants.append(replace(rules.air_travel, distance_correction="smooth"))
    asked = pl.DataFrame({"year": list(years)}, schema={"year": pl.Int64})
    found = [
        asked.join(
            air_travel.co2_kg_by_year(added_up, one), on="year", how="left", maintain_order="left"
        ).select(
            "year",
            method=pl.lit(one.method),
            distance_correction=pl.lit(one.distance_correction),
            kg_co2e=pl.col("kg_co2e").fill_null(0.0),
        )
        for one in variants
    ]
    return pl.concat([pl.DataFrame(schema=SENSITIVITIES), *found])


def select(inventory: Inventory, selection: Selection) -> pl.DataFrame:
    """Return the cells of the selection."""
    cells = inventory.cells_of(selection.year)
    return cells.filter(condition(selection, inventory.book or inventory.rules))


def condition(selection: Selection, rules: Rules | RuleBook) -> pl.Expr:
    """Return the selection as an expression over any table that has the columns of ``DIMENSIONS``."""
    named = selection.electricity_basis
    basis = book_of(rules).electricity_basis() if named is None else pl.lit(named)
    clauses = [pl.col("electricity_basis").is_null() | (pl.col("electricity_basis") == basis)]
    for dimension in fields(selection):
        value = getattr(selection, dimension.name)
        if value is not None and dimension.name != "electricity_basis":
            clauses.append(named_so(dimension.name, value))
    return pl.all_horizontal(clauses)


def named_so(dimension: str, value: object) -> pl.Expr:
    """Return whether a row has this name in a dimension, or any of these; ``None`` among them: no name."""
    column = pl.col(dimension)
    if not isinstance(value, tuple):
        return column.eq(value)
    any_of = column.is_in([one for one in value if one is not None])
    return any_of.fill_null(value=False) | column.is_null() if None in value else any_of


def total(inventory: Inventory, selection: Selection) -> Total:
    """Add up the selection; nothing selected has no total rather than zero."""
    if selection not in inventory.totals:
        summed = _sums(_selected(inventory, selection), [])
        empty = Total(None, None, None, 0, None, 0)
        inventory.totals[selection] = empty if summed.is_empty() else Total(**summed.row(0, named=True))
    return inventory.totals[selection]


def yearly_totals(inventory: Inventory) -> dict[int, float | None]:
    """Return the kg CO2e of every year within the minimum boundary, without ranges."""
    cells = _selected(inventory, Selection())
    summed = cells.group_by("year").agg(sum_known("kg_co2e")).sort("year").collect(engine="in-memory")
    return dict(summed.drop_nulls("year").iter_rows())


def breakdown(inventory: Inventory, by: str, selection: Selection) -> pl.DataFrame:
    """Return the sums per value of a dimension, largest first (years in order): the dimension, then the fields of ``Total``."""
    summed = _sums(_selected(inventory, selection), [by])
    if by == "year":
        return summed.sort(by)
    return summed.sort("kg_co2e", by, descending=[True, False], nulls_last=True)


def breakdowns(inventory: Inventory, by: Sequence[str], selection: Selection) -> pl.DataFrame:
    """Return the sums per combination of several dimensions, in no order: the dimensions, then the fields of ``Total``."""
    return _sums(_selected(inventory, selection), list(by))


def by_gas(inventory: Inventory, selection: Selection) -> dict[str, float | None]:
    """Return the selection's kg CO2e per gas; null where no cell reports the gas apart."""
    cells = select(inventory, selection)
    sums = cells.select(sum_known(gas) for gas in GAS_COLUMNS)
    return dict(zip(GAS_COLUMNS, sums.row(0), strict=True))


def sum_known(name: str) -> pl.Expr:
    """Add up what is known; nothing known stays null."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def persons(inventory: Inventory, year: int) -> float | None:
    """Return the persons of the year by the organisation's staff definition."""
    return _sum_or_none(inventory.headcount.filter(pl.col("year") == year)["persons"])


def area_m2(inventory: Inventory, year: int) -> float | None:
    """Return the floor area of the year in m2."""
    return _sum_or_none(inventory.floor_area.filter(pl.col("year") == year)["area_m2"])


def _years(cells: pl.DataFrame) -> tuple[int, ...]:
    """Return the years that something was emitted in; certificates set against a later year open no inventory of it."""
    emitted = cells.filter(pl.col("boundary").ne_missing("offset"))
    return tuple(sorted((cells if emitted.is_empty() else emitted)["year"].drop_nulls().unique()))


def _selected(inventory: Inventory, selection: Selection) -> pl.LazyFrame:
    """Return the cells of the selection unread, so that a sum reads the few columns that it needs."""
    cells = inventory.summed_from(selection.year).lazy()
    return cells.filter(condition(selection, inventory.book or inventory.rules))


def _cells(estimated: pl.DataFrame) -> pl.DataFrame:
    return estimated.select(
        (pl.col(name) if name in estimated.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in CELL.items()
    )


def _supplied(estimated: pl.DataFrame | None) -> pl.DataFrame:
    if estimated is None:
        return pl.DataFrame(schema=SUPPLIED)
    return (
        estimated.filter(pl.col("supplied_method").is_not_null(), pl.col("kg_co2e").is_not_null())
        .group_by("year", method="supplied_method")
        .agg(
            pl.col("rows").sum(),
            pl.col("supplied_co2_kg").sum().alias("supplied_kg_co2"),
            pl.col("kg_co2e").sum(),
        )
        .select(SUPPLIED.names())
        .cast(dict(SUPPLIED))  # type: ignore[arg-type]
        .sort("year", "method")
    )


# What a total adds up beside the emission, by pair of keys first: one pass over the cells serves sums and ranges.
_PAIR_SUMS = (
    pl.col("rows").sum(),
    pl.col("kg_co2e").count().alias("computed"),
    pl.col("kg_co2e").abs().sum().alias("size"),
    pl.col("kg_co2e").filter("estimated").abs().sum().alias("estimated_size"),
    pl.col("estimated").is_not_null().any().alias("estimates_known"),
    pl.col("rows").filter(pl.col("kg_co2e").is_null()).sum().alias("not_computed_rows"),
)


def _estimated_share() -> pl.Expr:
    """Return the share of estimates; unknown where it is known of no emission, as of figures taken over."""
    share = pl.col("estimated_size").sum() / pl.col("size").sum()
    return pl.when(pl.col("estimates_known").any()).then(share.fill_nan(None)).alias("estimated_share")


def _sums(cells: pl.LazyFrame, by: list[str]) -> pl.DataFrame:
    groups = by or ["everything"]
    pairs = by_pair_of_keys(cells if by else cells.with_columns(everything=pl.lit(0)), groups, *_PAIR_SUMS)
    summed = pairs.group_by(groups, maintain_order=True).agg(
        pl.when(pl.col("computed").sum() > 0).then(pl.col("kg_co2e").sum()).alias("kg_co2e"),
        pl.col("rows").sum(),
        _estimated_share(),
        pl.col("not_computed_rows").sum(),
    )
    ranges = range_of_pairs(pairs.filter(pl.col("computed") > 0), groups)
    emission = pl.col("kg_co2e")
    return summed.join(ranges, on=groups, how="left", nulls_equal=True, maintain_order="left").select(
        *by,
        "kg_co2e",
        low_kg_co2e=emission - pl.col("low_kg"),
        high_kg_co2e=emission + pl.col("high_kg"),
        rows="rows",
        estimated_share="estimated_share",
        not_computed_rows="not_computed_rows",
    )


def _table(
    activities: Mapping[str, pl.DataFrame | pl.LazyFrame], source: str, schema: pl.Schema
) -> pl.DataFrame:
    if source not in activities:
        return pl.DataFrame(schema=schema)
    return activities[source].lazy().select(schema.names()).collect().cast(dict(schema))  # type: ignore[arg-type]


def _areas(activities: Mapping[str, pl.DataFrame | pl.LazyFrame], years: tuple[int, ...]) -> pl.DataFrame:
    """Give each year the areas that hold in it; an area may hold from a day on, for ever, or for part of a year."""
    if "floor_area" not in activities:
        return pl.DataFrame(schema=_AREAS)
    areas = areas_by_year(activities["floor_area"].lazy().collect(), years)
    return areas.select(_AREAS.names()).cast(dict(_AREAS))  # type: ignore[arg-type]


def _sum_or_none(values: pl.Series) -> float | None:
    return float(values.sum()) if values.count() else None
