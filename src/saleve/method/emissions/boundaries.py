"""Which of the three ledgers a row belongs to: the rule of its source and year decides, not the method.

The minimum boundary of the United Nations is scope 1, scope 2 and business travel (decision of the Chief Executives Board, October
2007); all else is optional. What a payer or a gas makes a memo item stays one, and an offset stays an offset.
"""

import polars as pl

from saleve.method.emissions.rules import Rules

OTHER_GASES = "refrigerants:other_gases"  # outside the Kyoto Protocol


def with_boundaries(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the rows with the boundary that the rules give their source, or that part of it which ``category`` names."""
    if not rules.boundaries:
        return rows
    ruled = dict(rules.boundaries)
    if rules.refrigerants == "kyoto":
        ruled.setdefault(OTHER_GASES, "optional")
    of_part = _looked_up(pl.concat_str("source", _part(), separator=":"), ruled)
    of_source = _looked_up(pl.col("source"), ruled)
    movable = pl.col("boundary").is_in(["minimum", "optional"])
    decided = pl.when(movable).then(pl.coalesce(of_part, of_source, "boundary")).otherwise("boundary")
    return rows.with_columns(decided.alias("boundary"))


def _part() -> pl.Expr:
    other_gases = (pl.col("source") == "refrigerants") & pl.col("method").str.ends_with("-other")
    return pl.when(other_gases).then(pl.lit(OTHER_GASES.partition(":")[2])).otherwise("category")


def _looked_up(name: pl.Expr, ruled: dict[str, str]) -> pl.Expr:
    return name.replace_strict(ruled, default=None, return_dtype=pl.String)
