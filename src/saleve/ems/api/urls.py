"""The addresses below ``/api/``: each names its operation for the gate, answers with an ETag, and tells faults in words."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.utils import check_csrf

from saleve.ems.api import batch_rows, batches, inventories, long_work, registers
from saleve.ems.people.permissions import Operation
from saleve.ems.run_states import RunError
from saleve.language import _
from saleve.method.problems import SaleveError

SAFE = ("GET", "HEAD", "OPTIONS")


def known(request: HttpRequest) -> Any:
    """Return who asks; a session must show, before it writes, that its own page sent the request."""
    by_token = getattr(request.user, "came_by_token", None)
    if by_token is None and request.method not in SAFE and check_csrf(request):
        raise HttpError(403, _("Send a token: Authorization: Bearer …; or the CSRF token of your session."))
    return request.user


api = NinjaAPI(
    title="Salève",
    version="1",
    description="Batches, inventories, explanations, factors and registers of one organisation.",
    docs_url=None,  # its page loads scripts from elsewhere
    auth=known,
    openapi_extra={"components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}, "security": [{"token": []}]},
)  # fmt: skip
ROUTERS = (batches.router, batch_rows.router, inventories.router, registers.router, long_work.router)
for router in ROUTERS:
    api.add_router("", router)


@api.exception_handler(SaleveError)
def cannot(request: HttpRequest, fault: SaleveError) -> HttpResponse:
    """Tell a fault of the request in words."""
    status = 404 if isinstance(fault, RunError) else 422
    return api.create_response(request, {"detail": str(fault), "problems": []}, status=status)


@api.exception_handler(PermissionDenied)
def refused(request: HttpRequest, fault: PermissionDenied) -> HttpResponse:
    """Tell that the roles or the token do not include it."""
    text = _(
        "Your roles, or this token, do not include this at this place. An administrator can give a role that does."
    )
    return api.create_response(request, {"detail": str(fault) or text, "problems": []}, status=403)


@api.exception_handler(Http404)
def absent(request: HttpRequest, _fault: Http404) -> HttpResponse:
    """Tell that there is nothing."""
    text = _("There is nothing at this address. /api/openapi.json lists what there is.")
    return api.create_response(request, {"detail": text, "problems": []}, status=404)


@api.exception_handler(ValidationError)
def misunderstood(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """List what is wrong in the request, each with its place."""
    problems = [{"where": ".".join(map(str, one["loc"])), "problem": one["msg"]} for one in fault.errors]
    text = _("The request has values that cannot be used. Correct what problems lists and send it again.")
    return api.create_response(request, {"detail": text, "problems": problems}, status=422)


def _private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let programs keep an answer and ask by its ETag whether it changed."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        patch_cache_control(answer, private=True, no_cache=True)
        return answer

    return conditional_page(answered)


def _operations() -> dict[str, dict[str, Operation]]:
    """Return name of an address -> method -> operation."""
    found: dict[str, dict[str, Operation]] = {}
    for router in ROUTERS:
        for view in router.path_operations.values():
            functions: list[tuple[Any, list[str]]] = [(one.view_func, one.methods) for one in view.operations]
            methods = {method: function.operation for function, named in functions for method in named}
            found |= {function.__name__: methods for function, _named in functions}
    return found


def _gated(pattern: URLPattern, operations: dict[str, dict[str, Operation]]) -> URLPattern:
    view: Any = _private(pattern.callback)
    view.operation = operations.get(pattern.name, {"GET": Operation.OWN_ACCOUNT})
    view.csrf_exempt = True  # a token needs none; a session is asked in ``known``
    pattern.callback = view
    return pattern


urlpatterns = [_gated(pattern, _operations()) for pattern in api.urls[0]]
app_name = "api-1"  # as ninja names it: api-VERSION
