"""What the first page says of the year in sentences: against the path, how sure, what is needed, what moved."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isclose
from statistics import NormalDist
from typing import Any

from saleve.ems.figures import Figures
from saleve.language import _
from saleve.method.planning.target_path import Target
from saleve.reporting.formatting import amount, percent, printed, signed, signed_percent, with_unit
from saleve.reporting.making import in_tonnes, suitable_decimals
from saleve.reporting.records import Facts

_NORMAL_95 = NormalDist().inv_cdf(0.975)
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer to whether the year is on the path, in a sentence, with its state and the sentences that explain it."""

    answer: str
    state: str  # good, watch, bad, plain
    sentences: tuple[str, ...]


def standing(kept: Figures, year: int) -> Standing:
    """Say whether the year is on the path to the target, and how sure that is."""
    target, found = kept.about.target, kept.positions.filter(year=year)
    if target is None:
        said = _("State base year, target year and reduction in the settings, or as [target] of saleve.toml. Then the path stands here.")  # fmt: skip
        return Standing(_("No target is stated"), "plain", (said,))
    if target.base_kg_co2e is None:
        said = _("Without the emissions of {year} there is no path. Load data of {year}, or state base_t_co2e under [target] of saleve.toml.")  # fmt: skip
        return Standing(_("The base year is not known"), "watch", (said.format(year=target.base_year),))
    row = found.row(0, named=True) if found.height else {}
    if row.get("gap_kg_co2e") is None:
        said = _("Nothing of {year} could be computed yet.").format(year=year)
        return Standing(_("{year} has no figure").format(year=year), "plain", (said,))
    return _against_path(kept, year, target, row)


def _against_path(kept: Figures, year: int, target: Target, row: dict[str, Any]) -> Standing:
    total, path, gap = kept.shown.total(year), row["path_kg_co2e"], row["gap_kg_co2e"]
    decimals = suitable_decimals(total.kg_co2e)
    words = {
        "year": year,
        "gap": _tonnes(abs(gap), decimals),
        "share": percent(100 * abs(gap) / path, 0) if path else "–",
        "aim": signed_percent(-target.reduction_pct),
        "path": _tonnes(path, decimals),
        "low": _plain_tonnes(total.low_kg_co2e, decimals),
        "high": _tonnes(total.high_kg_co2e, decimals),
    }
    answer = _("{year} is {gap} ({share}) below the path to {aim}")
    if gap > 0:
        answer = _("{year} is {gap} ({share}) above the path to {aim}")
    state, sure = _sureness(path, total.low_kg_co2e, total.high_kg_co2e, above=gap > 0)
    needed = _needed(target, row["required_rate_pct_per_year"], decimals)
    likely = _likelihood(kept, year, target, path)
    return Standing(answer.format(**words), state, (sure.format(**words), *likely, *needed))


def _likelihood(kept: Figures, year: int, target: Target, path: float) -> Iterator[str]:
    """Say how likely the year is on or below its path, by the range of its change since the base year: both years share factors.

    Nothing where the base year was stated rather than computed: its uncertainty is not known.
    """
    chance = on_path_chance(kept, year, target, path)
    if chance is None:
        return
    words = {"year": year, "base": target.base_year, "chance": _chance(chance), "fall": signed_percent(100 * (path / (target.base_kg_co2e or path) - 1), 1)}  # fmt: skip
    yield _("The path asks for {fall} since {base}. By the range of the change since then, {year} is on the path or below it with a probability of {chance}.").format(**words)  # fmt: skip


def on_path_chance(kept: Figures, year: int, target: Target, path: float) -> float | None:
    """Return how likely (0 to 1) the change since the base year is at or below that of the path.

    The 95 % range of the trend (IPCC 2006 Guidelines, volume 1, chapter 3) is taken for that of a normal distribution.
    """
    found = kept.changes.filter(year=year, since="base", start_year=target.base_year)
    if not found.height or not target.base_kg_co2e:
        return None
    row = found.row(0, named=True)
    start = kept.shown.total(target.base_year).kg_co2e
    computed = start is not None and isclose(start, target.base_kg_co2e, rel_tol=1e-9)
    if not computed or None in (row["change_pct"], row["low_pct"], row["high_pct"]):
        return None
    spread = (row["high_pct"] - row["low_pct"]) / (2 * _NORMAL_95)
    asked = 100 * (path / target.base_kg_co2e - 1)
    return NormalDist(row["change_pct"], spread).cdf(asked) if spread > 0 else None


def _chance(chance: float) -> str:
    """Write a probability; what lies beyond 1 and 99 % is no more exact than that."""
    if chance < _LEAST:
        return _("less than 1%")
    return _("more than 99%") if chance > 1 - _LEAST else percent(100 * chance, 0)


def _sureness(path: float, low: float | None, high: float | None, *, above: bool) -> tuple[str, str]:
    if low is None or high is None:
        return "watch" if above else "good", _("How sure this is, is not known: the year has no range.")
    if low > path:
        return "bad", _("This is sure: the path, {path}, lies below the whole 95% range of the year, {low} to {high}.")  # fmt: skip
    if high < path:
        return "good", _("This is sure: the path, {path}, lies above the whole 95% range of the year, {low} to {high}.")  # fmt: skip
    return "watch", _("This is not sure: the path, {path}, lies within the 95% range of the year, {low} to {high}.")  # fmt: skip


def _needed(target: Target, rate: float | None, decimals: int) -> Iterator[str]:
    goal = {"year": target.target_year, "goal": _tonnes(target.target_kg_co2e, decimals)}
    if rate == 0:
        yield _("The {goal} of {year} are reached already; they must be kept.").format(**goal)
    elif rate is not None:
        said = _("To reach {goal} in {year}, emissions must fall by {rate} every year from now on.")
        yield said.format(rate=percent(rate, 1), **goal)


def moved(facts: Facts) -> tuple[str, ...]:
    """Say by how much the total moved since the year before, and how sure that is; the chart beside it says why."""
    bridge, change = facts.bridges.get("previous"), facts.get("change.previous")
    if bridge is None or change is None or change.value is None:
        return (_("There is no earlier year to compare with."),)
    total = facts["total"]
    by = replace(total, value=in_tonnes(bridge.end_kg - bridge.start_kg), unit="t_co2e")
    said = _("From {base} to {year} emissions changed by {amount} ({change}).")
    words = {"base": bridge.start_year, "year": facts.year, "amount": signed(by), "change": signed(change)}
    return (said.format(**words), *_sure_of_change(change.low, change.high))


def _sure_of_change(low: float | None, high: float | None) -> Iterator[str]:
    if low is None or high is None:
        return
    words = {"low": signed_percent(low, 1), "high": signed_percent(high, 1)}
    if low <= 0 <= high:
        text = _("The 95% range of this change, {low} to {high}, holds zero: it may be none.")
    else:
        text = _("The 95% range of this change is {low} to {high}.")
    yield text.format(**words)


def key_figures(kept: Figures, facts: Facts) -> Iterator[dict[str, str]]:
    """Yield label, value and note of the figures that stand on top, and the name that explains each."""
    total, gap = facts["total"], facts.get("target.gap")
    path = facts.figures.get(f"{facts.year}.target.path")
    yield {"label": _("Emissions of {year}").format(year=facts.year), "value": printed(total), "note": _range(total.low, total.high, total.decimals), "figure": total.id}  # fmt: skip
    if path is not None:
        note = "" if gap is None or gap.value is None else _("{gap} from it").format(gap=signed(gap))
        yield {
            "label": _("Path for {year}").format(year=facts.year),
            "value": printed(path),
            "note": note,
            "figure": path.id,
        }
    change = facts.get("change.base")
    if change is not None and change.value is not None and kept.about.target:
        text = _("Since {year}").format(year=kept.about.target.base_year)
        yield {
            "label": text,
            "value": signed(change),
            "note": _range_pct(change.low, change.high),
            "figure": change.id,
        }
    rate = facts.get("target.required_rate")
    if rate is not None and rate.value is not None and kept.about.target:
        text = _("Needed a year until {year}").format(year=kept.about.target.target_year)
        yield {"label": text, "value": signed_percent(-rate.value, 1) if rate.value else percent(0), "note": ""}  # fmt: skip


def _range(low: float | None, high: float | None, decimals: int) -> str:
    if low is None or high is None:
        return ""
    said = _("95% range {low} to {high}")
    return said.format(low=amount(low, decimals), high=amount(high, decimals))


def _range_pct(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return _("no range: the base year is a stated figure")
    return _("95% range {low} to {high}").format(low=signed_percent(low), high=signed_percent(high))


def _tonnes(kg_co2e: float | None, decimals: int) -> str:
    return with_unit(_plain_tonnes(kg_co2e, decimals), "t_co2e")


def _plain_tonnes(kg_co2e: float | None, decimals: int) -> str:
    tonnes = in_tonnes(kg_co2e)
    return "–" if tonnes is None else amount(tonnes, decimals)
