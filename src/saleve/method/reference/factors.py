"""Emission factors by source category, and the choice of the factor for a place and a year.

A factor's identity is its id, edition, place, period, accounting basis and GWP set. Factors of different accounting bases are
never offered together for electricity (GHG Protocol Scope 2 Guidance: one method per total).
A record has two times: the period of activity that it holds for, and the day on which its edition came out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Literal

import polars as pl

from saleve.language import _
from saleve.method.problems import MixedBasisError, UnknownReferenceError
from saleve.method.reference.countries import folded
from saleve.method.reference.packages import descriptor, table
from saleve.method.reference.suggestions import unknown

WORLD = "WORLD"
PACKAGES = (
    "grid_intensity",
    "fuels",
    "district_energy",
    "waste",
    "water",
    "paper",
    "ict",
    "spending",
    "ground_travel",
    "hotels",
    "commuting",
    "events",
)
OWN_ID = "own."  # how the id of a record begins that the organisation imported
OUTSIDE = "_outside_years"  # years between the asked year and the record's period; nothing outside this module sees it

Level = Literal["site", "supplier", "city", "country", "region", "stand_in", "world"]
RANK = {"site": -3, "supplier": -2, "city": -1, "country": 0, "region": 1, "stand_in": 2, "world": 9}
FINE = ("site", "supplier", "city")  # finer than a country: only an organisation's own records are
_PARTS = ("co2_kg", "ch4_kg_co2e", "n2o_kg_co2e", "unsplit_kg_co2e")

# What a factor is of, beside its place and time: fuel, way to travel, sector ... Each source category has its own.
KEYS = (
    "fuel",
    "carrier",
    "refrigerant",
    "stream",
    "treatment",
    "service",
    "fibre",
    "sector",
    "equipment",
    "transport",
    "item",
)

# A record of an organisation's own table: the columns that a choice needs, and by which columns of activity it is chosen.
OWN_RECORD = pl.Schema(
    {
        "source_category": pl.String,
        "factor_id": pl.String,
        "place": pl.String,
        **dict.fromkeys(KEYS, pl.String),
        "factor_unit": pl.String,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "edition": pl.String,
        "published": pl.Date,
        "accounting_basis": pl.String,
        "gwp_set": pl.String,
        "unit": pl.String,
        "kg_co2e_per_unit": pl.Float64,
        **{f"{part}_per_unit": pl.Float64 for part in _PARTS},
        "low_pct": pl.Float64,
        "high_pct": pl.Float64,
        "source": pl.String,
        "source_table": pl.String,
        "licence": pl.String,
    }
)
EXACT = (*FINE, "country")  # levels at which nothing stands in


@dataclass(frozen=True, slots=True)
class Factor:
    """One emission factor: kg CO2e per ``unit``, its parts by gas, 95 % half-widths in percent, and its source."""

    factor_id: str
    place: str
    valid_from: date | None
    valid_to: date | None
    edition: str
    accounting_basis: str
    gwp_set: str
    unit: str
    kg_co2e_per_unit: float
    co2_kg_per_unit: float | None
    ch4_kg_co2e_per_unit: float | None
    n2o_kg_co2e_per_unit: float | None
    unsplit_kg_co2e_per_unit: float | None
    low_pct: float
    high_pct: float
    uncertainty_basis: str
    source: str
    source_table: str | None
    licence: str
    licence_note: str | None
    quality: str


def factor(factor_id: str) -> Factor:
    """Return the factor of this id, from any package.

    Raises ``UnknownReferenceError`` with the nearest ids.
    """
    held = _by_id()
    if factor_id not in held:
        raise unknown(factor_id, held)
    row = table(held[factor_id], "factors").row(by_predicate=pl.col("factor_id") == factor_id, named=True)
    return Factor(**{entry.name: row[entry.name] for entry in fields(Factor)})


def grid_factors(accounting_basis: str) -> pl.DataFrame:
    """Return electricity factors per kWh generated, of one basis: lifecycle_generation or direct_generation."""
    factors = table("grid_intensity", "factors")
    held = factors["accounting_basis"].unique().to_list()
    if accounting_basis not in held:
        raise unknown(accounting_basis, held)
    return factors.filter(pl.col("accounting_basis") == accounting_basis)


def grid_regions() -> pl.DataFrame:
    """Return ``place`` and ``region``: the aggregate that stands in for a country without a factor (our assumption)."""
    return table("grid_intensity", "regions").select("place", "region")


def fuel_factors() -> pl.DataFrame:
    """Return combustion factors by ``fuel`` and ``unit``; units of energy carry their calorific basis."""
    return table("fuels", "factors")


def biogenic_factors() -> pl.DataFrame:
    """Return biogenic CO2 of wood and biogas by ``fuel`` and ``unit``, reported outside the scopes."""
    return table("fuels", "biogenic")


def fuel_properties() -> pl.DataFrame:
    """Return density and calorific values by ``fuel`` and ``year``."""
    return table("fuels", "properties")


def fuel_names() -> pl.DataFrame:
    """Return ``fuel``, ``title``, ``ipcc_fuel`` and ``biogenic``."""
    return table("fuels", "names")


def district_factors() -> pl.DataFrame:
    """Return factors per kWh by ``carrier`` (heat, steam, cooling ...), ``network`` and ``town``; no network: an average."""
    return table("district_energy", "factors")


def waste_factors() -> pl.DataFrame:
    """Return factors per tonne by ``stream`` and ``treatment``, of two bases: end_of_life_cut_off and end_of_life_impacts."""
    return table("waste", "factors")


def water_factors() -> pl.DataFrame:
    """Return factors per m3 by ``service``: supply or sewage."""
    return table("water", "factors")


def paper_factors() -> pl.DataFrame:
    """Return factors per tonne by ``fibre``: primary or recycled."""
    return table("paper", "factors")


def device_factors() -> pl.DataFrame:
    """Return the making of one device by ``equipment``."""
    return table("ict", "factors")


def device_sectors() -> pl.DataFrame:
    """Return ``equipment`` and the ``sector`` that serves its cost where no devices are counted."""
    return table("ict", "sectors").select("equipment", "sector")


def spending_factors(margins: str) -> pl.DataFrame:
    """Return factors per unit of money by ``sector``, with or without trade margins."""
    return table("spending", "factors").filter(pl.col("margins") == margins)


def spending_prices() -> tuple[str, int]:
    """Return the currency of the factors by spending, and the year of its prices."""
    about = descriptor("spending")
    return str(about["currency"]), int(about["price_year"])


def grid_losses() -> pl.DataFrame:
    """Return ``place``, its period and ``loss_pct``: what losses emit, in percent of generation per kWh used."""
    return table("grid_losses", "losses")


def ground_factors() -> pl.DataFrame:
    """Return factors by ``transport`` per passenger-km, or per km of cars, taxis, motorcycles, vans and trucks."""
    return table("ground_travel", "factors")


def electric_cars() -> pl.DataFrame:
    """Return ``energy_kwh_per_km`` of electric cars by ``transport`` (size) and ``year``."""
    return table("ground_travel", "electric_cars")


def hotel_factors() -> pl.DataFrame:
    """Return factors per room and night by country; WORLD is the median of the countries."""
    return table("hotels", "factors")


def telework_factors() -> pl.DataFrame:
    """Return factors per hour worked at home; ``transport`` is telework, the way not to travel."""
    return table("commuting", "factors").with_columns(transport=pl.lit("telework"))


def event_factors() -> pl.DataFrame:
    """Return factors by ``item``: meal, meal_vegetarian, paper."""
    return table("events", "factors")


def virtual_meeting_energy() -> pl.DataFrame:
    """Return the energy of one participant and hour (``value`` in kWh) with its range."""
    return table("virtual_meetings", "energy")


@dataclass(frozen=True)
class Known:
    """What a computation knows beside the shipped records: an organisation's own (``OWN_RECORD``), and until which day."""

    own: pl.DataFrame | None = None
    by: date | None = None  # editions that came out later are not there; None: all that we hold


@contextmanager
def knowing(known: Known) -> Iterator[None]:
    """Let every choice inside the block offer these own records, and only the editions that were out on that day."""
    token = _known.set(known)
    try:
        yield
    finally:
        _known.reset(token)


def with_own(shipped: pl.DataFrame, source: str, key: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return the factors with the organisation's own of this source category; they replace all shipped ones of their place."""
    own = own_records(source)
    if own.is_empty():
        return shipped
    dated = _out_by(shipped, _known.get().by)
    elsewhere = dated.join(
        own.select(*key, "place").unique(), on=[*key, "place"], how="anti", nulls_equal=True
    )
    return pl.concat([elsewhere, own], how="diagonal")


def own_records(source: str) -> pl.DataFrame:
    """Return the organisation's own records of a source category that were out by the day of the computation."""
    known = _known.get()
    if known.own is None:
        return _NO_RECORDS
    return _out_by(known.own.filter(pl.col("source_category") == source), known.by)


_NO_RECORDS = pl.DataFrame(schema=OWN_RECORD)
_ALL_SHIPPED = Known()
_known: ContextVar[Known] = ContextVar("saleve_known_factors", default=_ALL_SHIPPED)


def choose(
    factors: pl.DataFrame,
    wanted: pl.DataFrame,
    *,
    key: tuple[str, ...] = (),
    edition: str | None = None,
    known_by: date | None = None,
    regions: pl.DataFrame | None = None,
    stand_ins: tuple[str, ...] = (),
    several_bases: bool = False,
) -> pl.DataFrame:
    """Return ``wanted`` with the factor of each row, its ``level`` and ``edition_distance_years``.

    ``wanted`` has unique rows of the ``key`` columns, ``place`` (ISO alpha-3) and ``year``; ``site``, ``supplier`` and ``city``
    too where records of such a level (``named_place``) may serve. In order: the site, its supplier, its city, the country or the
    part of its grid that the row names, its region, the stand-in places as listed, the world; among these records the nearest
    period, the earlier one if two are as near, the latest edition last. The distance is 0 where the period covers the year. A
    row for which nothing is held keeps nulls. The place of the factor is ``factor_place``. Editions that came out after
    ``known_by`` are not there.

    Raises ``MixedBasisError`` if the factors offered are of more than one accounting basis for one key, unless ``several_bases``
    leaves it to the caller to look at those that serve.
    """
    dated = _out_by(factors, known_by or _known.get().by)
    offered = dated if edition is None else dated.filter(pl.col("edition") == edition)
    if not several_bases:
        _check_one_basis(offered, key)
    finer = [level for level in FINE if level in wanted.columns]
    ask = [*key, *finer, "place", "year"]
    candidates = _candidates(wanted.select(ask), finer, regions, stand_ins)
    found = candidates.join(offered.rename({"place": "factor_place"}), on=[*key, "factor_place"])
    best = (
        found.with_columns(_distance())
        .sort(
            "rank",
            OUTSIDE,
            "valid_from",
            "published",
            "edition",
            "factor_id",
            descending=[False, False, False, True, True, False],
            nulls_last=[False, False, False, True, False, False],
        )
        .unique(ask, keep="first", maintain_order=True)
        .rename({OUTSIDE: "edition_distance_years"})
        .drop("rank", "published")
    )
    return wanted.join(best, on=ask, how="left", maintain_order="left", nulls_equal=True)


def named_place(level: str, name: str) -> str:
    """Return the place of a record that is finer than a country, such as ``site:headquarters``."""
    return f"{level}:{folded(name)}"


def publication_days() -> pl.DataFrame:
    """Return ``package``, ``edition`` and ``published``: the day on which each edition of factors came out."""
    return table("factor_editions", "editions").select("package", "edition", "published")


def _out_by(factors: pl.DataFrame, day: date | None) -> pl.DataFrame:
    """Return the factors with ``published``, without those that came out later; one without a day was always known."""
    dated = factors
    if "published" not in factors.columns:
        dated = factors.join(_published(), on="factor_id", how="left", maintain_order="left")
    if day is None:
        return dated
    return dated.filter(pl.col("published").is_null() | (pl.col("published") <= day))


def _candidates(
    wanted: pl.DataFrame, finer: list[str], regions: pl.DataFrame | None, stand_ins: tuple[str, ...]
) -> pl.DataFrame:
    """Return each wanted row once for every place whose factor would do, with its rank and level."""
    places = [
        wanted.with_columns(pl.col("place").alias("factor_place"), *_marked("country", RANK["country"]))
    ]
    places += [wanted.with_columns(_named(wanted, level), *_marked(level, RANK[level])) for level in finer]
    if regions is not None:
        named = regions.select("place", pl.col("region").alias("factor_place"))
        places.append(wanted.join(named, on="place").with_columns(_marked("region", RANK["region"])))
    others = [(name, "stand_in", RANK["stand_in"] + number) for number, name in enumerate(stand_ins)]
    for name, level, rank in [*others, (WORLD, "world", RANK["world"] + len(stand_ins))]:
        places.append(wanted.with_columns(pl.lit(name).alias("factor_place"), *_marked(level, rank)))
    return pl.concat(places).unique([*wanted.columns, "factor_place"], keep="first", maintain_order=True)


def _named(wanted: pl.DataFrame, level: str) -> pl.Expr:
    names = {name: named_place(level, name) for name in wanted[level].drop_nulls().unique()}
    return pl.col(level).replace_strict(names, default=None, return_dtype=pl.String).alias("factor_place")


def _marked(level: str, rank: int) -> list[pl.Expr]:
    return [pl.lit(level).alias("level"), pl.lit(rank).alias("rank")]


def _distance() -> pl.Expr:
    """Years from the asked year to the record's period; an open end is no distance."""
    before = pl.col("valid_from").dt.year().cast(pl.Int64) - pl.col("year")
    after = pl.col("year") - pl.col("valid_to").dt.year().cast(pl.Int64)
    return pl.max_horizontal(before, after, pl.lit(0)).alias(OUTSIDE)


def _check_one_basis(factors: pl.DataFrame, key: tuple[str, ...]) -> None:
    groups = factors.group_by(*key) if key else factors.group_by(pl.lit(1))
    mixed = groups.agg(pl.col("accounting_basis").unique().sort()).filter(
        pl.col("accounting_basis").list.len() > 1
    )
    if mixed.height:
        bases = ", ".join(mixed["accounting_basis"][0])
        message = _(
            "These factors are of several accounting bases ({bases}). Choose one for the whole category."
        )
        raise MixedBasisError(message.format(bases=bases))


@lru_cache
def _published() -> pl.DataFrame:
    """Return the day on which each shipped factor came out."""
    editions = [
        table(package, "factors").select("factor_id", "edition", package=pl.lit(package))
        for package in PACKAGES
    ]
    found = pl.concat(editions).join(publication_days(), on=["package", "edition"], how="left")
    return found.select("factor_id", "published")


@lru_cache
def _by_id() -> dict[str, str]:
    """Return the package of each factor id; an id in two packages is a fault in our data."""
    ids = [(name, package) for package in PACKAGES for name in table(package, "factors")["factor_id"]]
    found = dict(ids)
    if len(found) < len(ids):
        raise UnknownReferenceError(
            _("The reference data hold one factor id twice. Report this as a fault of Salève.")
        )
    return found
