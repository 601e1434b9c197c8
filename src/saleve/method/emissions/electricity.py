"""Electricity: kg CO2e = kWh x factor, twice: by location (grid average) and by market (what was bought).

GHG Protocol Scope 2 Guidance (2015), chapter 4 (two totals), chapter 6 (calculation) and chapter 7 (certificates and supplier
factors that meet the quality criteria). Losses in the grid are scope 3, category 3 (Corporate Value Chain Standard, 2011). No residual mix is held: the location factor stands in and is said.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from saleve.language import _
from saleve.method.emissions.factor_based import (
    emitted,
    finished,
    with_factors,
    with_places,
    with_quality,
    with_supplier_factor,
)
from saleve.method.problems import MixedBasisError, UnknownReferenceError
from saleve.method.reference.assumptions import assumption
from saleve.method.reference.factors import (
    EXACT,
    choose,
    grid_factors,
    grid_losses,
    grid_regions,
    own_records,
)

SOURCE = "electricity"
BASES = ("lifecycle_generation", "direct_generation")
OWN_FACTORS = ("place", "year", "kg_co2e_per_kwh", "accounting_basis", "name")
_LOSSES_STAND_IN = "GBR"
_NOBODY: Mapping[str, str] = MappingProxyType({})


def estimate(
    activity: pl.DataFrame,
    *,
    places: Mapping[str, str] = _NOBODY,
    accounting_basis: str = "lifecycle_generation",
    own_factors: pl.DataFrame | None = None,
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return two rows per row of activity, ``electricity_basis`` location and market; own renewable power has one, of zero.

    Grid losses are a third row, optional in scope 3 and the same on both bases; they are in no total of scope 2.
    ``places``: site -> ISO 3166-1 alpha-3. ``own_factors``: place, year, kg_co2e_per_kwh, accounting_basis, name; they replace
    the shipped factors of their place. Raises ``MixedBasisError`` where the activity would need factors of two bases.
    """
    known = with_places(activity, places)
    own = pl.col("supply") == "on_site_renewable"
    bought = _served(known.filter(~own), accounting_basis, own_factors)
    located = _by_location(bought, own_values)
    parts = [
        located,
        _by_market(bought, own_values),
        _own_power(known.filter(own)),
        _losses(located, own_values),
    ]
    return pl.concat(parts, how="diagonal")


def by_location(
    activity: pl.DataFrame,
    *,
    places: Mapping[str, str],
    accounting_basis: str,
    own_factors: pl.DataFrame | None,
    own_values: Mapping[str, float] | None,
) -> pl.DataFrame:
    """Return kWh from the grid by its average alone, for other categories that use power somebody else buys."""
    return _by_location(_served(with_places(activity, places), accounting_basis, own_factors), own_values)


def _served(bought: pl.DataFrame, accounting_basis: str, own_factors: pl.DataFrame | None) -> pl.DataFrame:
    """Return the rows with the grid factor of their place and year; the rules of one basis are kept."""
    _refuse_other_bases(bought["supplier_factor_basis"], accounting_basis)
    served = with_grid(bought, accounting_basis, own_factors)
    _refuse_missing_basis(served, accounting_basis)
    return served


def with_grid(rows: pl.DataFrame, accounting_basis: str, own_factors: pl.DataFrame | None) -> pl.DataFrame:
    """Return the rows with the factor of the grid of their place and year, the organisation's own before the shipped ones."""
    _refuse_incomplete(own_factors)
    given = [own_records(SOURCE), *([] if own_factors is None else [own_factors])]
    for factors in given:
        _refuse_other_bases(factors["accounting_basis"], accounting_basis)
    return with_factors(
        rows, _offered(accounting_basis, own_factors), regions=_regions(own_factors), source=SOURCE
    )


def _by_location(bought: pl.DataFrame, own_values: Mapping[str, float] | None) -> pl.DataFrame:
    rows = with_quality(emitted(bought, "energy_kwh"), own_values=own_values, over_years=True)
    return _finished(rows, "location", 2)


def _by_market(bought: pl.DataFrame, own_values: Mapping[str, float] | None) -> pl.DataFrame:
    """Certificates cover their kWh at zero; the rest takes the supplier's factor, else the location factor."""
    has_supplier = pl.col("supplier_factor_kg_co2e_per_kwh").is_not_null()
    covered = bought.with_columns(_covered_kwh().alias("covered_kwh"))
    rest = covered.with_columns((pl.col("energy_kwh") - pl.col("covered_kwh")).alias("uncovered_kwh"))
    all_covered = pl.col("uncovered_kwh") == 0
    claimed = (
        (pl.col("supply") == "purchased_renewable") & pl.col("certificate_kwh").is_null() & ~has_supplier
    )
    name = pl.coalesce("supplier_factor_name", "supplier", pl.lit("unnamed"))
    basis = pl.coalesce("supplier_factor_basis", "accounting_basis", pl.lit("supplier"))
    supplied = with_supplier_factor(rest, name, basis, own_values)
    rows = with_quality(
        emitted(supplied, "uncovered_kwh"),
        pl.when(~has_supplier & ~all_covered).then(pl.lit("no-residual-mix")),
        pl.when(claimed).then(pl.lit("renewable-without-certificates")),
        own_values=own_values,
        over_years=True,
    )
    return _finished(_said_plainly(_zero_where_covered(rows), claimed), "market", 2)


def _covered_kwh() -> pl.Expr:
    use = pl.max_horizontal(pl.col("energy_kwh"), 0.0)
    claimed = (pl.col("supply") == "purchased_renewable") & pl.col(
        "supplier_factor_kg_co2e_per_kwh"
    ).is_null()
    return (
        pl.when(pl.col("certificate_kwh").is_not_null())
        .then(pl.min_horizontal(pl.col("certificate_kwh"), use))
        .when(claimed)
        .then(pl.col("energy_kwh"))
        .otherwise(0.0)
    )


def _zero_where_covered(rows: pl.DataFrame) -> pl.DataFrame:
    """Give wholly covered rows their zero even where no grid factor is known: they need none."""
    covered = pl.col("uncovered_kwh") == 0
    return rows.with_columns(
        pl.when(covered).then(0.0).otherwise(pl.col("kg_co2e")).alias("kg_co2e"),
        pl.when(covered).then(0.0).otherwise(pl.col("unsplit_kg_co2e")).alias("unsplit_kg_co2e"),
        pl.when(covered).then(pl.lit("certificate")).otherwise(pl.col("factor_id")).alias("factor_id"),
        pl.when(~covered).then("level").alias("factor_level"),
    )


def _said_plainly(rows: pl.DataFrame, claimed: pl.Expr) -> pl.DataFrame:
    """Name certificates and supplier factors in ``quality``; neither is an estimate."""
    covered = (pl.col("uncovered_kwh") == 0) & ~claimed
    supplied = pl.col("supplier_factor_kg_co2e_per_kwh").is_not_null()
    return rows.with_columns(
        pl.when(covered)
        .then(pl.lit("certificate"))
        .when(supplied)
        .then(pl.col("quality").str.replace("national-factor", "supplier-factor"))
        .when(claimed)
        .then(pl.lit("renewable-without-certificates"))
        .otherwise("quality")
        .alias("quality"),
        (pl.col("estimated") & ~covered).alias("estimated"),
    )


def _own_power(rows: pl.DataFrame) -> pl.DataFrame:
    """Power from the organisation's own panels burns nothing: zero in scope 1, the same on both bases."""
    zero = pl.lit(0.0)
    return finished(
        rows,
        source=pl.lit(SOURCE),
        category=pl.col("supply"),
        scope=pl.lit(1),
        boundary=pl.lit("minimum"),
        unsplit_kg_co2e=zero,
        kg_co2e=zero,
        method=pl.lit("own-renewable-power"),
        quality=pl.lit("own-renewable-power"),
        estimated=pl.lit(False),
        amount=pl.col("energy_kwh"),
        amount_unit=pl.lit("kWh"),
    )


def _losses(located: pl.DataFrame, own_values: Mapping[str, float] | None) -> pl.DataFrame:
    """Return what is lost on the way: the share of the emission by location that the place, else another, loses (scope 3, category 3).

    A row whose emission is not known has said so already. A row of the file is counted once, with its use.
    """
    known = located.filter(pl.col("kg_co2e").is_not_null())
    asked = known.select("place", "year").unique()
    rows = known.join(
        _loss_shares(asked, own_values), on=["place", "year"], how="left", maintain_order="left"
    )
    gases = ("co2_kg", "ch4_kg_co2e", "n2o_kg_co2e", "unsplit_kg_co2e", "kg_co2e")
    elsewhere = pl.when(pl.col("loss_level") != "country").then(pl.lit("losses-of-another-country"))
    widened = [
        (pl.col(f"shared_{side}_pct").pow(2) + pl.col("loss_half_width_pct").pow(2))
        .sqrt()
        .alias(f"shared_{side}_pct")
        for side in ("low", "high")
    ]
    return rows.with_columns(
        *[pl.col(name) * pl.col("loss_pct") / 100 for name in gases],
        *widened,
        pl.concat_str("quality", elsewhere, separator="; ", ignore_nulls=True).alias("quality"),
        (pl.col("estimated") | elsewhere.is_not_null()).alias("estimated"),
        category=pl.lit("grid_losses"),
        scope=pl.lit(3, pl.Int64),
        boundary=pl.lit("optional"),
        factor_id=pl.format("{} of {}", "loss_id", "factor_id"),
        shared_key=pl.format("{}|losses", "factor_id"),
        electricity_basis=pl.lit(None, pl.String),
        method=pl.lit("grid-losses"),
        rows=pl.lit(0, pl.Int64),
    ).drop("loss_id", "loss_pct", "loss_level", "loss_half_width_pct")  # fmt: skip


def _loss_shares(asked: pl.DataFrame, own_values: Mapping[str, float] | None) -> pl.DataFrame:
    """Return ``loss_pct`` for each place and year, of the place itself or of the one that stands in."""
    held = grid_losses().with_columns(
        pl.format("losses.{}.{}", "place", "edition").alias("factor_id"), accounting_basis=pl.lit("share")
    )
    own = assumption("grid_loss_half_width_pct", own_values)
    other = assumption("grid_loss_elsewhere_half_width_pct", own_values)
    chosen = choose(held, asked, stand_ins=(_LOSSES_STAND_IN,)).rename(
        {"level": "loss_level", "factor_id": "loss_id"}
    )
    width = pl.when(pl.col("loss_level") == "country").then(own).otherwise(other).alias("loss_half_width_pct")
    return chosen.select("place", "year", "loss_id", "loss_pct", "loss_level", width)  # fmt: skip


def _finished(rows: pl.DataFrame, basis: str, scope: int) -> pl.DataFrame:
    return finished(
        rows,
        source=pl.lit(SOURCE),
        category=pl.col("supply"),
        scope=pl.lit(scope),
        boundary=pl.lit("minimum"),
        electricity_basis=pl.lit(basis),
        method=pl.format("ghg-protocol-scope-2-{}", pl.lit(basis)),
        independent_key=pl.concat_str(pl.lit(SOURCE), "site", "meter", separator="|", ignore_nulls=True),
        amount=pl.col("energy_kwh"),
        amount_unit=pl.lit("kWh"),
    ).drop("covered_kwh", "uncovered_kwh", strict=False)


def _offered(accounting_basis: str, own_factors: pl.DataFrame | None) -> pl.DataFrame:
    shipped = grid_factors(accounting_basis)
    if own_factors is None or own_factors.is_empty():
        return shipped
    width = assumption("grid_factor_half_width_pct")
    own = own_factors.select(
        pl.format("own: {}", pl.col("name")).alias("factor_id"),
        "place",
        pl.date(pl.col("year"), 1, 1).alias("valid_from"),
        pl.date(pl.col("year"), 12, 31).alias("valid_to"),
        pl.lit("own").alias("edition"),
        "accounting_basis",
        pl.col("kg_co2e_per_kwh").alias("kg_co2e_per_unit"),
        pl.col("kg_co2e_per_kwh").alias("unsplit_kg_co2e_per_unit"),
        pl.lit(width).alias("low_pct"),
        pl.lit(width).alias("high_pct"),
    )
    elsewhere = shipped.filter(~pl.col("place").is_in(own["place"].implode()))
    return pl.concat([elsewhere, own], how="diagonal")


def _regions(own_factors: pl.DataFrame | None) -> pl.DataFrame:
    regions = grid_regions()
    if own_factors is None or own_factors.is_empty():
        return regions
    return regions.filter(~pl.col("place").is_in(own_factors["place"].implode()))


def _refuse_incomplete(own_factors: pl.DataFrame | None) -> None:
    missing = [] if own_factors is None else [name for name in OWN_FACTORS if name not in own_factors.columns]
    if missing:
        message = _("Your own table of grid factors has no column {columns}. It needs: {all}.")
        raise UnknownReferenceError(message.format(columns=", ".join(missing), all=", ".join(OWN_FACTORS)))


def _refuse_other_bases(stated: pl.Series, accounting_basis: str) -> None:
    others = sorted(set(stated.drop_nulls()) - {accounting_basis})
    if others:
        raise MixedBasisError(
            _("The inventory counts electricity by {basis}, but factors given with the data count by {others}. Give factors of one basis, or choose the other for the whole inventory.").format(
                basis=accounting_basis, others=", ".join(others)
            )
        )  # fmt: skip


def _refuse_missing_basis(rows: pl.DataFrame, accounting_basis: str) -> None:
    """Refuse to serve a place from the other basis: its size would differ for no real reason."""
    unserved = (
        rows.filter(pl.col("factor_id").is_null() | ~pl.col("level").is_in(EXACT))["place"]
        .drop_nulls()
        .unique()
    )
    elsewhere = {basis for basis in BASES if basis != accounting_basis}
    for basis in sorted(elsewhere):
        held = grid_factors(basis)["place"].unique().implode()
        only_there = unserved.filter(unserved.is_in(held)).sort().to_list()
        if only_there:
            raise MixedBasisError(
                _("There is no {basis} factor for {places}, only {other}. Choose {other} for the whole inventory, or give your own factors.").format(
                    basis=accounting_basis, places=", ".join(only_there), other=basis
                )
            )  # fmt: skip
