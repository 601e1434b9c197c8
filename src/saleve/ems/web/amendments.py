"""Forms that amend ``saleve.toml``: fields made of what the file may say, faults told at the fields, every change in the log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from saleve.ems.amending import AmendingError, Amendment, Difference, amend, state_of_settings
from saleve.ems.audit_log.log import record
from saleve.ems.faults import Fault
from saleve.ems.jobs.starting import refresh_figures
from saleve.ems.people.permissions import Operation
from saleve.ems.settings import TABLES, Key, read_settings
from saleve.language import _

_LONGEST = 20_000  # signs of a text
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Asked:
    """One field: the key of ``saleve.toml``, what it is called, what helps to fill it, and words for its values."""

    key: str
    label: str
    help: str = ""
    words: Mapping[str, str] = field(default_factory=dict)  # value -> what people read
    choices: Sequence[tuple[str, str]] = ()  # where the file leaves the value open, but the page does not
    empty: str = ""  # what no value is called in a list
    long: bool = False  # a text of several lines


@dataclass(frozen=True)
class Part:
    """A part of a page: some keys of one table under a heading."""

    table: str
    title: str
    asked: Sequence[Asked]
    help: str = ""
    grid: bool = False  # short fields stand beside each other


class AmendForm(forms.Form):
    """Fields for some keys of a table, or of an entry of a list; ``values`` is what they say."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self,
        data: Any,
        table: str,
        asked: Sequence[Asked],
        said: Mapping[str, Any] | None = None,
        prefix: str | None = None,
    ) -> None:
        said, kinds = said or {}, TABLES[table]
        start: dict[str, Any] = {one.key: _shown(said.get(one.key), kinds[one.key]) for one in asked}
        start["seen"] = state_of_settings(settings.WORKSPACE)
        super().__init__(data, initial=start, prefix=prefix)
        self.table, self.asked = table, asked
        for one in asked:
            self.fields[one.key] = _field(kinds[one.key], one)

    def values(self) -> dict[str, Any]:
        """Return what the keys are to say; ``None`` for nothing."""
        kinds = TABLES[self.table]
        return {one.key: _value(kinds[one.key], self.cleaned_data[one.key]) for one in self.asked}

    def clean(self) -> dict[str, Any]:
        """Read what stands in lines."""
        for one in self.asked:
            if dict in TABLES[self.table][one.key].kinds and one.key in self.cleaned_data:
                try:
                    self.cleaned_data[one.key] = _days(self.cleaned_data[one.key])
                except ValueError:
                    self.add_error(
                        one.key, _("Write a source and a day in each line, such as fuels 2018-10-31.")
                    )
        return self.cleaned_data


def said_of(table: str) -> Any:
    """Return what ``saleve.toml`` says in a table, or the entries of a list."""
    return read_settings(settings.WORKSPACE).get(table, {})


def amended(
    request: HttpRequest,
    forms_sent: Sequence[AmendForm],
    amendments: Sequence[Amendment],
    operation: Operation,
    thing: str,
    *,
    also: Callable[[], object] | None = None,
) -> bool:
    """Write amendments with their entry in the log, and have the figures computed anew; else tell the faults at the fields.

    ``also`` is done in the same transaction, before the file is replaced.
    """

    def told(differences: list[Difference]) -> None:
        record(request.user.email, operation, thing, {"changes": [asdict(one) for one in differences]})
        if also:
            also()
        refresh_figures(request.user.email)

    try:
        with transaction.atomic():
            amend(settings.WORKSPACE, amendments, seen=forms_sent[0].cleaned_data["seen"], told=told)
    except AmendingError as refused:
        own = amendments[0].number or len(said_of(amendments[0].table)) + 1
        for fault in refused.faults:
            _tell(fault, forms_sent, own)
        return False
    return True


def part_forms(request: HttpRequest, parts: Sequence[Part], *, may_change: bool) -> list[AmendForm]:
    """Return a form for each part of a page; who may not change sees what they hold."""
    data = request.POST if request.method == "POST" else None
    made = [AmendForm(data, part.table, part.asked, said_of(part.table), part.table) for part in parts]
    for form in made if not may_change else ():
        for field_of_form in form.fields.values():
            field_of_form.disabled = True
    return made


def _tell(fault: Fault, forms_sent: Sequence[AmendForm], own: int) -> None:
    """Tell a fault at the field that it is of, where the page has it; else above the fields."""
    for form in forms_sent:
        if fault.table == form.table and fault.number in (None, own) and fault.key in form.fields:
            form.add_error(fault.key, str(fault))
            return
    forms_sent[0].add_error(None, str(fault))


def _field(kind: Key, one: Asked) -> forms.Field:
    made = _made(kind, one)
    made.label, made.help_text, made.required = one.label, one.help, kind.required
    return made


def _made(kind: Key, one: Asked) -> forms.Field:
    """Return the field for what the key may hold."""
    options = list(one.choices) or [(name, one.words.get(name, name)) for name in kind.choices]
    if list in kind.kinds and options:
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple)
    if options:
        nothing = [] if kind.required else [("", one.empty or _("Not stated"))]
        return forms.ChoiceField(choices=nothing + options)
    if bool in kind.kinds:
        truth = [("", one.empty or _("Not stated")), ("true", _("Yes")), ("false", _("No"))]
        return forms.ChoiceField(choices=truth)
    if date in kind.kinds:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if int in kind.kinds:
        return _number(kind)
    lines = one.long or list in kind.kinds or dict in kind.kinds
    widget = forms.Textarea(attrs={"rows": 4}) if lines else forms.TextInput()
    return forms.CharField(max_length=_LONGEST, widget=widget)


def _number(kind: Key) -> forms.Field:
    if float in kind.kinds:
        return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any"}))
    return forms.IntegerField()


def _shown(value: Any, kind: Key) -> Any:
    """Return a value as its field shows it."""
    if isinstance(value, list) and not kind.choices:
        return "\n".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "\n".join(f"{name} {one}" for name, one in value.items())
    return value


def _value(kind: Key, given: Any) -> Any:
    """Return what a field says as ``saleve.toml`` has it."""
    if given in (None, "", [], {}):
        return None
    if bool in kind.kinds:
        return _TRUTH[given]
    if list in kind.kinds and isinstance(given, str):
        return [line.strip() for line in given.splitlines() if line.strip()] or None
    if isinstance(given, float) and given.is_integer():
        return int(given)
    return given.replace("\r\n", "\n") if isinstance(given, str) else given


def _days(text: str) -> dict[str, date]:
    """Read a name and a day from each line."""
    pairs = (line.rsplit(maxsplit=1) for line in text.splitlines() if line.strip())
    return {name.rstrip(" =:"): date.fromisoformat(day) for name, day in pairs}
