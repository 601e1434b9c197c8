"""Checks of what a document prints: shares that make a whole, figures per person that fit their total and persons.

A slip of rounding, of a divisor or of a missing part is then told before a reader finds it (IPCC 2006 Guidelines, vol. 1, ch. 6).
"""

from collections.abc import Iterator

import polars as pl

from saleve.language import _
from saleve.method.plausibility import per_capita_problems, share_problems
from saleve.reporting.records import Fact, Facts

_WHOLE = ("source", "scope", "gas", "site", "unit")  # groups whose parts are all of the total
_SHARES = {"group": pl.String, "share_pct": pl.Float64, "decimals": pl.Int64}
_RATIO = {"what": pl.String, "total": pl.Float64, "total_decimals": pl.Int64, "persons": pl.Float64,
          "per_capita": pl.Float64, "per_capita_decimals": pl.Int64}  # fmt: skip


def printed_problems(facts: Facts) -> pl.DataFrame:
    """Return a warning (``PROBLEM_SCHEMA``) for each group of shares and each ratio that does not fit as it is printed."""
    shares = pl.DataFrame(list(_shares(facts)), _SHARES, orient="row")
    ratios = pl.DataFrame(list(_ratios(facts)), _RATIO, orient="row")
    return pl.concat([share_problems(shares), per_capita_problems(ratios)])


def _shares(facts: Facts) -> Iterator[tuple[str, float, int]]:
    for name in _WHOLE:
        for part in facts.groups.get(name, ()):
            share = facts.figures.get(f"{part.id}.share")
            if share is not None and share.value is not None:
                yield name, round(share.value, share.decimals), share.decimals


def _ratios(facts: Facts) -> Iterator[tuple[str, float, int, float, float, int]]:
    for year in facts.years:
        names = (f"{year}.total", f"{year}.headcount", f"{year}.per_person")
        total, persons, ratio = (facts.figures.get(name) for name in names)
        if total and persons and ratio and total.value is not None and ratio.value is not None:
            text = _("Emissions per person, {year}").format(year=year)
            # persons are compared as they are counted: their print is rounded to whole persons
            yield text, _printed(total), total.decimals, persons.value or 0.0, _printed(ratio), ratio.decimals


def _printed(fact: Fact) -> float:
    return round(fact.value or 0.0, fact.decimals)
