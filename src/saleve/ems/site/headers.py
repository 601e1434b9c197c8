"""The headers that every answer carries: nothing from outside, no script or style in the page itself (CSP level 3)."""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

# the stock admin pages keep the same policy: they have no script in the page either
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # data: the picture of a second factor, made in the page
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "frame-src": "'self'",  # a document within the page about it
}
_OTHERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class Headers:
    """Middleware: sets the headers; ``request.nonce`` lets one script of a page run, where a page asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        used: list[str] = []
        request.nonce = SimpleLazyObject(lambda: _fresh(used))
        response = self.get_response(request)
        more = {"form_action": issuer} if (issuer := _issuer()) else {}
        response.headers.setdefault("Content-Security-Policy", policy(used[0] if used else None, **more))
        for name, value in _OTHERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def policy(nonce: Any = None, **more: str) -> str:
    """Return the policy as the header says it; ``more`` adds sources, such as ``form_action`` of a single sign-on."""
    said = dict(_POLICY)
    if nonce:
        said["script-src"] += f" 'nonce-{nonce}'"
    for name, sources in more.items():
        said[name.replace("_", "-")] += f" {sources}"
    return "; ".join(f"{name} {sources}" for name, sources in said.items())


def _issuer() -> str:
    """Return the server of the single sign-on, where the form of signing in leads."""
    parts = urlsplit(settings.SITE.oidc_issuer)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _fresh(used: list[str]) -> str:
    used.append(secrets.token_urlsafe(16))
    return used[0]
