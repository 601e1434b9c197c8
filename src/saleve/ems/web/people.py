"""People and roles: invite, change roles, deactivate, make a new link; for administrators, read by auditors."""

from typing import Any

import polars as pl
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saleve.ems.people import accounts
from saleve.ems.people.accounts import AccountError, Given
from saleve.ems.people.gate import needs
from saleve.ems.people.models import Grant, Person
from saleve.ems.people.permissions import Operation, Role, Scope, role_duty, role_name
from saleve.ems.people.second_factor import has_factor
from saleve.ems.web import tables
from saleve.ems.web.frame import workspace
from saleve.ems.web.tokens import what_it_may
from saleve.language import _
from saleve.method.activity.categories import CATEGORIES
from saleve.reporting.labels import label

_MORE_ROLES = 3  # empty lines of the form of roles


class InviteForm(forms.Form):
    """Whom to invite."""

    name = forms.CharField(max_length=200)
    email = forms.EmailField(max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["email"].label = _("E-mail")
        self.fields["email"].help_text = _("It is the name with which the person signs in.")


class RoleForm(forms.Form):
    """One role and its places."""

    role = forms.ChoiceField(required=False)
    categories = forms.MultipleChoiceField(required=False)
    sites = forms.MultipleChoiceField(required=False)
    units = forms.CharField(required=False, max_length=500)

    def __init__(self, *args: Any, sites: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, role_name(role)) for role in Role]
        self._offer("role", _("Role"), [("", _("No role")), *roles])
        self._offer("categories", _("Categories"), [(name, label("source", name)) for name in CATEGORIES])
        self._offer("sites", _("Sites"), [(site, site) for site in sites])
        self.fields["units"].label = _("Units")
        self.fields["units"].help_text = _("Names of units, with commas between them. Empty: all units.")
        for name in ("categories", "sites"):
            self.fields[name].help_text = _("Nothing chosen: all of them.")

    def given(self) -> Given | None:
        """Return the role with its places, or nothing where no role was chosen."""
        said = self.cleaned_data
        if not said.get("role"):
            return None
        units = frozenset(unit.strip() for unit in said["units"].split(",") if unit.strip())
        scope = Scope(frozenset(said["categories"]), units, frozenset(said["sites"]))
        return Given(Role(said["role"]), scope)

    def _offer(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.label, field.choices = label, choices


@require_safe
@needs(Operation.READ_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """List everybody with roles and state."""
    table = _table()
    if answer := tables.download(request, table):
        return answer
    duties = [(role_name(role), role_duty(role)) for role in Role]
    context = {"area": "settings", "table": tables.page(request, table), "duties": duties}
    return render(request, "web/settings/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.MANAGE_PEOPLE)
def invite(request: HttpRequest) -> HttpResponse:
    """Ask for name, address and roles; then show the link to hand over, once."""
    form, roles = InviteForm(request.POST or None), _role_forms(request, [])
    if request.method == "POST" and form.is_valid() and all(one.is_valid() for one in roles):
        said = form.cleaned_data
        try:
            person, secret = accounts.invite(
                said["email"], said["name"], _given(roles), by=request.user.email
            )
        except AccountError as fault:
            form.add_error("email", str(fault))
        else:
            return _show_link(request, person, secret)
    return render(request, "web/settings/invite.html", {"area": "settings", "form": form, "roles": roles})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.MANAGE_PEOPLE)
def person_roles(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show one person and change the roles."""
    person = get_object_or_404(Person, pk=person_id)
    roles = _role_forms(request, list(person.grants.all()))
    if request.method == "POST" and all(one.is_valid() for one in roles):
        try:
            accounts.set_roles(person, _given(roles), by=request.user.email)
        except AccountError as fault:
            messages.error(request, str(fault))
        else:
            messages.success(request, _("The roles of {person} were changed.").format(person=person))
            return redirect("people")
    context = {"area": "settings", "person": person, "roles": roles, "factors": has_factor(person)}
    context["tokens"] = [(one, what_it_may(one)) for one in person.tokens.filter(withdrawn=None)]
    return render(request, "web/settings/person.html", context)


@require_POST
@needs(Operation.MANAGE_PEOPLE)
def deactivate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Close an account."""
    person = get_object_or_404(Person, pk=person_id)
    try:
        accounts.deactivate(person, by=request.user.email)
    except AccountError as fault:
        messages.error(request, str(fault))
    else:
        text = _("The account of {person} was deactivated. What the person did stays on record.")
        messages.success(request, text.format(person=person))
    return redirect("person", person_id=person.pk)


@require_POST
@needs(Operation.MANAGE_PEOPLE)
def reactivate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open an account again."""
    person = get_object_or_404(Person, pk=person_id)
    accounts.reactivate(person, by=request.user.email)
    messages.success(request, _("The account of {person} is active again.").format(person=person))
    return redirect("person", person_id=person.pk)


@require_POST
@needs(Operation.MANAGE_PEOPLE)
def forget_factors(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take the second factors of a person away who lost them."""
    person = get_object_or_404(Person, pk=person_id)
    accounts.forget_second_factors(person, by=request.user.email)
    messages.success(request, _("{person} signs in without a second factor now.").format(person=person))
    return redirect("person", person_id=person.pk)


@require_POST
@needs(Operation.MANAGE_PEOPLE)
def new_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make a link by which the person chooses a password anew."""
    person = get_object_or_404(Person, pk=person_id)
    try:
        secret = accounts.new_link(person, by=request.user.email)
    except AccountError as fault:
        messages.error(request, str(fault))
        return redirect("person", person_id=person.pk)
    return _show_link(request, person, secret)


def _show_link(request: HttpRequest, person: Person, secret: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("choose_password", args=[secret]))
    return render(request, "web/settings/link.html", {"area": "settings", "person": person, "link": link})


def _role_forms(request: HttpRequest, held: list[Grant]) -> list[RoleForm]:
    """Return a form for each role that the person holds, and a few empty ones."""
    sites = [site.name for site in workspace().sites]
    data = request.POST if request.method == "POST" else None
    starts = [_start(grant) for grant in held] + [{}] * _MORE_ROLES
    return [
        RoleForm(data, initial=start, prefix=f"role-{place}", sites=sites)
        for place, start in enumerate(starts)
    ]


def _start(grant: Grant) -> dict[str, Any]:
    return {
        "role": grant.role,
        "categories": grant.categories,
        "sites": grant.sites,
        "units": ", ".join(grant.units),
    }


def _given(forms_of_roles: list[RoleForm]) -> list[Given]:
    return [given for form in forms_of_roles if (given := form.given())]


def _table() -> tables.Table:
    rows = [_row(person) for person in Person.objects.prefetch_related("grants")]
    schema: dict[str, Any] = dict.fromkeys(("name", "email", "roles", "state", "address"), pl.String)
    schema |= {"last_login": pl.Datetime(time_zone="UTC")}
    state_words = {"active": _("Active"), "invited": _("Invited"), "closed": _("Deactivated")}
    columns = (
        tables.Column("name", _("Name"), address="address"),
        tables.Column("email", _("E-mail")),
        tables.Column("roles", _("Roles")),
        tables.Column(
            "state",
            _("State"),
            "state",
            words=state_words,
            states={"active": "good", "invited": "watch"},
            choose=True,
        ),
        tables.Column("last_login", _("Last sign-in (UTC)"), "moment"),
    )
    return tables.Table(
        "people", _("People"), pl.DataFrame(rows, schema=schema), columns, sort="name", show_title=False
    )


def _row(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "roles": ", ".join(dict.fromkeys(str(grant) for grant in person.grants.all())),
        "state": person.state,
        "address": reverse("person", args=[person.pk]),
        "last_login": person.last_login,
    }


ADDRESSES = [
    path("settings/people/", people, name="people"),
    path("settings/people/invite/", invite, name="invite"),
    path("settings/people/<int:person_id>/", person_roles, name="person"),
    path("settings/people/<int:person_id>/deactivate/", deactivate, name="deactivate_person"),
    path("settings/people/<int:person_id>/reactivate/", reactivate, name="reactivate_person"),
    path("settings/people/<int:person_id>/link/", new_link, name="new_link"),
    path("settings/people/<int:person_id>/factors/", forget_factors, name="forget_factors"),
]
