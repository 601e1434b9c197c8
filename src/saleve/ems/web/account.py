"""One's own account: password and second factors (pages of the library of accounts), tokens, and the link of an invitation."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from saleve.ems.people.accounts import choose_password as set_password
from saleve.ems.people.gate import needs
from saleve.ems.people.models import Token
from saleve.ems.people.permissions import Operation, allowed, programs_may, role_name
from saleve.ems.people.tokens import make_token, open_link, withdraw_token
from saleve.ems.web.tokens import what_it_may
from saleve.language import _

TOKEN_DAYS = (30, 90, 365)


class TokenForm(forms.Form):
    """What a new token may do and how long."""

    name = forms.CharField(max_length=100)
    operations = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(coerce=int, initial=90)

    def __init__(self, *args: Any, operations: list[Operation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("What the token is for, such as the system of bookings.")
        self.fields["operations"].label = _("It may")
        choices = [(one.value, programs_may(one)) for one in operations]
        self.fields["operations"].choices = choices
        self.fields["days"].label = _("It ends after")
        days = [(days, _("{days} days").format(days=days)) for days in TOKEN_DAYS]
        self.fields["days"].choices = days


class PasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False, max_length=1000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("New password")
        self.fields["password"].help_text = _(
            "Twelve signs or more. A sentence that only you think of is good."
        )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.OWN_ACCOUNT)
def account(request: HttpRequest) -> HttpResponse:
    """Show roles, ways of signing in and tokens; make a token, whose secret is shown once."""
    person = request.user
    operations = [one for one in Operation if programs_may(one) and allowed(person, one)]
    form, secret = TokenForm(request.POST or None, operations=operations), ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        expires = timezone.now() + timedelta(days=said["days"])
        _token, secret = make_token(person, said["name"], map(Operation, said["operations"]), expires=expires)
        form = TokenForm(operations=operations)
    context = {
        "roles": [(role_name(grant.role_held), _places(grant)) for grant in person.grants_held()],
        "tokens": [(one, what_it_may(one)) for one in person.tokens.filter(withdrawn=None)],
        "form": form,
        "secret": secret,
    }
    return render(request, "web/account/account.html", context)


@require_POST
@needs(Operation.OWN_ACCOUNT)
def withdraw(request: HttpRequest, token_id: int) -> HttpResponse:
    """Withdraw a token of one's own."""
    token = get_object_or_404(Token, pk=token_id, person=request.user, withdrawn=None)
    withdraw_token(token, by=request.user)
    messages.success(request, _("The token {name} opens nothing any more.").format(name=token.name))
    return redirect("account")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the holder of a link choose a password."""
    link = open_link(secret)
    if link is None:
        raise Http404
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_password(link, form.cleaned_data["password"])
        except ValidationError as fault:
            form.add_error("password", fault)
        else:
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect("account_login")
    return render(request, "web/account/choose_password.html", {"form": form, "person": link.person})


def _places(grant: Any) -> str:
    named = [*grant.categories, *grant.units, *grant.sites]
    return ", ".join(named) or _("everywhere")


ADDRESSES = [
    path("account/", account, name="account"),
    path("account/tokens/<int:token_id>/withdraw/", withdraw, name="withdraw_token"),
    path("invitations/<str:secret>/", choose_password, name="choose_password"),
]
