"""What everybody may ask for, signed in or not: theme and language, kept in a cookie; whether the site answers; its mark."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from saleve.ems.web.frame import THEME_COOKIE, THEMES

_YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme."""
    answer = _back(request)
    if request.POST.get("theme") in THEMES:
        _keep(answer, THEME_COOKIE, request.POST["theme"])
    return answer


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language."""
    answer = _back(request)
    if request.POST.get("language") in dict(settings.LANGUAGES):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, request.POST["language"])
    return answer


@require_safe
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Say that the site answers; for a watching program."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Send browsers that ask for ``/favicon.ico`` without having read a page to our mark."""
    return HttpResponseRedirect(static("saleve/mark.svg"))


def safe_address(request: HttpRequest, address: str) -> str:
    """Return the address if it lies on this site, else that of the first page."""
    here = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if here and address.startswith("/") else "/"


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(safe_address(request, request.POST.get("next", "/")))


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(name, value, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)


ADDRESSES = [
    path("choices/theme/", choose_theme, name="choose_theme"),
    path("choices/language/", choose_language, name="choose_language"),
    path("health/", health, name="health"),
    path("favicon.ico", favicon, name="favicon"),
]
