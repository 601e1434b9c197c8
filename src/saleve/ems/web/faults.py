"""The pages for what cannot be: each says what happened and what to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saleve.language import _


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Answer a request that cannot be understood."""
    return _page(request, 400, _("This request cannot be understood"), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody who may not."""
    reason = str(exception or "")
    text = _("Your roles do not include this. An administrator can give you a role that does.")
    return _page(request, 403, _("This is not open to you"), reason or text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Answer an address where nothing is."""
    text = _("There is no page at this address. It may have been withdrawn, or the address has a slip.")
    return _page(request, 404, _("There is no such page"), text)


def cannot(request: HttpRequest, reason: str) -> HttpResponse:
    """Answer what a service refused, in its words."""
    return _page(request, 409, _("This cannot be shown"), reason)


def too_often(request: HttpRequest) -> HttpResponse:
    """Answer somebody who tried too often to sign in or to get a link."""
    text = _("There were too many tries from here or for this account. Wait five minutes, then try again.")
    answer = _page(request, 429, _("Too many tries"), text)
    answer["Retry-After"] = "300"
    return answer


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when the program failed; without the layout's figures, which may be what failed."""
    return render(request, "web/broken.html", status=500)


def no_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's form
    """Answer a form that was not sent from our own page, or too late."""
    text = _("The form was open too long or came from another place. Nothing was changed. Load the page again and send it once more.")  # fmt: skip
    return _page(request, 403, _("The form has ended"), text)


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context: dict[str, Any] = {"title": title, "text": text}
    return render(request, "web/fault.html", context, status=status)
