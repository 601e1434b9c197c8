"""An organisation's own rule set: a TOML file beside ``saleve.toml``, checked as a whole before any of it holds."""

import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from saleve.ems.settings import WorkspaceError, read_toml
from saleve.language import _
from saleve.ledger.evidence import write_whole
from saleve.method.activity.categories import CATEGORIES
from saleve.method.emissions.rules import rule_faults
from saleve.method.problems import SaleveError
from saleve.method.reference.rule_sets import RULE, RuleSet, rule_set, rule_set_names

DEFAULT = "un-greening-the-blue"
_SAID = {"name": str, "title": str, "dated": date, "source": str, "based_on": str, "rules": list}
_REQUIRED = ("name", "dated", "source", "rules")
_OF_A_RULE = {"first_year": int, "last_year": int}  # all else is text
_OWN = "own"


def chosen_rule_set(folder: Path, name: str | None) -> RuleSet:
    """Return the rule set of this name, or of this file; raises ``WorkspaceError`` naming everything that is wrong in it."""
    if name is None:
        return rule_set(DEFAULT)
    if not name.endswith(".toml"):
        return rule_set(name)
    absent = _("saleve.toml names the rule set {path}, but there is no such file.")
    content = read_toml(folder / name, absent.format(path=name))
    _refuse(name, list(_faults(content)))
    own = _rule_set(content)
    _refuse(name, list(rule_faults(own.rules, CATEGORIES)))
    return own.over(rule_set(content["based_on"])) if "based_on" in content else own


def own_rule_files(folder: Path) -> dict[str, str]:
    """Return the rule sets that lie beside ``saleve.toml``: name of the file -> title."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            own = chosen_rule_set(folder, path.name)
        except SaleveError:  # a file of another kind, or one that is being written
            continue
        found[path.name] = own.title
    return found


def keep_rule_file(folder: Path, name: str, content: bytes) -> str:
    """Check a rule set and keep it beside ``saleve.toml``; returns the name of its file. Raises ``WorkspaceError``, and keeps nothing.

    A file is never overwritten: what was computed by its rules could not be computed again.
    """
    safe = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-") or "rules"
    kept = folder / f"{safe}.toml"
    if kept.exists():
        message = _("There is a file {name} already. It stays; give yours another name.")
        raise WorkspaceError(message.format(name=kept.name))
    tried = folder / ".site" / f"{secrets.token_hex(8)}.toml"
    tried.parent.mkdir(exist_ok=True)
    write_whole(tried, content)
    try:
        chosen_rule_set(folder, tried.relative_to(folder).as_posix())
        tried.rename(kept)
    except WorkspaceError as fault:
        raise WorkspaceError(str(fault).replace(tried.relative_to(folder).as_posix(), kept.name)) from None
    finally:
        tried.unlink(missing_ok=True)
    return kept.name


def _rule_set(content: Mapping[str, Any]) -> RuleSet:
    rows = [{"quality": _OWN, **rule} for rule in content["rules"]]
    rules = pl.DataFrame([{name: row.get(name) for name in RULE} for row in rows], schema=RULE)
    return RuleSet(
        content["name"], content.get("title", content["name"]), content["dated"], content["source"], rules
    )


def _faults(content: Mapping[str, Any]) -> Iterator[str]:
    for name in _REQUIRED:
        if not content.get(name):
            yield _("The key {key} is missing.").format(key=name)
    for name, value in content.items():
        if name not in _SAID:
            yield _("{where} is not known. It can be: {known}.").format(where=name, known=", ".join(_SAID))
        elif not isinstance(value, _SAID[name]):
            yield _("The value of {key} has the wrong kind: {value}.").format(key=name, value=value)
    if content.get("based_on", DEFAULT) not in rule_set_names():
        message = _("based_on is {name}, but can be: {known}.")
        yield message.format(name=content["based_on"], known=", ".join(rule_set_names()))
    rules = content.get("rules")
    for number, rule in enumerate(rules if isinstance(rules, list) else [], start=1):
        yield from _faults_of_rule(number, rule)


def _faults_of_rule(number: int, rule: object) -> Iterator[str]:
    if not isinstance(rule, dict):
        yield _("Rule {number} must be a table in braces.").format(number=number)
        return
    for name in ("rule", "value"):
        if name not in rule:
            yield _("Rule {number}: the key {key} is missing.").format(number=number, key=name)
    for name, value in rule.items():
        if name not in RULE:
            message = _("Rule {number}: {key} is not known. It can be: {known}.")
            yield message.format(number=number, key=name, known=", ".join(RULE))
        elif not isinstance(value, _OF_A_RULE.get(name, str)) or isinstance(value, bool):
            message = _("Rule {number}: the value of {key} has the wrong kind: {value}.")
            yield message.format(number=number, key=name, value=value)


def _refuse(name: str, faults: list[str]) -> None:
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        raise WorkspaceError(_("{path} needs correction:\n{faults}").format(path=name, faults=listed))
