"""The life of an account: invite, give and take roles, deactivate, reactivate; the last administrator stays."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from saleve.ems.audit_log.log import record
from saleve.ems.people.models import Grant, Link, Person
from saleve.ems.people.permissions import EVERYWHERE, Role, Scope
from saleve.ems.people.tokens import make_link
from saleve.language import _
from saleve.method.problems import SaleveError

OPERATOR = "operator"  # who acts at the command line of the server


class AccountError(SaleveError):
    """An act on an account that cannot be; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Given:
    """A role with its places, as somebody gives it."""

    role: Role
    scope: Scope = EVERYWHERE


@transaction.atomic
def invite(email: str, name: str, given: Iterable[Given], *, by: str = OPERATOR) -> tuple[Person, str]:
    """Make an account without a password; return it and the secret of the link by which the person chooses one."""
    address = _checked(email)
    if Person.objects.filter(email=address).exists():
        raise AccountError(_("{email} has an account already.").format(email=address))
    person = Person.objects.create_user(address, name=name.strip() or address)
    _set_grants(person, given)
    record(by, "invite_person", person.email, {"name": person.name, "roles": _told(person)})
    return person, make_link(person)


@transaction.atomic
def new_link(person: Person, *, by: str = OPERATOR) -> str:
    """Return the secret of a link by which the person chooses a password anew."""
    if not person.is_active:
        text = _("The account of {person} is not active. Reactivate it first.")
        raise AccountError(text.format(person=person))
    record(by, "make_link", person.email)
    return make_link(person)


@transaction.atomic
def choose_password(link: Link, password: str) -> Person:
    """Use the link up: the person has this password from now on."""
    person: Person = link.person
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    Link.objects.filter(pk=link.pk).update(used=timezone.now())
    record(person.email, "choose_password", person.email)
    return person


@transaction.atomic
def set_roles(person: Person, given: Iterable[Given], *, by: str = OPERATOR) -> None:
    """Let the person have these roles and no others."""
    before, wanted = _told(person), list(given)
    if not any(one.role is Role.ADMINISTRATOR for one in wanted):
        _guard_last_administrator(person)
    person.grants.all().delete()
    _set_grants(person, wanted)
    record(by, "set_roles", person.email, {"before": before, "after": _told(person)})


@transaction.atomic
def deactivate(person: Person, *, by: str = OPERATOR) -> None:
    """Close the account; its sessions, tokens and links end. What the person did stays on record."""
    _guard_last_administrator(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person)
    tokens = person.tokens.filter(withdrawn=None).update(withdrawn=timezone.now())
    person.links.filter(used=None).delete()
    record(by, "deactivate_person", person.email, {"tokens_withdrawn": tokens})


@transaction.atomic
def reactivate(person: Person, *, by: str = OPERATOR) -> None:
    """Open a closed account again, with its roles."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(by, "reactivate_person", person.email)


@transaction.atomic
def forget_second_factors(person: Person, *, by: str = OPERATOR) -> None:
    """Let a person who lost the second factor sign in without it; where one is required, a new one is set up first."""
    count, _kinds = Authenticator.objects.filter(user_id=person.pk).delete()
    end_sessions(person)
    record(by, "forget_second_factors", person.email, {"count": count})


def end_sessions(person: Person) -> None:
    """Sign the person out everywhere."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def find_person(email: str) -> Person:
    """Return the person with this address."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise AccountError(_("Nobody here has the address {email}.").format(email=email))
    return person


def _guard_last_administrator(person: Person) -> None:
    """Refuse what would leave the site without an active administrator."""
    grants = Grant.objects.filter(role=Role.ADMINISTRATOR.value, person__is_active=True)
    if set(grants.select_for_update().values_list("person_id", flat=True)) == {person.pk}:
        text = _("{person} is the last administrator. Make somebody else administrator first.")
        raise AccountError(text.format(person=person))


def _set_grants(person: Person, given: Iterable[Given]) -> None:
    Grant.objects.bulk_create(
        Grant(person=person, role=one.role.value, **_lists(one.scope)) for one in dict.fromkeys(given)
    )


def _lists(scope: Scope) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in asdict(scope).items()}


def _told(person: Person) -> list[dict[str, object]]:
    return [
        {"role": grant.role, **{name: found for name, found in _lists(grant.scope).items() if found}}
        for grant in person.grants.all()
    ]


def _checked(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as fault:
        text = _("{email} is not an address of e-mail. Write it as name@example.org.")
        raise AccountError(text.format(email=email)) from fault
    return address


def follow_site(before: str, after: str) -> None:
    """Let the roles that name a site name it as it is called now; call it within the transaction that records the new name."""
    if before == after:
        return
    for grant in Grant.objects.all():
        if before in grant.sites:
            grant.sites = [after if site == before else site for site in grant.sites]
            grant.save(update_fields=["sites"])
