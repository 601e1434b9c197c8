"""How the library of accounts behaves here: nobody signs up, invited people sign in, second factors are kept encrypted."""

import base64
import hashlib
from pathlib import PurePosixPath
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saleve.ems.audit_log.log import record
from saleve.ems.people.models import Person
from saleve.ems.people.second_factor import asked_of

STRANGER = "stranger"  # who did not prove who it is
_LIMITS = ("too_many_login_attempts", "rate_limited")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by address and password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - as the library calls it
        """Accounts are made by an administrator."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Note the sign-in."""
        record(user.email, "sign_in", user.email)
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password; what was typed only where it is an address that we know, for it may be a password."""
        typed = str(credentials.get("email", "")).strip().lower()
        known = Person.objects.filter(email=typed).exists()
        record(STRANGER, "fail_sign_in", typed if known else "")
        super().authentication_failed(request, **credentials)

    def validation_error(self, code: str, *args: Any) -> Any:
        """Answer too many tries with status 429, not with a form."""
        if code in _LIMITS:
            raise ImmediateHttpResponse(respond_429(self.request))
        return super().validation_error(code, *args)

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """Note what a person changed about signing in (``totp_activated``, ``password_changed`` ...), and tell by mail."""
        record(user.email, PurePosixPath(template_prefix).name, user.email)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def is_safe_url(self, url: str | None) -> bool:
        """Send nobody to another place after signing in."""
        return bool(url) and str(url).startswith("/") and super().is_safe_url(url)


class SignOnAdapter(DefaultSocialAccountAdapter):
    """Single sign-on of the organisation: opens the account of the verified address, makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - as the library calls it
        """Accounts are made by an administrator."""
        return False

    def authenticate_by_email(self, sociallogin: Any) -> tuple[Any, str] | None:
        """Find the account of a verified address; an administrator vouched for it, so that its password stays."""
        found: tuple[Any, str] | None = super().authenticate_by_email(sociallogin)
        if found:
            person, email = found
            EmailAddress.objects.get_or_create(
                user=person, email=email.lower(), defaults={"verified": True, "primary": True}
            )
        return found

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse an answer that is not to our question, and people whom nobody invited."""
        nonce = sociallogin.account.extra_data["id_token"].get("nonce")
        if not nonce or nonce != sociallogin.state.get("nonce"):
            raise ImmediateHttpResponse(_refused(request, "socialaccount/authentication_error.html"))
        if not sociallogin.is_existing:
            told = sociallogin.email_addresses[:1]
            record(STRANGER, "refuse_sign_in", told[0].email[:254] if told else "")
            raise ImmediateHttpResponse(_refused(request, "account/signup_closed.html"))

    def on_authentication_error(self, request: HttpRequest, provider: Any, error: Any = None, **more: Any) -> None:  # fmt: skip
        """Answer a failed sign-on with status 403; one that the person ended goes back to signing in."""
        super().on_authentication_error(request, provider, error=error, **more)
        if error != AuthError.CANCELLED:
            raise ImmediateHttpResponse(_refused(request, "socialaccount/authentication_error.html"))


class MfaAdapter(DefaultMFAAdapter):
    """Second factors."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Keep the last second factor of whom the settings ask for one."""
        person = authenticator.user
        others = person.authenticator_set.exclude(pk=authenticator.pk).exclude(type="recovery_codes")
        return others.exists() or not asked_of(person)

    def encrypt(self, text: str) -> str:
        """Keep a secret so that the database alone does not give it away."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a kept secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _refused(request: HttpRequest, template: str) -> HttpResponse:
    return render(request, template, status=403)


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"second factors" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
