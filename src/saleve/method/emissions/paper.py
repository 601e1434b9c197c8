"""Paper bought: kg CO2e = tonnes of new fibre x factor + tonnes of recycled fibre x factor, scope 3.

GHG Protocol Corporate Value Chain Standard (2011), category 1; from pulp or waste paper to the paper that is bought. Where the share of
recycled fibre is not stated, all of it is taken as new.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from saleve.method.emissions.factor_based import with_places
from saleve.method.emissions.indirect import computed, indirect, with_own_range
from saleve.method.reference.factors import paper_factors

SOURCE = "paper"
_STAND_IN = "GBR"
_NOBODY: Mapping[str, str] = MappingProxyType({})


def estimate(
    activity: pl.DataFrame,
    *,
    places: Mapping[str, str] = _NOBODY,
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return one row for the new and one for the recycled fibre of each purchase, where it has both."""
    rows = computed(
        _fibres(with_places(activity, places)),
        with_own_range(paper_factors(), "paper_factor_half_width_pct", own_values),
        source=SOURCE,
        amount="fibre_tonnes",
        key=("fibre",),
        stand_in=_STAND_IN,
        notes=(
            pl.when(pl.col("recycled_share_pct").is_null()).then(pl.lit("recycled-share-not-stated")),
            pl.when(pl.col("weight_assumed")).then(pl.lit("paper-weight-assumed")),
        ),
        own_values=own_values,
    )
    return _finished(rows)


def _fibres(rows: pl.DataFrame) -> pl.DataFrame:
    """Return new and recycled fibre apart; a row of the file counts once, whichever of the two it has."""
    recycled = pl.col("recycled_share_pct").fill_null(0.0) / 100
    parts = [
        rows.filter(recycled < 1).with_columns(
            fibre=pl.lit("primary"), fibre_kg=pl.col("paper_kg") * (1 - recycled), counted=pl.lit(1, pl.Int64)
        ),
        rows.filter(recycled > 0).with_columns(
            fibre=pl.lit("recycled"),
            fibre_kg=pl.col("paper_kg") * recycled,
            counted=(recycled == 1).cast(pl.Int64),
        ),
    ]
    return pl.concat(parts).with_columns((pl.col("fibre_kg") / 1000).alias("fibre_tonnes"))


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    done = indirect(
        rows.drop("counted", "fibre_tonnes"),
        SOURCE,
        category=pl.format("{}_fibre", "fibre"),
        method=pl.lit("paper-by-mass"),
        independent_key=pl.concat_str(pl.lit(SOURCE), "site", "supplier", separator="|", ignore_nulls=True),
        amount=pl.col("fibre_kg"),
        amount_unit=pl.lit("kg"),
    )
    return done.with_columns(rows["counted"].alias("rows"))
