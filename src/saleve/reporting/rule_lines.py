"""The rules of an inventory year as lines that a person reads: what is ruled, how, and where that is said."""

from collections.abc import Iterator
from dataclasses import dataclass

from saleve.language import _
from saleve.method.emissions.rules import Rules
from saleve.reporting.labels import label
from saleve.reporting.methods import method_name


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of a year: a key that stays the same, what it rules, the choice in words, and where the choice is made."""

    key: str  # as in saleve.toml, such as inventory.gwp_set
    label: str
    value: str
    source: str


def rule_lines(rules: Rules, stated: frozenset[str]) -> tuple[RuleLine, ...]:
    """Return every rule of the year; ``stated`` names the keys that the organisation set itself, the others are ours."""
    return tuple(
        RuleLine(key, text, value, _where(key, stated)) for key, text, value in _lines(rules) if value
    )


def _lines(rules: Rules) -> Iterator[tuple[str, str, str]]:
    names = _values()
    yield "inventory.control_approach", _("Control approach"), names[rules.control_approach]
    yield "inventory.staff_definition", _("Persons counted"), rules.staff_definition
    yield "inventory.gwp_set", _("Warming potentials, over 100 years"), rules.gwp_set
    yield "inventory.refrigerants", _("Refrigerants"), names[rules.refrigerants]
    yield (
        "inventory.electricity_basis",
        _("Electricity in the total"),
        label("basis", rules.electricity_basis),
    )
    basis = label("accounting_basis", rules.accounting_basis)
    yield "inventory.accounting_basis", _("What the factors of grids count"), basis
    yield "inventory.fuel_source", _("Factors of fuels"), names[rules.fuel_source]
    method = method_name(rules.air_travel.method, rules.air_travel.distance_correction)
    yield "air_travel.method", _("Method of air travel"), method


def _values() -> dict[str, str]:
    return {
        "operational": _("operational control"),
        "financial": _("financial control"),
        "all": _("all with a warming potential count in the total"),
        "kyoto": _("the gases of the Kyoto Protocol count in the total, others are memo items"),
        "uk-government": _("UK Government conversion factors of the year"),
        "ipcc-2006": _("IPCC 2006 Guidelines, default factors"),
    }


def _where(key: str, stated: frozenset[str]) -> str:
    if key in stated:
        table, _dot, name = key.partition(".")
        return _("saleve.toml, [{table}] {key}").format(table=table, key=name)
    return _("default of Salève")
