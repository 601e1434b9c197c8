"""Secrets that are shown once and kept as hashes: links for people, tokens for programs."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from saleve.ems.audit_log.log import record
from saleve.ems.people.models import Link, Person, Token
from saleve.ems.people.permissions import Operation

PREFIX = "saleve_"  # so that a scanner of leaked secrets knows ours
LINK_LASTS = timedelta(days=7)
_SECRET_BYTES = 32
_NOTED_EVERY = timedelta(minutes=1)  # the last use of a token, so that reading does not write each time


@transaction.atomic
def make_token(
    person: Person, name: str, operations: Iterable[Operation], *, expires: datetime | None = None
) -> tuple[Token, str]:
    """Return a new token and its secret, which is shown once."""
    secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    chosen = sorted({operation.value for operation in operations})
    token = Token.objects.create(
        person=person, name=name, digest=digest(secret), operations=chosen, expires=expires
    )
    record(person.email, "make_token", name, {"operations": chosen, "expires": expires})
    return token, secret


@transaction.atomic
def withdraw_token(token: Token, *, by: Person) -> None:
    """Let the token open nothing from now on."""
    token.withdrawn = timezone.now()
    token.save(update_fields=["withdrawn"])
    record(by.email, "withdraw_token", token.name, {"of": token.person.email})


def person_of_token(secret: str) -> Person | None:
    """Return the person whose program shows this secret, limited to the token's operations."""
    token = Token.objects.select_related("person").filter(digest=digest(secret), withdrawn=None).first()
    now = timezone.now()
    if token is None or not token.person.is_active or (token.expires and token.expires <= now):
        return None
    if token.last_used is None or now - token.last_used > _NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used=now)
    person: Person = token.person
    person.came_by_token = token
    return person


def make_link(person: Person) -> str:
    """Return the secret of a new link for the person; earlier links no longer open anything."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with transaction.atomic():
        Link.objects.filter(person=person, used=None).delete()
        Link.objects.create(person=person, digest=digest(secret), expires=timezone.now() + LINK_LASTS)
    return secret


def open_link(secret: str) -> Link | None:
    """Return the link if it is still good."""
    found = Link.objects.select_related("person").filter(
        digest=digest(secret), used=None, expires__gt=timezone.now(), person__is_active=True
    )
    return found.first()


def digest(secret: str) -> str:
    """Return the hash under which a secret is kept; it is long and random, so that one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
