"""Which days of which month of a source and site have data, so that what lacks can be seen, asked for and stood in for.

Missing is not zero (GHG Protocol Corporate Standard, ch. 1, principle of completeness).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from saleve.method.activity.floor_area import areas_by_year
from saleve.method.activity.months import by_month, days_covered
from saleve.method.activity.standing import plain

Activity = pl.DataFrame | pl.LazyFrame

COVERAGE = pl.Schema(
    {
        "year": pl.Int64(),
        "month": pl.Int64(),
        "source": pl.String(),
        "site": pl.String(),  # null: bills that name no site, and sources that are not told by site
        "days_share": pl.Float64(),  # of the days of the month on which the site had the source; null: not expected
        "state": pl.String(),  # complete, partial, missing, not expected, estimated
    }
)
DAYS = pl.Schema(
    {
        "year": pl.Int64(),
        "month": pl.Int64(),
        "site": pl.String(),
        "covered": pl.Float64(),  # days, as a mean over the meters of the site that have data in the year
        "measured": pl.Float64(),  # of them, days that do not rest on estimates alone
        "length": pl.Int64(),  # days of the month
    }
)
STATES = ("complete", "estimated", "partial", "missing", "not expected")
GAPS = ("partial", "missing")
# A bill may begin a few days late without the month being missing.
_COVERED = 0.9
# Sources whose rows happen on days: a month without any row is told. Refills of refrigerants are rare: their year is told.
_DAYS_OF_EVENTS = ("departure_date", "check_in", "date")
_RARE = ("refrigerants",)
# What days with data are counted from, where rows have periods.
_OF_METERS = ("year", "site", "meter", "category", "period_start", "period_end", "reading", "proxy")


@dataclass(frozen=True, slots=True)
class Presence:
    """When a site was part of the organisation; one without a name stands for rows that name no site."""

    site: str
    opened: date | None = None
    closed: date | None = None
    ended: Mapping[str, date] = field(
        default_factory=dict
    )  # source -> last day, such as gas until the heat network came
    began: Mapping[str, date] = field(default_factory=dict)  # source -> first day

    def has(self, source: str, year: int) -> bool:
        """Tell whether the site was open, and had this source, on any day of the year."""
        first, last = self.first_day(source), self.last_day(source)
        return (first is None or first.year <= year) and (last is None or last.year >= year)

    def first_day(self, source: str) -> date | None:
        """Return the day before which nothing of this source can be expected, where there is one."""
        return max((day for day in (self.opened, self.began.get(source)) if day), default=None)

    def last_day(self, source: str) -> date | None:
        """Return the day from which on nothing of this source can be expected, where there is one."""
        return min((day for day in (self.closed, self.ended.get(source)) if day), default=None)


def coverage(
    activities: Mapping[str, Activity],
    sites: Iterable[Presence],
    expected: Iterable[str] | Mapping[str, Iterable[str]],
    years: Iterable[int],
    until: date | None = None,
) -> pl.DataFrame:
    """Return the state of every month of every expected source, by site where rows belong to sites (``COVERAGE``).

    ``expected``: source categories; each is looked for at the sites that have it in any year. As a mapping it names the sites that
    must have it besides. ``until``: last day that can have data already; later months are not expected.
    """
    years, presences = list(years), {presence.site: presence for presence in sites}
    named = expected if isinstance(expected, Mapping) else dict.fromkeys(expected, ())
    found = [
        _of_source(source, activities.get(source), list(must), presences, years=years, until=until)
        for source, must in named.items()
    ]
    return pl.concat([pl.DataFrame(schema=COVERAGE), *found]).sort("source", "site", "year", "month", nulls_last=False)  # fmt: skip


def covered_days(activity: Activity, source: str, years: Iterable[int]) -> pl.DataFrame:
    """Return the days with data of each site and month (``DAYS``), whether rows have periods, happen on days, or name a year."""
    frame = activity.lazy()
    dates = [name for name in _DAYS_OF_EVENTS if name in frame.collect_schema().names()]
    if has_periods(frame):
        told = [name for name in _OF_METERS if name in frame.collect_schema().names()]
        return _metered_days(plain(frame.select(told)))
    if source == "floor_area":
        return _whole_years(areas_by_year(plain(frame), list(years)))
    if dates and source not in _RARE:
        day = pl.coalesce(dates)
        return _event_months(frame.select("year", day.alias("day")).unique().collect())
    return _whole_years(frame.select("year").unique().collect())


def years_with_data(activity: Activity, source: str, years: Iterable[int]) -> set[int]:
    """Return the years of which rows tell anything; of legs, which may be millions, one column is read."""
    if source == "floor_area":
        return set(covered_days(activity, source, years)["year"])
    return set(activity.lazy().select("year").unique().collect()["year"].drop_nulls())


def has_periods(activity: Activity) -> bool:
    """Tell whether rows say from when to when they hold, and where."""
    return {"period_start", "period_end", "site"} <= set(activity.lazy().collect_schema().names())


def _metered_days(rows: pl.DataFrame) -> pl.DataFrame:
    """Count different days by meter, then take the mean over the meters that the site has in the year."""
    parts = _with_month(by_month(rows).filter(pl.col("month_start").dt.year() == pl.col("year")))
    of_site = _stands_for_site(parts)
    counted = _counted(parts.filter(~of_site))
    # What stands in for a whole site fills only days on which none of its meters has data: it is no meter of its own.
    stood_in = days_covered(parts.filter(of_site), ["site", "year", "month"]).rename({"covered": "_more"})
    both = counted.join(stood_in, on=["site", "year", "month"], how="full", coalesce=True, nulls_equal=True)
    covered = pl.col("covered").fill_null(0) + pl.col("_more").fill_null(0)
    return _as_days(both.with_columns(pl.min_horizontal(covered, _length()).alias("covered"), pl.col("measured").fill_null(0)))  # fmt: skip


def _counted(parts: pl.DataFrame) -> pl.DataFrame:
    meter = [name for name in ("meter", "category") if name in parts.columns]
    keys = ["site", *meter, "year", "month"]
    measured = days_covered(parts.filter(~_estimated(parts)), keys).rename({"covered": "measured"})
    by_meter = days_covered(parts, keys).join(measured, on=keys, how="left", nulls_equal=True)
    meters = parts.select("site", *meter, "year").unique().group_by("site", "year").len("_meters")
    by_site = by_meter.group_by("site", "year", "month").agg(
        pl.col("covered").sum(), pl.col("measured").fill_null(0).sum()
    )
    known = by_site.join(meters, on=["site", "year"], nulls_equal=True)
    return known.select(
        "site",
        "year",
        "month",
        pl.col("covered") / pl.col("_meters"),
        pl.col("measured") / pl.col("_meters"),
    )


def _stands_for_site(parts: pl.DataFrame) -> pl.Expr:
    if not {"proxy", "meter"} <= set(parts.columns):
        return pl.lit(value=False)
    return pl.col("proxy").is_not_null() & pl.col("meter").is_null()


def _estimated(rows: pl.DataFrame) -> pl.Expr:
    said = [(pl.col("reading") == "estimated").fill_null(value=False)] if "reading" in rows.columns else []
    stood_in = [pl.col("proxy").is_not_null()] if "proxy" in rows.columns else []
    return pl.any_horizontal(pl.lit(value=False), *said, *stood_in)


def _event_months(rows: pl.DataFrame) -> pl.DataFrame:
    """A month with any row is there; rows that name only a year stand for each of its months."""
    day = pl.col("day")
    dated = rows.drop_nulls("day").select(
        pl.coalesce("year", day.dt.year().cast(pl.Int64)), day.dt.month().cast(pl.Int64).alias("month")
    )
    undated = rows.filter(day.is_null()).select("year", pl.int_ranges(1, 13).alias("month")).explode("month")
    return _filled(pl.concat([dated, undated]))


def _whole_years(rows: pl.DataFrame) -> pl.DataFrame:
    return _filled(rows.select("year", pl.int_ranges(1, 13).alias("month")).explode("month"))


def _filled(months: pl.DataFrame) -> pl.DataFrame:
    known = months.drop_nulls("year").unique().with_columns(pl.lit(None, pl.String).alias("site"))
    return _as_days(known.with_columns(_length().alias("covered"), _length().alias("measured")))


def _with_month(parts: pl.DataFrame) -> pl.DataFrame:
    start = pl.col("month_start")
    return parts.with_columns(
        start.dt.year().cast(pl.Int64).alias("year"), start.dt.month().cast(pl.Int64).alias("month")
    )


def _as_days(months: pl.DataFrame) -> pl.DataFrame:
    return months.with_columns(_length().alias("length")).select(DAYS.names()).cast(DAYS)


def _length() -> pl.Expr:
    return pl.date(pl.col("year"), pl.col("month"), 1).dt.month_end().dt.day()


def _of_source(
    source: str,
    activity: Activity | None,
    must: list[str],
    presences: Mapping[str, Presence],
    *,
    years: list[int],
    until: date | None,
) -> pl.DataFrame:
    days = pl.DataFrame(schema=DAYS) if activity is None else covered_days(activity, source, years)
    sites = sorted({*days["site"].drop_nulls(), *must})
    nameless = [None] if days["site"].null_count() or not sites else []
    calendar = _calendar(source, [*nameless, *sites], presences, years, until)
    known = calendar.join(days, on=["year", "month", "site"], how="left", nulls_equal=True)
    share = (pl.col("covered").fill_null(0) / pl.col("expected")).clip(upper_bound=1)
    measured = (pl.col("measured").fill_null(0) / pl.col("expected")).clip(upper_bound=1)
    return (
        known.with_columns(_state(share, measured).alias("state"), pl.lit(source).alias("source"))
        .with_columns(pl.when(pl.col("expected") > 0).then(share).alias("days_share"))
        .select(COVERAGE.names())
        .cast(COVERAGE)
    )


def _state(share: pl.Expr, measured: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("expected") <= 0)
        .then(pl.lit("not expected"))
        .when(measured >= _COVERED)
        .then(pl.lit("complete"))
        .when(share >= _COVERED)
        .then(pl.lit("estimated"))
        .when(share > 0)
        .then(pl.lit("partial"))
        .otherwise(pl.lit("missing"))
    )


def _calendar(
    source: str,
    sites: list[str | None],
    presences: Mapping[str, Presence],
    years: list[int],
    until: date | None,
) -> pl.DataFrame:
    """Return every month of every site with ``expected``, the days on which it can have data."""
    known = [(site, presences.get(site or "", Presence(site or ""))) for site in sites]
    bounds = pl.DataFrame(
        [(site, presence.first_day(source), presence.last_day(source)) for site, presence in known],
        schema={"site": pl.String(), "begins": pl.Date(), "ends": pl.Date()},
        orient="row",
    )
    months = pl.DataFrame(
        [(year, month) for year in years for month in range(1, 13)],
        schema={"year": pl.Int64(), "month": pl.Int64()},
        orient="row",
    ).with_columns(pl.date("year", "month", 1).alias("first"), pl.lit(until, pl.Date).alias("until"))
    start = pl.max_horizontal("first", "begins")
    end = pl.min_horizontal(pl.col("first").dt.month_end(), "ends", "until")
    return bounds.join(months, how="cross").with_columns(
        ((end - start).dt.total_days() + 1).clip(lower_bound=0).alias("expected")
    )
