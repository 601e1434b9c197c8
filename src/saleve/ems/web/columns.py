"""The form of a file's columns: what each header stands for, and what holds for the whole file."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from saleve.ems.people.permissions import Operation, scopes
from saleve.ems.previewing import Headers
from saleve.ems.staging import Staged
from saleve.ems.workspace import Workspace
from saleve.language import _
from saleve.ledger.intake.mapping import NOT_USED
from saleve.ledger.proposing import HeaderProposal
from saleve.ledger.wording import choice_label, column_header, column_meaning
from saleve.method.activity.categories import CATEGORIES
from saleve.method.schema import Category, Column, Kind
from saleve.reporting.labels import label

_PLACES = ("site", "unit")  # what may hold for a whole file even where nothing lacks
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class ColumnsForm(forms.Form):
    """What a person says of a file; what she leaves as it is stays guessed."""

    category = forms.ChoiceField()
    year = forms.IntegerField(required=False, min_value=_FIRST_YEAR, max_value=_LAST_YEAR)
    name = forms.CharField(required=False, max_length=60)
    more_column = forms.ChoiceField(required=False)
    more_value = forms.CharField(required=False, max_length=100)

    def __init__(
        self, *args: Any, staged: Staged, headers: Headers | None, workspace: Workspace, person: Any
    ) -> None:
        super().__init__(*args, initial=_as_it_is(staged, headers))
        self.staged, self.headers = staged, headers
        self._category = CATEGORIES[headers.category].CATEGORY if headers and headers.category else None
        self._offer_whole_file(workspace, person)
        for number, one in enumerate(headers.headers if headers and self._category else ()):
            self._offer_header(number, one)

    @property
    def lines(self) -> list[tuple[HeaderProposal, str, BoundField | None, BoundField | None]]:
        """Return each header with how it is known, its list of columns and its field of the unit."""
        found = self.headers.headers if self.headers else ()
        return [
            (one, _how(one), self._bound(f"column-{number}"), self._bound(f"unit-{number}"))
            for number, one in enumerate(found)
        ]

    def _bound(self, name: str) -> BoundField | None:
        return self[name] if name in self.fields else None

    @property
    def whole_file(self) -> list[BoundField]:
        """Return the fields of what holds for the whole file."""
        return [
            self["category"],
            self["year"],
            *(self[name] for name in self.fields if name.startswith("value-")),
        ]

    @property
    def remembered_as(self) -> str:
        """Return the name under which the columns are to be remembered; empty: not at all."""
        return str(self.cleaned_data["name"]).strip()

    @property
    def other_category(self) -> bool:
        """Tell whether the person names another category, so that the columns are guessed anew."""
        return self._category is None or self.cleaned_data["category"] != self._category.name

    def said(self) -> dict[str, Any]:
        """Return what is kept of the answers; a guess that was left alone is not."""
        data = self.cleaned_data
        if self.other_category:
            return {"category": data["category"], "year": data["year"], "columns": None, "constants": None}
        values = {name: str(value) for name, value in data.items() if name.startswith("value-") and value}
        if data["more_column"] and data["more_value"]:
            values[f"value-{data['more_column']}"] = data["more_value"]
        constants = {name.removeprefix("value-"): value for name, value in values.items()}
        return {
            "category": self.staged.category,
            "year": data["year"],
            "columns": dict(self._columns()) or None,
            "constants": constants or None,
        }

    def _columns(self) -> Iterator[tuple[str, str]]:
        before = self.staged.columns or {}
        for number, one in enumerate(self.headers.headers if self.headers else ()):
            chosen = self.cleaned_data[f"column-{number}"] or NOT_USED
            unit = self.cleaned_data.get(f"unit-{number}", one.unit or "").strip()
            same = chosen == (one.column or NOT_USED) and unit == (one.unit or "")
            if not same:
                yield one.header, f"{chosen}:{unit}" if unit and chosen != NOT_USED else chosen
            elif one.header in before:
                yield one.header, before[one.header]

    def _offer_whole_file(self, workspace: Workspace, person: Any) -> None:
        own = scopes(person, Operation.LOAD_DATA)
        names = [
            name for name in CATEGORIES if any(not one.categories or name in one.categories for one in own)
        ]
        if self._category and self._category.name not in names:
            names.append(self._category.name)
        category, year, name = (self.fields[one] for one in ("category", "year", "name"))
        category.choices = [] if self._category else [("", _("Choose"))]
        likely = [one for one in (self.headers.runners_up if self.headers else ()) if one in names]
        if self._category:
            likely.insert(0, self._category.name)
        for title, group in (
            (_("Fits the headers"), likely),
            (_("Others"), [one for one in names if one not in likely]),
        ):
            if group:
                category.choices += [(title, [(one, label("source", one)) for one in group])]
        category.label, year.label = _("Source category"), _("Year")
        year.help_text = _("Only where the file does not say it.")
        name.label = _("Remember these columns as")
        name.help_text = _(
            "Files with the same headers are then read so by themselves. Leave it empty to say it for this file alone."
        )
        more, value = self.fields["more_column"], self.fields["more_value"]
        more.label, value.label = _("Column"), _("Value, where a row does not say it")
        shown = [column.name for column in self._lacking()]
        more.choices = [("", _("None")), *((name, text) for name, text in self._known() if name not in shown)]
        for column in self._lacking():
            self.fields[f"value-{column.name}"] = _value_field(self._category, column, workspace, own)

    def _lacking(self) -> list[Column]:
        """Return the columns for which one value may hold for all rows."""
        if not self._category or not self.headers:
            return []
        wanted = {*_PLACES, *self.headers.missing, *(self.staged.constants or {})}
        return [column for column in self._category.columns if column.name in wanted]

    def _known(self) -> list[tuple[str, str]]:
        """Return the columns of the category: name and words."""
        found = self._category
        return [(one.name, column_header(found.name, one)) for one in found.columns] if found else []

    def _measured(self, column: str) -> bool:
        kinds = {one.name: one.kind for one in self._category.columns} if self._category else {}
        return kinds.get(column) in {Kind.NUMBER, Kind.MONEY}

    def _offer_header(self, number: int, one: HeaderProposal) -> None:
        columns = self._known()
        known = {name for name, _text in columns}
        if one.column and one.column not in known:
            columns.append((one.column, one.column))
        spoken = _("Column for the header {header}").format(header=one.header)
        self.fields[f"column-{number}"] = forms.ChoiceField(
            required=False,
            label=spoken,
            choices=[("", _("Not used")), *columns],
            initial=one.column or "",
            widget=forms.Select(attrs={"aria-label": spoken}),
        )
        if one.column and not self._measured(one.column):
            return
        spoken = _("Unit or currency of the header {header}").format(header=one.header)
        self.fields[f"unit-{number}"] = forms.CharField(
            required=False,
            label=spoken,
            max_length=30,
            initial=one.unit or "",
            widget=forms.TextInput(attrs={"aria-label": spoken, "size": 8}),
        )


def _as_it_is(staged: Staged, headers: Headers | None) -> dict[str, Any]:
    """Return what the fields hold at first."""
    values = {f"value-{column}": value for column, value in (staged.constants or {}).items()}
    category = headers.category if headers else None
    name = (headers.profile if headers else "") or staged.path.stem[:60]
    return {"category": category or staged.category or "", "year": staged.year, "name": name, **values}


def _value_field(category: Category | None, column: Column, workspace: Workspace, own: Any) -> forms.Field:
    name = category.name if category else ""
    text = _("{column}, where a row does not say it").format(column=column_header(name, column))
    told: dict[str, Any] = {"required": False, "label": text, "help_text": column_meaning(name, column)}
    if column.name == "site":
        limits = {site for one in own for site in one.sites}
        sites = [site.name for site in workspace.sites if not limits or site.name in limits]
        return forms.ChoiceField(
            choices=[("", _("As the file says")), *((one, one) for one in sites)], **told
        )
    if column.kind is Kind.CHOICE:
        choices = [(one, choice_label(one)) for one in column.choices]
        return forms.ChoiceField(choices=[("", _("As the file says")), *choices], **told)
    return forms.CharField(max_length=100, **told)


def _how(one: HeaderProposal) -> str:
    words = {
        "user": _("Your word"),
        "profile": _("Remembered"),
        "synonym": _("By its name"),
        "unit": _("By its unit"),
        "content": _("By its cells"),
    }
    return words.get(one.how or "", "")
