"""Sign-in: sessions and second factors; the single sign-on of the organisation, for those who manage people."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from saleve.ems.audit_log.log import record
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation, Role, allowed, role_name
from saleve.ems.sign_on_secret import keep_secret, where_kept
from saleve.ems.web.amendments import Asked, Part, said_of
from saleve.ems.web.organisation import settings_page
from saleve.language import _

_ASKED = ("session_hours", "second_factor", "api_calls", "oidc_name", "oidc_issuer", "oidc_client", "oidc_owns_addresses")  # fmt: skip


class SecretForm(forms.Form):
    """The secret by which the issuer knows this site; it is written and never shown."""

    secret = forms.CharField(
        max_length=1000, strip=True, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].label = _("New secret")
        self.fields["secret"].help_text = _("As the issuer gave it to you. It is kept in a file that the server alone reads, and is never shown again.")  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs({"GET": Operation.READ_SETTINGS, "POST": Operation.MANAGE_PEOPLE})
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show how people sign in; who manages people changes it."""
    written = said_of("site")
    more = {
        "waits": _waits(written),
        "secret_from": where_kept(settings.WORKSPACE),
        "secret_form": SecretForm(),
        "single_sign_on": bool(written.get("oidc_issuer")),
        "callback": request.build_absolute_uri("/accounts/oidc/organisation/login/callback/"),
        "may_manage": allowed(request.user, Operation.MANAGE_PEOPLE),
    }
    return settings_page(
        request,
        "sign_in",
        _("Sign-in"),
        [_part()],
        operation=Operation.MANAGE_PEOPLE,
        template="web/settings/sign_in.html",
        more=more,
    )


@sensitive_post_parameters()
@require_POST
@needs(Operation.MANAGE_PEOPLE)
def sign_on_secret(request: HttpRequest) -> HttpResponse:
    """Keep another secret of the single sign-on; the log says that it was replaced, not what it is."""
    form = SecretForm(request.POST)
    if form.is_valid():
        with transaction.atomic():
            record(request.user.email, Operation.MANAGE_PEOPLE, "secret of the single sign-on replaced")
            keep_secret(settings.WORKSPACE, form.cleaned_data["secret"])
        messages.success(request, _("The secret was replaced. It holds once the server is started again."))
    else:
        messages.error(request, _("There was no secret. The one before stays."))
    return redirect("sign_in")


def _waits(written: Mapping[str, Any]) -> bool:
    """Tell whether the server still runs with other values than those that are written."""
    as_started = type(settings.SITE)()  # what holds where nothing is written
    wanted = {name: written.get(name, getattr(as_started, name)) for name in _ASKED}
    return any(_plain(getattr(settings.SITE, name)) != _plain(value) for name, value in wanted.items())


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _part() -> Part:
    roles = {role.value: role_name(role) for role in Role}
    asked = [
        Asked("session_hours", _("Hours until one signs in again"), _("Empty: 12.")),
        Asked("second_factor", _("Roles that need a second factor"), _("Codes of an app, or a passkey. Others may set one up."), words=roles),
        Asked("api_calls", _("Calls of programs a minute"), _("Of one person. Empty: 600.")),
        Asked("oidc_name", _("Single sign-on: name on the button")),
        Asked("oidc_issuer", _("Single sign-on: address of the issuer"), _("OpenID Connect, with https://. Empty: no single sign-on.")),
        Asked("oidc_client", _("Single sign-on: name of this site at the issuer")),
        Asked("oidc_owns_addresses", _("The issuer's addresses are those of the organisation"), _("Yes only where the issuer does not say that an address is verified, and everybody there is of the organisation."), empty=_("No: each must be verified")),
    ]  # fmt: skip
    return Part("site", _("How people sign in"), asked)


ADDRESSES = [
    path("settings/sign-in/", sign_in, name="sign_in"),
    path("settings/sign-in/secret/", sign_on_secret, name="sign_on_secret"),
]
