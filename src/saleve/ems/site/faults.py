"""Faults that no view tells itself: a page for people, JSON for programs."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from saleve.ems.people.gate import API
from saleve.ems.web import faults as pages
from saleve.language import _
from saleve.method.problems import SaleveError

Handler = Callable[..., HttpResponse]


def _told(page: Handler, status: int, words: Callable[[], str]) -> Handler:
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.path.startswith(API):
            return page(request, *args, **kwargs)
        return JsonResponse({"detail": words(), "problems": []}, status=status)

    return answer


class Telling:
    """Middleware: what a service refuses in words (a file that cannot be read, a history that was altered) is a page with these words."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Answer with the words of the service; everything else is a fault of the program."""
        if not isinstance(fault, SaleveError) or request.path.startswith(API):
            return None
        return pages.cannot(request, str(fault))


bad_request = _told(pages.bad_request, 400, lambda: _("This request cannot be understood. /api/openapi.json says what can."))  # fmt: skip
forbidden = _told(pages.forbidden, 403, lambda: _("Your roles, or this token, do not include this. An administrator can give a role that does."))  # fmt: skip
not_found = _told(pages.not_found, 404, lambda: _("There is nothing at this address. /api/openapi.json lists what there is."))  # fmt: skip
too_often = pages.too_often
broken = _told(pages.broken, 500, lambda: _("The program failed. Nothing was changed. The operator finds the reason in the log of the server."))  # fmt: skip
