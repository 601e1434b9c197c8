"""The time that a bill covers: read from dates, month or year, and divided by days where it crosses a year boundary.

A period counts its first and its last day. A bill that begins on the day on which the one before it ended does not overlap it.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.normalising import Context
from saleve.method.activity.rows import before, finding_of_file, findings, joined
from saleve.method.schema import Column, Kind

_MANY_DAYS = 1_000_000  # more than the days since 1970 of any date

PERIOD_COLUMNS = (
    Column(
        "period_start",
        Kind.DATE,
        "First day that the bill or reading covers",
        synonyms=(
            "period start", "start", "start date", "from", "from date", "billing start", "invoice period start", "date from",
            "début", "date de début", "début de période", "du", "période du",
            "beginn", "von", "abrechnungsbeginn", "zeitraum von",
            "fecha de inicio", "desde", "inicio", "fecha inicial", "inicio del período",
            "начало", "начало периода", "дата начала",
            "开始日期", "起始日期", "بداية الفترة", "تاريخ البداية", "من تاريخ",
        ),
    ),
    Column(
        "period_end",
        Kind.DATE,
        "Last day that the bill or reading covers",
        synonyms=(
            "period end", "end", "end date", "to", "to date", "until", "billing end", "invoice period end", "date to",
            "fin", "date de fin", "fin de période", "au", "période au",
            "ende", "bis", "abrechnungsende", "zeitraum bis",
            "fecha de fin", "hasta", "fecha final", "fin del período",
            "конец", "конец периода", "дата окончания",
            "结束日期", "截止日期", "نهاية الفترة", "تاريخ النهاية", "إلى تاريخ",
        ),
    ),
    Column(
        "year",
        Kind.INTEGER,
        "Calendar year, where no dates are given",
        synonyms=("year", "datayear", "data year", "reporting year", "fy", "année", "an", "exercice", "jahr", "año", "ejercicio",
                  "год", "年", "年份", "年度", "السنة", "سنة"),
        minimum=1990,
        maximum=2100,
    ),
    Column(
        "month",
        Kind.MONTH,
        "Month of the year: a number, a name, or with its year as in 2025-03",
        synonyms=("month", "billing month", "mois", "monat", "mes", "месяц", "月", "月份", "الشهر", "شهر"),
    ),
)  # fmt: skip


_FIRST_YEAR, _LAST_YEAR = 1990, 2100  # as for every year column


def dated(rows: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows with ``period_start`` and ``period_end`` filled, and what was wrong with them.

    Order of belief: both dates; one date (a day); year and month; year; the reporting year of the file.
    """
    filled = rows.with_columns(
        pl.col("period_start").fill_null(pl.col("period_end")).fill_null(_first_day()).alias("period_start"),
        pl.col("period_end").fill_null(pl.col("period_start")).fill_null(_last_day()).alias("period_end"),
    )
    file_year = pl.lit(context.year, dtype=pl.Int64)
    assumed = pl.col("period_start").is_null() & file_year.is_not_null()
    whole = filled.with_columns(
        assumed.alias("period_assumed"),
        pl.col("period_start").fill_null(pl.date(file_year, 1, 1)),
        pl.col("period_end").fill_null(pl.date(file_year, 12, 31)),
    )
    return whole, joined(_period_problems(whole, context))


def split_by_year(rows: pl.DataFrame, amounts: tuple[str, ...]) -> pl.DataFrame:
    """Return one row per calendar year of each period: amounts divided in proportion to days, provenance kept."""
    start, end = pl.col("period_start"), pl.col("period_end")
    years = rows.with_columns(
        pl.int_ranges(start.dt.year().cast(pl.Int64), end.dt.year().cast(pl.Int64) + 1).alias("year"),
        ((end - start).dt.total_days() + 1).alias("_whole"),
    ).explode("year")
    cut = years.with_columns(
        pl.max_horizontal(start, pl.date(pl.col("year"), 1, 1)).alias("period_start"),
        pl.min_horizontal(end, pl.date(pl.col("year"), 12, 31)).alias("period_end"),
    )
    days = ((pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1).alias("days")
    shared = cut.with_columns(days)
    return shared.with_columns(pl.col(name) * pl.col("days") / pl.col("_whole") for name in amounts).drop(
        "_whole"
    )


def split_notes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a note for each period that crosses a year boundary."""
    return findings(
        rows,
        pl.col("period_start").dt.year() != pl.col("period_end").dt.year(),
        code="period-split",
        severity="note",
        column="period_start",
        message=_(
            "The period from {start} to {end} crosses a year boundary; its amount was divided by days."
        ),
        values={"start": "period_start", "end": "period_end"},
    )


def overlaps(bills: pl.DataFrame) -> pl.DataFrame:
    """Return a warning for each bill that covers days which an earlier bill of the same meter covers; ``bills`` are in series.

    Rows without a meter number count as copies only where period and amount are the same: a site may have several meters.
    """
    start, end = pl.col("period_start"), pl.col("period_end")
    known = bills.with_columns(
        _latest_end_before().alias("_until"),
        ((start == before("period_start")) & (end == before("period_end"))).alias("_same_period"),
        (pl.col("amount") == before("amount")).alias("_same_amount"),
        before("source_row").alias("_row_before"),
    )
    of_meter = pl.col("meter").is_not_null() & ((start < pl.col("_until")) | pl.col("_same_period"))
    return findings(
        known,
        of_meter | (pl.col("_same_period") & pl.col("_same_amount")),
        code="period-overlap",
        severity="warning",
        column="period_start",
        message=_("The period from {start} to {end} overlaps row {other} of the same meter or site."),
        suggestion=_("Check whether one of the two is a copy or a corrected bill, and remove the one that does not count."),
        values={"start": "period_start", "end": "period_end", "other": "_row_before"},
    )  # fmt: skip


def _latest_end_before() -> pl.Expr:
    """Return the last day that any earlier bill of the series covers.

    Series and day are put into one number, so that a single running maximum serves all series.
    """
    day = pl.col("period_end").cast(pl.Int32).cast(pl.Int64)
    latest = (pl.col("series") * _MANY_DAYS + day).cum_max().shift(1)
    of_series = latest // _MANY_DAYS == pl.col("series")
    return pl.when(of_series).then((latest % _MANY_DAYS).cast(pl.Int32).cast(pl.Date))


def _first_day() -> pl.Expr:
    return pl.date(pl.col("year"), pl.col("month").fill_null(1), 1)


def _last_day() -> pl.Expr:
    return pl.date(pl.col("year"), pl.col("month").fill_null(12), 1).dt.month_end()


def _period_problems(rows: pl.DataFrame, context: Context) -> list[pl.DataFrame]:
    start, end = pl.col("period_start"), pl.col("period_end")
    return [
        findings(
            rows,
            start.is_null(),
            code="period-missing",
            severity="error",
            column="period_start",
            message=_("No period: neither dates nor a year are given."),
            suggestion=_("Fill the year, or the first and last day of the bill, or give the file's year in saleve.toml."),
        ),
        findings(
            rows,
            start > end,
            code="period-reversed",
            severity="error",
            column="period_end",
            message=_("The period ends on {end}, before it starts on {start}."),
            suggestion=_("Correct the dates; day and month may have changed places."),
            values={"start": "period_start", "end": "period_end"},
        ),
        findings(
            rows,
            (start.dt.year() < _FIRST_YEAR) | (end.dt.year() > _LAST_YEAR),
            code="period-out-of-range",
            severity="error",
            column="period_start",
            message=_("The period from {start} to {end} lies outside the years that bills can be of."),
            suggestion=_("Correct the year."),
            values={"start": "period_start", "end": "period_end"},
        ),
        findings(
            rows,
            (end - start).dt.total_days() > 366,
            code="period-long",
            severity="warning",
            column="period_end",
            message=_("The period from {start} to {end} is longer than a year."),
            suggestion=_("Check the dates; if they are right, the amount is divided by days between the years."),
            values={"start": "period_start", "end": "period_end"},
        ),
        finding_of_file(
            rows,
            pl.col("period_assumed"),
            code="period-from-file",
            severity="note",
            message=_("Rows without a period: {{count}}. They were taken into the file's year, {year}.").format(year=context.year),
        ),
    ]  # fmt: skip
