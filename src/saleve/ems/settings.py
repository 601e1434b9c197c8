"""What ``saleve.toml`` may say: every table and key with its kind, so that a slip is told in words and nothing is ignored."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from rapidfuzz import process

from saleve.ems.contradictions import contradictions
from saleve.ems.faults import Fault, Spot
from saleve.language import _
from saleve.method.activity.categories import CATEGORIES
from saleve.method.activity.repairs import repair_rules
from saleve.method.base_year import BREAK_KINDS, triggers
from saleve.method.emissions.aviation.parameters import DISTANCE_CORRECTIONS, METHODS
from saleve.method.problems import SaleveError
from saleve.method.reference.assumptions import assumption_names

FILE_NAME = "saleve.toml"


class WorkspaceError(SaleveError):
    """A folder that is not a workspace, or a ``saleve.toml`` with something wrong in it; the message lists all of it."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: the kinds of value it takes; where they are few, the values; and the kinds inside a list or table."""

    kinds: tuple[type, ...]
    choices: tuple[str, ...] = ()
    required: bool = False
    inside: tuple[type, ...] = (str,)


_TEXT, _TEXTS, _WHOLE = Key((str,)), Key((list,)), Key((int,))
_NUMBER, _TABLE = Key((int, float)), Key((dict,), inside=(str, int, float, date))
_NAME = Key((str,), required=True)
# of ``people/permissions.py``, which this module may not know; a test holds them equal
ROLES = ("administrator", "coordinator", "focal_point", "committee", "approver", "auditor", "reader")

TABLES: Mapping[str, Mapping[str, Key]] = {
    "organisation": {"name": _NAME, "acronym": _TEXT, "also_known_as": _TEXTS},
    "inventory": {
        "first_year": _WHOLE,
        "last_year": _WHOLE,
        "sources": Key((list,), choices=tuple(CATEGORIES)),
        "sources_began": Key((dict,), inside=(date,)),
        "control_approach": Key((str,), choices=("operational", "financial")),
        "staff_definition": _TEXT,
        "gwp_set": Key((str,), choices=("SAR", "TAR", "AR4", "AR5", "AR6")),
        "electricity_basis": Key((str,), choices=("location", "market")),
        "accounting_basis": Key((str,), choices=("lifecycle_generation", "direct_generation")),
        "refrigerants": Key((str,), choices=("all", "kyoto")),
        "fuel_source": Key((str,), choices=("uk-government", "ipcc-2006")),
        "grid_factors": _TEXT,
        "waste_source": Key((str,), choices=("uk-government", "ademe")),
        "spend_margins": Key((str,), choices=("with", "without")),
        "exchange_rates": _TEXT,
        "price_index": _TEXT,
        "account_categories": _TEXT,
        "rule_set": _TEXT,
        "editions_known_by": Key((date,)),
    },
    "air_travel": {
        "method": Key((str,), choices=METHODS),
        "distance_correction": Key((str,), choices=DISTANCE_CORRECTIONS),
        "default_cabin": Key((str,), choices=("average", "economy", "premium_economy", "business", "first")),
        "routes": _TEXT,
        "mix": _TEXT,
        "layouts": _TEXT,
    },
    "assumptions": dict.fromkeys(assumption_names(), _NUMBER),
    "uncertainty": {
        "approach": _WHOLE,
        "draws": _WHOLE,
        "seed": _WHOLE,
        "year_correlation": Key((dict,), inside=(int, float)),
    },
    "target": {"base_year": _WHOLE, "target_year": _WHOLE, "reduction_pct": _NUMBER, "base_t_co2e": _NUMBER},
    "base_year": {"threshold_pct": _NUMBER, "cumulative": Key((bool,))},
    "breaks": {
        "year": Key((int,), required=True),
        "kind": Key((str,), choices=BREAK_KINDS, required=True),
        "description": Key((str,), required=True),
        "source": _TEXT,
        "site": _TEXT,
        "effect_t_co2e": _NUMBER,
    },
    "restatements": {
        "date": Key((date,), required=True),
        "trigger": Key((str,), choices=tuple(triggers()), required=True),
        "description": Key((str,), required=True),
        "effect_t_co2e": Key((int, float), required=True),
        "recalculated": Key((bool,)),
    },
    "degree_days": {
        "site": _NAME,
        "source": Key((str,), required=True),
        "heating": Key((dict,), inside=(int, float)),
        "cooling": Key((dict,), inside=(int, float)),
    },
    "sites": {
        "name": _NAME,
        "country": Key((str,), required=True),
        "city": _TEXT,
        "part_of": _TEXT,
        "aliases": _TEXTS,
        "opened": Key((date,)),
        "closed": Key((date,)),
        "sources_began": Key((dict,), inside=(date,)),
        "sources_ended": Key((dict,), inside=(date,)),
    },
    "units": {"name": _NAME, "title": _TEXT, "part_of": _TEXT},
    "files": {
        "path": _NAME,
        "category": Key((str,), choices=tuple(CATEGORIES)),
        "sheet": _TEXT,
        "year": _WHOLE,
        "where": _TABLE,
        "columns": Key((dict,)),
        "constants": _TABLE,
        "ignore": Key((bool,)),
    },
    "intake": {"repairs_off": Key((list,), choices=tuple(repair_rules()))},
    "privacy": {
        "key_file": _TEXT,
        "signing_key_file": _TEXT,
        "keep_personal_files_months": Key((int,)),
        "smallest_group": _WHOLE,
    },
    "owners": {
        "owner": _NAME,
        "categories": Key((list,), choices=tuple(CATEGORIES)),
        "sites": _TEXTS,
        "due": _TEXT,
    },
    "plan": {
        "version": _TEXT,
        "date": _TEXT,
        "prepared_by": _TEXT,
        "approved_by": _TEXT,
        "organisational_boundary": _TEXT,
        "boundary_assumptions": _TEXT,
        "quality_assurance": _TEXT,
        "recalculation_policy": _TEXT,
        "roles": _TEXT,
        "training": _TEXT,
        "verification": _TEXT,
        "next_review": _TEXT,
    },
    "contacts": {"role": _NAME, "duty": _TEXT, "address": _TEXT},
    "site": {
        "database": _TEXT,
        "hosts": _TEXTS,
        "https": Key((bool,)),
        "proxies": _WHOLE,
        "session_hours": _WHOLE,
        "oidc_name": _TEXT,
        "oidc_issuer": _TEXT,
        "oidc_client": _TEXT,
        "oidc_owns_addresses": Key((bool,)),
        "second_factor": Key((list,), choices=ROLES),
        "api_calls": _WHOLE,
        "mail_host": _TEXT,
        "mail_port": _WHOLE,
        "mail_user": _TEXT,
        "mail_from": _TEXT,
    },
    "report": {
        "language": _TEXT,
        "session": _TEXT,
        "city": _TEXT,
        "dates": _TEXT,
        "agenda_item": _TEXT,
        "document_number": _TEXT,
        "date": Key((date,)),
        "original_language": _TEXT,
        "document_type": _TEXT,
        "title": _TEXT,
        "governing_body": _TEXT,
        "action_required": _TEXT,
        "references": _TEXTS,
        "note": _TEXT,
        "reference_docx": _TEXT,
    },
}
LISTS = (
    "sites",
    "units",
    "files",
    "owners",
    "breaks",
    "restatements",
    "degree_days",
    "contacts",
)  # written [[sites]], [[files]] ...


def read_settings(folder: Path) -> dict[str, Any]:
    """Return the checked content of ``saleve.toml``; raises ``WorkspaceError`` naming everything that is wrong in it."""
    path = folder / FILE_NAME
    absent = _("There is no saleve.toml in {folder}. Put one there; the tutorial has a pattern to copy.")
    content = read_toml(path, absent.format(folder=folder))
    faults = faults_of(content)
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        raise WorkspaceError(_("{path} needs correction:\n{faults}").format(path=path, faults=listed))
    return content


def faults_of(content: Mapping[str, Any]) -> list[Fault]:
    """Return everything that is wrong in the content of a ``saleve.toml``, each with its place."""
    return list(_faults(content)) or list(contradictions(content))


def read_toml(path: Path, absent: str) -> dict[str, Any]:
    """Return the content of a TOML file; raises ``WorkspaceError`` with ``absent`` where there is none, else naming the line."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise WorkspaceError(absent) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        message = _("{path} cannot be read: {fault}. Correct that line and run again.")
        raise WorkspaceError(message.format(path=path, fault=fault)) from None


def _faults(content: Mapping[str, Any]) -> Iterable[Fault]:
    if "organisation" not in content:
        text = _("The table [organisation] with the name of the organisation is missing.")
        yield Spot("organisation", key="name").says(text)
    for name, value in content.items():
        spot = Spot(name)
        if name not in TABLES:
            yield _unknown(spot, name, TABLES)
        elif name in LISTS:
            if not isinstance(value, list):
                text = _("Write [[{name}]] with two brackets: there may be several.")
                yield spot.says(text.format(name=name))
                continue
            for number, entry in enumerate(value, start=1):
                yield from _table_faults(Spot(name, number), TABLES[name], entry)
        elif not isinstance(value, dict):
            yield spot.says(_("Write [{name}] as a table, with one key to a line.").format(name=name))
        else:
            yield from _table_faults(spot, TABLES[name], value)


def _table_faults(spot: Spot, keys: Mapping[str, Key], table: Mapping[str, Any]) -> Iterable[Fault]:
    if not isinstance(table, Mapping):
        yield _wrong_kind(spot, (dict,), table)
        return
    for name, key in keys.items():
        if key.required and table.get(name, "") == "":
            text = _("{where}: the key {key} is missing.")
            yield spot.at(name).says(text.format(where=spot, key=name))
    for name, value in table.items():
        if name not in keys:
            yield _unknown(spot.at(name), name, keys)
            continue
        yield from _value_faults(spot.at(name), keys[name], value)


def _value_faults(spot: Spot, key: Key, value: object) -> Iterable[Fault]:
    if not _is_one_of(value, key.kinds):
        yield _wrong_kind(spot, key.kinds, value)
        return
    for inner, one in _contents(spot, value):
        if one is not value and not _is_one_of(one, key.inside):
            yield _wrong_kind(inner, key.inside, one)
        elif key.choices and one not in key.choices:
            text = _("{where} is {value}, but can be: {allowed}.")
            yield spot.says(text.format(where=spot, value=one, allowed=", ".join(key.choices)))


def _contents(spot: Spot, value: object) -> Iterable[tuple[Spot, object]]:
    """Yield what stands in a list or table, each with its place; a single value stands for itself."""
    if isinstance(value, list):
        return [(spot, one) for one in value]
    if isinstance(value, dict):
        return [(spot.at(name), one) for name, one in value.items()]
    return [(spot, value)]


def _is_one_of(value: object, kinds: tuple[type, ...]) -> bool:
    """Tell the kinds of TOML apart where Python takes one for another: true for 1, a time of day for a date; nan is no number."""
    if isinstance(value, bool | datetime):
        return type(value) in kinds
    return isinstance(value, kinds) and not (isinstance(value, float) and not isfinite(value))


def _wrong_kind(spot: Spot, kinds: tuple[type, ...], value: object) -> Fault:
    names = _("or").join(f" {_kind_name(kind)} " for kind in kinds).strip()
    return spot.says(_("{where} must be {kind}, not {value}.").format(where=spot, kind=names, value=value))


def _kind_name(kind: type) -> str:
    return {
        str: _("text in quotes"),
        int: _("a whole number"),
        float: _("a number"),
        list: _("a list in brackets"),
        dict: _("a table in braces"),
        date: _("a date such as 2026-11-22"),
        bool: _("true or false"),
    }[kind]


def _unknown(spot: Spot, name: str, known: Iterable[str]) -> Fault:
    nearest = process.extractOne(name, list(known), score_cutoff=60)
    if nearest:
        text = _("{where} is not known. Did you mean {nearest}?")
        return spot.says(text.format(where=spot, nearest=nearest[0]))
    return spot.says(
        _("{where} is not known. It can be: {known}.").format(where=spot, known=", ".join(known))
    )
