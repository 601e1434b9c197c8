"""Information technology: devices bought x making of one + kWh outside the electricity bills x grid factor; else cost x sector. Scope 3.

ITU-T L.1420 (2012); GHG Protocol Corporate Value Chain Standard (2011), categories 1 and 2. Electricity of equipment in the offices is in
the bills of electricity. Cost counts only where neither devices nor kWh are known of a row, so that nothing counts twice.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from saleve.method.emissions import electricity
from saleve.method.emissions.factor_based import is_own, with_places
from saleve.method.emissions.indirect import computed, indirect, zero_by_rule
from saleve.method.emissions.procurement import Margins
from saleve.method.emissions.spend import by_sector, in_factor_money, method_name
from saleve.method.reference.factors import WORLD, device_factors, device_sectors

SOURCE = "ict"
_ENTRY = ("source_file", "source_sheet", "source_row", "period_start")
_NOBODY: Mapping[str, str] = MappingProxyType({})
_BILL_COLUMNS = ("meter", "supplier_factor_name", "supplier_factor_basis")
_BILL_AMOUNTS = ("certificate_kwh", "supplier_factor_kg_co2e_per_kwh")


def estimate(
    activity: pl.DataFrame,
    *,
    places: Mapping[str, str] = _NOBODY,
    accounting_basis: str = "lifecycle_generation",
    own_factors: pl.DataFrame | None = None,
    margins: Margins = "with",
    exchange_rates: pl.DataFrame | None = None,
    price_index: pl.DataFrame | None = None,
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return one row for the devices, the energy or the cost of each row; ``own_factors`` are those of electricity."""
    marked = _by_quantity(activity)
    rest = marked.filter(~pl.col("devices_known") & ~pl.col("energy_known"))
    paid = pl.col("amount").is_not_null()
    parts = [
        _making(marked.filter("devices"), places, own_values),
        _energy(marked.filter("energy"), places, accounting_basis, own_factors, own_values),
        _cost(in_factor_money(rest.filter(paid), exchange_rates, price_index), margins, own_values),
        _finished(
            zero_by_rule(_aside(marked), "counted-by-quantity"), pl.col("items_in_use"), pl.lit("item")
        ),
    ]
    return pl.concat(parts, how="diagonal").pipe(_counted_once)


def _by_quantity(rows: pl.DataFrame) -> pl.DataFrame:
    """Mark what is counted by devices or by kWh; devices of a kind without a factor are counted by cost where one is given.

    A row in two currencies is two rows of activity: what its first row carries is known of the second too.
    """
    made = pl.col("kind").is_in(device_factors()["equipment"].implode()) | pl.col("amount").is_null()
    marked = rows.with_columns(
        (pl.col("items_bought").is_not_null() & made).alias("devices"),
        pl.col("energy_kwh").is_not_null().alias("energy"),
    )
    return marked.with_columns(
        pl.col(name).any().over(_ENTRY).alias(f"{name}_known") for name in ("devices", "energy")
    )


def _aside(marked: pl.DataFrame) -> pl.DataFrame:
    """Return what emits nothing of its own: equipment in use, and further currencies of a row whose devices or kWh are known."""
    here = pl.col("devices") | pl.col("energy")
    known = pl.col("devices_known") | pl.col("energy_known")
    return marked.filter(~here & (known | pl.col("amount").is_null()))


def _making(
    rows: pl.DataFrame, places: Mapping[str, str], own_values: Mapping[str, float] | None
) -> pl.DataFrame:
    served = computed(
        with_places(rows, places).with_columns(reading=pl.lit(None, pl.String), equipment="kind"),
        device_factors(),
        source=SOURCE,
        amount="items_bought",
        key=("equipment",),
        stand_in=WORLD,
        own_values=own_values,
    )
    of_kind = pl.col("quality").str.replace("national-factor", "average-of-the-device")
    named = pl.when(is_own()).then("quality").otherwise(of_kind).alias("quality")
    return _finished(
        served.drop("equipment").with_columns(named, method=pl.lit("device-made")),
        pl.col("items_bought"),
        pl.lit("item"),
    )


def _energy(
    rows: pl.DataFrame,
    places: Mapping[str, str],
    accounting_basis: str,
    own_factors: pl.DataFrame | None,
    own_values: Mapping[str, float] | None,
) -> pl.DataFrame:
    """Return kWh by the average of their grid; what the bills of electricity hold already counts zero."""
    billed = pl.col("in_electricity_bills").fill_null(value=False)
    as_bills = rows.filter(~billed).with_columns(
        *[pl.lit(None, pl.String).alias(name) for name in _BILL_COLUMNS],
        *[pl.lit(None, pl.Float64).alias(name) for name in _BILL_AMOUNTS],
        supply=pl.lit("grid"),
    )
    located = electricity.by_location(
        as_bills,
        places=places,
        accounting_basis=accounting_basis,
        own_factors=own_factors,
        own_values=own_values,
    )
    unsure = pl.col("in_electricity_bills").is_null() & (pl.col("kind") == "data_centre")
    said = located.with_columns(
        pl.when(unsure)
        .then(pl.format("{}; perhaps-in-electricity-bills", "quality"))
        .otherwise("quality")
        .alias("quality"),
        (pl.col("estimated") | unsure).alias("estimated"),
        method=pl.lit("kwh-by-location"),
    ).drop("supply", "electricity_basis", *_BILL_COLUMNS, *_BILL_AMOUNTS)
    return pl.concat(
        [
            _finished(said, pl.col("energy_kwh"), pl.lit("kWh")),
            _finished(
                zero_by_rule(rows.filter(billed), "counted-by-quantity"), pl.col("energy_kwh"), pl.lit("kWh")
            ),
        ],
        how="diagonal",
    )


def _cost(rows: pl.DataFrame, margins: Margins, own_values: Mapping[str, float] | None) -> pl.DataFrame:
    sectors = device_sectors().rename({"equipment": "kind"})
    named = rows.join(sectors, on="kind", how="left", maintain_order="left")
    served = by_sector(named, margins=margins, own_values=own_values)
    return _finished(
        served.with_columns(method=pl.lit(method_name(margins))),
        pl.col("amount").cast(pl.Float64),
        pl.col("currency"),
    )


def _finished(rows: pl.DataFrame, amount: pl.Expr, unit: pl.Expr) -> pl.DataFrame:
    key = pl.concat_str(pl.lit(SOURCE), "site", "kind", "service", separator="|", ignore_nulls=True)
    plain = rows.drop("devices", "energy", "devices_known", "energy_known")
    return indirect(
        plain, SOURCE, category=pl.col("kind"), independent_key=key, amount=amount, amount_unit=unit
    )


def _counted_once(rows: pl.DataFrame) -> pl.DataFrame:
    """A row of the file counts once, whether it has devices, kWh or several currencies."""
    first = pl.int_range(pl.len()).over(_ENTRY) == 0
    return rows.with_columns(first.cast(pl.Int64).alias("rows"))
