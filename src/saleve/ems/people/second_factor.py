"""Whom the settings ask for a second factor (``[site] second_factor``), and who has none yet."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

_ENOUGH = ("mfa", "socialaccount")  # the issuer of the single sign-on asks for its own second factor
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def asked_of(person: Any) -> bool:
    """Tell whether a role of the person asks for a second factor."""
    roles = set(settings.SITE.second_factor)
    return bool(roles) and any(grant.role in roles for grant in person.grants_held())


def is_missing(request: HttpRequest) -> bool:
    """Tell whether the person must set up a second factor before anything else; a token was made after it."""
    if not asked_of(request.user) or getattr(request.user, "came_by_token", None):
        return False
    if any(one.get("method") in _ENOUGH for one in get_authentication_records(request, request.user)):
        return False
    return not has_factor(request.user)


def has_factor(person: Any) -> bool:
    """Tell whether the person has set up a second factor."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type__in=_FACTORS).exists())
