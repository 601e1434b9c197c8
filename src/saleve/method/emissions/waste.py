"""Waste handed over: kg CO2e = tonnes x factor of the stream and its treatment, scope 3.

GHG Protocol Corporate Value Chain Standard (2011), category 5. Two lists draw the line in two ways and are never mixed: the UK
Government's counts what recycling and burning with energy recovery emit to whoever uses the material or energy; ADEME's counts the
whole treatment.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import polars as pl

from saleve.method.emissions.factor_based import or_own_factor, with_places
from saleve.method.emissions.indirect import computed, indirect, unknown_because, with_own_range
from saleve.method.reference.factors import waste_factors

SOURCE = "waste"
WasteSource = Literal["uk-government", "ademe"]

_BASIS: dict[WasteSource, str] = {"uk-government": "end_of_life_cut_off", "ademe": "end_of_life_impacts"}
_PLACE: dict[WasteSource, str] = {"uk-government": "GBR", "ademe": "FRA"}
_NOT_STATED = "not_stated"
_NOBODY: Mapping[str, str] = MappingProxyType({})


def estimate(
    activity: pl.DataFrame,
    *,
    places: Mapping[str, str] = _NOBODY,
    waste_source: WasteSource = "uk-government",
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return the waste with its emissions; a stream or treatment that the chosen list does not have stays without a figure."""
    held = waste_factors().filter(pl.col("accounting_basis") == _BASIS[waste_source])
    rows = computed(
        _asked(with_places(activity, places)),
        with_own_range(held, "waste_factor_half_width_pct", own_values),
        source=SOURCE,
        amount="waste_tonnes",
        key=("stream", "treatment"),
        stand_in=_PLACE[waste_source],
        notes=(pl.when(pl.col("treatment") == _NOT_STATED).then(pl.lit("treatment-not-stated")),),
        own_values=own_values,
    )
    return _finished(unknown_because(rows, _reason()), waste_source)


def _asked(rows: pl.DataFrame) -> pl.DataFrame:
    """A mass that was made of a volume is an estimate, whatever density the file states."""
    return rows.with_columns(
        (pl.col("waste_kg") / 1000).alias("waste_tonnes"),
        pl.col("treatment").fill_null(_NOT_STATED),
        pl.when(pl.col("volume_m3").is_not_null())
        .then(pl.lit("estimated"))
        .otherwise("reading")
        .alias("reading"),
    )


def _reason() -> pl.Expr:
    """Return why no factor fits, where the organisation itself can tell more."""
    treatment = pl.col("treatment")
    return (
        pl.when(treatment == _NOT_STATED)
        .then(pl.lit("treatment-not-stated"))
        .when(treatment == "incineration")
        .then(pl.lit("energy-recovery-unknown"))
    )


def _finished(rows: pl.DataFrame, waste_source: WasteSource) -> pl.DataFrame:
    stated = pl.when(pl.col("treatment") != _NOT_STATED).then("treatment")
    return indirect(
        rows.drop("waste_tonnes"),
        SOURCE,
        category=pl.concat_str("stream", stated, separator=", ", ignore_nulls=True),
        treatment=stated,
        method=or_own_factor(pl.lit(f"waste-{waste_source}")),
        independent_key=pl.concat_str(
            pl.lit(SOURCE), "site", "stream", "supplier", separator="|", ignore_nulls=True
        ),
        amount=pl.col("waste_kg"),
        amount_unit=pl.lit("kg"),
    )
