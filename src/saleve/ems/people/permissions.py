"""The one table of permissions: who may do what, everywhere or for the own categories, units and sites alone.

A page or an API operation names its ``Operation``; ``people/gate.py`` refuses what the table does not grant. Nothing else in the
program decides about a permission.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Protocol

from saleve.ems.small_groups import PERSONAL
from saleve.language import _


class Role(StrEnum):
    """What a person does in the organisation's environmental management system; a person may have several roles."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    FOCAL_POINT = "focal_point"
    COMMITTEE = "committee"
    APPROVER = "approver"
    AUDITOR = "auditor"
    READER = "reader"


class Operation(StrEnum):
    """One thing that a person does; the first word tells reading from writing."""

    READ_OVERVIEW = "read_overview"
    READ_DATA = "read_data"
    READ_PERSONAL_ROWS = "read_personal_rows"
    LOAD_DATA = "load_data"
    CORRECT_DATA = "correct_data"
    WITHDRAW_DATA = "withdraw_data"
    REQUEST_DATA = "request_data"
    READ_INVENTORY = "read_inventory"
    COMPUTE_INVENTORY = "compute_inventory"
    REVIEW_INVENTORY = "review_inventory"
    APPROVE_INVENTORY = "approve_inventory"
    PUBLISH_INVENTORY = "publish_inventory"
    RESTATE_INVENTORY = "restate_inventory"
    READ_TRAVEL = "read_travel"
    READ_PLACES = "read_places"
    CHANGE_PLACES = "change_places"
    READ_FACTORS = "read_factors"
    CHANGE_FACTORS = "change_factors"
    READ_REPORTS = "read_reports"
    MAKE_REPORT = "make_report"
    PUBLISH_REPORT = "publish_report"
    READ_SETTINGS = "read_settings"
    CHANGE_SETTINGS = "change_settings"
    READ_PEOPLE = "read_people"
    MANAGE_PEOPLE = "manage_people"
    READ_AUDIT_LOG = "read_audit_log"
    OWN_ACCOUNT = "own_account"  # password, second factor, tokens, language and theme of oneself
    READ_COMPONENTS = "read_components"


class Reach(Enum):
    """How far a role's permission goes."""

    ALL = "everywhere"
    OWN = "within the places of the role"


_A, _C, _F, _S = Role.ADMINISTRATOR, Role.COORDINATOR, Role.FOCAL_POINT, Role.COMMITTEE
_P, _U, _R = Role.APPROVER, Role.AUDITOR, Role.READER
_EVERYBODY: Mapping[Role, Reach] = dict.fromkeys(Role, Reach.ALL)
# sums: everywhere, but a reader or a focal point whose role names places sees those
_SUMS = {**_EVERYBODY, _F: Reach.OWN, _R: Reach.OWN}


def _all(*roles: Role) -> dict[Role, Reach]:
    return dict.fromkeys(roles, Reach.ALL)


TABLE: Mapping[Operation, Mapping[Role, Reach]] = {
    Operation.READ_OVERVIEW: _EVERYBODY,
    Operation.READ_DATA: {**_all(_A, _C, _U), _F: Reach.OWN},
    Operation.READ_PERSONAL_ROWS: {_C: Reach.ALL, _F: Reach.OWN},  # and see PERSONAL_CATEGORIES
    Operation.LOAD_DATA: {_C: Reach.ALL, _F: Reach.OWN},
    Operation.CORRECT_DATA: {_C: Reach.ALL, _F: Reach.OWN},
    Operation.WITHDRAW_DATA: _all(_C),
    Operation.REQUEST_DATA: _all(_C),
    Operation.READ_INVENTORY: _SUMS,
    Operation.COMPUTE_INVENTORY: _all(_C),
    Operation.REVIEW_INVENTORY: _all(_C),
    Operation.APPROVE_INVENTORY: _all(_P),
    Operation.PUBLISH_INVENTORY: _all(_C, _P),
    Operation.RESTATE_INVENTORY: _all(_C),
    Operation.READ_TRAVEL: _SUMS,
    Operation.READ_PLACES: _SUMS,
    Operation.CHANGE_PLACES: _all(_C),
    Operation.READ_FACTORS: _EVERYBODY,
    Operation.CHANGE_FACTORS: _all(_C),
    Operation.READ_REPORTS: _EVERYBODY,
    Operation.MAKE_REPORT: _all(_C, _P),
    Operation.PUBLISH_REPORT: _all(_C, _P),
    Operation.READ_SETTINGS: _all(_A, _C, _U),
    Operation.CHANGE_SETTINGS: _all(_A, _C),
    Operation.READ_PEOPLE: _all(_A, _C, _U),
    Operation.MANAGE_PEOPLE: _all(_A),
    Operation.READ_AUDIT_LOG: _all(_A, _U),
    Operation.OWN_ACCOUNT: _EVERYBODY,
    Operation.READ_COMPONENTS: _EVERYBODY,
}

# rows of single travellers; a focal point reads them only where the role names one of these categories
PERSONAL_CATEGORIES = frozenset(PERSONAL)


@dataclass(frozen=True, slots=True)
class Place:
    """What an operation touches; ``None`` where it touches no single category, unit or site."""

    category: str | None = None
    unit: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The places of a role; an empty set is no limit."""

    categories: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()

    @property
    def everywhere(self) -> bool:
        """Tell whether nothing limits the role."""
        return not (self.categories or self.units or self.sites)

    def holds(self, place: Place) -> bool:
        """Tell whether the place lies within; a limited role does not reach what names no place of that kind."""
        limits = ((self.categories, place.category), (self.units, place.unit), (self.sites, place.site))
        return all(not names or name in names for names, name in limits)


EVERYWHERE = Scope()


class Granted(Protocol):
    """A role that a person has, with its places."""

    @property
    def role_held(self) -> Role: ...

    @property
    def scope(self) -> Scope: ...


class Holder(Protocol):
    """Somebody who may be permitted something: a person, or a token of one."""

    @property
    def is_active(self) -> bool: ...

    def grants_held(self) -> Iterable[Granted]: ...

    def operations_held(self) -> frozenset[Operation] | None:
        """Return the operations to which a token limits its person; ``None`` for no limit."""


def allowed(person: Holder, operation: Operation, place: Place | None = None) -> bool:
    """Tell whether the person may do this there; without a place, whether there is any place where the person may."""
    found = scopes(person, operation)
    return bool(found) if place is None else any(scope.holds(place) for scope in found)


def scopes(person: Holder, operation: Operation) -> tuple[Scope, ...]:
    """Return the places where the person may do this: none, or one for each role that permits it (an empty scope is everywhere)."""
    limit = person.operations_held()
    if not person.is_active or (limit is not None and operation not in limit):
        return ()
    reaches = TABLE[operation]
    own = _personal if operation is Operation.READ_PERSONAL_ROWS else _as_it_is
    held = [
        Scope() if reaches[grant.role_held] is Reach.ALL else own(grant.scope)
        for grant in person.grants_held()
        if grant.role_held in reaches
    ]
    return tuple(dict.fromkeys(scope for scope in held if scope is not None))


def may_read_persons(person: Holder, category: str) -> bool:
    """Tell whether the person may see single rows of this category: rows of travellers are for few."""
    operation = Operation.READ_PERSONAL_ROWS if category in PERSONAL_CATEGORIES else Operation.READ_DATA
    return any(not scope.categories or category in scope.categories for scope in scopes(person, operation))


def sees_travellers(person: Holder, category: str = "air_travel") -> bool:
    """Tell whether the person may see single travellers of all units and sites, and so sums of small groups."""
    found = scopes(person, Operation.READ_PERSONAL_ROWS)
    return any(not (one.units or one.sites) and (not one.categories or category in one.categories) for one in found)  # fmt: skip


def programs_may(operation: Operation) -> str | None:
    """Return in words what a program does by this operation over the API; nothing where the API does not have it."""
    return {
        Operation.READ_INVENTORY: _("Read years, sums, runs and where figures come from"),
        Operation.READ_DATA: _("Read batches, their rows and what is owed"),
        Operation.READ_PERSONAL_ROWS: _("Read rows of single travellers"),
        Operation.LOAD_DATA: _("Load files"),
        Operation.READ_FACTORS: _("Read emission factors"),
        Operation.READ_PLACES: _("Read sites"),
        Operation.READ_REPORTS: _("List documents"),
        Operation.READ_OVERVIEW: _("Follow long work"),
    }.get(operation)


def role_name(role: Role) -> str:
    """Return the role as people call it."""
    return {
        Role.ADMINISTRATOR: _("Administrator"),
        Role.COORDINATOR: _("EMS coordinator"),
        Role.FOCAL_POINT: _("Focal point"),
        Role.COMMITTEE: _("Member of the steering committee"),
        Role.APPROVER: _("Approver"),
        Role.AUDITOR: _("Auditor"),
        Role.READER: _("Reader"),
    }[role]


def role_duty(role: Role) -> str:
    """Return in a sentence what the role may do."""
    return {
        Role.ADMINISTRATOR: _("Manages people, sign-in and settings; sees sums, changes no figures."),
        Role.COORDINATOR: _("Loads, corrects, computes, reviews, publishes and reports."),
        Role.FOCAL_POINT: _("Delivers and corrects the data of their own categories, units and sites."),
        Role.COMMITTEE: _("Reads results and reports."),
        Role.APPROVER: _("Approves and publishes inventories and reports."),
        Role.AUDITOR: _("Reads everything except rows of single travellers; changes nothing."),
        Role.READER: _("Reads results and reports, of all places or of those named."),
    }[role]


def _as_it_is(scope: Scope) -> Scope | None:
    return scope


def _personal(scope: Scope) -> Scope | None:
    """Keep of a scope the categories of travellers that it names; who is given none by name reads none."""
    named = scope.categories & PERSONAL_CATEGORIES
    return Scope(named, scope.units, scope.sites) if named else None
