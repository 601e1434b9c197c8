"""The base year: its versions, what has it computed anew, the register of breaks, and like-for-like comparison.

GHG Protocol Corporate Standard, revised edition (2004), ch. 5: a policy with a threshold; changes of structure, method and errors count,
organic growth never does. The policy and the triggers are data (package ``base_year``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl

from saleve.language import _
from saleve.method.inventory import Inventory, Selection, select
from saleve.method.reference.packages import table, words

BreakKind = Literal["perimeter", "method", "meter"]
BREAK_KINDS: tuple[BreakKind, ...] = ("perimeter", "method", "meter")

VERSIONS = pl.Schema(
    {"version": pl.Int64, "since": pl.Date, "kg_co2e": pl.Float64, "cause": pl.String}
)  # since: null of the first
LIKE_FOR_LIKE = pl.Schema(
    {
        "source": pl.String,
        "site": pl.String,
        "start_kg": pl.Float64,
        "end_kg": pl.Float64,
        "counted": pl.Boolean,
        "reason": pl.String,  # why it is left out
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """When the base year is computed anew."""

    threshold_pct: float
    cumulative: bool


@dataclass(frozen=True, slots=True)
class Break:
    """A year from which on the series no longer is what it was: another perimeter, method or meter."""

    year: int
    kind: BreakKind
    description: str
    source: str = ""
    site: str = ""
    effect_t_co2e: float | None = None  # on the first year after it, where it is known


@dataclass(frozen=True, slots=True)
class Restatement:
    """One line of the log: what changed, and by how much it changes the emissions of the base year."""

    date: date
    trigger: str
    description: str
    effect_t_co2e: float
    recalculated: bool = False  # with it, and all before it, a new version of the base year was made


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the base year must be computed anew, and by which sums; null where its emissions are not known."""

    must_recalculate: bool | None
    threshold_pct: float
    base_kg: float | None  # of the version that holds
    counted_kg: (
        float  # rises and falls since that version, added up without sign where the policy is cumulative
    )
    net_kg: float
    counted_pct: float | None
    waiting: tuple[Restatement, ...]  # lines that count and are in no version yet
    never_counted: tuple[Restatement, ...]


def policy(own: Mapping[str, Any] | None = None) -> Policy:
    """Return the policy of the data package, or what the organisation sets instead."""
    held = dict(table("base_year", "policy").select("rule", "value").iter_rows()) | dict(own or {})
    return Policy(float(held["threshold_pct"]), bool(held["cumulative"]))


def triggers() -> dict[str, bool]:
    """Return each kind of change, and whether it counts towards a recalculation."""
    return dict(table("base_year", "triggers").select("trigger", "recalculates").iter_rows())


def trigger_names() -> tuple[str, ...]:
    """Return the kinds of change, as the settings name them."""
    return words("base_year", "triggers", "trigger")


def verdict(base_kg: float | None, log: Iterable[Restatement], rules: Policy) -> Verdict:
    """Say whether the base year must be computed anew.

    ``base_kg``: emissions of its first version in kg CO2e. counted = sum of |effect| of the lines since the last version, or the
    largest alone where the policy is not cumulative; it must be computed anew where counted / base >= threshold.
    """
    lines = sorted(log, key=lambda line: line.date)
    kinds = triggers()
    counting = [line for line in lines if kinds[line.trigger]]
    waiting = _since_last_version(counting)
    held = None if base_kg is None else float(versions(base_kg, lines)["kg_co2e"][-1])
    sizes = [abs(line.effect_t_co2e) * 1000 for line in waiting]
    counted = (sum(sizes) if rules.cumulative else max(sizes, default=0.0)) if sizes else 0.0
    percent = 100 * counted / held if held else None
    return Verdict(
        must_recalculate=None if percent is None else percent >= rules.threshold_pct,
        threshold_pct=rules.threshold_pct,
        base_kg=held,
        counted_kg=counted,
        net_kg=sum(line.effect_t_co2e for line in waiting) * 1000,
        counted_pct=percent,
        waiting=tuple(waiting),
        never_counted=tuple(line for line in lines if not kinds[line.trigger]),
    )


def versions(first_kg: float, log: Iterable[Restatement]) -> pl.DataFrame:
    """Return the versions of the base year (``VERSIONS``): each holds what counted up to the line that made it."""
    kinds = triggers()
    rows: list[tuple[int, date | None, float, str]] = [(1, None, first_kg, _("first computed"))]
    pending: list[Restatement] = []
    for line in sorted((line for line in log if kinds[line.trigger]), key=lambda line: line.date):
        pending.append(line)
        if line.recalculated:
            kg = rows[-1][2] + sum(one.effect_t_co2e for one in pending) * 1000
            rows.append((len(rows) + 1, line.date, kg, "; ".join(one.description for one in pending)))
            pending = []
    return pl.DataFrame(rows, schema=VERSIONS, orient="row")


def like_for_like(inventory: Inventory, start_year: int, end_year: int) -> pl.DataFrame:
    """Compare two years by the data sets (a source at a site) that are complete in both (``LIKE_FOR_LIKE``).

    A site that opened, closed or lacks data in one of the years is listed with the reason and does not count. A source without
    figure at a site that has other figures of the year, and no known gap, is zero there: gas that gave way to a heat network.
    """
    sums = _of_both_years(inventory, start_year, end_year)
    states = {year: _states(inventory, year) for year in (start_year, end_year)}
    there = {
        year: set(sums.filter(pl.col(name).is_not_null())["site"].drop_nulls())
        for name, year in (("start_kg", start_year), ("end_kg", end_year))
    }
    rows = []
    for source, site, start_kg, end_kg in sums.iter_rows():
        faults = [
            fault
            for year, kg in ((start_year, start_kg), (end_year, end_kg))
            if (
                fault := _fault(states[year], source, site, year, there=kg is not None or site in there[year])
            )
        ]
        rows.append((source, site, start_kg, end_kg, not faults, " ".join(faults)))
    return pl.DataFrame(rows, schema=LIKE_FOR_LIKE, orient="row")


def _since_last_version(counting: Sequence[Restatement]) -> list[Restatement]:
    made = [index for index, line in enumerate(counting) if line.recalculated]
    return list(counting[made[-1] + 1 :] if made else counting)


def _of_both_years(inventory: Inventory, start_year: int, end_year: int) -> pl.DataFrame:
    """Return ``source, site, start_kg, end_kg``; null where a year has no figure."""
    kg = pl.col("kg_co2e")
    columns = ("year", "source", "site", "kg_co2e")
    of_years = [
        select(inventory, Selection(year=year)).select(columns) for year in sorted({start_year, end_year})
    ]
    both = pl.concat(of_years).filter(kg.is_not_null())
    sums = [
        pl.when((pl.col("year") == year).any()).then(kg.filter(pl.col("year") == year).sum()).alias(name)
        for name, year in (("start_kg", start_year), ("end_kg", end_year))
    ]
    return both.group_by("source", "site").agg(sums).sort("source", "site", nulls_last=False)


_States = dict[str, dict[str | None, set[str]]]


def _states(inventory: Inventory, year: int) -> _States:
    """Return source -> site -> states of the year, as the completeness lists them."""
    found: _States = {}
    if inventory.completeness.is_empty():
        return found
    rows = inventory.completeness.filter(pl.col("year") == year).select("source", "site", "state")
    for source, site, state in rows.iter_rows():
        found.setdefault(source, {}).setdefault(site or None, set()).add(state)
    return found


def _fault(states: _States, source: str, site: str | None, year: int, *, there: bool) -> str:
    of_source = states.get(source, {})
    state = of_source.get(site) or of_source.get(None) or {"complete"}
    if not there:
        return _("No figure for {year}.").format(year=year)
    return "" if state == {"complete"} else _("Not complete in {year}.").format(year=year)
