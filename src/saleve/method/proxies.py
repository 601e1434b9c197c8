"""Proxies: estimates in place of data that lack, each with its error, and what becomes of them when the data arrive.

IPCC 2006 Guidelines, vol. 1, ch. 5, section 5.3.3 (splicing techniques: surrogate data, interpolation). A proxy is a row of activity
like any other, but marked as estimated, with its name and the half-width of its 95 % range.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from saleve.language import _
from saleve.method.activity.months import by_month
from saleve.method.activity.standing import (
    KEY,
    amount_column,
    in_words,
    kind_columns,
    plain,
    real_rows,
    unit_of,
)
from saleve.method.coverage import Activity, has_periods
from saleve.method.reference.assumptions import assumption

PROXIES = ("last_year", "neighbours", "per_person", "per_m2")
PERSONS = pl.Schema({"year": pl.Int64(), "site": pl.String(), "persons": pl.Float64()})
AREAS = pl.Schema({"year": pl.Int64(), "site": pl.String(), "area_m2": pl.Float64()})
# What a proxy row has beside the columns of its category.
PROXY_COLUMNS = pl.Schema({"proxy": pl.String(), "proxy_error_pct": pl.Float64(), "proxy_how": pl.String()})
SUGGESTIONS = pl.Schema(
    {
        "source": pl.String(),
        "site": pl.String(),
        "year": pl.Int64(),
        "month": pl.Int64(),
        "amount_unit": pl.String(),
        "rank": pl.Int64(),  # 1: fills most meters, then has the smallest error
        "proxy": pl.String(),
        "amount": pl.Float64(),
        "proxy_error_pct": pl.Float64(),
        "proxy_how": pl.String(),
        "small_office": pl.Boolean(),  # the United Nations inventory allows proxies there without more ado; null: persons unknown
    }
)

Own = Mapping[str, float] | None
_REACH = 3  # months that a neighbour may be away
_ENOUGH = 3  # known periods from which on the error is measured and not assumed
_NORMAL_95 = 1.96  # standard deviations on each side of the 95 % range of a normal distribution
_KNOWN_DAYS = 15  # of a month that may speak for another
_ALIVE = 12  # months before and after its data in which a meter is still looked for
_NOT_KEPT = frozenset({*KEY, "revision", "file_sha256", "source_file", "document_number", "invoice_number", "days", "year", "reading"})  # fmt: skip


def last_year(gaps: pl.DataFrame, activity: Activity, own_values: Own = None) -> pl.DataFrame:
    """Stand in with the use per day of the same month of the year before, meter by meter. ``gaps``: site, year, month."""
    known = _monthly(activity)
    before = known.rates.select("series", pl.col("index") + 12, pl.col("rate").alias("predicted"))
    predicted = known.wanted(gaps).join(before, on=["series", "index"], how="inner")
    errors = _errors(known.rates.join(before, on=["series", "index"], how="inner"), ["series"])
    how = in_words(_("as in the same month of {year}, by day"), year=pl.col("year") - 1)
    return known.rows(predicted.join(errors, on="series", how="left"), "last_year", how, own_values)


def neighbours(gaps: pl.DataFrame, activity: Activity, own_values: Own = None) -> pl.DataFrame:
    """Stand in with the use per day between the nearest months before and after, each at most three months away."""
    known = _monthly(activity)
    every = [(back, ahead) for back in range(1, _REACH + 1) for ahead in range(1, _REACH + 1)]
    order = ["series", "index", "_width", "_back"]
    nearest = _between(known.wanted(gaps), known.rates, every).sort(order)
    predicted = nearest.unique(["series", "index"], keep="first", maintain_order=True)
    distances = sorted(set(predicted.select("_back", "_ahead").iter_rows()))
    by = ["series", "_back", "_ahead"]
    errors = _errors(_between(known.rates, known.rates, distances), by)
    how = in_words(
        _("between the known months {back} before and {ahead} after, by day"),
        back=pl.col("_back"),
        ahead=pl.col("_ahead"),
    )
    return known.rows(predicted.join(errors, on=by, how="left"), "neighbours", how, own_values)


def per_person(
    gaps: pl.DataFrame, activity: Activity, persons: pl.DataFrame, own_values: Own = None
) -> pl.DataFrame:
    """Stand in with the use per person and day of the other sites in the same month; ``persons`` as ``PERSONS``."""
    sentence = _("{rate} {unit} per person and day, as at other sites ({count}), times {size} persons")
    return _by_size(gaps, activity, persons.rename({"persons": "size"}), "per_person", sentence, own_values=own_values)  # fmt: skip


def per_m2(
    gaps: pl.DataFrame, activity: Activity, areas: pl.DataFrame, own_values: Own = None
) -> pl.DataFrame:
    """Stand in with the use per square metre and day of the other sites in the same month; ``areas`` as ``AREAS``."""
    sentence = _("{rate} {unit} per m2 and day, as at other sites ({count}), times {size} m2")
    return _by_size(gaps, activity, areas.rename({"area_m2": "size"}), "per_m2", sentence, own_values=own_values)  # fmt: skip


def proxy_rows(
    proxy: str,
    gaps: pl.DataFrame,
    activity: Activity,
    *,
    persons: pl.DataFrame,
    areas: pl.DataFrame,
    own_values: Own = None,
) -> pl.DataFrame:
    """Return the rows of the proxy of this name; without known sizes, those that rest on sizes return none."""
    ways: Mapping[str, Callable[[], pl.DataFrame]] = {
        "last_year": lambda: last_year(gaps, activity, own_values),
        "neighbours": lambda: neighbours(gaps, activity, own_values),
        "per_person": lambda: per_person(gaps, activity, persons, own_values),
        "per_m2": lambda: per_m2(gaps, activity, areas, own_values),
    }
    return ways[proxy]()


def suggest_proxies(
    gaps: pl.DataFrame,
    activities: Mapping[str, Activity],
    persons: pl.DataFrame,
    areas: pl.DataFrame,
    own_values: Own = None,
) -> pl.DataFrame:
    """Return every proxy that can fill each gap, the best first (``SUGGESTIONS``); ``gaps``: source, site, year, month.

    Only sources whose rows have periods can be stood in for: a journey is not the mean of others.
    """
    found = [
        _suggested(source, proxy, proxy_rows(proxy, gaps.filter(pl.col("source") == source), activity, persons=persons, areas=areas, own_values=own_values))
        for source, activity in sorted(activities.items())
        if has_periods(activity) and source in gaps["source"]
        for proxy in PROXIES
    ]  # fmt: skip
    small = pl.col("persons") < assumption("small_office_persons", own_values)
    sizes = persons.group_by("year", "site").agg(pl.col("persons").sum()).with_columns(small.alias("small_office"))  # fmt: skip
    whole = pl.concat([pl.DataFrame(schema={**SUGGESTIONS, "_meters": pl.Int64()}).drop("rank", "small_office"), *found])  # fmt: skip
    return _ranked(whole).join(sizes, on=["year", "site"], how="left", maintain_order="left").select(SUGGESTIONS.names()).cast(SUGGESTIONS)  # fmt: skip


def superseded(proxy_rows: Activity, real: Activity) -> pl.DataFrame:
    """Return the proxy rows for whose period real data have arrived, with the entry that supersedes each (by_batch, by_sheet, by_row).

    Real data of the same meter, or of the same site and kind where one of the two names no meter. They supersede a proxy as soon as
    they share a day with it (a bill that begins on the day on which the other ends shares none): for what then still lacks, a new
    proxy is made. The answer depends on the set of rows alone.
    """
    data = real_rows(real).with_columns(pl.col("source_sheet").fill_null(""))
    by = [pl.col("batch").alias("by_batch"), pl.col("source_sheet").alias("by_sheet"), pl.col("source_row").alias("by_row")]  # fmt: skip
    proxies = plain(proxy_rows).with_row_index("_proxy")
    matches = [
        proxies.select("_proxy", "period_start", "period_end", *same, *other)
        .join(data.select(*by, pl.col("period_start").alias("_start"), pl.col("period_end").alias("_end"), *same,
                          *(pl.col(name).alias(f"_{name}") for name in other)), on=same, how="inner", nulls_equal=True)
        .filter(_share_days(), _one_without_meter() if other else pl.lit(value=True))
        .select("_proxy", "by_batch", "by_sheet", "by_row")
        for same, other in _sameness(proxies, data)
    ]  # fmt: skip
    first = pl.concat(matches).sort("_proxy", "by_batch", "by_sheet", "by_row").unique("_proxy", keep="first")
    return proxies.join(first, on="_proxy", how="inner", maintain_order="left").drop("_proxy")


def _sameness(proxies: pl.DataFrame, data: pl.DataFrame) -> list[tuple[list[str], list[str]]]:
    """Rows are of one series by site and meter; or by site and kind, if one of them has no meter."""
    meter = ["meter"] if {"meter"} <= set(proxies.columns) & set(data.columns) else []
    measures = (*meter, "amount_unit", "calorific_basis", "purpose")
    kinds = [name for name in kind_columns(data) if name in proxies.columns and name not in measures]
    by_meter: list[tuple[list[str], list[str]]] = [(["site", "meter"], [])] if meter else []
    return [*by_meter, (kinds, meter)]


def _share_days() -> pl.Expr:
    shared = (
        pl.min_horizontal("period_end", "_end") - pl.max_horizontal("period_start", "_start")
    ).dt.total_days() + 1
    shorter = pl.min_horizontal(
        (pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1,
        (pl.col("_end") - pl.col("_start")).dt.total_days() + 1,
    )
    return (shared > 1) | (shared == shorter)


def _one_without_meter() -> pl.Expr:
    return pl.col("meter").is_null() | pl.col("_meter").is_null()


@dataclass(frozen=True)
class _Monthly:
    """Real activity by month and series (meter, or site and kind), and the way back to rows of the category."""

    columns: pl.DataFrame  # no rows: the columns that rows of the category have
    amount: str
    series: pl.DataFrame  # series, what tells it apart, and what its rows have in common
    parts: pl.DataFrame  # series, index, first, last
    rates: pl.DataFrame  # series, site, index (months since year 0), rate per day

    def wanted(self, gaps: pl.DataFrame) -> pl.DataFrame:
        """Return the months of each series that have days without data: year, month, first, last, days."""
        asked = gaps.select("site", "year", "month", _index().alias("index")).unique()
        both = self.series.select("series", "site", "_begins", "_ends").join(
            asked, on="site", how="inner", nulls_equal=True
        )
        alive = pl.col("index").is_between(pl.col("_begins") - _ALIVE, pl.col("_ends") + _ALIVE)
        return _uncovered(both.filter(alive), self.parts, ["series", "index"])

    def rows(self, predicted: pl.DataFrame, proxy: str, how: pl.Expr, own_values: Own) -> pl.DataFrame:
        """Return the predictions as rows of the category, with ``PROXY_COLUMNS``."""
        assumed = assumption(f"proxy_{proxy}_half_width_pct", own_values)
        facts = predicted.select(
            "series",
            "year",
            pl.col("first").alias("period_start"),
            pl.col("last").alias("period_end"),
            "days",
            (pl.col("predicted") * pl.col("days")).alias(self.amount),
            pl.lit("estimated").alias("reading"),
            pl.lit(proxy).alias("proxy"),
            pl.col("proxy_error_pct").fill_null(assumed),
            how.alias("proxy_how"),
        )
        whole = facts.join(self.series, on="series", how="left").sort("series", "period_start")
        schema = pl.Schema({**self.columns.schema, **PROXY_COLUMNS})
        absent = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in whole.columns]  # fmt: skip
        return whole.with_columns(absent).select(schema.names()).cast(schema)


def _monthly(activity: Activity) -> _Monthly:
    rows = real_rows(activity)
    given = activity.lazy().collect_schema().names()
    columns = rows.select(name for name in given if name not in {"batch", "revision", "file_sha256", *PROXY_COLUMNS})  # fmt: skip
    amount = amount_column(rows) or "amount"
    kinds = kind_columns(rows)
    numbered = rows.select(kinds).unique().sort(kinds, nulls_last=False).with_row_index("series")
    start = pl.col("month_start")
    parts = by_month(rows).join(numbered, on=kinds, how="left", nulls_equal=True).with_columns(
        (start.dt.year().cast(pl.Int64) * 12 + start.dt.month().cast(pl.Int64) - 1).alias("index")
    )  # fmt: skip
    common = [name for name in columns.columns if _is_common(columns, name) and name not in kinds]
    series = parts.sort(*KEY, "first").group_by("series").agg(
        pl.col("index").min().alias("_begins"), pl.col("index").max().alias("_ends"), pl.col(common).sort_by("first", *KEY).last()
    )  # fmt: skip
    rates = (
        parts.group_by("series", "site", "index")
        .agg(pl.col("quantity").sort().sum(), pl.col("days").sum())
        .filter(pl.col("days") >= _KNOWN_DAYS)
        .select("series", "site", "index", (pl.col("quantity") / pl.col("days")).alias("rate"))
    )
    return _Monthly(columns.clear(), amount, numbered.join(series, on="series"), parts, rates)


def _is_common(columns: pl.DataFrame, name: str) -> bool:
    """Tell what rows of one series have in common: words and the supplier's factor, never amounts, days or places in files."""
    kind = columns.schema[name]
    return name not in _NOT_KEPT and (kind in (pl.String, pl.Boolean) or (kind == pl.Float64 and "factor" in name))  # fmt: skip


def _index() -> pl.Expr:
    return pl.col("year") * 12 + pl.col("month") - 1


def _uncovered(asked: pl.DataFrame, parts: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return what was asked for that has days without data, with the first, the last and the number of these days."""
    month = pl.date(pl.col("year"), pl.col("month"), 1)
    days = asked.with_columns(pl.date_ranges(month, month.dt.month_end()).alias("_day")).explode("_day")
    covered = parts.join(asked.select(by).unique(), on=by, how="semi", nulls_equal=True)
    have = covered.select(*by, pl.date_ranges("first", "last").alias("_day")).explode("_day").unique()
    left = days.join(have, on=[*by, "_day"], how="anti", nulls_equal=True)
    return left.group_by(asked.columns).agg(
        pl.col("_day").min().alias("first"),
        pl.col("_day").max().alias("last"),
        pl.len().cast(pl.Int64).alias("days"),
    )


def _between(wanted: pl.DataFrame, rates: pl.DataFrame, distances: list[tuple[int, int]]) -> pl.DataFrame:
    """Return ``predicted``, the value on the line between the month ``_back`` before and the month ``_ahead`` after."""
    added = {"predicted": pl.Float64(), "_back": pl.Int64(), "_ahead": pl.Int64(), "_width": pl.Int64()}
    found = [pl.DataFrame(schema={**wanted.schema, **added})]
    for back, ahead in distances:
        before = rates.select("series", pl.col("index") + back, pl.col("rate").alias("_before"))
        after = rates.select("series", pl.col("index") - ahead, pl.col("rate").alias("_after"))
        both = wanted.join(before, on=["series", "index"], how="inner").join(
            after, on=["series", "index"], how="inner"
        )
        line = (pl.col("_before") * ahead + pl.col("_after") * back) / (back + ahead)
        told = both.with_columns(
            line.alias("predicted"),
            pl.lit(back, pl.Int64).alias("_back"),
            pl.lit(ahead, pl.Int64).alias("_ahead"),
            pl.lit(back + ahead, pl.Int64).alias("_width"),
        )
        found.append(told.drop("_before", "_after"))
    return pl.concat(found)


def _errors(tried: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return the half-width of the 95 % range in percent, from trying the proxy where ``rate`` is known.

    1.96 times the root of the mean square of (known - predicted) / predicted; nothing where fewer than three periods are known.
    """
    miss = (pl.col("rate") / pl.col("predicted") - 1).pow(2).mean().sqrt()
    measured = tried.filter(pl.col("predicted") > 0).group_by(by)
    return measured.agg((100 * _NORMAL_95 * miss).alias("proxy_error_pct"), pl.len().alias("_tried")).filter(
        pl.col("_tried") >= _ENOUGH
    )


def _by_size(
    gaps: pl.DataFrame, activity: Activity, sizes: pl.DataFrame, proxy: str, sentence: str, *, own_values: Own
) -> pl.DataFrame:
    known = _monthly(activity)
    kinds = [name for name in kind_columns(known.columns) if name not in ("site", "meter")]
    numbered = _kinds_numbered(known, kinds)
    uses = _site_uses(known, numbered, sizes)
    wanted = _wanted_of_sites(gaps, known, numbered, uses).join(
        sizes.group_by("year", "site").agg(pl.col("size").sum()), on=["year", "site"], how="inner"
    )
    others = (
        wanted.join(uses.rename({"site": "_site", "size": "_size"}), on=["kind", "index"], how="inner")
        .filter(pl.col("_site") != pl.col("site"))
        .group_by(wanted.columns)
        .agg(
            (pl.col("rate").sort().sum() / pl.col("_size").sort().sum()).alias("per_size"),
            pl.len().alias("count"),
        )
    )
    predicted = others.with_columns((pl.col("per_size") * pl.col("size")).alias("predicted")).join(
        _errors_of_sizes(uses), on="kind", how="left"
    )
    how = in_words(
        sentence,
        rate=pl.col("per_size").round_sig_figs(3),
        unit=unit_of(known.columns) if "amount_unit" not in kinds else pl.col("amount_unit"),
        count=pl.col("count"),
        size=pl.col("size").round(1),
    )
    of_sites = numbered.drop("series").unique("kind", keep="first", maintain_order=True)
    whole = predicted.join(of_sites.select("kind", *kinds), on="kind", how="left").sort(
        "kind", "site", "index"
    )
    return _site_rows(known, whole.with_columns(how.alias("proxy_how")), proxy, own_values)  # fmt: skip


def _kinds_numbered(known: _Monthly, kinds: list[str]) -> pl.DataFrame:
    """Return the series with ``kind``, one number for each fuel, carrier, supply ..., whatever site and meter."""
    if not kinds:
        return known.series.with_columns(pl.lit(0, pl.UInt32).alias("kind"))
    different = known.series.select(kinds).unique().sort(kinds, nulls_last=False).with_row_index("kind")
    return known.series.join(different, on=kinds, how="left", nulls_equal=True, maintain_order="left")


def _site_uses(known: _Monthly, numbered: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Return kind, site, index, rate and size of every site and month whose size is known."""
    summed = sizes.filter(pl.col("size") > 0).group_by("year", "site").agg(pl.col("size").sum())
    rates = known.rates.join(numbered.select("series", "kind"), on="series")
    by_site = rates.group_by("kind", "site", "index").agg(pl.col("rate").sort().sum())
    dated = by_site.with_columns((pl.col("index") // 12).alias("year"))
    return dated.join(summed, on=["year", "site"], how="inner").drop("year")


def _wanted_of_sites(
    gaps: pl.DataFrame, known: _Monthly, numbered: pl.DataFrame, uses: pl.DataFrame
) -> pl.DataFrame:
    """Return the months of a site and kind on whose days no meter has data; a site without any kind is given the commonest."""
    asked = gaps.select("site", "year", "month", _index().alias("index")).unique().drop_nulls("site")
    own = asked.join(numbered.select("site", "kind").unique(), on="site", how="inner")
    common = (
        uses.group_by("index", "kind").len().sort("index", "len", "kind", descending=[False, True, False])
    )
    usual = common.unique("index", keep="first", maintain_order=True).select("index", "kind")
    new = asked.join(numbered, on="site", how="anti").join(usual, on="index", how="inner")
    parts = known.parts.join(numbered.select("series", "kind"), on="series")
    return _uncovered(pl.concat([own, new.select(own.columns)]), parts, ["kind", "site", "index"])  # fmt: skip


def _errors_of_sizes(uses: pl.DataFrame) -> pl.DataFrame:
    """Try the proxy at every site and month that is known, from the other sites; at least three sites must be known."""
    by = ["kind", "index"]
    others = uses.with_columns(
        (pl.col("rate").sum().over(by) - pl.col("rate")).alias("_rates"),
        (pl.col("size").sum().over(by) - pl.col("size")).alias("_sizes"),
        pl.col("site").n_unique().over("kind").alias("_sites"),
    ).filter(pl.col("_sizes") > 0, pl.col("_sites") >= _ENOUGH)
    return _errors(
        others.with_columns((pl.col("_rates") / pl.col("_sizes") * pl.col("size")).alias("predicted")),
        ["kind"],
    )


def _site_rows(known: _Monthly, predicted: pl.DataFrame, proxy: str, own_values: Own) -> pl.DataFrame:
    """Return rows of a site without a meter: its country and unit are those of its other rows, where it has any."""
    kinds = [name for name in kind_columns(known.columns) if name not in ("site", "meter")]
    common = [name for name in ("country", "unit") if name in known.series.columns and name not in kinds]
    of_site = known.series.group_by("site").agg(pl.col(common).sort_by("series").drop_nulls().first())
    numbered = predicted.with_row_index("_series_of_site")
    template = numbered.select(pl.col("_series_of_site").alias("series"), "site", *kinds).join(
        of_site, on="site", how="left", maintain_order="left"
    )
    facts = numbered.with_columns(pl.col("_series_of_site").alias("series"))
    stand_in = _Monthly(known.columns, known.amount, template, known.parts, known.rates)
    return stand_in.rows(facts, proxy, pl.col("proxy_how"), own_values)


def _suggested(source: str, proxy: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Add up the rows of a site and month; meters err apart, so their errors add by root of the sum of squares."""
    amount = amount_column(rows) or "amount"
    quantity, error = pl.col(amount), pl.col("proxy_error_pct")
    told = rows.with_columns(unit_of(rows).cast(pl.String).alias("amount_unit"), pl.col("period_start").dt.month().cast(pl.Int64).alias("month"))  # fmt: skip
    by_size = proxy in ("per_person", "per_m2")
    summed = told.group_by("site", "year", "month", "amount_unit").agg(
        quantity.sum().alias("_amount"),
        ((quantity * error).pow(2).sum().sqrt() / quantity.sum().abs()).alias("_error"),
        pl.col("proxy_how").sort().first(),
        (pl.lit(None, pl.Int64) if by_size else pl.len().cast(pl.Int64)).alias("_meters"),
    )
    return summed.select(
        pl.lit(source).alias("source"),
        "site",
        "year",
        "month",
        "amount_unit",
        pl.lit(proxy).alias("proxy"),
        pl.col("_amount").alias("amount"),
        pl.when(pl.col("_error").is_finite()).then("_error").alias("proxy_error_pct"),
        "proxy_how",
        "_meters",
    )


def _ranked(found: pl.DataFrame) -> pl.DataFrame:
    gap = ["source", "site", "year", "month", "amount_unit"]
    filled = found.with_columns(pl.col("_meters").fill_null(pl.col("_meters").max().over(gap).fill_null(1)))
    ordered = filled.sort(*gap, "_meters", "proxy_error_pct", "proxy", descending=[*[False] * 5, True, False, False], nulls_last=True)  # fmt: skip
    return ordered.with_columns((pl.col("proxy").cum_count().over(gap)).cast(pl.Int64).alias("rank"))
