"""How sure a change between two years is, what makes the total unsure, and the total's range by Monte Carlo."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from saleve.language import _
from saleve.method.inventory import Inventory, Selection, select
from saleve.method.uncertainty import (
    MonteCarlo,
    UncertaintySettings,
    contributions,
    monte_carlo,
    simulated_trend,
    trend_uncertainty,
)
from saleve.reporting.labels import label, slug
from saleve.reporting.making import distinct, in_tonnes
from saleve.reporting.records import Fact

LARGEST = 5  # contributions that a report names


def with_range_of_trend(
    fact: Fact, inventory: Inventory, base_year: int, year: int, settings: UncertaintySettings
) -> Fact:
    """Return the change of the total between two years with its 95 % range, by the approach of the settings."""
    if fact.value is None:
        return fact
    base, now = (select(inventory, Selection(year=each)) for each in (base_year, year))
    own = settings.year_correlation
    if settings.approach == 1:
        propagated = trend_uncertainty(base, now, correlation=own)
        return replace(fact, low=propagated.low_pct, high=propagated.high_pct)
    drawn = simulated_trend(base, now, correlation=own, draws=settings.draws, seed=settings.seed)
    return replace(fact, low=drawn.low_pct, high=drawn.high_pct)


def contributors(inventory: Inventory, year: int, unnamed: pl.DataFrame | None = None) -> tuple[Fact, ...]:
    """Return what the largest shares of the variance of the year's total come from; ``unnamed``: ``source, key`` left out."""
    every = contributions(select(inventory, Selection(year=year)))
    if unnamed is not None:
        every = every.join(unnamed, on=["source", "key"], how="anti", maintain_order="left")
    ranked = every.head(LARGEST)
    known = ranked.filter(pl.col("share_of_variance").is_not_null(), pl.col("key").is_not_null())
    return distinct(_contributor(row, year) for row in known.iter_rows(named=True))


def simulated_total(
    inventory: Inventory, year: int, decimals: int, settings: UncertaintySettings
) -> Iterator[Fact]:
    """Yield the mean and the range of the year's total by Monte Carlo, where the organisation asks for approach 2."""
    if settings.approach == 1:
        return
    found = monte_carlo(select(inventory, Selection(year=year)), [], draws=settings.draws, seed=settings.seed)
    if found.sums.is_empty() or found.sums["mean_kg_co2e"].item() is None:
        return
    row = found.sums.row(0, named=True)
    yield Fact(
        id=f"{year}.total.simulated",
        value=in_tonnes(row["mean_kg_co2e"]),
        unit="t_co2e",
        label=_("Mean of the simulated total, {year}").format(year=year),
        low=in_tonnes(row["low_kg_co2e"]),
        high=in_tonnes(row["high_kg_co2e"]),
        decimals=decimals,
        derivation=convergence(found),
    )


def convergence(found: MonteCarlo) -> str:
    """Say how often sums were drawn and whether that was often enough."""
    if found.converged:
        text = _("{draws} draws with seed {seed}: the bounds are known to {tolerance} % of the sum.")
    else:
        text = _(
            "{draws} draws with seed {seed} are too few: the bounds are not known to {tolerance} % of the sum."
        )
    return text.format(draws=found.draws, seed=found.seed, tolerance=f"{found.tolerance_pct:g}")


def _contributor(row: dict[str, object], year: int) -> Fact:
    names = {
        "source": label("source", row["source"]),
        "key": str(row["key"]).replace("|", ", "),
        "year": year,
    }
    return Fact(
        id=f"{year}.contribution.{row['source']}.{row['part']}.{slug(row['key'])}",
        value=float(str(row["share_of_variance"])) * 100,
        unit="percent",
        label=_("Share of the variance of {year}.total: {source}, {key}").format(**names),
        short_label=_("{source}: {key}").format(**names),
        derivation=_("Error propagation over the ranges of {year}.total").format(year=year),
    )
