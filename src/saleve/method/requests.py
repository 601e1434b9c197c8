"""Requests for data: what lacks, who owes it and since when, and what can stand in until it comes.

Missing data are asked for before they are estimated (GHG Protocol Corporate Standard, ch. 7, managing inventory quality).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from saleve.method.coverage import GAPS, Activity, Presence, coverage
from saleve.method.proxies import SUGGESTIONS, suggest_proxies

# Who answers for data: a role or an office, never a person. Null stands for every category, every site.
OWNERS = pl.Schema(
    {
        "owner": pl.String(),
        "category": pl.String(),
        "site": pl.String(),
        "due_month": pl.Int64(),  # in the year after the data's; null: due as soon as the months are over
        "due_day": pl.Int64(),
    }
)
REQUESTS = pl.Schema(
    {
        "source": pl.String(),
        "site": pl.String(),
        "first_day": pl.Date(),  # of the first month that lacks
        "last_day": pl.Date(),  # of the last month in a row
        "months": pl.Int64(),
        "missing_days": pl.Float64(),
        "owner": pl.String(),  # null: nobody is named for it
        "due": pl.Date(),
        "overdue_days": pl.Int64(),  # null: today is not given; zero: not yet due
        "proxy": pl.String(),  # the best for these months; null: there is none
        "proxy_amount": pl.Float64(),  # null where several units would have to be added
        "amount_unit": pl.String(),
        "proxy_error_pct": pl.Float64(),
        "proxy_months": pl.Int64(),  # months that this proxy can fill
    }
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes the data of some categories and sites; empty means all. ``due``: month and day of the following year."""

    owner: str
    categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    due: tuple[int, int] | None = None


@dataclass(frozen=True)
class Outstanding:
    """Everything that a list of open requests prints."""

    requests: pl.DataFrame  # ``REQUESTS``, those without an owner last
    coverage: (
        pl.DataFrame
    )  # ``COVERAGE``, every month of every expected source, with the proxies that stand in already
    suggestions: pl.DataFrame  # ``SUGGESTIONS``, every proxy for every gap
    unowned: pl.DataFrame  # source and site of requests for which nobody is named


def outstanding(
    activities: Mapping[str, Activity],
    sites: Iterable[Presence],
    expected: Iterable[str] | Mapping[str, Iterable[str]],
    years: Iterable[int],
    *,
    owners: Iterable[Owner],
    persons: pl.DataFrame,
    areas: pl.DataFrame,
    today: date,
    own_values: Mapping[str, float] | None = None,
) -> Outstanding:
    """Return what lacks in the months that are over by ``today``, whom to ask, and what can stand in.

    ``persons``: year, site, persons; ``areas``: year, site, area_m2; both may be empty.
    """
    known, over = list(sites), today.replace(day=1) - timedelta(days=1)
    covered = coverage(activities, known, expected, years, until=over)
    # A proxy fills the inventory, not the file of evidence: its months are still asked for.
    received = {source: _without_proxies(rows) for source, rows in activities.items()}
    lacking = coverage(received, known, expected, years, until=over)
    gaps = lacking.filter(pl.col("state").is_in(GAPS))
    suggestions = suggest_proxies(gaps, received, persons, areas, own_values)
    asked = requests(lacking, owner_table(owners), suggestions, today)
    unowned = asked.filter(pl.col("owner").is_null()).select("source", "site").unique().sort("source", "site")
    return Outstanding(asked, covered, suggestions, unowned)


def requests(
    covered: pl.DataFrame,
    owners: pl.DataFrame,
    suggestions: pl.DataFrame | None = None,
    today: date | None = None,
) -> pl.DataFrame:
    """Return one request (``REQUESTS``) for each unbroken run of months that lack data within a year of a source and site."""
    runs = _runs(covered.filter(pl.col("state").is_in(GAPS)))
    owed = _dated(_with_owner(runs, owners), today)
    known = suggestions if suggestions is not None else pl.DataFrame(schema=SUGGESTIONS)
    whole = owed.join(_best(owed, known), on="request", how="left", maintain_order="left")
    return (
        whole.select(REQUESTS.names())
        .cast(REQUESTS)
        .sort("owner", "due", "source", "site", "first_day", nulls_last=True)
    )


def owner_table(owners: Iterable[Owner]) -> pl.DataFrame:
    """Return the owners as a table (``OWNERS``), one row for each category and site that they answer for."""
    rows = [
        (one.owner, category, site, *(one.due or (None, None)))
        for one in owners
        for category in one.categories or (None,)
        for site in one.sites or (None,)
    ]
    return pl.DataFrame(rows, schema=OWNERS, orient="row")


def _without_proxies(activity: Activity) -> pl.LazyFrame:
    frame = activity.lazy()
    return frame.filter(pl.col("proxy").is_null()) if "proxy" in frame.collect_schema().names() else frame


def _runs(gaps: pl.DataFrame) -> pl.DataFrame:
    """Put months that follow each other into one run; a run ends with the year, since each year has its own due date."""
    start = pl.date("year", "month", 1)
    length = start.dt.month_end().dt.day()
    ordered = gaps.sort("source", "site", "year", "month", nulls_last=False)
    runs = ordered.with_columns(
        pl.struct("source", "site", "year", pl.col("month") - pl.int_range(pl.len())).rle_id().alias("request")
    )  # fmt: skip
    return runs.group_by("request", maintain_order=True).agg(
        pl.col("source", "site", "year").first(),
        start.min().alias("first_day"),
        start.dt.month_end().max().alias("last_day"),
        pl.len().alias("months"),
        ((1 - pl.col("days_share")) * length).sum().round(1).alias("missing_days"),
        pl.col("month").alias("_months"),
    )


def _with_owner(runs: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """Give each run the owner whose entry is most specific: category and site, then site, then category, then all."""
    category = pl.col("category").is_null() | (pl.col("category") == pl.col("source"))
    place = pl.col("_site").is_null() | (pl.col("_site") == pl.col("site")).fill_null(value=False)
    rank = 2 * pl.col("_site").is_not_null().cast(pl.Int64) + pl.col("category").is_not_null().cast(pl.Int64)
    chosen = (
        runs.select("request", "source", "site")
        .join(owners.rename({"site": "_site"}), how="cross")
        .filter(category, place)
        .with_columns(rank.alias("_rank"))
        .sort("request", "_rank", "owner", descending=[False, True, False])
        .unique("request", keep="first", maintain_order=True)
    )
    return runs.join(
        chosen.select("request", "owner", "due_month", "due_day"),
        on="request",
        how="left",
        maintain_order="left",
    )


def _dated(owed: pl.DataFrame, today: date | None) -> pl.DataFrame:
    """Data are due on the owner's day of the year that follows; where none is set, on the day after the months."""
    first = pl.date(pl.col("year") + 1, pl.col("due_month"), 1)
    day = pl.min_horizontal(pl.col("due_day"), first.dt.month_end().dt.day().cast(pl.Int64))
    set_day = first.dt.offset_by(pl.format("{}d", day - 1))
    due = pl.coalesce(set_day, pl.col("last_day").dt.offset_by("1d"))
    late = (pl.lit(today, pl.Date) - due).dt.total_days().clip(lower_bound=0)
    return owed.with_columns(due.alias("due"), late.alias("overdue_days"))


def _best(owed: pl.DataFrame, suggestions: pl.DataFrame) -> pl.DataFrame:
    """Of the proxies of a request, take the one that fills most of its months, then the one with the smallest error.

    The months of one proxy err together: their errors add up in full.
    """
    months = owed.select("request", "source", "site", "year", pl.col("_months").alias("month")).explode("month")  # fmt: skip
    amount, error = pl.col("amount"), pl.col("proxy_error_pct")
    filled = months.join(suggestions, on=["source", "site", "year", "month"], how="inner", nulls_equal=True)
    one_unit = pl.col("amount_unit").n_unique() == 1
    summed = filled.group_by("request", "proxy").agg(
        pl.when(one_unit).then(amount.sum()).first().alias("proxy_amount"),
        pl.when(one_unit).then(pl.col("amount_unit").first()).first().alias("amount_unit"),
        ((amount.abs() * error).sum() / amount.abs().sum()).alias("proxy_error_pct"),
        pl.col("month").n_unique().cast(pl.Int64).alias("proxy_months"),
    )
    finite = pl.when(pl.col("proxy_error_pct").is_finite()).then("proxy_error_pct").alias("proxy_error_pct")
    ordered = summed.with_columns(finite).sort(
        "request", "proxy_months", "proxy_error_pct", "proxy", descending=[False, True, False, False], nulls_last=True
    )  # fmt: skip
    return ordered.unique("request", keep="first", maintain_order=True)
