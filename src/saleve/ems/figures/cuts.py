"""The sums of an inventory in every way in which a page cuts it, each with range, share of estimates and the name that explains it."""

from collections.abc import Iterator
from itertools import chain

import polars as pl

from saleve.method.inventory import FACILITIES, Inventory, Selection, breakdowns
from saleve.reporting.labels import slug
from saleve.reporting.making import distinct
from saleve.reporting.records import Fact

DIMENSIONS = ("source", "category", "unit", "site", "region", "haul", "cabin", "scope")
WITHIN = ("source", "scope", "unit", "site")  # what a cut may be narrowed to
# Each pair once: a unit within a source is a source within a unit.
PAIRS = tuple(
    (within, by)
    for number, within in enumerate(WITHIN)
    for by in DIMENSIONS
    if by != within and by not in WITHIN[:number]
)
WHOLE = "all"  # the name of the cut that is none: the total
BASIS = "electricity_basis"  # electricity on each basis that the data give, whichever the total counts

CUTS = pl.Schema(
    {
        "year": pl.Int64,
        "boundary": pl.String,  # minimum; optional, offset, memo: counted apart
        "by": pl.String,  # one of DIMENSIONS, WHOLE or BASIS
        "name": pl.String,  # code of the source, category, unit ...; null: rows that name none
        "within": pl.String,  # one of WITHIN; null: of the whole inventory
        "within_name": pl.String,
        "kg_co2e": pl.Float64,  # null: nothing could be computed, or hidden
        "low_kg_co2e": pl.Float64,  # 95 % range
        "high_kg_co2e": pl.Float64,
        "rows": pl.Int64,
        "estimated_share": pl.Float64,  # of the emission, 0 to 1
        "not_computed_rows": pl.Int64,
        "figure_id": pl.String,  # as in the year's report; null: explain the selection
        "hidden": pl.String,  # primary, secondary: too few travellers; null: shown
    }
)
NUMBERS = ("kg_co2e", "low_kg_co2e", "high_kg_co2e", "rows", "estimated_share", "not_computed_rows")


def cuts(inventory: Inventory) -> pl.DataFrame:
    """Return every total, every cut by one dimension and every cut within a source, scope, unit or site (``CUTS``)."""
    single = [(None, by) for by in (WHOLE, *DIMENSIONS)]
    found = pl.concat([*(_cut(inventory, *pair) for pair in (*single, *PAIRS)), _bases(inventory)])
    return in_order(_named(found))


def in_order(found: pl.DataFrame) -> pl.DataFrame:
    """Return cuts in order: years from the oldest, and in each the largest first."""
    return found.sort("by", "within", "within_name", "boundary", "year", "kg_co2e", "name", descending=[*[False] * 5, True, False], nulls_last=True)  # fmt: skip


def _cut(inventory: Inventory, within: str | None, by: str) -> pl.DataFrame:
    dimensions = [name for name in (within, by) if name in DIMENSIONS]
    sums = breakdowns(inventory, ["year", "boundary", *dimensions], Selection(boundary=None))
    return _told(sums, within, by)


def _bases(inventory: Inventory) -> pl.DataFrame:
    """Return electricity on both bases (GHG Protocol Scope 2 Guidance, ch. 7)."""
    used = [BASIS, "year", "boundary"]
    found = [
        breakdowns(inventory, used, Selection(source="electricity", boundary=None, electricity_basis=basis))
        for basis in ("location", "market")
    ]
    return _told(pl.concat(found).drop_nulls(BASIS), "source", BASIS, pl.lit("electricity"))


def _told(
    sums: pl.DataFrame, within: str | None, by: str, within_name: pl.Expr | None = None
) -> pl.DataFrame:
    name = pl.lit(None, pl.String) if by == WHOLE else pl.col(by).cast(pl.String)
    inside = pl.lit(None, pl.String) if within is None else pl.col(within).cast(pl.String)
    told = sums.drop_nulls("year").with_columns(
        by=pl.lit(by),
        name=name,
        within=pl.lit(within, pl.String),
        within_name=inside if within_name is None else within_name,
        figure_id=pl.lit(None, pl.String),
        hidden=pl.lit(None, pl.String),
    )
    return told.select(CUTS.names()).cast(dict(CUTS))  # type: ignore[arg-type]


def _named(found: pl.DataFrame) -> pl.DataFrame:
    """Give the figures that the year's report has the names that they have there."""
    keys = ["year", "boundary", "by", "name", "within", "within_name"]
    names = pl.DataFrame(list(_names(found)), schema={**{key: CUTS[key] for key in keys}, "_id": pl.String}, orient="row")  # fmt: skip
    joined = found.join(names, on=keys, how="left", nulls_equal=True)
    return joined.with_columns(figure_id="_id").drop("_id")


def _names(found: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    reported = found.filter(pl.any_horizontal(_in_report())).sort("kg_co2e", "name", descending=[True, False], nulls_last=True)  # fmt: skip
    groups = reported.partition_by("year", "boundary", "by", "within", "within_name", as_dict=True)
    for (year, boundary, by, within, inside), rows in groups.items():
        if by == WHOLE:
            yield (
                year,
                boundary,
                by,
                None,
                within,
                inside,
                f"{year}.{'total' if boundary == 'minimum' else boundary}",
            )
        elif rows["name"].count():
            prefix = _prefix(str(year), str(boundary), str(by), inside)
            stand_ins = (Fact(f"{prefix}.{slug(name)}", None, "t_co2e", "") for name in rows["name"])
            for name, fact in zip(rows["name"], distinct(stand_ins), strict=True):
                yield year, boundary, by, name, within, inside, fact.id


def _prefix(year: str, boundary: str, by: str, inside: object) -> str:
    """Return how the names of a group begin (docs/reference/figures.md)."""
    parts = [year, *([boundary] if boundary != "minimum" else []), *([str(inside)] if inside else [])]
    return ".".join(parts if by in ("source", BASIS) else [*parts, by])


def _in_report() -> Iterator[pl.Expr]:
    by, within, inside = pl.col("by"), pl.col("within"), pl.col("within_name")
    minimum = pl.col("boundary") == "minimum"
    yield (by == WHOLE) | ((by == "source") & within.is_null())
    yield minimum & within.is_null() & by.is_in(["scope", "unit", "site"])
    flights = (within == "source") & (inside == "air_travel")
    yield minimum & flights & by.is_in(["category", "haul", "cabin", "region"])
    yield minimum & (within == "source") & inside.is_in(FACILITIES) & (by == "category")
    yield minimum & (by == BASIS)


def selection(row: dict[str, object]) -> Selection:
    """Return the part of the inventory that a row of ``CUTS`` adds up, to explain it; rows that name none are no selection."""
    chosen = {
        str(row[key]): row[name] for key, name in (("by", "name"), ("within", "within_name")) if row[key]
    }
    chosen.pop(WHOLE, None)
    if "scope" in chosen:
        chosen["scope"] = int(str(chosen["scope"])) if chosen["scope"] else None
    fixed = chain({"year": row["year"], "boundary": row["boundary"]}.items(), chosen.items())
    return Selection(**dict(fixed))  # type: ignore[arg-type]
