"""Boundary and rules: which rule set is chosen, what it says of which years by which clause, and what the organisation rules otherwise."""

import polars as pl
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from saleve.ems.audit_log.log import record
from saleve.ems.people.gate import needs
from saleve.ems.people.permissions import Operation
from saleve.ems.rule_files import DEFAULT, keep_rule_file, own_rule_files
from saleve.ems.web import tables
from saleve.ems.web.amendments import Asked, Part
from saleve.ems.web.frame import workspace, year_of
from saleve.ems.web.organisation import READ_OR_CHANGE, settings_page
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.method.problems import SaleveError
from saleve.method.reference.rule_sets import RULE, rule_set, rule_set_names
from saleve.reporting.labels import label

_MOST_BYTES = 1_000_000  # our choice: a rule set has some thousand


class RuleFileForm(forms.Form):
    """A rule set of the organisation's own."""

    file = forms.FileField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].validators.append(_small)
        self.fields["file"].label = _("TOML file")
        self.fields["file"].help_text = _("With name, dated, source and rules, as the guide shows it. It is checked as a whole before it is kept.")  # fmt: skip


def _small(file: UploadedFile) -> None:
    if (file.size or 0) > _MOST_BYTES:
        raise ValidationError(_("The file is larger than a rule set can be. Nothing was kept."))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(READ_OR_CHANGE)
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules of all years and what was chosen; change the choice."""
    held, year = workspace(), year_of(request)
    table = _rules_table(held)
    if answer := tables.download(request, table):
        return answer
    more = {
        "table": tables.page(request, table),
        "rule_set": held.book.rule_set,
        "year": year,
        "own": sorted(held.book.own),
    }
    parts = [_inventory_part(), _air_part()]
    title = _("Boundary and rule set")
    return settings_page(request, "rules", title, parts, template="web/settings/rules.html", more=more)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Operation.CHANGE_SETTINGS)
def add_rule_set(request: HttpRequest) -> HttpResponse:
    """Check a rule set that somebody brings and keep it beside ``saleve.toml``; it holds once it is chosen."""
    form = RuleFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file: UploadedFile = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                record(request.user.email, Operation.CHANGE_SETTINGS, f"rule set {file.name}")
                name = keep_rule_file(settings.WORKSPACE, str(file.name), file.read())
        except SaleveError as fault:
            form.add_error("file", str(fault))
        else:
            text = _("The rule set {name} was kept. Choose it below so that it holds.")
            messages.success(request, text.format(name=name))
            return redirect("rules")
    trail = [(_("Settings"), reverse("settings")), (_("Boundary and rule set"), reverse("rules"))]
    context = {"area": "settings", "form": form, "trail": trail}
    return render(request, "web/settings/add_rule_set.html", context)


def _inventory_part() -> Part:
    as_ruled = _("As the rule set says")
    shipped = [(name, rule_set(name).title) for name in rule_set_names()]
    own = [(name, f"{title} ({name})") for name, title in own_rule_files(settings.WORKSPACE).items()]
    default = _("Salève's default: {title}").format(title=rule_set(DEFAULT).title)
    bases = {"location": _("By location"), "market": _("By market")}
    asked = [
        Asked("rule_set", _("Rule set"), choices=[*shipped, *own], empty=default),
        Asked("control_approach", _("Organisational boundary"), words={"operational": _("Operational control"), "financial": _("Financial control")}, empty=as_ruled),
        Asked("gwp_set", _("Warming potentials"), _("Assessment report of the IPCC, 100 years."), empty=as_ruled),
        Asked("electricity_basis", _("Electricity in the total"), words=bases, empty=as_ruled),
        Asked("accounting_basis", _("What grid factors count"), words={"lifecycle_generation": _("The whole life of generation"), "direct_generation": _("Generation alone")}, empty=as_ruled),
        Asked("refrigerants", _("Refrigerants in the total"), words={"all": _("All"), "kyoto": _("Gases of the Kyoto Protocol")}, empty=as_ruled),
        Asked("fuel_source", _("Factors of fuels"), words={"uk-government": _("United Kingdom Government"), "ipcc-2006": "IPCC 2006"}, empty=as_ruled),
        Asked("waste_source", _("Factors of waste"), words={"uk-government": _("United Kingdom Government"), "ademe": "ADEME"}),
        Asked("spend_margins", _("Trade margins in factors by spending"), words={"with": _("With: what a buyer pays"), "without": _("Without: the producer's price")}),
        Asked("editions_known_by", _("Only editions that were out on"), _("So that an inventory is computed as it was then. Empty: all that are held.")),
    ]  # fmt: skip
    help_text = _("What is chosen here holds in all years, whatever the rule set says of some of them.")
    return Part("inventory", _("Rules"), asked, help_text, grid=True)


def _air_part() -> Part:
    methods = {"icao-13.1": "ICAO 13.1", "icao-9": "ICAO 9", "tim": "Travel Impact Model", "desnz": "DESNZ"}
    cabins = {name: label("cabin", name) for name in ("economy", "premium_economy", "business", "first")}
    asked = [
        Asked("method", _("Method of the reported figure"), words=methods, empty=_("As the rule set says")),
        Asked("distance_correction", _("Addition to the great circle"), words={"icao": _("Steps of ICAO"), "smooth": _("Smooth")}),
        Asked("default_cabin", _("Cabin of tickets that do not say it"), words={"average": _("Average of all cabins"), **cabins}),
    ]  # fmt: skip
    return Part("air_travel", _("Air travel"), asked, grid=True)


def _rules_table(held: Workspace) -> tables.Table:
    chosen = held.book.rule_set
    rows = chosen.rules if chosen else pl.DataFrame(schema=RULE)
    own = pl.col("rule").is_in(sorted(held.book.own))
    told = rows.with_columns(
        state=pl.when(own).then(pl.lit("own")).otherwise(pl.lit("holds")),
        subject=pl.col("subject").map_elements(_subject, return_dtype=pl.String),
        first_year=pl.col("first_year").cast(pl.String),
        last_year=pl.col("last_year").cast(pl.String),
    )
    words = {"own": _("Ruled otherwise"), "holds": _("Holds")}
    columns = (
        tables.Column("rule", _("Rule"), words=_rule_words(), choose=True),
        tables.Column("subject", _("Of")),
        tables.Column("value", _("Says"), words=_value_words()),
        tables.Column("first_year", _("From")),
        tables.Column("last_year", _("Until")),
        tables.Column("clause", _("Clause"), wide=True),
        tables.Column("quality", _("How it is known")),
        tables.Column("state", _("State"), "state", words=words, states={"own": "watch", "holds": "good"}),
    )
    return tables.Table("rules", _("Rules by year"), told, columns, rows_of_page=100)


def _subject(subject: str) -> str:
    source, _colon, part = subject.partition(":")
    name = label("source", source)
    return f"{name}: {part.replace('_', ' ')}" if part else name


def _value_words() -> dict[str, str]:
    return {
        "minimum": _("in the total"),
        "optional": _("apart, optional"),
        "offset": _("apart, as offsets"),
        "all": _("all"),
        "kyoto": _("gases of the Kyoto Protocol"),
        "operational": _("operational control"),
        "financial": _("financial control"),
    }


def _rule_words() -> dict[str, str]:
    return {
        "boundary": _("Boundary"),
        "refrigerants": _("Refrigerants"),
        "gwp_set": _("Warming potentials"),
        "electricity_basis": _("Electricity in the total"),
        "accounting_basis": _("What grid factors count"),
        "fuel_source": _("Factors of fuels"),
        "air_travel_method": _("Method of air travel"),
        "air_travel_calculator": _("Calculator of air travel"),
        "staff_definition": _("Who is counted as a person"),
        "staff_guidance": _("Guidance on who is counted"),
        "control_approach": _("Organisational boundary"),
    }


ADDRESSES = [
    path("settings/rules/", rules, name="rules"),
    path("settings/rules/add/", add_rule_set, name="add_rule_set"),
]
