"""What an inventory management plan says out of saleve.toml, as plain data: kept with each run, so that last year's plan stays what it was."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from saleve.ems.workspace import Workspace
from saleve.method.base_year import Policy, Restatement
from saleve.reporting.plan_records import Contact, PlanSite

PlanSettings = Mapping[str, Any]
_RULING = (
    "inventory",
    "air_travel",
    "base_year",
)  # tables of which a plan says whether a choice is the organisation's


def plan_settings(workspace: Workspace) -> dict[str, Any]:
    """Return the settings of the workspace that a plan is written from."""
    told = {
        "stated": sorted(key for key in workspace.stated if key.partition(".")[0] in _RULING),
        "words": dict(workspace.plan),
        "contacts": [asdict(one) for one in workspace.contacts],
        "names": list(workspace.payer_names),
        "sites": [
            {"name": one.name, "country": one.country, "opened": one.opened, "closed": one.closed, "ended": dict(one.sources_ended), "began": dict(one.sources_began)}
            for one in workspace.sites
        ],
        "began": dict(workspace.sources_began),
        "owners": [{"owner": one.owner, "categories": list(one.categories)} for one in workspace.owners],
        "own_tables": dict(workspace.own_tables),
        "policy": asdict(workspace.base_year_policy),
        "restatements": [asdict(one) for one in workspace.restatements],
    }  # fmt: skip
    return dict(json.loads(json.dumps(told, default=str)))


def as_bytes(settings: PlanSettings) -> bytes:
    """Return the settings as they are written and hashed: keys in order, UTF-8."""
    return f"{json.dumps(settings, sort_keys=True, indent=1, ensure_ascii=False)}\n".encode()


def hash_of_plan(workspace: Workspace) -> str:
    """Return the SHA-256 of the settings, by which a manifest names them."""
    return hashlib.sha256(as_bytes(plan_settings(workspace))).hexdigest()


def contacts_of(settings: PlanSettings) -> tuple[Contact, ...]:
    """Return who answers for the inventory."""
    return tuple(Contact(**one) for one in settings["contacts"])


def sites_of(settings: PlanSettings, countries: Mapping[str, str]) -> tuple[PlanSite, ...]:
    """Return the sites; ``countries``: code -> name."""
    return tuple(
        PlanSite(
            one["name"],
            countries.get(one["country"], one["country"]),
            _day(one["opened"]),
            _day(one["closed"]),
            _days(one["ended"]),
            _days(one.get("began", {})),  # runs kept before sources could begin say nothing of it
        )
        for one in settings["sites"]
    )


def began_of(settings: PlanSettings) -> dict[str, date]:
    """Return since when a source is expected at every site."""
    return _days(settings.get("began", {}))


def policy_of(settings: PlanSettings) -> Policy:
    """Return when the base year is computed anew."""
    return Policy(**settings["policy"])


def restatements_of(settings: PlanSettings) -> tuple[Restatement, ...]:
    """Return the log of what changed the emissions of the base year."""
    return tuple(
        Restatement(**{**one, "date": date.fromisoformat(one["date"])}) for one in settings["restatements"]
    )


def _days(told: Mapping[str, str]) -> dict[str, date]:
    return {source: date.fromisoformat(day) for source, day in told.items()}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
