"""Whether figures can be true: per person and per square metre within a range, shares that make a whole, ratios that fit their parts.

Quality control by comparison with independent figures: IPCC 2006 Guidelines, vol. 1, ch. 6. The ranges are data (package
``plausibility``); outside them a person is asked, and nothing is changed.
"""

from collections.abc import Mapping

import polars as pl

from saleve.language import _
from saleve.method.activity.standing import (
    crossing_findings,
    in_words,
    place,
    real_rows,
)
from saleve.method.problems import Problem, problem_table
from saleve.method.reference.packages import table

Activities = Mapping[str, pl.DataFrame | pl.LazyFrame]

# A figure to be judged. Where a file states it, the last four say where; where we computed it, they are null.
FIGURES = pl.Schema(
    {
        "indicator": pl.String(),
        "value": pl.Float64(),
        "year": pl.Int64(),
        "site": pl.String(),  # null: the whole organisation
        "source_file": pl.String(),
        "batch": pl.String(),
        "source_sheet": pl.String(),
        "source_row": pl.Int64(),
    }
)


def implausible(figures: pl.DataFrame) -> pl.DataFrame:
    """Return a warning (``CROSSING_SCHEMA``) for each figure outside the range of its indicator; ``figures`` as ``FIGURES``."""
    ranges = table("plausibility", "ranges").select("indicator", "low", "high", pl.col("unit").alias("_unit"))
    known = _whole(figures).join(ranges, on="indicator", how="inner", maintain_order="left")
    low, value, high = pl.col("low"), pl.col("value"), pl.col("high")
    out = known.filter(value.is_not_nan() & ((value < low) | (value > high)).fill_null(value=False))
    return crossing_findings(
        out.with_columns(_where().alias("_where"), _names().alias("_what"), *map(_shown, ("value", "low", "high"))),
        pl.lit(value=True),
        code="implausible",
        severity="warning",
        message=_("{where}: {what} is {value} {unit}; plausible is {low} to {high}."),
        suggestion=_("Check the unit, thousands signs, the divisor, and whether something is missing or counted twice."),
        values={"where": "_where", "what": "_what", "value": "value", "unit": "_unit", "low": "low", "high": "high"},
    )  # fmt: skip


def stated(activities: Activities) -> pl.DataFrame:
    """Return the figures (``FIGURES``) that files themselves state, each with its place: columns that are named like an indicator."""
    return pl.concat(
        [pl.DataFrame(schema=FIGURES), *(_stated(activities[name]) for name in sorted(activities))]
    )


def share_problems(shares: pl.DataFrame) -> pl.DataFrame:
    """Warn where printed shares do not add up to 100 % within their precision; ``shares``: group, share_pct, decimals.

    n shares, each rounded at its last printed digit, may miss 100 by n half units of that digit and no more.
    """
    half_unit = 0.5 * pl.lit(10.0).pow(-pl.col("decimals"))
    sums = shares.group_by("group", maintain_order=True).agg(
        pl.col("share_pct").sum().round(6), half_unit.sum().alias("allowed"), pl.len().alias("count")
    )
    message = _(
        "The {count} shares of {group} add up to {sum} %, not to 100 %. Rounding explains {allowed} at most."
    )
    return problem_table([
        Problem("shares-not-whole", "warning", message.format(group=group, sum=total, allowed=allowed, count=count),
                _("Look for a share that is missing, counted twice, or of another whole."))
        for group, total, allowed, count in sums.iter_rows()
        if abs(total - 100) > allowed + 1e-9
    ])  # fmt: skip


def per_capita_problems(printed: pl.DataFrame) -> pl.DataFrame:
    """Warn where a printed figure per person is not total / persons within what was rounded.

    ``printed``: what, total, total_decimals, persons, per_capita, per_capita_decimals (total and figure in one unit).
    """
    half_total, half_ratio = (
        0.5 * pl.lit(10.0).pow(-pl.col(f"{name}_decimals")) for name in ("total", "per_capita")
    )
    computed = printed.with_columns(
        (pl.col("total") / pl.col("persons")).alias("_computed"),
        (half_total / pl.col("persons") + half_ratio).alias("_allowed"),
    )
    differs = computed.filter((pl.col("_computed") - pl.col("per_capita")).abs() > pl.col("_allowed") * (1 + 1e-9))  # fmt: skip
    message = _(
        "{what}: {per_capita} per person is printed, but {total} divided by {persons} persons is {computed}."
    )
    return problem_table([
        Problem("per-capita-differs", "warning", message.format(**row, computed=f"{computed:.4g}"),
                _("Check total, number of persons and year: one of the three belongs to something else."))
        for *values, computed in differs.select("what", "per_capita", "total", "persons", "_computed").iter_rows()
        for row in [dict(zip(("what", "per_capita", "total", "persons"), values, strict=True))]
    ])  # fmt: skip


def divisor_problems(
    reported: pl.DataFrame | pl.LazyFrame, headcount: pl.DataFrame | pl.LazyFrame
) -> pl.DataFrame:
    """Warn where a figure taken over was divided by other persons than the headcount of its year and unit holds."""
    counted = real_rows(headcount).group_by("year", "unit").agg(pl.col("persons").sum().alias("_counted"))
    known = real_rows(reported).join(
        counted, on=["year", "unit"], how="inner", nulls_equal=True, maintain_order="left"
    )
    return crossing_findings(
        known,
        (pl.col("persons") - pl.col("_counted")).abs() >= 1,
        code="divisor-differs",
        severity="warning",
        column="persons",
        message=_("{here}: the figure of {year} is divided by {persons} persons, the headcount of that year holds {counted}."),
        suggestion=_("Use one definition of persons, or say why the two differ."),
        values={"year": "year", "persons": "persons", "counted": "_counted"},
    )  # fmt: skip


def _stated(activity: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Return the figures that a file itself states: columns that are named like an indicator."""
    columns = activity.lazy().collect_schema().names()
    named = [name for name in table("plausibility", "ranges")["indicator"] if name in columns]
    if not named:  # as of legs, which may be millions
        return pl.DataFrame(schema=FIGURES)
    rows = real_rows(activity)
    found = [
        rows.with_columns(pl.lit(name).alias("indicator"), pl.col(name).alias("value")) for name in named
    ]
    return pl.concat([pl.DataFrame(schema=FIGURES), *map(_whole, found)]).drop_nulls("value")


def _whole(figures: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None, kind).alias(name) for name, kind in FIGURES.items() if name not in figures.columns]
    whole = figures.with_columns(absent).select(FIGURES.names()).cast(FIGURES)
    return whole.with_columns(pl.col("source_sheet").fill_null(""))


def _where() -> pl.Expr:
    """Return the place in a file, else site and year."""
    whole = pl.col("site").fill_null(_("the whole organisation"))
    of_year = in_words(_("{site} in {year}"), site=whole, year=pl.col("year"))
    computed = pl.when(pl.col("year").is_null()).then(whole).otherwise(of_year)
    return pl.when(pl.col("source_row").is_not_null()).then(place()).otherwise(computed)


def _names() -> pl.Expr:
    names = {
        "water_m3_per_person": _("water"),
        "waste_kg_per_person": _("waste"),
        "energy_kwh_per_m2": _("energy"),
        "area_m2_per_person": _("floor area"),
        "co2e_t_per_person": _("emissions"),
        "trips_per_person": _("air journeys"),
    }
    return pl.col("indicator").replace_strict(names, default=pl.col("indicator"), return_dtype=pl.String)


def _shown(name: str) -> pl.Expr:
    """Write a number with three digits or as a whole number, with commas; few figures are ever told."""
    return pl.col(name).fill_null(0).map_elements(lambda value: f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}", pl.String)  # fmt: skip
