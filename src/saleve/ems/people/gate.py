"""The gate: every page and API operation names what it does, and nobody passes whom the table of permissions does not let.

    @needs(Operation.READ_DATA)                                  # whoever may anywhere; the page then shows those places
    @needs(Operation.LOAD_DATA, place=lambda site: Place(site=site))  # from the arguments of the address

A view that names nothing is refused, whoever asks.
"""

from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from saleve.ems.people import second_factor
from saleve.ems.people.limits import CALLS
from saleve.ems.people.permissions import Operation, Place, allowed
from saleve.ems.people.tokens import person_of_token
from saleve.language import _

View = Callable[..., HttpResponse]
PlaceOf = Callable[..., Place]

# addresses that open without a sign-in, by name: signing in itself, and public read-only pages
PUBLIC = frozenset({
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "choose_password",
    "choose_theme",
    "choose_language",
    "public_report",
    "health",
    "favicon",
})  # fmt: skip
# pages of the library of accounts about the signed-in person
OWN = frozenset({
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "socialaccount_connections",
})  # fmt: skip
API = "/api/"


def needs(
    operation: Operation | Mapping[str, Operation], *, place: PlaceOf | None = None
) -> Callable[[View], View]:
    """Say what a view does, or what it does by each method of HTTP; and from the arguments of its address, where."""

    def named(view: View) -> View:
        view.operation, view.place = operation, place  # type: ignore[attr-defined]
        return view

    return named


class Gate:
    """Middleware: knows the person by session or token, and lets through what the table of permissions grants."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and request.path.startswith(API):
            person = person_of_token(secret.strip())
            if person is None:
                return _refused_program(401, _("The token is not known, has ended or was withdrawn."))
            request.user = person
        if request.path.startswith(API) and (
            seconds := CALLS.wait(_caller(request), settings.SITE.api_calls)
        ):
            return _too_often(seconds)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, _args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """Refuse before the view runs; ``None`` lets it run."""
        match = request.resolver_match
        if is_public(view, match.view_name):
            return None
        operation = operation_of(view, match.view_name, request.method)
        if not request.user.is_authenticated:
            return _sign_in(request)
        if match.app_names[:1] == ["admin"]:
            if not request.user.is_staff:
                raise PermissionDenied
            return None
        if operation is None:
            raise PermissionDenied(_("This page names no operation, so that nobody may open it."))
        if match.view_name not in OWN and second_factor.is_missing(request):
            return _ask_second_factor(request)
        ensure(request.user, operation, _place(view, kwargs))
        return None


def ensure(person: Any, operation: Operation, place: Place | None = None) -> None:
    """Raise ``PermissionDenied`` unless the person may do this there; for places that only the view knows."""
    if not allowed(person, operation, place):
        raise PermissionDenied


def operation_of(view: View, name: str | None, method: str | None = "GET") -> Operation | None:
    """Return what a view does; a view may name one operation, or one for each method of HTTP."""
    if name in OWN:
        return Operation.OWN_ACCOUNT
    named: Operation | Mapping[str, Operation] | None = getattr(view, "operation", None)
    if isinstance(named, Mapping):
        return named.get("GET" if method in ("HEAD", "OPTIONS") else str(method))
    return named


def is_public(view: View, name: str | None) -> bool:
    """Tell whether an address opens without a sign-in: it is on the list, or serves files of the program itself."""
    return name in PUBLIC or getattr(view, "__module__", "") == "django.contrib.staticfiles.views"


def _place(view: View, kwargs: Mapping[str, Any]) -> Place | None:
    made: PlaceOf | None = getattr(view, "place", None)
    return made(**kwargs) if made else None


def _sign_in(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        return _refused_program(401, _("Sign in, or send a token: Authorization: Bearer …"))
    if getattr(request, "htmx", False):  # a part of a page cannot become the page of signing in
        answer = HttpResponse(status=401)
        answer["HX-Refresh"] = "true"
        return answer
    return redirect_to_login(request.get_full_path())


def _ask_second_factor(request: HttpRequest) -> HttpResponse:
    text = _("Your role asks for a second factor. Set up an app that shows codes, or a passkey; then go on.")
    if request.path.startswith(API):
        return _refused_program(403, text)
    messages.error(request, text)
    return redirect("mfa_index")


def _caller(request: HttpRequest) -> str:
    """Return whose calls are counted together: a person's, else those of an address."""
    return (
        f"person {request.user.pk}"
        if request.user.is_authenticated
        else f"at {get_adapter().get_client_ip(request)}"
    )


def _too_often(seconds: int) -> JsonResponse:
    text = _("Too many requests within a minute. Send the next one in {seconds} seconds.")
    answer = _refused_program(429, text.format(seconds=seconds))
    answer["Retry-After"] = str(seconds)
    return answer


def _refused_program(status: int, message: str) -> JsonResponse:
    answer = JsonResponse({"detail": message, "problems": []}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer
