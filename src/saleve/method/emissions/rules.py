"""The rules of an inventory by year: what it counts, on which basis, by which editions.

A rule set says what holds in which years (data package ``rule_sets``, or an organisation's own); what the organisation says beside it
holds in all years.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, get_args

import polars as pl

from saleve.language import _
from saleve.method.emissions.aviation.parameters import METHODS, AirTravelSettings
from saleve.method.emissions.fuels import FuelSource
from saleve.method.emissions.procurement import Margins
from saleve.method.emissions.waste import WasteSource
from saleve.method.reference.gwp import gwp_sets
from saleve.method.reference.rule_sets import RuleSet

Boundary = Literal["minimum", "optional", "offset", "memo"]
RULED_BOUNDARIES = ("minimum", "optional", "offset")  # what a payer or a gas makes a memo item is no rule

# Each rule that a rule set may hold, and its values; without values, any text.
RULES: Mapping[str, tuple[str, ...]] = {
    "boundary": RULED_BOUNDARIES,
    "refrigerants": ("all", "kyoto"),
    "gwp_set": tuple(gwp_sets()),
    "electricity_basis": ("location", "market"),
    "accounting_basis": ("lifecycle_generation", "direct_generation"),
    "fuel_source": get_args(FuelSource),
    "air_travel_method": METHODS,
    "air_travel_calculator": (),  # told, computes nothing
    "staff_definition": (),
    "staff_guidance": (),  # what a staff definition may be; told, computes nothing
    "control_approach": ("operational", "financial"),
}
_TOLD = ("air_travel_calculator", "staff_guidance")
_FIELDS = (
    "refrigerants",
    "gwp_set",
    "electricity_basis",
    "accounting_basis",
    "fuel_source",
    "staff_definition",
    "control_approach",
)


@dataclass(frozen=True)
class Rules:
    """How an inventory counts in one year. Every choice is printed in the report's section on method."""

    gwp_set: str = "AR5"
    electricity_basis: Literal["location", "market"] = "location"
    accounting_basis: str = "lifecycle_generation"
    fuel_source: FuelSource = "uk-government"
    refrigerants: Literal["all", "kyoto"] = "all"
    waste_source: WasteSource = "uk-government"
    spend_margins: Margins = "with"
    control_approach: str = "operational"
    staff_definition: str = ""
    air_travel: AirTravelSettings = field(default_factory=AirTravelSettings)
    own_values: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({})
    )  # assumptions it set itself
    grid_factors: pl.DataFrame | None = (
        None  # the organisation's own: place, year, kg_co2e_per_kwh, accounting_basis, name
    )
    exchange_rates: pl.DataFrame | None = None  # the organisation's own: currency, year, usd_per_unit
    price_index: pl.DataFrame | None = None  # the organisation's own: year, index
    account_categories: pl.DataFrame | None = None  # the organisation's own: account, category
    places: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )  # site -> ISO 3166-1 alpha-3
    boundaries: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )  # source category, or a part of one, -> boundary; empty: as the method gives it
    own_factors: pl.DataFrame | None = (
        None  # records that the organisation imported (reference.factors.OWN_RECORD)
    )
    editions: date | None = None  # only factors that were out on this day; None: all that we hold


@dataclass(frozen=True, eq=False)
class RuleBook:
    """The rules of every year: those of a rule set, and what the organisation says otherwise."""

    said: Rules = field(default_factory=Rules)
    rule_set: RuleSet | None = None
    own: frozenset[str] = (
        frozenset()
    )  # rules that the organisation states itself: ``said`` holds in all years

    def of(self, year: int | None) -> Rules:
        """Return the rules of one year; without a year, those that hold without end."""
        values = {rule: value for (rule, subject), value in self._values(year).items() if rule != "boundary"}
        chosen: dict[str, Any] = {name: values[name] for name in _FIELDS if name in values}
        if "air_travel_method" in values:
            method: Any = values["air_travel_method"]
            chosen["air_travel"] = replace(self.said.air_travel, method=method)
        return replace(self.said, **chosen, boundaries=MappingProxyType(self._boundaries(year)))

    def groups(
        self, years: Iterable[int | None], unread: Collection[str] = ()
    ) -> list[tuple[Rules, list[int | None]]]:
        """Return the years that have the same rules together, with these rules; rules ``unread`` may differ among them."""
        alike: dict[tuple[Any, ...], list[int | None]] = {}
        told = {*_TOLD, *unread}
        for year in sorted(years, key=lambda year: (year is None, year)):
            counting = {key: value for key, value in self._values(year).items() if key[0] not in told}
            alike.setdefault(tuple(sorted(counting.items())), []).append(year)
        return [(self.of(together[0]), together) for together in alike.values()]

    def held_in(self, year: int) -> pl.DataFrame:
        """Return the rules of the set that held in a year (``RULE``), without those that the organisation states itself."""
        if self.rule_set is None:
            return pl.DataFrame()
        return self.rule_set.held_in(year).filter(~pl.col("rule").is_in(list(self.own)))

    def electricity_basis(self) -> pl.Expr:
        """Return the basis of electricity as an expression over the column ``year``."""
        basis = pl.lit(self.said.electricity_basis)
        if self.rule_set is None or "electricity_basis" in self.own:
            return basis
        ruled = self.rule_set.rules.filter(rule="electricity_basis")
        for first, last, value in ruled.reverse().select("first_year", "last_year", "value").iter_rows():
            within = pl.col("year").is_between(first or 0, last or 9999)
            basis = pl.when(within).then(pl.lit(value)).otherwise(basis)
        return basis

    def _boundaries(self, year: int | None) -> dict[str, str]:
        return {subject: value for (rule, subject), value in self._values(year).items() if rule == "boundary"}

    def _values(self, year: int | None) -> dict[tuple[str, str], str]:
        if self.rule_set is None:
            return {}
        if year not in self._known:
            self._known[year] = self._read(self.rule_set, year)
        return self._known[year]

    @cached_property
    def _known(self) -> dict[int | None, dict[tuple[str, str], str]]:
        """The rules of the years that were asked for: every source category asks for all of them."""
        return {}

    def _read(self, rule_set: RuleSet, year: int | None) -> dict[tuple[str, str], str]:
        held = rule_set.held_in(year).select("rule", pl.col("subject").fill_null(""), "value")
        return {(rule, subject): value for rule, subject, value in held.iter_rows() if rule not in self.own}


def book_of(rules: Rules | RuleBook) -> RuleBook:
    """Return the rules as a book; those of one year hold in all."""
    return rules if isinstance(rules, RuleBook) else RuleBook(rules)


def rule_faults(rules: pl.DataFrame, sources: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each rule (``RULE``) that cannot be; ``sources`` are the source categories."""
    known = set(sources)
    for number, row in enumerate(rules.iter_rows(named=True), start=1):
        yield from _faults_of(number, row, known)
    yield from _overlaps(rules)


def _faults_of(number: int, row: Mapping[str, Any], sources: set[str]) -> Iterator[str]:
    rule, value, subject = row["rule"], row["value"], row["subject"] or ""
    if rule not in RULES:
        message = _("Rule {number}: {rule} is not known. It can be: {known}.")
        yield message.format(number=number, rule=rule, known=", ".join(RULES))
        return
    if not value or (RULES[rule] and value not in RULES[rule]):
        known = ", ".join(RULES[rule]) or _("a text")
        message = _("Rule {number}, {rule}: the value is {value}, but can be: {known}.")
        yield message.format(number=number, rule=rule, value=value, known=known)
    if rule == "boundary" and subject.partition(":")[0] not in sources:
        message = _("Rule {number}: the subject {subject} is no source category. It can be: {known}.")
        yield message.format(number=number, subject=subject or "–", known=", ".join(sorted(sources)))
    if rule != "boundary" and subject:
        message = _("Rule {number}: {rule} holds for the whole inventory. Leave its subject out.")
        yield message.format(number=number, rule=rule)
    if None not in (row["first_year"], row["last_year"]) and row["first_year"] > row["last_year"]:
        message = _("Rule {number}, {rule}: the first year comes after the last.")
        yield message.format(number=number, rule=rule)


def _overlaps(rules: pl.DataFrame) -> Iterator[str]:
    """Two rules of one subject that hold in the same year with different values leave open which one counts."""
    begin, end = pl.col("first_year").fill_null(0), pl.col("last_year").fill_null(9999)
    one = rules.select("rule", pl.col("subject").fill_null(""), "value", begin, end).with_row_index(
        "number", 1
    )
    pairs = one.join(one, on=["rule", "subject"], suffix="_other").filter(
        pl.col("number") < pl.col("number_other"),
        pl.col("value") != pl.col("value_other"),
        pl.col("first_year") <= pl.col("last_year_other"),
        pl.col("first_year_other") <= pl.col("last_year"),
    )
    message = _("Rules {first} and {second} both say {rule} for the same years. Keep one, or part the years.")
    for first, second, rule in pairs.select("number", "number_other", "rule").iter_rows():
        yield message.format(first=first, second=second, rule=rule)
