"""Purchased heat, steam and cooling: kg CO2e = kWh x factor, scope 2.

GHG Protocol Scope 2 Guidance (2015), chapter 5. Order of belief: the factor that the supplier states; the network's own factor in
the published list (ADEME Base Carbone, France); a national average, which for other countries stands in and says so.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from saleve.language import _
from saleve.method.emissions.factor_based import (
    emitted,
    finished,
    is_own,
    with_factors,
    with_places,
    with_quality,
    with_supplier_factor,
)
from saleve.method.problems import MixedBasisError
from saleve.method.reference.countries import folded
from saleve.method.reference.factors import district_factors, own_records

SOURCE = "district_energy"
_NETWORKS, _AVERAGES = "lifecycle_generation", "direct_generation"  # the bases of the two published lists
_NOBODY: Mapping[str, str] = MappingProxyType({})


def estimate(
    activity: pl.DataFrame,
    *,
    places: Mapping[str, str] = _NOBODY,
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return heat, steam and cooling with their emissions; ``places``: site -> ISO 3166-1 alpha-3.

    Raises ``MixedBasisError`` where some rows have only a life-cycle factor of their network and others only a direct average.
    """
    known = with_places(activity, places).with_columns(_network_key(activity))
    served = _served(known)
    _refuse_mix(served)
    name = pl.coalesce("supplier_factor_name", "network", "supplier", pl.lit("unnamed"))
    supplied = with_supplier_factor(served, name, pl.lit("supplier"), own_values)
    good = with_quality(
        emitted(supplied, "energy_kwh"),
        own_values=own_values,
        over_years=False,
    )
    return _finished(_said_plainly(good)).sort("source_row", maintain_order=True)


def _served(known: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the organisation's own factor, else that of their network, else an average."""
    own = with_factors(known, own_records(SOURCE), key=("carrier",), source=SOURCE)
    others = known.filter(own["factor_id"].is_null())
    of_network = with_factors(others, _of_networks(), key=("carrier", "network_key")).with_columns(
        pl.when(pl.col("factor_id").is_not_null()).then(pl.lit("supplier")).alias("level")
    )
    unserved = of_network["factor_id"].is_null()
    averaged = with_factors(others.filter(unserved), _averages(), key=("carrier",), stand_ins=("GBR",))
    parts = (own.filter(own["factor_id"].is_not_null()), of_network.filter(~unserved), averaged)
    return pl.concat(parts, how="vertical_relaxed")


def _network_key(activity: pl.DataFrame) -> pl.Expr:
    names = {name: folded(name) for name in activity["network"].drop_nulls().unique()}
    return (
        pl.col("network")
        .replace_strict(names, default=None, return_dtype=pl.String)
        .fill_null("")
        .alias("network_key")
    )


def _of_networks() -> pl.DataFrame:
    """Return the factors of named networks; a name that two towns share needs the town with it, as in 'Paris, CPCU'."""
    named = district_factors().filter(
        pl.col("network").is_not_null() & (pl.col("accounting_basis") == _NETWORKS)
    )
    both = pl.concat_str("town", "network", separator=", ")
    keyed = pl.concat([named.with_columns(_name=pl.col("network")), named.with_columns(_name=both)])
    names = {name: folded(name) for name in keyed["_name"].drop_nulls().unique()}
    key = pl.col("_name").replace_strict(names, default=None, return_dtype=pl.String).alias("network_key")
    unique = pl.len().over("carrier", "network_key") == 1
    return keyed.with_columns(key).filter(pl.col("network_key").is_not_null()).filter(unique).drop("_name")


def _averages() -> pl.DataFrame:
    return district_factors().filter(pl.col("network").is_null() & (pl.col("accounting_basis") == _AVERAGES))


def _refuse_mix(rows: pl.DataFrame) -> None:
    needed = rows.filter(pl.col("supplier_factor_kg_co2e_per_kwh").is_null())
    bases = needed["accounting_basis"].drop_nulls().unique().sort().to_list()
    if len(bases) > 1:
        raise MixedBasisError(
            _("District energy would take factors of several accounting bases ({bases}). Fill the supplier's factor for the sites whose network is not in the list, or leave the network empty everywhere.").format(
                bases=", ".join(bases)
            )
        )  # fmt: skip


def _said_plainly(rows: pl.DataFrame) -> pl.DataFrame:
    by_supplier = pl.col("accounting_basis") == "supplier"
    by_network = (pl.col("accounting_basis") == _NETWORKS) & ~is_own()
    word = (
        pl.when(by_supplier)
        .then(pl.lit("supplier-factor"))
        .when(by_network)
        .then(pl.lit("factor-of-the-network"))
    )
    return rows.with_columns(
        pl.when(word.is_not_null())
        .then(pl.col("quality").str.replace(pl.lit("^(national|supplier)-factor"), word))
        .otherwise("quality")
        .alias("quality")
    )


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    return finished(
        rows.drop("network_key"),
        source=pl.lit(SOURCE),
        category=pl.col("carrier"),
        scope=pl.lit(2),
        boundary=pl.lit("minimum"),
        method=pl.lit("ghg-protocol-scope-2"),
        independent_key=pl.concat_str(pl.lit(SOURCE), "site", "meter", separator="|", ignore_nulls=True),
        amount=pl.col("energy_kwh"),
        amount_unit=pl.lit("kWh"),
    )
