"""How complete an inventory is: which source, site and year has all its data, part of them, or none; and what was not computed.

Missing is not zero (GHG Protocol Corporate Standard, ch. 1, principle of completeness): what lacks is counted and shown.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from saleve.language import _
from saleve.method.coverage import Presence, covered_days, has_periods, years_with_data

SCHEMA = pl.Schema(
    {
        "year": pl.Int64,
        "source": pl.String,
        "site": pl.String,
        "state": pl.String,
        "covered_share": pl.Float64,  # of the days of the year, where bills have periods
        "note": pl.String,
    }
)
# A bill may begin a few days late without a month being missing.
COVERED = 0.97

__all__ = ["COVERED", "SCHEMA", "Presence", "completeness"]


def completeness(
    activities: Mapping[str, pl.DataFrame | pl.LazyFrame],
    cells: pl.DataFrame,
    years: Iterable[int],
    sites: Iterable[Presence],
    expected_sources: Iterable[str],
) -> pl.DataFrame:
    """Return the state of every expected source and year, by site where bills belong to sites (``SCHEMA``)."""
    years, sites, expected = list(years), list(sites), list(expected_sources)
    metered = [source for source in expected if source in activities and has_periods(activities[source])]
    found = [_metered(source, activities[source], years, sites) for source in metered]
    others = [source for source in expected if source not in metered]
    whole = next((site for site in sites if not site.site), Presence(""))
    found += [_present(source, activities.get(source), years, whole) for source in others]
    found.append(_not_computed(cells))
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found]).sort("year", "source", "site", nulls_last=False)


def _metered(
    source: str, activity: pl.DataFrame | pl.LazyFrame, years: list[int], sites: list[Presence]
) -> pl.DataFrame:
    """Compare the days that bills cover with the days of the year, for every site that has this source in any year."""
    days = _covered_shares(covered_days(activity, source, years))
    known = {presence.site: presence for presence in sites}
    if not days:  # a file whose rows were all rejected
        return _present(source, activity, years, known.get("", Presence("")))
    rows = [
        _metered_row(source, year, site, days.get((year, site)), known.get(site or ""))
        for site in sorted({site for _year, site in days}, key=lambda site: site or "")
        for year in years
    ]
    return pl.DataFrame([row for row in rows if row], schema=SCHEMA, orient="row")


def _metered_row(
    source: str, year: int, site: str | None, share: float | None, presence: Presence | None
) -> tuple[object, ...] | None:
    if share is None:
        if presence and not presence.has(source, year):
            return None
        return (year, source, site, "missing", 0.0, _("No data of this site for the year."))
    if share >= COVERED or (presence and _begins_or_ends(presence, source, year)):
        return (year, source, site, "complete", share, "")
    note = _("The data cover {percent} % of the days of the year.").format(percent=round(100 * share))
    return (year, source, site, "partial", share, note)


def _begins_or_ends(presence: Presence, source: str, year: int) -> bool:
    days = (presence.first_day(source), presence.last_day(source))
    return any(day is not None and day.year == year for day in days)


def _covered_shares(days: pl.DataFrame) -> dict[tuple[int, str | None], float]:
    """Return year and site -> share of the days of the year that bills cover. Bills that name no site are one site without name."""
    length = pl.date(pl.col("year"), 12, 31).dt.ordinal_day()
    shares = (
        days.group_by("year", "site").agg(pl.col("covered").sum()).with_columns(pl.col("covered") / length)
    )
    return {(year, site): min(share, 1.0) for year, site, share in shares.iter_rows()}


def _present(
    source: str, activity: pl.DataFrame | pl.LazyFrame | None, years: list[int], whole: Presence
) -> pl.DataFrame:
    """Of sources without periods (travel, refills, people) only presence can be told."""
    have = set() if activity is None else years_with_data(activity, source, years)
    rows = [
        (year, source, None, "complete", None, "")
        if year in have
        else (year, source, None, "missing", 0.0, _("No data for the year."))
        for year in years
        if year in have or whole.has(source, year)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _not_computed(cells: pl.DataFrame) -> pl.DataFrame:
    """Rows that have activity but no emission figure, with the reason that the method gave."""
    lacking = (
        cells.filter(pl.col("kg_co2e").is_null())
        .group_by("year", "source", "site", "quality")
        .agg(pl.col("rows").sum())
        .sort("rows", descending=True)
    )
    note = _("Without an emission figure: {rows}. Reason: {reason}.")
    rows = [
        (year, source, site, "not_computed", None, note.format(rows=count, reason=_reason(quality)))
        for year, source, site, quality, count in lacking.iter_rows()
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _reason(quality: str | None) -> str:
    """Say in words why a row has no figure; the first part of its quality tells."""
    reasons = {
        "airport-unknown": _("its place of departure or arrival is not known"),
        "not-computed": _("no aircraft of known fuel use flies this distance without a stop; name the stop"),
        "no-factor": _("no factor is held for it, or its site has no country"),
        "treatment-not-stated": _("what becomes of the waste is not said"),
        "energy-recovery-unknown": _("it is burnt, and whether energy is recovered is not said"),
        "water-by-lorry-or-bottle": _("it came by lorry or in bottles, for which no factor is held"),
        "account-without-category": _(
            "no category of purchases fits the account; name one in your table of accounts"
        ),
        "counted-by-quantity-only": _("such spending is counted by quantity, and no quantities are loaded"),
        "no-exchange-rate": _("no exchange rate is given for its currency and year"),
        "no-price-index": _("no price level is given for its year"),
        "only-cost-known": _("only its cost is known; give the distance or both places"),
        "distance-not-known": _("its distance is not known"),
        "origin-not-known": _("it is not known from which place the participants came"),
        "local-journey": _("the participants came from the place of the event; how far is not known"),
        "days-not-known": _("the days of the event are not known"),
        "lump-sum-without-average": _("no home place, and no ticketed home leave to take an average from"),
    }
    first = (quality or "no-factor").split("; ")[0]
    return reasons.get(first, first.replace("-", " "))
