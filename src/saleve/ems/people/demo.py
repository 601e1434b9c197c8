"""One account for each role of the demonstration, with passwords made anew; there is no default password."""

import secrets

from saleve.ems.people.accounts import Given, invite, set_roles
from saleve.ems.people.models import Person
from saleve.ems.people.permissions import Role, Scope, role_name

_PASSWORD_BYTES = 12
_SCOPES = {Role.FOCAL_POINT: Scope(categories=frozenset({"electricity", "water", "fuels"}))}


def make_demo_accounts() -> list[tuple[str, str, str]]:
    """Return role, address and new password of each account; those of an earlier demonstration get new passwords."""
    return [_account(role) for role in Role]


def _account(role: Role) -> tuple[str, str, str]:
    email, password = f"{role.value.replace('_', '-')}@example.org", secrets.token_urlsafe(_PASSWORD_BYTES)
    given = [Given(role, _SCOPES.get(role, Scope()))]
    person = Person.objects.filter(email=email).first()
    if person is None:
        person, _secret = invite(email, role_name(role), given)
    else:
        set_roles(person, given)
    person.set_password(password)
    person.save(update_fields=["password"])
    return role_name(role), email, password
