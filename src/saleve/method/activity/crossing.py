"""What only shows when the files of several months or years lie side by side: meters that reset, break, stop or jump.

Quality checks of trends and time series: IPCC 2006 Guidelines, vol. 1, ch. 6 (general procedures). They warn and change nothing.
"""

from collections.abc import Mapping

import polars as pl

from saleve.language import _
from saleve.method.activity.combined import combined_problems
from saleve.method.activity.duplicates import duplicate_problems, overlap_problems, restated_problems
from saleve.method.activity.months import by_month, days_covered
from saleve.method.activity.rows import before, in_series
from saleve.method.activity.standing import (
    CROSSING_SCHEMA,
    KEY,
    amount_column,
    crossing_findings,
    crossing_joined,
    entries,
    kind_columns,
    place,
    real_rows,
    unit_of,
)
from saleve.method.reference.assumptions import assumption

_INDEX = ("index_start", "index_end")  # what the meter itself shows on the first and the last day
_WHOLE_YEAR = 0.9  # of the days: less would compare seasons
_NOT_APART = (
    "meter",
    "purpose",
    "calorific_basis",
    "boundary",
)  # years of a site are compared over all of these
_FEW_JOURNEYS = 30  # fewer differ by half from year to year by chance alone


def problems_across(
    activity: pl.DataFrame | pl.LazyFrame,
    category: str,
    *,
    periods: pl.DataFrame | None = None,
    own_values: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Return everything that the files of one category show together (``CROSSING_SCHEMA``).

    ``periods``: batch, first_day, last_day, of the files for which a period was stated.
    """
    rows = real_rows(activity)
    found = [
        duplicate_problems(rows, category),
        restated_problems(rows, category),
        overlap_problems(rows, category),
        meter_problems(rows, own_values),
        jump_problems(rows, own_values),
        negative_problems(rows),
        combined_problems(rows),
        *([] if periods is None else [period_problems(rows, periods)]),
    ]
    return crossing_joined(found)


def meter_problems(
    activity: pl.DataFrame | pl.LazyFrame, own_values: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Return resets, breaks of level and runs of zeros that show only across files."""
    series = _series(activity)
    if series.is_empty():
        return pl.DataFrame(schema=CROSSING_SCHEMA)
    return crossing_joined([_resets(series), _level_breaks(series, own_values), _zero_runs(series, own_values)])  # fmt: skip


def jump_problems(
    activity: pl.DataFrame | pl.LazyFrame, own_values: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Warn where a site's use of one year differs from the year before by more than ``year_on_year_jump_pct``, up or down.

    Of bills only years whose days are covered to nine tenths are compared, each as a mean over the days covered. Of journeys only
    those of sites with thirty in one of the two years.
    """
    rows = real_rows(activity)
    years = _yearly_uses(rows)
    changes = years.with_columns(
        (pl.col("_per_day") / before("_per_day") - 1).mul(100).alias("_change"),
        (pl.col("_year") - before("_year") == 1).alias("_next"),
        (before("_per_day") > 0).alias("_known"),
        pl.max_horizontal("quantity", before("quantity")).alias("_larger"),
        place().shift(1).alias("_there"),
    )
    limit = assumption("year_on_year_jump_pct", own_values)
    least = _FEW_JOURNEYS if "departure_date" in rows.columns else 0
    jumped = changes.filter("_next", "_known", pl.col("_change").abs() > limit, pl.col("_larger") >= least)
    return _told_jumps(jumped)


def negative_problems(activity: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Note, once for each file, how much its negative amounts take from the total."""
    lines = entries(real_rows(activity)).filter(pl.col("quantity") < 0)
    per_file = lines.with_columns(unit_of(lines).alias("_unit")).group_by("batch", "_unit").agg(
        pl.col("source_sheet", "source_row", "source_file").first(),
        pl.len().alias("_count"),
        pl.col("quantity").sort().sum().round(1).alias("_sum"),
    )  # fmt: skip
    return crossing_findings(
        per_file.sort(KEY),
        pl.lit(value=True),
        code="amounts-negative",
        severity="note",
        message=_("{here}: first of the negative amounts of the file (rows: {count}). Together they are {sum} {unit} and lower the total."),
        values={"count": "_count", "sum": "_sum", "unit": "_unit"},
    )  # fmt: skip


def period_problems(activity: pl.DataFrame | pl.LazyFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Warn, once for each file, of rows outside the period that was stated for it; ``periods``: batch, first_day, last_day."""
    lines = entries(real_rows(activity)).join(periods, on="batch", how="inner", maintain_order="left")
    outside = lines.filter((pl.col("start") < pl.col("first_day")) | (pl.col("end") > pl.col("last_day")))
    per_file = outside.group_by("batch", "first_day", "last_day", maintain_order=True).agg(
        pl.col("source_sheet", "source_row", "source_file").first(),
        pl.len().alias("_count"),
        pl.col("start").min().alias("_from"),
        pl.col("end").max().alias("_to"),
    )
    return crossing_findings(
        per_file,
        pl.lit(value=True),
        code="outside-stated-period",
        severity="warning",
        message=_("{here}: first of the rows (rows: {count}, from {from_day} to {to_day}) outside the period {first} to {last} that was stated for the file."),
        suggestion=_("Correct the dates, or the period stated for the file."),
        values={"count": "_count", "from_day": "_from", "to_day": "_to", "first": "first_day", "last": "last_day"},
    )  # fmt: skip


def _series(activity: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Return the bills of meters in series; rows that name no meter may be of several and make no series."""
    rows = real_rows(activity)
    if not {"meter", "period_start"} <= set(rows.columns):
        return rows.clear()
    bills = entries(rows).filter(pl.col("meter").is_not_null() | pl.col("site").is_not_null())
    dated = bills.with_columns(pl.col("start").alias("period_start"), pl.col("end").alias("period_end"))
    series = in_series(dated.sort(KEY), kind_columns(dated)).sort("series", "start", "end", *KEY)
    return series.with_columns(pl.coalesce("meter", "site").alias("_meter"))


def _resets(series: pl.DataFrame) -> pl.DataFrame:
    if not set(_INDEX) <= set(series.columns):
        return pl.DataFrame(schema=CROSSING_SCHEMA)
    first, last = (pl.col(name) for name in _INDEX)
    told = series.with_columns(
        pl.when(last < first)
        .then(place())
        .when(first < before("index_end"))
        .then(place().shift(1))
        .alias("_there"),
        pl.when(last < first).then(first).otherwise(before("index_end")).alias("_was"),
        pl.when(last < first).then(last).otherwise(first).alias("_is"),
    )
    return crossing_findings(
        told,
        pl.col("_there").is_not_null(),
        code="meter-reset",
        severity="warning",
        message=_("{here}: meter {meter} shows {now}, less than {was} before ({there}). It was reset, exchanged, or ran past its last digit."),
        suggestion=_("Ask for the protocol of the exchange, and check the amount of this period."),
        values={"meter": "_meter", "now": "_is", "was": "_was", "there": "_there"},
    )  # fmt: skip


def _level_breaks(series: pl.DataFrame, own_values: Mapping[str, float] | None) -> pl.DataFrame:
    """Tell a break of level between years that stand in different files; within one file intake has told it."""
    days = (pl.col("end") - pl.col("start")).dt.total_days() + 1
    years = (
        series.group_by("series", pl.col("start").dt.year().alias("_year"), maintain_order=True)
        .agg(
            (pl.col("quantity").sum() / days.sum()).alias("_per_day"),
            pl.col("batch").unique().sort().alias("_batches"),
            pl.col(*KEY, "source_file", "_meter").first(),
        )
        .sort("series", "_year")
    )
    told = years.with_columns(
        before("_per_day").alias("_before"),
        (pl.col("_batches") != before("_batches")).alias("_other_file"),
        place().shift(1).alias("_there"),
        (100 * (1 - pl.col("_per_day") / before("_per_day"))).round(0).cast(pl.String).str.replace(r"\.0$", "").alias("_drop"),
    )  # fmt: skip
    return crossing_findings(
        told,
        pl.col("_other_file")
        & (pl.col("_before") > 0)
        & (pl.col("_per_day") < assumption("meter_level_break_ratio", own_values) * pl.col("_before")),
        code="meter-level-break-files",
        severity="warning",
        message=_("{here}: the use per day of meter {meter} in {year} is {drop} % below the year before ({there}): a change of unit or of scale is likelier than a saving."),
        suggestion=_("Compare with the bills of both years before the figures are used."),
        values={"meter": "_meter", "year": "_year", "drop": "_drop", "there": "_there"},
    )  # fmt: skip


def _zero_runs(series: pl.DataFrame, own_values: Mapping[str, float] | None) -> pl.DataFrame:
    """Tell zeros of a meter that used something in another file, but nothing in its own: alone, its file looks like a meter at rest."""
    used = (pl.col("quantity") != 0).any()
    marked = series.with_columns(
        (used.over("series") & ~used.over("series", "batch") & (pl.col("quantity") == 0)).alias("_zero")
    )
    runs = marked.with_columns(pl.struct("series", "_zero").rle_id().alias("_run")).filter("_zero")
    length = runs.group_by("_run", maintain_order=True).agg(
        pl.col(*KEY, "source_file", "_meter", "start").first(), pl.col("end").max(), pl.len().alias("_count")
    )
    return crossing_findings(
        length,
        pl.col("_count") >= int(assumption("zero_run_length", own_values)),
        code="zero-run-files",
        severity="warning",
        message=_("{here}: meter {meter}, which has use in other files, shows zero from {start} to {end} (periods: {count}). A gap may have been written as zero."),
        suggestion=_("If readings are missing, leave the amount empty or fill an estimate and mark it as estimated."),
        values={"meter": "_meter", "start": "start", "end": "end", "count": "_count"},
    )  # fmt: skip


def _yearly_uses(rows: pl.DataFrame) -> pl.DataFrame:
    """Return for each site and kind the use per day in each year that is nearly whole, in order of years."""
    same = _same(rows)
    uses = _metered_uses(rows, same) if "period_start" in rows.columns else _other_uses(rows, same)
    ordered = uses.sort(*same, "_year", *KEY)
    return ordered.with_columns(
        pl.struct(same).rle_id().cast(pl.Int64).alias("series") if same else pl.lit(0).alias("series"),
        _described(same).alias("_what"),
    )


def _described(same: list[str]) -> pl.Expr:
    """Name what is compared: site, fuel, carrier ...; where nothing tells it apart, it is the whole."""
    words = pl.concat_str(
        [pl.lit(""), *(pl.col(name).replace({"": None}) for name in same)], separator=", ", ignore_nulls=True
    )
    told = words.str.strip_prefix(", ")
    return pl.when(told == "").then(pl.lit(_("the whole"))).otherwise(told)  # fmt: skip


def _same(rows: pl.DataFrame) -> list[str]:
    """Return the columns within which years are compared: of journeys the site, category and means of travel only."""
    if "departure_date" in rows.columns:
        return [name for name in ("site", "category", "mode") if name in rows.columns]
    return [name for name in kind_columns(rows) if name not in _NOT_APART]


def _metered_uses(rows: pl.DataFrame, same: list[str]) -> pl.DataFrame:
    parts = by_month(rows).with_columns(pl.col("month_start").dt.year().cast(pl.Int64).alias("_year"))
    length = pl.date(pl.col("_year"), 12, 31).dt.ordinal_day()
    of_months = days_covered(parts, [*same, "_year", "month_start"])
    covered = of_months.group_by(*same, "_year").agg(pl.col("covered").sum())
    summed = _summed(parts, same).join(covered, on=[*same, "_year"], nulls_equal=True)
    return summed.filter(pl.col("covered") >= _WHOLE_YEAR * length).with_columns(
        (pl.col("quantity") / pl.col("covered")).alias("_per_day")
    )


def _other_uses(rows: pl.DataFrame, same: list[str]) -> pl.DataFrame:
    """Add up what names a year. An area is no use of anything, and refills come when they come: neither is compared."""
    amount = amount_column(rows)
    comparable = amount and "year" in rows.columns and not {"valid_from", "refrigerant"} & set(rows.columns)
    kept = rows if comparable else rows.clear()
    year = pl.col("year") if "year" in rows.columns else pl.lit(None, pl.Int64)
    quantity = pl.col(amount) if amount else pl.lit(None, pl.Float64)
    dated = kept.with_columns(year.alias("_year"), quantity.alias("quantity")).drop_nulls("_year")
    return _summed(dated, same).with_columns(pl.col("quantity").alias("_per_day"))


def _summed(parts: pl.DataFrame, same: list[str]) -> pl.DataFrame:
    return parts.group_by(*same, "_year").agg(
        pl.col("quantity").sort().sum(),
        *(pl.col(name).sort_by(KEY).first() for name in (*KEY, "source_file")),
    )


def _told_jumps(jumped: pl.DataFrame) -> pl.DataFrame:
    up = pl.col("_change") > 0
    return crossing_joined([
        _told_jump(jumped.filter(up), _("{here}: {what} in {year} is {change} % above the year before ({there}).")),
        _told_jump(jumped.filter(~up), _("{here}: {what} in {year} is {change} % below the year before ({there}).")),
    ])  # fmt: skip


def _told_jump(jumped: pl.DataFrame, message: str) -> pl.DataFrame:
    return crossing_findings(
        jumped.with_columns(pl.col("_change").abs().round(0).cast(pl.Int64, strict=False).alias("_size")),
        pl.lit(value=True),
        code="year-on-year-jump",
        severity="warning",
        message=message,
        suggestion=_("Look for a bill that is missing or counted twice, a change of unit, or a change in the building or in its use; write down what it was."),
        values={"what": "_what", "year": "_year", "change": "_size", "there": "_there"},
    )  # fmt: skip
