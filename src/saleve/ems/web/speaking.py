"""How a request is spoken to: in the language that Django chose from cookie or browser, and in words of pages, not of commands."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from saleve.language import LANGUAGES, on_page, speaking


class Speaking:
    """Middleware: our texts come out in the language of the request, for somebody who reads a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with speaking(ours(get_language() or "en")), on_page():
            return self.get_response(request)


def ours(code: str) -> str:
    """Return our code of a language (``zh``) for Django's (``zh-hans``)."""
    short = code.split("-", maxsplit=1)[0]
    return short if short in LANGUAGES else "en"
