"""The tokens of all programs: whose they are, what they may, when they were used last; who manages people withdraws one."""

from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from saleve.ems.people.gate import needs
from saleve.ems.people.models import Token
from saleve.ems.people.permissions import Operation, allowed, programs_may
from saleve.ems.people.tokens import withdraw_token
from saleve.ems.web import tables
from saleve.language import _

_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("name", "who", "may", "state", "address"), pl.String),
    **dict.fromkeys(("made", "expires", "last_used"), pl.Datetime(time_zone="UTC")),
}


@require_safe
@needs(Operation.READ_PEOPLE)
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens of everybody's programs, the newest first."""
    table = _table(may_manage=allowed(request.user, Operation.MANAGE_PEOPLE))
    if answer := tables.download(request, table):
        return answer
    context = {
        "area": "settings",
        "table": tables.page(request, table),
        "trail": [(_("Settings"), reverse("settings"))],
    }
    return render(request, "web/settings/tokens.html", context)


@require_POST
@needs(Operation.MANAGE_PEOPLE)
def withdraw_of(request: HttpRequest, token_id: int) -> HttpResponse:
    """Withdraw a token of somebody."""
    token = get_object_or_404(Token, pk=token_id, withdrawn=None)
    withdraw_token(token, by=request.user)
    messages.success(request, _("The token {name} opens nothing any more.").format(name=token.name))
    return redirect("person", person_id=token.person_id)


def what_it_may(token: Token) -> str:
    """Return in words what the program of a token does."""
    return "; ".join(programs_may(Operation(one)) or one for one in token.operations)


def _table(*, may_manage: bool) -> tables.Table:
    now = timezone.now()
    rows = [
        {
            "name": token.name,
            "who": token.person.email,
            "may": what_it_may(token),
            "state": _state(token, now),
            "address": reverse("person", args=[token.person_id]) if may_manage else "",
            "made": token.made,
            "expires": token.expires,
            "last_used": token.last_used,
        }
        for token in Token.objects.select_related("person").order_by("-made")
    ]
    states = {"open": _("Opens"), "ended": _("Ended"), "withdrawn": _("Withdrawn")}
    columns = (
        tables.Column("name", _("Token"), address="address"),
        tables.Column("who", _("Whose"), choose=True),
        tables.Column("may", _("What it may"), wide=True),
        tables.Column("state", _("State"), "state", words=states, states={"open": "good"}, choose=True),
        tables.Column("made", _("Made (UTC)"), "moment"),
        tables.Column("expires", _("Ends (UTC)"), "moment"),
        tables.Column("last_used", _("Last used (UTC)"), "moment"),
    )
    nothing = _("No program has a token. People make them on the page of their own account.")
    return tables.Table("tokens", _("Tokens of programs"), pl.DataFrame(rows, schema=_SCHEMA), columns, when_empty=nothing, show_title=False)  # fmt: skip


def _state(token: Token, now: Any) -> str:
    if token.withdrawn:
        return "withdrawn"
    return "ended" if token.expires and token.expires <= now else "open"


ADDRESSES = [
    path("settings/tokens/", tokens, name="tokens"),
    path("settings/tokens/<int:token_id>/withdraw/", withdraw_of, name="withdraw_token_of"),
]
